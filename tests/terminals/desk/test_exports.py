"""Exports on the desk: asked for by a form, followed by a page, fetched by a button, by one person only."""

import re

import pytest

from tests import city
from tongban.kernel.events import queries as events
from tongban.modules.exports import queries
from tongban.modules.exports.models import Export

pytestmark = pytest.mark.django_db
ROOT = "/desk/exports/"


def wanted(officer, **sent):
    """Send the form; returns the export."""
    answer = city.signed_in(officer).post(f"{ROOT}new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    row = Export.objects.order_by("-id").first()
    assert answer.url == f"{ROOT}{row.pk}/"
    return row


def test_the_form_says_what_will_be_exported(clerk):
    city.allowance()
    city.food()
    text = city.signed_in(clerk).get(f"{ROOT}new/?scope=queue&item=food-licence&nonsense=1").content.decode()
    assert "1 件符合条件" in text
    assert ("我的待办" in text, "食品经营许可" in text) == (True, True)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    assert [pair for pair in hidden if pair[0] in queries.FILTERS] == [
        ("scope", "queue"),
        ("item", "food-licence"),
    ]


def test_from_the_form_to_the_file(clerk):
    case = city.allowance("何秀珍")
    row = wanted(clerk, scope="all")
    client, here = city.signed_in(clerk), f"{ROOT}{row.pk}/"
    text = client.get(here).content.decode()
    assert ('hx-trigger="every 2s"' in text, "已写入 0，共 1 件" in text) == (True, True)
    city.run_jobs()
    text = client.get(here).content.decode()
    assert ("hx-trigger" in text, "已写入 1，共 1 件" in text, "2026年3月9日删除" in text) == (
        False,
        True,
        True,
    )
    answer = client.post(f"{here}file/")
    content = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == 'attachment; filename="cases-20260302.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert (case.short_no in content, "何*珍" in content, "何秀珍" in content) == (True, True, False)
    assert [e.name for e in events.history(row.pk)] == [
        "export.requested",
        "export.finished",
        "export.fetched",
    ]
    assert str(row.pk) in client.get(ROOT).content.decode()


def test_a_link_fetches_nothing(clerk):
    city.allowance()
    row = wanted(clerk)
    city.run_jobs()
    assert city.signed_in(clerk).get(f"{ROOT}{row.pk}/file/").url == f"{ROOT}{row.pk}/"
    assert "export.fetched" not in [e.name for e in events.history(row.pk)]


def test_a_purpose_without_words_comes_back(clerk):
    city.allowance()
    answer = city.signed_in(clerk).post(
        f"{ROOT}new/", {"purpose": "audit", "words": " ", "from": "2026-03-01"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "导出完整姓名需要选择用途并说明" in text
    assert 'value="audit" selected' in text
    assert 'value="2026-03-01"' in text
    assert not Export.objects.exists()


def test_another_persons_export_does_not_exist(clerk, stranger):
    city.allowance()
    row = wanted(clerk)
    city.run_jobs()
    for one in (stranger, city.officer("clerk", agency=""), city.account(city.person())):
        client = city.signed_in(one)
        assert client.get(f"{ROOT}{row.pk}/").status_code == 404
        assert client.post(f"{ROOT}{row.pk}/file/").status_code == 404
        assert str(row.pk) not in client.get(ROOT).content.decode()


def test_an_export_that_is_not_ready_has_no_file(clerk):
    city.allowance()
    row = wanted(clerk)
    assert city.signed_in(clerk).post(f"{ROOT}{row.pk}/file/").status_code == 404
