"""Banks' reports of interest: who may send them, of which loans, what was sent, what a firm's interest comes to."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet, Sum

from tongban.foundation.money import Fen
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import rules
from tongban.modules.claims.calc import Kind, kinds_of
from tongban.modules.claims.models import BankLoan, BankReport


def _setting() -> Mapping[str, Any]:
    setting: Mapping[str, Any] = catalogue.snapshot().pack.get("interest_reports", {"banks": [], "kinds": []})
    return setting


def kinds() -> dict[str, Kind]:
    """The kinds of loans that banks report, by the fact that their interest becomes."""
    return kinds_of(_setting()["kinds"])


def bank_of(actor: Actor) -> Any:
    """The bank that the actor acts for. Raises NoSuchClaim for everybody else: who is a partner is nobody's business."""
    firm = parties.organisation(actor.organisation_id) if actor.organisation_id else None
    return rules.found(firm if firm is not None and firm.uscc in _setting()["banks"] else None)


def is_bank(actor: Actor) -> bool:
    """Whether the actor acts for a bank that reports."""
    if actor.organisation_id is None:
        return False
    return parties.organisation(actor.organisation_id).uscc in _setting()["banks"]


def reports(actor: Actor) -> QuerySet[BankReport]:
    """The reports of the bank that the actor acts for, the latest first. Raises NoSuchClaim."""
    return BankReport.objects.filter(bank_id=bank_of(actor).pk).order_by("-id")


def report(actor: Actor, report_id: uuid.UUID, *, lock: bool = False) -> BankReport:
    """One report of the bank that the actor acts for. Raises NoSuchClaim."""
    rows = reports(actor).filter(pk=report_id)
    return rules.found((rows.select_for_update() if lock else rows).first())


def digest_of(loan_no: str) -> str:
    """What a loan is found again by."""
    return hashlib.sha256(loan_no.encode()).hexdigest()


def known_loans(bank_id: uuid.UUID, year: int, digests: Iterable[str]) -> set[str]:
    """Those of the loans that the bank has reported for the year already."""
    rows = BankLoan.objects.filter(bank_id=bank_id, year=year, live=True, loan_digest__in=list(digests))
    return set(rows.values_list("loan_digest", flat=True))


def interest_of(subject_id: uuid.UUID, fact: str, year: int) -> tuple[Fen, int]:
    """What a firm paid of interest in a year by all reports in force, in fen, and how many banks say so."""
    rows = BankLoan.objects.filter(subject_id=subject_id, fact=fact, year=year, live=True)
    found = rows.aggregate(sum=Sum("interest_fen"))
    return int(found["sum"] or 0), rows.order_by("bank_id").values("bank_id").distinct().count()
