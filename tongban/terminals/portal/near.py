"""Where something can be done now, nearest first: points of the city with distance, opening and queue. For any page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.foundation import time
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.places import calc
from tongban.kernel.places import queries as places
from tongban.kernel.places.states import POINT_NAMES, PointKind
from tongban.modules.halls.queries.waiting import Waiting, waiting
from tongban.terminals.portal import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.templatetags.ui import cnday
from tongban.terminals.ui.texts import _


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: an item or anything, from which town or point, and what narrows it."""

    item: Any | None = None
    town: str = ""
    at: tuple[float, float] | None = None
    kind: str = ""
    open_now: bool = False
    barrier_free: bool = False


@dataclass(frozen=True)
class Found:
    """A point as the page shows it."""

    code: str
    name: str
    kind: str
    kind_name: str
    address: str
    hours: str
    phone: str
    open: bool
    opening: str
    queue: str
    barrier_free: bool
    far: bool  # in another town than the one that was chosen


def centre(town: str, townmap: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where a town stands on the schematic map; None for none."""
    found = next((one for one in townmap.get("towns", ()) if one["code"] == town), None)
    return (found["x"], found["y"]) if found else None


def takes(point: Any, item: Any, town: str) -> bool:
    """Whether a point takes an item for somebody from a town. Without a town, `home_only` of towns means each its own."""
    if item is None:
        return True
    data = item.definition.data
    if not calc.takes(point.kind, point.offers, data):
        return False
    own = places.town_of(point.path)
    own_code = own.code if own else ""
    if data["handled_at"] == "city":
        return calc.within_scope(data["handle_scope"], own_code, "")
    return calc.within_scope(data["handle_scope"], own_code, town or own_code)


def search(wish: Wish, townmap: Mapping[str, Any], most: int) -> tuple[list[Found], list[parts.Mark], bool]:
    """(the nearest points, their marks on the map, whether queues are invented)."""
    now = time.now().astimezone(time.SHANGHAI)
    calendar = deadlines.calendar()
    here = wish.at or centre(wish.town, townmap)
    chosen = []
    for point in places.points():
        if (wish.kind and point.kind != wish.kind) or (wish.barrier_free and not point.barrier_free):
            continue
        if not takes(point, wish.item, wish.town):
            continue
        stands = calc.openness(point.opening, now, calendar.is_workday)
        if wish.open_now and not stands.now:
            continue
        away = calc.distance(here, (point.x, point.y)) if here and point.x is not None else 0.0
        chosen.append((away, point, stands))
    chosen.sort(key=lambda one: one[0])  # of equals the pack's order stays
    chosen = chosen[:most]
    queues, invented = waiting([point.code for _away, point, _stands in chosen], now)
    rows = [_found(point, stands, queues.get(point.code), wish.town, now) for _away, point, stands in chosen]
    marks = [
        parts.Mark(point.x, point.y, point.kind, f"#point-{point.code}", row.name)
        for (_away, point, _stands), row in zip(chosen, rows, strict=True)
        if point.x is not None
    ]
    return rows, marks, invented and bool(queues)


def _found(point: Any, stands: calc.Openness, queue: Waiting | None, town: str, now: datetime) -> Found:
    own = places.town_of(point.path)
    return Found(
        code=point.code,
        name=words.either(point.name_zh, point.name_en),
        kind=point.kind,
        kind_name=words.either(*POINT_NAMES[PointKind(point.kind)]),
        address=words.either(point.address_zh, point.address_en),
        hours=words.either(point.hours_zh, point.hours_en),
        phone=point.phone,
        open=stands.now,
        opening=_opening(stands, now),
        queue=_("等候 {people} 人，约 {minutes} 分钟", people=queue.people, minutes=queue.minutes)
        if queue is not None and stands.now
        else "",
        barrier_free=point.barrier_free,
        far=bool(town) and (own is None or own.code != town),
    )


def _opening(stands: calc.Openness, now: datetime) -> str:
    if stands.until is not None:
        until = f"{stands.until:%H:%M}"
        return _("全天开放") if until == "23:59" else _("正在办公，到 {time}", time=until)
    if stands.next_at is None:
        return _("开放时间请电话询问")
    at = f"{stands.next_at:%H:%M}"
    if stands.next_at.date() == now.date():
        return _("今天 {time} 开门", time=at)
    return _("{day} {time} 开门", day=cnday(stands.next_at.date()), time=at)
