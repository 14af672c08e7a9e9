"""What was read of a pack's folder: data by file, and every fault. Pure."""

from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.packs import Located, PackError


@dataclass
class MatchingReading:
    """What was read: the data by file, and every fault."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: list[PackError] = field(default_factory=list)
    located: dict[str, Located] = field(default_factory=dict)

    @property
    def book(self) -> dict[str, Any]:
        """What is stored: kinds, terms, towns; empty where the pack has no matching."""
        if "kinds" not in self.data or "terms" not in self.data:
            return {}
        return {"kinds": self.data["kinds"], "terms": self.data["terms"], "towns": self.data["towns"]}
