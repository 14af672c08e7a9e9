"""Examples of diagnoses and lists: what follows from answers and facts, and no more."""

import pytest

from tests.packs.reading import PACK, load
from tongban.foundation.criteria import FactType
from tongban.kernel.catalogue.forms import read_declared, read_pack
from tongban.modules.policies.forms import policies_in
from tongban.modules.projects.calc import diagnose, read_kind
from tongban.modules.projects.forms import read_projects
from tongban.modules.visits.calc import lists_of, read_settings
from tongban.modules.visits.forms import read_visits

NAMES = sorted(path.stem for path in (PACK / "examples/projects").glob("*.yaml"))
EXAMPLES = [(name, one) for name in NAMES for one in load(f"examples/projects/{name}.yaml")["examples"]]
FACTS = {one["name"]: FactType(one["type"]) for one in read_declared(PACK).facts}


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[one["name"] for _, one in EXAMPLES])
def test_what_follows_from_answers(name, example):
    kind = read_kind(load(f"projects/{name}.yaml"), FACTS)
    found = diagnose(kind, example["answers"], example.get("facts", {}))
    assert [one.id for one in found.permits] == example["permits"]
    assert [one.id for one, _needs in found.open] == example.get("open", [])
    assert [one.item for one in found.subsidies] == example.get("subsidies", [])
    assert [one.id for one in found.needs] == example["needs"]


def test_every_kind_has_an_example_of_every_permit_and_need():
    for path in sorted((PACK / "projects").glob("*.yaml")):
        if path.stem == "settings":
            continue
        data = load(f"projects/{path.name}")
        shown = load(f"examples/projects/{path.name}")["examples"]
        open_ = {id for one in shown for id in one.get("open", ())}
        assert {id for one in shown for id in one["permits"]} | open_ >= {"filing"}
        assert {one["id"] for one in data["questions"]} >= {id for one in shown for id in one["answers"]}


def test_subsidies_are_items_of_policies():
    codes = {item.code for one in policies_in(PACK).policies for item in one.items}
    named = {
        one["item"]
        for path in (PACK / "projects").glob("*.yaml")
        for one in load(f"projects/{path.name}").get("subsidies", [])
    }
    assert named - codes == set()


@pytest.mark.parametrize("example", load("visits.yaml")["examples"], ids=lambda one: one["name"])
def test_on_which_lists_an_enterprise_is(example):
    settings = read_settings(load("visits.yaml"), FACTS)
    assert lists_of(settings, example["facts"]) == set(example["lists"])


BROKEN = [
    (
        "equipment.yaml",
        "item: investment-filing",
        "item: investment-fling",
        "there is no item 'investment-fling'",
    ),
    ("equipment.yaml", "stage: filed", "stage: field", "there is no stage 'field'"),
    ("equipment.yaml", "after: [filing]", "after: [fling]", "there is no permit 'fling'"),
    ("equipment.yaml", "kind: power", "kind: powder", "there is no kind of need 'powder'"),
    ("equipment.yaml", "amount: borrow", "amount: borow", "there is no question 'borow'"),
    ("equipment.yaml", "answer.special = TRUE", "answer.spatial = TRUE", "answer.spatial"),
    ("equipment.yaml", "id: money, kind", "id: power, kind", "the name 'power' is there already"),
    (
        "equipment.yaml",
        "situation: {kind: equipment}",
        "situation: {sort: equipment}",
        "question of this item",
    ),
    (
        "equipment.yaml",
        "situation: {kind: equipment}",
        "situation: {kind: repair}",
        "option of this question",
    ),
    ("equipment.yaml", "fields: {filing: name,", "fields: {fling: name,", "there is no permit 'fling'"),
    (
        "equipment.yaml",
        "{filing: name, eia: name}",
        "{filing: nome, eia: name}",
        "field that can be shared 'nome'",
    ),
    ("equipment.yaml", "{filing: start}", "{filing: legal_rep}", "field that can be shared 'legal_rep'"),
    ("equipment.yaml", "{filing: end}", "{filing: end, eia: site}", "differ in type: date, text"),
    (
        "equipment.yaml",
        "begins_as: answer.coal_tonnes",
        "begins_as: answer.cool",
        "no question 'answer.cool'",
    ),
    (
        "equipment.yaml",
        "begins_as: project.name",
        "begins_as: project.promised",
        "does not fit a field of type text",
    ),
    (
        "settings.yaml",
        "yellow: 2, red: 3",
        "yellow: 4, red: 3",
        "yellow, red and out do not follow one another",
    ),
]


@pytest.fixture(scope="module")
def reading():
    return read_pack(PACK)


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN, ids=[one[2] for one in BROKEN])
def test_a_broken_kind_is_named_with_its_line(reading, tmp_path, file, old, new, said):
    folder = tmp_path / "projects"
    folder.mkdir()
    for path in (PACK / "projects").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            line = text[: text.index(old)].count("\n") + 1
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    before, reading.folder = reading.folder, tmp_path
    errors = read_projects(reading)
    reading.folder = before
    assert said in errors[0].what
    assert (errors[0].file, errors[0].line) == (f"projects/{file}", line)


def test_a_circle_of_permits_is_named(reading, tmp_path):
    folder = tmp_path / "projects"
    folder.mkdir()
    for path in (PACK / "projects").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "expansion.yaml":
            old = 'stage: planning, when: "answer.builds = TRUE", after: [filing]'
            assert old in text
            text = text.replace(old, old.replace("[filing]", "[construction]"))
        (folder / path.name).write_text(text, encoding="utf-8")
    before, reading.folder = reading.folder, tmp_path
    errors = read_projects(reading)
    reading.folder = before
    assert [one.what for one in errors] == ["these permits wait for one another: construction, planning"]


def test_a_broken_list_is_named(reading, tmp_path):
    text = (PACK / "visits.yaml").read_text(encoding="utf-8")
    (tmp_path / "visits.yaml").write_text(
        text.replace("org.doubling_plan", "org.dobling_plan", 1), encoding="utf-8"
    )
    before, reading.folder = reading.folder, tmp_path
    errors = read_visits(reading)
    reading.folder = before
    assert [one.file for one in errors] == ["visits.yaml"]
    assert "org.dobling_plan" in errors[0].what


def test_needs_that_the_market_has_name_its_kinds_and_attributes():
    market = {one["code"]: one for one in load("matching/kinds.yaml")["kinds"]}
    led = set()
    for path in sorted((PACK / "projects").glob("*.yaml")):
        data = load(f"projects/{path.name}")
        types = {one["id"]: one["type"] for one in data.get("questions", ())}
        for need in (one for one in data["needs"] if "market" in one):
            attributes = {one["name"]: one for one in market[need["market"]["kind"]]["attributes"]}
            for name, question in need["market"].get("fill", {}).items():
                assert attributes[name]["type"] == types[question], (path.name, need["id"])
            for name, option in need["market"].get("given", {}).items():
                assert option in {one["id"] for one in attributes[name]["options"]}, (path.name, need["id"])
            led.add((path.stem, need["id"]))
    every = {(kind, need) for kind in ("new", "expansion") for need in ("land", "plant", "people", "money")}
    assert led == every | {("equipment", "money")}
