"""Writes of cases, by who acts: the applicant, the officers, the machinery that closes."""

from tongban.kernel.cases.actions.closing import close, deliver, grant_by_rule
from tongban.kernel.cases.actions.filing import add_material, delete_draft, open_draft, remove_material, save
from tongban.kernel.cases.actions.handling import (
    accept,
    complete_step,
    deny,
    grant,
    refuse,
    request_supplement,
    values_of,
)
from tongban.kernel.cases.actions.submitting import NotComplete, file, resubmit, submit, withdraw

__all__ = [
    "NotComplete",
    "accept",
    "add_material",
    "close",
    "complete_step",
    "delete_draft",
    "deliver",
    "deny",
    "file",
    "grant",
    "grant_by_rule",
    "open_draft",
    "refuse",
    "remove_material",
    "request_supplement",
    "resubmit",
    "save",
    "submit",
    "values_of",
    "withdraw",
]
