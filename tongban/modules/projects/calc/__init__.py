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
    "critical_way",
    "diagnose",
    "fact_types",
    "light_of",
    "months_before",
    "percent",
    "read_kind",
    "read_settings",
]
