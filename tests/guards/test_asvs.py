"""The table of docs/asvs.md: every row once, with a judgement, and what it points at is there."""

import re

from tests.guards.source import ROOT

ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([\w/]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`((?:tests|docs)/[\w./-]+)`")
STATES = {"yes", "part", "no", "n/a", "site"}
ROWS = 253  # of levels 1 and 2 in version 5.0.0


def faults(text: str) -> list[str]:
    """What is wrong with the table."""
    rows = ROW.findall(text)
    numbers = [number for number, _, _ in rows]
    found = [f"{number} stands twice" for number in set(numbers) if numbers.count(number) > 1]
    found += [f"{number} is judged '{state}'" for number, state, _ in rows if state not in STATES]
    return found + [f"there is no {path}" for path in NAMED.findall(text) if not (ROOT / path).exists()]


def test_every_row_is_judged_and_points_at_something():
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    assert faults(text) == []
    assert len(ROW.findall(text)) == ROWS


def test_planted_faults_are_found():
    text = "| V1.1.1 | yes | `tests/none.py` |\n| V1.1.1 | maybe | |\n| V1.1.1 | maybe | x |"
    assert faults(text) == [
        "V1.1.1 stands twice",
        "V1.1.1 is judged 'maybe'",
        "there is no tests/none.py",
    ]
