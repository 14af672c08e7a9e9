"""Fills a city: the named people of the pack's demo file, then invented ones, then cases at every stage."""

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from tongban.foundation import time
from tongban.foundation.packs import PackProblem, load_schema, read_yaml, validate
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.policies import actions as policies
from tongban.modules.policies.queries import cities
from tongban.site.demo import (
    appealing,
    awarding,
    claiming,
    making,
    market,
    rating,
    running,
    serving,
    telling,
)
from tongban.site.demo.making import City

BUSY_SHARE = 0.6


@dataclass
class DemoReport:
    """What was made."""

    people: int = 0
    firms: int = 0
    staff: int = 0
    cases: int = 0
    ratings: int = 0
    awards: int = 0
    claims: int = 0
    appeals: int = 0
    posts: int = 0


@transaction.atomic  # a city half made could not be finished later
def seed(folder: Path, *, people: int, firms: int, cases: int, number: int) -> DemoReport:
    """Make a synthetic city from `folder`/demo.yaml; nothing when its first account exists already."""
    located = read_yaml(folder / "demo.yaml", name="demo.yaml")
    faults = validate(located, load_schema("demo"))
    if faults:
        raise PackProblem(faults)
    data: Any = located.data
    if parties.account_by_username(data["people"][0]["username"]):
        return DemoReport()
    city = City(dice=random.Random(number), data=data)
    report = DemoReport()
    # Everybody was there before the first case: accounts, mandates, grants and licences are three months old.
    with time.freeze(time.now() - timedelta(days=90)):
        _people_and_firms(city, report, people, firms)
    # Asked for first: the worker makes the laboratory's city before the papers of all the cases.
    policies.ask_city(rows=cities.SAMPLE, stands_for=cities.STANDS_FOR, by=SYSTEM)
    report.cases = running.run_cases(city, cases)
    report.ratings = rating.rate_some(city)
    report.awards = awarding.award_some(city)
    report.claims = claiming.claim_some(city)
    telling.report_interest(city)
    telling.tell_the_right_ones(city)
    report.appeals = appealing.appeal_some(city)
    report.posts = market.post_some(city)
    serving.serve_some(city)
    return report


def _people_and_firms(city: City, report: DemoReport, people: int, firms: int) -> None:
    firms_by_handle = {one["handle"]: one for one in city.data["firms"]}
    for one in city.data["people"]:
        owner = making.person(city, one)
        report.people += 1
        for handle in one.get("firms", []):
            making.firm(city, firms_by_handle[handle], owner)
            report.firms += 1
    for one in city.data["people"]:
        for acting in one.get("acts_for", []):
            making.mandate(city, one["username"], acting["firm"])
        for helper in one.get("helped_by", []):
            making.helper(city, one["username"], helper["username"], helper["items"])
    report.staff = _staff(city)
    owners = [making.person(city, _person(city)) for _ in range(people)]
    report.people += people
    handles = {handle for one in city.data["people"] for handle in one.get("firms", [])}
    for handle in sorted(firms_by_handle.keys() - handles) if owners else []:
        making.firm(city, firms_by_handle[handle], city.dice.choice(owners))
        report.firms += 1
    for _ in range(firms if owners else 0):
        making.firm(city, _firm(city), city.dice.choice(owners))
        report.firms += 1


def _staff(city: City) -> int:
    rows = list(city.data["staff"])
    for agency in city.data["teams"]:
        for role in ("clerk", "reviewer", "decider"):
            rows.append(
                {
                    "username": f"{agency}-{role}",
                    "name": _name(city),
                    "role": role,
                    "agency": agency,
                    "place": "",
                }
            )
    for row in rows:
        making.officer(city, row)
    return len(rows)


def _name(city: City) -> str:
    words = city.data["random"]
    given = "".join(city.dice.choices(words["given"], k=city.dice.choice([1, 2, 2])))
    return city.dice.choice(words["surnames"]) + given


def _place(city: City) -> tuple[str, str]:
    towns = places.towns()
    # Half of them live where the named officers work, so that whoever tries the desk finds something to do.
    named = {one["place"] for one in city.data["staff"]}
    busy = [town for town in towns if town.code in named]
    town = city.dice.choice(busy if busy and city.dice.random() < BUSY_SHARE else towns)
    street = city.dice.choice(city.data["random"]["streets"])
    number = city.dice.randint(1, 300)
    return town.code, f"{town.name_zh}{street} {number} 号"


def _person(city: City) -> dict[str, Any]:
    dice = city.dice
    code, address = _place(city)
    local = dice.random() < 0.4
    year = dice.choice([dice.randint(1936, 1946), dice.randint(1960, 2004), dice.randint(1975, 2004)])
    months = dice.randint(0, 240)
    facts: dict[str, Any] = {
        "person.hukou_in_city": local,
        "person.hukou_place": code if local else "430000",
        "person.old_age_allowance": False,
        "social_insurance.paid_months": months,
        "social_insurance.status": "paying" if months else "none",
        "tax.record_years": dice.randint(0, 9),
    }
    if year < 1947:
        facts["person.benefit_fraud"] = False
        facts["person.bank_account"] = f"6217{dice.randrange(10**15):015}"
        facts["person.bank_name"] = "示例银行"
    if not local:
        facts |= {"residence.registered": False, "residence.lease_filed": dice.random() < 0.7}
        facts |= {"residence.address": address, "residence.place": code}
    return {
        "username": f"p{city.next():05}",
        "name": _name(city),
        "birth_date": f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "sex": dice.choice(["male", "female"]),
        "place": code,
        "address": address,
        "phone": f"139{dice.randrange(10**8):08}",
        "level": 3,
        "facts": facts,
    }


def _firm(city: City) -> dict[str, Any]:
    dice = city.dice
    words = city.data["random"]
    code, address = _place(city)
    trade = dice.choice(words["trades"])
    root = places.city().name_zh
    return {
        "handle": f"f{city.next():05}",
        "name": f"{root}{dice.choice(words['firm_words'])}{dice.choice(words['given'])}{trade['word']}",
        "kind": "company",
        "place": code,
        "address": address,
        "scope": trade["scope"],
        "established_on": f"{dice.randint(2015, 2025)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "capital": dice.choice([50, 100, 200, 500]) * 1_000_000,
        "facts": {
            "org.scope_food_sales": trade["food"],
            "org.scope_road_freight": trade["freight"],
            "org.staff_health_checked": dice.random() < 0.8,
            "org.trucks": 3 if trade["freight"] else 0,
            "org.trucks_inspected": 3 if trade["freight"] else 0,
            "org.freight_drivers": 4 if trade["freight"] else 0,
        },
    }
