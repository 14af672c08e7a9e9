"""Cases as they are before a journey begins: filed inside the product, by the actions that its own pages use."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.faults.test_kills import SHOP
from tests.running import Product

_SCRIPT = """
import json
from tests.journeys.filing import file_here
print(json.dumps(file_here(json.loads({wanted!r}))))
"""


@dataclass(frozen=True)
class Wanted:
    """One application: who, for what, with which answers; everything else is filled in as an applicant would."""

    who: str
    item: str
    situation: Mapping[str, str]
    answers: Mapping[str, Any]
    deferred: Sequence[str] = ()
    accepted_by: str = ""  # the clerk who accepts it at once


@dataclass(frozen=True)
class Filed:
    """A case that was handed in."""

    id: str
    number: str
    desk: str = field(init=False)
    own: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "desk", f"/desk/cases/{self.id}/")
        object.__setattr__(self, "own", f"/cases/{self.id}/")


def food(accepted_by: str = "") -> Wanted:
    """A restaurant's licence, examined in two steps before the decision."""
    answers = {
        "same_address": True,
        "area": "86.5",
        "catering_items": ["hot", "drinks"],
        "online_orders": True,
        "staff_count": 6,
        "manager_name": "李明",
        "manager_phone": "13900139000",
    }
    situation = {"business": "catering", "commitment": "no"}
    return Wanted("chen", "food-licence", situation, answers, accepted_by=accepted_by)


def shop(accepted_by: str = "") -> Wanted:
    """A sole trader, decided without a step before."""
    return Wanted(
        "chen", "sole-trader", {"form": "individual", "place": "shop"}, SHOP, accepted_by=accepted_by
    )


def staffing(*deferred: str, accepted_by: str = "") -> Wanted:
    """A labour dispatch licence, in which two departments have a part."""
    answers = {
        "office_area": "120",
        "managers": 4,
        "facilities": "电脑 6 台、打印机 1 台",
        "dispatch_plan": 200,
    }
    return Wanted("wu", "labour-dispatch", {"premises": "leased"}, answers, deferred, accepted_by)


def road(accepted_by: str = "") -> Wanted:
    """A permit to occupy a road: it costs something, and its result can be had on paper."""
    answers = {"road_name": "美景中路", "purpose": "搭设脚手架", "begins_on": "2026-12-01", "days": 15}
    return Wanted("chen", "road-occupation", {"size": "small"}, answers, accepted_by=accepted_by)


def restaurant(accepted_by: str = "") -> Wanted:
    """Opening a restaurant, all in one: two cases from one form."""
    answers = {
        "shop_name": "东莞市大朗小满饭馆",
        "shop_place": "441900113",
        "shop_address": "大朗镇美景中路 88 号 1 栋 105 铺",
        "area": "86.5",
        "staff": 4,
        "catering_items": ["hot"],
        "online_orders": False,
        "manager_name": "李明",
        "manager_phone": "13900139000",
    }
    return Wanted("chen", "open-restaurant", {"commitment": "no"}, answers, accepted_by=accepted_by)


def filed(product: Product, *wanted: Wanted) -> list[Filed]:
    """Hand in all of them, in this order."""
    text = json.dumps([asdict(one) for one in wanted])
    said = product.python(_SCRIPT.format(wanted=text))
    return [Filed(*pair) for pair in json.loads(said.splitlines()[-1])]


def file_here(wanted: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Runs inside the installation: (identifier, number) of each case."""
    return [_file(**one) for one in wanted]


def _file(
    who: str,
    item: str,
    situation: dict[str, str],
    answers: dict[str, Any],
    deferred: list[str],
    accepted_by: str,
) -> tuple[str, str]:
    from tests import city
    from tongban.foundation import time
    from tongban.kernel.cases import actions, queries
    from tongban.kernel.catalogue import queries as catalogue
    from tongban.kernel.parties import queries as parties

    account = parties.account_by_username(who)
    assert account is not None, who
    by = parties.actor_for(account, time.today())
    if "person" not in catalogue.item(item).definition.data["audience"] and item != "sole-trader":
        by = parties.actor_for(account, time.today(), by.represents[0])
    case = actions.open_draft(item_code=item, by=by, situation=situation)
    actions.save(case_id=case.pk, by=by, answers=answers, deferred=deferred)
    application = queries.application(queries.case_for(by, case.pk), time.today())
    for material in application.missing_materials:
        actions.add_material(case_id=case.pk, material=material, file=city.letter_pdf(1), by=by)
    actions.save(case_id=case.pk, by=by, signed=list(application.unsigned))
    actions.submit(case_id=case.pk, by=by)
    if accepted_by:
        clerk = parties.account_by_username(accepted_by)
        assert clerk is not None, accepted_by
        actions.accept(case_id=case.pk, by=parties.actor_for(clerk, time.today()))
    return str(case.pk), queries.case(case.pk).short_no


def account_id(product: Product, who: str) -> str:
    """The value by which a list of colleagues names this account."""
    [(id,)] = product.ask(f"SELECT id FROM parties_account WHERE username = '{who}'")
    return str(uuid.UUID(str(id)))


def let_in(product: Product, open_page: Callable[..., Page], who: str, path: str = "/", **how: Any) -> Page:
    """A page of a fresh session of any account, also of those that the sign-in page does not offer."""
    cookies = product.visitor(who).cookies
    page = open_page(**how)
    page.context.add_cookies([{"name": n, "value": v, "url": product.base} for n, v in cookies.items()])
    page.goto(path)
    return page


def fits(page: Page, axe: Callable[[Page], None]) -> None:
    """Everybody can use the page, and it is no wider than its window."""
    page.wait_for_load_state()  # text is there before the style sheets are
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: {wide} px wider than the window"
    axe(page)
