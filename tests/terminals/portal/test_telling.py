"""The page on which people say how they want to be told."""

import re
from datetime import time

import pytest
from django.test import Client

from tests import city
from tongban.kernel.notices import queries
from tongban.kernel.notices.calc import Wishes
from tongban.kernel.notices.states import Channel, NoticeKind

pytestmark = pytest.mark.django_db
AT = "/me/notices/"
ALL = {f"{channel}-{kind}": "on" for channel in Channel for kind in NoticeKind}


@pytest.fixture
def client(resident):
    return city.signed_in(resident)


def ticked(page: str) -> set[str]:
    return set(re.findall(r'type="checkbox" id="([a-z-]+)" name="[a-z-]+" checked', page))


def test_only_who_is_signed_in_has_something_to_choose():
    assert Client().get(AT).url.startswith("/sign-in/")
    assert Client().post(f"{AT}devices/").url.startswith("/sign-in/")


def test_at_first_all_is_ticked_and_the_inbox_cannot_be_unticked(client, read):
    page = read(client.get(AT))
    assert ticked(page) == set(ALL)
    assert page.count('type="checkbox" checked disabled') == len(NoticeKind)
    assert 'value="zh-hans" checked' in page


def test_who_reads_english_is_offered_english(client, read):
    client.cookies["tb_lang"] = "en"
    assert 'value="en" checked' in read(client.get(AT))


def test_what_is_chosen_is_kept_and_shown_again(client, resident, read):
    typed = {**ALL, "language": "en", "quiet_from": "22:00", "quiet_to": "07:00", "mail": "a@b.example"}
    del typed["sms-policy"]
    assert client.post(AT, typed).url == AT
    assert queries.wishes(resident.pk) == Wishes(
        "en", time(22), time(7), "a@b.example", frozenset({("sms", "policy")})
    )
    page = read(client.get(AT))
    assert ticked(page) == set(ALL) - {"sms-policy"}
    assert 'value="22:00"' in page
    assert 'value="a@b.example"' in page


def test_a_mistake_changes_nothing_and_keeps_what_was_typed(client, resident, read):
    answer = client.post(AT, {"language": "zh-hans", "quiet_from": "22:00", "mail": "a@b.example"})
    page = read(answer)
    assert answer.status_code == 422
    assert "免打扰时段缺了开始或者结束" in page
    assert 'href="#quiet_to"' in page
    assert ticked(page) == set()
    assert 'value="a@b.example"' in page
    assert not queries.has_preferences(resident.pk)


def test_the_demonstration_says_that_pushes_are_made_up(client, resident, read):
    assert "演示：推送是虚构的" in read(client.get(AT))
    client.post(f"{AT}devices/", {"name": "手机"})
    (device,) = queries.devices(resident.pk)
    assert "手机" in read(client.get(AT))
    client.post(f"{AT}devices/", {"remove": "nonsense"})
    client.post(f"{AT}devices/", {"remove": str(device.pk)})
    assert queries.devices(resident.pk) == []


def test_nobody_removes_anothers_device(client, resident, stranger):
    client.post(f"{AT}devices/", {})
    (device,) = queries.devices(resident.pk)
    stranger.post(f"{AT}devices/", {"remove": str(device.pk)})
    assert queries.devices(resident.pk) == [device]


def test_it_asks_the_database_as_often_for_one_device_as_for_three(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    client.post(f"{AT}devices/", {})
    with django_assert_max_num_queries(15) as one:
        client.get(AT)
    asked = len(one)
    client.post(f"{AT}devices/", {})
    client.post(f"{AT}devices/", {})
    with django_assert_num_queries(asked):
        client.get(AT)
