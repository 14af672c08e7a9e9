"""The applicant's side of a conversation: writes, reads, and never sees what officers note among themselves."""

import pytest

from tests import city
from tongban.kernel.cases import queries as cases
from tongban.modules.correspondence import actions, queries

pytestmark = pytest.mark.django_db
SECRET = "疑似冒名办理，请核对签名"
LABEL = "重点核查"


@pytest.fixture
def filed(resident):
    """A resident's submitted case: (case, browser)."""
    from tongban.kernel.cases import actions as filing

    by = city.actor(resident)
    case = filing.submit(case_id=filing.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
    return case, city.signed_in(resident)


@pytest.fixture
def clerk(db):
    return city.actor(city.officer("clerk"))


def test_write_read_answer(filed, clerk, read):
    case, client = filed
    here = f"/cases/{case.pk}/messages/"
    assert "还没有消息" in read(client.get(here))
    assert "消息不影响办理期限" in read(client.get(here))
    answer = client.post(f"{here}send/", {"words": "需要去现场吗？"})
    assert (answer.status_code, answer.url) == (302, f"{here}#messages")
    actions.send(case_id=case.pk, words="不需要", by=clerk)
    text = read(client.get(here))
    assert ("需要去现场吗？" in text, "不需要" in text, "1 条未读" in text, "办理机关" in text) == (True,) * 4
    assert client.post(f"{here}read/").status_code == 302
    assert "条未读" not in read(client.get(here))
    assert [(m.side, m.read_at is not None) for m in queries.messages(case.pk)] == [
        ("applicant", True),
        ("office", True),
    ]


def test_who_wrote_for_the_office_is_not_said(filed, read):
    case, client = filed
    actions.send(case_id=case.pk, words="不需要", by=city.actor(city.officer("clerk", name="欧阳静怡")))
    assert "欧阳静怡" not in read(client.get(f"/cases/{case.pk}/messages/"))


def test_notes_and_labels_reach_no_page_of_the_applicant(filed, clerk):
    case, client = filed
    actions.note(case_id=case.pk, words=SECRET, by=clerk)
    actions.put_label(case_id=case.pk, text=LABEL, by=clerk)
    actions.send(case_id=case.pk, words="请稍候", by=clerk)
    city.run_jobs()
    pages = [
        "/cases/",
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/messages/",
        f"/cases/{case.pk}/receipt/",
        "/inbox/",
    ]
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200] * len(pages)
    for answer in answers:
        assert SECRET.encode() not in answer.content
        assert LABEL.encode() not in answer.content
    assert "请稍候".encode() in answers[2].content


def test_what_is_refused_comes_back(filed, read):
    case, client = filed
    answer = client.post(f"/cases/{case.pk}/messages/send/", {"words": "  "})
    assert (answer.status_code, "内容应为 1 到 2000 个字" in read(answer)) == (422, True)
    assert queries.messages(case.pk) == []


def test_a_stranger_and_an_officer_of_another_town_find_nothing(filed, stranger):
    case, _client = filed
    officer = city.signed_in(city.officer("clerk", place=city.town(city.HUMEN)))
    for one in (stranger, officer):
        assert one.get(f"/cases/{case.pk}/messages/").status_code == 404
        assert one.post(f"/cases/{case.pk}/messages/send/", {"words": "x"}).status_code == 404
        assert one.post(f"/cases/{case.pk}/messages/read/").status_code == 404
    assert queries.messages(case.pk) == []


def test_an_officer_is_led_to_the_desk(filed):
    case, _client = filed
    officer = city.signed_in(city.officer("clerk"))
    assert officer.get(f"/cases/{case.pk}/messages/").url == f"/desk/cases/{case.pk}/messages/"
    assert cases.case(case.pk) == case
