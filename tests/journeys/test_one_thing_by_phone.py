"""One thing on a phone: a newborn to four results; a company founded by three people on three phones."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import bundling, walking
from tests.journeys.filing import fits, let_in
from tests.journeys.walking import as_file, drawing
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
SHOP = "东莞市荔塘里餐饮管理有限公司"


def pick(page: Page, group: str, option: str) -> None:
    """One option of a group of radio buttons."""
    page.get_by_role("group", name=group).get_by_role("radio", name=option, exact=True).check()


def onward(page: Page) -> None:
    """Save and go on; the next page must have nothing to complain of."""
    page.evaluate(
        "document.documentElement.dataset.left = 'yes'"
    )  # a click returns before the next page is there
    page.locator("main .form-acts .btn-primary").last.click()
    expect(page.locator("html[data-left]")).to_have_count(0)
    expect(page.locator(".error-summary")).to_have_count(0)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_newborn_to_four_results(product: Product, open_page: Open, axe: Axe) -> None:
    chen = let_in(product, open_page, "chen", "/one-thing/", **PHONE)
    fits(chen, axe)
    chen.get_by_role("link", name=re.compile("新生儿出生")).click()
    expect(chen.locator("#thing")).to_contain_text("材料 12 份 → 0 份")
    for label in ("非婚生育，随母落户", "做过", "不申请", "暂不办"):
        chen.get_by_role("radio", name=label).check()
    expect(chen.locator("#thing")).to_contain_text("一次办好的 4 件事")
    fits(chen, axe)
    chen.locator("#apply-bar").get_by_role("button", name=re.compile("在线办理")).click()
    expect(chen.get_by_role("heading", level=1)).to_contain_text("填报清单")
    chen.locator("main .form-acts .btn-primary").click()
    if chen.get_by_role("heading", level=1).inner_text() == "申请人":
        chen.get_by_label("落户的户号").fill("4419000123")
        onward(chen)
    heading(chen, "宝宝")
    chen.get_by_label("姓名", exact=True).fill("陈一诺")
    pick(chen, "性别", "女")
    chen.get_by_label("出生日期").fill("2026-11-03")
    chen.get_by_label("接生医院").fill("东莞市人民医院")
    pick(chen, "随谁姓", "母亲")
    chen.get_by_label("民族").fill("汉族")
    pick(chen, "与户主关系", "子女")
    fits(chen, axe)
    onward(chen)
    onward(chen)  # the father may be left out
    heading(chen, "接种和医保")
    chen.get_by_label("接种单位").fill("大朗社区卫生服务中心")
    pick(chen, "宝宝是否有过敏或者禁忌", "否")
    chen.get_by_label("医保参保镇街").select_option(label="大朗镇")
    onward(chen)
    heading(chen, "申请材料")
    for material in ("admission", "parent_medical"):
        walking.upload(chen, material, as_file(f"{material}.pdf", drawing(material)))
        walking.handed_in(chen, f"{material}.pdf")
    onward(chen)
    heading(chen, "核对并提交")
    fits(chen, axe)
    walking.submit(chen)
    case = walking.case_id(chen)
    bundling.inside(product, "accept", case=case)
    chen.goto(f"/cases/{case}/")
    expect(chen.locator(".thing-parts li")).to_have_count(4)
    expect(chen.locator(".thing-parts")).to_contain_text("在“出生医学证明”之后")
    fits(chen, axe)
    bundling.inside(product, "decide", case=case, step="certificate")
    for step in ("registration", "vaccination", "insurance"):
        bundling.inside(product, "decide", case=case, step=step)
    chen.reload()
    expect(chen.locator(".thing-parts").get_by_text("已办成")).to_have_count(4)
    for result in ("出生医学证明 T44", "常住人口登记卡", "预防接种证", "新生儿医保参保凭证 XY"):
        expect(chen.locator(".thing-parts").get_by_role("link", name=re.compile(result)).last).to_be_visible()
    fits(chen, axe)
    assert product.ask(f"SELECT state, closing_code FROM cases_case WHERE id = '{_key(case)}'") in (
        [("closed", "0")],
        [],
    )
    chen.goto("/wallet/")
    expect(chen.get_by_text("“一件事”办结清单").first).to_be_visible()


def _key(case: str) -> str:
    return case.replace("-", "")


def _sign(page: Page, axe: Axe) -> None:
    """From the list of what waits: read, get a code, sign."""
    page.goto("/to-sign/")
    page.get_by_role("link", name=re.compile("企业开办.*您的身份", re.DOTALL)).click()
    expect(page.get_by_role("article")).to_contain_text(SHOP)
    expect(page.get_by_role("article")).to_contain_text("股东 2")
    fits(page, axe)
    page.get_by_role("button", name="获取验证码，去签名").tap()
    code = page.locator("#sign").get_by_text(re.compile(r"^\d{6}$")).inner_text()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="我已读完全文，签名").tap()
    expect(page.get_by_role("article").get_by_text("已签名")).to_be_visible()


def _person(page: Page, label: str, who: dict[str, str]) -> None:
    page.get_by_label(f"{label}姓名").fill(who["name"])
    page.get_by_label(f"{label}公民身份号码").fill(who["id_no"])


def _holder(page: Page, row: int, who: dict[str, str], share: str) -> None:
    page.locator(f"#shareholders-{row}-holder_name").fill(who["name"])
    page.locator(f"#shareholders-{row}-holder_id").fill(who["id_no"])
    page.locator(f"#shareholders-{row}-share").fill(share)


def test_a_company_by_three_people_on_three_phones(
    product: Product, open_page: Open, axe: Axe, console: Any
) -> None:
    console.allow(422, 404)  # a wrong sum, and a stranger's try, on purpose
    who = bundling.inside(product, "people", names=["chen", "he", "wu"])
    case = bundling.inside(product, "founding", who="chen", shop_name=SHOP)
    chen = let_in(product, open_page, "chen", f"/applications/{case}/sections/people/", **PHONE)
    _holder(chen, 0, who["chen"], "60")
    chen.get_by_role("button", name="再加一行股东").tap()
    _holder(chen, 1, who["he"], "30")
    _person(chen, "法定代表人", who["chen"])
    _person(chen, "董事", who["chen"])
    pick(chen, "是否设监事", "是")
    _person(chen, "监事", who["wu"])
    _person(chen, "财务负责人", who["he"])
    pick(chen, "股东均为自然人且不存在他人代持", "是")
    chen.locator("main .form-acts .btn-primary").last.tap()
    expect(chen.locator(".error-summary")).to_contain_text("合计应为 100")
    fits(chen, axe)
    chen.locator("#shareholders-1-share").fill("40")
    onward(chen)
    chen.goto(f"/applications/{case}/materials/")
    walking.upload(chen, "articles", as_file("公司章程.pdf", drawing("articles")))
    walking.handed_in(chen, "公司章程.pdf")
    onward(chen)
    walking.promise(chen)
    onward(chen)
    heading(chen, "各方签名")
    fits(chen, axe)
    chen.get_by_role("button", name="请各方签名").tap()
    expect(chen.locator(".signers").get_by_text("待签名")).to_have_count(3)
    phones = {"chen": chen}
    for name in ("he", "wu"):
        phones[name] = let_in(product, open_page, name, "/", **PHONE)
        expect(phones[name].get_by_text("份文件待您签名").first).to_be_visible()
    for page in phones.values():
        _sign(page, axe)
    # Who signed sees the text, and nothing else of the case.
    answer = phones["he"].goto(f"/applications/{case}/check/")
    assert answer is not None
    assert answer.status == 404
    chen.goto(f"/applications/{case}/signatures/")
    expect(chen.locator(".signers").get_by_text("已签名")).to_have_count(3)
    chen.get_by_role("link", name="核对并提交").last.tap()
    walking.submit(chen)
    bundling.inside(product, "accept", case=case)
    bundling.inside(product, "decide", case=case, step="licence")
    for step in ("seals", "tax", "insurance", "fund", "bank"):
        bundling.inside(product, "decide", case=case, step=step)
    chen.goto(f"/cases/{case}/")
    expect(chen.locator(".thing-parts").get_by_text("已办成")).to_have_count(6)
    licence = chen.locator(".thing-parts").get_by_role("link", name=re.compile("营业执照（公司） 91441900"))
    expect(licence).to_be_visible()
    fits(chen, axe)
