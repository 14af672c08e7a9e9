"""Rules of data quality that officials run on their own catalogues, run on the packs.

The readings are deliberately plain (PyYAML, JSON Schema, SQLite): they must not share a slip with the engine.
"""

import datetime as dt
import itertools
import re
from collections import Counter
from typing import Any

import pytest

from tests.packs import reading
from tests.packs.reading import PACK, credentials, criteria_of, fields_of, items, judge, load, names_in

ITEMS = [pytest.param(item, id=item["code"]) for item in items()]
CREDENTIALS = [pytest.param(one, id=one["code"]) for one in credentials()]
LENGTHS = {"instant": 0, "workdays": 1, "days": 1}
# GB/T 39046-2020 annex A: the type of an item in positions 3 and 4 of its catalogue code.
TYPE_CODES = {
    "license": "01",
    "levy": "04",
    "benefit": "05",
    "confirmation": "07",
    "award": "08",
    "adjudication": "09",
    "filing": "10",
    "public_service": "20",
    "village_proof": "21",
}


def double(values: list[Any]) -> list[Any]:
    """The values that occur more than once."""
    return [value for value, number in Counter(values).items() if number > 1]


def agencies() -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in load("agencies.yaml")["agencies"]}


def facts() -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in load("facts.yaml")["facts"]}


def themes() -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in load("pack.yaml")["themes"]}


def situations(item: dict[str, Any]) -> list[dict[str, str]]:
    """Every combination of answers to the situation questions, by full name."""
    questions = [[(f"situation.{q['id']}", o["id"]) for o in q["options"]] for q in item["situations"]]
    return [dict(chosen) for chosen in itertools.product(*questions)]


