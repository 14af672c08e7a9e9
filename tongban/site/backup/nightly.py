"""The backup of each night, where TONGBAN_BACKUP_FOLDER is set."""

import logging
import subprocess
import sys
import threading
from datetime import date

from django.conf import settings

from tongban.kernel.events.states import daily

_LOG = logging.getLogger("tongban")


@daily
def every_night(day: date) -> None:
    """Begin the backup of the day as a process of its own: the worker's jobs do not wait for it.

    A run that fails is not tried again before the next night; `tongban backup check` sounds the alarm by the age.
    """
    if settings.BACKUP_FOLDER:
        threading.Thread(target=make, daemon=True).start()


def make() -> int:
    """Run `tongban backup make`; returns its exit code, and logs any but 0."""
    words = ["backup", "make", settings.BACKUP_FOLDER, "--keep", str(settings.BACKUP_KEEP)]
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "tongban.site.cli", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _LOG.error("the backup of the night failed: %s", (done.stdout + done.stderr).strip()[-1000:])
    else:
        _LOG.info("backup: %s", " ".join(done.stdout.split()))
    return done.returncode
