"""The picture of a procedure: columns by order, rows for what runs at the same time, no step lost."""

import re

from tongban.terminals.console.graph import GAP_X, HEIGHT, WIDTH, Node, picture


def drawn(*steps):
    """Title to place of every box, and how many arrows there are."""
    found = picture([Node(id, id, "", tuple(after)) for id, after in steps], "first", "last")
    places = {box.lines[0][1]: (box.x // (WIDTH + GAP_X), box.y) for box in found.boxes}
    assert all(box.x + WIDTH <= found.width and box.y + HEIGHT <= found.height for box in found.boxes)
    return {title: column for title, (column, _y) in places.items()}, places, len(found.arrows)


def test_one_after_the_other():
    columns, _places, arrows = drawn(("a", ()), ("b", ("a",)))
    assert (columns, arrows) == ({"first": 0, "a": 1, "b": 2, "last": 3}, 3)


def test_parallel_steps_stand_below_each_other_and_meet_again():
    columns, places, arrows = drawn(("a", ()), ("b", ("a",)), ("c", ("a",)), ("d", ("b", "c")))
    assert columns == {"first": 0, "a": 1, "b": 2, "c": 2, "d": 3, "last": 4}
    assert places["b"][1] < places["c"][1]
    assert arrows == 6


def test_a_step_stands_behind_the_last_it_waits_for():
    columns, _places, arrows = drawn(("a", ()), ("b", ("a",)), ("c", ("a", "b")))
    assert (columns["c"], arrows) == (3, 5)


def test_what_has_faults_is_drawn_too():
    assert drawn()[0] == {"first": 0, "last": 1}
    assert drawn(("a", ("unknown",)))[0] == {"first": 0, "a": 1, "last": 2}
    columns, _places, _arrows = drawn(("a", ("b",)), ("b", ("a",)))
    assert set(columns) == {"first", "a", "b", "last"}


def test_a_long_title_is_cut_into_two_lines():
    (box,) = [
        b
        for b in picture([Node("a", "一二三四五六七八九十" * 3, "x" * 20, ())], "f", "l").boxes
        if not b.is_end
    ]
    assert [line for _y, line in box.lines] == ["一二三四五六七八九", "十一二三四五六七…"]
    assert len(box.sub) == 14


def test_no_arrow_runs_behind_a_step():
    steps = [
        Node("now", "now", "", ()),
        Node("review", "review", "", ()),
        Node("visit", "visit", "", ("review",)),
        Node("decide", "decide", "", ("review", "visit")),
    ]
    found = picture(steps, "first", "last")
    boxes = {box.lines[0][1]: box for box in found.boxes}
    for arrow in found.arrows:
        x, y, to = (int(number) for number in re.match(r"M(\d+) (\d+)H(-?\d+)C", arrow).groups())
        for title, box in boxes.items():
            assert not (x < box.x + WIDTH and to > box.x and box.y <= y <= box.y + HEIGHT), title
