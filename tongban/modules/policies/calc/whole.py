"""The policies of a pack as they were read, with every fault: what is checked and loaded as a whole. Pure."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.foundation.packs import Located, PackError
from tongban.kernel.catalogue.calc import plain_data
from tongban.modules.policies.calc.definition import Policies
from tongban.modules.policies.states import TextKind


@dataclass
class PolicyReading:
    """The policies of a pack as read, their examples by file, and all faults found."""

    folder: Path
    policies: Policies = field(default_factory=Policies)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: list[PackError] = field(default_factory=list)
    located: dict[str, Located] = field(default_factory=dict)

    def documents(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(kind, code, data) of everything, in the order of the files."""
        found = [(TextKind.POLICY.value, one.code, dict(one.data)) for one in self.policies.policies]
        for name, key, kind in (
            ("exclusions", "exclusions", TextKind.EXCLUSIONS),
            ("funds", "funds", TextKind.FUND),
            ("routes", "routes", TextKind.ROUTE),
        ):
            located = self.located.get(f"policies/{name}.yaml")
            rows = plain_data(located.data)[key] if located else []
            found += [(kind.value, one["code"], one) for one in rows]
        return found
