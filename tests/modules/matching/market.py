"""Builders of the tests of matching: enterprises, officers, posts as far as a test needs them."""

from dataclasses import dataclass
from typing import Any

from tests import city
from tongban.modules.matching import actions, queries
from tongban.modules.matching.calc.posts import typed_post

PLANT: dict[str, Any] = {
    "category": "plant-standard",
    "title": "标准厂房三千平方米",
    "text": "适合电子组装，带货梯和宿舍",
    "place": city.DALANG,
    "contact_name": "陈经理",
    "contact_phone": "0769-22334455",
    "area": "3000",
    "tenure": "lease",
    "rent": "20",
    "permit": "yes",
}


@dataclass
class Firm:
    """An enterprise, the account of who acts for it, and the actor."""

    row: Any
    account: Any
    actor: Any

    def client(self) -> Any:
        """A browser that acts for it."""
        client = city.signed_in(self.account)
        client.post("/act-for/", {"for": str(self.row.pk), "next": "/"})
        return client


def firm(name: str, **facts: Any) -> Firm:
    """An enterprise that can post."""
    boss = city.person(name=f"{name[:2]}老板")
    row = city.organisation(boss, name, **facts)
    account = city.account(boss)
    return Firm(row, account, city.actor(account, row))


def officer(role: str = "matching_officer", agency: str = "industry", place: str = city.CITY) -> Any:
    """The actor of an officer who looks at posts."""
    return city.actor(city.officer(role, agency=agency, place=place))


def draft(by: Any, side: str = "offer", kind: str = "plant", **given: Any) -> Any:
    """A draft; `given` replaces what PLANT says."""
    typed = typed_post(queries.kind_of(kind), side, {**PLANT, **given}, queries.book().towns)
    return actions.save_post(post_id=None, kind=kind, side=side, typed=typed, by=by)


def published(by: Any, side: str = "offer", checker: Any = None, **given: Any) -> Any:
    """A post that an officer passed; the worker has not run."""
    row = actions.submit_post(post_id=draft(by, side, **given).pk, by=by)
    return actions.publish_post(post_id=row.pk, by=checker or officer())


def met(one: Firm, other: Firm) -> Any:
    """A match of a need of the first and an offer of the second, found by the worker."""
    checker = officer()
    need = published(one.actor, "need", checker, title="求租厂房三千平方米")
    published(other.actor, "offer", checker)
    city.run_jobs()
    (match,) = queries.matches_of(one.actor, need)
    return match