def promised(item: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The promised limit in a situation."""
    general = item["limits"]["promised"]
    return next((one for one in general.get("cases", []) if judge(one["when"], values)), general)


def _translated(origin: dict[str, Any], values: dict[str, Any]) -> Any:
    """What a child is told of one of the parent's values, in the child's own words where it has some (`as`)."""
    value = values.get(origin.get("from", ""))
    return origin.get("as", {}).get(value, value)


def child_promise(child: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """What the item of a child case promises for the situation that it is told."""
    told = {
        f"situation.{id}": origin["value"] if "value" in origin else _translated(origin, values)
        for id, origin in child.get("situation", {}).items()
    }
    return promised(next(one for one in items() if one["code"] == child["item"]), told)


# --- files, names, references


@pytest.mark.parametrize(("name", "schema"), reading.all_files())
def test_every_file_satisfies_its_schema(name, schema):
    assert schema, f"{name} belongs to no kind of file"
    errors = reading.validator(schema).iter_errors(load(name))
    assert [f"{'.'.join(map(str, e.instance_path))}: {e.message}" for e in errors] == []


def test_codes_occur_once():
    places, halls = load("places/places.yaml")["places"], load("places/halls.yaml")["halls"]
    listed = load("agencies.yaml")["agencies"]
    assert double([one["code"] for one in places]) == []
    assert double([one["code"] for one in halls]) == []
    assert double([one["code"] for one in listed]) == []
    assert double([one["uscc"] for one in listed]) == []
    assert double([one["name"] for one in load("facts.yaml")["facts"]]) == []
    assert double([one["code"] for one in items()]) == []
    assert double([one["task_code"] for one in items()]) == []
    assert double([one["code"] for one in credentials()]) == []
    assert double([one["type_code"] for one in credentials()]) == []
    assert double([one["name"] for one in reading.examples()]) == []
    assert double([one["code"] for one in load("letters/letters.yaml")["letters"]]) == []


def test_files_are_named_for_what_they_hold():
    for folder in ("items", "credentials"):
        for path in (PACK / folder).glob("*.yaml"):
            assert load(f"{folder}/{path.name}")["code"] == path.stem


def test_the_city_has_its_33_places_and_a_hall_in_each():
    pack, places = load("pack.yaml"), load("places/places.yaml")["places"]
    kinds = Counter(one["kind"] for one in places if one["kind"] != "village")
    assert kinds == {"city": 1, "subdistrict": 4, "town": 28, "park": 1}
    codes = {one["code"] for one in places}
    assert {one["parent"] for one in places if one["kind"] != "city"} <= codes
    assert all(one["code"].startswith(one.get("parent", pack["city"]["division_code"])) for one in places)
    served = {one["place"] for one in load("places/halls.yaml")["halls"]}
    assert served == {one["code"] for one in places if one["kind"] != "village"}


def test_agencies_stand_in_known_places_and_each_town_has_one():
    places = {one["code"]: one["kind"] for one in load("places/places.yaml")["places"]}
    at = Counter(one["place"] for one in agencies().values() if one["level"] == "town")
    towns = [code for code, kind in places.items() if kind in {"subdistrict", "town", "park"}]
    assert at == Counter(towns)
    assert {one["place"] for one in agencies().values()} <= set(places)


def test_facts_have_known_sources():
    known, declared = set(agencies()), facts()
    assert {one["source"] for one in declared.values()} <= known
    assert {name for one in declared.values() for name in one.get("derived_from", [])} <= set(declared)


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_refers_to_what_exists(item):
    named = {credential["code"] for credential in credentials()}
    commitments = {one["id"] for one in item["commitments"]}
    assert item["agency"] in agencies()
    assert set(item["themes"]) <= set(themes())
    assert item["result"]["credential"] in named
    for material in item["materials"]:
        ((kind, target),) = (material.get("waived_by") or {"": ""}).items()
        known = {"": {""}, "credential": named, "fact": set(facts()), "commitment": commitments}[kind]
        assert target in known, material["id"]
    assert {field["fact"] for field in fields_of(item) if "fact" in field} <= set(facts())
    assert item.get("benefit", {}).get("account", "person.bank_account") in facts()


@pytest.mark.parametrize("item", ITEMS)
def test_names_inside_an_item_occur_once(item):
    assert double([field["id"] for field in fields_of(item)]) == []
    for part in ("form", "materials", "commitments", "situations", "conditions", "procedure"):
        assert double([one["id"] for one in item[part]]) == [], part
    for owner in [*item["situations"], *fields_of(item)]:
        assert double([option["id"] for option in owner.get("options", [])]) == []


@pytest.mark.parametrize("item", ITEMS)
def test_criteria_read_only_what_is_declared(item):
    known = set(facts()) | {f"situation.{q['id']}" for q in item["situations"]}
    known |= {f"answer.{field['id']}" for field in fields_of(item)}
    choices = {f"situation.{q['id']}": {o["id"] for o in q["options"]} for q in item["situations"]}
    choices |= {name: {o["id"] for o in one["options"]} for name, one in facts().items() if "options" in one}
    choices |= {
        f"answer.{field['id']}": {o["id"] for o in field["options"]}
        for field in fields_of(item)
        if "options" in field
    }
    for text in criteria_of(item):
        assert names_in(text) <= known, text
        for name, value in re.findall(r"([a-z_]+\.[a-z_]+) (?:=|<>) '([^']*)'", text):
            assert value in choices[name], text
        judge(text, {})  # raises when it does not parse


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_credential_refers_to_what_exists(credential):
    giving = [one for one in items() if one["result"]["credential"] == credential["code"]]
    # The items of claims are made from the policies, and all give the one that the pack names.
    assert giving or credential["code"] == load("pack.yaml")["claims"]["credential"], "no item gives it"
    assert credential["issuer"] == "case" or credential["issuer"] in agencies()
    known = set(facts()) | {f"answer.{field['id']}" for item in giving for field in fields_of(item)}
    known |= {f"situation.{q['id']}" for item in giving for q in item["situations"]}
    known |= {"holder.name", "holder.code"}
    known |= {
        f"result.{name}"
        for name in ["number", "issued_on", "valid_from", "valid_to", "amount", "agency", "item"]
    }
    cells = [cell for row in credential.get("table", {}).get("rows", []) for cell in row]
    for one in [*credential["fields"], *cells]:
        for key in ("from", "fallback"):
            assert one.get(key, "holder.name") in known, one
    widths = {len(row) for row in credential.get("table", {}).get("rows", [])}
    assert widths <= {len(credential.get("table", {}).get("columns", []))}
    names = {name for text in credential.get("paragraphs", []) for name in re.findall(r"\{(\w+)\}", text)}
    assert names <= {one["id"] for one in credential["fields"]}
    assert (PACK / credential["template"]).is_file()


# --- codes and their check digits


def test_agency_codes_are_well_formed():
    assert [one["code"] for one in agencies().values() if not reading.uscc_ok(one["uscc"])] == []
    # 11 an organ of the state; 54 and 55 a villagers' and a residents' committee (GB 32100-2015).
    division = load("pack.yaml")["city"]["division_code"]
    assert {(one["level"] == "village", one["uscc"][:8]) for one in agencies().values()} == {
        (False, f"11{division}"),
        (True, f"54{division}"),
        (True, f"55{division}"),
    }


@pytest.mark.parametrize("item", ITEMS)
def test_task_code_is_agency_level_and_catalogue_code(item):
    assert item["task_code"] == agencies()[item["agency"]]["uscc"] + item["use_level"] + item["catalog_code"]
    assert item["catalog_code"][:2] in {"00", "44"}
    assert item["catalog_code"][2:4] == TYPE_CODES[item["type"]]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_credential_type_codes_are_well_formed(credential):
    assert reading.uscc_ok(credential["type_code"][:18])


def test_codes_in_examples_are_well_formed():
    given = [one["given"].get("facts", {}) for one in reading.examples()]
    for one in given:
        assert reading.uscc_ok(one.get("org.uscc", agencies()["tax"]["uscc"]))
        for name in ("person.id_no", "org.legal_rep_id_no"):
            assert reading.resident_id_ok(one.get(name, "11010119900307001X")) or name not in one


# --- what the checkers of service guides ask for (domain rules, section 1.6)


@pytest.mark.parametrize("item", ITEMS)
def test_instant_items_and_only_they_are_promised_at_once(item):
    assert (item["kind"] == "instant") == (item["limits"]["promised"]["unit"] == "instant")
    assert "automatic" not in item or item["kind"] == "instant"


@pytest.mark.parametrize("item", ITEMS)
def test_visits_have_a_reason_and_full_depth_means_none(item):
    assert (item["visits"] > 0) == ("visit_reason" in item)
    assert item["online_depth"] != "IV" or item["visits"] == 0
    if item["visits"] == 0 and "online" not in item["channels"]:
        assert item["guide"].get("mail_intake") is True


@pytest.mark.parametrize("item", ITEMS)
def test_no_promise_is_longer_than_the_law_allows(item):
    legal = item["limits"]["statutory"]
    for values in situations(item):
        limit = promised(item, values)
        assert LENGTHS[limit["unit"]] * limit["value"] <= LENGTHS[legal["unit"]] * legal["value"], values


@pytest.mark.parametrize("item", ITEMS)
def test_in_every_situation_the_steps_fit_the_promise_and_end_in_a_decision(item):
    for values in situations(item):
        # A condition that still needs an answer keeps its step.
        steps = {
            s["id"]: s for s in item["procedure"] if "when" not in s or judge(s["when"], values) is not False
        }
        decided = any(step.get("who", {}).get("permission") == "case.decide" for step in steps.values())
        # What consists of child cases alone is decided in each of them.
        assert decided or all("child" in step for step in steps.values()), values
        ends: dict[str, int] = {}
        for step in item["procedure"]:
            if step["id"] in steps:
                begin = max((ends[one] for one in step["after"] if one in steps), default=0)
                limit = step["limit"] if "limit" in step else child_promise(step["child"], values)
                ends[step["id"]] = begin + LENGTHS[limit["unit"]] * limit["value"]
        assert max(ends.values()) <= promised(item, values)["value"], values


@pytest.mark.parametrize("item", ITEMS)
def test_steps_follow_only_earlier_steps(item):
    # Written in the order of work, so a cycle cannot be written at all.
    seen: set[str] = set()
    for step in item["procedure"]:
        assert set(step["after"]) <= seen
        seen.add(step["id"])


@pytest.mark.parametrize("item", ITEMS)
def test_telephones_have_the_area_code_and_differ(item):
    guide, area = item["guide"], load("pack.yaml")["city"]["area_code"]
    assert guide["consult_phone"].startswith(f"{area}-")
    assert guide["complaint_phone"].startswith(f"{area}-")
    assert guide["consult_phone"] != guide["complaint_phone"]


@pytest.mark.parametrize("item", ITEMS)
def test_places_go_down_to_the_window(item):
    assert re.search(r"窗口.*\d|\d.*号", item["guide"]["places"]["zh"])


@pytest.mark.parametrize("item", ITEMS)
def test_audience_matches_the_themes(item):
    audiences = {themes()[theme]["audience"] for theme in item["themes"]}
    wanted = {"person" if one == "person" else "organisation" for one in item["audience"]}
    assert wanted <= audiences


@pytest.mark.parametrize("item", ITEMS)
def test_fees_laws_and_results_are_named(item):
    credential = next(one for one in credentials() if one["code"] == item["result"]["credential"])
    if item["type"] == "license":
        assert credential["kind"] == "licence"
    if item["result"]["name"]["zh"].endswith("证"):
        assert credential["kind"] in {"licence", "proof"}
    assert len(item["guide"]["faq"]) >= 1
    assert not item["fee"]["charged"] or "缴" in item["fee"]["note"]["zh"]
    if item["type"] == "village_proof":
        banned = [word for one in load("village-proofs.yaml")["negative"] for word in one["words"]]
        assert not any(word in item["name"]["zh"] for word in banned)


def test_every_theme_has_an_item_and_every_notice_a_known_one():
    assert {theme for item in items() for theme in item["themes"]} == set(themes())
    codes = {item["code"] for item in items()}
    assert {one["item"] for one in load("pack.yaml")["notices"] if "item" in one} <= codes
    days = [one["date"] for one in load("pack.yaml")["notices"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("item", ITEMS)
def test_what_is_known_is_not_typed_or_handed_in(item):
    # Regulations on online services (State Council decree 716), art. 7: what can be shared must not be asked for.
    assert [f["id"] for f in fields_of(item) if "fact" in f and f["editable"] and f["type"] != "phone"] == []
    free = {"identity", "legal_rep_id", "operator_id", "business_licence"}
    assert [m["id"] for m in item["materials"] if m["id"] in free and "waived_by" not in m] == []


# --- the calendar


@pytest.mark.parametrize("path", sorted((PACK / "calendar").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_calendar_keeps_to_its_year(path):
    data = load(f"calendar/{path.name}")
    off = days_off(data)
    worked = {dt.date.fromisoformat(day) for day in data["workdays"]}
    assert str(data["year"]) == path.stem
    assert {day.year for day in off | worked} == {data["year"]}
    assert off & worked == set()
    assert all(day.weekday() >= 5 for day in worked)


def days_off(data: dict[str, Any]) -> set[dt.date]:
    """The days off of one year's calendar."""
    found: set[dt.date] = set()
    for entry in data["off"]:
        first, last = (entry, entry) if isinstance(entry, str) else (entry["from"], entry["to"])
        day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        found |= {day + dt.timedelta(days=number) for number in range((end - day).days + 1)}
    return found
