"""Who can see a case and why: exactly those whom lists let in, by the rule that lets them in, kept away ones crossed out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.access import queries as access
from tongban.kernel.cases import actions, queries, rules
from tongban.kernel.events.models import Event
from tongban.kernel.parties.models import Account
from tongban.terminals.ui import seeing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Monday, 2 March 2026, 9:00."""


def text(answer) -> str:
    return answer.content.decode()


class Office:
    """A case with officers near and far, one of each kind of reason."""

    def __init__(self) -> None:
        self.case, self.applicant = city.food()
        of = {"agency": "market-regulation"}
        self.near = city.officer("clerk", **of, name="黄敏")
        self.reviewer = city.officer("reviewer", **of, place="", name="梁志远")
        self.away = city.officer("clerk", **of, name="冯嘉")
        self.far = city.officer("clerk", **of, place=city.town(city.HUMEN), name="罗倩")
        self.other = city.officer("decider", name="邓宇")
        self.items = city.officer("clerk", **of, items=("sole-trader",), name="叶青")
        self.hurried = city.officer("clerk", agency="housing", name="苏明哲")
        self.closed = city.officer("clerk", **of, name="曾颖")
        self.supervisor = city.officer("supervisor", agency="", place="", name="蔡国平")
        self.audit = city.officer("audit_admin", agency="", place="", name="佘国正")
        self.closed.is_active = False
        city.action(self.closed.save)()
        actions.recuse(case_id=self.case.pk, scope="case", reason="近亲属办的", by=city.actor(self.away))
        actions.open_glass(number=self.case.short_no, reason="主办人员联系不上", by=city.actor(self.hurried))


@pytest.fixture
def office(db):
    return Office()


def test_exactly_those_whom_the_lists_let_in(office):
    found = {one.actor.account_id: one for one in seeing.of_case(office.case)}
    by_list = {
        account.pk
        for account in Account.objects.filter(is_active=True)
        if rules.visible(city.actor(account)).filter(pk=office.case.pk).exists()
    }
    assert {pk for pk, one in found.items() if one.open} == by_list
    assert by_list >= {office.near.pk, office.reviewer.pk, office.hurried.pk, office.applicant.account_id}
    assert not by_list & {office.away.pk, office.far.pk, office.other.pk, office.items.pk, office.closed.pk}
    assert [bar.because_en for bar in found[office.away.pk].bars] == ["is recused"]


def test_with_the_line_and_the_grant(office):
    found = {one.actor.account_id: one for one in seeing.of_case(office.case)}

    def why(account_id):
        return [
            (line.because_en, [(grant.role, grant.subject_id) for grant in grants])
            for line, grants in found[account_id].lines
        ]

    granted = "has a grant at the competent agency and place"
    assert why(office.near.pk) == [(granted, [("clerk", None)])]
    assert why(office.hurried.pk) == [(granted, [("break_glass", office.case.pk)])]
    assert why(office.applicant.account_id) == [("may act for the applicant", [])]


def test_the_page_of_the_office(office):
    page = text(city.signed_in(office.near).get(f"/desk/cases/{office.case.pk}/seen/"))
    for name in ("黄敏", "梁志远", "冯嘉", "苏明哲", "紧急查阅", "已经登记回避", "窗口受理"):
        assert name in page
    for name in ("罗倩", "邓宇", "叶青", "曾颖", "佘国正"):
        assert name not in page


def test_who_watches_sees_the_list_and_nothing_of_the_application(office):
    for account in (office.supervisor, office.audit):
        client = city.signed_in(account)
        found = client.get(f"/desk/seen/?number={office.case.short_no}")
        assert found["Location"] == f"/desk/cases/{office.case.pk}/seen/"
        page = text(client.get(found["Location"]))
        assert "黄敏" in page
        assert office.case.applicant_name not in page
        assert client.get(f"/desk/cases/{office.case.pk}/").status_code == 404
        assert client.get("/desk/seen/?number=DG00000000-1").status_code == 404


def test_nobody_else_sees_the_list(office):
    for account in (office.far, office.other, office.away):
        client = city.signed_in(account)
        assert client.get(f"/desk/cases/{office.case.pk}/seen/").status_code == 404
        assert client.get(f"/desk/seen/?number={office.case.short_no}").status_code == 404


