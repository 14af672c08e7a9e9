"""The enterprise's home and its projects: what waits, who serves, what was promised; nobody else's."""

import re
from datetime import date

import pytest

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan
from tongban.modules.projects.models import Project
from tongban.modules.visits import actions as visits
from tongban.modules.visits.actions import Report

pytestmark = pytest.mark.django_db
ROOT = "/enterprise/"
FORM = {"a-invest": "6000", "a-builds": "yes", "a-hire": "60"}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


@pytest.fixture
def client(boss, firm):
    """A browser in which the enterprise is acted for."""
    found = city.signed_in(city.account(boss))
    found.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    return found


@pytest.fixture
def officer(firm):
    """The enterprise's officer, who has promised something."""
    manager = city.actor(city.officer("town_manager", agency=""))
    account = city.officer("service_officer", "project_officer", agency="", name="袁海")
    visits.name_officer(account_id=account.pk, phone="0769-00002113", place_path=city.town(), by=manager)
    visits.assign(organisation_id=firm.pk, officer_id=account.pk, by=manager)
    by = city.actor(account)
    row = visits.plan_visit(organisation_id=firm.pk, purpose="regular", on=date(2026, 3, 2), by=by)
    report = Report("林总", "内部的话", None, [("协调增容", date(2026, 3, 20))])
    visits.record_visit(visit_id=row.pk, report=report, by=by)
    visits.set_duty(town=city.DALANG, day=date(2026, 3, 2), account_id=account.pk, by=manager)
    return account


def text(response):
    return response.content.decode()


def test_home_says_who_serves_and_what_was_promised(client, officer, firm):
    page = text(client.get(ROOT))
    assert firm.name in page
    assert page.count('href="tel:0769-00002113"') == 2  # as officer and on duty
    assert "协调增容" in page
    assert "内部的话" not in page
    client.cookies["tb_lang"] = "en"
    english = text(client.get(ROOT))
    assert "协调增容" in english


def test_home_without_an_enterprise(boss, firm):
    nobody = city.signed_in(city.account(city.person()))
    assert "您现在不代表任何企业" in text(nobody.get(ROOT))
    chooser = city.signed_in(city.account(boss))
    assert firm.name in text(chooser.get(ROOT))
    for path in ("projects/", "projects/new/"):
        assert nobody.get(ROOT + path).url == ROOT


def test_asks_first_and_hands_in_later(client, firm):
    page = client.post(f"{ROOT}projects/new/", {"kind": "expansion", **FORM, "diagnose": "yes"})
    assert re.findall(r"要办的许可和备案 (\d) 项", text(page)) == ["3"]
    assert not Project.objects.exists()
    wrong = client.post(f"{ROOT}projects/new/", {"kind": "expansion", **FORM, "a-hire": "-1", "do": "open"})
    assert wrong.status_code == 422
    given = {"kind": "expansion", **FORM, "name": "三号车间", "do": "open"}
    answer = client.post(f"{ROOT}projects/new/", given)
    row = Project.objects.get()
    assert (answer.url, row.organisation_id, row.officer_id) == (f"{ROOT}projects/{row.pk}/", firm.pk, None)
    page = text(client.get(answer.url))
    assert "专员认领后与您联系" in page
    assert "企业投资项目备案" in page
    assert "三号车间" in text(client.get(f"{ROOT}projects/"))


def test_another_enterprises_project_does_not_exist(client, officer):
    other = city.organisation(city.person(), "别的公司")
    plan = Plan("expansion", "秘密项目", other.pk, 6_000_000_000, ANSWERS)
    row = actions.open_project(plan=plan, by=city.actor(officer))
    assert client.get(f"{ROOT}projects/{row.pk}/").status_code == 404
    assert "秘密项目" not in text(client.get(f"{ROOT}projects/"))
    # An officer who may see it at the desk has no business on the enterprise's own page.
    assert city.signed_in(officer).get(f"{ROOT}projects/{row.pk}/").status_code == 404


def test_what_officers_decide_among_themselves_is_not_shown(client, officer, firm):
    by = city.actor(officer)
    plan = Plan("expansion", "三号车间", firm.pk, 6_000_000_000, ANSWERS)
    row = actions.open_project(plan=plan, by=by)
    for kind, words in (("decision", "会上的话"), ("issue", "用电不足")):
        said = actions.Said(kind=kind, words=words, office="housing", due_on=date(2026, 3, 20))
        actions.note(project_id=row.pk, said=said, by=by)
    actions.note(project_id=row.pk, said=actions.Said(kind="progress", words="台账的话"), by=by)
    page = text(client.get(f"{ROOT}projects/{row.pk}/"))
    assert ("用电不足" in page, "会上的话" in page, "台账的话" in page) == (True, False, False)
    assert "袁海" in page
    assert len(queries.entries_of(row)) == 6
