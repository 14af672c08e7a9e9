"""Firms that claim, the officers whom a claim meets, and the short ways through it that tests take."""

from dataclasses import dataclass
from typing import Any

from tests import city
from tests.modules.policies.awarding import ACCOUNT, BANK, Bureau, Firm, again, bureau, firm, learn
from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.models import CaseStep
from tongban.modules.claims import actions
from tongban.modules.claims.models import Claim
from tongban.modules.claims.tasks import every_day

FAST = (
    "high-tech-accepted"  # 20,000 yuan for an application as high-tech firm: intake, review, notice, decision
)
FEN = 2_000_000
FITS: dict[str, Any] = {"org.kind": "company", "org.rd_permille": 52, "org.patents": 11}
WINDOW = "2026-03-16T09:00"  # the first working day on which it can be claimed


@dataclass(frozen=True)
class Office:
    """The officers of the science bureau whom a claim meets, and its money."""

    clerk: Actor
    reviewer: Actor
    decider: Actor
    money: Bureau


def office(
    agency: str = "science", fund: str = "science-2026", fen: int = 100 * FEN, short: str = ""
) -> Office:
    """Its officers, and a budget of so many fen."""

    def somebody(role: str) -> Actor:
        return city.actor(city.officer(role, agency=agency, place=city.CITY))

    return Office(
        somebody("claim_clerk"),
        somebody("claim_reviewer"),
        somebody("claim_decider"),
        bureau(fen=fen, fund=fund, agency=agency, short=short),
    )


def claimer(name: str = "", **facts: Any) -> Firm:
    """A firm that fits; `facts` (with `__` for the dot) change that."""
    return firm(name, **{key.replace(".", "__"): value for key, value in FITS.items()} | facts)


def fill(one: Firm, item: str = FAST, **answers: Any) -> Any:
    """A draft with everything that nobody knows yet."""
    case = cases.open_draft(item_code=item, by=one.by)
    given = {"account": ACCOUNT.replace(" ", ""), "bank": BANK, **answers}
    application = case_queries.application(case, time.today())
    known = application.definition.fields
    cases.save(
        case_id=case.pk,
        by=one.by,
        answers={key: value for key, value in given.items() if key in known},
        signed=list(application.unsigned),
    )
    attach(one, case)
    return case


def attach(one: Firm, case: Any) -> None:
    """The papers that are still missing."""
    for material in case_queries.application(again(case), time.today()).missing_materials:
        cases.add_material(case_id=case.pk, material=material, file=city.letter_pdf(), by=one.by)


def claim(one: Firm, item: str = FAST, **answers: Any) -> Claim:
    """Filled in and handed in."""
    case = cases.submit(case_id=fill(one, item, **answers).pk, by=one.by)
    return Claim.objects.get(case_id=case.pk)


def accepted(one: Firm, bureau: Office, item: str = FAST) -> Claim:
    """Accepted by the clerk."""
    row = claim(one, item)
    cases.accept(case_id=row.case_id, by=bureau.clerk)
    return row


def in_notice(one: Firm, bureau: Office, item: str = FAST) -> Claim:
    """Reviewed and in public notice."""
    row = accepted(one, bureau, item)
    cases.complete_step(case_id=row.case_id, opinion="符合条件", by=bureau.reviewer)
    city.run_jobs()
    return again(row)


def to_decide(one: Firm, bureau: Office, clock: Any, item: str = FAST) -> Claim:
    """The notice is over and nobody has objected."""
    row = in_notice(one, bureau, item)
    end_notice(row, clock)
    learn(one, **{key.replace(".", "__"): value for key, value in FITS.items()})
    return again(row)


def end_notice(row: Claim, clock: Any) -> None:
    """The first day after the notice, and its daily work."""
    clock.move(days=(again(row).notice_until - time.today()).days)
    a_day_passes(clock)


def granted(one: Firm, bureau: Office, clock: Any, item: str = FAST) -> Claim:
    """Decided, its money payable."""
    row = to_decide(one, bureau, clock, item)
    cases.grant(case_id=row.case_id, by=bureau.decider)
    city.run_jobs()
    return again(row)


def paid(one: Firm, bureau: Office, clock: Any, item: str = FAST) -> Claim:
    """Paid by three persons."""
    row = granted(one, bureau, clock, item)
    batch = actions.order(claim_ids=[row.pk], treasury="file", by=bureau.money.payer)
    bureau.money.send(batch)
    return again(row)


def a_day_passes(clock: Any) -> None:
    """The daily work of cases and claims of the next day, and what follows from it."""
    clock.move(days=1)
    for step in list(
        CaseStep.objects.filter(state="open", due_on__lt=time.today()).values_list("pk", flat=True)
    ):
        cases.let_silence_speak(step_id=step)
    every_day(time.today())
    city.run_jobs()
