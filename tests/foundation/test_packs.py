from decimal import Decimal
from pathlib import Path

import pytest

from tongban.foundation.packs import (
    Located,
    PackError,
    PackProblem,
    Schema,
    load_schema,
    read_yaml,
    validate,
    where,
)
from tongban.foundation.packs.checking import UnknownSchema

TEXT = """\
code: food-licence
version: 2
year: 2026
valid_from: 2026-01-01
area_code: 0769
share: 0.10
online: true
answer: no
nothing:
name: {zh: 食品经营许可, en: "Food licence"}
steps:
  - id: review
    after: []
  - id: approve
    after:
      - review
long: |
  one
  two
"""


def read(tmp_path: Path, text: str) -> Located:
    path = tmp_path / "sample.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, name="sample.yaml")


def faults(tmp_path: Path, text: str) -> list[PackError]:
    with pytest.raises(PackProblem) as caught:
        read(tmp_path, text)
    return caught.value.errors


class TestReading:
    def test_a_file_is_plain_data_without_surprises(self, tmp_path: Path) -> None:
        assert read(tmp_path, TEXT).data == {
            "code": "food-licence",
            "version": 2,
            "year": 2026,
            "valid_from": "2026-01-01",
            "area_code": "0769",
            "share": Decimal("0.10"),
            "online": True,
            "answer": "no",
            "nothing": None,
            "name": {"zh": "食品经营许可", "en": "Food licence"},
            "steps": [{"id": "review", "after": []}, {"id": "approve", "after": ["review"]}],
            "long": "one\ntwo\n",
        }

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ((), 1),
            (("code",), 1),
            (("name", "en"), 10),
            (("steps",), 11),
            (("steps", 0), 12),
            (("steps", 1, "after", 0), 16),
            (("steps", 1, "missing"), 14),  # of what is around it
            (("steps", 9), 11),
            (("elsewhere",), 1),
        ],
    )
    def test_every_part_knows_its_line(self, tmp_path: Path, path: tuple[str | int, ...], line: int) -> None:
        assert read(tmp_path, TEXT).line(path) == line

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("a: 12:30", "12:30"),
            ("a: on", "on"),
            ("a: 1_000", "1_000"),
            ("a: 0x10", "0x10"),
            ("a: 1e3", "1e3"),
            ("a: -5", -5),
            ("a: '5'", "5"),
            ("a: !!str 5", "5"),
            ("a: ~", None),
            ("a: 441900000000000000", "441900000000000000"),
            ("a: .5", ".5"),
        ],
    )
    def test_a_plain_word_means_what_it_looks_like(self, tmp_path: Path, text: str, value: object) -> None:
        assert read(tmp_path, text).data == {"a": value}

    def test_a_double_key_names_both_lines(self, tmp_path: Path) -> None:
        [fault] = faults(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3\n")
        assert (fault.file, fault.line, fault.where) == ("sample.yaml", 4, "a.b")
        assert "line 2" in fault.what
        assert "第 2 行" in fault.what_zh

    def test_the_same_key_in_two_entries_is_no_double(self, tmp_path: Path) -> None:
        assert read(tmp_path, "- {a: 1}\n- {a: 2}\n").data == [{"a": 1}, {"a": 2}]

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("a: 1\nb: !python/object:os.system x\n", 2),
            ("a: !!binary aGk=\n", 1),
            ("a: !set {x}\n", 1),
            ("a: !list [x]\n", 1),
            ("!key a: 1\n", 1),
            ("a: &x 1\nb: 2\n", 1),
            ("a: {b: 1}\nc:\n  <<: {b: 2}\n", 3),
            ("a: 1\n---\nb: 2\n", 2),
            ("? [a]\n: 1\n", 1),
            ("a: [1\nb: 2\n", 2),
            ("a: '\n", 2),
            ("", 1),
            ("# nothing\n", 1),
            ("a: " + "[" * 100 + "]" * 100, 1),
            ("a: " + "[" * 100_000, 1),
        ],
    )
    def test_what_is_not_read_is_refused_with_its_line(self, tmp_path: Path, text: str, line: int) -> None:
        [fault] = faults(tmp_path, text)
        assert fault.line == line
        assert fault.todo
        assert fault.what_zh

    def test_aliases_are_refused(self, tmp_path: Path) -> None:
        assert [fault.line for fault in faults(tmp_path, "a: &x [1]\nb: *x\n")] == [1, 2]

    def test_every_fault_is_found_at_once(self, tmp_path: Path) -> None:
        found = faults(tmp_path, "a: !x 1\nb: 1\nb: 2\nc: !y 3\n")
        assert [fault.line for fault in found] == [1, 3, 4]

    def test_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(PackProblem, match="cannot be read"):
            read_yaml(tmp_path / "missing.yaml")
        (tmp_path / "bad.yaml").write_bytes(b"a: \xff\n")
        with pytest.raises(PackProblem, match="UTF-8"):
            read_yaml(tmp_path / "bad.yaml")
        (tmp_path / "big.yaml").write_bytes(b"#" * 2_000_001)
        with pytest.raises(PackProblem, match="larger"):
            read_yaml(tmp_path / "big.yaml")

    def test_the_problem_counts_its_faults_in_two_languages(self, tmp_path: Path) -> None:
        with pytest.raises(PackProblem) as caught:
            read(tmp_path, "b: 1\nb: 2\nb: 3\n")
        assert caught.value.sentence("zh").startswith("城市包有 2 处错误。sample.yaml:2: b：键“b”重复")
        assert str(caught.value).endswith("And 1 more.")


