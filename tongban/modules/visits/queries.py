"""Reads of dedicated service: lists, officers, whom they serve, visits, promises, duty."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import FactState
from tongban.kernel.records.queries import once
from tongban.modules.visits import calc, rules
from tongban.modules.visits.models import (
    Assignment,
    Duty,
    ListRun,
    Promise,
    ServiceEntry,
    ServiceOfficer,
    Visit,
)
from tongban.modules.visits.states import CHUNK, VisitState

MOST_COUNTED = 1000
FRESH = timedelta(days=3)  # a day that no worker ran is made up for
_SETTINGS = "visits.settings"
_held: dict[str, Any] = {}


class NotServed(Problem):
    """No enterprise, visit or promise within the actor's reach has this identifier."""

    code = "visits.unknown"
    status = 404


def _not_served() -> NotServed:
    return NotServed(
        sentence_zh="没有找到，或者不在您服务的范围内。",
        sentence_en="There is none within your care.",
        todo_zh="请从“我服务的企业”进入。",
        todo_en="Open it from the list of your enterprises.",
    )


def settings() -> calc.Settings:
    """The lists and purposes of the pack; none where it names none."""
    return once(_SETTINGS, _read_settings)


def _read_settings() -> calc.Settings:
    """Read once for each revision of the catalogue."""
    held = catalogue.snapshot()
    if _held.get("of") is not held:
        data = held.documents.get(DocumentKind.PACK, {}).get("visits")
        facts = {
            name: FactType(fact["type"]) for name, fact in held.documents.get(DocumentKind.FACT, {}).items()
        }
        found = calc.read_settings(data, facts) if data else calc.Settings({}, {}, 0)
        _held.update(of=held, settings=found)
    return _held["settings"]


def count(rows: QuerySet[Any]) -> int:
    """How many there are, up to one more than is shown."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def assignments(actor: Actor) -> QuerySet[Assignment]:
    """The enterprises in the actor's care, those to be visited first first."""
    return Assignment.objects.filter(rules.reach(actor), until__isnull=True).order_by("next_on", "id")


def own_assignments(actor: Actor) -> QuerySet[Assignment]:
    """Those of which the actor is officer or deputy."""
    mine = Q(officer_id=actor.account_id) | Q(deputy_id=actor.account_id)
    return assignments(actor).filter(mine)


def assignment_of(organisation_id: uuid.UUID) -> Assignment | None:
    """The officer and deputy of an enterprise now, whoever asks: for the page of the enterprise itself and its file."""
    return Assignment.objects.filter(organisation_id=organisation_id, until__isnull=True).first()


def assignments_of(organisations: Iterable[uuid.UUID]) -> dict[uuid.UUID, Assignment]:
    """The officers of some enterprises, in one query."""
    rows = Assignment.objects.filter(organisation_id__in=list(organisations), until__isnull=True)
    return {one.organisation_id: one for one in rows.order_by("id")}


def served_by_town(actor: Actor) -> dict[str, int]:
    """How many enterprises of each place have an officer, by its path, in one query."""
    return dict(assignments(actor).order_by().values_list("place_path").annotate(n=Count("pk")))


def assignment(
    actor: Actor, organisation_id: uuid.UUID, verb: str = "serve", *, lock: bool = False
) -> Assignment:
    """The assignment of an enterprise in the actor's care; raises NotServed."""
    rows = Assignment.objects.filter(
        rules.reach(actor, verb), organisation_id=organisation_id, until__isnull=True
    )
    return _found(rows.select_for_update() if lock else rows)


def _found(rows: QuerySet[Any]) -> Any:
    row = rows.first()
    if row is None:
        raise _not_served()
    return row


def visits(actor: Actor) -> QuerySet[Visit]:
    """The visits that the actor may see, the newest day first."""
    return Visit.objects.filter(rules.reach(actor, "serve")).order_by("-planned_on", "-id")


def planned(actor: Actor) -> QuerySet[Visit]:
    """The visits that are still to be made, the first first."""
    return visits(actor).filter(state=VisitState.PLANNED).order_by("planned_on", "id")


def visit(actor: Actor, visit_id: uuid.UUID, *, lock: bool = False) -> Visit:
    """One visit within the actor's reach; raises NotServed."""
    rows = visits(actor).filter(pk=visit_id)
    return _found(rows.select_for_update() if lock else rows)


