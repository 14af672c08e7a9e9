"""The desk of appeals: what each role finds on its pages, every verb from its form, imports row by row, the scorecard."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import answered, filed, routed
from tongban.modules.appeals import actions
from tongban.modules.appeals.models import Appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    person = city.person("邓文彬")
    firm = city.organisation(person, "东莞市诉求示例电子有限公司")
    return city.actor(city.account(person)), firm


@pytest.fixture
def coordinator(db):
    return city.officer("appeal_coordinator", agency="industry", place="", name="苏敏")


@pytest.fixture
def officer(db):
    return city.officer("appeal_officer", agency="industry", place="", name="钟慧玲")


def listed(who, query=""):
    page = city.signed_in(who).get(f"/desk/appeals/{query}").content.decode()
    return set(re.findall(r'<a href="/desk/appeals/([0-9a-f-]{36})/"', page))


def offered(who, row):
    """The verbs that the page has forms for."""
    page = city.signed_in(who).get(f"/desk/appeals/{row.pk}/").content.decode()
    return set(re.findall(rf'action="/desk/appeals/{row.pk}/(\w+)/"', page))


def do(who, row, verb, **form):
    return city.signed_in(who).post(f"/desk/appeals/{row.pk}/{verb}/", form)


def test_each_role_is_offered_its_own_moves(head, coordinator, officer):
    boss, firm = head
    row = filed(boss, firm.pk)
    assert offered(coordinator, row) == {"route", "refuse", "merge"}
    assert do(coordinator, row, "route", lead="industry", assists=["justice"]).status_code == 302
    assert offered(officer, row) == {"contact", "dispute"}
    assert offered(coordinator, row) == {"merge"}
    assert do(officer, row, "contact", words="已联系。").status_code == 302
    assert offered(officer, row) == {"reply", "ask", "propose", "invite"}
    helper = city.officer("appeal_officer", agency="justice", place="")
    assert offered(helper, row) == {"finish"}
    assert do(helper, row, "finish", words="意见。").status_code == 302
    assert do(officer, row, "answer", words="已解决。").status_code == 422
    form = {"words": "已解决。", "outcome": "solved", "cause": "papers"}
    assert do(officer, row, "answer", **form).status_code == 302
    assert offered(coordinator, row) == {"approve", "send_back"}
    assert do(coordinator, row, "send_back", words=" ").status_code == 422
    assert do(coordinator, row, "approve").status_code == 302
    row.refresh_from_db()
    assert row.state == "rating"
    assert do(coordinator, row, "approve").status_code == 409
    assert do(coordinator, row, "scan").status_code == 404


def test_a_dispute_that_is_lost_takes_the_page_away(head, coordinator, officer):
    boss, firm = head
    row = routed(boss, firm.pk, city.actor(coordinator))
    assert do(officer, row, "dispute", words="应由司法局主办。").headers["location"].endswith("?done=dispute")
    assert offered(coordinator, row) == {"rule"}
    assert do(coordinator, row, "rule", lead="justice", words="同意。").status_code == 302
    assert city.signed_in(officer).get(f"/desk/appeals/{row.pk}/").status_code == 404


def test_a_confidential_appeal_is_on_no_page_of_others(head, coordinator, officer):
    boss, firm = head
    secret = filed(boss, firm.pk, confidential=True, title="机密的标题")
    plain = filed(boss, firm.pk)
    town = city.officer("appeal_officer", agency="town-dalang", place=city.town())
    other = city.officer("appeal_officer", "clerk", agency="town-humen", place=city.town(city.HUMEN))
    assert listed(coordinator) == {str(secret.pk), str(plain.pk)}
    for who, expected in ((town, {str(plain.pk)}), (other, set()), (officer, set())):
        assert listed(who) == expected
        browser = city.signed_in(who)
        for path in (
            "/desk/appeals/?lamp=green",
            f"/desk/appeals/?q={secret.number}",
            "/desk/appeals/score/",
            f"/desk/appeals/{plain.pk}/",
            "/inbox/",
        ):
            page = browser.get(path).content.decode()
            assert "机密的标题" not in page
            assert f"/{secret.pk}/" not in page
        assert browser.get(f"/desk/appeals/{secret.pk}/").status_code == 404
        assert browser.get(f"/appeals/{secret.pk}/").status_code in (302, 404)
        assert do(who, secret, "contact", words="x").status_code == 404
    assert city.signed_in(city.officer("clerk")).get("/desk/appeals/").status_code == 404


def test_whom_to_call_is_for_those_who_handle_it(head, coordinator, officer):
    boss, firm = head
    row = filed(boss, firm.pk, contact="邓先生 13900139009")
    actions.route(appeal_id=row.pk, lead="industry", by=city.actor(coordinator))
    town = city.officer("appeal_officer", agency="town-dalang", place=city.town())
    for who, shown in ((coordinator, True), (officer, True), (town, False)):
        page = city.signed_in(who).get(f"/desk/appeals/{row.pk}/").content.decode()
        assert ("13900139009" in page) is shown


def test_lamps_and_filters(head, coordinator, officer, clock):
    boss, firm = head
    late = routed(boss, firm.pk, city.actor(coordinator))
    clock.move(days=2)
    fresh = filed(boss, firm.pk, "inspection")
    assert listed(coordinator, "?lamp=red") == {str(late.pk)}
    assert listed(coordinator, "?lamp=yellow") == {str(fresh.pk)}
    assert listed(coordinator, "?category=inspection") == {str(fresh.pk)}
    assert listed(coordinator, f"?q={late.number.lower()}") == {str(late.pk)}
    assert listed(coordinator, "?town=441900121") == set()
    assert listed(coordinator, "?state=nonsense&page=x&lamp=blue") == set()


def test_told_by_telephone(head, coordinator):
    _boss, firm = head
    browser = city.signed_in(coordinator)
    assert 'name="uscc"' in browser.get("/desk/appeals/new/?category=rights").content.decode()
    form = {
        "category": "rights",
        "uscc": firm.uscc,
        "channel": "phone",
        "title": "欠款",
        "words": "拖欠货款。",
        "token": "t1",
    }
    assert browser.post("/desk/appeals/new/", {**form, "uscc": "91"}).status_code == 422
    assert browser.post("/desk/appeals/new/", {**form, "channel": "portal"}).status_code == 422
    assert browser.post("/desk/appeals/new/", form).status_code == 302
    assert browser.post("/desk/appeals/new/", form).status_code == 302
    row = Appeal.objects.get()
    assert (row.channel, row.organisation_id, row.reference) == ("phone", firm.pk, "t1")


def upload(browser, text):
    file = io.BytesIO(text.encode("utf-8"))
    file.name = "list.csv"
    return browser.post("/desk/appeals/new/", {"list": file})


def test_a_list_of_the_hotline_is_read_row_by_row_and_once(head, coordinator):
    _boss, firm = head
    browser = city.signed_in(coordinator)
    text = (
        "reference,uscc,category,title,words,contact,urgent\n"
        f"GD1,{firm.uscc},rights,欠款,拖欠货款,13800138000,\n"
        f"GD2,{firm.uscc},nothing,标题,内容,,\n"
        "GD3,91,rights,标题,内容,,\n"
        f",{firm.uscc},rights,标题,内容,,1\n"
    )
    page = upload(browser, text).content.decode()
    assert "导入 1 件" in page
    assert page.count("没有选择诉求类别") == 1
    assert page.count("没有这个统一社会信用代码的企业") == 1
    assert page.count("没有来件编号") == 1
    assert upload(browser, text).status_code == 200
    assert [(one.channel, one.reference) for one in Appeal.objects.all()] == [("hotline", "GD1")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00", "reference\n1\n"])
def test_a_list_that_is_none_is_refused(coordinator, text):
    assert upload(city.signed_in(coordinator), text).status_code == 422


def test_the_scorecard_counts_all_and_marks_what_fails(head, coordinator, officer):
    boss, firm = head
    desk, lead = city.actor(coordinator), city.actor(officer)
    row = answered(routed(boss, firm.pk, desk), lead)
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=5, by=boss)
    page = city.signed_in(coordinator).get("/desk/appeals/score/?months=1").content.decode()
    assert "东莞市工业和信息化局" in page
    assert page.count("100.0%") >= 4
    assert "流程过长" in page
    town = city.officer("appeal_coordinator", agency="industry", place=city.town(city.HUMEN))
    assert "流程过长" not in city.signed_in(town).get("/desk/appeals/score/?months=1").content.decode()


def test_pages_cost_the_same_for_one_row_and_for_three(head, coordinator):
    boss, firm = head
    browser = city.signed_in(coordinator)
    pages = ["/desk/appeals/", "/desk/appeals/score/"]

    def cost():
        row = routed(boss, firm.pk, city.actor(coordinator), assists=("justice",))
        counted = []
        for page in [*pages, f"/desk/appeals/{row.pk}/"]:
            browser.get(page)
            with CaptureQueriesContext(connection) as queries:
                browser.get(page)
            counted.append(len(queries))
        return counted

    cost()
    two = cost()
    cost()
    assert cost() == two
