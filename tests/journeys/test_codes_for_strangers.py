"""Strangers have codes sent to somebody until it is enough: they read why, and she comes in all the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import NAMES, signed_in
from tests.running import Product

pytestmark = pytest.mark.browser
# What a flood of strange devices has counted over the account; the limit of this installation is far above all walks.
FLOOD = """
from tongban.foundation import time
from tongban.kernel.parties.actions import limiting
from tongban.kernel.parties.models import TryCount
from tongban.kernel.parties.states import Scope
from tongban.kernel.records.actions import action
@action
def count(number):
    key, now = limiting._key(Scope.ASK_ACCOUNT, "liang"), time.now()
    TryCount.objects.filter(key=key).delete()
    TryCount(scope=Scope.ASK_ACCOUNT, key=key, count=number, begun_at=now, free_at=now).save(force_insert=True)
count({})
"""


@pytest.fixture
def flood(product: Product) -> Iterator[Callable[[], str]]:
    """From its call on the account has had all its codes; they are forgotten afterwards."""
    yield lambda: product.python(FLOOD.format(10**6))
    product.python(FLOOD.format(0))


def test_the_owner_comes_in_and_the_stranger_waits(
    open_page: Callable[..., Page], console: Any, axe: Callable[..., None], flood: Callable[[], str]
) -> None:
    console.allow(429)
    own = signed_in(open_page, "liang")
    flood()
    stranger = open_page()
    stranger.goto("/sign-in/")
    stranger.get_by_label("账号或者手机号码", exact=True).fill("liang")
    stranger.get_by_role("button", name="获取验证码").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("请稍后再试")
    main = stranger.get_by_role("main")
    for said in ("获取验证码的次数太多", "60 分钟后再试", "12345"):
        expect(main).to_contain_text(said)
    axe(stranger)
    for width, height in ((390, 844), (1440, 900)):
        stranger.set_viewport_size({"width": width, "height": height})
        assert stranger.evaluate("document.documentElement.scrollWidth") <= width
    own.context.clear_cookies(name="sessionid")
    own.goto("/sign-in/")
    own.get_by_label("账号或者手机号码", exact=True).fill("liang")
    own.get_by_role("button", name="获取验证码").click()
    own.get_by_role("button", name="登录", exact=True).click()
    expect(own.get_by_text(NAMES["liang"]).first).to_be_visible()
    stranger.get_by_role("link", name="办事大厅").click()
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("大厅")