def promises(actor: Actor, *, open_only: bool = True) -> QuerySet[Promise]:
    """The promises within the actor's reach, the first due first."""
    rows = Promise.objects.filter(rules.reach(actor, "serve"))
    return (rows.filter(kept_on__isnull=True) if open_only else rows).order_by("due_on", "id")


def promise(actor: Actor, promise_id: uuid.UUID, *, lock: bool = False) -> Promise:
    """One promise within the actor's reach; raises NotServed."""
    rows = Promise.objects.filter(rules.reach(actor, "serve"), pk=promise_id)
    return _found(rows.select_for_update() if lock else rows)


def assignment_by_id(assignment_id: uuid.UUID) -> Assignment:
    """An assignment for the machinery; raises Assignment.DoesNotExist."""
    return Assignment.objects.get(pk=assignment_id)


def visit_by_id(visit_id: uuid.UUID) -> Visit:
    """A visit for the machinery; raises Visit.DoesNotExist."""
    return Visit.objects.get(pk=visit_id)


def promise_by_id(promise_id: uuid.UUID) -> Promise:
    """A promise for the machinery, with its visit; raises Promise.DoesNotExist."""
    return Promise.objects.select_related("visit").get(pk=promise_id)


def _open_between(first: date, last: date) -> list[Promise]:
    rows = Promise.objects.filter(kept_on__isnull=True, due_on__gte=first, due_on__lte=last)
    return list(rows.select_related("visit").order_by("id"))


def nearly_due(day: date) -> list[Promise]:
    """The promises that are yellow: their day is so many days ahead, or nearer, and not over."""
    return _open_between(day, day + timedelta(days=settings().yellow_days))


def overdue_since(day: date) -> list[Promise]:
    """The promises whose day passed lately."""
    return _open_between(day - FRESH, day - timedelta(days=1))


def promises_to(actor: Actor, organisation_id: uuid.UUID) -> list[Promise]:
    """What was promised to the enterprise that the actor acts for, the first due first, kept ones last; at most 50."""
    if organisation_id not in actor.represents:
        return []
    rows = Promise.objects.filter(organisation_id=organisation_id)
    return sorted(rows.order_by("-due_on", "-id")[:50], key=lambda one: (one.kept_on is not None, one.due_on))


def promises_of(visits: Iterable[Visit]) -> dict[uuid.UUID, list[Promise]]:
    """The promises of some visits, in one query."""
    found: dict[uuid.UUID, list[Promise]] = {one.pk: [] for one in visits}
    for row in Promise.objects.filter(visit_id__in=list(found)).order_by("due_on", "id"):
        found[row.visit_id].append(row)
    return found


def lists_of(organisation_id: uuid.UUID) -> list[ServiceEntry]:
    """The lists on which an enterprise is now."""
    return list(
        ServiceEntry.objects.filter(organisation_id=organisation_id, until__isnull=True).order_by("code")
    )


