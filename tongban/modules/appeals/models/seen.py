"""Whose affair an appeal is, as the database checks it (ADR 0047)."""

from tongban.kernel.access.states import Permission
from tongban.kernel.records.rules import behind, firms, granted

# What is confidential is the business of the office that leads or coordinates, not of every office of the firm's town.
_OPEN = "NOT {row}.confidential"
_OPEN_OR_ITS_OWN = f"({_OPEN} OR {{row}}.town_agency IN ({{row}}.agency, {{row}}.desk))"
_BY_ITS_TOWN = (
    'EXISTS (SELECT 1 FROM "appeals_appeal" far_row'
    ' WHERE far_row."id" = {row}."appeal_id" AND far_row."town_agency" = {row}."agency")'
)
SEEN = [
    firms("organisation_id"),
    granted(Permission.APPEAL_HANDLE),
    granted(Permission.APPEAL_ROUTE, agency="desk"),
    granted(Permission.APPEAL_ROUTE, agency="city_desk"),
    granted(Permission.APPEAL_ROUTE, agency="above"),
    granted(Permission.APPEAL_HANDLE, agency="town_agency", when=_OPEN),
    granted(Permission.APPEAL_TOWN, agency="town_agency", when=_OPEN_OR_ITS_OWN),
    behind("appeals_appealtask", "appeal_id", granted(Permission.APPEAL_HANDLE)),
    behind("appeals_appealtask", "appeal_id", granted(Permission.APPEAL_TOWN, when=_BY_ITS_TOWN)),
]
