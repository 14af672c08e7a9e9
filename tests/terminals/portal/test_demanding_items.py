"""Items that ask for a level, or for one more look at who hands them in: on the page and by program."""

import json
import re
import uuid

import pytest

from tests import city
from tongban.kernel.cases import actions as cases

pytestmark = pytest.mark.django_db
ITEM = "mortgage-registration"  # level 4, and fresh


def draft(account):
    case = cases.open_draft(item_code=ITEM, by=city.actor(account))
    return city.signed_in(account), f"/applications/{case.pk}/submit/"


def test_too_low_a_level_hands_nothing_in(read):
    client, path = draft(city.account(city.person(), level=3))
    asked = client.post(path)
    assert (asked.status_code, "需要“五级实名”" in read(asked)) == (403, True)


def test_the_applicant_shows_who_they_are_once_more_by_code(settings, read):
    client, path = draft(city.account(city.person(), level=4))
    settings.FRESH_MINUTES = 0
    asked = client.post(path)
    assert (asked.status_code, "请再确认一次是您本人" in read(asked)) == (403, True)
    assert 'value="send"' in asked.content.decode()
    sent = client.post(path, {"again-how": "send"})
    code = re.search(r'class="num">(\d{6})<', sent.content.decode()).group(1)
    wrong = client.post(path, {"again-how": "code", "again-code": f"{(int(code) + 1) % 10**6:06d}"})
    assert (wrong.status_code, "验证码不正确" in read(wrong)) == (422, True)
    goes_on = client.post(path, {"again-how": "code", "again-code": code})
    assert "请再确认一次是您本人" not in read(goes_on), "now it is the draft that is looked at"
    assert goes_on.status_code == 422
    settings.FRESH_MINUTES = 15
    assert "请再确认一次是您本人" not in read(client.post(path))


def test_another_ones_code_is_none(settings):
    client, path = draft(city.account(city.person(), level=4))
    other, elsewhere = draft(city.account(city.person("周敏"), level=4))
    settings.FRESH_MINUTES = 0
    sent = other.post(elsewhere, {"again-how": "send"})
    code = re.search(r'class="num">(\d{6})<', sent.content.decode()).group(1)
    client.post(path, {"again-how": "send"})
    assert client.post(path, {"again-how": "code", "again-code": code}).status_code == 422


@pytest.mark.parametrize(
    ("level", "minutes", "code"), [(3, 15, "access.level_too_low"), (4, 0, "access.not_fresh")]
)
def test_programs_are_told_the_same(settings, level, minutes, code):
    settings.FRESH_MINUTES = minutes
    client = city.signed_in(city.account(city.person(), level=level))
    call = {"item": ITEM, "submission_id": str(uuid.uuid4())}
    answer = client.post("/api/cases/", json.dumps(call), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, code)
