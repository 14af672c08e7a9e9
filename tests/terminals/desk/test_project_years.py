"""The plan of investment by year on the project's pages: filled in at the desk, read by the enterprise too."""

import re
from datetime import date

import pytest

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan, Said
from tongban.terminals.desk.projectyears import fen_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def officer(db):
    return city.officer("project_officer", agency="", name="袁海")


@pytest.fixture
def head(db):
    return city.person("林启明")


@pytest.fixture
def project(officer, head):
    firm = city.organisation(head, "东莞市台信示例精密机械有限公司")
    plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
    return actions.open_project(plan=plan, by=city.actor(officer))


def text(response):
    return response.content.decode()


def test_filled_in_and_read_by_the_enterprise(project, officer, head):
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    page = text(client.get(here))
    assert re.findall(r'name="(year-\d+)" inputmode="decimal" value="([^"]*)"', page) == [
        (f"year-{year}", "") for year in range(2026, 2031)
    ]
    answer = client.post(f"{here}years/", {"year-2026": "2,000", "year-2027": "0.5", "year-2028": ""})
    assert (answer.status_code, answer.url) == (302, here)
    said = Said(kind="money", words="首期", day=date(2026, 3, 1), fen=500_000_000)
    actions.note(project_id=project.pk, said=said, by=city.actor(officer))
    page = text(client.get(here))
    assert ('value="2000"' in page, 'value="0.5"' in page) == (True, True)
    own = city.signed_in(city.account(head))
    own.post("/act-for/", {"for": str(project.organisation_id), "next": "/"})
    for one in (page, text(own.get(f"/enterprise/projects/{project.pk}/"))):
        table = one[one.index("年度投资计划和完成") : one.index("</table>", one.index("年度投资计划和完成"))]
        assert re.findall(r'<th scope="row" class="num">(\d+)</th>', table) == ["2026", "2027"]
        assert ("2,000 万元" in table, "500 万元" in table, 'value="25"' in table) == (True, True, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"year-2026": "7000"}, "各年度合计超过计划总投资"),
        ({"year-2026": "很多"}, "金额不对"),
        ({"year-2026": "-1"}, "金额不对"),
        ({"year-2025": "1"}, "只能计划今年和以后的年度"),
        ({"year-20261": "1", "year-x": "1"}, "只能计划今年和以后的年度"),
        ({}, "只能计划今年和以后的年度"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(project, officer, typed, said):
    answer = city.signed_in(officer).post(f"/desk/projects/{project.pk}/years/", typed)
    assert (answer.status_code, said in text(answer)) == (422, True)
    if "year-2026" in typed:
        assert f'value="{typed["year-2026"]}"' in text(answer)
    assert queries.planned(project) == {}


def test_not_by_others(project):
    for who in (
        city.officer("project_officer", agency="", place=city.town(city.HUMEN)),
        city.officer("project_partner", agency=""),
        city.account(city.person("路人")),
    ):
        answer = city.signed_in(who).post(f"/desk/projects/{project.pk}/years/", {"year-2026": "1"})
        assert answer.status_code in (403, 404)
    assert queries.planned(project) == {}


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.5", 1_234_500_000),
        ("0", 0),
        ("-1", -1_000_000),
        ("0.0000001", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999", None),
        ("1e9", 10**15),
        ("", None),
    ],
)
def test_money_as_it_is_typed(typed, fen):
    assert fen_of(typed) == fen
