"""The main job, end to end: a small restaurant gets its licence, and anybody can tell whether a paper is that licence."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walking
from tests.journeys.walking import as_file, drawing, signed_in
from tests.running import Product

pytestmark = pytest.mark.browser


def handled(open_page: Callable[..., Page], number: str) -> None:
    """Accepted, reviewed in all steps and granted, by three people."""
    clerk = signed_in(open_page, "clerk")
    walking.open_at_desk(clerk, number)
    walking.accept(clerk)
    reviewer = signed_in(open_page, "reviewer")
    walking.open_at_desk(reviewer, number)
    assert walking.review(reviewer) == 2
    decider = signed_in(open_page, "decider")
    walking.open_at_desk(decider, number)
    walking.grant(decider)


def test_a_restaurant_gets_its_licence(
    open_page: Callable[..., Page], product: Product, console: Any, tmp_path: Path
) -> None:
    chen = signed_in(open_page, "chen")
    walking.start_food_licence(chen)
    id = walking.case_id(chen)
    chen.locator("main").get_by_role("link", name="主体信息").click()
    for label, value in (("名称", "东莞市莞味轩餐饮有限公司"), ("住所", "大朗镇美景中路 88 号 1 栋 103 铺")):
        known = chen.get_by_label(label, exact=True)
        expect(known).to_have_value(value)
        expect(known).not_to_be_editable()
    expect(chen.get_by_text("市市场监管局").first).to_be_visible()
    chen.goto(f"/applications/{id}/")
    walking.fill_food_form(chen)
    for name in ("营业执照", "法定代表人（负责人）身份证明"):
        expect(chen.get_by_role("heading", name=name)).to_be_visible()
    assert chen.locator("main input[type=file]:not([capture])").count() == 1
    walking.upload(chen, "layout", as_file("平面图.pdf", drawing()))
    walking.handed_in(chen, "平面图.pdf")
    walking.onward(chen, "签署承诺")
    chen.get_by_role("checkbox", name=re.compile("我已阅读并承诺")).check()
    walking.onward(chen, "核对并提交")
    number = walking.submit(chen)
    receipt = walking.download(chen, "下载电子回执")
    assert receipt.startswith(b"%PDF")

    handled(open_page, number)

    chen.goto(f"/cases/{id}/")
    expect(chen.get_by_role("heading", name="办理进度")).to_be_visible()
    walking.wait_for(chen, "查看证照")
    chen.goto("/wallet/")
    chen.get_by_role("link", name=re.compile("食品经营许可证")).first.click()
    expect(chen.get_by_role("heading", level=1)).to_have_text("食品经营许可证")
    licence = walking.download(chen, "下载 PDF")
    address = chen.url
    _judged(product, open_page, licence, receipt, tmp_path)
    _strangers_see_nothing(product, id, address)


def changed(content: bytes) -> bytes:
    """The same file with one bit of its first stream turned over."""
    at = content.index(b"stream") + 40
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _judged(
    product: Product, open_page: Callable[..., Page], licence: bytes, receipt: bytes, folder: Path
) -> None:
    good, bad = folder / "licence.pdf", folder / "changed.pdf"
    good.write_bytes(licence)
    bad.write_bytes(changed(licence))
    (folder / "receipt.pdf").write_bytes(receipt)
    said = product.tongban("verify", str(good))
    assert said.returncode == 0, said.stdout + said.stderr
    said = product.tongban("verify", str(bad))
    assert said.returncode != 0
    assert "改动" in said.stdout

    stranger = open_page()
    stranger.goto("/verify/")
    for content, verdict in ((licence, "印章有效，盖章后没有改动过"), (changed(licence), "文件被改动过")):
        stranger.get_by_label("PDF 文件").set_input_files([as_file("licence.pdf", content)])
        stranger.get_by_role("button", name="上传核验").click()
        expect(stranger.get_by_role("status")).to_contain_text(verdict)

    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig (poppler-utils) is not installed: everything else of this journey passed")
    for path in (good, folder / "receipt.pdf"):
        judged = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid." in judged
        assert "Total document signed" in judged
    assert (
        "Digest Mismatch"
        in subprocess.run(["pdfsig", bad], capture_output=True, text=True, check=False).stdout
    )


def _strangers_see_nothing(product: Product, id: str, credential: str) -> None:
    """Neither the case nor a file nor a paper of it exists for somebody else."""
    owner, stranger, anybody = product.visitor("chen"), product.visitor("he"), product.visitor()
    page = owner.get(f"/cases/{id}/").text
    papers = set(re.findall(rf'href="(/cases/{id}/(?:letters|materials)/[^"?#]+)', page))
    wallet = credential.removeprefix(product.base)
    addresses = {
        f"/cases/{id}/",
        f"/cases/{id}/receipt/",
        wallet,
        f"{wallet}file/",
        f"{wallet}qr.svg",
        *papers,
    }
    assert len(papers) >= 3, "receipt, acceptance and drawing at least"
    assert {a: owner.get(a).status for a in addresses} == dict.fromkeys(addresses, 200)
    assert {a: stranger.get(a).status for a in addresses} == dict.fromkeys(addresses, 404)
    assert {a: anybody.get(a).status for a in addresses} == dict.fromkeys(addresses, 302)
    assert stranger.get(f"/applications/{id}/").status == 404


def test_what_the_clerk_asks_for_once_is_handed_in(open_page: Callable[..., Page]) -> None:
    chen = signed_in(open_page, "chen")
    walking.start_food_licence(chen)
    walking.complete_food_licence(chen)
    number = walking.submit(chen)
    id = walking.case_id(chen)

    clerk = signed_in(open_page, "clerk")
    walking.open_at_desk(clerk, number)
    clerk.locator("#supplement summary").click()
    point = clerk.locator(".point").filter(has_text="经营场所平面布局图")
    point.get_by_role("checkbox").check()
    point.get_by_role("textbox").fill("请标出洗手消毒的位置")
    clerk.get_by_role("button", name="发出补正告知书").click()
    expect(clerk.get_by_role("status").filter(has_text="已告知补正")).to_be_visible()

    chen.goto(f"/cases/{id}/")
    expect(chen.get_by_text("请标出洗手消毒的位置")).to_be_visible()
    chen.get_by_role("link", name="去补正").click()
    expect(chen.get_by_role("heading", level=1)).to_contain_text("补正清单")
    walking.onward(chen, "申请材料")
    walking.upload(chen, "layout", as_file("新平面图.pdf", drawing("sink")))
    walking.handed_in(chen, "新平面图.pdf")
    walking.onward(chen, "核对并提交补正")
    chen.get_by_role("button", name="提交补正").click()
    expect(chen).to_have_url(re.compile(rf"/cases/{id}/$"))

    clerk.reload()
    expect(clerk.get_by_text("新平面图.pdf").first).to_be_visible()
    assert clerk.locator("#supplement").count() == 0, "it can be asked for only once"
    walking.accept(clerk)
