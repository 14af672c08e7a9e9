"""Three people found a company: a complete draft of the bundle, and their actors."""

from typing import Any

from tests import city
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions
from tongban.kernel.cases.models import Case
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.signatures import actions as signatures
from tongban.kernel.signatures import queries

NAME = "东莞市荔湖里餐饮管理有限公司"
SITUATION = {
    "entity": "limited",
    "place": "lease",
    "payer": "small",
    "seals": "yes",
    "staff": "yes",
    "bank": "yes",
}


def founders() -> list[tuple[Any, Actor]]:
    """Two shareholders and a supervisor, each with an account of their own."""
    people = [
        city.person(name, born=born)
        for name, born in (("陈晓雯", "1990-03-07"), ("何伟", "1988-01-01"), ("吴嘉慧", "1985-09-21"))
    ]
    return [(one, city.actor(city.account(one))) for one in people]


def answers(people: list[Any], **other: Any) -> dict[str, Any]:
    """Everything the bundle asks for."""
    first, second, third = people
    found = {
        "shop_name": NAME,
        "shop_place": city.DALANG,
        "shop_address": "大朗镇美景中路 90 号 3 楼 302",
        "capital": 100_000_000,
        "paid_by": "2031-02-28",
        "scope": "餐饮管理；企业管理咨询",
        "shareholders": [
            {"holder_name": first.name, "holder_id": first.id_no, "share": "60"},
            {"holder_name": second.name, "holder_id": second.id_no, "share": "40"},
        ],
        "rep_name": first.name,
        "rep_id": first.id_no,
        "director_name": first.name,
        "director_id": first.id_no,
        "has_supervisor": True,
        "supervisor_name": third.name,
        "supervisor_id": third.id_no,
        "finance_name": second.name,
        "finance_id": second.id_no,
        "beneficial": True,
        "seals": ["official", "finance"],
        "seal_material": "photosensitive",
        "maker": "大朗刻章服务部（示例）",
        "system": "small",
        "officer": second.name,
        "staff_count": 6,
        "kinds": ["pension", "injury"],
        "injury_class": "one",
        "first_month": "2026-04-01",
        "fund_bank": "icbc",
        "ratio": "p5",
        "bank": "local",
        "branch": "大朗支行",
        "book_on": "2026-03-20",
        "slot": "am",
        "turnover": 20_000_000,
    }
    return found | other


def drafted(who: list[tuple[Any, Actor]], **other: Any) -> Case:
    """A draft in which nothing is missing but the signatures."""
    by = who[0][1]
    case = actions.open_draft(item_code="company-start", by=by, situation=SITUATION)
    people = [person for person, _actor in who]
    actions.save(case_id=case.pk, by=by, answers=answers(people, **other), signed=["place"])
    actions.add_material(case_id=case.pk, material="articles", file=city.letter_pdf(1, by=by), by=by)
    return city.again(case)


def sign(actor: Actor) -> None:
    """Sign everything that waits for this person, each with a fresh code."""
    for row in queries.to_sign(actor):
        code = parties.ask_code(account=party_queries.account(actor.account_id))
        signatures.sign(id=row.pk, code=code, by=actor)


def signed(who: list[tuple[Any, Actor]], **other: Any) -> Case:
    """A draft that everybody has signed."""
    case = drafted(who, **other)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    for _person, actor in who:
        sign(actor)
    return city.again(case)
