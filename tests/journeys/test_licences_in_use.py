"""Licences in use: shown on a phone by a code, lent to a bank and taken back, checked where there is no network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
BANK = "东莞示例银行股份有限公司"
PURPOSE = "个人住房贷款审查"


@pytest.fixture(scope="module")
def proof(product: Product) -> str:
    """The address of a sealed proof in somebody's wallet."""
    id = "019cac0f-0000-7000-8000-00000000e001"
    visitor = product.visitor("chen")
    # The same submission a second time is answered as the first: these tests may be spread over the run.
    assert visitor.post_json("/api/cases/", {"submission_id": id, "item": "tax-proof"}).status in {200, 201}
    product.wait_for_jobs()
    found = re.search(r'href="(/wallet/[0-9a-f-]{36}/)"', visitor.get(f"/cases/{id}/").text)
    assert found
    return found.group(1)


def lend(product: Product, page: Page, proof: str) -> None:
    """The holder's form."""
    [(code,)] = product.ask(f"SELECT uscc FROM parties_organisation WHERE name = '{BANK}'")
    page.goto(proof)
    page.get_by_role("link", name="授权给单位使用").click()
    page.get_by_label("用证单位的统一社会信用代码").fill(code)
    page.get_by_label("用途").fill(PURPOSE)
    page.get_by_label("事由").fill("核对收入情况")
    page.get_by_role("button", name="确认授权").click()
    expect(page.locator("#lendings")).to_contain_text(BANK)


def test_lent_for_one_purpose_then_withdrawn(
    product: Product, open_page: Open, axe: Axe, console: Any, proof: str
) -> None:
    holder = let_in(product, open_page, "chen", proof, **PHONE)
    fits(holder, axe)
    holder.get_by_role("link", name="授权给单位使用").click()
    expect(holder.get_by_label("用途")).to_be_visible()
    fits(holder, axe)
    lend(product, holder, proof)
    fits(holder, axe)

    bank = let_in(product, open_page, "bank", "/lent/")
    fits(bank, axe)
    acting = bank.locator("main form.acting")
    acting.locator("select").select_option(label=BANK)
    acting.get_by_role("button", name="切换").click()
    expect(bank.get_by_role("link", name="请求用证")).to_be_visible()
    bank.goto("/lent/")
    fits(bank, axe)
    bank.get_by_role("link", name=re.compile(PURPOSE)).click()
    expect(bank.get_by_text(f"只能用于：{PURPOSE}")).to_be_visible()
    fits(bank, axe)

    holder.reload()
    expect(holder.locator("#credential-uses-title").locator("xpath=ancestor::*[2]")).to_contain_text(BANK)
    holder.locator("#lendings").get_by_role("link", name=re.compile("收回")).tap()
    expect(holder.get_by_role("heading", name="收回授权")).to_be_visible()
    fits(holder, axe)
    holder.get_by_role("button", name="确认收回").tap()
    expect(holder.locator("#lendings")).to_contain_text("已收回")

    console.allow(403)
    bank.reload()
    expect(bank.get_by_text("持证人已经收回授权")).to_be_visible()
    fits(bank, axe)
    bank.goto("/lent/")
    expect(bank.get_by_text("已收回")).to_be_visible()
    expect(bank.get_by_role("link", name=re.compile(PURPOSE))).to_have_count(0)


def test_shown_by_a_code_on_a_phone(
    product: Product, open_page: Open, axe: Axe, console: Any, proof: str
) -> None:
    holder = let_in(product, open_page, "chen", proof, **PHONE)
    holder.get_by_role("button", name="亮证").tap()
    expect(holder.get_by_role("img", name="亮证二维码")).to_be_visible()
    expect(holder.get_by_text(re.compile("还剩"))).to_be_visible()
    fits(holder, axe)
    code = holder.locator(".present-code").inner_text().replace(" ", "")

    other = open_page(**PHONE)
    other.goto(f"/verify/present/{code}/")
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    expect(other.get_by_text("有效", exact=True).first).to_be_visible()
    expect(other.get_by_text("陈晓雯")).to_have_count(0)
    fits(other, axe)
    console.allow(410)
    other.reload()
    expect(other.get_by_text("这个码已经用过")).to_be_visible()
    fits(other, axe)

    holder.goto(proof)
    expect(holder.get_by_text("未登录的核验人").first).to_be_visible()


def picture_of(page: Page, address: str) -> bytes:
    """The code in the wallet as a photograph of the screen would be."""
    page.goto(address)
    image = page.get_by_role("img", name="核验二维码")
    image.scroll_into_view_if_needed()
    return image.screenshot()


def test_checked_where_there_is_no_network(
    product: Product, open_page: Open, axe: Axe, console: Any, proof: str
) -> None:
    holder = let_in(product, open_page, "chen", proof, device_scale_factor=2)
    picture = picture_of(holder, proof)

    page = open_page(service_workers="allow")
    page.goto("/verify/offline/")
    expect(page.get_by_text("本页已存好")).to_be_visible()
    fits(page, axe)
    product_base = product.base
    console.allow_no_network()
    page.context.set_offline(True)
    page.goto(f"{product_base}/verify/offline/")
    expect(page.get_by_role("heading", level=1)).to_have_text("离线核验")
    page.get_by_label("二维码图片").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(page.get_by_role("heading", name="签名真实")).to_be_visible()
    expect(page.get_by_text("请联网核验").first).to_be_visible()
    fits(page, axe)

    # The same in words, and one sign of it changed.
    [(code, body)] = product.ask(
        f"SELECT verify_code, signed FROM credentials_credential WHERE replace(id, '-', '') = "
        f"'{proof.split('/')[2].replace('-', '')}'"
    )
    box = page.get_by_label("扫码得到的文字")
    box.fill(f"{product_base}/verify/{code}/#{body}")
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_role("heading", name="签名真实")).to_be_visible()
    middle = len(body) // 2
    other = "A" if body[middle] != "A" else "B"
    box.fill(body[:middle] + other + body[middle + 1 :])
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text(re.compile("签名不对|不是可以离线核验"))).to_be_visible()
    page.context.set_offline(False)
