"""The figures of the catalogue in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.dashboards import calc


@dataclass(frozen=True)
class CatalogueFigures:
    """All items, then those of each agency and of each level, and what stands in the way of 100 %."""

    all: calc.Figures
    by_agency: dict[str, calc.Figures]
    by_level: dict[str, calc.Figures]  # city, town: who decides
    obstacles: list[calc.Obstacle]


def catalogue_figures() -> CatalogueFigures:
    """Computed from the items in force today; nothing of it is stored or typed."""
    return figures_of([item.definition.data for item in catalogue.items()])


def figures_of(items: Sequence[calc.Item]) -> CatalogueFigures:
    """The figures of these definitions."""
    by_agency = calc.grouped(items, lambda item: item["agency"])
    by_level = calc.grouped(items, lambda item: item["handled_at"])
    return CatalogueFigures(
        all=calc.figures(items),
        by_agency={name: calc.figures(rows) for name, rows in sorted(by_agency.items())},
        by_level={name: calc.figures(rows) for name, rows in sorted(by_level.items())},
        obstacles=calc.obstacles(items),
    )


def document(items: Sequence[calc.Item]) -> dict[str, Any]:
    """The figures of these definitions as a program reads them: each rate with the codes of the items in it, missing and not counted."""
    found = figures_of(items)
    return {
        **_document(found.all),
        "by_agency": {name: _document(one) for name, one in found.by_agency.items()},
        "by_level": {name: _document(one) for name, one in found.by_level.items()},
        "obstacles": [{"item": one.code, "why": one.why, "visits": one.visits} for one in found.obstacles],
    }


def _document(one: calc.Figures) -> dict[str, Any]:
    return {
        "items": one.items,
        "online_rate": _rate(one.online),
        "wholly_online_rate": _rate(one.wholly_online),
        "visits_each": one.visits_each,
        "on_the_spot": one.on_the_spot,
        "materials_not_asked": one.not_asked_materials,
        "fields_not_asked": one.not_asked_fields,
        "promise_shorter_than_law": one.faster,
    }


def _rate(rate: calc.Rate) -> dict[str, Any]:
    return {
        "percent": rate.percent,
        "met": list(rate.met),
        "missing": list(rate.missing),
        "excluded": list(rate.excluded),
    }
