"""A city is data: no programs in packs/, and no city in the engine."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.guards.source import ROOT, files, relative

DATA = {".yaml", ".json", ".typ", ".md", ".txt", ".svg", ".png"}
WORDS = ["东莞", "東莞", "莞", "dongguan"]


def named(paths: Iterable[Path], words: list[str]) -> list[str]:
    """Files whose name or content has one of the words, whatever the case of its letters."""
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    found = []
    for path in paths:
        # Compiled texts and pictures are read too: whatever is UTF-8 in them.
        hit = pattern.search(path.name) or pattern.search(path.read_bytes().decode("utf-8", "ignore"))
        if hit:
            found.append(f"{path.as_posix()} has {hit.group()!r}")
    return found


def test_packs_hold_only_data():
    odd = [relative(p) for p in files("packs") if p.suffix not in DATA]
    assert odd == []


def test_the_engine_names_no_city():
    words = list(WORDS)
    for pack in (ROOT / "packs").glob("*/pack.yaml"):
        name = yaml.safe_load(pack.read_text(encoding="utf-8"))["city"]["name"]
        words += [name["zh"].removesuffix("市"), name["en"]]
    assert named(files("tongban", "tools"), words) == []


def test_planted_city_is_found(tmp_path):
    (tmp_path / "a.html").write_text("<p>欢迎来到东莞</p>", encoding="utf-8")
    (tmp_path / "b.mo").write_bytes(b"\xde\x12\x04\x95" + b"DongGuan")
    (tmp_path / "c.py").write_text("CITY = None", encoding="utf-8")
    assert len(named(sorted(tmp_path.iterdir()), WORDS)) == 2
