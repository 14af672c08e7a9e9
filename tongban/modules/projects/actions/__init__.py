"""Writes of projects: opened at one intake, moved on, linked to cases, followed up, ended."""

from tongban.modules.projects.actions.budgeting import plan_years
from tongban.modules.projects.actions.dating import register_stage
from tongban.modules.projects.actions.meeting import Decision, hold_meeting, note_appeal
from tongban.modules.projects.actions.moving import (
    Said,
    advance,
    check,
    end,
    follow_cases,
    hand_over,
    link,
    note,
    plan_stage,
    settle,
)
from tongban.modules.projects.actions.opening import Plan, open_project
from tongban.modules.projects.actions.permits import begin_permits, hand_in_permit, share_answers
from tongban.modules.projects.actions.supplying import supply
from tongban.modules.projects.actions.writing import BadEntry, NotPossible

__all__ = [
    "BadEntry",
    "Decision",
    "NotPossible",
    "Plan",
    "Said",
    "advance",
    "begin_permits",
    "check",
    "end",
    "follow_cases",
    "hand_in_permit",
    "hand_over",
    "hold_meeting",
    "link",
    "note",
    "note_appeal",
    "open_project",
    "plan_stage",
    "plan_years",
    "register_stage",
    "settle",
    "share_answers",
    "supply",
]
