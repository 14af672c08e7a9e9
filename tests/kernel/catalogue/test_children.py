"""The promise of a case with child cases: the longest way through its graph, against trying every way."""

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.catalogue.calc import Child, bundle_limit
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit

THEN = {"denied": "go_on", "withdrawn": "go_on"}


@dataclass(frozen=True)
class Node:
    """A step of a made-up graph."""

    id: str
    after: tuple[str, ...]
    child: Child | None


def child(**rest: object) -> Child:
    return Child.of({"item": "x", "then": THEN, **rest})


def days(value: int) -> Limit:
    return Limit(value, Unit.WORKDAYS if value else Unit.INSTANT)


@st.composite
def graphs(draw):
    """Steps that follow earlier ones (or ones that this situation lacks), each with its length."""
    count = draw(st.integers(1, 7))
    nodes, limits = [], {}
    for at in range(count):
        before = draw(st.sets(st.sampled_from([f"s{i}" for i in range(at)] + ["absent"])))
        kind = draw(st.sampled_from([None, child(), child(waits=False)]))
        nodes.append(Node(f"s{at}", tuple(sorted(before)), kind))
        limits[f"s{at}"] = days(draw(st.integers(0, 9)))
    return nodes, limits


def longest(nodes, limits):
    """Every chain of steps in which each follows the one before, by brute force."""
    present = {node.id: node for node in nodes}

    def length(node):
        return 0 if node.child is not None and not node.child.waits else limits[node.id].value

    best = 0
    for size in range(1, len(nodes) + 1):
        for chain in itertools.combinations(nodes, size):  # nodes stand in an order of work
            if all(a.id in b.after for a, b in itertools.pairwise(chain)):
                best = max(best, sum(map(length, chain)))
    assert present
    return best


@given(graphs())
def test_the_promise_is_the_longest_way(graph):
    nodes, limits = graph
    whole = bundle_limit(nodes, limits)
    assert whole.value == longest(nodes, limits)
    assert (whole.unit == Unit.INSTANT) == (whole.value == 0)


def test_side_by_side_is_the_longest_and_in_a_row_the_sum():
    nodes = [Node("a", (), child()), Node("b", (), child()), Node("c", ("a", "b"), None)]
    assert bundle_limit(nodes, {"a": days(3), "b": days(5), "c": days(1)}) == days(6)


def test_a_circle_ends():
    nodes = [Node("a", ("b",), None), Node("b", ("a",), None)]
    assert bundle_limit(nodes, {"a": days(1), "b": days(2)}).value <= 3


def test_what_a_child_is_told():
    one = child(
        situation={"kind": {"value": "shop"}, "size": {"from": "situation.big"}},
        answers={
            "name": {"from": "answer.shop"},
            "age": {"from": "person.age"},
            "none": {"from": "answer.gone"},
        },
    )
    values = {"answer.shop": "小满", "person.age": 30, "situation.big": "yes"}
    assert one.situation_from(values) == {"kind": "shop", "size": "yes"}
    assert one.answers_from(values) == {"name": "小满", "age": 30}
    assert one.values(values) == {
        "person.age": 30,
        "situation.kind": "shop",
        "situation.size": "yes",
        "answer.name": "小满",
        "answer.age": 30,
    }
