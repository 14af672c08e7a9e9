"""An appeal from a phone: routed, disputed, ruled, worked on by two offices, extended, answered, reopened, raised, solved, rated.

Its four clocks are counted here once more, day by day and second by second, from the pack's calendar and hours alone.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filing import fits, let_in
from tests.packs.reading import PACK, load
from tests.running import Product
from tongban.foundation.time import SHANGHAI

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Axe = Callable[[Page], None]
PHONE: dict[str, Any] = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
TITLE = "月底夜班常跳闸"
# The journey needs officers of its own, so that it meets no other journey's work.
_OFFICERS = """
from tests import city
city._serial = __import__("itertools").count(8001)
for role, agency in (("appeal_officer", "water-supply"), ("appeal_officer", "power-supply"), ("appeal_officer", "water"),
                     ("appeal_coordinator", "industry"), ("appeal_officer", "development-reform")):
    print(agency, city.officer(role, agency=agency, place="").username)
"""


def _say(page: Page, form: str, words: str) -> None:
    """Open the move where it is folded, say it, send it; the page that follows says that it is done."""
    box = page.locator(f"#{form}")
    if box.evaluate("one => one.tagName") == "DETAILS" and box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("textarea").fill(words)
    box.locator("button").first.click()


def _done(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="已完成")).to_be_visible()


def _filed(phone: Page, axe: Axe) -> str:
    """From the category to the number; a ready answer shows up while one types."""
    phone.get_by_role("link", name="提交诉求").click()
    phone.get_by_role("link", name="用水、排水").click()
    expect(phone.get_by_label("一句话说明")).to_be_visible()
    phone.wait_for_load_state()  # answers come once the page's script has begun to listen; people type slower than this
    phone.get_by_label("一句话说明").fill(TITLE)
    phone.get_by_label("具体情况").press_sequentially("夜班停电、跳闸")
    expect(phone.get_by_text("停电和错峰")).to_be_visible()
    fits(phone, axe)
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("诉求已提交")).to_be_visible()
    fits(phone, axe)
    return phone.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def _disputed(lead: Page, desk: Page) -> None:
    """The office of water says that power is meant; the coordinator agrees."""
    _say(lead, "dispute", "说的是供电，建议由供电局主办。")
    expect(lead.get_by_role("heading", level=1)).to_be_visible()
    desk.reload()
    desk.get_by_label("裁定由谁主办").select_option("power-supply")
    desk.locator("#rule textarea").fill("属于供电，由供电局主办。")
    desk.get_by_role("button", name="作出裁定").click()
    _done(desk)
    lead.goto("/desk/appeals/")
    expect(lead.get_by_role("heading", name="企业诉求", level=1)).to_be_visible()
    expect(lead.get_by_role("link", name=TITLE)).to_have_count(0)  # it is not theirs any more


def _answer(page: Page, outcome: str) -> None:
    page.locator("#answer textarea").fill("已更换开关柜，恢复正常。")
    page.get_by_role("radio", name=outcome).check()
    page.locator("#answer").get_by_label("问题成因").select_option("capacity")
    page.get_by_role("button", name="提交答复，送质检").click()


def _pass(desk: Page) -> None:
    desk.reload()
    desk.get_by_role("button", name="通过，答复企业").click()
    _done(desk)


def _rate(phone: Page, stars: int, words: str, axe: Axe | None = None) -> None:
    phone.reload()
    phone.get_by_role("radio", name=f"{stars} 星").check()
    phone.get_by_label("意见（不满意请写明原因）").fill(words)
    if axe is not None:
        fits(phone, axe)
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("已收到")).to_be_visible()


_STANDS = """
import json
from tongban.modules.appeals.models import Appeal, AppealEntry
row = Appeal.objects.get(pk="{id}")
names = ("state", "level", "cycle", "owner", "next_on", "reply_on", "close_on", "supervise_on", "contact_by", "dispute_by")
steps = [(one.verb, one.at) for one in AppealEntry.objects.filter(appeal=row).order_by("id")]
print(json.dumps({{**{{name: getattr(row, name) for name in names}}, "steps": steps}}, default=str))
"""


@cache
def _calendar() -> tuple[frozenset[str], frozenset[str]]:
    """Days off and days that are worked though a weekend's, of all years that the pack has."""
    off: set[str] = set()
    worked: set[str] = set()
    for path in (PACK / "calendar").glob("*.yaml"):
        year = load(path.relative_to(PACK).as_posix())
        worked |= set(map(str, year["workdays"]))
        for span in year["off"]:
            day = dt.date.fromisoformat(str(span["from"]))
            while day <= dt.date.fromisoformat(str(span["to"])):
                off.add(day.isoformat())
                day += dt.timedelta(days=1)
    return frozenset(off), frozenset(worked)


