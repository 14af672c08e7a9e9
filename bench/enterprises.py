"""Pages of projects, of towns and of dedicated service: 34,000 firms that are served, 5,000 projects, on a database of its own.

One process, Django's test client, no server; SQLite. Part of `make bench-appeals`.
"""

# Django's parts are imported once its settings are known, which main decides.
# ruff: noqa: PLC0415

import argparse
import copy
import datetime as dt
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench.appeals import AIM_MS, FIRMS, timed

PROJECTS = 5_000
_BATCH = 2_000
ANSWERS = {
    "invest": 6_000_000_000,
    "equipment": 3_000_000_000,
    "builds": True,
    "kwh": 2_000_000,
    "coal_tonnes": 300,
    "pollution": "little",
    "waste_water": False,
    "special": False,
    "hire": 60,
    "borrow": 0,
}


def _put(model: Any, rows: Sequence[Any]) -> None:
    from tongban.kernel.records.actions import action

    @action
    def put(some: Sequence[Any]) -> None:
        model.objects.bulk_create(some, batch_size=500)

    for begin in range(0, len(rows), _BATCH):
        put(rows[begin : begin + _BATCH])


class Served:
    """Firms spread over the towns, each with a service officer, and the projects of some of them."""

    def __init__(self, firms: int, projects: int) -> None:
        from tests import city
        from tongban.foundation import time as clock
        from tongban.kernel.places import queries as places

        self.dice, self.today = random.Random(8), clock.today()
        self.towns = places.towns()
        home = city.town()
        self.manager = city.officer("town_manager", agency="", place=home, name="温丽")
        self.service = city.officer("service_officer", agency="", place=home, name="袁海")
        self.projects = city.officer("project_officer", agency="", place="", name="袁江")
        self.office = city.officer("project_officer", agency="natural-resources", place="", name="尹志强")
        self.firms = self._firms(firms)
        self._assigned(city.actor(self.manager), home)
        self.one = self._projects(projects, city.actor(self.projects))

    def _firms(self, many: int) -> list[Any]:
        from tongban.foundation import time as clock
        from tongban.foundation.ids import make_uscc
        from tongban.kernel.parties.models import Organisation

        rows = []
        for n in range(many):
            town = self.dice.choice(self.towns)
            rows.append(
                Organisation(
                    name=f"东莞市{town.name_zh}示例{n:05d}科技有限公司",
                    uscc=make_uscc(f"91441900MA{n:07d}"),
                    kind="company",
                    place_path=town.path,
                    registered_at=clock.now(),
                )
            )
        _put(Organisation, rows)
        return rows

    def _assigned(self, manager: Any, home: str) -> None:
        """Each firm on a list with an officer; a twentieth of those of the town with the one who is looked at."""
        from tongban.foundation.ids import uuid7
        from tongban.modules.visits import actions
        from tongban.modules.visits.models import Assignment, ServiceEntry, Visit

        actions.name_officer(account_id=self.service.pk, phone="0769-00002113", place_path=home, by=manager)
        entries, assigned, visits = [], [], []
        for n, firm in enumerate(self.firms):
            officer = self.service.pk if firm.place_path == home and n % 20 == 0 else uuid7()
            base = {"organisation_id": firm.pk, "name": firm.name, "place_path": firm.place_path}
            since = self.today - dt.timedelta(days=self.dice.randrange(10, 400))
            entries.append(ServiceEntry(code="town-own", since=since, by_hand=True, **base))
            due = self.today + dt.timedelta(days=self.dice.randrange(-20, 80))
            assigned.append(Assignment(officer_id=officer, since=since, next_on=due, **base))
            visits.append(
                Visit(officer_id=officer, purpose="routine", planned_on=due, planned_by=officer, **base)
            )
        _put(ServiceEntry, entries)
        _put(Assignment, assigned)
        _put(Visit, visits)

    def _projects(self, many: int, officer: Any) -> Any:
        """One that is opened as officers do, and as many more like it at other firms, stages and days."""
        from tongban.foundation.ids import uuid7
        from tongban.modules.projects import actions
        from tongban.modules.projects.actions import Plan
        from tongban.modules.projects.models import Project, ProjectEntry, ProjectItem, ProjectStage

        plan = Plan("expansion", "三号车间扩建", self.firms[0].pk, 6_000_000_000, ANSWERS)
        one = actions.open_project(plan=plan, by=officer)
        stages, items, entries = (list(rows.all()) for rows in (one.stages, one.items, one.entries))
        copies: dict[Any, list[Any]] = {Project: [], ProjectStage: [], ProjectItem: [], ProjectEntry: []}
        for n in range(many - 1):
            firm, row = self.dice.choice(self.firms), copy.copy(one)
            row.pk, row.number = uuid7(), f"XM9900{n:06d}"
            row.organisation_id, row.organisation_name = firm.pk, firm.name
            row.place_path, row.officer_id = firm.place_path, uuid7()
            row.stage = self.dice.choice(stages).stage
            row.moved_on = self.today - dt.timedelta(days=self.dice.randrange(250))
            copies[Project].append(row)
            for part in (*stages, *items, *entries):
                part = copy.copy(part)
                part.pk, part.project_id = uuid7(), row.pk
                copies[type(part)].append(part)
        for model, rows in copies.items():
            _put(model, rows)
        return one

    def pages(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Who looks at what."""
        from tests import city

        code = self.towns[0].code
        home = city.DALANG
        firm = next(one for one in self.firms if one.place_path == city.town())
        asked = {
            self.projects: {
                "projects": "/desk/projects/",
                "projects, page 40": "/desk/projects/?page=40",
                "projects, yellow": "/desk/projects/?light=yellow",
                "projects, expansion": "/desk/projects/?kind=expansion",
                "projects of a town": f"/desk/projects/?town={code}",
                "projects, a firm's name": "/desk/projects/?q=00042",
                "one project": f"/desk/projects/{self.one.pk}/",
                "what waits for offices": "/desk/projects/matters/",
                "what waits for one of them": "/desk/projects/matters/?office=power-supply",
            },
            self.office: {
                "an office: projects it has a part in": "/desk/projects/",
                "an office: what waits for it": "/desk/projects/matters/",
                "an office: one project": f"/desk/projects/{self.one.pk}/",
            },
            self.manager: {
                "a town": f"/desk/towns/{home}/",
                "a town's own list": f"/desk/towns/{home}/?list=town-own",
                "a firm's file": f"/desk/enterprises/{firm.pk}/",
                "a town's projects": "/desk/projects/",
                "a town: what waits for offices": "/desk/projects/matters/",
            },
            self.service: {"my firms and visits": "/desk/service/"},
        }
        for account, paths in asked.items():
            browser = city.signed_in(account)
            for what, path in paths.items():

                def once(path: str = path, browser: Any = browser) -> None:
                    answer = browser.get(path)
                    assert answer.status_code == 200, (path, answer.status_code)

                yield what, once


def main() -> int:
    """Print every page; 1 when one misses its aim."""
    parser = argparse.ArgumentParser(prog="bench.enterprises")
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--projects", type=int, default=PROJECTS)
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.site.settings"
        os.environ["TONGBAN_VAR"] = folder
        os.environ.pop("TONGBAN_DATABASE", None)
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from tests import city

        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        city.load_pack()
        served = Served(given.firms, given.projects)
        print(f"{given.firms:,} firms that are served, {given.projects:,} projects")
        print(f"{'p95 of ' + str(given.rounds):<52} {'CPU ms':>8} {'wall ms':>8}")
        worst = 0.0
        for what, once in served.pages():
            cpu, wall = timed(once, given.rounds)
            worst = max(worst, cpu)
            print(f"{what:<52} {cpu:8.1f} {wall:8.1f}", flush=True)
        print(f"slowest page {worst:.1f} ms of CPU (aim {AIM_MS:.0f})")
        return int(worst >= AIM_MS)


if __name__ == "__main__":
    raise SystemExit(main())
