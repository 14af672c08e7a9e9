"""Child cases of a procedure (一件事 and the like): what they are told, how long they may take together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit


@dataclass(frozen=True)
class Origin:
    """Where a value of a child case comes from: a named value of the parent's, or a fixed one.

    `called` says what the other item calls an option that this one calls differently.
    """

    name: str = ""
    value: Any = None
    called: Mapping[str, str] = field(default_factory=dict)

    def among(self, values: Mapping[str, Any]) -> Any:
        """The value, or None where the parent has none."""
        if not self.name:
            return self.value
        value = values.get(self.name)
        return self.called.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Child:
    """The case that a step opens. `then` says what each end of it, other than a grant, means for the parent."""

    item: str
    situation: Mapping[str, Origin]
    answers: Mapping[str, Origin]
    materials: Mapping[str, str]
    signs: Mapping[str, str]
    then: Mapping[str, str]
    holder_of: str = ""
    waits: bool = True
    defers: Mapping[str, str] = field(default_factory=dict)
    signatures: bool = (
        False  # what was signed here, by everybody who had to, stands for the child's own signatures
    )

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Child":
        """As an item's data say it."""
        return cls(
            item=data["item"],
            situation=_origins(data.get("situation", {})),
            answers=_origins(data.get("answers", {})),
            materials=dict(data.get("materials", {})),
            signs=dict(data.get("signs", {})),
            then=dict(data["then"]),
            holder_of=data.get("applicant", {}).get("holder_of", ""),
            waits=data.get("waits", True),
            defers=dict(data.get("defers", {})),
            signatures=data.get("signatures", False),
        )

    def situation_from(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The answers to the child's questions that the parent's values give."""
        return {id: str(value) for id, value in _given(self.situation, values)}

    def answers_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The child's fields that the parent's values fill."""
        return dict(_given(self.answers, values))

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What rules of the child's item will read: the same facts, and what it is told."""
        told = {name: one for name, one in values.items() if not name.startswith(("answer.", "situation."))}
        told |= {f"situation.{id}": one for id, one in self.situation_from(values).items()}
        return told | {f"answer.{id}": one for id, one in self.answers_from(values).items()}


def _origins(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Origin]:
    return {id: Origin(one.get("from", ""), one.get("value"), one.get("as", {})) for id, one in data.items()}


def _given(origins: Mapping[str, Origin], values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    found = ((id, origin.among(values)) for id, origin in origins.items())
    return [(id, value) for id, value in found if value is not None]


class OrderedStep(Protocol):
    """What the longest way needs of a step."""

    @property
    def id(self) -> str: ...
    @property
    def after(self) -> tuple[str, ...]: ...
    @property
    def child(self) -> Child | None: ...


def bundle_limit(steps: Sequence[OrderedStep], limits: Mapping[str, Limit]) -> Limit:
    """How long a procedure with child cases may take: the longest way through its graph, in working days.

    Parallel steps take as long as the longest of them, steps in a row the sum. A predecessor that this situation lacks
    holds nothing up; nor does a child case for which the parent does not wait. Natural days are counted as so many working
    days: never a shorter promise than the sum of the parts. Ends on a graph with a circle (which the pack's check refuses).
    """
    present = {step.id: step for step in steps}
    ends: dict[str, int] = {}

    def end(id: str, on_the_way: frozenset[str]) -> int:
        if id not in ends:
            step = present[id]
            before = [one for one in step.after if one in present and one not in on_the_way]
            begin = max((end(one, on_the_way | {id}) for one in before), default=0)
            held_up = step.child is None or step.child.waits
            ends[id] = begin + (limits[id].value if held_up else 0)
        return ends[id]

    whole = max((end(step.id, frozenset()) for step in steps), default=0)
    return Limit(whole, Unit.WORKDAYS) if whole else Limit(0, Unit.INSTANT)
