"""The rows of a case, of the work inside it, and of what interrupts or follows it."""

from tongban.kernel.cases.models.case import OFFICERS, Case, CaseMaterial, DaySerial, Deferral, Supplement
from tongban.kernel.cases.models.measures import Ban, CommitmentCheck, Extension, Hearing, Pause
from tongban.kernel.cases.models.work import Absence, CaseStep, SleepingClaim, StepFile, WorkItem

__all__ = [
    "OFFICERS",
    "Absence",
    "Ban",
    "Case",
    "CaseMaterial",
    "CaseStep",
    "CommitmentCheck",
    "DaySerial",
    "Deferral",
    "Extension",
    "Hearing",
    "Pause",
    "SleepingClaim",
    "StepFile",
    "Supplement",
    "WorkItem",
]