def lists_by_firm(organisations: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """On which lists some enterprises are now, in one query."""
    rows = ServiceEntry.objects.filter(organisation_id__in=list(organisations), until__isnull=True)
    found: dict[uuid.UUID, list[str]] = {}
    for id, code in rows.order_by("code").values_list("organisation_id", "code"):
        found.setdefault(id, []).append(code)
    return found


def enterprises(actor: Actor) -> QuerySet[Any]:
    """The enterprises of the towns that the actor looks after, on a list or not."""
    return parties.organisations().filter(rules.town_firms(actor))


def entries(actor: Actor, *, code: str = "", town: str = "", words: str = "") -> QuerySet[ServiceEntry]:
    """The enterprises on lists within the towns that the actor looks after, by name."""
    rows = ServiceEntry.objects.filter(rules.town(actor), until__isnull=True).order_by("name", "id")
    if code in settings().lists:
        rows = rows.filter(code=code)
    if town:
        rows = rows.filter(place_path__within=town)
    if words := words.replace("\x00", "").strip()[:60]:
        rows = rows.filter(name__contains=words)
    return rows


def entry(actor: Actor, entry_id: uuid.UUID) -> ServiceEntry:
    """One enterprise on a list of a town that the actor looks after; raises NotServed."""
    return _found(ServiceEntry.objects.filter(rules.town(actor), pk=entry_id, until__isnull=True))


def list_counts(actor: Actor, path: str) -> dict[str, int]:
    """How many enterprises of a place are on each list, within the actor's reach."""
    rows = entries(actor, town=path).order_by().values_list("code").annotate(n=Count("pk"))
    return dict(rows)


def officers(path: str) -> list[ServiceOfficer]:
    """The service officers of a place, by name."""
    return list(ServiceOfficer.objects.filter(place_path__within=path, until__isnull=True).order_by("id"))


def officer(account_id: uuid.UUID | None) -> ServiceOfficer | None:
    """The officer behind an account, or None."""
    if account_id is None:
        return None
    return ServiceOfficer.objects.filter(account_id=account_id, until__isnull=True).first()


def officers_by_account(accounts: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, ServiceOfficer]:
    """The officers behind some accounts, in one query."""
    wanted = [one for one in set(accounts) if one]
    rows = ServiceOfficer.objects.filter(account_id__in=wanted).order_by("id")
    return {one.account_id: one for one in rows}


def loads(path: str) -> dict[uuid.UUID, int]:
    """How many enterprises each officer of a place has."""
    rows = Assignment.objects.filter(place_path__within=path, until__isnull=True).order_by()
    return dict(rows.values_list("officer_id").annotate(n=Count("pk")))


def duties(path: str, first: date, days: int = 14) -> dict[date, uuid.UUID]:
    """Who is on duty in a place on the days from `first`."""
    rows = Duty.objects.filter(place_path=path, day__gte=first, day__lt=first + timedelta(days=days))
    return dict(rows.order_by("day").values_list("day", "account_id"))


def figures(actor: Actor, path: str, today: date) -> dict[str, int]:
    """Of a place: enterprises with an officer, visits due, visits of the last 30 days, promises open and overdue."""
    served = assignments(actor).filter(place_path__within=path)
    made = visits(actor).filter(place_path__within=path, state=VisitState.DONE)
    open_ = promises(actor).filter(place_path__within=path)
    return {
        "served": count(served),
        "to_visit": count(served.filter(next_on__lte=today)),
        "visited": count(made.filter(planned_on__gte=today - timedelta(days=30))),
        "promised": count(open_),
        "overdue": count(open_.filter(due_on__lt=today)),
    }


def run_of(day: date, *, lock: bool = False) -> ListRun | None:
    """The run of a day."""
    rows = ListRun.objects.filter(day=day)
    return (rows.select_for_update() if lock else rows).first()


def run(run_id: uuid.UUID, *, lock: bool = False) -> ListRun:
    """One run for the machinery; raises ListRun.DoesNotExist."""
    return (ListRun.objects.select_for_update() if lock else ListRun.objects).get(pk=run_id)


def judged(last: uuid.UUID | None, today: date) -> list[tuple[uuid.UUID, str, str, frozenset[str]]]:
    """The next enterprises after one, with name, place and the lists on which their data put them."""
    rows = parties.organisations_after(last, CHUNK)
    profiles = parties.profiles([id for id, _name, _path in rows], today)
    found = []
    for id, name, path in rows:
        known = profiles[id].facts.items()
        facts = {fact: one.value for fact, one in known if one.state == FactState.KNOWN}
        found.append((id, name, path, calc.lists_of(settings(), facts)))
    return found


def standing(organisations: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, ServiceEntry]]:
    """On which lists filled by rules these enterprises are, by code."""
    found: dict[uuid.UUID, dict[str, ServiceEntry]] = {id: {} for id in organisations}
    rows = ServiceEntry.objects.filter(organisation_id__in=organisations, until__isnull=True, by_hand=False)
    for row in rows.order_by("id"):
        found[row.organisation_id][row.code] = row
    return found


def every_months(organisation_id: uuid.UUID) -> int:
    """How often an enterprise is to be visited: as the most demanding of its lists says; twelve months without any."""
    codes = [one.code for one in lists_of(organisation_id)]
    found = [settings().lists[code].every_months for code in codes if code in settings().lists]
    return min(found, default=12)
