"""What the data bureau sees, and that nobody else does."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.packs import reading
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events.states import EVENTS

pytestmark = pytest.mark.django_db
PATHS = (
    "/console/",
    "/console/items/food-licence/",
    "/console/pack/",
    "/console/accounts/",
    "/console/events/",
)


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_nobody_else_finds_the_console(clock):
    case_officer = city.signed_in(city.officer("clerk", "reviewer", "decider"))
    citizen = city.signed_in(city.account(city.person()))
    for path in PATHS:
        assert [one.get(path).status_code for one in (case_officer, citizen)] == [404, 404], path


def test_nothing_in_the_console_takes_a_form(bureau):
    assert [bureau.post(path).status_code for path in PATHS] == [405] * len(PATHS)


def test_the_catalogue_lists_every_item_and_the_rates_say_what_they_count(bureau):
    codes = sorted(item.code for item in catalogue.items())
    found = []
    for number in range(1, len(codes) // 50 + 2):
        page = text_of(bureau, f"/console/?page={number}")
        table = page.split('id="items-title"')[1].split("</table>")[0]
        found += re.findall(r'href="/console/items/([\w-]+)/"', table)
    assert found == codes
    items = reading.items()
    applied_online = sum(item["online_depth"] in {"III", "IV"} for item in items)
    counted = [item for item in items if not (item["visits"] and "presence" in item)]
    met = sum(item["online_depth"] == "IV" and item["visits"] == 0 for item in counted)
    assert f"网办深度 III 级以上的事项 {applied_online} 项 ÷ 全部事项 {len(items)} 项" in page
    assert f"零跑动的事项 {met} 项 ÷ 应计事项 {len(counted)} 项" in page
    tenths = 1000 * met // len(counted)  # cut, never rounded up
    assert f"{tenths // 10}.{tenths % 10}%" in page
    missing = page.split('id="obstacles-title"')[1].split("</table>")[0]
    assert "临时救助金给付" in missing
    assert "结婚登记" in missing  # cannot be applied for online, though the law's demand is no fault of ours
    assert f"其中 {len(items) - len(counted)} 项依法或因现场必须到场，不计入。" in page


def test_every_item_has_its_page(bureau):
    for item in catalogue.items():
        page = text_of(bureau, f"/console/items/{item.code}/")
        for step in item.definition.steps:
            assert step.title.zh in page
        for field in item.definition.fields.values():
            assert field.label.zh in page


def test_rules_are_read_out_in_words(bureau):
    page = text_of(bureau, "/console/items/old-age-allowance/")
    assert "系统判断：年龄 ≥ 80" in page
    assert "系统判断：是否本市户籍 = 是" in page
    page = text_of(bureau, "/console/items/food-licence/")
    assert "是否自愿适用告知承诺？ = “是，签承诺书办理”" in page
    assert "调用电子证照：营业执照" in page


def test_an_unknown_item_is_explained(bureau):
    answer = bureau.get("/console/items/none/")
    assert answer.status_code == 404
    assert "没有找到这个事项" in answer.content.decode()


def test_the_pack_report_says_whether_uploads_are_scanned(bureau, settings):
    assert "未接入，上传的文件不查毒" in text_of(bureau, "/console/pack/")
    settings.SCANNER = "clamd"
    assert "clamd" in text_of(bureau, "/console/pack/")


def test_the_pack_report_counts_what_is_in_force(bureau):
    page = text_of(bureau, "/console/pack/")
    held = catalogue.snapshot()
    assert held.pack["version"] in page
    figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    assert (figures["事项"], figures["机构"]) == (
        str(len(reading.items())),
        str(len(held.documents["agency"])),
    )
    assert (figures["证照类型"], figures["文书"]) == (
        str(len(held.documents["credential"])),
        str(len(held.documents["letter"])),
    )
    assert figures["镇街（园区）"] == "33"
    assert f"电子印章 {len(held.documents['agency']) + 1} 枚" in page
    assert "证书机构" in page
    assert re.findall(r'<b class="num">(\d{4})</b>', page) == ["2025", "2026"]


def test_accounts_of_staff_are_listed_and_those_of_citizens_only_counted(bureau):
    city.account(city.person("赵无名"))
    city.officer("clerk", items=("food-licence",), name="梁志远")
    ended = city.officer(name="到期")
    city.access.grant(
        account_id=ended.pk,
        role="reviewer",
        place_path=city.town(),
        by=city.SYSTEM,
        starts_on=city.time.today().replace(year=2025),
        ends_on=city.time.today().replace(year=2025),
    )
    page = text_of(bureau, "/console/accounts/")
    assert "赵无名" not in page
    assert dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)) == {
        "工作人员账号": "3",
        "群众和企业账号": "1",
    }
    assert "东莞市民政局 · 大朗镇 · 食品经营许可证核发（新办）" in page
    assert "全部机构 · 大朗镇 · 全部事项" in page
    assert len(re.findall("未生效或已到期", page)) == 1
    assert "收件、受理、一次性告知补正、不予受理。" in page


def test_as_many_queries_for_three_accounts_as_for_one(bureau):
    bureau.get("/console/accounts/")
    with CaptureQueriesContext(connection) as one:
        bureau.get("/console/accounts/")
    city.officer("clerk")
    city.officer("decider")
    with CaptureQueriesContext(connection) as three:
        bureau.get("/console/accounts/")
    assert len(three) == len(one)


def test_every_event_is_named(bureau):
    page = text_of(bureau, "/console/events/")
    assert re.findall(r"<code>([\w.]+)</code>", page) == sorted(EVENTS)


def test_waiting_jobs_are_counted(bureau):
    city.allowance()
    city.run_jobs()
    assert "<dt>等待执行</dt><dd>0</dd>" in text_of(bureau, "/console/")
    city.allowance()
    waiting = re.search(r"<dt>等待执行</dt><dd>(\d+)</dd>", text_of(bureau, "/console/")).group(1)
    assert int(waiting) > 0
