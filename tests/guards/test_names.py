"""No file and no folder whose name says nothing."""

from pathlib import Path

from tests.guards.source import files, relative

BANNED = {"util", "helper", "common", "service", "manager", "misc", "base", "core", "lib", "shared", "stuff"}

# Django asks a database's engine for a module of this name, and gives no other choice.
DEMANDED = ["tongban/site/postgresql/base.py"]


def nameless(paths: list[str]) -> list[str]:
    """Paths of which a folder or the file has a banned name, in singular or plural."""
    return [
        path
        for path in paths
        if any(part.split(".")[0].lower().removesuffix("s") in BANNED for part in Path(path).parts)
    ]


def test_every_name_says_something():
    found = [relative(path) for path in files("tongban", "tests", "tools", "bench", suffix=".py")]
    assert nameless(found) == DEMANDED


def test_planted_names_are_found():
    paths = [
        "tongban/kernel/cases/utils.py",
        "tongban/services/a.py",
        "tongban/kernel/cases/calc.py",
        "a/Helper.py",
    ]
    assert nameless(paths) == [paths[0], paths[1], paths[3]]
