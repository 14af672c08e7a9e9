"""Reads of papers and bags."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.places import queries as places
from tongban.kernel.records.queries import Kept
from tongban.modules.halls import rules
from tongban.modules.halls.models import Bag, Paper
from tongban.modules.halls.states import REMIND_DAYS, PaperState

_PAPERS: Kept[Paper] = Kept(
    lambda case_id: Paper.objects.filter(case_id=case_id).select_related("bag").order_by("id")
)


class NoSuchBag(Problem):
    """No bag that this hall sends or receives has this identifier."""

    code = "bag.unknown"
    status = 404


def papers_of(case_id: uuid.UUID) -> list[Paper]:
    """The papers of one case with their bags, for whoever may see the case."""
    return _PAPERS.all(case_id)


def held(actor: Actor, hall: str = "") -> QuerySet[Paper]:
    """The papers that lie at this actor's halls, oldest first."""
    rows = rules.papers(actor).filter(state=PaperState.HELD).order_by("id")
    return rows.filter(hall=hall) if hall else rows


def paper(actor: Actor, paper_id: uuid.UUID) -> Paper | None:
    """A paper that lies at one of this actor's halls."""
    return held(actor).filter(pk=paper_id).first()


def bags(actor: Actor, which: str = "") -> QuerySet[Bag]:
    """The bags of this actor's halls, newest first; `which` narrows them to those on their way."""
    rows = rules.bags(actor).order_by("-id")
    return rows.filter(received_at__isnull=True) if which == "travelling" else rows


def bag_for(actor: Actor, bag_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Bag:
    """One of them; raises NoSuchBag otherwise."""
    rows = rules.bags(actor, verb).filter(pk=bag_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NoSuchBag(
            sentence_zh="没有找到这个物料袋。",
            sentence_en="There is no such bag.",
            todo_zh="请从“物料交接”列表进入；只有移出和接收的大厅能看到。",
            todo_en="Open it from the list; only the two halls see it.",
        )
    return found


def bag_of(event: Any) -> Bag:
    """The bag that an event is about, for the machinery."""
    return Bag.objects.get(pk=event.subject_id)


def contents(bag: Bag) -> list[Paper]:
    """The papers of a bag in the order of its list."""
    return list(bag.papers.order_by("case_id", "id"))


def destination(case: Any) -> str:
    """The hall to which the papers of a case belong: that of the town whose office handles it."""
    seat = places.seat(case.place_path)
    return seat.code if seat else ""


def remind_days() -> int:
    """After how many days a bag that did not arrive is asked for."""
    return int(catalogue.snapshot().pack.get("papers", {}).get("remind_days", REMIND_DAYS))


def late(before: datetime) -> list[Bag]:
    """The bags that were sent before a moment and are still on their way."""
    return list(Bag.objects.filter(received_at__isnull=True, sent_at__lt=before).order_by("sent_at", "id"))


def may_receive(actor: Actor, bag: Bag) -> bool:
    """Whether the actor works at the end where the bag is received."""
    return rules.bags(actor, "receive").filter(pk=bag.pk).exists()
