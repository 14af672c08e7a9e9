"""Opens the funds of the year and leaves awards without applications at two points: in public notice, and to be confirmed."""

from datetime import datetime, timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as known
from tongban.kernel.parties.states import SubjectKind
from tongban.modules.policies import actions
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import BatchState
from tongban.modules.policies.tasks.awards import compare
from tongban.site.demo.making import City

HOUR = 10
# Working days back from today: when a list was made, published and approved.
MADE, PUBLISHED, APPROVED = 10, 9, 3
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


def renew(city: City) -> None:
    """Departments send again what they know, some of it every day: what is older would count as not known."""
    for one in city.data["firms"]:
        row = city.firms.get(one["handle"])
        if row is not None and one.get("facts"):
            parties.learn(
                subject_kind=SubjectKind.ORGANISATION,
                subject_id=row.pk,
                facts=one["facts"],
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
    agency = awards.offered(wanted["item"], time.today()).policy.agency
    confirming = wanted["stands"] == BatchState.CONFIRMING
    with time.freeze(day(MADE if confirming else IN_NOTICE_SINCE + 1)):
        renew(city)
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
    with time.freeze(day(PUBLISHED if confirming else IN_NOTICE_SINCE)):
        renew(city)
        actions.publish_list(batch_id=row.pk, by=maker)
    if confirming:
        with time.freeze(day(APPROVED)):
            renew(city)
            actions.approve(batch_id=row.pk, by=officer(city, "award_decider", agency))
            while actions.set_aside(batch_id=row.pk):
                pass
    return 1
