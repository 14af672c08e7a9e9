"""A phone whose network goes in the middle: the file goes on where it stopped, and what was typed is still there."""

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import Console
from tests.journeys import filing, walking
from tests.journeys.filing import fits, let_in
from tests.journeys.walking import as_file
from tests.running import Product

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def large_picture(seed: int) -> bytes:
    """A photograph of more than a megabyte, in which no piece is like another."""
    out = io.BytesIO()
    noise = Image.effect_noise((1100, 1100), 80 + seed)
    noise.save(out, "PNG")
    return out.getvalue()


class Network:
    """Lets so many pieces through and then none, as a lift does; `sent` is where each of them began."""

    def __init__(self, page: Page) -> None:
        self.left, self.sent = 10**6, []
        page.route(re.compile("/uploads/[0-9a-f-]{36}/$"), self._pass)

    def _pass(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif self.left <= 0:
            route.abort("internetdisconnected")
        else:
            self.left -= 1
            self.sent.append(int(route.request.headers["upload-offset"]))
            route.continue_()


def stored(product: Product, name: str) -> list[tuple[str]]:
    """The digests of the files of this name that are attached to a case."""
    return product.ask(
        "SELECT f.sha256 FROM cases_casematerial m JOIN documents_storedfile f ON f.id = m.file_id "
        f"WHERE f.name = '{name}'"
    )


DRAFT = """
from tongban.foundation import time
from tongban.foundation.ids import uuid7
from tongban.kernel.cases import actions
from tongban.kernel.parties import queries as parties

account, today = parties.account_by_username("chen"), time.today()
shop = parties.actor_for(account, today).represents[0]
case = actions.open_draft(
    item_code="food-licence",
    by=parties.actor_for(account, today, shop),
    situation={"business": "catering", "commitment": "no"},
    id=uuid7(),
)
print(case.pk)
"""


def at_draft(product: Product, open_page: Open, part: str) -> Page:
    """A phone at one page of a food licence that has just been begun."""
    id = product.python(DRAFT).split()[-1]
    return let_in(product, open_page, "chen", f"/applications/{id}/{part}/", **PHONE)


def test_an_upload_cut_at_half_goes_on(
    product: Product, open_page: Open, axe: Axe, console: Console, tmp_path: Path
) -> None:
    console.allow_no_network()
    page = at_draft(product, open_page, "materials")
    row = page.locator("#material-layout")
    status = row.locator("[data-upload-status]")
    expect(row.get_by_text("拍照")).to_be_visible()

    content, network = large_picture(1), Network(page)
    path = tmp_path / "平面图.png"
    path.write_bytes(content)
    network.left = 2
    walking.upload(page, "layout", path)
    expect(status).to_contain_text("网络断了")
    fits(page, axe)
    assert row.locator("progress").evaluate("bar => Math.round(bar.value)") == round(
        2 * 262144 / len(content) * 100
    )

    # The page is closed; the same file chosen again goes on from what the server has.
    page.reload()
    expect(status).to_contain_text("再选一次同一个文件")
    fits(page, axe)
    first, network.left = network.sent.copy(), 1
    walking.upload(page, "layout", path)
    expect(status).to_contain_text("网络断了")
    # And once more without anybody's doing, when the network comes back.
    network.left = 10**6
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row.get_by_role("link", name="平面图.png")).to_be_visible()
    expect(row.locator("[data-upload-status]")).to_have_text("已上传")
    fits(page, axe)
    assert first == [0, 262144]
    assert network.sent == sorted(set(network.sent)), "a piece was sent twice"
    assert stored(product, "平面图.png") == [(hashlib.sha256(content).hexdigest(),)]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tongban.upload'))") == []


def test_what_is_no_picture_is_explained_and_the_others_stay(
    product: Product, open_page: Open, console: Console
) -> None:
    page = at_draft(product, open_page, "materials")
    console.allow(422)
    walking.upload(page, "layout", as_file("坏.png", b"no picture at all", "image/png"))
    expect(page.locator("#material-layout-error")).to_contain_text("坏.png")


STAFF = "sections/staff"


def kept_in(page: Page) -> list[str]:
    """What the browser holds of ours, once the page's programs have run."""
    page.wait_for_load_state()
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tongban.'))")


