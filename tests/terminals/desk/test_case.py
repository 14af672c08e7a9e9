"""The case page: who opens it, what it shows of the application, what it offers to whom."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import actions, queries

pytestmark = pytest.mark.django_db
AREA = [{"kind": "field", "id": "area", "note": "与图纸不一致"}]


def see(officer, case, query=""):
    return city.signed_in(officer).get(f"/desk/cases/{case.pk}/{query}")


def test_another_towns_officer_finds_nothing(stranger, clerk):
    case, _applicant = city.food()
    row = next(row for row in queries.materials_of(case) if row.file)
    city.run_jobs()
    client = city.signed_in(stranger)
    base = f"/desk/cases/{case.pk}/"
    for path in ("", "viewer/", "preview/", f"materials/{row.pk}/1/", "credential/"):
        assert client.get(base + path).status_code == 404, path
    for verb in ("accept", "supplement", "refuse", "complete", "grant", "deny"):
        assert client.post(f"{base}{verb}/", {"reasons": "x", "opinion": "x"}).status_code == 404, verb
    assert city.again(case).state == "submitted"


def test_a_draft_and_an_unknown_case_are_not_there(clerk):
    draft, _applicant = city.food_draft()
    assert see(clerk, draft).status_code == 404
    assert city.signed_in(clerk).get(f"/desk/cases/{draft.account_id}/").status_code == 404


def test_each_role_is_offered_its_own_verbs(clerk, reviewer, decider, offers):
    case = city.allowance()
    everyone = (clerk, reviewer, decider)
    assert [offers(see(one, case)) for one in everyone] == [{"accept", "supplement", "refuse"}, set(), set()]
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    assert [offers(see(one, case)) for one in everyone] == [set(), {"complete"}, set()]
    actions.complete_step(case_id=case.pk, opinion="符合", by=city.actor(reviewer))
    assert [offers(see(one, case)) for one in everyone] == [set(), set(), {"grant", "deny"}]
    actions.grant(case_id=case.pk, by=city.actor(decider))
    assert [offers(see(one, case)) for one in everyone] == [set(), set(), set()]


def test_who_handled_a_case_is_told_why_they_cannot_decide_it(clerk, offers):
    both = city.officer("clerk", "decider", agency="", name="双岗")
    case, _applicant = city.food("yes")
    actions.accept(case_id=case.pk, by=city.actor(both))
    page = see(both, case)
    assert offers(page) == set()
    assert "不能再由您决定" in page.content.decode()


def test_a_grant_says_beforehand_what_follows(clerk, reviewer, decider):
    case = city.allowance(born="1930-01-01")
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    actions.complete_step(case_id=case.pk, opinion="符合", by=city.actor(reviewer))
    page = see(decider, case).content.decode()
    assert "签发《高龄老人津贴审批通知》，自签发之日起 1 年" in page
    assert "加盖东莞市民政局电子印章" in page
    assert "每月 200.00 元" in page


def test_values_come_with_their_source_and_numbers_are_masked(clerk):
    case = city.allowance()
    person = city.party_queries.person(case.person_id)
    page = see(clerk, case).content.decode()
    assert "东莞市公安局，2026年3月2日 数据" in page
    assert person.id_no not in page
    assert person.phone not in page
    assert f"{person.id_no[:3]}***********{person.id_no[-4:]}" in page


def test_a_supplement_shows_what_it_changed_and_only_when_it_is_handed_in(clerk, clock):
    case, applicant = city.food()
    actions.request_supplement(case_id=case.pk, points=AREA, message="请核对", by=city.actor(clerk))
    clock.move(days=1)
    actions.save(case_id=case.pk, by=applicant, answers={"area": "92.25"})
    page = see(clerk, case).content.decode()
    assert "86.5" in page
    assert "92.25" not in page
    actions.resubmit(case_id=case.pk, by=applicant)
    page = see(clerk, case).content.decode()
    assert len(re.findall("is-changed", page)) == 1
    assert re.search(r"<del>.*?86\.5</del> <ins>.*?92\.25</ins><small>申请人补正", page)


def test_prechecks_give_the_data_or_say_what_is_missing(clerk):
    met = see(clerk, city.allowance()).content.decode()
    assert "年龄：85 周岁" in met
    unmet = see(clerk, city.allowance(born="1960-01-01")).content.decode()
    assert "年龄：66 周岁，要求 年龄 ≥ 80" in unmet
    person = city.person(born="1940-05-01", person__old_age_allowance=None)
    by = city.actor(city.account(person))
    case = actions.submit(case_id=actions.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
    assert "缺少数据：是否正在领取高龄津贴" in see(clerk, case).content.decode()


def test_the_clocks_run_side_by_side(clerk):
    case = city.allowance()
    assert re.findall(r'<li class="clock">.*?<b>(.*?)</b>', see(clerk, case).content.decode()) == ["受理期限"]
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    page = see(clerk, case).content.decode()
    names = re.findall(r'<li class="clock">.*?<b>(.*?)</b>', page)
    assert names == ["受理期限", "法定办结", "承诺办结"]
    assert "剩 20 个工作日" in page
    assert "到期 2026年3月16日" in page


def test_who_can_see_it_is_who_can_open_it(clerk, reviewer, decider, stranger):
    expired = city.officer("clerk", agency="", name="过期")
    closed = city.access.grant(
        account_id=expired.pk,
        role="clerk",
        by=city.SYSTEM,
        starts_on=city.time.today().replace(year=2025),
        ends_on=city.time.today().replace(year=2025),
    )
    other = city.officer("clerk", agency="transport", name="外单位")
    ended = city.officer(name="空岗")
    case = city.allowance()
    page = city.signed_in(clerk).get(f"/desk/cases/{case.pk}/seen/").content.decode()
    officers, people = page.split('id="people-title"')
    told = re.findall(r"<b>(.*?)</b><br>", officers)
    everyone = (clerk, reviewer, decider, stranger, expired, other, ended)
    able = [one.display_name for one in everyone if see(one, case).status_code == 200]
    assert sorted(told) == sorted(able) == sorted(["梁志远", "何文静", "周敏", "过期"])
    assert "是申请人本人" in people
    assert "可以代表申请单位" not in people
    assert closed.account_id == expired.pk


def test_the_course_says_what_happened_by_whom(clerk, reviewer):
    case = city.allowance("何秀珍")
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    actions.complete_step(case_id=case.pk, opinion="户籍和年龄已核对", by=city.actor(reviewer))
    page = see(clerk, case).content.decode()
    titles = [title.strip() for title in re.findall(r"<h3>([^<]+) <time", page)]
    assert titles == ["开始填写申请", "提交了申请", "受理", "完成了一个环节", "镇街审定"]
    assert "何文静 · 镇街核对：户籍和年龄已核对" in re.findall(r'<p class="small[^"]*">([^<]*)', page)
    assert "申请人 何*珍" in re.findall(r'<p class="small[^"]*">([^<]*)', page)


def test_as_many_queries_with_three_cases_as_with_one(clerk):
    case, _applicant = city.food()
    client = city.signed_in(clerk)
    path = f"/desk/cases/{case.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    city.food()
    city.food()
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one)
    assert len(one) <= 33


def test_in_english_no_interface_text_stays_chinese(clerk):
    case = city.allowance("Anna")
    client = city.signed_in(clerk)
    client.cookies["tb_lang"] = "en"
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "Waiting for acceptance" in page
    assert "Who can see this case" in page
