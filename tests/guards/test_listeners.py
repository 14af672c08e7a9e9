"""Whoever listens is heard: a package with listeners or daily work that nobody imports would do nothing, and say nothing."""

from tests.guards.source import ROOT
from tongban.site.apps import LISTENERS


def test_every_package_with_tasks_is_put_together():
    written = set()
    for room in ("kernel", "modules"):
        for package in (ROOT / "tongban" / room).iterdir():
            files = [package / "tasks.py", *(package / "tasks").glob("*.py")]
            if any(
                any(one in file.read_text(encoding="utf-8") for one in ("subscribe(", "@daily"))
                for file in files
                if file.exists()
            ):
                written.add(f"tongban.{room}.{package.name}.tasks")
    # The events' own tasks run the jobs of all others.
    assert written - {"tongban.kernel.events.tasks"} == set(LISTENERS)
