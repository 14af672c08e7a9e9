"""The way of a batch without applications, as the pack's route says it: who is asked, and how many days each step has. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue.calc.parts import Text
from tongban.modules.policies.calc.definition import Edition, Policies, text
from tongban.modules.policies.states import SAMPLE_LEAST, SAMPLE_PERCENT

AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Consulted:
    """A department that is asked, and its working days. It has no objection when it says nothing."""

    step: str
    agency: str
    name: Text
    days: int


@dataclass(frozen=True, slots=True)
class Way:
    """The steps of a batch, in working days; how many in a hundred of a list are looked at, and how many at least."""

    sample_percent: int
    sample_least: int
    sample_days: int
    consulted: tuple[Consulted, ...]
    notice_days: int
    decide_days: int
    confirm_days: int
    order_days: int

    def sample_of(self, many: int) -> int:
        """How many of so many are looked at: the share rounded up, the least, and never more than there are."""
        return min(many, max(self.sample_least, -(-many * self.sample_percent // 100)))


def is_automatic(policies: Policies, edition: Edition) -> bool:
    """Whether the route of an edition makes its list from data."""
    route = policies.routes.get(edition.procedure, {})
    return any(step["kind"] == "list" for step in route.get("steps", ()))


def way_of(policies: Policies, edition: Edition) -> Way:
    """The way of an edition's batches: that of its own route where it begins with a list, else of the city's general one."""
    own = edition.procedure if is_automatic(policies, edition) else AUTOMATIC
    steps: Mapping[str, Any] = {}
    for step in reversed(policies.routes[own]["steps"]):
        steps = {**steps, step["kind"]: step}
    sample = steps.get("review", {})
    return Way(
        sample_percent=sample.get("percent", SAMPLE_PERCENT),
        sample_least=sample.get("least", SAMPLE_LEAST),
        sample_days=_days(sample),
        consulted=tuple(
            Consulted(one["id"], one["who"]["agency"], text(one["name"]), _days(one))
            for one in policies.routes[own]["steps"]
            if one["kind"] == "consult"
        ),
        notice_days=_days(steps.get("public_notice", {})),
        decide_days=_days(steps.get("approve", {})),
        confirm_days=_days(steps.get("confirm", {})),
        order_days=_days(steps.get("order", {})),
    )


def _days(step: Mapping[str, Any]) -> int:
    return int(step.get("limit", {}).get("value", 0))
