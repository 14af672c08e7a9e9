"""Differences, edits and texts of items: complete, exact, and the same there and back."""

import copy
import random

import pytest
from django.conf import settings

from tongban.foundation.packs import read_text
from tongban.kernel.catalogue.calc import (
    Edit,
    Known,
    LostPlace,
    apply_edits,
    check_item,
    check_text,
    differences,
    dotted,
    is_shaped,
    path_of,
    plain_data,
    published_ids,
    text_of,
    undotted,
)
from tongban.kernel.catalogue.forms import read_pack


@pytest.fixture(scope="module")
def reading():
    return read_pack(settings.PACK)


@pytest.fixture(scope="module")
def items(reading):
    return {item["code"]: plain_data(item) for item in reading.items}


@pytest.fixture
def food(items):
    return copy.deepcopy(items["food-licence"])


def kinds(old, new):
    return [(one.kind, one.part, one.id, dotted(one.path)) for one in differences(old, new)]


class TestDifferences:
    def test_none_between_equals_whatever_the_number_and_the_order_of_keys(self, food):
        other = dict(reversed(list(food.items()))) | {"version": 7, "valid_from": "2027-01-01"}
        assert differences(food, other) == []

    def test_every_kind_of_part(self, food):
        new = copy.deepcopy(food)
        new["name"]["zh"] = "食品经营许可（新）"
        new["guide"]["hours"]["zh"] = "全天。"
        new["limits"]["promised"]["value"] = 4
        new["materials"][2]["necessity"] = "deferrable"
        new["form"][2]["fields"][2]["required"] = False
        del new["form"][6]
        new["procedure"][3]["after"] = ["site_check"]
        new["situations"][0]["options"].append(
            {"id": "vending", "label": {"zh": "自动售货", "en": "Vending"}}
        )
        assert kinds(food, new) == [
            ("changed", "name", "", "name"),
            ("changed", "limit", "", "limits.promised.value"),
            ("added", "situation", "vending", "situations.0.options.3"),
            ("changed", "field", "area", "form.2.fields.2.required"),
            ("removed", "section", "staff", "form.6"),
            ("changed", "material", "layout", "materials.2.necessity"),
            ("changed", "step", "approve", "procedure.3.after"),
            ("changed", "guide", "", "guide.hours"),
        ]

    def test_said_in_both_languages(self, food):
        new = copy.deepcopy(food)
        new["materials"][2]["necessity"] = "optional"
        new["form"][2]["fields"].pop(2)
        said = [(one.zh, one.en) for one in differences(food, new)]
        assert said == [
            ("删去栏目“经营面积（平方米）”", "Removed: Field 'Floor area (m²)'"),
            (
                "材料“经营场所平面布局图”的必要性：由“required”改为“optional”",
                "Material 'Floor plan of the premises': necessity: from 'required' to 'optional'",
            ),
        ]

    def test_an_order_is_one_difference_and_what_moved_is_compared(self, food):
        new = copy.deepcopy(food)
        new["materials"].insert(0, new["materials"].pop(3))
        new["materials"][0]["max_mb"] = 5
        assert kinds(food, new) == [
            ("changed", "material", "safety_rules", "materials.0.max_mb"),
            ("moved", "material", "", "materials"),
        ]

    def test_no_change_of_any_leaf_is_missed(self, items):
        dice = random.Random(7)
        for code, item in items.items():
            for _ in range(40):
                new = copy.deepcopy(item)
                node, path = new, []
                while isinstance(node, dict | list) and node:
                    keys = (
                        [k for k in node if k not in ("version", "valid_from")]
                        if isinstance(node, dict)
                        else range(len(node))
                    )
                    step = dice.choice(list(keys))
                    above, node = node, node[step]
                    path.append(step)
                above[step] = "另外的内容"
                assert differences(item, new), (code, path)
                assert differences(new, item), (code, path)


class TestTexts:
    def test_written_and_read_again_every_item_is_the_same(self, items, reading):
        for code, item in items.items():
            text = text_of(item)
            back, faults = check_text(text, code, Known.of_pack(reading))
            assert (back, faults) == (item, [])
            assert text_of(dict(reversed(list(back.items())))) == text

    @pytest.mark.parametrize(
        "text",
        [
            "yes", "No", "null", "true", "~", "", " a", "a ", "a: b", "a #b", "- a", "#", "12", "1.50", "0769", "-1",
            "a\nb", "a\ttab", '"', "'", "\\", "{x}", "[x]", "a,b", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "?",
            "\x85", "\u2028", "\ufeff", "中文：说明", "（一）", "《法》", "😀", "=", "<<", "2026-01-01", "e1", "a:", "Ⅳ", "x" * 300,
        ],
    )  # fmt: skip
    def test_any_text_comes_back(self, food, text):
        food["guide"]["hours"]["zh"] = text
        food["words"] = [text, "b"]
        assert plain_data(read_text(text_of(food), name="x").data) == food

    def test_numbers_come_back_as_numbers(self, food):
        food["form"][2]["fields"][2] |= {"min": 0.5, "max": 100000}
        back = plain_data(read_text(text_of(food), name="x").data)
        assert back == food
        assert isinstance(back["form"][2]["fields"][2]["min"], float)


