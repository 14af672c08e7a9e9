"""Ways in: an officer's first second factor, passkeys, a computer let in by a telephone, a level raised on the way."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits
from tests.running import Product
from tongban.foundation.ids import make_resident_id

pytestmark = pytest.mark.browser
NEWCOMER = """
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions as parties
row = parties.open_account(username="newcomer", display_name="方小满", agency="civil-affairs", level=4, by=SYSTEM)
access.grant(account_id=row.pk, role="clerk", agency="civil-affairs", place_path="", by=SYSTEM)
"""
# What stands in the QR code: a test has no camera.
CODE = """
from django.contrib.sessions.models import Session
held = [one.get_decoded().get("pairing") for one in Session.objects.order_by("expire_date")]
print([one["secret"] for one in held if one][-1])
"""
FOUNDER = make_resident_id("44190019790615013")
# A company that is being founded, complete but for signatures; one shareholder has no account yet.
TO_BE_SIGNED = f"""
from types import SimpleNamespace
from tests.kernel.signatures import founding
from tongban.foundation import time
from tongban.kernel.cases import actions
from tongban.kernel.parties import queries as parties
account = parties.account_by_username("chen")
by, person = parties.actor_for(account, time.today()), account.person
other = SimpleNamespace(name="何永强", id_no="{FOUNDER}")
case = founding.drafted([(person, by), (other, by), (person, by)])
actions.ask_signatures(case_id=case.pk, by=by)
"""


@pytest.fixture
def site_url(product: Product) -> str:
    """Under its name: passkeys belong to no bare address."""
    return product.base.replace("127.0.0.1", "localhost")


def with_code(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("账号或者手机号码", exact=True).fill(username)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("button", name="登录", exact=True).click()


def open_account(page: Page, name: str, kind: str, number: str, phone: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name="开通账号").click()
    page.get_by_label("证件上的姓名").fill(name)
    page.get_by_label("证件类型").select_option(label=kind)
    page.get_by_label("证件号码").fill(number)
    page.get_by_label("手机号码").fill(phone)
    page.get_by_label(re.compile("我已阅读")).check()
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile(r":\d+/$"))


def with_password(page: Page, name: str, typed: str) -> None:
    page.get_by_label("账号或者手机号码").fill(name)
    page.get_by_label("密码", exact=True).fill(typed)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page) -> None:
    """As on a telephone: on the page of oneself."""
    page.goto("/me/")
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))


def test_an_officers_first_second_factor(
    product: Product, open_page: Callable[..., Page], console: Any, axe: Callable[[Page], None]
) -> None:
    console.allow(422)
    product.python(NEWCOMER)
    page = open_page()
    with_code(page, "newcomer")
    expect(page.get_by_role("heading", level=1)).to_have_text("登记验证器")
    fits(page, axe)
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page, axe)
    page.goto("/desk/")  # nothing else before
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.goto("/sign-in/enrol/")
    page.get_by_role("button", name="登记并登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请保存备用码")
    fits(page, axe)
    spare = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name="已经保存，继续").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    # Another day, without the telephone.
    other = open_page()
    with_code(other, "newcomer")
    expect(other.get_by_role("heading", level=1)).to_have_text("第二道验证")
    fits(other, axe)
    other.get_by_label("动态码").fill("000000")
    other.get_by_role("button", name="登录", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("动态码不正确")
    fits(other, axe)
    other.get_by_label("动态码").fill(spare)
    other.get_by_role("button", name="登录", exact=True).click()
    expect(other).to_have_url(re.compile("/desk/$"))


def test_a_passkey_instead_of_a_code(
    open_page: Callable[..., Page], console: Any, axe: Callable[[Page], None]
) -> None:
    page = open_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    open_account(page, "黄国强", "港澳居民来往内地通行证", "H12345678", "+85251234567")
    page.goto("/me/security/")
    expect(page.get_by_text("还没有通行密钥")).to_be_visible()
    page.get_by_role("button", name="在这台设备上登记通行密钥").click()
    expect(page.get_by_role("button", name=re.compile("^移除"))).to_have_count(1)
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    fits(page, axe)
    page.get_by_role("button", name=re.compile("退出")).first.click()
    page.goto("/sign-in/?next=/me/security/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与安全")
    expect(page.get_by_text("通行密钥 · 登录于")).to_have_count(1)
    # Whoever finds the telephone unlocked, and is not its owner, does not come in.
    page.get_by_role("button", name=re.compile("退出")).first.click()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("没有完成。请再试一次，或者换一种方式登录。")).to_be_visible()


def test_a_password_set_used_changed_and_removed(
    open_page: Callable[..., Page], console: Any, axe: Callable[[Page], None]
) -> None:
    console.allow(422, 403, 409)
    page = open_page(width=390, height=844)
    open_account(page, "欧阳慧", "港澳居民来往内地通行证", "H87654321", "+85261234567")
    page.goto("/me/level/?level=2&next=/me/security/")
    page.get_by_role("button", name="核对姓名和证件号码").click()
    expect(page.get_by_text("还没有密码。")).to_be_visible()
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置密码")
    fits(page, axe)
    field = page.get_by_label("新密码")
    field.fill("password123")
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_role("alert")).to_contain_text("很多人在用")
    fits(page, axe)
    expect(field).to_have_value("")
    field.fill("四只茶壶 在雨里 purple")
    show = page.get_by_role("button", name="显示密码")
    expect(field).to_have_attribute("type", "password")
    show.click()
    expect(field).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_role("button", name="更改密码")).to_be_visible()
    fits(page, axe)
    sign_out(page)

    page.goto("/sign-in/?next=/me/security/")
    page.get_by_role("link", name="用密码登录").click()
    fits(page, axe)
    with_password(page, "+85261234567", "四只茶壶 在雨里 green")
    expect(page.get_by_role("alert")).to_contain_text("账号或者密码不正确")
    expect(page.get_by_label("账号或者手机号码")).to_have_value("+85261234567")
    fits(page, axe)
    page.get_by_label("密码", exact=True).fill(
        "四只茶壶 在雨里 ｐｕｒｐｌｅ"
    )  # the keyboard stood on wide signs
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录与安全")

    # By a password alone nothing is changed: a code comes first.
    page.get_by_role("button", name="更改密码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请再确认一次是您本人")
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("button", name="确认并继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("更改密码")
    page.get_by_label("新密码").fill("another one, four teapots")
    page.get_by_role("button", name="保存密码").click()
    page.get_by_role("button", name="移除密码").click()
    expect(page.get_by_text("还没有密码。")).to_be_visible()
    sign_out(page)
    page.goto("/sign-in/password/")
    with_password(page, "+85261234567", "another one, four teapots")
    expect(page.get_by_role("alert")).to_contain_text("账号或者密码不正确")
    page.get_by_role("link", name="用验证码登录").click()
    expect(page.get_by_role("button", name="获取验证码")).to_be_visible()


def test_a_password_without_scripts(open_page: Callable[..., Page], console: Any) -> None:
    console.allow(422)
    page = open_page(javascript=False)
    page.goto("/sign-in/password/")
    expect(page.get_by_role("button", name="显示密码")).to_be_hidden()
    with_password(page, "nobody", "x")
    expect(page.get_by_role("alert")).to_contain_text("账号或者密码不正确")


def test_a_telephone_lets_a_computer_in(
    product: Product, open_page: Callable[..., Page], console: Any, axe: Callable[[Page], None]
) -> None:
    phone, screen = open_page(width=390, height=844), open_page()
    open_account(phone, "林志豪", "台湾居民来往大陆通行证", "12345678", "13800998877")
    screen.goto("/sign-in/?next=/me/security/")
    screen.get_by_role("button", name="手机扫码登录").click()
    expect(screen.get_by_role("img", name="登录用的二维码")).to_be_visible()
    fits(screen, axe)
    number = screen.locator(".scan-number").inner_text()
    phone.goto(f"/scan/{product.python(CODE).strip()}/")
    expect(phone.locator(".scan-number")).to_have_text(number)
    fits(phone, axe)
    phone.get_by_role("button", name="同意登录").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已经同意登录")
    expect(screen.get_by_role("heading", level=1)).to_have_text("登录与安全")  # by itself
    # The account was never used there: its owner is told, and the notice leads to where it ends.
    product.wait_for_jobs()
    phone.goto("/inbox/")
    phone.get_by_role("link", name=re.compile("您的账号在新设备上登录了")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("登录与安全")
    fits(phone, axe)
    expect(phone.locator("#known li")).to_have_count(2)
    phone.locator("#known li").filter(has_not_text="本机").get_by_role("button", name="不再记住").click()
    expect(phone.locator("#known li")).to_have_count(1)
    phone.get_by_role("button", name=re.compile("结束这次登录")).click()
    expect(phone.get_by_text("在别处结束")).to_have_count(1)
    screen.goto("/me/security/")
    assert urlsplit(screen.url).path == "/sign-in/"


def test_a_level_is_raised_on_the_way_to_a_service(
    open_page: Callable[..., Page], console: Any, axe: Callable[[Page], None]
) -> None:
    console.allow(403, 422)
    page = open_page(width=390, height=844)
    page.goto("/sign-in/new/")
    fits(page, axe)
    open_account(page, "Anna Schmidt", "外国人永久居留身份证", "911124198108030024", "+4915112345678")
    page.goto("/items/old-age-allowance/")
    page.get_by_role("button", name=re.compile("办理|申请")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("需要更高的实名等级")
    fits(page, axe)
    page.get_by_role("link", name="去认证").click()
    expect(page.get_by_role("main")).to_contain_text("要办的事需要“四级实名”")
    fits(page, axe)
    page.get_by_role("button", name="核对姓名和证件号码").click()
    expect(page.get_by_role("main")).to_contain_text("您现在是“三级实名”")
    page.get_by_role("button", name="人脸比对").click()
    expect(page.get_by_role("alert")).to_contain_text("单独同意")
    page.get_by_role("button", name="数字证书").click()  # without a face
    expect(page).to_have_url(re.compile("/items/old-age-allowance/$"))
    page.get_by_role("button", name=re.compile("办理|申请")).first.click()
    expect(page).to_have_url(re.compile("/applications/"))


def test_a_level_is_raised_at_a_window_and_a_paper_signed(
    product: Product,
    site_url: str,
    open_page: Callable[..., Page],
    console: Any,
    axe: Callable[[Page], None],
) -> None:
    """He has the lowest level and is asked to sign; a window confirms who he is; then he reads and signs."""
    console.allow(422, 403)
    product.python(TO_BE_SIGNED)
    page = open_page(width=390, height=844)
    open_account(page, "何永强", "居民身份证", FOUNDER, "13800998866")
    page.goto("/to-sign/")
    expect(page.get_by_role("heading", level=1)).to_have_text("需要更高的实名等级")
    page.get_by_role("link", name="去认证").click()
    page.get_by_role("button", name="核对姓名和证件号码").click()
    expect(page).to_have_url(re.compile("/to-sign/$"))
    page.get_by_role("link", name=re.compile("企业开办")).first.click()
    expect(page.get_by_role("main")).to_contain_text("签名需要“四级实名”")
    expect(page.get_by_role("button", name="获取验证码，去签名")).to_have_count(0)
    page.get_by_role("link", name="去认证").click()
    page.get_by_role("button", name="到了窗口，取核验码").click()
    code = page.locator(".counter-code").inner_text()
    fits(page, axe)

    window, held = open_page(), product.visitor("receiver-changan").cookies
    window.context.add_cookies([{"name": n, "value": v, "url": site_url} for n, v in held.items()])
    window.goto("/counter/")
    window.get_by_role("link", name="核验身份").click()
    fits(window, axe)
    window.get_by_label("核验码").fill(code)
    window.get_by_label("证件上的姓名").fill("何永坚")  # misread
    window.get_by_label("证件号码").fill(FOUNDER)
    window.get_by_label(re.compile("证件是原件")).check()
    window.get_by_role("button", name="核对一致，确认").click()
    expect(window.get_by_role("alert")).to_contain_text("不一致")
    fits(window, axe)
    window.get_by_label("证件上的姓名").fill("何永强")
    window.get_by_label("证件号码").fill(FOUNDER)
    window.get_by_label(re.compile("证件是原件")).check()
    window.get_by_role("button", name="核对一致，确认").click()
    expect(window.get_by_role("status")).to_contain_text("账号已是“四级实名”")
    fits(window, axe)

    page.get_by_role("link", name="窗口核验好了，继续").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("企业开办")
    page.get_by_role("button", name="获取验证码，去签名").click()
    shown = page.locator("#sign b.num").inner_text()
    page.get_by_label("验证码").fill(shown)
    page.get_by_role("button", name="我已读完全文，签名").click()
    expect(page.get_by_role("main")).to_contain_text("已签名")
    fits(page, axe)
