"""The procedure as a picture: steps as boxes from left to right, parallel ones below each other. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 168, 74, 44, 22, 12
LINE = 9  # Chinese characters of a title that fit into a line


@dataclass(frozen=True)
class Node:
    """A step to be drawn: what it waits for, who does it, how long it may take, whether it applies only sometimes."""

    id: str
    title: str
    sub: str
    after: tuple[str, ...]
    sometimes: bool = False


@dataclass(frozen=True)
class Box:
    """A drawn step."""

    x: int
    y: int
    lines: Sequence[tuple[int, str]]  # height of the baseline, text
    sub: str
    sub_y: int
    sometimes: bool
    is_end: bool


@dataclass(frozen=True)
class Picture:
    """Boxes, and arrows as paths, in a box of this size."""

    width: int
    height: int
    boxes: Sequence[Box]
    arrows: Sequence[str]


def picture(steps: Sequence[Node], first: str, last: str) -> Picture:
    """The picture of a procedure between its two ends; steps in a circle stand where the circle was cut."""
    ids = {step.id for step in steps}
    after = {step.id: tuple(id for id in step.after if id in ids) or ("",) for step in steps}
    waited = {id for before in after.values() for id in before}
    after["/"] = tuple(step.id for step in steps if step.id not in waited) or ("",)
    columns = _columns(after)
    nodes = [Node("", first, "", ()), *steps, Node("/", last, "", ())]
    lanes = _lanes(nodes, after, columns)
    places = {
        id: (EDGE + columns[id] * (WIDTH + GAP_X), EDGE + lane * (HEIGHT + GAP_Y))
        for id, lane in lanes.items()
    }
    wide, high = max(columns.values()), max(lanes.values())
    return Picture(
        2 * EDGE + (wide + 1) * WIDTH + wide * GAP_X,
        2 * EDGE + (high + 1) * HEIGHT + high * GAP_Y,
        [_box(node, *places[node.id]) for node in nodes],
        [_arrow(places[id], places[node]) for node, before in after.items() for id in before],
    )


def _lanes(
    nodes: Sequence[Node], after: Mapping[str, tuple[str, ...]], columns: Mapping[str, int]
) -> dict[str, int]:
    """The row of each step: that of what it waits for, if it is free. An arrow past a column keeps its row free there."""
    lanes: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    for node in sorted(nodes, key=lambda one: columns[one.id]):
        column = columns[node.id]
        lane = min((lanes.get(id, 0) for id in after.get(node.id, ())), default=0)
        while (column, lane) in taken:
            lane += 1
        lanes[node.id] = lane
        taken.add((column, lane))
        reached = max((columns[id] for id, before in after.items() if node.id in before), default=column)
        taken.update((between, lane) for between in range(column + 1, reached))
    return lanes


def _columns(after: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The column of each step: one behind the last of those it waits for."""
    columns = {"": 0}
    while len(columns) <= len(after):
        ready = [id for id, before in after.items() if id not in columns and set(before) <= columns.keys()]
        for id in ready or [next(id for id in after if id not in columns)]:
            columns[id] = 1 + max(columns.get(one, 0) for one in after[id])
    columns["/"] = 1 + max(column for id, column in columns.items() if id != "/")
    return columns


def _arrow(source: tuple[int, int], target: tuple[int, int]) -> str:
    y = source[1] + HEIGHT // 2
    to_x, to_y = target[0], target[1] + HEIGHT // 2
    # Straight to the gap before the target, and only there to its row: no arrow runs behind a step.
    bend, middle = to_x - GAP_X, to_x - GAP_X // 2
    return f"M{source[0] + WIDTH} {y}H{bend}C{middle} {y} {middle} {to_y} {to_x - 3} {to_y}"


def _box(node: Node, x: int, y: int) -> Box:
    lines = [node.title[:LINE], node.title[LINE : 2 * LINE]]
    if len(node.title) > 2 * LINE:
        lines[1] = f"{lines[1][:-1]}…"
    lines = [line for line in lines if line]
    top = y + (HEIGHT - 20 * (len(lines) + bool(node.sub))) // 2 + 15
    drawn = [(top + 20 * at, line) for at, line in enumerate(lines)]
    return Box(x, y, drawn, node.sub[:14], top + 20 * len(lines), node.sometimes, node.id in ("", "/"))
