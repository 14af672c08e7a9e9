"""Reads of receptions: who may receive what where, what a hall received, and which place has which duty."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, covering, covers
from tongban.kernel.access.states import Permission
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue.queries import Published
from tongban.kernel.places import calc as points
from tongban.kernel.places import queries as places
from tongban.kernel.places.models import Hall
from tongban.kernel.places.states import PointKind
from tongban.kernel.receptions import calc, rules
from tongban.kernel.receptions.models import Reception
from tongban.kernel.receptions.states import HELP_MINUTES, Holder, Mode
from tongban.kernel.records.queries import Kept

_OF_CASE: Kept[Reception] = Kept(lambda case_id: Reception.objects.filter(case_id=case_id))


class NoSuchReception(Problem):
    """No application that this hall took in has this identifier."""

    code = "reception.unknown"
    status = 404


def reception_of(case_id: uuid.UUID) -> Reception | None:
    """How a case was received at a window; None for one that came in online, or was not handed in there."""
    found = _OF_CASE.first(case_id)
    return found if found is not None and found.received_at is not None else None


def receptions_of(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Reception]:
    """The receptions of several cases, in one query."""
    rows = Reception.objects.filter(case_id__in=list(case_ids), received_at__isnull=False)
    return {row.case_id: row for row in rows}


def receptions(actor: Actor, which: str) -> QuerySet[Reception]:
    """What this actor's halls are taking in ("open") or have received ("received"), newest first."""
    rows = rules.visible(actor).select_related("case").order_by("-id")
    if which == "open":
        return rows.filter(received_at__isnull=True, case__state=CaseState.DRAFT)
    return rows.filter(received_at__isnull=False)


def reception_for(actor: Actor, reception_id: uuid.UUID, *, lock: bool = False) -> Reception:
    """One of them for a receiver of its hall; raises NoSuchReception otherwise."""
    rows = rules.visible(actor).filter(pk=reception_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.select_related("case").first()
    if found is None:
        raise NoSuchReception(
            sentence_zh="本大厅没有收过这个件。",
            sentence_en="This hall has received no such application.",
            todo_zh="请从“收件”列表进入。",
            todo_en="Open it from the list.",
        )
    return found


def needs_consent(row: Reception) -> bool:
    """Whether the resident has to agree before somebody sees their data and files for them: at a village station."""
    hall = places.hall(row.hall)
    return hall is not None and hall.kind == PointKind.STATION


def help_is_over(row: Reception, now: datetime) -> bool:
    """Whether helping at a village station has ended: by a word, by time, or by handing in."""
    if not needs_consent(row):
        return False
    ends = row.opened_at + timedelta(minutes=HELP_MINUTES)
    return row.help_ended_at is not None or row.received_at is not None or now >= ends


def helps(row: Reception, now: datetime) -> bool:
    """Whether the data of the person may be seen and the form be filled in here now."""
    return not needs_consent(row) or (bool(row.consent) and not help_is_over(row, now))


def halls_of(actor: Actor) -> list[Hall]:
    """The points at which this actor receives."""
    grants = covering(actor.grants, Permission.CASE_RECEIVE)
    with_people = (one for one in places.points() if one.kind != "terminal")
    return [one for one in with_people if any(one.path.startswith(grant.place_path) for grant in grants)]


def receives(actor: Actor, hall: Hall, data: Any) -> bool:
    """Whether a grant of the actor covers an item (its definition) at a hall."""
    return any(
        covers(grant, agency=data["agency"], place_path=hall.path, item=data["code"])
        for grant in covering(actor.grants, Permission.CASE_RECEIVE)
    )


def is_own_window(actor: Actor, hall: Hall, agency: str) -> bool:
    """Whether the actor sits at that hall for this very agency: the department's window, moved forward."""
    return any(
        grant.agency == agency and hall.path.startswith(grant.place_path)
        for grant in covering(actor.grants, Permission.CASE_RECEIVE)
    )


@dataclass(frozen=True)
class Offer:
    """Whether a hall may take an application for an item: without a reason against it, it may."""

    why_zh: str = ""
    why_en: str = ""
    todo_zh: str = ""
    todo_en: str = ""

    @property
    def allowed(self) -> bool:
        return not self.why_zh


def offer(actor: Actor, hall: Hall, item: Published) -> Offer:
    """What is known before the form is filled in; the office that handles it is checked again when it is handed in."""
    data = item.definition.data
    if not receives(actor, hall, data):
        return Offer(
            "您的岗位在这里不收这个事项。",
            "Your grant does not cover this item here.",
            "请转给有权限的窗口。",
            "Pass it on to a window that has the right.",
        )
    if not points.takes(hall.kind, hall.offers, data):
        return Offer(
            "这个事项不在这里收件。",
            "This item is not received here.",
            "请按办事指南的办理渠道告知申请人。",
            "Tell the applicant the channels of the guide.",
        )
    own = is_own_window(actor, hall, data["agency"])
    if data["handled_at"] == "city" and not own and not _reaches(data, hall, ""):
        return _home_only(places.city().path)
    return Offer()


def _reaches(data: Any, hall: Hall, handling_town: str) -> bool:
    return points.within_scope(data["handle_scope"], town_code(hall.path), handling_town)


def handed_in_offer(actor: Actor, hall: Hall, case: Case, data: Any) -> Offer:
    """Whether the hall may receive this case, now that it is known who handles it."""
    if is_own_window(actor, hall, data["agency"]) or _reaches(data, hall, town_code(case.place_path)):
        return Offer()
    return _home_only(case.place_path)


def _home_only(path: str) -> Offer:
    seat = places.seat(path)
    zh, en = (seat.name_zh, seat.name_en) if seat else ("办理地大厅", "the hall of the handling place")
    return Offer(
        "这个事项只在办理地收件，不能跨镇街代收。",
        "This item is received only where it is handled.",
        f"请告知申请人到{zh}，或者网上申请。",
        f"Tell the applicant to go to {en}, or to apply online.",
    )


def town_code(path: str) -> str:
    """The code of the town in which a path lies; empty for the city itself."""
    town = places.town_of(path)
    return town.code if town else ""


def acting(by: Actor, row: Reception) -> Actor:
    """The receiver as the hands of the applicant: what they do in the case is logged under the receiver's account."""
    case = row.case
    return Actor(
        kind=by.kind,
        account_id=by.account_id,
        person_id=case.person_id,
        organisation_id=case.organisation_id,
        name=by.name,
        level=by.level,
        represents=(case.organisation_id,) if case.organisation_id else (),
    )


@dataclass(frozen=True)
class Duties:
    """Which place received a case, which handles it, and on whom it waits now."""

    hall: Hall | None  # None: it came in online
    mode: Mode | None
    received_by: uuid.UUID | None
    handling: tuple[str, str]  # the name of the place whose office handles it
    agency: str
    holder: Holder


def duties(case: Case, reception: Reception | None = None) -> Duties:
    """The duties of a case as they stand; `reception` spares a query where the caller has it."""
    row = reception or reception_of(case.pk)
    row = row if row is not None and row.received_at is not None else None
    town = places.town_of(case.place_path)
    where = town or places.city()
    return Duties(
        hall=places.hall(row.hall) if row else None,
        mode=Mode(row.mode) if row else None,
        received_by=row.received_by if row else None,
        handling=(where.name_zh, where.name_en),
        agency=case.agency,
        holder=calc.holder(case.state, paused=case.paused),
    )
