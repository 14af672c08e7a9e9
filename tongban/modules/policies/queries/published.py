"""What is in force: the published texts, read and compiled once for each revision and day, and whom they fit."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Text
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties.calc import KnownFact
from tongban.kernel.parties.states import FactState
from tongban.kernel.records.queries import Kept, once
from tongban.kernel.records.queries import forget as forget_answer
from tongban.modules.policies.calc import Item, Match, Matcher, Offer, Policies, Policy, offer, terms_on
from tongban.modules.policies.calc.definition import read_exclusions, read_facts, read_policy
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.models import PolicyHolding, PolicyLoad
from tongban.modules.policies.states import TextKind

_REVISION: Kept[tuple[uuid.UUID]] = Kept(lambda: PolicyLoad.objects.order_by("-id").values_list("pk")[:1])


class NoSuchSubsidy(Problem):
    """No subsidy item has this code."""

    code = "policy.unknown_item"
    status = 404


@dataclass(frozen=True)
class InForce:
    """The policies of one revision, and what they offer today to organisations and to people."""

    key: tuple[object, ...]
    policies: Policies
    matchers: Mapping[str, Matcher]
    _items: Mapping[str, tuple[Policy, Item]]

    def audience(self, code: str) -> str:
        """Whom an item is for; empty for one that is in force no more."""
        return self._items[code][1].audience if code in self._items else ""

    def offer(self, code: str, today: date) -> Offer:
        """An item on the terms in force, else on those of its newest edition. Raises NoSuchSubsidy."""
        policy, item = self.item(code)
        offered = self.matchers[item.audience].terms.offer(code)
        return offered or offer(self.policies, policy, item, item.editions[0], today)

    def item(self, code: str) -> tuple[Policy, Item]:
        """An item and its policy. Raises NoSuchSubsidy."""
        try:
            return self._items[code]
        except KeyError:
            raise NoSuchSubsidy(
                sentence_zh="没有这个补贴项目，或者政策已经失效。",
                sentence_en="There is no such subsidy item, or its policy is no longer in force.",
                todo_zh="请到惠企政策里查找。",
                todo_en="Look for it among the policies.",
                about=code,
            ) from None


@dataclass(frozen=True)
class Profile:
    """What rules may read of a subject: values by fact, and for each known one its source, day and state."""

    values: Mapping[str, object]
    known: Mapping[str, KnownFact]

    @property
    def dates(self) -> dict[str, date]:
        """The day on which each value was so."""
        return {name: one.as_of.astimezone(time.SHANGHAI).date() for name, one in self.known.items()}


_CURRENT = "policies.in_force"
_lock = threading.Lock()
_held: dict[str, InForce] = {}


def forget() -> None:
    """Drop what this process holds; the next read compiles anew."""
    with _lock:
        _held.clear()
    forget_answer(_CURRENT)


def in_force() -> InForce:
    """The policies of today; compares the revisions with two small queries, once for a page or a write."""
    return once(_CURRENT, _current)


def _current() -> InForce:
    pack = catalogue.snapshot()
    key = next(iter(_REVISION.first() or ()), None), pack.revision, time.today()
    held = _held.get("now")
    if held is None or held.key != key:
        with _lock:
            held = _held.get("now")
            if held is None or held.key != key:
                held = _held["now"] = _build(key, pack.documents, time.today())
    return held


def _build(key: tuple[object, ...], documents: Mapping[str, Mapping[str, Any]], today: date) -> InForce:
    texts: dict[str, list[dict[str, Any]]] = {kind.value: [] for kind in TextKind}
    for row in PolicyHolding.objects.select_related("text").order_by("order"):
        texts[row.kind].append(row.text.data)
    agencies = documents.get(DocumentKind.AGENCY, {})
    policies = Policies(
        policies=tuple(read_policy(data) for data in texts[TextKind.POLICY]),
        exclusions=read_exclusions({"exclusions": texts[TextKind.EXCLUSIONS]}),
        funds={one["code"]: one for one in texts[TextKind.FUND]},
        routes={one["code"]: one for one in texts[TextKind.ROUTE]},
        facts=read_facts(list(documents.get(DocumentKind.FACT, {}).values())),
        agencies={code: Text(one["name"]["zh"], one["name"].get("en", "")) for code, one in agencies.items()},
    )
    audiences = ("organisation", "person")
    matchers = {one: Matcher(terms_on(policies, today, audience=one)) for one in audiences}
    items = {item.code: (policy, item) for policy in policies.policies for item in policy.items}
    return InForce(key, policies, matchers, items)


def profile_of(*, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None) -> Profile:
    """The profile of a person or of an organisation.

    What may be out of date, is disputed or is missing counts as not known: it never stands in for data. What the subject
    has declared itself counts here, where it only sees what would fit; lists of awards are made without it.
    """
    known = cases.known_of(person_id, organisation_id, time.today()).facts
    shown = FactState.KNOWN, FactState.DECLARED
    values = {name: one.value for name, one in known.items() if one.state in shown}
    return Profile(values, known)


def matches(profile: Profile, audience: str) -> list[Match]:
    """Everything offered to the audience today, for this profile. Raises WrongValue."""
    return in_force().matchers[audience].match(profile.values)


def facts_read(audience: str) -> list[str]:
    """The declared facts that the rules offered to the audience read, in the order of their declaration."""
    held = in_force()
    asked = facts_asked(held.matchers[audience].terms.offers)
    return [name for name in held.policies.facts if name in asked]
