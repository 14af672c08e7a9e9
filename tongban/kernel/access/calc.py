"""The expression of a rule: written once, compiled to a database condition, and readable by a person. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongban.kernel.access.states import RECUSED, ROLES, Area, Permission
from tongban.kernel.events.states import ActorKind


@dataclass(frozen=True)
class Granted:
    """One live grant as the rules see it; an empty place, agency or items means no limit in that respect.

    With `subject_id` it opens that one row alone; of a recusal it is what, or whom, the actor keeps away from.
    """

    role: str
    agency: str
    place_path: str
    items: tuple[str, ...] = ()
    subject_id: uuid.UUID | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLES[self.role].permissions


@dataclass(frozen=True)
class Held:
    """A live mandate that opens applications alone: another person's, or an organisation's for some items only."""

    principal_id: uuid.UUID
    person: bool  # the principal is a person, else an organisation
    items: tuple[str, ...] = ()  # of these items; none: of all

    def covers(self, item: str) -> bool:
        """Whether an application for the item is within the mandate."""
        return not self.items or item in self.items


@dataclass(frozen=True)
class Actor:
    """Who is acting in this request, and for whom. Built from the database on every request."""

    kind: ActorKind
    account_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None  # acting for this organisation, under a live mandate
    name: str = ""
    level: int = 0
    grants: tuple[Granted, ...] = ()
    represents: tuple[uuid.UUID, ...] = ()  # organisations this person may act for
    # For each of these organisations the areas that the person's duties open there; None, or none given: all of them.
    limits: tuple[tuple[str, ...] | None, ...] = ()
    governs: tuple[uuid.UUID, ...] = ()  # organisations in whose name this person gives and ends mandates
    mandates: tuple[Held, ...] = ()
    acting: Held | None = None  # the one of them that was chosen to act under

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)

    @property
    def recused(self) -> tuple[uuid.UUID, ...]:
        """The cases, persons and organisations that the actor keeps away from."""
        return tuple(one.subject_id for one in self.grants if one.role == RECUSED and one.subject_id)

    def can(self, permission: Permission | str) -> bool:
        """True when any live grant carries the permission, on whatever rows."""
        return any(permission in grant.permissions for grant in self.grants)

    def firms(self, area: Area | None = None) -> tuple[uuid.UUID, ...]:
        """The organisations for which the actor may act in an area; without one, in whatever area."""
        if area is None:
            return self.represents
        open_ = (*self.limits, *(None for _ in self.represents[len(self.limits) :]))
        return tuple(
            one for one, areas in zip(self.represents, open_, strict=True) if areas is None or area in areas
        )

    def held(self, principal_id: uuid.UUID | None, item: str) -> Held | None:
        """The mandate of this principal that covers an item, if there is one."""
        return next((m for m in self.mandates if m.principal_id == principal_id and m.covers(item)), None)

    @property
    def applicant(self) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """(person, organisation) for whom the actor applies now: themself, or under the mandate chosen."""
        if self.acting is None:
            return self.person_id, self.organisation_id
        if self.acting.person:
            return self.acting.principal_id, None
        return self.person_id, self.acting.principal_id

    def acts_for(self, row: Any) -> uuid.UUID | None:
        """For whom the actor acts on a row: an organisation, or another person; None for oneself, and for the row's office.

        By whom the row is about, so that it is right also where another identity was chosen in the head of the page.
        """
        if self.kind == ActorKind.STAFF:  # at a counter, an officer is the hands of the person in front of it
            return (self.organisation_id or self.person_id) if self.person_id else None
        mine = {*self.represents, *(one.principal_id for one in self.mandates)}
        about = (getattr(row, name, None) for name in ("organisation_id", "subject_id", "person_id"))
        found = next((one for one in about if one is not None), None)
        return found if found in mine else None

    @property
    def identifiers(self) -> tuple[Any, ...]:
        """By what rules find this actor's own rows: the values of a kept read, in the order that `like` takes them."""
        principals = tuple(one.principal_id for one in self.mandates)
        return self.account_id, self.person_id, self.organisation_id, self.represents, principals

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """All else that decides what rules ask the database for."""
        held = tuple((one.person, one.items) for one in self.mandates)
        return self.kind, self.level, self.grants, self.limits, held


