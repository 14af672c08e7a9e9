"""The tree against the definition of RFC 9162 written out, and proofs against every size around the edges."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.evidence import calc
from tongban.kernel.evidence.states import WIDTH


def by_definition(entries: list[bytes]) -> bytes:
    """MTH of 2.1.1, from contents."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(entries[:k]) + by_definition(entries[k:])).digest()


def contents(size: int) -> list[bytes]:
    return [str(n).encode() for n in range(size)]


def known_of(size: int) -> calc.Known:
    """Kept hashes of a log: entries, and whole subtrees as the sealer keeps them."""
    levels = [[calc.leaf(one) for one in contents(size)]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append([calc.balanced(below[n * WIDTH : (n + 1) * WIDTH]) for n in range(len(below) // WIDTH)])
    return lambda level, index: levels[level][index]


EDGES = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 1000]


@pytest.mark.parametrize("size", [0, *EDGES])
def test_roots_are_those_of_the_definition(size):
    growing = calc.Growing()
    growing.extend([calc.leaf(one) for one in contents(size)])
    assert calc.root(known_of(size), 0, size) == by_definition(contents(size)) == growing.root()


def test_a_log_of_two_levels_reads_whole_subtrees_only():
    size = WIDTH * WIDTH + WIDTH + 3
    asked = []
    whole = known_of(size)
    root = calc.root(lambda level, index: asked.append(level) or whole(level, index), 0, size)
    growing = calc.Growing()
    growing.extend([calc.leaf(one) for one in contents(size)])
    assert root == growing.root()
    assert sorted(asked) == [0, 0, 0, 1, 2]


@given(st.data())
def test_every_entry_is_shown_to_be_in_and_no_other_content_is(data):
    size = data.draw(st.one_of(st.sampled_from(EDGES), st.integers(1, 1200)))
    number = data.draw(st.integers(0, size - 1))
    known = known_of(size)
    root, proof = calc.root(known, 0, size), calc.inclusion(known, number, size)
    entry = known(0, number)
    assert calc.included(entry, number, size, proof) == root
    assert calc.included(calc.leaf(b"another"), number, size, proof) != root
    for place in range(len(proof)):
        changed = [*proof[:place], calc.leaf(b"x"), *proof[place + 1 :]]
        assert calc.included(entry, number, size, changed) != root
    assert calc.included(entry, number, size, [*proof, root]) is None
    if size > 1:
        assert calc.included(entry, (number + 1) % size, size, proof) != root


@given(st.data())
def test_a_log_that_grew_begins_with_what_it_was(data):
    size = data.draw(st.one_of(st.sampled_from(EDGES), st.integers(1, 1200)))
    old = data.draw(st.integers(1, size))
    known = known_of(size)
    first, second = calc.root(known, 0, old), calc.root(known, 0, size)
    proof = calc.consistency(known, old, size)
    assert calc.consistent(old, first, size, second, proof)
    other = calc.leaf(b"another")
    assert not calc.consistent(old, other, size, second, proof)
    assert not calc.consistent(old, first, size, other, proof)
    for place in range(len(proof)):
        assert not calc.consistent(old, first, size, second, [*proof[:place], other, *proof[place + 1 :]])


@pytest.mark.parametrize("number", [-1, 5, 6])
def test_what_is_not_in_the_log_has_no_proof(number):
    with pytest.raises(ValueError, match="not in a tree of 5"):
        calc.inclusion(known_of(5), number, 5)


def test_which_subtrees_become_whole():
    assert list(calc.completed(0, WIDTH - 1)) == []
    assert list(calc.completed(WIDTH - 1, WIDTH)) == [(1, 0)]
    assert list(calc.completed(0, 2 * WIDTH + 1)) == [(1, 0), (1, 1)]
    assert list(calc.completed(WIDTH * WIDTH - 1, WIDTH * WIDTH)) == [(1, WIDTH - 1), (2, 0)]