def test_what_was_typed_survives_and_is_saved(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    page = at_draft(product, open_page, STAFF)
    said = page.locator("[data-draft-said]")
    page.get_by_label("从业人员数").fill("6")
    console.allow_no_network()
    page.context.set_offline(True)
    expect(said).to_contain_text("没有网络，已暂存在本机")
    page.get_by_label("食品安全管理人员姓名").fill("李明")
    # Pressing the button without a network loses nothing either.
    page.locator("main .form-acts .btn-primary").last.tap()
    expect(said).to_contain_text("没有网络，已暂存在本机")
    fits(page, axe)
    [key] = kept_in(page)
    assert key.endswith(f"/{STAFF}/")
    page.context.set_offline(False)
    expect(said).to_contain_text("已经保存")
    fits(page, axe)
    assert kept_in(page) == []
    page.reload()
    expect(page.get_by_label("从业人员数")).to_have_value("6")
    expect(page.get_by_label("食品安全管理人员姓名")).to_have_value("李明")
    # A page that is saved as ever leaves nothing behind.
    page.get_by_label("食品安全管理人员手机").fill("13900139000")
    page.locator("main .form-acts .btn-primary").last.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("申请材料")
    assert kept_in(page) == []


def test_a_closed_page_comes_back_and_two_answers_are_both_shown(
    product: Product, open_page: Open, axe: Axe, console: Console
) -> None:
    page = at_draft(product, open_page, STAFF)
    console.allow_no_network()
    page.context.set_offline(True)
    page.get_by_label("从业人员数").fill("6")
    expect(page.locator("[data-draft-said]")).to_contain_text("已暂存在本机")
    # Meanwhile the same is filled in on another device.
    other = let_in(product, open_page, "chen", page.url.removeprefix(product.base))
    other.get_by_label("从业人员数").fill("9")
    other.locator("main .form-acts .btn-second").last.click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("填报清单")
    page.context.set_offline(False)
    choice = page.locator("[data-draft-choice]")
    expect(choice).to_contain_text("在别处改过")
    expect(choice.locator("dl")).to_contain_text("从业人员数")
    expect(choice.locator("[data-mine]")).to_have_text("6")
    expect(choice.locator("[data-theirs]")).to_have_text("9")
    fits(page, axe)
    page.reload()
    expect(page.locator("[data-draft-choice] [data-mine]")).to_have_text("6")
    page.get_by_role("button", name="用本机暂存的").tap()
    expect(page.locator("[data-draft-said]")).to_contain_text("已经保存")
    page.reload()
    expect(page.get_by_label("从业人员数")).to_have_value("6")
    assert kept_in(page) == []


def test_signing_out_and_shared_computers_leave_nothing(product: Product, open_page: Open, axe: Axe) -> None:
    page = at_draft(product, open_page, STAFF)
    at = page.url
    page.get_by_label("从业人员数").fill("7")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('tongban.draft'))")
    page.goto("/me/")
    page.get_by_role("button", name="退出登录").tap()
    expect(page).to_have_url(f"{product.base}/")
    assert kept_in(page) == []

    hall = open_page(**PHONE)
    hall.goto("/sign-in/")
    hall.get_by_role("button", name="这是公用电脑").tap()
    expect(hall.get_by_role("button", name="改为自己的设备")).to_be_visible()
    fits(hall, axe)
    cookies = product.visitor("chen").cookies
    hall.context.add_cookies([{"name": n, "value": v, "url": product.base} for n, v in cookies.items()])
    hall.goto(at)
    hall.get_by_label("从业人员数").fill("7")
    hall.wait_for_timeout(600)
    assert kept_in(hall) == []


def test_a_promised_material_is_supplied_piece_by_piece(
    product: Product, open_page: Open, axe: Axe, tmp_path: Path
) -> None:
    [case] = filing.filed(product, filing.staffing("sample_agreement", accepted_by="human-resources-clerk"))
    page = let_in(product, open_page, "wu", case.own, **PHONE)
    content, network = walking.drawing("agreement"), Network(page)
    path = tmp_path / "分次上传的协议样本.pdf"
    path.write_bytes(content)
    fits(page, axe)
    page.locator("#supply-sample_agreement").set_input_files([path])
    expect(page.locator("#deferrals")).to_have_count(0)
    assert network.sent == [0]
    assert stored(product, "分次上传的协议样本.pdf") == [(hashlib.sha256(content).hexdigest(),)]
    fits(page, axe)
