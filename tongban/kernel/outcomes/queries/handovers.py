"""Reads of results on paper: how one is to be handed over, what lies at a counter, what is on its way."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.outcomes import rules
from tongban.kernel.outcomes.models import Handover, Parcel
from tongban.kernel.outcomes.states import HandoverState, Way
from tongban.kernel.places import queries as places
from tongban.kernel.places.models import Hall


class NoSuchHandover(Problem):
    """No result on paper that this clerk hands out has this identifier."""

    code = "handover.unknown"
    status = 404


def ways_of(case: Case) -> tuple[Way, ...]:
    """The ways on paper that the item offers."""
    data = cases.version_of(case).definition.data.get("delivery", {})
    return tuple(Way(one) for one in data.get("ways", []))


def handover_of(case: Case) -> Handover | None:
    """How the result of a case is handed over on paper; no query where the item offers no such way."""
    return Handover.objects.filter(case=case).first() if ways_of(case) else None


def parcels_of(handover: Handover) -> list[Parcel]:
    """The tries to post it, newest first."""
    return list(handover.parcels.order_by("-id"))


# The lists of a counter, in the order of its work.
LISTS: Mapping[str, Mapping[str, Any]] = {
    "collect": {"way": Way.COLLECT, "state": HandoverState.READY},
    "post": {"way": Way.POST, "state": HandoverState.READY},
    "returned": {"state": HandoverState.RETURNED},
    "moving": {"state__in": [HandoverState.SENDING, HandoverState.SENT]},
}


def handovers(actor: Actor, which: str) -> QuerySet[Handover]:
    """One of the lists of a clerk's counter, longest waiting first. Raises KeyError for a list that is none."""
    rows = rules.visible(actor).filter(**LISTS[which])
    return rows.select_related("case").order_by("ready_at", "id")


def handover_counts(actor: Actor) -> dict[str, int]:
    """How many there are on each list, in one query."""
    found = dict.fromkeys(LISTS, 0)
    rows = rules.visible(actor).order_by().values("way", "state").annotate(n=Count("pk"))
    for row in rows:
        for name, wanted in LISTS.items():
            states = wanted.get("state__in", [wanted.get("state")])
            if row["state"] in states and wanted.get("way", row["way"]) == row["way"]:
                found[name] += row["n"]
    return found


def handover_for(actor: Actor, handover_id: uuid.UUID, *, lock: bool = False) -> Handover:
    """One of them, for the clerk who hands it out; raises NoSuchHandover otherwise."""
    rows = rules.visible(actor).filter(pk=handover_id).select_related("case")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None or found.state == HandoverState.CHOSEN:
        raise NoSuchHandover(
            sentence_zh="没有找到这份待发放的结果。",
            sentence_en="There is no such result to be handed out.",
            todo_zh="请从“结果发放”的列表进入。",
            todo_en="Open it from the list.",
        )
    return found


def hall(code: str) -> Hall | None:
    """The service hall with this code."""
    return next((one for one in places.halls() if one.code == code), None)


def moving_parcels() -> list[uuid.UUID]:
    """The parcels that the courier has and that have not arrived."""
    rows = Parcel.objects.filter(sent_at__isnull=False, ended_at__isnull=True).order_by("id")
    return list(rows.values_list("pk", flat=True))


def parcel(parcel_id: uuid.UUID) -> Parcel:
    """One parcel for the machinery."""
    return Parcel.objects.select_related("handover", "handover__case").get(pk=parcel_id)


def parcel_ordered_by(event_payload: Mapping[str, Any]) -> Parcel:
    """The parcel that an event is about."""
    return parcel(uuid.UUID(event_payload["parcel"]))
