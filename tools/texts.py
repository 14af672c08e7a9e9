"""Interface texts: gather them, say which lack English, compile the English ones.

python tools/texts.py           adds new texts to the .po file, drops unused ones, compiles the .mo file
python tools/texts.py --check   changes nothing; ends with 1 when a text lacks English or a file is out of date

A text is the first argument of {% t "…" %} in a template and of _("…") or later("…") in a program.
"""

import ast
import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "tongban/locale/en/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
IN_TEMPLATE = re.compile(r"""\{%\s*t\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
FUNCTIONS = {"_", "later"}
HOLE = re.compile(r"\{(\w*)[^}]*\}")


def in_template(text: str) -> set[str]:
    """The texts of a template."""
    return {double or single for double, single in IN_TEMPLATE.findall(text)}


def in_program(text: str) -> set[str]:
    """The texts of a Python file."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name in FUNCTIONS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def gather(root: Path = ROOT) -> dict[str, list[str]]:
    """Every text with the files that use it, both in order."""
    places: dict[str, set[str]] = {}
    for path in sorted((root / "tongban").rglob("*")):
        if path.suffix == ".py":
            found = in_program(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt", ".svg"} and "templates" in path.parts:
            found = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for text in found:
            places.setdefault(text, set()).add(path.relative_to(root).as_posix())
    return {text: sorted(places[text]) for text in sorted(places)}


def merge(gathered: dict[str, list[str]], known: Catalog) -> Catalog:
    """A catalogue of what is used now, with the English that is known; empty where there is none."""
    fresh = Catalog(
        locale="en",
        domain="django",
        project="tongban",
        version="1",
        fuzzy=False,
        header_comment="# English of the interface.",
    )
    # No dates: the file must not change when the texts do not.
    fresh.creation_date = fresh.revision_date = known.creation_date
    for text, files in gathered.items():
        message = known.get(text)
        english = message.string if message else ""
        fresh.add(text, english, locations=[(file, None) for file in files])
    return fresh


def complaints(catalog: Catalog) -> list[str]:
    """Texts without English, and English whose {holes} are not those of the Chinese."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        if not message.string:
            found.append(f"no English: {message.id}  ({', '.join(file for file, _ in message.locations)})")
        elif sorted(HOLE.findall(message.id)) != sorted(HOLE.findall(message.string)):
            found.append(f"other {{names}} in English: {message.id}")
    return found


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a .po file: sorted, without places and dates, so that it changes only when texts do."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=True, no_location=True)
    return re.sub(rb'"(POT-|PO-|Generated-By|Report-|Last-|Language-Team)[^"]*"\n', b"", buffer.getvalue())


def mo_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a .mo file, which is what runs; with dates that stand still it is reproducible."""
    lean = Catalog(locale="en", domain="django", fuzzy=False)
    lean.creation_date = lean.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    for message in catalog:
        if message.id and message.string:
            lean.add(message.id, message.string)
    buffer = io.BytesIO()
    write_mo(buffer, lean)
    return buffer.getvalue()


def main(*, check: bool) -> int:
    """Gather, compare, write (or only compare). Returns the exit status."""
    known = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")
    catalog = merge(gather(), known)
    found = complaints(catalog)
    po, mo = po_bytes(catalog), mo_bytes(catalog)
    if check:
        for path, wanted in ((PO, po), (MO, mo)):
            if not path.exists() or path.read_bytes() != wanted:
                found.append(f"out of date: {path.relative_to(ROOT)} (run: make texts)")
    else:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po)
        MO.write_bytes(mo)
    print("\n".join([*found, f"{len(catalog)} texts, {len(found)} complaints"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
