"""Typed text into values and values against the form, for every type of field."""

import pytest

from tongban.foundation.ids import make_resident_id, make_uscc
from tongban.kernel.catalogue.calc import check_answers, compile_definition, read_answers, validator_for_form
from tongban.kernel.catalogue.calc.readable import UNREADABLE

ID, USCC = make_resident_id("44190019900307001"), make_uscc("91441900MA9Y00004")


def field(id: str, type: str, **more) -> dict:
    """A field of a form as a pack writes it."""
    return {"id": id, "label": {"zh": id, "en": id}, "type": type, "required": True, "editable": True, **more}


OPTIONS = [{"id": one, "label": {"zh": one}} for one in ("a", "b")]
FORM = [
    field("text", "text", max_length=5, pattern="^[a-z]*$", example="abc"),
    field("plain", "text", required=False),
    field("area", "textarea", required=False),
    field("choice", "choice", options=OPTIONS),
    field("choices", "choices", options=OPTIONS),
    field("yesno", "yesno"),
    field("date", "date"),
    field("int", "int", min=1, max=10),
    field("decimal", "decimal", min=1, max=100),
    field("money", "money", min=0, max=100_00),
    field("phone", "phone"),
    field("resident_id", "resident_id"),
    field("uscc", "uscc"),
    field("place", "place"),
    field("bank", "bank_account"),
]
GOOD = {
    "text": "abc",
    "choice": "a",
    "choices": ["a", "b"],
    "yesno": True,
    "date": "2026-03-02",
    "int": 5,
    "decimal": "86.50",
    "money": 5000,
    "phone": "13800138000",
    "resident_id": ID,
    "uscc": USCC,
    "place": "441900113",
    "bank": "6222000000000000001",
}


@pytest.fixture(scope="module")
def form():
    """Definition and validator of an item that has every type of field."""
    data = {
        "name": {"zh": "x"},
        "summary": {"zh": "x"},
        "situations": [],
        "form": [{"id": "s", "title": {"zh": "s"}, "fields": FORM}],
        "materials": [],
        "procedure": [],
        "conditions": [],
        "commitments": [],
        "limits": {"statutory": {"value": 1, "unit": "days"}, "promised": {"value": 1, "unit": "days"}},
    }
    definition = compile_definition(data, {})
    return definition, validator_for_form(definition, frozenset({"441900113"}))


def errors(form, answers, **options) -> dict[str, str]:
    """Codes of the errors by field, in the order of the form."""
    definition, validator = form
    found = check_answers(validator, list(definition.fields.values()), answers, **options)
    for error in found:
        assert error.zh
        assert error.en
        assert "{" not in error.zh + error.en
    return {error.field: error.code for error in found}


def test_good_answers_have_no_errors(form):
    assert errors(form, GOOD) == {}


def test_what_is_required_is_asked_for_in_order_and_only_at_the_end(form):
    required = [one["id"] for one in FORM if one["required"]]
    assert list(errors(form, {}).items()) == [(id, "required") for id in required]
    assert errors(form, {}, only_given=True) == {}
    assert errors(form, {"int": 99}, only_given=True) == {"int": "max"}


@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        ("text", "abcdef", "too_long"),
        ("text", "AB", "pattern"),
        ("text", 5, "type"),
        ("plain", "x" * 201, "too_long"),
        ("area", "x" * 2001, "too_long"),
        ("choice", "c", "option"),
        ("choice", ["a"], "option"),
        ("choices", ["c"], "option"),
        ("choices", ["a", "a"], "option"),
        ("choices", "a", "type"),
        ("yesno", "maybe", "type"),
        ("yesno", UNREADABLE, "type"),
        ("date", "2026-02-30", "type"),
        ("date", "tomorrow", "type"),
        ("int", 0, "min"),
        ("int", 11, "max"),
        ("int", UNREADABLE, "type"),
        ("int", 1.5, "type"),
        ("decimal", "0.99", "min"),
        ("decimal", "100.01", "max"),
        ("decimal", UNREADABLE, "type"),
        ("decimal", "NaN", "type"),
        ("money", -1, "min"),
        ("money", 100_01, "max"),
        ("money", UNREADABLE, "type"),
        ("phone", "12345678901", "check_digit"),
        ("phone", UNREADABLE, "type"),
        ("resident_id", ID[:-1] + ("0" if ID[-1] != "0" else "1"), "check_digit"),
        ("resident_id", "", "check_digit"),
        ("uscc", USCC[:-1] + ("0" if USCC[-1] != "0" else "1"), "check_digit"),
        ("place", "999999999", "option"),
        ("bank", "x" * 201, "too_long"),
    ],
)
def test_each_wrong_answer_has_one_error_of_its_kind(form, id, value, code):
    assert errors(form, {**GOOD, id: value}) == {id: code}


@pytest.mark.parametrize(
    ("id", "value"),
    [
        ("decimal", "1"),
        ("decimal", "100.00"),
        ("int", 1),
        ("int", 10),
        ("money", 0),
        ("money", 100_00),
        ("text", "abcde"),
    ],
)
def test_exactly_on_the_limit_is_within_it(form, id, value):
    assert errors(form, {**GOOD, id: value}) == {}


@pytest.mark.parametrize(
    ("id", "typed", "value"),
    [
        ("text", [" abc "], "abc"),
        ("text", ["first", "last"], "last"),
        ("choices", ["a", " b "], ["a", "b"]),
        ("yesno", ["YES"], True),
        ("yesno", ["0"], False),
        ("yesno", ["maybe"], UNREADABLE),
        ("int", ["42"], 42),
        ("int", ["-3"], -3),
        ("int", ["４２"], UNREADABLE),
        ("int", ["4.2"], UNREADABLE),
        ("int", ["9" * 16], UNREADABLE),
        ("decimal", ["86.50"], "86.50"),
        ("decimal", ["1e3"], "1000"),
        ("decimal", ["Infinity"], UNREADABLE),
        ("decimal", ["x"], UNREADABLE),
        ("money", ["1,234.50"], 123450),
        ("money", ["1.234"], UNREADABLE),
        ("resident_id", [ID.lower()], ID),
        ("uscc", [USCC.lower()], USCC),
        ("date", ["2026-03-02"], "2026-03-02"),
        ("phone", ["13800138000"], "13800138000"),
    ],
)
def test_typed_text_becomes_a_value_of_its_field(form, id, typed, value):
    assert read_answers(form[0].fields, {id: typed}) == {id: value}


def test_nothing_typed_is_no_answer_and_unknown_fields_are_ignored(form):
    assert read_answers(form[0].fields, {"text": ["", "  "], "choices": [], "hacker": ["x"]}) == {}
    assert errors(form, {**GOOD, "hacker": "x"}) == {}


def test_every_unreadable_answer_survives_for_the_form_to_say_so(form):
    for id in ("int", "decimal", "money", "yesno"):
        read = read_answers(form[0].fields, {id: ["?"]})
        assert errors(form, {**GOOD, **read}) == {id: "type"}
        assert f"answer.{id}" not in form[0].values({}, {}, read)
