"""An appeal at the window: identity and mandate are checked, the enterprise's appeal is in the pool, its number on the receipt."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN
from tests.terminals.api.test_appeals import png
from tests.terminals.counter.test_counter import window as window_of
from tongban.kernel.events import queries as events
from tongban.modules.appeals import queries
from tongban.modules.appeals.models import Appeal, AppealFile

pytestmark = pytest.mark.django_db
URL = "/counter/appeals/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""


@pytest.fixture
def window(db):
    return window_of(CHANGAN, "袁嘉欣")


@pytest.fixture
def head(db):
    person = city.person("邓文彬")
    return person, city.organisation(person, "东莞市诉求示例电子有限公司")


def form(head, **more):
    person, firm = head
    who = {"name": person.name, "id_no": person.id_no, "uscc": firm.uscc, "proof": "id_card", "hall": CHANGAN}
    return {**who, "category": "rights", "token": "t-1", "title": "拖欠货款", "words": "三百万元。", **more}


def test_the_appeal_is_the_enterprises(window, head):
    person, firm = head
    page = window.get(f"{URL}?category=rights").content.decode()
    assert ('name="id_no"' in page, person.id_no in page) == (True, False)
    answer = window.post(URL, form(head, files=[png()]))
    row = Appeal.objects.get()
    assert (answer.status_code, row.number in answer.content.decode()) == (200, True)
    assert (row.channel, row.organisation_id, row.contact) == ("window", firm.pk, "邓文彬")
    assert AppealFile.objects.get().entry.appeal_id == row.pk
    window.post(URL, form(head))
    assert Appeal.objects.count() == 1
    assert list(queries.of_firm(city.actor(city.account(person)), firm.pk)) == [row]
    shown = [one.payload for one in events.history(firm.pk) if one.name == "reception.shown"]
    assert {(one["hall"], one["purpose"], one["proof"]) for one in shown} == {(CHANGAN, "appeal", "id_card")}


@pytest.mark.parametrize(
    "wrong",
    [
        {"uscc": ""},
        {"name": "别人"},
        {"proof": ""},
        {"hall": "hall-humen"},
        {"title": ""},
        {"files": [SimpleUploadedFile("x.pdf", b"no pdf", "application/pdf")]},
    ],
)
def test_what_is_wrong_stands_on_the_page_and_nothing_is_filed(window, head, wrong):
    answer = window.post(URL, form(head, **wrong))
    assert 400 <= answer.status_code < 500
    assert 'role="alert"' in answer.content.decode()
    assert not Appeal.objects.exists()


def test_who_may_not_act_for_the_firm_files_nothing(window, head):
    stranger = city.person("何秀珍")
    answer = window.post(URL, form(head, name=stranger.name, id_no=stranger.id_no))
    assert 400 <= answer.status_code < 500
    assert not Appeal.objects.exists()


def test_for_receivers_alone(head):
    clerk = city.signed_in(city.officer("clerk"))
    assert (clerk.get(URL).status_code, clerk.post(URL, form(head)).status_code) == (404, 404)