def like(
    account_id: Any, person_id: Any, organisation_id: Any, represents: Any, principals: Any, shape: Any
) -> Actor:
    """An actor for whom the rules ask as for one of that shape, with these identifiers in their places."""
    kind, level, grants, limits, held = shape
    return Actor(
        kind,
        account_id,
        person_id,
        organisation_id,
        level=level,
        grants=grants,
        represents=tuple(represents),
        limits=limits,
        mandates=tuple(Held(one, *rest) for one, rest in zip(principals, held, strict=True)),
    )


ANONYMOUS = Actor(kind=ActorKind.PERSON)
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="系统", level=9)


@dataclass(frozen=True)
class Rule:
    """A node of a rule; `&`, `|` and `~` build larger ones."""

    def __and__(self, other: Rule) -> Rule:
        return All((self, other))

    def __or__(self, other: Rule) -> Rule:
        return Either((self, other))

    def __invert__(self) -> Rule:
        return Never(self)


@dataclass(frozen=True)
class Own(Rule):
    """The row's column equals one identifier of the actor (`person_id`, `account_id`), which must be known."""

    column: str
    attribute: str


@dataclass(frozen=True)
class Represented(Rule):
    """The row's column is an organisation that the actor may act for, in this area where one is named."""

    column: str
    area: Area | None = None


@dataclass(frozen=True)
class Governed(Rule):
    """The row's column is an organisation in whose name the actor gives and ends mandates."""

    column: str


@dataclass(frozen=True)
class Mandated(Rule):
    """The row is of a principal who gave the actor a mandate that covers the row's item."""

    person: str = "person_id"
    organisation: str = "organisation_id"
    item: str = "item_code"


@dataclass(frozen=True)
class ByGrant(Rule):
    """A live grant with the permission covers the row's agency, place (a prefix of the path) and item."""

    permission: Permission
    agency: str = "agency"
    place: str = "place_path"
    item: str = "item_code"


@dataclass(frozen=True)
class Recused(Rule):
    """The actor keeps away from the row, or from the person or organisation that it is about."""

    columns: tuple[str, ...] = ("id", "person_id", "organisation_id")


@dataclass(frozen=True)
class Touches(Rule):
    """Some row of the table `model`, whose `column` is what stands `at` this row, is about whom the actor keeps away from."""

    model: str
    column: str
    about: tuple[str, ...]
    at: str = "pk"


@dataclass(frozen=True)
class Among(Rule):
    """The row's column has one of the values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Same(Rule):
    """Two columns of the row have the same value; `other` may lie beyond a foreign key where rows are asked for."""

    column: str
    other: str


@dataclass(frozen=True)
class Linked(Rule):
    """Some row of the table `model` (app.Model) that points here by `column` fulfils `rule`."""

    model: str
    column: str
    rule: Rule


@dataclass(frozen=True)
class Missing(Rule):
    """The row's column is empty."""

    column: str


@dataclass(frozen=True)
class All(Rule):
    """Every part holds."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Either(Rule):
    """At least one part holds."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Never(Rule):
    """The part does not hold."""

    part: Rule


@dataclass(frozen=True)
class Allowance:
    """One line of a policy: under `verb`, `rule` opens the row, for the reason that is shown to people."""

    verb: str
    rule: Rule
    because_zh: str
    because_en: str


