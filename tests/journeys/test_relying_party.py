"""A department's system signs people on: a process of its own, written with another library than the provider."""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.running import ROOT, Product, _free_port

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
NAME = "住房公积金系统"
# Two accounts of one person, so that "higher" can be told from "somebody else"; her firm; and the system.
MADE = """
import json
from tongban.foundation.ids import make_resident_id, make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions as parties
from tongban.modules.signon import actions
person = parties.register_person(name="莫秀兰", id_no=make_resident_id("44190019850512{n}"), by=SYSTEM)
for name, level in (("rp-low-{n}", 2), ("rp-high-{n}", 4)):
    parties.open_account(username=name, display_name=person.name, level=level, person=person, by=SYSTEM)
firm = parties.register_organisation(name="示例秀兰布艺店{n}", uscc=make_uscc("91441900MA0009{n}"), kind="company",
    legal_representative=person, by=SYSTEM)
base = "http://127.0.0.1:{port}"
data = dict(agency="housing-fund", name_zh="{name}", name_en="Housing fund", purpose_zh="查询和提取公积金",
    purpose_en="Housing fund", redirect_uris=[base + "/back"], logout_uris=[base + "/"],
    backchannel_uri=base + "/ended", scopes=["profile", "realname", "acting_for", "offline_access"])
row, secret = actions.register_system(client_id="rp-{n}", realm="people", data=data, by=SYSTEM)
print(json.dumps(dict(secret=secret, firm=firm.name)))
"""


@dataclass
class System:
    """A running system with the people made for it."""

    base: str
    number: int
    firm: str

    def open(self, page: Page, path: str = "/") -> None:
        """A page of the system, or wherever it leads."""
        page.goto(f"{self.base}{path}")

    def told(self, page: Page) -> dict[str, Any]:
        """What the system knows of the visitor who is back."""
        expect(page.get_by_text("signed on", exact=True)).to_be_visible()
        return dict(json.loads(page.locator("pre").inner_text()))


@contextlib.contextmanager
def _system(product: Product, number: int) -> Iterator[System]:
    port = _free_port()
    made = MADE.replace("{n}", str(number)).replace("{port}", str(port)).replace("{name}", NAME)
    said = json.loads(product.python(made).splitlines()[-1])
    discovery = f"{product.base}/oidc/people/.well-known/openid-configuration"
    words = [
        sys.executable,
        "-m",
        "tests.journeys.relying_party",
        str(port),
        discovery,
        f"rp-{number}",
        said["secret"],
    ]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n", "the relying party does not start"
            yield System(f"http://127.0.0.1:{port}", number, said["firm"])
            # What the last sign-out has to tell it arrives while somebody listens; else the product tries for days.
            product.wait_for_jobs()
        finally:
            process.terminate()


@pytest.fixture
def system(product: Product, request: pytest.FixtureRequest) -> Iterator[System]:
    """A system with people of its own for each test."""
    with _system(product, request.param) as running:
        yield running


def _page(open_page: Callable[..., Page], console: Any, **how: Any) -> Page:
    """A page that may leave our site for another one on this machine."""
    console.sites.append("http://127.0.0.1:")
    return open_page(**how)


