"""Messages, notes and labels on the desk."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.modules.correspondence import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(db):
    """A food licence in Dalang and its applicant."""
    return city.food()


def post(officer, case, way, **data):
    return city.signed_in(officer).post(f"/desk/cases/{case.pk}/{way}/", data)


def page(officer, case):
    return city.signed_in(officer).get(f"/desk/cases/{case.pk}/messages/").content.decode()


def test_an_officer_writes_reads_and_notes(pair, clerk):
    case, applicant = pair
    actions.send(case_id=case.pk, words="请问几天办好？", by=applicant)
    text = page(clerk, case)
    assert ("请问几天办好？" in text, "申请人 陈*雯" in text, "标为已读（1）" in text) == (True, True, True)
    assert "不影响任何期限" in text
    answer = post(clerk, case, "messages/send", words="五个工作日内")
    assert (answer.status_code, answer.url) == (302, f"/desk/cases/{case.pk}/messages/#correspondence")
    assert (
        post(clerk, case, "notes", words="图纸待核对", then="case").url
        == f"/desk/cases/{case.pk}/#correspondence"
    )
    text = page(clerk, case)
    assert ("五个工作日内" in text, "图纸待核对" in text, "标为已读" in text) == (True, True, False)


def test_reading_is_marked_by_a_button(pair, clerk):
    case, applicant = pair
    actions.send(case_id=case.pk, words="在吗", by=applicant)
    page(clerk, case)
    assert [m.read_at for m in queries.messages(case.pk)] == [None]
    assert post(clerk, case, "messages/read").status_code == 302
    assert queries.messages(case.pk)[0].read_at is not None


def test_labels_come_and_go(pair, clerk):
    case, _ = pair
    assert post(clerk, case, "labels", text="需要现场").status_code == 302
    (label,) = queries.labels(case.pk, case.agency)
    assert "需要现场" in page(clerk, case)
    assert post(clerk, case, f"labels/{label.pk}/remove").status_code == 302
    assert "需要现场" not in page(clerk, case)


@pytest.mark.parametrize(
    ("way", "name"), [("messages/send", "words"), ("notes", "words"), ("labels", "text")]
)
def test_what_is_refused_comes_back(pair, clerk, way, name):
    case, _ = pair
    long = "字" * 2001
    answer = post(clerk, case, way, **{name: long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert answer.content.decode().count('class="field-error"') == 1


def test_another_town_and_the_applicant_find_nothing(pair, stranger):
    case, _ = pair
    label = actions.put_label(case_id=case.pk, text="加急", by=city.actor(city.officer("clerk", agency="")))
    ways = ["messages/send", "messages/read", "notes", "labels", f"labels/{label.pk}/remove"]
    for one in (stranger, city.account(city.person())):
        client = city.signed_in(one)
        assert client.get(f"/desk/cases/{case.pk}/messages/").status_code == 404
        sent = {"words": "x", "text": "x"}
        assert [client.post(f"/desk/cases/{case.pk}/{way}/", sent).status_code for way in ways] == [404] * 5
    assert queries.messages(case.pk) == []


def test_the_list_of_new_messages(pair, clerk, stranger):
    case, applicant = pair
    other, other_applicant = city.food(place=city.HUMEN)
    for _ in range(2):
        actions.send(case_id=case.pk, words="在吗", by=applicant)
    actions.send(case_id=other.pk, words="在吗", by=other_applicant)

    def listed(officer):
        text = city.signed_in(officer).get("/desk/messages/").content.decode()
        return list(
            zip(
                re.findall(r'<small class="num">(DG[\d-]+)</small>', text),
                re.findall(r'<td class="num"[^>]*>(\d+)</td>', text),
                strict=True,
            )
        )

    assert listed(clerk) == [(case.short_no, "2")]
    assert listed(stranger) == [(other.short_no, "1")]
    post(clerk, case, "messages/read")
    assert listed(clerk) == []


def test_no_more_queries_for_more_messages(pair, clerk):
    case, applicant = pair
    client, by = city.signed_in(clerk), city.actor(clerk)

    def say():
        actions.send(case_id=case.pk, words="在吗", by=applicant)
        actions.send(case_id=case.pk, words="在", by=by)
        actions.note(case_id=case.pk, words="已答", by=by)

    def counted():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/desk/cases/{case.pk}/messages/").status_code == 200
        return len(seen)

    say()
    counted()
    one = counted()
    for _ in range(3):
        say()
    assert counted() == one
