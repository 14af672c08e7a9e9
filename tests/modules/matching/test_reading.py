"""A broken pack says which file and line, what is wrong and what to do; a broken post says every fault at once."""

import shutil

import pytest

from tests.modules.matching.market import PLANT
from tests.packs.reading import PACK
from tongban.kernel.catalogue.forms import read_pack
from tongban.modules.matching.calc import read_book
from tongban.modules.matching.calc.posts import BadPost, typed_post
from tongban.modules.matching.forms import read_matching

FACTS = read_pack(PACK).fact_types


@pytest.fixture
def folder(tmp_path):
    """A copy of the pack's folder that a test may break."""
    shutil.copytree(PACK / "matching", tmp_path / "matching")
    (tmp_path / "assets").mkdir()
    shutil.copy(PACK / "assets/townmap.json", tmp_path / "assets")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("kinds", "compare: covers", "compare: at_least", "a choices cannot be compared by 'at_least'"),
        ("kinds", "code: land-m0", "code: land-m1", "'land-m1' is used twice"),
        ("kinds", "name: far,", "name: price,", "'price' is declared twice"),
        ("kinds", "as: capacity", "as: beauty", "'beauty' is not allowed"),
        (
            "kinds",
            "of: land-warehouse, facts",
            "of: plant-dry, facts",
            "the kind has no category 'plant-dry'",
        ),
        (
            "kinds",
            "[org.apprentices], fill: seats",
            "[org.apprentices], fill: price",
            "no attribute 'price' that",
        ),
        ("kinds", "[org.apprentices]", "[org.has_any_loan]", "'org.has_any_loan' is used twice"),
        ("kinds", "[org.apprentices]", "[org.no_such_fact]", "there is no fact 'org.no_such_fact'"),
        ("kinds", "[org.apprentices]", "[org.dishonest]", "'org.dishonest' is no whole number"),
        ("terms", "chain: 12", "chain: 120", "120"),
        ("terms", "  least: 40", "  lest: 40", "lest"),
    ],
)
def test_faults_of_the_pack(folder, file, old, new, said):
    path = folder / "matching" / f"{file}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    errors = [error.text("en") for error in read_matching(folder, FACTS).errors]
    assert errors
    assert any(said in error for error in errors)
    assert all(f"matching/{file}.yaml" in error for error in errors)


def test_a_pack_without_matching_has_no_fault(tmp_path):
    reading = read_matching(tmp_path)
    assert (reading.errors, reading.book) == ([], {})


def typed(**given):
    """What the plant's form makes of it."""
    book = read_book(read_matching(PACK).book)
    return typed_post(book.kinds["plant"], "offer", {**PLANT, **given}, book.towns)


def test_a_post_is_kept_in_stored_units():
    assert typed().attributes == {"area": 3000, "tenure": "lease", "rent": 2000, "permit": True}


def test_every_fault_at_once():
    with pytest.raises(BadPost) as failed:
        typed(title="短", area="1.5", rent="-3", tenure="steal", permit="perhaps", place="x", day="tomorrow")
    assert set(failed.value.fields) == {"title", "area", "rent", "tenure", "permit", "place", "day"}
    with pytest.raises(BadPost) as failed:
        typed(category="land-m1", area="", text="\x00" * 8, contact_phone="call me", contact_name="")
    assert set(failed.value.fields) == {"category", "area", "text", "contact_phone", "contact_name"}


@pytest.mark.parametrize(
    "text",
    [
        "请拨打 13800138000",
        "电话 0769-2233 4455",
        "１３８００１３８０００ 找我",
        "写信到 a.b@example.com",
        "微信号 abc",
        "加 WhatsApp 联系",
    ],
)
def test_no_contact_in_what_everybody_reads(text):
    with pytest.raises(BadPost) as failed:
        typed(text=text)
    assert set(failed.value.fields) == {"text"}


def test_plain_numbers_are_no_telephone():
    assert typed(text="三千平方米，承重 1500 千克，层高 6 米，2026 年 5 月可用").text


def test_a_condition_leads_to_the_need_that_the_pack_names():
    reading = read_matching(PACK, FACTS)
    assert reading.errors == []
    found = read_book(reading.book).remedies
    assert {fact: (kind.code, one.category, one.fill) for fact, (kind, one) in found.items()} == {
        "org.warehouse_area": ("land", "land-warehouse", ""),
        "org.cold_storage_m3": ("land", "land-warehouse", ""),
        "org.has_any_loan": ("money", "money-credit", ""),
        "org.graduates_hired": ("people", "", "heads"),
        "org.high_talents": ("people", "", "heads"),
        "org.equipment_bought": ("equipment", "", ""),
        "org.robot_spend": ("equipment", "", ""),
        "org.patents": ("services", "serv-patent", ""),
        "org.patents_granted_y0": ("services", "serv-patent", ""),
        "org.apprentices": ("training", "", "seats"),
    }
