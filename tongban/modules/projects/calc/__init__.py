"""Kinds of projects, diagnoses, the way through permits, lights. Pure."""

from tongban.modules.projects.calc.course import Station, Way, critical_way
from tongban.modules.projects.calc.kinds import (
    Diagnosis,
    Kind,
    Need,
    Permit,
    Question,
    Settings,
    Shared,
    Stage,
    Subsidy,
    diagnose,
    fact_types,
    read_kind,
    read_settings,
)
from tongban.modules.projects.calc.lights import light_of, months_before, percent
from tongban.modules.projects.calc.years import Year, by_year

__all__ = [
    "Diagnosis",
    "Kind",
    "Need",
    "Permit",
    "Question",
    "Settings",
    "Shared",
    "Stage",
    "Station",
    "Subsidy",
    "Way",
    "Year",
    "by_year",
    "critical_way",
    "diagnose",
    "fact_types",
    "light_of",
    "months_before",
    "percent",
    "read_kind",
    "read_settings",
]
