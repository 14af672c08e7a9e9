"""A second opinion on rules: walks the expression for one row at a time, in plain Python, knowing nothing of SQL."""

import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.kernel.access.calc import (
    Actor,
    All,
    Among,
    ByGrant,
    Either,
    Governed,
    Granted,
    Held,
    Linked,
    Mandated,
    Missing,
    Never,
    Own,
    Policy,
    Recused,
    Represented,
    Rule,
    Same,
    Touches,
)
from tongban.kernel.access.states import ROLES, Area, Permission
from tongban.kernel.events.states import ActorKind

Tables = Mapping[str, Sequence[Any]]


def holds(rule: Rule, actor: Actor, row: Any, tables: Tables) -> bool:
    """Whether the rule opens this row to this actor; `tables` are the rows of others that may point at it."""
    if isinstance(rule, All):
        return all(holds(part, actor, row, tables) for part in rule.parts)
    if isinstance(rule, Either):
        return any(holds(part, actor, row, tables) for part in rule.parts)
    if isinstance(rule, Never):
        return not holds(rule.part, actor, row, tables)
    if isinstance(rule, ByGrant):
        return any(_reaches(grant, rule, row) for grant in actor.grants)
    if isinstance(rule, Linked):
        pointing = [other for other in tables[rule.model] if getattr(other, rule.column) == row.pk]
        return any(holds(rule.rule, actor, other, tables) for other in pointing)
    if isinstance(rule, Same):
        return _value(row, rule.column) == _value(row, rule.other)
    if isinstance(rule, Recused | Touches | Mandated):
        return _mandated(rule, actor, row) if isinstance(rule, Mandated) else _away(rule, actor, row, tables)
    value = _value(row, rule.column)
    if isinstance(rule, Own):
        return value is not None and value == getattr(actor, rule.attribute)
    if isinstance(rule, Represented):
        return value is not None and value in _firms(actor, rule.area)
    if isinstance(rule, Governed):
        return value is not None and value in set(actor.governs)
    if isinstance(rule, Among):
        return value in set(rule.values)
    assert isinstance(rule, Missing)
    return value is None


def _away(rule: Recused | Touches, actor: Actor, row: Any, tables: Tables) -> bool:
    """Whether the row, or one that hangs together with it, is about somebody whom the actor keeps away from."""
    if isinstance(rule, Touches):
        here = _value(row, rule.at)
        hanging = [other for other in tables[rule.model] if _value(other, rule.column) == here]
        return any(_away(Recused(rule.about), actor, other, tables) for other in hanging)
    away = {grant.subject_id for grant in actor.grants if grant.role == "recused"} - {None}
    return any(_value(row, column) in away for column in rule.columns)


def _mandated(rule: Mandated, actor: Actor, row: Any) -> bool:
    return any(_within(held, rule, row) for held in actor.mandates)


def _value(row: Any, path: str) -> Any:
    """What a column holds; `case__item_code` is that column of the row's case."""
    for name in path.split("__"):
        row = getattr(row, "pk" if name == "id" else name)
    return row


def _firms(actor: Actor, area: Area | None) -> set[Any]:
    """The organisations that an area of which is open to the actor; those beyond the limits given are open as a whole."""
    found = set()
    for place, firm in enumerate(actor.represents):
        limit = actor.limits[place] if place < len(actor.limits) else None
        if area is None or limit is None or area.value in limit:
            found.add(firm)
    return found


def _within(held: Held, rule: Mandated, row: Any) -> bool:
    """Whether a row lies within a mandate: of its principal, in its own name, of its items."""
    person, firm = getattr(row, rule.person), getattr(row, rule.organisation)
    if held.items and getattr(row, rule.item) not in held.items:
        return False
    if held.person:
        return firm is None and person == held.principal_id
    return firm == held.principal_id


def _reaches(grant: Granted, rule: ByGrant, row: Any) -> bool:
    if rule.permission not in ROLES[grant.role].permissions:
        return False
    if grant.subject_id is not None and grant.subject_id != row.pk:
        return False
    if grant.agency and grant.agency != _value(row, rule.agency):
        return False
    if grant.items and _value(row, rule.item) not in grant.items:
        return False
    # Code by code, not sign by sign: a place is never within another that only begins with the same digits.
    area, place = grant.place_path.split("/")[:-1], _value(row, rule.place).split("/")[:-1]
    return place[: len(area)] == area


