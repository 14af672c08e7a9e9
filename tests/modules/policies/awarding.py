"""Firms of which the data say this or that, the officers of a batch, and the short ways through it that tests take."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests import city
from tests.kernel.ledger.money import officer as with_grant
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import BudgetLine, PaymentWarning
from tongban.kernel.notices.queries import inbox
from tongban.kernel.parties import actions as parties
from tongban.modules.policies import actions
from tongban.modules.policies.models import Award, AwardBatch
from tongban.modules.policies.tasks.awards import every_day

ITEM = "scale-up-new"  # 50,000 yuan for a factory that is listed for the first time
FEN = 5_000_000
# Everything that it asks, and nothing more.
LISTED: dict[str, Any] = {
    "org.industry_section": "c",
    "org.above_scale": True,
    "org.above_scale_year": 2025,
    "org.started_and_listed": False,
    "org.output_y0": 9_000_000_000,
    "org.output_y1": 8_000_000_000,
    "org.awards": [],
    "org.awards_year": [],
    "org.dishonest": False,
    "org.abnormal": False,
    "org.fraud_found": False,
    "org.biggest_penalty_24m": 0,
    "org.penalty_kind": "none",
    "org.accident_36m": "none",
    "org.tax_grade": "a",
}
ACCOUNT = "6222 0240 0000 0123"
BANK = "示例银行大朗支行"
_serial = itertools.count(1)


@dataclass(frozen=True)
class Firm:
    """A firm, its head's account, and who acts for it."""

    row: Any
    account: Any
    by: Actor


def firm(name: str = "", place: str = city.DALANG, **facts: Any) -> Firm:
    """A firm that the award is for; `facts` (with `__` for the dot) change that, None leaves one out."""
    head = city.person(place=place)
    known = {**LISTED, **{key.replace("__", "."): value for key, value in facts.items()}}
    row = city.organisation(head, name or f"示例精工第{next(_serial)}有限公司", place, **known)
    account = city.account(head)
    return Firm(row, account, city.actor(account, row))


@dataclass(frozen=True)
class Bureau:
    """The officers of the industry bureau, of those asked, and of its money; and the fund's line for the whole city."""

    maker: Actor
    decider: Actor
    payer: Actor
    checker: Actor
    finance: Actor
    line: BudgetLine

    def opinion_of(self, agency: str) -> Actor:
        """Somebody of another agency who gives its opinion."""
        return city.actor(city.officer("award_officer", agency=agency, place=""))

    def made(self, item: str = ITEM) -> AwardBatch:
        """A batch whose list is made."""
        row = actions.start_batch(item=item, by=self.maker)
        city.run_jobs()
        return again(row)

    def consulted(self, item: str = ITEM) -> AwardBatch:
        """Sampled, every department without objection."""
        return self.consult(self.made(item))

    def consult(self, row: AwardBatch) -> AwardBatch:
        """A list that is made, sampled and consulted on."""
        for award in Award.objects.filter(batch=row, sampled=True).order_by("id"):
            actions.look_at(award_id=award.pk, right=True, reason="", by=self.maker)
        actions.finish_sample(batch_id=row.pk, by=self.maker)
        for opinion in row.opinions.order_by("id"):
            actions.give_opinion(
                opinion_id=opinion.pk, against={}, words="", by=self.opinion_of(opinion.agency)
            )
        return again(row)

    def in_notice(self, item: str = ITEM) -> AwardBatch:
        """In public notice."""
        row = self.consulted(item)
        return actions.publish_list(batch_id=row.pk, by=self.maker)

    def confirming(self, clock: Any, item: str = ITEM) -> AwardBatch:
        """Approved after the notice; everybody was asked."""
        row = self.in_notice(item)
        clock.to("2026-03-10T09:00")
        actions.approve(batch_id=row.pk, by=self.decider)
        city.run_jobs()
        return again(row)

    def balances(self) -> tuple[int, int, int, int]:
        """Available, reserved, payable and paid fen of the line."""
        row = BudgetLine.objects.get(pk=self.line.pk)
        return row.available_fen, row.reserved_fen, row.payable_fen, row.paid_fen

    def send(self, payment: Any) -> None:
        """Checked and sent; the treasury answers."""
        for warning in PaymentWarning.objects.filter(batch=payment).order_by("id"):
            ledger.acknowledge(warning_id=warning.pk, reason="已核实", by=self.checker)
        ledger.approve_batch(batch_id=payment, by=self.checker)
        ledger.send_batch(batch_id=payment, by=self.finance)
        city.run_jobs()


def bureau(
    fen: int = 100 * FEN, fund: str = "industry-2026", agency: str = "industry", short: str = ""
) -> Bureau:
    """Its officers, and a budget of so many fen."""

    def somebody(role: str) -> Actor:
        return city.actor(city.officer(role, agency=agency, place=""))

    finance = with_grant("finance_officer", agency)
    opened = ledger.open_fund(code=fund, name="示例专项资金", agency=agency, by=finance)
    line = ledger.open_line(fund_id=opened.pk, year=2026, place_path="", fen=fen, by=finance)
    return Bureau(
        somebody("award_officer"),
        somebody("award_decider"),
        somebody("fund_officer"),
        with_grant("fund_checker", agency),
        finance,
        line,
    )


def again(row: Any) -> Any:
    """The row as it is now."""
    return type(row).objects.get(pk=row.pk)


def award_of(batch: AwardBatch, one: Firm) -> Award:
    """The firm's award in a batch."""
    return Award.objects.get(batch=batch, subject_id=one.row.pk)


def states(batch: AwardBatch, **firms: Firm) -> dict[str, str]:
    """How far the award of each firm is; those not on the list are left out."""
    found = dict(Award.objects.filter(batch=batch).values_list("subject_id", "state"))
    return {name: found[one.row.pk] for name, one in firms.items() if one.row.pk in found}


def learn(one: Firm, **facts: Any) -> None:
    """Departments send these facts of a firm today; `__` for the dot."""
    known = {name.replace("__", "."): value for name, value in facts.items()}
    parties.learn(subject_kind="organisation", subject_id=one.row.pk, facts=known, source="demo", by=SYSTEM)


def titles(one: Firm) -> list[str]:
    """What the firm's head was told, oldest first."""
    return [row.title_zh for row in inbox(one.by).order_by("id")]


def confirm(one: Firm, batch: AwardBatch, account: str = ACCOUNT) -> Award:
    """The firm says yes, and into which account."""
    return actions.confirm_award(award_id=award_of(batch, one).pk, account=account, bank=BANK, by=one.by)


def a_day_passes(clock: Any, days: int = 1) -> None:
    """The daily work of each of some days, and what follows from it."""
    for _ in range(days):
        clock.move(days=1)
        every_day(time.today())
        city.run_jobs()
