"""A manager gives an agent one item, who files it and is out at the next click; a grandmother is helped at a village station."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Console
from tests.journeys import walking
from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE = {"width": 390, "height": 844}
FIRM = "东莞市代办示例餐饮有限公司"
_PEOPLE = """
import json
from tests import city
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import Terms
from tongban.foundation import time
wanted = {"act-boss": ("邬启明", "1968-04-17"), "act-manager": ("幸志强", "1975-09-23"),
    "act-agent": ("仇小华", "1993-11-08"), "act-granny": ("佘秀英", "1941-07-19")}
people = {}
for name, (said, born) in wanted.items():
    people[name] = city.person(said, born=born)
    actions.open_account(username=name, display_name=said, level=3, person=people[name], by=SYSTEM)
firm = actions.register_organisation(name=FIRM, uscc=make_uscc("91441900MA7ACT001"), kind="company",
    legal_representative=people["act-boss"], place_path=city.town(), by=SYSTEM)
known = {"org.name": firm.name, "org.uscc": firm.uscc, "org.kind": "company", "org.address": "示例大道 7 号",
    "org.place": city.DALANG, "org.legal_rep": "邬启明", "org.legal_rep_id_no": people["act-boss"].id_no,
    "org.status": "active", "org.staff_health_checked": True, "org.established_on": "2024-05-06"}
actions.learn(subject_kind="organisation", subject_id=firm.pk, facts=known, source="market-regulation", by=SYSTEM)
boss = queries.actor_for(queries.account_by_username("act-boss"), time.today())
manager = people["act-manager"]
actions.give(organisation_id=firm.pk, agent_name=manager.name, agent_id_no=manager.id_no,
    terms=Terms("appointed", duties=("manager",)), by=boss)
print(json.dumps({name: one.id_no for name, one in people.items()}))
"""
_FILLED = """
from tests import city
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.parties import queries as parties
by = parties.actor_for(parties.account_by_username("act-agent"), time.today())
case = queries.mine(by).get()
actions.save(case_id=case.pk, by=by, answers=city.FOOD_ANSWERS, signed=["safety_rules"])
for material in queries.application(queries.case_for(by, case.pk), time.today()).missing_materials:
    actions.add_material(case_id=case.pk, material=material, file=city.letter_pdf(1), by=by)
"""


@pytest.fixture(scope="session")
def numbers(product: Product) -> dict[str, str]:
    """People whom nobody else uses, a firm and its manager; their identity numbers by account."""
    said = product.python(f"FIRM = {FIRM!r}\n{_PEOPLE}")
    found: dict[str, str] = json.loads(said.splitlines()[-1])
    return found


def test_one_item_from_its_mandate_to_its_end(
    product: Product, numbers: dict[str, str], open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(404)
    manager = let_in(product, open_page, "act-manager", "/items/food-licence/")
    manager.get_by_role("navigation", name="办事身份").get_by_role("button", name=FIRM).click()
    manager.goto("/enterprise/people/")
    expect(manager.locator("#people b").filter(has_text="幸志强")).to_be_visible()
    fits(manager, axe)
    manager.goto("/me/mandates/")
    manager.get_by_role("link", name=FIRM).click()
    fits(manager, axe)
    manager.get_by_role("link", name="新的授权").click()
    manager.get_by_label("受托人姓名").fill("仇小华")
    manager.get_by_label("受托人身份证号码").fill(numbers["act-agent"])
    manager.get_by_label("食品经营许可证核发（新办）").check()
    fits(manager, axe)
    manager.get_by_role("button", name="确认授权").click()
    expect(manager.locator("#given").get_by_text("等对方接受")).to_be_visible()

    agent = let_in(product, open_page, "act-agent", "/me/mandates/", **PHONE)
    fits(agent, axe)
    agent.get_by_role("button", name=f"接受 {FIRM}", exact=True).click()
    agent.get_by_role("button", name=re.compile("代TA办事")).click()
    strip = agent.get_by_role("navigation", name="办事身份")
    expect(strip.get_by_role("button", name=FIRM)).to_have_attribute("aria-pressed", "true")
    fits(agent, axe)
    agent.goto("/items/pollution-registration/")
    expect(agent.locator("#apply-bar").get_by_text("授权不包括这个事项")).to_be_visible()
    agent.goto("/items/food-licence/?s-business=catering&s-commitment=no")
    fits(agent, axe)
    agent.locator("#apply-bar").get_by_role("button", name=re.compile("在线办理")).click()
    expect(agent).to_have_url(re.compile("/applications/"))
    case = walking.case_id(agent)
    product.python(_FILLED)
    agent.goto(f"/applications/{case}/check/")
    walking.submit(agent)
    product.wait_for_jobs()
    agent.goto(f"/cases/{case}/")
    expect(agent.get_by_text("仇小华 代为办理").first).to_be_visible()
    fits(agent, axe)

    manager.goto(f"/cases/{case}/")
    expect(manager.get_by_text("仇小华 代为办理").first).to_be_visible()
    manager.goto("/me/mandates/")
    manager.get_by_role("link", name=FIRM).click()
    manager.get_by_role("button", name="收回 仇小华", exact=True).click()
    expect(manager.locator("#given").get_by_text("已收回")).to_be_visible()
    answer = agent.reload()
    assert answer is not None
    assert answer.status == 404
    agent.goto("/cases/")
    expect(agent.get_by_text(FIRM)).to_have_count(0)


def test_a_grandmother_is_helped_with_her_word(
    product: Product, numbers: dict[str, str], open_page: Open, axe: Axe, console: Console
) -> None:
    console.allow(422)
    helper = let_in(product, open_page, "village-help", "/counter/new/?q=高龄津贴", **PHONE)
    helper.get_by_role("link", name=re.compile("收这个件.*高龄")).first.click()
    helper.get_by_label("申请人姓名（按证件）").fill("佘秀英")
    helper.get_by_label("公民身份号码").fill(numbers["act-granny"])
    helper.get_by_label("核对居民身份证原件").check()
    helper.get_by_role("button", name="身份已核对，开始填写").click()
    expect(helper.get_by_role("heading", name="先征得本人同意")).to_be_visible()
    expect(helper.get_by_text("佘秀英")).to_have_count(0)
    fits(helper, axe)
    helper.get_by_label("本人告知的验证码").fill("000000")
    helper.get_by_role("button", name="本人同意", exact=True).click()
    expect(helper.get_by_role("alert")).to_contain_text("验证码不正确")
    helper.get_by_role("button", name="向本人手机发送验证码").click()
    expect(helper.get_by_label("本人告知的验证码")).to_have_value(re.compile(r"\d{6}"))
    helper.get_by_role("button", name="本人同意", exact=True).click()
    expect(helper.get_by_text("本人已同意：本人手机验证码")).to_be_visible()
    expect(helper.get_by_text("佘秀英").first).to_be_visible()
    fits(helper, axe)
    helper.get_by_role("button", name="保存并交件").click()
    expect(helper.get_by_text("已收件，转办理机关受理")).to_be_visible()
    expect(helper.get_by_text("佘秀英")).to_have_count(0)
    product.wait_for_jobs()

    granny = let_in(product, open_page, "act-granny", "/cases/", **PHONE)
    granny.locator("a[href^='/cases/0']").first.click()
    expect(granny.get_by_text("莫秀玲 帮办")).to_be_visible()
    fits(granny, axe)
