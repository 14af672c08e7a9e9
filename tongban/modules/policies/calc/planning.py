"""Which city to make, so that every edition of every item can be tried in it. Pure."""

import datetime as dt
from collections.abc import Sequence

from tongban.modules.policies.calc.city import Plan, even_towns
from tongban.modules.policies.calc.definition import Policies
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.calc.terms import offer

AXES = {"town": "org.place", "section": "org.industry_section", "size": "org.size"}


def plan_of(policies: Policies, as_of: dt.date, rows: int, towns: Sequence[str]) -> Plan:
    """The city of so many entities in which all editions for organisations can be evaluated. Raises WrongTerm."""
    names = policies.names
    offers = [
        offer(policies, policy, item, edition, as_of, names=names)
        for policy in policies.policies
        for item in policy.items
        if item.audience == "organisation"
        for edition in item.editions
    ]
    asked = {*facts_asked(offers), *AXES.values()}
    facts = {name: fact for name, fact in policies.facts.items() if name in asked}
    awarded = [item.code for item in policies.items if item.audience == "organisation"]
    return Plan(rows, as_of, facts, even_towns(towns), awarded)
