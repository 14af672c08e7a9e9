"""The law's table of a case as a page of the documentation: a diagram and two tables, always as the program has them.

python tools/states.py           writes docs/cases.md
python tools/states.py --check   changes nothing; ends with 1 when the page is out of date
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cases.md"
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")

from tongban.kernel.cases.states import (  # noqa: E402
    CLOCK_NAMES,
    STATE_NAMES,
    TRANSITIONS,
    VERB_NAMES,
    WHO_NAMES,
    CaseState,
    Who,
)

HEAD = """# A case, as the law has it

Made by `python tools/states.py` from the one table that the program runs on (`tongban/kernel/cases/states/table.py`);
a guard keeps the two the same. Articles are those of the Administrative Licence Law (行政许可法).
"""


def diagram() -> list[str]:
    """The states and the ways between them, for Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {CaseState.DRAFT}"]
    ways: dict[tuple[str, str], list[str]] = {}
    for row in TRANSITIONS.values():
        for source in sorted(row.sources):
            if row.target is not None:
                ways.setdefault((source, row.target), []).append(VERB_NAMES[row.verb][0])
    lines += [f"    {source} --> {target}: {'、'.join(verbs)}" for (source, target), verbs in ways.items()]
    left = {source for source, _ in ways}
    lines += [f"    {state} --> [*]" for state in CaseState if state not in left]
    return [*lines, "```"]


def table() -> list[str]:
    """Every verb with its row."""
    lines = ["| verb | from | to | clocks | letter | basis | code |", "|---|---|---|---|---|---|---|"]
    for row in TRANSITIONS.values():
        verb = f"{VERB_NAMES[row.verb][0]} `{row.verb}`"
        sources = "、".join(STATE_NAMES[state][0] for state in CaseState if state in row.sources)
        target = STATE_NAMES[row.target][0] if row.target else "不变"
        clock = CLOCK_NAMES[row.clock][0]
        lines.append(
            f"| {verb} | {sources} | {target} | {clock} | {row.letter or '—'} | {row.basis or '—'} | "
            f"{row.closing_code or '—'} |"
        )
    return lines


def matrix() -> list[str]:
    """Who may use which verb."""
    lines = [
        f"| verb | {' | '.join(f'{WHO_NAMES[who][0]} {who}' for who in Who)} |",
        "|---|" + "---|" * len(Who),
    ]
    for row in TRANSITIONS.values():
        marks = " | ".join("●" if who in row.who else "" for who in Who)
        lines.append(f"| {VERB_NAMES[row.verb][0]} `{row.verb}` | {marks} |")
    return lines


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## States\n", *diagram(), "\n## Verbs\n", *table(), "\n## Who may do what\n", *matrix()]
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    text = page()
    if "--check" in arguments:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print(
            "docs/cases.md is up to date" if same else "docs/cases.md is out of date: python tools/states.py"
        )
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
