"""The form of a supplement: every field and material that can be asked for, and what the officer chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.terminals.desk import words
from tongban.terminals.desk.opened import Opened
from tongban.terminals.ui.texts import _

LONGEST_NOTE = 300


@dataclass(frozen=True)
class PointRow:
    """A field or a material with its check box and note."""

    kind: str  # field or material
    id: str
    label: str
    chosen: bool = False
    note: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        """The value of its check box."""
        return f"{self.kind}:{self.id}"

    @property
    def note_id(self) -> str:
        """Name and identifier of its note."""
        return f"note-{self.kind}-{self.id}"


def offered(opened: Opened, posted: Mapping[str, str]) -> list[PointRow]:
    """What can be asked for in this case, with what was posted.

    A field that the city's data fill is left out: the applicant could not change it.
    """
    rows = [
        PointRow("field", field.id, words.of(field.label))
        for _section, fields in opened.definition.shown_sections(opened.values)
        for field in fields
        if not opened.locked(field)
    ]
    rows += [
        PointRow("material", need.material.id, words.of(need.material.name))
        for need in opened.definition.needs(opened.values, frozenset(), frozenset())
    ]
    chosen = set(posted.getlist("point")) if hasattr(posted, "getlist") else set()
    return [_filled(row, chosen, posted) for row in rows]


def _filled(row: PointRow, chosen: set[str], posted: Mapping[str, str]) -> PointRow:
    note = posted.get(row.note_id, "").strip()[:LONGEST_NOTE]
    ticked = row.key in chosen
    error = _("请写明“{label}”哪里需要补正", label=row.label) if ticked and not note else ""
    return PointRow(row.kind, row.id, row.label, ticked, note, error)


def read(rows: Sequence[PointRow]) -> list[dict[str, str]]:
    """The chosen points as the action takes them."""
    return [{"kind": row.kind, "id": row.id, "note": row.note} for row in rows if row.chosen]
