"""What the rule of an edition says of a claim: by the text and the day of its submission, by what is known today."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.foundation.money import Fen
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Published
from tongban.modules.claims.calc import BASE
from tongban.modules.claims.models import Claim
from tongban.modules.claims.states import Verdict
from tongban.modules.policies.calc import Item, Match, Policies
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.models import PolicyText
from tongban.modules.policies.queries import awards, published


@dataclass(frozen=True)
class Looked:
    """A match with the values that it rests on; `said` names the facts that only the applicant says."""

    match: Match
    policies: Policies
    values: Mapping[str, Any]
    said: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Yes, no, or data are needed. Of a group only the highest is paid."""
        if self.match.outdone_by:
            return Verdict.NO
        return {True: Verdict.YES, False: Verdict.NO, None: Verdict.UNKNOWN}[self.match.verdict]

    @property
    def fen(self) -> Fen | None:
        """What a yes comes to."""
        return self.match.amount if self.verdict is Verdict.YES else None

    @property
    def fails(self) -> tuple[str, ...]:
        """What stands against it, by the names of its rules."""
        found = (*self.match.excluded_by, *self.match.fails)
        return (*found, self.match.outdone_by) if self.match.outdone_by else found

    def against(self) -> list[tuple[str, str]]:
        """The same in the words of the policy, in Chinese and English."""
        texts = [one.requirement.text for one in self.match.judged if one.verdict is False]
        found = [(text.zh, text.en or text.zh) for text in texts]
        if self.match.outdone_by:
            found.append(("同组项目只就高兑现一项", "of a group only the highest is paid"))
        return found


def look(
    text: PolicyText,
    item: str,
    audience: str,
    as_of: dt.date,
    subject: uuid.UUID,
    version: Published | None,
    answers: Mapping[str, Any],
) -> Looked:
    """What the edition of `as_of` says of a subject today. Where no department knows a base of the amount, the answer stands in."""
    matcher, policies = awards.rule_of(text, item, audience, as_of)
    of = {"organisation_id": subject} if audience == "organisation" else {"person_id": subject}
    known = published.profile_of(**{"person_id": None, "organisation_id": None, **of}).values
    said = _said(version, answers, policies, known)
    asked = set(facts_asked(matcher.terms.offers))
    values = {name: value for name, value in {**said, **known}.items() if name in asked}
    match = next(one for one in matcher.match(values) if one.offer.code == item)
    return Looked(match, policies, values, tuple(sorted(said)))


def _said(
    version: Published | None, answers: Mapping[str, Any], policies: Policies, known: Mapping[str, Any]
) -> dict[str, Any]:
    if version is None:
        return {}
    found = {}
    for id, field in version.definition.fields.items():
        if id.startswith(BASE) and field.fact not in known and answers.get(id) not in (None, ""):
            fact = policies.facts.get(field.fact)
            value = answers[id]
            found[field.fact] = dt.date.fromisoformat(value) if fact and fact.type is FactType.DATE else value
    return found


def of_claim(claim: Claim) -> Looked:
    """What is to be said of a claim today."""
    case = cases.case(claim.case_id)
    return look(
        claim.text,
        claim.item,
        claim.audience,
        claim.as_of,
        claim.subject_id,
        cases.version_of(case),
        case.answers,
    )


def period_of(item: Item, as_of: dt.date) -> str:
    """For what an item is had once: a month, a quarter or a year; for life where it is had once."""
    return item.period_on(as_of)


def edition_open(code: str, today: dt.date) -> tuple[str, bool, str]:
    """The edition of an item that is in force ("" for none), whether claims are taken today, and its days in words."""
    policy, item = published.in_force().item(code)
    edition = item.edition_on(today) if policy.valid.covers(today) else None
    if edition is None:
        return "", False, ""
    window = edition.window
    if window is None:
        return edition.name, True, ""
    ends = f"{window.ends:%Y-%m-%d}" if window.ends else ""
    return edition.name, window.covers(today), f"{window.begins:%Y-%m-%d} — {ends}"


def is_open(code: str, today: dt.date) -> bool:
    """Whether an item can be claimed today."""
    return code in catalogue.snapshot().derived and edition_open(code, today)[1]


def route_of(claim: Claim) -> Mapping[str, Any]:
    """The route of a claim's edition."""
    matcher, policies = awards.rule_of(claim.text, claim.item, claim.audience, claim.as_of)
    offer = next(one for one in matcher.terms.offers if one.code == claim.item)
    return policies.routes[offer.edition.procedure]