SCHEMA = Schema(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["code", "limit"],
        "properties": {
            "code": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 8},
            "limit": {"type": "integer", "minimum": 1, "maximum": 90},
            "unit": {"enum": ["days", "workdays"]},
            "day": {"type": "string", "format": "date"},
            "rate": {"type": "number", "maximum": 1},
            "list": {"type": "array", "minItems": 1, "uniqueItems": True},
            "source": {
                "oneOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "required": ["law", "article"],
                        "properties": {"law": {"type": "string"}},
                    },
                ]
            },
        },
    }
)


class TestChecking:
    def check(self, tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
        return [(e.line, e.where, e.what) for e in validate(read(tmp_path, text), SCHEMA)]

    def test_right_data_have_no_faults(self, tmp_path: Path) -> None:
        assert (
            self.check(
                tmp_path, "code: abc\nlimit: 5\nday: 2026-01-01\nrate: 0.5\nsource: {law: a, article: b}\n"
            )
            == []
        )

    def test_every_fault_has_its_line_place_and_sentence(self, tmp_path: Path) -> None:
        text = "code: ABC\nlimit: 0\nunit: weeks\nday: 2026-02-30\nrate: 1.5\nlist: []\nother: 1\nmore: 2\n"
        assert self.check(tmp_path, text) == [
            (1, "code", "'ABC' is malformed"),
            (2, "limit", "'0' is too small"),
            (3, "unit", "'weeks' is not allowed"),
            (4, "day", "'2026-02-30' is malformed"),
            (5, "rate", "'1.5' is too large"),
            (6, "list", "the list is too short"),
            (7, "other", "the key 'other' is not known"),
            (8, "more", "the key 'more' is not known"),
        ]

    def test_a_missing_key_is_at_the_line_of_what_lacks_it(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, "\n\ncode: abc\n") == [(3, "(root)", "'limit' is missing")]

    def test_of_alternatives_the_one_meant_is_explained(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, "code: abc\nlimit: 1\nsource:\n  law: a\n") == [
            (3, "source", "'article' is missing")
        ]
        assert self.check(tmp_path, "code: abc\nlimit: 1\nsource:\n  law: 3\n  article: a\n") == [
            (4, "source.law", "'3' has the wrong type")
        ]
        [(line, place, what)] = self.check(tmp_path, "code: abc\nlimit: 1\nsource: [x]\n")
        assert (line, place) == (3, "source")
        assert what == "x has none of the forms allowed, or several"

    def test_faults_are_told_in_chinese_too_and_under_another_name(self, tmp_path: Path) -> None:
        [fault] = validate(read(tmp_path, "code: abc\nlimit: 100\n"), SCHEMA, "items/a.yaml")
        assert fault.text("zh") == "items/a.yaml:2: limit：'100' 太大。不大于 90。"
        assert (
            fault.text("en") == str(fault) == "items/a.yaml:2: limit: '100' is too large. Write at most 90."
        )
        bare = PackError("f", 1, "w", "what", "Do")
        assert bare.text("zh") == "f:1: w: what. Do."


def test_a_located_file_makes_faults_of_its_own(tmp_path: Path) -> None:
    located = read(tmp_path, TEXT)
    assert located.error(("steps", 1, "id"), "no such step", "Name a step") == PackError(
        "sample.yaml", 14, "steps[1].id", "no such step", "Name a step"
    )


@pytest.mark.parametrize(
    ("path", "text"), [((), "(root)"), (("a",), "a"), (("a", 0, "b"), "a[0].b"), ((0, "a"), "[0].a")]
)
def test_paths_are_written_as_people_do(path: tuple[str | int, ...], text: str) -> None:
    assert where(path) == text


def test_schemas_are_found_by_name() -> None:
    assert load_schema("calendar")["type"] == "object"
    assert load_schema("calendar").compiled is load_schema("calendar").compiled
    with pytest.raises(UnknownSchema) as caught:
        load_schema("../packs/x")
    assert "calendar" in caught.value.todo_en