class TestEdits:
    def test_set_drop_add_move(self, food):
        edits = [
            Edit("set", ("guide", "delivery", "zh"), "邮寄"),
            Edit("set", ("form", 0, "fields", 0, "help", "zh"), "照执照填"),
            Edit("drop", ("visit_reason", "zh")),
            Edit("add", ("words",), "开店"),
            Edit("move", ("materials", 0), 1),
            Edit("move", ("materials", 0), -1),
            Edit("drop", ("commitments", 0)),
        ]
        new = apply_edits(food, edits)
        assert new["guide"]["delivery"]["zh"] == "邮寄"
        assert new["form"][0]["fields"][0]["help"] == {"zh": "照执照填"}
        assert new["words"][-1] == "开店"
        assert [one["id"] for one in new["materials"]][:2] == ["legal_rep_id", "business_licence"]
        assert [one["id"] for one in new["commitments"]] == ["on_site"]
        assert food["materials"][0]["id"] == "business_licence"

    def test_a_text_without_languages_is_no_text(self, food):
        assert set(food["form"][1]["fields"][1]["help"]) == {"zh", "en"}
        path = ("form", 1, "fields", 1, "help")
        new = apply_edits(food, [Edit("drop", (*path, "zh")), Edit("drop", (*path, "en"))])
        assert "help" not in new["form"][1]["fields"][1]

    @pytest.mark.parametrize(
        "edit",
        [Edit("drop", ("form", 99)), Edit("set", ("form", 99, "id"), "x"), Edit("move", ("form", "a"), 1)],
    )
    def test_a_place_that_is_not_there(self, food, edit):
        with pytest.raises(LostPlace):
            apply_edits(food, [edit])

    def test_paths(self):
        assert path_of("form[0].fields[12].id") == ("form", 0, "fields", 12, "id")
        assert path_of("(root)") == ()
        assert undotted(dotted(("form", 0, "id"))) == ("form", 0, "id")

    def test_published_identifiers(self, food):
        ids = published_ids(food)
        assert {
            ("form.*.fields.*", "area"),
            ("situations.*.options.*", "canteen"),
            ("materials.*", "layout"),
        } <= ids
        assert ("form.*", "area") not in ids


class TestChecks:
    """Faults of one item, at the very value."""

    def faults(self, item, reading):
        found = check_item(item, Known.of_pack(reading))
        assert all(one.what_zh and one.todo_zh and one.what and one.todo for one in found)
        return [one.where for one in found]

    def test_missing_and_empty_are_said_where_they_are(self, food, reading):
        del food["guide"]["places"]["zh"]
        food["form"][0]["fields"][0]["label"]["en"] = ""
        food["form"][0]["when"] = "situation.business = 1"
        assert sorted(self.faults(food, reading)) == [
            "form[0].fields[0].label.en",
            "form[0].when",
            "guide.places.zh",
        ]

    PLANTED = {
        "a field twice": (("form", 1, "fields", 0, "id"), "area", ["form[2].fields[2].id"]),
        "an option twice": (("situations", 0, "options", 1, "id"), "catering", ["situations[0].options[1].id"]),
        "a material twice": (("materials", 3, "id"), "layout", ["materials[3].id"]),
        "an unknown predecessor": (("procedure", 2, "after"), ["nothing"], ["procedure[2].after"]),
        "a circle": (("procedure", 1, "after"), ["approve"], [f"procedure[{n}].after" for n in (1, 2, 3)]),
        "a commitment that is not there": (
            ("materials", 3, "waived_by"), {"commitment": "none"}, ["materials[3].waived_by.commitment"],
        ),
        "no regular expression": (("form", 2, "fields", 1, "pattern"), "(", ["form[2].fields[1].pattern"]),
    }  # fmt: skip

    @pytest.mark.parametrize("planted", PLANTED)
    def test_what_a_schema_cannot_see(self, food, reading, planted):
        path, value, where = self.PLANTED[planted]
        assert self.faults(apply_edits(food, [Edit("set", path, value)]), reading) == where

    @pytest.mark.parametrize("text", ["code: [", "- 1", "form: 3", "form: [x]", "", "guide: {faq: {q: 1}}"])
    def test_a_text_that_is_no_item(self, text, reading):
        found, faults = check_text(text, "x", Known.of_pack(reading))
        assert found is None
        assert faults

    def test_shape(self, food):
        assert is_shaped(food)
        assert is_shaped({})
        assert not is_shaped({"form": [{"fields": [1]}]})
