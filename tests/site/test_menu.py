"""The menu of the desk leads departments to their part of projects, and the demonstration has officers who have one."""

import random
import re
from pathlib import Path

import pytest

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.foundation.packs import read_yaml
from tongban.modules.projects import actions
from tongban.modules.projects.actions import Plan
from tongban.site.demo.making import City, officer

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "packs/dongguan/demo.yaml"
ENTRY = re.compile(r'<a [^>]*href="/desk/projects/matters/"[^>]*>(.*?)</a>', re.DOTALL)


def menu(account, page):
    """What the entry of the menu says, its number after its name; None where there is none."""
    found = ENTRY.search(city.signed_in(account).get(page).content.decode().split("<main")[0])
    return re.sub(r"<svg.*?</svg>|<[^>]+>|\s", "", found.group(1), flags=re.DOTALL) if found else None


@pytest.fixture
def project(clock):
    manager = city.officer("project_officer", agency="", name="袁海")
    firm = city.organisation(city.person("林启明"), "东莞市台信示例精密机械有限公司")
    plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
    actions.open_project(plan=plan, by=city.actor(manager))
    return manager


def test_it_says_how_much_waits_within_the_officers_reach(project):
    power = city.officer("project_officer", agency="power-supply")
    customs = city.officer("project_partner", agency="customs")
    assert menu(project, "/desk/projects/") == "项目交办事项3"
    assert menu(power, "/desk/projects/") == "项目交办事项1"
    assert menu(customs, "/desk/projects/") == "项目交办事项"
    assert menu(city.officer("appeal_officer", agency="power-supply"), "/desk/appeals/") is None


def test_departments_of_the_demonstration_have_a_part_of_their_own(project):
    staff = {one["username"]: one for one in read_yaml(DEMO).data["staff"]}
    made = City(random.Random(1), {})
    held = {
        who: {(one.role, one.agency) for one in city.actor(officer(made, staff[who])).grants}
        for who in ("appeal-power", "project-partner", "project")
    }
    assert held == {
        "appeal-power": {("appeal_officer", "power-supply"), ("project_officer", "power-supply")},
        "project-partner": {("project_partner", "natural-resources")},
        "project": {("project_officer", "")},
    }
    assert menu(made.accounts["appeal-power"], "/desk/projects/") == "项目交办事项1"
    assert menu(made.accounts["project-partner"], "/desk/projects/") == "项目交办事项"