@dataclass
class Policy:
    """All allowances of one table, and what bars them. A verb without an allowance is open to nobody."""

    table: str
    lines: list[Allowance] = field(default_factory=list)
    bars: list[Allowance] = field(default_factory=list)

    def allow(self, verb: str, rule: Rule, because_zh: str, because_en: str) -> None:
        """Add a line; several lines of one verb widen it."""
        self.lines.append(Allowance(verb, rule, because_zh, because_en))

    def deny(self, rule: Rule, because_zh: str, because_en: str) -> None:
        """Close the rows of the rule for every verb, whatever opens them."""
        self.bars.append(Allowance("*", rule, because_zh, because_en))

    def rules(self, verb: str) -> list[Rule]:
        """The rules of one verb."""
        return [line.rule for line in self.lines if line.verb == verb]

    def offers(self, actor: Actor, verb: str, row: Any) -> bool:
        """Whether a row that the actor sees is open to a verb of whose rules none is Linked: for offering a way there."""
        return any(holds(rule, actor, row) for rule in self.rules(verb))


def live(starts: date, ends: date | None, today: date) -> bool:
    """A grant holds from its first day to its last, both included."""
    return starts <= today and (ends is None or today <= ends)


def covers(
    grant: Granted, *, agency: str, place_path: str, item: str, subject_id: uuid.UUID | None = None
) -> bool:
    """Whether a grant reaches a row: what the database is asked for many rows, for one row and many grants.

    A grant for one row alone reaches nothing unless that row is named.
    """
    return (
        grant.subject_id in (None, subject_id)
        and grant.agency in ("", agency)
        and place_path.startswith(grant.place_path)
        and (not grant.items or item in grant.items)
    )


def holds(rule: Rule, actor: Actor, row: Any) -> bool:
    """Whether a rule opens one row that was read already: for offering, never for letting in. No Linked rule."""
    match rule:
        case Own(column, attribute):
            value = getattr(actor, attribute)
            return value is not None and getattr(row, column) == value
        case Represented(column) | Governed(column):
            firms = actor.governs if isinstance(rule, Governed) else actor.firms(rule.area)
            return getattr(row, column) in firms
        case Mandated(person, organisation, item):
            firm = getattr(row, organisation)
            held = actor.held(firm or getattr(row, person), getattr(row, item))
            return held is not None and held.person == (firm is None)
        case ByGrant(permission, agency, place, item):
            return any(
                covers(
                    grant,
                    agency=getattr(row, agency),
                    place_path=getattr(row, place),
                    item=getattr(row, item),
                    subject_id=row.pk,
                )
                for grant in covering(actor.grants, permission)
            )
        case Recused(columns):
            return any(getattr(row, column) in actor.recused for column in columns)
        case Among(column, values):
            return getattr(row, column) in values
        case Same(column, other):
            return bool(getattr(row, column) == getattr(row, other))
        case Missing(column):
            return getattr(row, column) is None
        case All(parts) | Either(parts):
            each = (holds(part, actor, row) for part in parts)
            return all(each) if isinstance(rule, All) else any(each)
        case Never(part):
            return not holds(part, actor, row)
    raise TypeError(f"{type(rule).__name__} cannot be judged by one row")


def covering(grants: Iterable[Granted], permission: Permission) -> list[Granted]:
    """The grants that carry a permission."""
    return [grant for grant in grants if permission in grant.permissions]


def leaves(rule: Rule) -> Iterator[Rule]:
    """The rules within a rule that are made of no others, those beyond a link too."""
    match rule:
        case All(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Never(part) | Linked(rule=part):
            yield from leaves(part)
        case _:
            yield rule


def asked_by(rule: Rule) -> frozenset[Permission]:
    """The permissions of which some grant could make the rule hold."""
    return frozenset(leaf.permission for leaf in leaves(rule) if isinstance(leaf, ByGrant))


def alike(rule: Rule, actor: Actor) -> Actor:
    """The actor without what the rule does not look at: whoever is alike is let in alike."""
    own = any(isinstance(leaf, Own) and leaf.attribute == "account_id" for leaf in leaves(rule))
    return replace(actor, name="", level=0, account_id=actor.account_id if own else None)
