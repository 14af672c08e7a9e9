"""Projects, the expansion desk, visits, the enterprise's file and the town's workspace as pages."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.modules.appeals.models import Appeal
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan
from tongban.modules.projects.models import Project
from tongban.modules.visits import actions as visits
from tongban.modules.visits.models import Promise, Visit

pytestmark = pytest.mark.django_db
ROOT = "/desk/projects/"
FORM = {
    "a-invest": "6000",
    "a-equipment": "3,000",
    "a-builds": "yes",
    "a-pollution": "little",
    "a-hire": "60",
}


@pytest.fixture
def officer(db):
    return city.officer("project_officer", agency="", name="袁海")


@pytest.fixture
def manager(db):
    return city.officer("town_manager", agency="", name="温丽")


@pytest.fixture
def elsewhere(db):
    return city.officer(
        "project_officer", "town_manager", "service_officer", agency="", place=city.town(city.HUMEN)
    )


@pytest.fixture
def firm(db):
    return city.organisation(
        city.person("林启明"), "东莞市台信示例精密机械有限公司", org__phone="0769-00003004"
    )


@pytest.fixture
def project(officer, firm):
    plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
    return actions.open_project(plan=plan, by=city.actor(officer))


@pytest.fixture
def served(firm, manager):
    by = city.actor(manager)
    account = city.officer("service_officer", agency="", name="李梅")
    visits.name_officer(account_id=account.pk, phone="0769-00002113", place_path=city.town(), by=by)
    visits.assign(organisation_id=firm.pk, officer_id=account.pk, by=by)
    return account


def text(response):
    return response.content.decode()


class TestIntake:
    """From a credit code to a project."""

    def test_questions_then_what_follows_then_the_project(self, officer, firm):
        client = city.signed_in(officer)
        page = client.get(f"{ROOT}new/", {"uscc": firm.uscc, "kind": "expansion"})
        assert 'name="a-invest"' in text(page)
        given = {"uscc": firm.uscc, "kind": "expansion", **FORM}
        found = text(client.post(f"{ROOT}new/", {**given, "diagnose": "yes"}))
        assert re.findall(r"要办的许可和备案 (\d) 项", found) == ["4"]
        assert "年新增用电多少千瓦时" in found  # what is still to be answered
        assert not Project.objects.exists()
        answer = client.post(f"{ROOT}new/", {**given, "name": "三号车间扩建", "do": "open"})
        row = Project.objects.get()
        assert (answer.status_code, answer.url) == (302, f"{ROOT}{row.pk}/")
        assert (row.promised_fen, row.answers["equipment"]) == (6_000_000_000, 3_000_000_000)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"uscc": "91441900MA00000000"}, "没有查到这家企业"),
            ({"a-invest": "很多"}, "的回答不对"),
            ({"a-invest": "NaN"}, "的回答不对"),
            ({"a-pollution": "moon"}, "的回答不对"),
            ({"a-invest": ""}, "计划总投资不对"),
            ({"name": ""}, "没有写项目名称"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, officer, firm, change, said):
        given = {"uscc": firm.uscc, "kind": "expansion", "name": "扩建", "do": "open", **FORM, **change}
        answer = city.signed_in(officer).post(f"{ROOT}new/", given)
        assert (answer.status_code, said in text(answer)) == (422, True)
        assert not Project.objects.exists()
        if said != "没有查到这家企业":
            assert 'value="60"' in text(answer)

    def test_a_kind_that_is_not_there(self, officer, firm):
        client = city.signed_in(officer)
        assert client.post(f"{ROOT}new/", {"uscc": firm.uscc, "kind": "moon"}).status_code == 404
        assert client.get(f"{ROOT}new/", {"uscc": firm.uscc, "kind": "moon"}).status_code == 200

    def test_another_towns_officer_opens_none(self, elsewhere, firm):
        given = {"uscc": firm.uscc, "name": "扩建", "do": "open", **FORM}
        assert city.signed_in(elsewhere).post(f"{ROOT}new/", given).status_code == 403


class TestProject:
    """One page with everything."""

    def test_all_parts_are_there(self, project, officer):
        page = text(city.signed_in(officer).get(f"{ROOT}{project.pk}/"))
        for part in ("企业投资项目备案", "permit-way", "新增", "招工", "三号车间扩建", "XM202600001"):
            assert part in page
        assert page.count("way-critical") >= 2

    def test_the_verbs(self, project, officer):
        client, here = city.signed_in(officer), f"{ROOT}{project.pk}/"
        assert (
            client.post(f"{here}note/", {"kind": "money", "words": "首期", "money": "1,234.5"}).status_code
            == 302
        )
        assert client.post(f"{here}advance/", {"stage": "filed", "on": "2026-03-02"}).status_code == 302
        issue = {"kind": "issue", "words": "用电不足", "office": "housing", "due": "2026-03-20"}
        assert client.post(f"{here}note/", issue).status_code == 302
        entry = queries.entries_of(project)[0]
        done = client.post(f"{here}settle/", {"entry": str(entry.pk), "words": "已解决"})
        assert (done.status_code, done.url) == (302, f"{here}#followed")
        assert client.post(f"{here}check/", {"good": "yes", "words": "按约"}).status_code == 302
        page = text(client.get(here))
        assert ("1234.5 万元" in page or "12,345,000.00 元" in page, "已解决" in page) == (True, True)
        assert client.post(f"{here}end/", {"ending": "withdrawn", "words": "不做了"}).status_code == 302
        assert f'action="{here}note/"' not in text(client.get(here))

    def test_what_was_typed_in_vain_stays(self, project, officer):
        here = f"{ROOT}{project.pk}/"
        answer = city.signed_in(officer).post(
            f"{here}note/", {"kind": "money", "words": "首期款", "money": "x"}
        )
        assert answer.status_code == 422
        assert "金额不对" in text(answer)
        assert "首期款</textarea>" in text(answer)

    def test_another_towns_project_does_not_exist(self, project, elsewhere, firm):
        client, here = city.signed_in(elsewhere), f"{ROOT}{project.pk}/"
        assert client.get(here).status_code == 404
        for verb in ("note", "advance", "settle", "link", "check", "take", "end", "plan"):
            assert client.post(f"{here}{verb}/", {"words": "x", "stage": "filed"}).status_code == 404, verb
        assert client.get(f"/desk/enterprises/{firm.pk}/").status_code == 404
        assert "三号车间" not in text(client.get(ROOT))
        citizen = city.signed_in(city.account(city.person()))
        assert [citizen.get(path).status_code for path in (ROOT, f"{ROOT}new/", here)] == [404] * 3

    def test_who_may_only_look_finds_no_form(self, project):
        partner = city.signed_in(city.officer("project_partner", agency=""))
        page = text(partner.get(f"{ROOT}{project.pk}/"))
        assert "三号车间扩建" in page
        assert f'action="{ROOT}' not in page


def questions(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_lists_ask_as_often_for_three_as_for_one(project, officer, manager, served, firm):
    paths = [(officer, ROOT), (manager, f"/desk/towns/{city.DALANG}/"), (served, "/desk/service/")]
    clients = [(city.signed_in(who), path) for who, path in paths]
    visits.put_on_list(code="town-own", uscc=firm.uscc, by=city.actor(manager))
    for client, path in clients:
        client.get(path)
    before = [questions(client, path) for client, path in clients]
    for n in range(2):
        other = city.organisation(city.person(), f"示例公司{n}")
        plan = Plan("expansion", f"项目{n}", other.pk, 6_000_000_000, ANSWERS)
        actions.open_project(plan=plan, by=city.actor(officer))
        visits.put_on_list(code="town-own", uscc=other.uscc, by=city.actor(manager))
        visits.assign(organisation_id=other.pk, officer_id=served.pk, by=city.actor(manager))
    assert [questions(client, path) for client, path in clients] == before


class TestService:
    """A visit on the phone."""

    def test_planned_recorded_kept(self, served, firm):
        client = city.signed_in(served)
        file = f"/desk/enterprises/{firm.pk}/"
        assert client.post(f"{file}visit/", {"purpose": "regular", "on": "2026-03-02"}).status_code == 302
        row = Visit.objects.get()
        here = f"/desk/service/visits/{row.pk}/"
        assert firm.name in text(client.get("/desk/service/"))
        bad = client.post(here, {"met": "林总", "words": "谈了", "promise-1": "增容", "on": "2026-03-02"})
        assert (bad.status_code, 'value="增容"' in text(bad)) == (422, True)
        good = {
            "met": "林总",
            "words": "谈了扩产",
            "promise-1": "增容",
            "due-1": "2026-03-20",
            "on": "2026-03-02",
        }
        assert client.post(here, good).status_code == 302
        assert "谈了扩产" in text(client.get(here))
        promise = Promise.objects.get()
        keep = f"/desk/service/promises/{promise.pk}/keep/"
        assert client.post(keep, {"words": ""}).status_code == 422
        assert client.post(keep, {"words": "已办"}).status_code == 302
        assert "已办" in text(client.get(file))

    def test_a_visit_makes_one_appeal(self, served, firm):
        by = city.actor(served)
        row = visits.plan_visit(organisation_id=firm.pk, purpose="problem", on=date(2026, 3, 2), by=by)
        visits.record_visit(visit_id=row.pk, report=visits.Report("林总", "用电不足"), by=by)
        client, here = city.signed_in(served), f"/desk/service/visits/{row.pk}/appeal/"
        assert "power-supply" in text(client.get(here))
        form = {"category": "power-supply", "title": "增容", "words": "变压器满载", "q-kva": "800"}
        bad = client.post(here, {**form, "title": ""})
        assert (bad.status_code, "变压器满载</textarea>" in text(bad)) == (422, True)
        for _ in range(2):
            assert client.post(here, form).status_code == 302
        appeal = Appeal.objects.get()
        row.refresh_from_db()
        assert (row.appeal_no, appeal.channel, appeal.came_from, appeal.organisation_id) == (
            appeal.number,
            "visit",
            row.pk,
            firm.pk,
        )
        assert appeal.number in text(client.get(f"/desk/service/visits/{row.pk}/"))
        stranger = city.signed_in(city.officer("service_officer", agency=""))
        assert stranger.post(here, form).status_code == 404

    def test_another_officers_enterprise_does_not_exist(self, served, firm, elsewhere):
        row = visits.plan_visit(
            organisation_id=firm.pk,
            purpose="regular",
            on=date(2026, 3, 2),
            by=city.actor(served),
        )
        other = city.officer("service_officer", agency="")
        for who in (other, elsewhere):
            client = city.signed_in(who)
            assert client.get(f"/desk/service/visits/{row.pk}/").status_code == 404
            assert (
                client.post(f"/desk/service/visits/{row.pk}/", {"words": "x", "met": "y"}).status_code == 404
            )
            assert (
                client.post(f"/desk/enterprises/{firm.pk}/visit/", {"purpose": "regular"}).status_code == 404
            )
            assert client.get(f"/desk/enterprises/{firm.pk}/").status_code == 404

    def test_the_file_shows_no_person(self, served, firm):
        page = text(city.signed_in(served).get(f"/desk/enterprises/{firm.pk}/"))
        assert firm.uscc in page
        person = firm.legal_representative
        assert person.id_no not in page
        assert person.phone not in page


class TestTown:
    """The workspace of one town."""

    def test_a_town_sees_its_own_and_the_city_all(self, manager, elsewhere, project):
        client = city.signed_in(manager)
        assert client.get("/desk/towns/").url == f"/desk/towns/{city.DALANG}/"
        assert "三号车间扩建" in text(client.get(f"/desk/towns/{city.DALANG}/"))
        assert client.get(f"/desk/towns/{city.HUMEN}/").status_code == 404
        assert client.get("/desk/towns/441900/").status_code == 404
        other = city.signed_in(elsewhere)
        assert "三号车间扩建" not in text(other.get(f"/desk/towns/{city.HUMEN}/"))
        assert other.get(f"/desk/towns/{city.DALANG}/").status_code == 404
        whole = city.signed_in(city.officer("town_manager", agency="", place=""))
        assert len(re.findall(r'href="/desk/towns/\d+/"', text(whole.get("/desk/towns/")))) == 33
        assert "三号车间扩建" in text(whole.get(f"/desk/towns/{city.DALANG}/"))

    def test_a_day_of_its_manager(self, manager, firm):
        client, here = city.signed_in(manager), f"/desk/towns/{city.DALANG}/"
        account = city.officer("service_officer", agency="", name="李梅")
        assert "李梅" in text(client.get(here))
        form = {"account": str(account.pk), "phone": "0769-00002113"}
        assert client.post(f"{here}officer/", form).status_code == 302
        assert client.post(f"{here}list/", {"list": "town-own", "uscc": firm.uscc}).status_code == 302
        assert client.post(f"{here}list/", {"list": "town-own", "uscc": firm.uscc}).status_code == 409
        given = {"firm": str(firm.pk), "officer": str(account.pk), "deputy": ""}
        assert client.post(f"{here}assign/", given).status_code == 302
        assert (
            client.post(f"{here}duty/", {"day": "2026-03-03", "account": str(account.pk)}).status_code == 302
        )
        page = text(client.get(here))
        assert page.count("李梅") >= 3
        assert client.post(f"{here}duty/", {"day": "x", "account": "y"}).status_code == 422
        assert client.post(f"{here}moon/", {}).status_code == 302
        elsewhere = f"/desk/towns/{city.HUMEN}/"
        assert client.post(f"{elsewhere}duty/", {"day": "2026-03-03"}).status_code == 404
