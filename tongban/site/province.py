"""Settings of the process that plays the provincial platform: the exchange of the kernel, a database and keys of its own.

The city is a peer whose public key lies in the city's folder; nothing else of the city can be reached from here.
"""

from tongban.site import environment, keys
from tongban.site.databases import databases

CITY_VAR = environment.var_folder()
VAR = CITY_VAR / "province"
VAR.mkdir(exist_ok=True, mode=0o700)
SECRET_KEY = keys.secret_key(VAR)
KEY_RING = keys.key_ring(VAR)
DATABASES = databases("", VAR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["tongban.kernel.events", "tongban.kernel.exchange"]
EXCHANGE_CARRIER = "moody"  # see tongban.site.platform
EXCHANGE_KEY = keys.exchange_key(VAR)
EXCHANGE_PEER_KEY = str(CITY_VAR / "keys" / "exchange.pub")
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LOGGING_CONFIG = None
