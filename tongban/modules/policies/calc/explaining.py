"""A match as plain data: what a person or a program is told, condition by condition. Pure."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tongban.foundation.criteria.evaluation import Condition as Part
from tongban.foundation.criteria.evaluation import Verdict
from tongban.kernel.catalogue.calc.parts import Text
from tongban.modules.policies.calc.definition import Policies
from tongban.modules.policies.calc.matching import Judged, Match
from tongban.modules.policies.calc.near import Step, is_near, steps_to

WORDS: dict[Verdict, str] = {True: "yes", False: "no", None: "needs-data"}


def explained(match: Match, policies: Policies, dates: Mapping[str, dt.date]) -> dict[str, Any]:
    """Everything about a match, ready for JSON; `dates` say when each fact was so."""
    offer = match.offer
    return {
        "item": offer.code,
        "name": both(offer.item.name),
        "policy": offer.policy.code,
        "edition": offer.edition.name,
        "verdict": WORDS[match.verdict],
        "amount": match.amount,
        "outdone_by": match.outdone_by or None,
        "missing": [needed(name, policies) for name in match.missing],
        "fails": list(match.fails),
        "excluded_by": list(match.excluded_by),
        "near": is_near(match),
        "steps": [_step(one) for one in steps_to(match)],
        "conditions": [_requirement(one, policies, dates) for one in match.judged],
    }


def needed(fact: str, policies: Policies) -> dict[str, Any]:
    """A fact that is needed, in words, and who has it."""
    declared = policies.facts.get(fact)
    return {
        "fact": fact,
        "label": both(declared.label) if declared else None,
        "source": both(policies.source_of(fact)),
    }


def _requirement(one: Judged, policies: Policies, dates: Mapping[str, dt.date]) -> dict[str, Any]:
    asked = one.requirement
    return {
        "id": asked.id,
        "role": asked.role.value,
        "verdict": WORDS[one.verdict],
        "text": both(asked.text),
        "clause": {"id": asked.clause.id, "ref": both(asked.clause.ref)} if asked.clause else None,
        "advice": both(asked.advice) if asked.advice and one.verdict is False else None,
        "parts": [_part(part, policies, dates) for part in one.parts],
    }


def _step(step: Step) -> dict[str, Any]:
    """What would have to change; each of the ways is enough."""
    ways = [
        [
            {"fact": one.fact, "now": plain(one.now), "way": one.way, "to": plain(one.to), "by": one.by}
            for one in way
        ]
        for way in step.ways
    ]
    return {"id": step.requirement.id, "ways": ways}


def _part(part: Part, policies: Policies, dates: Mapping[str, dt.date]) -> dict[str, Any]:
    days = [dates[name] for name in part.facts if name in dates]
    return {
        "text": part.text,
        "verdict": WORDS[part.verdict],
        "value": plain(part.value),
        "as_of": min(days).isoformat() if days else None,  # no fresher than the oldest fact in it
        "threshold": plain(part.threshold),
        "missing": needed(part.missing, policies) if part.missing else None,
    }


def plain(value: object) -> Any:
    """An exact value as JSON can have it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": text.zh, "en": text.en}
