import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.criteria import CriteriaProblem, Criterion, FactType, parse

FACTS = {
    "person.age": FactType.INT,
    "person.name": FactType.TEXT,
    "person.sex": FactType.CHOICE,
    "person.local": FactType.BOOL,
    "person.born": FactType.DATE,
    "person.tags": FactType.LIST,
    "org.capital": FactType.MONEY,
    "org.spent": FactType.MONEY,
    "org.ratio": FactType.DECIMAL,
    "answer.case": FactType.INT,
    "answer.order": FactType.INT,
}


def read(text: str) -> Criterion:
    return parse(text, FACTS, today=dt.date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("person.age >= 80 AND person.local", "person.age >= 80 AND person.local"),
        ("18 <= person.age", "person.age >= 18"),
        ("NOT (person.age < 80 OR NOT person.local)", "person.age >= 80 AND person.local"),
        (
            "NOT (person.age IN (1, 2) AND person.name IS NULL)",
            "person.age NOT IN (1, 2) OR person.name IS NOT NULL",
        ),
        ("NOT contains(person.tags, 'x')", "NOT contains(person.tags, 'x')"),
        ("NOT person.age BETWEEN 1 AND 5", "person.age NOT BETWEEN 1 AND 5"),
        ("person.age != 1", "person.age <> 1"),
        (
            "(person.local OR person.age = 1) AND person.age = 2",
            "(person.local OR person.age = 1) AND person.age = 2",
        ),
        ("org.spent >= 0.07 * org.capital", "org.spent >= (0.07 * org.capital)"),
        ("CAP(org.spent * 0.5, 50000000) > 0", "cap((org.spent * 0.5), 50000000) > 0"),
        ("person.born <= DATE '1946-11-22'", "person.born <= DATE '1946-11-22'"),
        ("person.born <= CURRENT_DATE", "person.born <= DATE '2026-11-22'"),
        ("person.name = 'it''s'", "person.name = 'it''s'"),
        ("org.ratio > -0.50", "org.ratio > -0.5"),
        ("org.ratio = 3", "org.ratio = 3"),
        ("answer.case = 1 OR answer.order = 2", "answer.case = 1 OR answer.order = 2"),
        ("NOT TRUE", "FALSE"),
        ("person.age > 1\n  AND\tperson.local", "person.age > 1 AND person.local"),
    ],
)
def test_a_rule_is_read_as_it_is_meant(text: str, tree: str) -> None:
    criterion = read(text)
    assert str(criterion.tree) == tree
    assert criterion.text == text
    # What is shown is itself a rule, and the same one.
    assert str(read(tree).tree) == tree


def test_a_rule_knows_its_facts_in_the_order_written() -> None:
    text = "org.spent > org.capital AND person.local AND org.spent > 0 OR contains(person.tags, 'a')"
    assert read(text).facts == ("org.spent", "org.capital", "person.local", "person.tags")


