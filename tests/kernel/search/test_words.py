"""Words, sounds and spellings."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.search.calc.spelling import Spellings, distance, fuzzy
from tongban.kernel.search.calc.words import (
    joined,
    normalised,
    reads_as_pinyin,
    sounds_of,
    stem,
    syllables,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＡＢＣ　１２", "abc 12"),
        ("護照、簽註！", "护照 签注"),
        ("Driver’s  License", "drivers license"),
        ("食品经营许可证核发（新办）", "食品经营许可证核发 新办"),
        ("", ""),
        ("？！", ""),
    ],
)
def test_texts_are_compared_in_one_form(text, plain):
    assert normalised(text) == plain


def test_blanks_beside_chinese_are_not_kept():
    assert joined("身份证 补办 id card") == "身份证补办id card"


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("licences", "license"),
        ("companies", "company"),
        ("business", "business"),
        ("visas", "visa"),
        ("bus", "bus"),
    ],
)
def test_english_endings_do_not_matter(word, root):
    assert stem(word) == root


def test_long_words_are_indexed_with_the_short_ones_inside():
    assert {"退休", "退休金"} <= set(tokens("退休金"))


def test_a_syllable_for_each_character_and_signs_as_they_are():
    assert sounds_of("办a照1") == ["ban", "a", "zhao", "1"]
    assert syllables("营业 执照") == "ying ye zhi zhao"


def test_pinyin_is_told_from_english():
    assert all(map(reads_as_pinyin, ["shenfenzheng", "lv", "xian", ""]))
    assert not any(map(reads_as_pinyin, ["passport", "tax", "sfz"]))


def test_southern_speech_sounds_alike():
    assert fuzzy("zhengming") == fuzzy("zenmin")
    assert fuzzy("nanning") == fuzzy("lanling")
    assert fuzzy("hui") != fuzzy("hun")


@pytest.mark.parametrize(
    ("a", "b", "far"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "abxc", 1),
        ("abc", "axc", 1),
        ("abcd", "dcba", 3),
    ],
)
def test_distances(a, b, far):
    assert distance(a, b, 2) == far


WORDS = st.text("abcd", min_size=4, max_size=9)


@given(st.sets(WORDS, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_every_spelling_at_distance_one_is_found(words, dice: random.Random):
    known = Spellings(words)
    word = dice.choice(sorted(words))
    at = dice.randrange(len(word))
    changed = [word[:at] + word[at + 1 :], word[:at] + "x" + word[at:], word[:at] + "x" + word[at + 1 :]]
    if at + 1 < len(word):
        changed.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    for other in changed:
        assert set(known.near(other)) == {one for one in words if distance(other, one, 1) == 1}


def test_beginnings_come_in_order_and_not_more_than_asked_for():
    assert Spellings(["ab", "abc", "b", "aa"]).starting("a", 2) == ["aa", "ab"]
