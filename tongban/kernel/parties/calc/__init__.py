"""The file of facts on one subject as a value. Pure."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tongban.kernel.access.calc import Held
from tongban.kernel.parties.states import DUTY_AREAS, NOT_RELIED_ON, Duty, FactState, MandateSource


@dataclass(frozen=True)
class KnownFact:
    """One fact: its value, which agency it comes from, and as of when."""

    name: str
    value: Any
    source: str
    as_of: datetime
    state: FactState = FactState.KNOWN


@dataclass(frozen=True)
class Profile:
    """What is known of the subjects of one case, by declared name (`person.address`, `org.uscc`)."""

    facts: Mapping[str, KnownFact] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The plain values by name, as rules read them; what is disputed, or only declared by its subject, is not known."""
        return {name: fact.value for name, fact in self.facts.items() if fact.state not in NOT_RELIED_ON}

    def get(self, name: str) -> KnownFact | None:
        """The fact, or None when nothing is known."""
        return self.facts.get(name)

    def __iter__(self) -> Iterator[KnownFact]:
        return iter(self.facts.values())


def rights_of(
    rows: Iterable[tuple[uuid.UUID | None, uuid.UUID | None, list[str], list[str], str]],
) -> tuple[dict[uuid.UUID, tuple[str, ...] | None], tuple[uuid.UUID, ...], tuple[Held, ...]]:
    """What live mandates (organisation, principal, items, duties, source) of one person amount to.

    Organisations with the areas open there (None: all); those that the person governs; mandates for applications alone.
    """
    areas: dict[uuid.UUID, tuple[str, ...] | None] = {}
    governs: list[uuid.UUID] = []
    held: list[Held] = []
    for firm, person, items, duties, source in rows:
        if firm is None or items:
            held += [Held(one, firm is None, tuple(items)) for one in (firm or person,) if one is not None]
            continue
        open_ = {area.value for duty in duties for area in DUTY_AREAS[Duty(duty)]}
        before = areas.get(firm, ())
        areas[firm] = None if not duties or before is None else tuple(sorted(open_ | set(before)))
        if source == MandateSource.LEGAL_REPRESENTATIVE or Duty.MANAGER in duties:
            governs.append(firm)
    return areas, tuple(dict.fromkeys(governs)), tuple(held)


def aged(profile: Profile, fresh_days: Mapping[str, int], today: date) -> Profile:
    """The profile in which known facts that are older than their days count as stale."""
    facts = dict(profile.facts)
    for name, days in fresh_days.items():
        fact = facts.get(name)
        if (
            fact is not None
            and fact.state == FactState.KNOWN
            and fact.as_of.date() + timedelta(days=days) < today
        ):
            facts[name] = replace(fact, state=FactState.STALE)
    return Profile(facts)


def age_on(birth_date: str, day: date) -> int:
    """Full years between a birth date (ISO) and a day; the birthday itself counts, 29 February on 1 March."""
    born = date.fromisoformat(birth_date)
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)
