"""Meetings and issues on a project's page: forms, what they show afterwards, what of an appeal is seen by whom."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.modules.appeals.models import Appeal
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan, Said
from tongban.modules.projects.models import ProjectMeeting
from tongban.modules.projects.states import EntryKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db):
    return city.officer("project_officer", agency="", name="袁海")


@pytest.fixture
def boss(db):
    return city.person("林启明")


@pytest.fixture
def firm(boss):
    return city.organisation(boss, "东莞市台信示例精密机械有限公司", org__phone="0769-00003004")


@pytest.fixture
def project(officer, firm):
    plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
    return actions.open_project(plan=plan, by=city.actor(officer))


def issue(project, officer, words="变压器容量不够"):
    said = Said("issue", words, office="town-dalang", due_on=project.moved_on)
    return actions.note(project_id=project.pk, said=said, by=city.actor(officer))


def text(response):
    return response.content.decode()


def meeting(**more):
    return {
        "on": "2026-03-02",
        "chair": "分管副镇长",
        "present": ["town-dalang"],
        "words-1": "并联受理",
        "office-1": "town-dalang",
        "due-1": "2026-03-20",
        **more,
    }


def test_a_meeting_is_written_down_and_shown(project, officer):
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    assert "还没有开过会" in text(client.get(here))
    bad = client.post(f"{here}meet/", meeting(**{"words-2": "没有期限的决定"}))
    assert (bad.status_code, 'value="没有期限的决定"' in text(bad), "第 2 项决定不完整" in text(bad)) == (
        422,
        True,
        True,
    )
    assert not ProjectMeeting.objects.exists()
    good = client.post(f"{here}meet/", meeting())
    assert (good.status_code, good.url) == (302, f"{here}#meetings")
    page = text(client.get(here))
    section = page[page.index('id="meetings"') : page.index('id="book"')]
    assert [part in section for part in ("分管副镇长", "并联受理", "2026年3月20日", "待办")] == [True] * 4
    partner = text(city.signed_in(city.officer("project_partner", agency="")).get(here))
    assert ("并联受理" in partner, f'action="{here}meet/"' in partner) == (True, False)


def test_an_issue_becomes_one_appeal_and_its_state_is_shown(project, officer, firm, boss):
    entry = issue(project, officer)
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    form = f"{here}issues/{entry.pk}/appeal/"
    assert f'href="{form}"' in text(client.get(here))
    assert "power-supply" in text(client.get(form))
    asked = text(client.get(form, {"category": "power-supply"}))
    assert "变压器容量不够</textarea>" in asked  # nobody writes it twice
    sent = {"category": "power-supply", "title": "增容", "words": "变压器满载", "q-kva": "800"}
    bad = client.post(form, {**sent, "title": ""})
    assert (bad.status_code, "变压器满载</textarea>" in text(bad)) == (422, True)
    for _ in range(2):
        answer = client.post(form, sent)
        assert (answer.status_code, answer.url) == (302, f"{here}#followed")
    appeal = Appeal.objects.get()
    assert (appeal.organisation_id, appeal.came_from, appeal.channel) == (firm.pk, entry.pk, "window")
    assert queries.entry_of(project, entry.pk).number == appeal.number
    page = text(client.get(here))
    followed = page[page.index('id="followed"') : page.index('id="meetings"')]
    # An officer of projects handles no appeals: number and state, and no way in.
    assert (appeal.number in followed, f"/desk/appeals/{appeal.pk}/" in followed) == (True, False)
    assert f'href="{form}"' not in page
    head = city.signed_in(city.account(boss))
    head.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    own = text(head.get(f"/enterprise/projects/{project.pk}/"))
    assert (appeal.number in own, f"/appeals/{appeal.pk}/" in own) == (True, True)


def test_what_cannot_become_an_appeal_has_no_page(project, officer, firm):
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    need = queries.entries_of(project, EntryKind.NEED)[0]
    entry = issue(project, officer)
    elsewhere = city.officer("project_officer", "service_officer", agency="", place=city.town(city.HUMEN))
    partner = city.officer("project_partner", agency="")
    assert client.get(f"{here}issues/{need.pk}/appeal/").status_code == 404
    assert client.get(f"{here}issues/{project.pk}/appeal/").status_code == 404
    for who in (elsewhere, partner):
        other = city.signed_in(who)
        assert other.get(f"{here}issues/{entry.pk}/appeal/").status_code == 404
        assert other.post(f"{here}issues/{entry.pk}/appeal/", {"title": "x"}).status_code == 404
        assert other.post(f"{here}meet/", meeting()).status_code == 404
    actions.settle(project_id=project.pk, entry_id=entry.pk, words="已办", by=city.actor(officer))
    assert client.post(f"{here}issues/{entry.pk}/appeal/", {"title": "x"}).status_code == 302
    assert not Appeal.objects.exists()


def test_a_number_that_was_typed_shows_nothing_of_that_appeal(project, officer):
    other = issue(project, officer, "另一件事")
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    sent = {"category": "power-supply", "title": "增容", "words": "变压器满载", "q-kva": "800"}
    client.post(f"{here}issues/{other.pk}/appeal/", sent)
    number = Appeal.objects.get().number
    said = Said("issue", "抄来的编号", office="town-dalang", due_on=project.moved_on, number=number)
    typed = actions.note(project_id=project.pk, said=said, by=city.actor(officer))
    page = text(client.get(here))
    line = page[page.index("抄来的编号") :].split("</li>")[0]
    assert (number in line, 'class="tag' in line.split("</p>", 1)[1].split("</p>")[0]) == (True, False)
    assert typed.number == number


def test_the_page_asks_as_often_for_three_meetings_and_issues_as_for_one(project, officer):
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    sent = {"category": "power-supply", "title": "增容", "words": "变压器满载", "q-kva": "800"}

    def one_more():
        assert client.post(f"{here}meet/", meeting()).status_code == 302
        entry = issue(project, officer)
        assert client.post(f"{here}issues/{entry.pk}/appeal/", sent).status_code == 302

    def counted():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(here).status_code == 200
        return len(asked)

    one_more()
    counted()
    before = counted()
    one_more()
    one_more()
    assert counted() == before


def matters(client, **asked):
    """The names of what waits, as the list shows them."""
    page = text(client.get("/desk/projects/matters/", asked))
    return re.findall(r'#followed">([^<]+)</a>', page)


def test_an_office_finds_and_settles_what_waits_for_it(project, officer, clock):
    power = city.officer("project_officer", agency="power-supply")
    client, here = city.signed_in(power), f"/desk/projects/{project.pk}/"
    assert matters(client) == ["增容用电"]
    assert "交办事项 1" in text(client.get("/desk/projects/"))
    page = text(client.get(here))
    followed = page[page.index('id="followed"') : page.index('id="meetings"')]
    # The form of its own matter and of no other; nothing else can be done.
    assert (followed.count(f'action="{here}settle/"'), f'action="{here}note/"' in page) == (1, False)
    (entry,) = re.findall(r'name="entry" value="([^"]+)"', followed)
    bad = client.post(f"{here}settle/", {"entry": entry, "words": " "})
    assert (bad.status_code, "没有填写情况" in text(bad)) == (422, True)
    done = client.post(f"{here}settle/", {"entry": entry, "words": "已增容"})
    assert (done.status_code, done.url) == (302, f"{here}#followed")
    assert matters(client) == []
    assert "没有等办的事项" in text(client.get("/desk/projects/matters/"))
    assert client.post(f"{here}note/", {"kind": "progress", "words": "x"}).status_code == 404


def test_the_list_of_matters_and_its_filters(project, officer, clock):
    client = city.signed_in(officer)
    assert matters(client) == ["增容用电", "供水接入", "招工"]
    assert matters(client, office="power-supply") == ["增容用电"]
    assert matters(client, kind="issue") == []
    assert matters(client, light="red") == []
    assert matters(client, office="nonsense", kind="x") == []
    clock.move(days=31)
    client = city.signed_in(officer)
    assert matters(client, light="red") == ["增容用电", "供水接入", "招工"]
    assert "超期 3" in text(client.get("/desk/projects/"))
    elsewhere = city.signed_in(city.officer("project_officer", agency="", place=city.town(city.HUMEN)))
    assert matters(elsewhere) == []
    assert city.signed_in(city.officer("clerk", agency="")).get("/desk/projects/matters/").status_code == 404


def test_the_list_of_matters_costs_the_same_for_one_project_and_for_three(project, officer, firm):
    client = city.signed_in(officer)

    def counted():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/desk/projects/matters/").status_code == 200
        return len(asked)

    counted()
    before = counted()
    for name in ("四号车间扩建", "五号车间扩建"):
        actions.open_project(
            plan=Plan("expansion", name, firm.pk, 6_000_000_000, ANSWERS), by=city.actor(officer)
        )
    assert counted() == before


def test_a_project_is_handed_over_to_a_colleague(project, officer):
    other = city.officer("project_officer", agency="", name="李梅")
    far = city.officer("project_officer", agency="", place=city.town(city.HUMEN), name="麦国栋")
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    form = text(client.get(here)).split('id="hand-to"')[1].split("</select>")[0]
    assert re.findall(r'value="([^"]+)">([^<]+)<', form) == [(str(other.pk), "李梅")]
    bad = client.post(f"{here}hand/", {"to": str(far.pk)})
    assert (bad.status_code, "这个人不能负责这个项目" in text(bad)) == (422, True)
    assert client.post(f"{here}hand/", {"to": "nobody"}).status_code == 422
    assert client.post(f"{here}hand/", {"to": str(other.pk)}).status_code == 302
    project.refresh_from_db()
    assert project.officer_id == other.pk


def test_a_notice_leads_each_to_their_own_page(project, officer, firm, boss):
    owner = city.account(boss)
    actions.advance(project_id=project.pk, stage="filed", on=project.moved_on, by=city.actor(officer))
    city.run_jobs()
    head, at = city.signed_in(owner), f"/enterprise/told/projects/{project.pk}/"
    assert f'href="{at}"' in text(head.get("/inbox/"))
    own, desk = head.get(at), city.signed_in(officer).get(at)
    assert (own.status_code, own.url) == (302, f"/enterprise/projects/{project.pk}/")
    assert (desk.status_code, desk.url) == (302, f"/desk/projects/{project.pk}/")


def test_a_check_that_is_due_is_marked_and_found(project, officer, clock):
    client, here = city.signed_in(officer), f"/desk/projects/{project.pk}/"
    actions.advance(project_id=project.pk, stage="started", on=project.moved_on, by=city.actor(officer))
    assert "该做履约核查</span>" not in text(client.get(here))
    assert f'href="{here}"' not in text(client.get("/desk/projects/?light=check"))
    clock.move(days=365)
    client = city.signed_in(officer)
    assert "该做履约核查</span>" in text(client.get(here))
    assert f'href="{here}"' in text(client.get("/desk/projects/?light=check"))
