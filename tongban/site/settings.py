"""Django's settings, made from the environment (see `environment.py` for what an operator may set)."""

from urllib.parse import urlsplit

from tongban.site import environment, keys
from tongban.site.databases import databases

VAR = environment.var_folder()
PACK = environment.pack_folder()
DEMO = environment.flag("TONGBAN_DEMO")
DEBUG = environment.flag("TONGBAN_DEBUG")
SECRET_KEY = environment.value("TONGBAN_SECRET_KEY") or keys.secret_key(VAR)
CIPHERS = environment.ciphers()
KEY_RING = keys.key_ring(VAR, CIPHERS)
FILES = VAR / "files"
OUTBOX = VAR / "outbox"
EXPORT_DAYS = environment.whole("TONGBAN_EXPORT_DAYS")
DOSSIER_DAYS = max(1, environment.whole("TONGBAN_DOSSIER_DAYS"))
# Looks at people's data: how many without a case in how many minutes, what counts as one visit, how long they are kept.
LOOKS_MOST = max(1, environment.whole("TONGBAN_LOOKS_MOST"))
LOOKS_MINUTES = max(1, environment.whole("TONGBAN_LOOKS_MINUTES"))
LOOK_VISIT_MINUTES = max(1, environment.whole("TONGBAN_LOOK_VISIT_MINUTES"))
LOOK_YEARS = environment.whole("TONGBAN_LOOK_YEARS")
LOOK_NAMES = environment.flag("TONGBAN_LOOK_NAMES")
FIGURES_LEAST = max(1, environment.whole("TONGBAN_FIGURES_LEAST"))
UPLOADS_OPEN = environment.whole("TONGBAN_UPLOADS_OPEN")
UPLOAD_HOURS = max(1, environment.whole("TONGBAN_UPLOAD_HOURS"))
UPLOAD_PIECE = max(1, environment.whole("TONGBAN_UPLOAD_PIECE_KB")) * 1024
# How often codes may be asked for and tried, over what (tongban.kernel.parties.calc.limits), and whom we believe an address.
SIGN_IN_LIMITS = environment.sign_in_limits()
REQUEST_LIMITS = environment.request_limits()
PROXIES = environment.whole("TONGBAN_PROXIES")
STAMPER = environment.value("TONGBAN_STAMPER")  # see tongban.kernel.evidence.queries.stampers
STAMPER_URL = environment.value("TONGBAN_STAMPER_URL")
STAMPER_ROOTS = environment.value("TONGBAN_STAMPER_ROOTS")
STAMPER_MINUTES = max(1, environment.whole("TONGBAN_STAMPER_MINUTES"))
STAFF_IDLE_MINUTES = max(1, environment.whole("TONGBAN_STAFF_IDLE_MINUTES"))
STAFF_HOURS = max(1, environment.whole("TONGBAN_STAFF_HOURS"))
PERSON_IDLE_MINUTES = max(1, environment.whole("TONGBAN_PERSON_IDLE_MINUTES"))
PERSON_HOURS = max(1, environment.whole("TONGBAN_PERSON_HOURS"))
FRESH_MINUTES = max(1, environment.whole("TONGBAN_FRESH_MINUTES"))
KNOWN_DEVICE_DAYS = max(1, environment.whole("TONGBAN_KNOWN_DEVICE_DAYS"))
HALL_NETWORKS = environment.hall_networks()
GLASS_HOURS = max(1, environment.whole("TONGBAN_GLASS_HOURS"))
GLASS_REVIEW_HOURS = max(1, environment.whole("TONGBAN_GLASS_REVIEW_HOURS"))
# Who confirms who somebody is; see tongban.kernel.identities.queries.verifiers.
VERIFIERS = {"population": "fake-population", "face": "fake-face", "certificate": "fake-certificate"}
SCANNER = environment.value("TONGBAN_SCANNER")  # see tongban.kernel.documents.queries.scanners
SCANNER_ADDRESS = environment.value("TONGBAN_SCANNER_ADDRESS")
SCANNER_SECONDS = max(1, environment.whole("TONGBAN_SCANNER_SECONDS"))
BACKUP_FOLDER = environment.backup_folder()  # see tongban.site.backup.nightly
BACKUP_KEEP = environment.whole("TONGBAN_BACKUP_KEEP")
PRESENT_SECONDS = environment.whole("TONGBAN_PRESENT_SECONDS")
SEAL_SIGNER = "software"
CASHIER = "fake"  # who takes public fees; see tongban.kernel.outcomes.queries.cashiers
QUEUES = "demo" if environment.flag("TONGBAN_DEMO") else ""  # see tongban.modules.halls.queries.waiting
# Who carries short messages outside: names in tongban.kernel.notices.queries.CARRIERS.
CARRIERS = {"sms": "sms", "mail": "mail", "push": environment.value("TONGBAN_PUSH")}
PUSH_CONTACT = environment.push_contact()
PUSH_SIGNING_KEY = keys.push_key(VAR) if CARRIERS["push"] == "web-push" else ""
EXCHANGE_CARRIER = "http"  # see tongban.kernel.exchange.queries.wire
EXCHANGE_KEY = keys.exchange_key(VAR)
EXCHANGE_PEER_KEY = str(VAR / "peers" / "{code}.pub")  # public keys of peers that the pack does not have
EXCHANGE_ADDRESS = environment.address("TONGBAN_PROVINCE_URL")
ACR_NAMES = environment.acr_names()  # see tongban.modules.signon.calc.claims
COURIER = "fake"  # who carries results on paper; see tongban.kernel.outcomes.queries.couriers
# Which accounts the demo offers on its sign-in page; their names stand in the pack.
DEMO_ACCOUNTS = environment.demo_usernames(PACK) if DEMO else []
PUBLIC_URL = environment.value("TONGBAN_PUBLIC_URL").rstrip("/") or (
    f"http://{environment.value('TONGBAN_HOST')}:{environment.value('TONGBAN_PORT')}"
)
# The host that serves files and nothing else; empty: files come from the host of pages.
FILES_URL = environment.files_url(PUBLIC_URL)
# Passkeys belong to a name, never to an address of numbers: on a machine of one's own that is localhost.
PASSKEY_SITE, PASSKEY_ORIGIN = environment.passkeys(PUBLIC_URL)
ALLOWED_HOSTS = [
    host.strip() for host in environment.value("TONGBAN_ALLOWED_HOSTS").split(",") if host.strip()
]
ALLOWED_HOSTS += [urlsplit(FILES_URL).hostname] if FILES_URL else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "tongban.kernel.events",
    "tongban.kernel.access",
    "tongban.kernel.parties",
    "tongban.kernel.places",
    "tongban.kernel.deadlines",
    "tongban.kernel.seals",
    "tongban.kernel.identities",
    "tongban.kernel.evidence",
    "tongban.kernel.ledger",
    "tongban.kernel.notices",
    "tongban.kernel.search",
    "tongban.kernel.catalogue",
    "tongban.kernel.names",
    "tongban.kernel.documents",
    "tongban.kernel.credentials",
    "tongban.kernel.disclosures",
    "tongban.kernel.signatures",
    "tongban.kernel.cases",
    "tongban.kernel.receptions",
    "tongban.kernel.outcomes",
    "tongban.kernel.bundles",
    "tongban.kernel.exchange",
    "tongban.modules.ratings",
    "tongban.modules.supervision",
    "tongban.modules.correspondence",
    "tongban.modules.exports",
    "tongban.modules.looks",
    "tongban.modules.dossiers",
    "tongban.modules.worklists",
    "tongban.modules.halls",
    "tongban.modules.policies",
    "tongban.modules.appeals",
    "tongban.modules.claims",
    "tongban.modules.matching",
    "tongban.modules.projects",
    "tongban.modules.visits",
    "tongban.modules.signon",
    "tongban.terminals.ui",
    "tongban.terminals.portal",
    "tongban.terminals.desk",
    "tongban.terminals.console",
    "tongban.terminals.counter",
    "tongban.terminals.enterprise",
    "tongban.terminals.signon",
    "tongban.site",
]
MIDDLEWARE = [
    "tongban.site.logs.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tongban.site.files.FilesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongban.site.middleware.CompressionMiddleware",
    "tongban.terminals.ui.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.terminals.ui.middleware.PreferencesMiddleware",
    "tongban.site.addresses.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.site.middleware.ActorMiddleware",
    "tongban.site.pacing.PacingMiddleware",
    "tongban.site.middleware.ProblemMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "tongban.site.urls"
WSGI_APPLICATION = "tongban.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "tongban.terminals.ui.context.ui",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "tongban.terminals.ui.renderer.FormRenderer"

# The role in which the program works where the database checks whose rows it reads (ADR 0047), and its owner's address.
ROW_SECURITY = environment.row_security()
OWNER_ADDRESS = environment.value("TONGBAN_DATABASE_OWNER") or environment.value("TONGBAN_DATABASE")
DATABASES = databases(
    environment.value("TONGBAN_DATABASE"),
    VAR,
    prepared=environment.flag("TONGBAN_PREPARED"),
    reader=ROW_SECURITY,
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = ["tongban.site.sign_in.CodeBackend"]
# Scrypt with Django's parameters (N 2^14, r 8, p 5: 16 MB, 0.12 s measured); one that is first here makes old hashes anew.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
PASSWORD_LEAST = min(64, max(8, environment.whole("TONGBAN_PASSWORD_LEAST")))
# Length and likeness here; common and leaked ones: tongban.kernel.identities.queries.breaches. No rule of composition.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LEAST},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone", "id_no", "words")},
    },
]
BREACHES, BREACHES_URL, BREACHES_DOWN = environment.breaches()
LOGIN_URL = "/sign-in/"
SESSION_ENGINE = "tongban.site.sessions"
SESSION_COOKIE_AGE = 60 * max(
    STAFF_IDLE_MINUTES, PERSON_IDLE_MINUTES
)  # who goes sooner: terminals.ui.session
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tongban.terminals.ui.views.csrf_failure"
# Hashes of sign-in codes and sessions never leave this installation.
HTTPS = environment.flag("TONGBAN_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# With it a browser takes a cookie from this host alone: no neighbour beneath the same domain can put one there.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [environment.ROOT / "tongban" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [("pack", PACK / "assets")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.site.static.Storage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31536000

DATA_UPLOAD_MAX_MEMORY_SIZE = max(2 * 1024 * 1024, UPLOAD_PIECE)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(VAR)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "tongban.site.logs.Veiled",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "tongban.site.logs.Structured"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": environment.logs()}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # A forged file is a verdict for the person who asked, not a traceback in our log.
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
        "tongban": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
