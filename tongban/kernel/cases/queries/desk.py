"""Many cases: what an officer may see, what waits for them, which lights they have, how they are found."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from django.db.models import Count, Q, QuerySet

from tongban.foundation.ids import check_resident_id
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import rules
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries.work import work_for
from tongban.kernel.cases.states import OPEN_STATES
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties

# So many enterprises of whose name a text is part are looked for: whoever means one types more of it.
MOST_NAMED = 200
# Up to so many cases of a name are taken as a list of their identifiers.
MOST_HELD = 500


def desk(actor: Actor) -> QuerySet[Case]:
    """All cases an officer may see through grants, leaving out drafts."""
    return Case.objects.filter(rules.staff_only(actor))


def queue(actor: Actor) -> QuerySet[Case]:
    """The cases in which something waits for this officer, soonest due first."""
    return Case.objects.filter(pk__in=work_for(actor).values("case_id")).order_by("due_on", "id")


def lamp(rows: QuerySet[Case], light: str, today: date) -> QuerySet[Case]:
    """Those of the cases whose light is this one today: red, yellow, green or paused."""
    running = rows.filter(state__in=OPEN_STATES, paused=False)
    match light:
        case "red":
            return running.filter(due_on__lt=today)
        case "yellow":
            return running.filter(due_on__gte=today, yellow_on__lte=today)
        case "green":
            return running.filter(due_on__gte=today, yellow_on__gt=today)
        case "paused":
            return rows.filter(state__in=OPEN_STATES, paused=True)
    return rows


def lamps(rows: QuerySet[Case], today: date) -> dict[str, int]:
    """How many cases have which light today, in one query."""
    running = Q(paused=False)
    # Only open cases have a light: said before counting, it leaves out nearly all rows.
    return (
        rows.filter(state__in=OPEN_STATES)
        .order_by()
        .aggregate(
            red=Count("pk", filter=running & Q(due_on__lt=today)),
            yellow=Count("pk", filter=running & Q(due_on__gte=today, yellow_on__lte=today)),
            green=Count("pk", filter=running & Q(due_on__gte=today, yellow_on__gt=today)),
            paused=Count("pk", filter=Q(paused=True)),
        )
    )


def day_of(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in Shanghai, and that of the next."""
    begin = datetime.combine(day, clock_time(), SHANGHAI)
    return begin, begin + timedelta(days=1)


def finished_on(rows: QuerySet[Case], day: date) -> QuerySet[Case]:
    """Those of the cases on which a decision, a refusal or a withdrawal fell on this day in Shanghai."""
    return decided_within(rows, *day_of(day))


def decided_within(rows: QuerySet[Case], begin: datetime, end: datetime) -> QuerySet[Case]:
    """Those of the cases that were decided, or came to their end without a decision, from `begin` until before `end`."""
    return rows.filter(
        Q(decided_at__gte=begin, decided_at__lt=end)
        | Q(decided_at__isnull=True, closed_at__gte=begin, closed_at__lt=end)
    )


def light_of(case: Case, today: date) -> str:
    """The light of one case today: red, yellow, green, paused or done."""
    if case.state not in OPEN_STATES:
        return "done"
    if case.paused:
        return "paused"
    if case.due_on is None or today < (case.yellow_on or case.due_on):
        return "green"
    return "yellow" if today <= case.due_on else "red"


def find(actor: Actor, text: str) -> QuerySet[Case]:
    """An officer's search among the cases they may see, newest first.

    By number of the case, credit code or resident identity number in full; by the beginning of the applicant's name,
    any part of an enterprise's; by part of an item's name. Every way is an index's.
    """
    text = text.strip()
    if not text or "\x00" in text:  # PostgreSQL has no NUL in text and says so with an error
        return Case.objects.none()
    return desk(actor).filter(_by_number(text) or _by_name(text)).order_by("-id")


def _by_number(text: str) -> Q | None:
    """What a number in full finds; None when the text is none that we hold."""
    number = text.upper()
    if not number.isascii():
        return None
    organisation = parties.organisation_by_uscc(number)
    if organisation is not None:
        return Q(organisation_id=organisation.pk)
    if check_resident_id(number).ok:
        person = parties.person_by_id_no(number)
        return Q(person_id=person.pk) if person else Q(pk__in=[])
    found = Case.objects.filter(Q(short_no=number) | Q(case_no=number)).values_list("pk", flat=True)
    return Q(pk__in=list(found)) if found else None


def _by_name(text: str) -> Q:
    match = Q(applicant_name__startswith=text)
    organisations = parties.organisations_named(text, MOST_NAMED)
    if organisations:
        match |= Q(organisation_id__in=organisations)
    items = [
        item.code for item in (*catalogue.items(), *catalogue.derived()) if text in item.definition.name.zh
    ]
    if items:
        return match | Q(item_code__in=items)
    # A list of the few cases that have the name: a database that expects many of them reads all from the newest on.
    found = list(Case.objects.filter(match).values_list("pk", flat=True)[: MOST_HELD + 1])
    return match if len(found) > MOST_HELD else Q(pk__in=found)


def count_up_to(rows: QuerySet[Case], most: int) -> int:
    """How many cases there are, or `most` when there are more: counting all of them would take as long as there are."""
    return rows.order_by()[:most].count()


def count_by(rows: QuerySet[Case], conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many cases fulfil which condition, in one query."""
    return rows.order_by().aggregate(**{name: Count("pk", filter=one) for name, one in conditions.items()})
