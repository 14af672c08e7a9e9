"""Policies as values: read from the pack's data, matched against one subject or a whole city. Pure."""

from tongban.modules.policies.calc.amounts import Amount, reckon
from tongban.modules.policies.calc.definition import Item, Policies, Policy, award_fact
from tongban.modules.policies.calc.matching import Match, Matcher
from tongban.modules.policies.calc.near import is_near, steps_to
from tongban.modules.policies.calc.terms import (
    Offer,
    Requirement,
    Role,
    Terms,
    offer,
    terms_on,
    with_parameters,
)

__all__ = [
    "Amount",
    "Item",
    "Match",
    "Matcher",
    "Offer",
    "Policies",
    "Policy",
    "Requirement",
    "Role",
    "Terms",
    "award_fact",
    "is_near",
    "offer",
    "reckon",
    "steps_to",
    "terms_on",
    "with_parameters",
]
