"""The project's own settings, with a folder and a database of their own for this run.

`TONGBAN_TEST_DATABASE` chooses the database: empty means an SQLite file, a postgresql:// address means that server.
`TONGBAN_TEST_ROW_SECURITY=1` lets that server check whose rows are read (ADR 0047, tests/rowsecurity.py).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.undefined import Undefined

VAR = Path(tempfile.mkdtemp(prefix="tongban-test-"))
_OWNER = os.getpid()


def _clean() -> None:
    """Remove the run's folder; a forked child that exits early leaves it alone."""
    if os.getpid() == _OWNER:
        shutil.rmtree(VAR, ignore_errors=True)


atexit.register(_clean)

# Before the settings are read: nothing that a developer has set or made may change a test's outcome.
for _name in [
    name for name in os.environ if name.startswith("TONGBAN_") and not name.startswith("TONGBAN_TEST_")
]:
    del os.environ[_name]
os.environ["TONGBAN_VAR"] = str(VAR)
os.environ["TONGBAN_REQUEST_LIMITS"] = "off"  # tests of the limits say which they want
os.environ["TONGBAN_DATABASE"] = os.environ.get("TONGBAN_TEST_DATABASE", "")

from tongban.site.databases import GUARDED  # noqa: E402
from tongban.site.settings import *  # noqa: E402, F403  # a settings module is extended by star, after the lines above

# Whitenoise warns of a folder that does not exist, and warnings are errors here.
(VAR / "static").mkdir()

# A journey's browser and server are different threads: they share a file, which a database in memory is not.
DATABASES["default"].setdefault("TEST", {})
if os.environ.get("TONGBAN_TEST_ROW_SECURITY", "") == "1":
    # The role is taken on once its database is made.
    DATABASES["default"]["ENGINE"] = GUARDED
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = str(VAR / "test.sqlite3")

for _engine in TEMPLATES:
    _engine.setdefault("OPTIONS", {})["string_if_invalid"] = Undefined("%s")