def _is_worked(day: dt.date) -> bool:
    off, worked = _calendar()
    return day.isoformat() in worked or (day.weekday() < 5 and day.isoformat() not in off)


def _after(day: dt.date, days: int) -> dt.date:
    """The day that is so many working days later."""
    while days:
        day += dt.timedelta(days=1)
        days -= _is_worked(day)
    return day


def _after_minutes(at: dt.datetime, minutes: int) -> dt.datetime:
    """The moment after so many minutes of the pack's working hours."""
    hours = [
        (dt.time.fromisoformat(one["begin"]), dt.time.fromisoformat(one["end"]))
        for one in load("appeals/rules.yaml")["hours"]
    ]
    left, second = minutes * 60, dt.timedelta(seconds=1)
    while left:
        at += second
        begun = (at - second).time()
        left -= _is_worked(at.date()) and any(begin <= begun < end for begin, end in hours)
    return at


class Stands:
    """How an appeal stands, as the table has it."""

    def __init__(self, product: Product, id: str) -> None:
        self.row = json.loads(product.python(_STANDS.format(id=id)).splitlines()[-1])
        self.whose = tuple(self.row[name] for name in ("state", "level", "cycle", "owner"))

    def at(self, verb: str) -> dt.datetime:
        """When this was last done, by the clock on the wall."""
        found = [at for name, at in self.row["steps"] if name == verb]
        return dt.datetime.fromisoformat(found[-1]).astimezone(SHANGHAI)

    def clocks(self, since: str, reply: int, close: int, supervise: int) -> Iterator[dt.date]:
        """The ends of the three clocks of days, which must be so many working days after a step; gives them in turn.

        What comes in on a day off counts as come in on the next working day.
        """
        begin = self.at(since).date()
        begin = begin if _is_worked(begin) else _after(begin, 1)
        for name, days in (("reply_on", reply), ("close_on", close), ("supervise_on", supervise)):
            day = _after(begin, days)
            assert self.row[name] == day.isoformat(), name
            yield day

    def contact(self, since: str, minutes: int) -> None:
        """The clock of first contact began with this step."""
        due = dt.datetime.fromisoformat(self.row["contact_by"])
        assert abs(due - _after_minutes(self.at(since), minutes)) <= dt.timedelta(seconds=1)

    def waits(self, since: str, days: int) -> None:
        """What is next has so many working days from this step."""
        assert self.row["next_on"] == _after(self.at(since).date(), days).isoformat()


def _shown(page: Page, label: str, day: dt.date) -> None:
    """The clock as people read it on the page."""
    page.reload()
    row = page.locator("dl div").filter(has=page.get_by_text(label, exact=True))
    expect(row).to_contain_text(f"{day.year}年{day.month}月{day.day}日前")


def _worked_on(power: Page, helper: Page, phone: Page, axe: Axe) -> None:
    """Contact, the assisting office's part, an extension and the firm's consent."""
    _say(power, "contact", "已联系企业电工，明早到场。")
    _done(power)
    _say(helper, "finish", "排水设施无影响。")
    _done(helper)
    power.reload()
    box = power.locator("#propose")
    box.locator("summary").click()
    power.get_by_label(re.compile("延期几个工作日")).fill("3")
    box.locator("textarea").fill("开关柜备件三天后到。")
    box.locator("button").click()
    _done(power)
    fits(power, axe)
    phone.reload()
    expect(phone.get_by_role("heading", name="是否同意延期 3 个工作日？")).to_be_visible()
    phone.get_by_role("button", name="同意延期").click()
    expect(phone.get_by_text("已收到")).to_be_visible()


