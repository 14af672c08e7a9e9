"""How long what is kept: for each kind of records its period, on what it rests, how many are past it, and how they go.

What the law keeps has no line here: cases handed in, decisions, licences, the books, evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.tasks.days import old_drafts
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents import queries as uploads
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.states import KEPT_DAYS
from tongban.kernel.identities.tasks import tidy
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as codes
from tongban.modules.dossiers import queries as dossiers
from tongban.modules.dossiers.tasks import every_day as old_dossiers
from tongban.modules.exports import queries as exports
from tongban.modules.exports.tasks import every_day as old_exports
from tongban.modules.looks import queries as looks
from tongban.modules.looks.tasks import every_day as old_looks

MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Kind:
    """Records of one kind. `period` and `basis` are for people; `clear` is what the worker does each day."""

    name: str
    period: str
    basis: str
    over: Callable[[], int]
    clear: Callable[[], object]


def _drafts() -> int:
    days = catalogue.kept_days("drafts")
    return 0 if days is None else cases.old_drafts(time.now() - timedelta(days=days)).count()


def kinds() -> list[Kind]:
    """Every kind of records that goes by itself."""
    return [*_what_people_left(), *_what_was_logged(), *_what_was_copied()]


def _what_people_left() -> list[Kind]:
    days, today = catalogue.kept_days("drafts"), time.today()
    return [
        Kind(
            "drafts",
            f"{days} days after the last change" if days else "kept: the pack names no period",
            "pack.yaml, data_use.retention",
            _drafts,
            lambda: old_drafts(today),
        ),
        Kind(
            "uploads in quarantine",
            f"{settings.UPLOAD_HOURS} hours after the last piece",
            "TONGBAN_UPLOAD_HOURS",
            lambda: len(uploads.expired_uploads(time.now())),
            lambda: documents.forget_expired(now=time.now()),
        ),
        Kind(
            "one-time codes",
            "1 day after they ran out",
            "PIPL art. 19: no longer than needed",
            lambda: codes.dead_codes(time.now()),
            lambda: parties.forget_codes(now=time.now()),
        ),
    ]


def _what_was_logged() -> list[Kind]:
    today = time.today()
    return [
        Kind(
            "sign-ins that ended",
            f"{KEPT_DAYS} days",
            "Cybersecurity Law art. 21: at least six months",
            lambda: identities.long_over(time.now()).count(),
            lambda: tidy(today),
        ),
        Kind(
            "browsers' sessions",
            "when they run out",
            "TONGBAN_STAFF_IDLE_MINUTES, TONGBAN_PERSON_IDLE_MINUTES",
            lambda: Session.objects.filter(expire_date__lt=time.wall_clock()).count(),
            SessionStore.clear_expired,
        ),
        Kind(
            "looks at people's data",
            f"{settings.LOOK_YEARS} years",
            "TONGBAN_LOOK_YEARS; the database refuses it earlier",
            lambda: len(looks.over(today, MOST_COUNTED)),
            lambda: old_looks(today),
        ),
    ]


def _what_was_copied() -> list[Kind]:
    today = time.today()
    return [
        Kind(
            "files of exports",
            f"{settings.EXPORT_DAYS} days",
            "TONGBAN_EXPORT_DAYS",
            lambda: len(exports.expired(today)),
            lambda: old_exports(today),
        ),
        Kind(
            "copies of people's own data",
            f"{settings.DOSSIER_DAYS} days",
            "TONGBAN_DOSSIER_DAYS",
            lambda: len(dossiers.expired(today)),
            lambda: old_dossiers(today),
        ),
    ]
