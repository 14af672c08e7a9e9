"""Broken policies are refused at the right line with the right sentence; sound ones are read whole."""

import pytest

from tests.modules.policies.sample import FILES, read

POLICY = "policies/scale-up.yaml"
SPAN = '{from: "2025-01-01", to: "2025-12-31"}'
RATE = "{rate: {of: org.equipment, percent: 10, cap: 50000000}}"
BIG, OLD, OF = "scale-big/2025, amount", "scale-new/2024, amount", "of: org.equipment, percent"
LISTED = '"org.above_scale", text: {zh: 规上, en: Above scale}}\n          - {id: growth'


def faults(tmp_path, *changes) -> list[tuple[str, int, str]]:
    return [(error.file, error.line, error.what) for error in read(tmp_path, *changes).errors]


def line_of(name: str, part: str) -> int:
    return next(n for n, text in enumerate(FILES[name].splitlines(), 1) if part in text)


def test_a_sound_pack_has_no_fault(tmp_path):
    reading = read(tmp_path)
    assert reading.errors == []
    assert [item.code for item in reading.policies.items] == ["scale-new", "scale-big"]
    assert reading.policies.names["award.scale_new"] == "money"


@pytest.mark.parametrize(
    ("file", "old", "new", "part", "what"),
    [
        (POLICY, "agency: industry", "agency: unheard", "agency:", "nothing called 'unheard' is declared"),
        (POLICY, "themes: [scale]", "themes: [other]", "themes:", "nothing called 'other' is declared"),
        (POLICY, "province: 40", "province: 50", "province:", "the percentages add up to 110, not to 100"),
        (POLICY, "fund: industry", "fund: other", "fund:", "nothing called 'other' is declared"),
        (POLICY, "procedure: ordinary", "procedure: other", "procedure:", "nothing called 'other' is declared"),
        (POLICY, "exclusions: [common]", "exclusions: [other]", "exclusions:", "nothing called 'other' is declared"),
        (POLICY, "{id: growth, clause: c3", "{id: growth, clause: c9", "{id: growth", "nothing called 'c9' is declared"),
        (POLICY, "{value: 8,", "{value: 80,", "growth: {value", "the value 80 is not between 0 and 50"),
        (POLICY, SPAN, SPAN.replace("2025-12", "2024-12"), SPAN, "it ends before it begins"),
        (POLICY, SPAN, SPAN.replace("01-01", "02-30"), SPAN, "'2025-02-30' is malformed"),
        (POLICY, "amount: {fixed: 10000000}", "amount: {fixed: param.award}", "fixed: 10000000", f"{OLD}: At character 1: the fact 'param.award'"),
        (POLICY, "percent: 10, cap", "percent: org.premium, cap", "rate:", f"{BIG}: org.premium is of type money"),
        (POLICY, OF, "of: org.size, percent", "rate:", f"{BIG}: org.size is of type choice"),
        (POLICY, OF, "of: 0.1 * org.equipment, percent", "rate:", f"{BIG}: an amount is reckoned in whole numbers"),
        (POLICY, RATE, "{share_of: {item: unheard, percent: 50}}", "rate:", f"{BIG}: there is no subsidy item 'unheard'"),
        (POLICY, RATE, "{pool: {fund: unheard, amount: {fixed: 100}}}", "rate:", "nothing called 'unheard' is declared"),
        ("policies/exclusions.yaml", '"org.dishonest"', '"org.dishonest = 1"', "id: credit", "exclusions common: At character 1: org.dishonest (bool)"),
        ("policies/routes.yaml", "after: [intake]", "after: [unheard]", "id: decide", "nothing called 'unheard' is declared"),
        ("policies/funds.yaml", "agency: industry", "agency: unheard", "code: industry", "nothing called 'unheard' is declared"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(tmp_path, file, old, new, part, what):
    (name, line, said), *others = faults(tmp_path, (file, old, new))
    assert (name, line, others) == (file, line_of(file, part), [])
    assert said.startswith(what)


def test_a_code_is_unique_in_the_city(tmp_path):
    found = faults(tmp_path, (POLICY, "code: scale-big", "code: scale-new"))
    assert [(line, what) for _, line, what in found] == [
        (line_of(POLICY, code), "the code 'scale-new' is taken in this city")
        for code in ("code: scale-new", "code: scale-big")
    ]


def test_a_rule_names_its_clause(tmp_path):
    errors = read(tmp_path, (POLICY, LISTED, LISTED.replace("org.above_scale", "org.scale"))).errors
    assert [error.line for error in errors] == [line_of(POLICY, "{id: listed")]
    assert errors[0].what.startswith("scale-new/2025, Article 3: At character 1:")


def test_a_parameter_that_nothing_uses_is_a_fault(tmp_path):
    found = faults(tmp_path, (POLICY, "amount: {fixed: param.award}", "amount: {fixed: 100}"))
    assert found == [
        (POLICY, line_of(POLICY, "award: {value"), "no rule and no amount uses the parameter 'award'")
    ]


def test_examples_name_items_and_facts_that_are_there(tmp_path):
    text = '- {name: a, item: x, as_of: "2025-01-01", given: {org.nothing: 1}, expect: {verdict: "yes"}}\n'
    found = faults(tmp_path, ("examples/policies/scale-up.yaml", text, text))
    assert [what for _, _, what in found] == [
        "nothing called 'x' is declared",
        "nothing called 'org.nothing' is declared",
    ]
