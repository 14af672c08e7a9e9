"""What one thing spares people, worked out from its members' data and its own; nothing of it is typed anywhere. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue.calc import Child, Definition, Step
from tongban.kernel.deadlines.calc import Limit

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """One of the items of which a bundle consists: what its case is told, and what it would ask by itself."""

    step: Step
    child: Child
    definition: Definition
    values: Values


@dataclass(frozen=True)
class Saving:
    """Before: each member applied for by itself. After: the bundle. Days are working days of the promises.

    Materials before are those that the members' guides list as required in this situation, whoever has them; after, those
    that the applicant still hands in. Fields are those that the applicant types in.
    """

    agencies: tuple[str, ...]
    forms: tuple[int, int]
    fields: tuple[int, int]
    materials: tuple[int, int]
    visits: tuple[int, int]
    days: tuple[int, int]


def is_bundle(definition: Definition) -> bool:
    """Whether the item is one thing: nothing but cases of other items, and more than one of them."""
    return len(definition.steps) > 1 and all(step.child is not None for step in definition.steps)


def ordinary(definition: Definition, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """A situation in which every question is answered: as chosen, else by its first option, the usual case."""
    usual = {question.id: question.options[0].id for question in definition.questions}
    return usual | {id: option for id, option in (chosen or {}).items() if id in usual}


def members(definition: Definition, of: Callable[[str], Definition | None], values: Values) -> list[Member]:
    """The members of a situation in the order of the procedure; those that the catalogue lacks are left out."""
    found = []
    for step in definition.steps_for(values):
        other = of(step.child.item) if step.child is not None else None
        if step.child is not None and other is not None:
            found.append(Member(step, step.child, other, step.child.values(values)))
    return found


def saving(
    definition: Definition,
    of: Callable[[str], Definition | None],
    values: Values,
    *,
    held: frozenset[str] | None = None,
    known: frozenset[str] | None = None,
) -> Saving:
    """What is spared in this situation.

    `held` and `known` are what the visitor's wallet and data have; without them the city is taken to have whatever its
    items can do without papers for.
    """
    parts = members(definition, of, values)
    everything = [definition, *(part.definition for part in parts)]
    wallet = _waivers(everything) if held is None else held
    data = _waivers(everything) if known is None else known
    results = frozenset(part.definition.data["result"]["credential"] for part in parts)
    agencies = dict.fromkeys(part.definition.data["agency"] for part in parts)
    return Saving(
        agencies=tuple(agencies),
        forms=(len(parts), 1),
        fields=(sum(_typed(part.definition, part.values) for part in parts), _typed(definition, values)),
        materials=(
            sum(len(_required(part.definition, part.values)) for part in parts),
            _still_asked(definition, parts, values, wallet, data, results),
        ),
        visits=(
            sum(part.definition.data["visits"] for part in parts),
            definition.data["visits"] + sum(_demanded(part.definition) for part in parts),
        ),
        days=(
            sum(_days(part.definition.promised(part.values)) for part in parts),
            _days(definition.promised(values)),
        ),
    )


def _days(limit: Limit) -> int:
    return limit.value


def _demanded(definition: Definition) -> int:
    """The visits that law or site demand: no bundle spares those."""
    return int(definition.data["visits"]) if definition.data.get("visit_reason") else 0


def _waivers(definitions: list[Definition]) -> frozenset[str]:
    return frozenset(one.waiver for definition in definitions for one in definition.materials if one.waiver)


def _typed(definition: Definition, values: Values) -> int:
    """The fields that somebody types in: those that the data can fill are not."""
    return sum(not one.fact for _section, fields in definition.shown_sections(values) for one in fields)


def _required(definition: Definition, values: Values) -> list[str]:
    nothing: frozenset[str] = frozenset()
    needs = definition.needs(values, nothing, nothing)
    return [need.material.id for need in needs if need.material.necessity != "optional"]


def _still_asked(
    definition: Definition,
    parts: list[Member],
    values: Values,
    held: frozenset[str],
    known: frozenset[str],
    results: frozenset[str],
) -> int:
    """The bundle's own uploads, and what a member will ask for that neither these nor an earlier result gives it."""
    own = {
        need.material.id
        for need in definition.needs(values, held, known)
        if not need.waived and need.material.necessity != "optional"
    }
    offered = {one.id for one in definition.materials}
    rest = 0
    for part in parts:
        for need in part.definition.needs(part.values, held | results, known):
            shared = part.child.materials.get(need.material.id) in offered
            later = need.material.id in part.child.defers
            if not (need.waived or shared or later) and need.material.necessity != "optional":
                rest += 1
    return len(own) + rest
