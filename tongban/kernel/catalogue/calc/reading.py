"""A pack as it was read: what a load brings into the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.foundation.packs import Located, PackError
from tongban.kernel.catalogue.states import DocumentKind


@dataclass
class PackReading:
    """A pack as read: documents by kind, items, places, halls, calendars, examples, and all faults found."""

    folder: Path
    pack: dict[str, Any] = field(default_factory=dict)
    agencies: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    credentials: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    ratings: dict[str, Any] = field(default_factory=dict)
    village_proofs: dict[str, Any] = field(default_factory=dict)
    synonyms: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    # What modules read for themselves, by module: kept and versioned with the pack, never looked into here.
    of_modules: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    halls: list[dict[str, Any]] = field(default_factory=list)
    calendars: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    judged: list[dict[str, Any]] = field(default_factory=list)
    errors: list[PackError] = field(default_factory=list)
    located: dict[str, Located] = field(default_factory=dict)  # the files that satisfy their schema, by name

    @property
    def fact_types(self) -> dict[str, FactType]:
        """The declared facts by name, as criteria check against them."""
        return {fact["name"]: FactType(fact["type"]) for fact in self.facts}

    def documents(self) -> list[tuple[DocumentKind, str, Mapping[str, Any]]]:
        """What goes into the table of pack documents."""
        kinds = [
            (DocumentKind.AGENCY, "code", self.agencies),
            (DocumentKind.FACT, "name", self.facts),
            (DocumentKind.CREDENTIAL, "code", self.credentials),
            (DocumentKind.LETTER, "code", self.letters),
        ]
        rows: list[tuple[DocumentKind, str, Mapping[str, Any]]] = [
            (DocumentKind.PACK, "pack", self.pack),
            (DocumentKind.PACK, "ratings", self.ratings),
            (DocumentKind.PACK, "village-proofs", self.village_proofs),
            (DocumentKind.PACK, "synonyms", self.synonyms),
            (DocumentKind.PACK, "names", self.names),
            *((DocumentKind.PACK, name, data) for name, data in self.of_modules.items()),
        ]
        return rows + [(kind, data[key], data) for kind, key, many in kinds for data in many]