def test_a_rule_knows_the_texts_its_facts_are_compared_with() -> None:
    text = "person.sex IN ('f', 'm') AND person.sex <> 'x' AND contains(person.tags, 'a') AND person.age = 1"
    assert read(text).compared_texts() == {
        "person.sex": frozenset({"f", "m", "x"}),
        "person.tags": frozenset({"a"}),
    }


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("person.age = 1 OR " * 120 + "TRUE", "too_long", 2001),
        # What people who know SQL will try, each refused with its reason.
        ("person.age / 2 > 1", "division", 12),
        ("person.age % 2 = 1", "remainder", 12),
        ("LEAST(org.spent, 3) > 1", "least", 1),
        ("org.spent > greatest(1, 2)", "least", 13),
        ("coalesce(person.age, 1) = 1", "coalesce", 1),
        ("person.name LIKE 'x%'", "like", 13),
        ("person.age IN (SELECT 1)", "select", 16),
        ("EXISTS(SELECT 1)", "select", 1),
        ("CAST(person.age AS DATE) = DATE '2026-01-01'", "cast", 1),
        ("person.age::int = 1", "cast", 11),
        ("CASE WHEN person.local THEN TRUE END", "case", 1),
        ("if(person.local, TRUE, FALSE)", "case", 1),
        ("person.born > CURRENT_DATE - INTERVAL '3' YEAR", "interval", 30),
        ("upper(person.name) = 'A'", "function", 1),
        ("person.born > DATE('2026-01-01')", "function", 15),
        ("person.age = 1 -- one", "comment", 14),
        ("/* one */ person.age = 1", "comment", 11),
        ('person.name = "x"', "quotes", 15),
        ('person."age" = 1', "quotes", 8),
        ("person.age = 1; DROP TABLE x", "word", 15),
        ("person.tags[1] = 'a'", "word", 12),
        ("person.name || 'x' = 'y'", "word", 13),
        ("person.age = ?", "word", 14),
        ("person.age <=> 1", "word", 12),
        ("person.name = 'x' 'y'", "node", 15),
        ("person.age BETWEEN SYMMETRIC 1 AND 2", "node", 1),
        # Brackets and broken text.
        ("person.age = 1 AND", "syntax", 16),
        ("(person.age = 1", "syntax", 15),
        ("person.age = 1)", "syntax", 15),
        ("person.name = 'x", "syntax", 16),
        ("(" * 50 + "TRUE" + ")" * 50, "too_deep", 41),
        ("NOT " * 60 + "TRUE", "too_deep", 161),
        ("(NOT " * 35 + "TRUE" + ")" * 35, "too_deep", 1),
        ("0" + " + person.age" * 60 + " > 1", "too_deep", 1),
        # Names.
        ("age > 1", "undotted", 1),
        ("person.agee > 1", "unknown", 1),
        ("person.age-group = 'a'", "undotted", 12),
        # Literals.
        ("person.age = 1e400", "number", 14),
        ("person.age = 9999999999999999999", "number", 14),
        ("person.age = 5.", "number", 14),
        ("person.name = '" + "x" * 201 + "'", "string", 15),
        ("person.name = 'a\tb'", "string", 15),
        ("person.born > DATE 'x'", "date", 20),
        ("person.born > DATE '2026-02-30'", "date", 20),
        ("person.born > DATE '20260201'", "date", 20),
        # Types: nothing is converted.
        ("person.age", "no_truth", 1),
        ("1", "no_truth", 1),
        ("person.age = 'x'", "types", 1),
        ("person.age > TRUE", "types", 1),
        ("person.born > '2026-01-01'", "types", 1),
        ("org.capital > person.age", "types", 1),
        ("org.capital > 0.5", "types", 1),
        ("org.capital > person.age + 1", "types", 1),
        ("org.capital > cap(person.age, 1)", "types", 1),
        ("person.tags = 'x'", "types", 1),
        ("person.age IN (1, 'a')", "types", 1),
        ("person.name > 'a'", "order", 1),
        ("person.local > FALSE", "order", 1),
        ("person.name BETWEEN 'a' AND 'b'", "order", 1),
        ("person.tags = person.tags", "contains", 1),
        ("org.capital * org.capital > 1", "arithmetic", 1),
        ("org.capital + person.age > 1", "arithmetic", 1),
        ("org.capital - 0.5 > 1", "arithmetic", 1),
        ("person.name + 'x' = 'y'", "arithmetic", 1),
        ("person.born + 1 > CURRENT_DATE", "arithmetic", 1),
        ("-person.age > 1", "minus", 2),
        ("-TRUE", "minus", 1),
        ("person.local = -TRUE", "minus", 1),
        ("1 < person.age < 5", "no_value", 1),
        ("person.age = (person.local AND TRUE)", "no_value", 15),
        ("person.name = NULL", "null", 1),
        ("person.age IN (1, NULL)", "null", 1),
        ("person.age IS TRUE", "is", 1),
        ("(person.age + 1) IS NULL", "is", 2),
        ("person.age IN ()", "options", 1),
        ("person.age IN (answer.case)", "options", 1),
        ("person.age IN (1, answer.case)", "options", 1),
        ("contains(person.tags, person.name)", "contains", 1),
        ("contains(person.name, 'x')", "contains", 1),
        ("contains(person.tags, 1)", "contains", 1),
        ("cap(person.age) > 1", "cap", 1),
        ("cap(org.capital, person.age) > 1", "cap", 1),
        ("cap(person.name, 'x') = 'x'", "cap", 1),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_its_place(text: str, code: str, position: int) -> None:
    with pytest.raises(CriteriaProblem) as caught:
        read(text)
    first = caught.value.faults[0]
    assert (first.code, first.position) == (code, position)
    assert caught.value.sentence_en.startswith(f"At character {position}: ")
    assert caught.value.sentence_zh.startswith(f"第 {position} 个字符处：")
    assert "{" not in caught.value.sentence_en + caught.value.sentence_zh


def test_every_fault_is_found_at_once() -> None:
    with pytest.raises(CriteriaProblem) as caught:
        read("person.agee > 1 AND (person.age = 'x' OR org.capital > 0.5) AND person.local")
    assert [(fault.code, fault.position) for fault in caught.value.faults] == [
        ("unknown", 1),
        ("types", 22),
        ("types", 42),
    ]


def test_an_unknown_fact_names_its_neighbours() -> None:
    with pytest.raises(CriteriaProblem) as caught:
        read("person.agee > 1")
    assert "person.age" in caught.value.todo_en
    with pytest.raises(CriteriaProblem) as caught:
        parse("x.y = 1", {})
    assert caught.value.faults[0].code == "unknown"


def test_current_date_is_refused_where_no_day_is_given() -> None:
    with pytest.raises(CriteriaProblem) as caught:
        parse("person.born < CURRENT_DATE", FACTS)
    assert caught.value.faults[0].code == "no_today"


def test_long_chains_are_no_deep_ones() -> None:
    text = " OR ".join(["person.age = 1"] * 110)
    assert len(text) < 2000
    assert read(text).evaluate({"person.age": 1}).verdict is True


def test_names_may_have_more_than_one_dot() -> None:
    facts = {"org.tax.paid": FactType.MONEY}
    assert parse("org.tax.paid > 0", facts).evaluate({"org.tax.paid": 1}).verdict is True


KEYWORDS = "AND OR NOT IN BETWEEN IS NULL TRUE FALSE DATE LIKE SELECT FROM CASE WHEN CAST CURRENT_DATE"
SIGNS = "( ) , . = <> < <= > >= + - * / % ; :: -- /* */ [ ] ' \" ? @ $ ~ | { } \\ # ` ! ^ &"
OTHERS = "cap( contains( least( 'x' 1 0.5 1e9 '2026-01-01' age x'00' E'\\n' 岁 ＞"
WORDS = st.sampled_from([*FACTS, *KEYWORDS.split(), *SIGNS.split(), *OTHERS.split()])


def attempt(text: str) -> CriteriaProblem | None:
    """Read and evaluate a text; the problem when it is refused. Any other exception fails the test."""
    try:
        read(text).evaluate({})
    except CriteriaProblem as problem:
        return problem
    return None


@given(st.lists(WORDS, max_size=25))
def test_no_text_does_anything_but_parse_or_be_refused(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        problem = attempt(text)
        if problem is not None:
            assert 1 <= problem.faults[0].position <= max(1, len(text) + 1)


@given(st.text(max_size=80))
def test_no_characters_do_either(text: str) -> None:
    attempt(text)