def may(policy: Policy, actor: Actor, verb: str, row: Any, tables: Tables) -> bool:
    """Whether any line of the policy opens the row, and nothing bars it."""
    if any(holds(line.rule, actor, row, tables) for line in policy.bars):
        return False
    return any(holds(line.rule, actor, row, tables) for line in policy.lines if line.verb == verb)


class World:
    """Random actors and rules over a small stock of agencies, places, items, people and organisations."""

    agencies = ("market", "health")
    # One code begins with another's digits, and one lies within another.
    places = (
        "441900/",
        "441900/441900113/",
        "441900/4419001130/",
        "441900/441900121/",
        "441900/441900113/441900113201/",
    )
    items = ("food", "road", "relief")
    states = ("draft", "submitted", "closed")
    step_states = ("waiting", "open", "done")

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = [uuid.UUID(int=n) for n in range(1, 5)]
        self.organisations = [uuid.UUID(int=n) for n in range(11, 14)]
        self.accounts = [uuid.UUID(int=n) for n in range(21, 26)]
        self.rows: list[uuid.UUID] = []  # what a grant can be limited to, once there are some

    def some(self, things: Any, most: int = 2) -> tuple[Any, ...]:
        """A few of the things, perhaps none."""
        return tuple(self.random.sample(list(things), self.random.randint(0, most)))

    def grant(self, roles: Sequence[str] = ()) -> Granted:
        """A grant of any role; where some are named, most often of one of them."""
        pick = self.random.choice
        if self.random.random() < 0.1:
            return self.away()
        return Granted(
            subject_id=pick(self.rows) if self.rows and self.random.random() < 0.15 else None,
            role=pick(roles if roles and self.random.random() < 0.8 else list(ROLES)),
            agency=pick(("", *self.agencies)),
            place_path=pick(("", *self.places)),
            items=self.some(self.items) if pick([True, False]) else (),
        )

    def away(self) -> Granted:
        """A recusal from a row, a person or an organisation."""
        subject = self.random.choice([*self.rows[:10], *self.people, *self.organisations])
        return Granted("recused", "", "", (), subject)

    def actor(self, roles: Sequence[str] = ()) -> Actor:
        pick = self.random.choice
        if pick([True, False]):
            grants = tuple(self.grant(roles) for _ in range(self.random.randint(0, 3)))
            return Actor(kind=ActorKind.STAFF, account_id=pick(self.accounts), grants=grants)
        firms = self.some(self.organisations)
        return Actor(
            kind=ActorKind.PERSON,
            account_id=pick(self.accounts),
            person_id=pick([None, *self.people]),
            organisation_id=pick([None, *self.organisations]),
            represents=firms,
            governs=self.some(self.organisations),
            limits=tuple(pick([None, self.some([one.value for one in Area])]) for _ in firms),
            mandates=tuple(self.held() for _ in range(self.random.randint(0, 2))),
        )

    def held(self) -> Held:
        """A mandate of a person or of an organisation, for some items or all."""
        person = self.random.choice([True, False])
        principal = self.random.choice(self.people if person else self.organisations)
        return Held(principal, person, self.some(self.items) if self.random.choice([True, False]) else ())

    def rule(self, depth: int = 3) -> Rule:
        kind = self.random.randint(0, 6 if depth == 0 else 9)
        match kind:
            case 6:
                return self.random.choice([Recused(), ~Recused()])
            case 0:
                return Own("person_id", "person_id")
            case 1:
                other = Mandated() if self.random.choice([True, False]) else Governed("organisation_id")
                area = self.random.choice([None, *Area])
                return self.random.choice([Represented("organisation_id", area), other])
            case 2:
                return ByGrant(self.random.choice(list(Permission)))
            case 3:
                return Among("state", self.some(self.states))
            case 4:
                return Missing("organisation_id")
            case 5:
                return Linked("cases.CaseStep", "case_id", self.step_rule())
            case 7:
                return ~self.rule(depth - 1)
            case 8:
                return self.rule(depth - 1) & self.rule(depth - 1)
        return self.rule(depth - 1) | self.rule(depth - 1)

    def step_rule(self) -> Rule:
        """A rule over the steps of a case: whose they are, how they stand, or both."""
        granted = ByGrant(self.random.choice(list(Permission)), item="case__item_code")
        standing = Among("state", self.some(self.step_states))
        return self.random.choice([granted, standing, granted & standing, granted & ~standing, ~granted])
