"""docs/operations.md names every setting, and names none that does not exist."""

import re

from tests.guards.source import ROOT
from tongban.site.declared import SETTINGS

NAME = re.compile(r"\bTONGBAN_[A-Z_]+\b")


def differences(known: set[str], text: str) -> tuple[set[str], set[str]]:
    """Settings that the text lacks, and names in the text that are no settings. TONGBAN_TEST_* is for developers."""
    named = {name for name in NAME.findall(text) if not name.startswith("TONGBAN_TEST_")}
    return known - named, named - known


def test_operations_names_every_setting():
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert differences({setting.name for setting in SETTINGS}, text) == (set(), set())


def test_every_setting_has_a_sentence():
    assert [setting.name for setting in SETTINGS if not setting.sentence.endswith(".")] == []


def test_planted_difference_is_found():
    assert differences({"TONGBAN_A", "TONGBAN_B"}, "`TONGBAN_A` and `TONGBAN_OLD`") == (
        {"TONGBAN_B"},
        {"TONGBAN_OLD"},
    )
