"""Reading and loading packs: faults with file and line, published versions that stay, loads that change nothing."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.packs.reading import items as pack_items
from tongban.foundation.packs import PackProblem
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.catalogue.models import ItemVersion, PackDocument, PackLoad, ServiceItem
from tongban.kernel.events import queries as events


@pytest.fixture
def pack(tmp_path) -> Path:
    """A copy of the pack that may be spoilt."""
    return Path(shutil.copytree(settings.PACK, tmp_path / "pack"))


@pytest.fixture
def fresh():
    """Let go of compiled versions before and after a test that publishes one."""
    queries.forget()
    yield
    queries.forget()


def replace(pack: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in a file; returns the line on which it stood."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(pack: Path) -> list[tuple[str, int, str]]:
    """File, line and place of every fault; each has a sentence and advice in both languages."""
    errors = read_pack(pack).errors
    for error in errors:
        assert error.what
        assert error.todo
        assert f"{error.file}:{error.line}:" in error.text("zh")
    return [(error.file, error.line, error.where) for error in errors]


ONE = "items/open-restaurant.yaml"
TAX = "items/tax-proof.yaml"
# what is wrong → (file, what stands there, what is put there, where the fault is)
PLANTED = {
    "an unknown agency": (TAX, "agency: tax", "agency: taxes", "agency"),
    "an unknown credential": (TAX, "credential: tax-record", "credential: tax-recor", "result.credential"),
    "an unknown fact": (TAX, "fact: person.id_no", "fact: person.idno", "form[0].fields[1].fact"),
    "a wrong implementation code": (TAX, 'task_code: "1', 'task_code: "2', "task_code"),
    "a rule with a fault": (TAX, "tax.record_years >= 1", "tax.record_years >= 'one'", None),
    "a child case of nothing": (ONE, "item: sole-trader", "item: nobody", "procedure[0].child.item"),
    "a child case of itself": (ONE, "item: sole-trader", "item: open-restaurant", "procedure[0].child.item"),
    "a child case told what it does not ask": (
        ONE,
        "staff: {from: answer.staff}",
        "stuff: {from: answer.staff}",
        "procedure[0].child.answers.stuff",
    ),
    "a child case told what nobody said": (
        ONE,
        "area: {from: answer.area}",
        "area: {from: answer.size}",
        "procedure[1].child.answers.area.from",
    ),
    "a child case told an option that is none": (
        ONE,
        "business: {value: catering}",
        "business: {value: cooking}",
        "procedure[1].child.situation.business.value",
    ),
    "a shared material that is not there": (
        ONE,
        "layout: layout",
        "layout: plan",
        "procedure[1].child.materials.layout",
    ),
    "a commitment that is not signed": (ONE, "signs: {place: place}", "signs: {place: word}", None),
    "an applicant out of a step that comes later": (
        ONE,
        "holder_of: registration",
        "holder_of: food_licence",
        "procedure[1].child.applicant.holder_of",
    ),
    "a child case with an officer": (
        ONE,
        "    after: [registration]",
        "    after: [registration]\n    who: {permission: case.review, at: town}",
        None,
    ),
    "a rule about something undeclared": (TAX, "tax.record_years >= 1", "tax.years >= 1", None),
    "a rule in a language of its own": (
        TAX,
        "tax.record_years >= 1",
        "GREATEST(tax.record_years, 1) = 1",
        None,
    ),
    "an unknown key": (TAX, "visits: 0", "visists: 0", None),
    "a word outside the list": (TAX, "kind: instant", "kind: sometimes", "kind"),
    "a number as text": (TAX, "version: 1", "version: one", "version"),
    "a key twice": (TAX, "version: 1", "version: 1\nversion: 2", "version"),
    "a tag that would run something": (TAX, "version: 1", "version: !!python/object:os.system 1", None),
    "an anchor": (TAX, "version: 1", "version: &a 1", None),
    "bad YAML": (TAX, "name: {zh:", "name: {{zh:", None),
    "a place without name": ("places/places.yaml", "name: {zh:", "nam: {zh:", None),
    "a day that is none": ("calendar/2026.yaml", '"2026-0', '"2026-2', None),
    "an example of nothing": ("examples/due.yaml", "kind: due", "kind: dew", None),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_named_with_its_file_and_line(planted, pack):
    file, old, new, where = PLANTED[planted]
    line = replace(pack, file, old, new)
    found = faults(pack)
    assert found
    assert {place for place, _, _ in found} == {file}
    assert any(abs(at - line) <= 1 for _, at, _ in found), found
    if where:
        assert where in {place for _, _, place in found}


def test_a_wrong_check_character_of_an_agency_is_found_in_each_of_its_items(pack):
    replace(pack, "agencies.yaml", "uscc: 11441900MB9900013G", "uscc: 11441900MB9900013H")
    found = {(file, where) for file, _, where in faults(pack)}
    market = [item["code"] for item in pack_items() if item["agency"] == "market-regulation"]
    assert found == {(f"items/{code}.yaml", where) for code in market for where in ("agency", "task_code")}


def test_the_pack_in_use_has_no_faults(pack):
    assert faults(pack) == []


def test_every_fault_is_found_at_once(pack):
    replace(pack, TAX, "agency: tax", "agency: taxes")
    replace(pack, TAX, "tax.record_years >= 1", "tax.years >= 1")
    replace(pack, "items/food-licence.yaml", "credential: food-business-licence", "credential: nothing")
    replace(pack, "items/old-age-allowance.yaml", "person.age >= 80", "person.agee >= 80")
    assert {(file, where.split("[")[0]) for file, _, where in faults(pack)} >= {
        (TAX, "agency"),
        ("items/food-licence.yaml", "result.credential"),
        ("items/old-age-allowance.yaml", "conditions"),
    }


@pytest.mark.parametrize(
    "missing", ["pack.yaml", "agencies.yaml", "places/places.yaml", "letters/letters.yaml"]
)
def test_a_missing_file_is_a_fault_and_no_accident(missing, pack):
    (pack / missing).unlink()
    assert missing in {file for file, _, _ in faults(pack)}


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh")
class TestLoading:
    """Into the tables."""

    def test_a_second_load_changes_nothing(self):
        def rows():
            return [
                list(model.objects.order_by("id").values())
                for model in (ServiceItem, ItemVersion, PackDocument, PackLoad)
            ]

        before, log = rows(), events.by_name("pack.loaded").count()
        assert actions.load(reading=city.whole_pack(settings.PACK), by=SYSTEM) is None
        assert rows() == before
        assert events.by_name("pack.loaded").count() == log

    def test_what_has_faults_is_not_loaded(self, pack):
        replace(pack, TAX, "agency: tax", "agency: taxes")
        before = PackLoad.objects.count()
        with pytest.raises(PackProblem):
            actions.load(reading=city.whole_pack(pack), by=SYSTEM)
        assert PackLoad.objects.count() == before

    def test_a_published_version_stays_as_it_is(self, pack):
        replace(pack, TAX, "level: 3", "level: 4")
        with pytest.raises(actions.VersionTaken) as refused:
            actions.load(reading=city.whole_pack(pack), by=SYSTEM)
        assert (refused.value.status, refused.value.about) == (409, "tax-proof")
        assert queries.item("tax-proof").version == 1

    def test_a_new_version_is_in_force_and_the_old_one_stays_for_its_cases(self, pack, clock):
        by = city.actor(city.account(city.person()))
        old = cases.open_draft(item_code="tax-proof", by=by)
        replace(pack, TAX, "version: 1", "version: 2")
        replace(pack, TAX, "level: 3", "level: 4")
        loaded = actions.load(reading=city.whole_pack(pack), by=SYSTEM)
        assert loaded.changed == 1
        assert events.by_name("item.published")[0].payload["version"] == 2
        assert queries.item("tax-proof").version == 2
        assert queries.item("tax-proof").definition.data["level"] == 4
        assert case_queries.version_of(old).definition.data["level"] == 3
        assert actions.load(reading=city.whole_pack(pack), by=SYSTEM) is None

    def test_documents_follow_the_pack(self, pack):
        replace(pack, "agencies.yaml", "name: {zh: ", "name: {zh: 新")
        assert actions.load(reading=city.whole_pack(pack), by=SYSTEM).changed == 1
        first = next(iter(queries.documents("agency").values()))
        assert first["name"]["zh"].startswith("新")

    @pytest.mark.parametrize(
        "statement", ["UPDATE catalogue_itemversion SET version = 9", "DELETE FROM catalogue_itemversion"]
    )
    def test_the_database_refuses_to_change_a_version(self, statement):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_unknown_things_are_not_there(self):
        with pytest.raises(queries.NoSuchItem) as refused:
            queries.item("nothing")
        assert refused.value.status == 404
        with pytest.raises(KeyError):
            queries.agency("nothing")
        assert queries.documents("nothing") == {}

    def test_reading_the_catalogue_again_is_one_small_query(self, django_assert_num_queries):
        queries.items()
        with django_assert_num_queries(1):
            queries.items()
        assert [item.code for item in queries.items()] == sorted(item.code for item in queries.items())
        assert [item.code for item in queries.items()] == sorted(item["code"] for item in pack_items())


@pytest.mark.django_db
class TestSearch:
    """In people's own words; the examples of the pack run in tests/packs."""

    @pytest.mark.parametrize(
        "query", ["", "   ", "？！", "的", "' OR 1=1 --", '"', "*", "a AND", "NEAR(", "x" * 500, "%", "_"]
    )
    def test_odd_queries_are_answered(self, query):
        assert isinstance(queries.find(query).items, list)

    @pytest.mark.parametrize("query", ["食品", "shipin", "SHI PIN", "spjyxkz", "餐馆"])
    def test_words_pinyin_and_initials(self, query):
        assert "food-licence" in [item.code for item, _ in queries.find(query).items]

    def test_the_best_come_first_and_not_more_than_asked_for(self):
        found = queries.find("许可证", most=3).items
        assert len(found) == 3
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        assert all(score > 0 for score in scores)

    def test_what_nobody_wrote_is_not_found(self):
        assert queries.find("火星").items == []
        assert queries.find("zzzzqq").items == []