def test_the_applicant_reads_it_without_names(office):
    account = Account.objects.get(pk=office.applicant.account_id)
    client = city.signed_in(account)
    page = text(client.get(f"/cases/{office.case.pk}/seen/"))
    assert "可以代表申请单位" in page
    assert "紧急查阅，要复核理由" in page
    assert "1 名工作人员因为利害关系回避" in page
    shown = page[page.index("<main") :]
    for name in ("黄敏", "梁志远", "冯嘉", "苏明哲", account.display_name):
        assert name not in shown
    assert "陈*雯" in shown
    stranger = city.signed_in(city.account(city.person("何秀珍")))
    assert stranger.get(f"/cases/{office.case.pk}/seen/").status_code == 404


def test_the_same_queries_for_any_number_of_officers(office):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            seeing.of_case(queries.case(office.case.pk))
        return len(found)

    asked()
    one = asked()
    for number in range(3):
        city.officer("clerk", "reviewer", agency="market-regulation", name=f"某{number}")
        city.officer("head", agency="market-regulation", place="", name=f"甲{number}")
    assert asked() == one


def test_more_questions_than_one_statement_takes(office, monkeypatch):
    before = {one.actor.account_id for one in seeing.of_case(office.case)}
    monkeypatch.setattr(access, "_ASKED_AT_ONCE", 2)
    assert {one.actor.account_id for one in seeing.of_case(office.case)} == before


def test_the_red_note_of_whoever_looks_in_an_emergency(office):
    page = text(city.signed_in(office.hurried).get(f"/desk/cases/{office.case.pk}/"))
    assert "您正在紧急查阅" in page
    assert "主办人员联系不上" in page
    looks = Event.objects.filter(name="glass.looked")
    assert [(one.actor_id, one.payload) for one in looks] == [
        (office.hurried.pk, {"subject": str(office.case.pk)})
    ]
    assert "您正在紧急查阅" not in text(city.signed_in(office.near).get(f"/desk/cases/{office.case.pk}/"))


def test_pages_of_recusal_and_emergency(office):
    own = f"/desk/cases/{office.case.pk}/recusal/"
    client = city.signed_in(office.near)
    assert client.post(own, {"scope": "case", "reason": " "}).status_code == 422
    assert client.post(own, {"scope": "case", "reason": "申请人是我的同学"}).status_code == 302
    assert client.get(f"/desk/cases/{office.case.pk}/").status_code == 404
    head = city.signed_in(city.officer("head", agency="market-regulation", place="", name="苏明"))
    assert "梁志远" in text(head.get(own))
    head.post(own, {"scope": "case", "reason": "本人申请", "whom": str(office.reviewer.pk)})
    assert not rules.visible(city.actor(office.reviewer)).filter(pk=office.case.pk).exists()
    [row] = [one for one in access.recusals([office.case.pk]) if one.account_id == office.near.pk]
    head.post(own, {"end": str(row.pk)})
    assert client.get(f"/desk/cases/{office.case.pk}/").status_code == 200

    hurried = city.signed_in(office.far)
    assert hurried.post("/desk/emergency/", {"number": "DG1", "reason": "有人在等我"}).status_code == 404
    opened = hurried.post("/desk/emergency/", {"number": office.case.short_no, "reason": "有人在等我"})
    assert opened["Location"] == f"/desk/cases/{office.case.pk}/"
    assert (
        hurried.post(f"/desk/cases/{office.case.pk}/accept/").status_code == 404
    )  # it opens to look at only
    supervisor = city.signed_in(office.supervisor)
    assert "有人在等我" in text(supervisor.get("/desk/emergency/reviews/"))
    review = next(one for one in access.unreviewed(office.far.pk))
    form = {"verdict": "not", "words": "没有必要由您来看"}
    assert supervisor.post(f"/desk/emergency/{review.pk}/review/", {"verdict": "not"}).status_code == 422
    assert supervisor.post(f"/desk/emergency/{review.pk}/review/", form).status_code == 302
    assert hurried.get(f"/desk/cases/{office.case.pk}/").status_code == 404


def test_an_appeal_too():
    from tests.modules.appeals.filing import filed

    person = city.person("邓文彬")
    firm = city.organisation(person, "东莞市诉求示例电子有限公司")
    boss = city.account(person)
    row = filed(city.actor(boss), firm.pk)
    desk = city.officer("appeal_coordinator", agency="industry", place="", name="苏敏")
    city.officer("appeal_coordinator", agency="industry", place=city.town(city.HUMEN), name="郭建辉")
    page = text(city.signed_in(desk).get(f"/desk/appeals/{row.pk}/seen/"))
    assert "苏敏" in page
    assert "郭建辉" not in page
    assert "可以代表这家企业" in page