def _reopened(product: Product, id: str, power: Page, desk: Page, phone: Page, axe: Axe) -> None:
    """Answered, passed, and rated badly: the same office begins anew, with clocks of their own."""
    _answer(power, "已解决")
    _done(power)
    Stands(product, id).waits("answer", 1)
    _pass(desk)
    Stands(product, id).waits("approve", 5)
    _rate(phone, 1, "昨晚又跳闸了。", axe)
    again = Stands(product, id)
    assert again.whose == ("working", 0, 2, "office")
    reply, closing, _supervision = again.clocks("reopen", 3, 7, 10)
    assert again.row["next_on"] == reply.isoformat()
    _shown(power, "办结答复", closing)


def _raised(product: Product, id: str, power: Page, desk: Page, phone: Page) -> None:
    """Rated badly once more: it is the leader's above the offices, who has one limit for everything."""
    _answer(power, "解释说明，企业认可")
    _done(power)
    _pass(desk)
    _rate(phone, 2, "没有解决。")
    raised = Stands(product, id)
    assert raised.whose == ("pool", 1, 3, "desk")
    raised.waits("raise", 1)
    _shown(desk, "办结答复", list(raised.clocks("raise", 3, 10, 10))[1])


def test_from_a_phone_to_a_level_up_and_solved(product: Product, open_page: Open, axe: Axe) -> None:
    names = dict(line.split() for line in product.python(_OFFICERS).splitlines()[-5:])
    phone = let_in(product, open_page, "sun", "/appeals/", **PHONE)
    id = _filed(phone, axe)
    at = f"/desk/appeals/{id}/"
    # The pack's clocks of this category: contact in 60 minutes, reply in 3 working days, closing in 7, supervision in 10.
    filed = Stands(product, id)
    _reply, closing, _supervision = filed.clocks("file", 3, 7, 10)
    filed.contact("route", 60)
    lead = let_in(product, open_page, names["water-supply"], at)
    desk = let_in(product, open_page, names["industry"], at)
    expect(lead.get_by_role("heading", level=1)).to_have_text(TITLE)
    _shown(lead, "办结答复", closing)
    fits(lead, axe)
    assert filed.row["dispute_by"] == _after(filed.at("route").date(), 1).isoformat()
    _disputed(lead, desk)
    ruled = Stands(product, id)
    ruled.contact("rule", 60)  # whoever has it now has the whole hour
    assert list(ruled.clocks("file", 3, 7, 10))[1] == closing  # what the firm was promised stays
    power = let_in(product, open_page, names["power-supply"], at)

    helper = let_in(product, open_page, names["water"], at)  # was asked to assist by the route
    _worked_on(power, helper, phone, axe)
    later = Stands(product, id)
    _reply, extended, _supervision = later.clocks("file", 3, 7 + 3, 10 + 3)
    _shown(power, "办结答复", extended)

    _reopened(product, id, power, desk, phone, axe)
    _raised(product, id, power, desk, phone)

    fits(desk, axe)
    desk.locator("#route-lead").select_option("development-reform")
    desk.get_by_role("button", name="分派").click()
    _done(desk)
    Stands(product, id).contact("route", 60)
    leader = let_in(product, open_page, names["development-reform"], at)
    _say(leader, "contact", "分管领导已到企业现场协调。")
    _done(leader)
    _answer(leader, "已解决")
    _done(leader)
    _pass(desk)
    _rate(phone, 5, "彻底解决了。")
    ended = Stands(product, id)
    assert (ended.whose, ended.row["next_on"]) == (("closed", 1, 3, ""), None)
    fits(phone, axe)
    assert (
        product.python("from tongban.modules.appeals.queries import wrong; print(wrong())")
        .strip()
        .endswith("[]")
    )
