"""Opens the funds of the year and leaves awards without applications at three points: in notice, to be confirmed, paid."""

from datetime import datetime, timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries as money
from tongban.kernel.ledger.tasks import ask, hand_over
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as known
from tongban.kernel.parties.states import SubjectKind
from tongban.modules.policies import actions
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import AwardState, BatchState
from tongban.modules.policies.tasks.awards import compare
from tongban.site.demo.making import City

HOUR = 10
_KINDS = {"organisation": SubjectKind.ORGANISATION, "person": SubjectKind.PERSON}
# Working days back from today: when a list was made, published, approved, and the order to pay given.
MADE, PUBLISHED, APPROVED, ORDERED = 10, 9, 3, 1
PAID = "paid"
ACCOUNT, BANK = "20100000000004{n:02}", "示例银行营业部"
IN_NOTICE_SINCE = 2


def award_some(city: City) -> int:
    """Funds with their budgets, data as departments renewed them last, and the batches that the demo file asks for."""
    wanted = city.data.get("awards", [])
    with time.freeze(day(MADE + 1)):
        _funds()
    made = sum(_batch(city, one) for one in wanted)
    renew(city)
    return made


def day(back: int) -> datetime:
    """Ten o'clock of the working day so many before today."""
    calendar = deadlines.calendar()
    day = calendar.at(calendar.position(time.today()) - back)
    return datetime(day.year, day.month, day.day, HOUR, tzinfo=time.SHANGHAI)


def renew(city: City, *kinds: SubjectKind) -> None:
    """Departments send again what grows old, some of it every day: what is older would count as not known."""
    ages = catalogue.fresh_days()
    found = (
        (SubjectKind.ORGANISATION, city.firms, "handle", city.data["firms"]),
        (SubjectKind.PERSON, city.people, "username", city.data["people"]),
    )
    for kind, rows, key, named in found:
        for one in named if kind in (kinds or SubjectKind) else ():
            facts = {name: value for name, value in one.get("facts", {}).items() if name in ages}
            if facts and one[key] in rows:
                parties.learn(
                    subject_kind=kind,
                    subject_id=rows[one[key]].pk,
                    facts=facts,
                    source="data-bureau",
                    by=SYSTEM,
                )


def _funds() -> None:
    for fund in published.in_force().policies.funds.values():
        if fund["year"] == time.today().year:
            row = ledger.open_fund(
                code=fund["code"], name=fund["name"]["zh"], agency=fund["agency"], by=SYSTEM
            )
            ledger.open_line(fund_id=row.pk, year=fund["year"], place_path="", fen=fund["budget"], by=SYSTEM)


def officer(city: City, role: str, agency: str, *, whole: bool = False) -> Actor:
    """An officer of an agency; `whole`: one of the whole city, not of a town."""
    row = next(
        one
        for one in city.data["staff"]
        if one["role"] == role and one["agency"] == agency and not (whole and one["place"])
    )
    return known.actor_for(city.accounts[row["username"]], time.today())


class _Told:
    """What a job is told: only whose batch it is."""

    def __init__(self, row: Any) -> None:
        self.subject_id = row.pk


def _batch(city: City, wanted: dict[str, Any]) -> int:
    """One batch, as far as the demo file wants it."""
    offer = awards.offered(wanted["item"], time.today())
    agency, kind = offer.policy.agency, _KINDS[offer.item.audience]
    approved = wanted["stands"] in (BatchState.CONFIRMING, PAID)
    with time.freeze(day(MADE if approved else IN_NOTICE_SINCE + 1)):
        renew(city, kind)
        maker = officer(city, "award_officer", agency)
        row = actions.start_batch(item=wanted["item"], by=maker)
        while part := compare(_Told(row)):
            actions.add_part(
                batch_id=row.pk, after=part.after, found=part.found, last=part.last, many=part.many
            )
        for one in awards.awards_of(row).filter(sampled=True):
            actions.look_at(award_id=one.pk, right=True, reason="", by=maker)
        actions.finish_sample(batch_id=row.pk, by=maker)
        time.shift(timedelta(hours=2))
        for opinion in awards.opinions_of(row):
            by = officer(city, "award_officer", opinion.agency)
            actions.give_opinion(opinion_id=opinion.pk, against={}, words="", by=by)
    with time.freeze(day(PUBLISHED if approved else IN_NOTICE_SINCE)):
        renew(city, kind)
        actions.publish_list(batch_id=row.pk, by=maker)
    if approved:
        with time.freeze(day(APPROVED)):
            renew(city, kind)
            actions.approve(batch_id=row.pk, by=officer(city, "award_decider", agency))
            while actions.set_aside(batch_id=row.pk):
                pass
    if wanted["stands"] == PAID:
        with time.freeze(day(ORDERED)):
            renew(city, kind)
            _pay(city, row, agency)
    return 1


def _pay(city: City, batch: Any, agency: str) -> None:
    """Everybody on the list says yes, three officers order the payment, and the made-up treasury answers.

    Here and not by the worker, which has the papers of all the cases to make first; what it does again changes nothing.
    """
    accounts = {account.person_id: account for account in city.accounts.values() if account.person_id}
    heads = {firm.pk: accounts[firm.legal_representative_id] for firm in city.firms.values()}
    for n, one in enumerate(awards.awards_of(batch, AwardState.WAITING)):
        firm = one.subject_id in heads
        head = heads[one.subject_id] if firm else accounts[one.subject_id]
        by = known.actor_for(head, time.today(), one.subject_id if firm else None)
        actions.confirm_award(award_id=one.pk, account=ACCOUNT.format(n=n), bank=BANK, by=by)
    made = actions.order(batch_id=batch.pk, treasury="file", by=officer(city, "fund_officer", agency))
    if made is not None:
        checker = officer(city, "fund_checker", agency)
        for warning in money.warnings_of(money.batch(made, checker)):
            ledger.acknowledge(warning_id=warning.pk, reason="已逐户核实。", by=checker)
        ledger.approve_batch(batch_id=made, by=checker)
        ledger.send_batch(batch_id=made, by=officer(city, "finance_officer", agency))
        hand_over(_Told(money.batch(made, checker)))
        ledger.mark_delivered(batch_id=made)
        for answer in ask(made):
            ledger.record_answer(batch_id=made, answer=answer)