def _sign_in(page: Page, account: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.get_by_label("账号或者手机号码", exact=True).fill(account)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("button", name="登录", exact=True).click()


def _agree(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"登录到“{NAME}”")
    page.get_by_role("button", name="同意并登录").click()


@pytest.mark.parametrize("system", [701], indirect=True)
def test_a_person_signs_on_steps_up_acts_for_her_firm_and_signs_out_of_both(
    system: System,
    product: Product,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    console: Any,
) -> None:
    console.allow(403)  # the page that explains which level is needed
    page = _page(open_page, console, **PHONE)
    low, high = f"rp-low-{system.number}", f"rp-high-{system.number}"
    system.open(page, "/sign-in")
    _sign_in(page, low)
    expect(page.get_by_text("您的姓名，只显示一部分")).to_be_visible()
    axe(page)
    _agree(page)
    first = system.told(page)
    assert (first["name"], first["acr"], first["amr"]) == ("莫*兰", "三级", ["sms"])
    assert "acting_for" not in first

    # A second time nothing is asked.
    system.open(page, "/sign-in")
    assert system.told(page)["sub"] == first["sub"]

    system.open(page, "/sign-in?acr_values=五级")
    expect(page.get_by_role("heading", level=1)).to_have_text("需要更高的实名等级")
    axe(page)
    page.get_by_role("link", name="换账号登录").click()
    _sign_in(page, high)
    _agree(page)
    raised = system.told(page)
    assert (raised["acr"], raised["sub"]) == ("五级", first["sub"])

    system.open(page, "/sign-in?scope=openid+profile+realname+acting_for&max_age=3600")
    page.get_by_label("以谁的身份登录").select_option(label=system.firm)
    axe(page)
    _agree(page)
    acting = system.told(page)
    assert (acting["name"], acting["acting_for"]["name"]) == ("莫秀兰", system.firm)
    assert acting["sid"] != raised["sid"]

    system.open(page, "/sign-out")
    expect(page.get_by_text("signed off", exact=True)).to_be_visible()
    page.goto(f"{product.base}/cases/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


@pytest.mark.parametrize("system", [702], indirect=True)
def test_signing_out_here_signs_out_there_and_consent_is_taken_back(
    system: System,
    product: Product,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    console: Any,
) -> None:
    page = _page(open_page, console)
    system.open(page, "/sign-in?prompt=login")
    _sign_in(page, f"rp-low-{system.number}")
    _agree(page)
    system.told(page)
    page.goto(f"{product.base}/me/")
    page.get_by_role("link", name="已登录的系统").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    axe(page)
    page.locator("main").get_by_role("button", name=re.compile("撤回同意")).click()
    expect(page.get_by_text("还没有登录过部门系统")).to_be_visible()
    product.wait_for_jobs()
    system.open(page)
    expect(page.get_by_text("signed off", exact=True)).to_be_visible()

    system.open(page, "/sign-in")
    _agree(page)
    system.told(page)
    page.goto(f"{product.base}/")
    page.get_by_role("button", name=re.compile("退出")).click()
    expect(page.get_by_role("button", name=re.compile("退出"))).to_have_count(0)
    product.wait_for_jobs()
    system.open(page)
    expect(page.get_by_text("signed off", exact=True)).to_be_visible()


@pytest.mark.parametrize(("system", "javascript"), [(704, True), (705, False)], indirect=["system"])
def test_a_level_is_raised_on_the_way_to_a_system_or_not(
    system: System,
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    console: Any,
    javascript: bool,
) -> None:
    """She declines and the system hears why; she comes again, raises her level, and is signed on without asking anew."""
    console.allow(403)
    page = _page(open_page, console, javascript=javascript, **PHONE)
    heading = page.get_by_role("heading", level=1)
    system.open(page, "/sign-in")
    _sign_in(page, f"rp-low-{system.number}")
    _agree(page)
    first = system.told(page)
    assert first["acr"] == "三级"

    system.open(page, "/sign-in?acr_values=四级")
    expect(heading).to_have_text("需要更高的实名等级")
    page.get_by_role("link", name="去认证").click()
    expect(page.get_by_role("main")).to_contain_text("要办的事需要“四级实名”")
    if javascript:
        axe(page)
    page.get_by_role("link", name="暂不认证，回到刚才的页面").click()
    expect(heading).to_have_text("需要更高的实名等级")
    page.get_by_role("link", name=re.compile("不登录了")).click()
    expect(page.locator("#said")).to_contain_text("unmet_authentication_requirements")

    system.open(page, "/sign-in?acr_values=四级&max_age=3600")
    page.get_by_role("link", name="去认证").click()
    page.get_by_label(re.compile("单独同意")).check()
    page.get_by_role("button", name="人脸比对").click()
    raised = system.told(page)
    assert (raised["acr"], raised["sub"]) == ("四级", first["sub"])
    assert raised["auth_time"] == first["auth_time"], "it is the same sign-in"


@pytest.mark.parametrize("system", [703], indirect=True)
def test_what_is_wrong_is_refused_and_said(
    system: System, product: Product, open_page: Callable[..., Page], console: Any
) -> None:
    console.allow(400)
    page = _page(open_page, console, javascript=False)
    said = page.locator("#said")
    system.open(page, "/sign-in")
    signing_in = page.url
    _sign_in(page, f"rp-low-{system.number}")
    page.get_by_role("button", name="不同意").click()
    expect(said).to_contain_text("access_denied")
    system.open(page, "/sign-in")
    _agree(page)
    system.told(page)

    # The code once more: it is refused, and what came of it is worth nothing.
    system.open(page, "/alive")
    expect(said).to_have_text("200")
    system.open(page, "/replay")
    expect(said).to_have_text("400 invalid_grant")
    system.open(page, "/alive")
    expect(said).to_have_text("401")

    system.open(page, "/sign-in?pkce=no")
    expect(said).to_contain_text("invalid_request")

    # An answer that this browser has not asked for.
    system.open(page, "/back?code=x&state=changed&iss=" + f"{product.base}/oidc/people")
    expect(said).to_contain_text("refused")
    system.open(page, "/back?code=x&iss=http://evil.example.com")
    expect(said).to_have_text("refused: iss")

    page.goto(
        f"{product.base}/oidc/people/authorize/?response_type=code&client_id=rp-{system.number}"
        "&scope=openid&redirect_uri=https://evil.example.com/back"
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("不能登录到这个系统")
    expect(page.get_by_text("oidc.unknown_address")).to_be_visible()
    assert page.url.startswith(product.base)
    assert signing_in.startswith(product.base)
