"""Writes of appeals: each verb of `states.TABLE` is one function here."""

from tongban.modules.appeals.actions.assigning import invite, refuse, route, rule
from tongban.modules.appeals.actions.chasing import recompute, scan
from tongban.modules.appeals.actions.ending import approve, deliver, rate, send_back, withdraw
from tongban.modules.appeals.actions.filing import BadAppeal, NotYours, file_appeal
from tongban.modules.appeals.actions.joining import (
    CannotMerge,
    Joined,
    NothingToJoin,
    merge,
    merge_all,
)
from tongban.modules.appeals.actions.moving import BadFiles, TooLate, WordsMissing
from tongban.modules.appeals.actions.proposing import NothingBehind, NotOpen, answer_proposal, propose_change
from tongban.modules.appeals.actions.questions import (
    BadQuestion,
    Charge,
    ask_enterprise,
    assign_question,
    lapse_questions,
    note_progress,
    open_question,
    say_solved,
)
from tongban.modules.appeals.actions.townrules import (
    BadRules,
    OwnDraft,
    draft_town_rules,
    publish_town_rules,
)
from tongban.modules.appeals.actions.working import (
    answer,
    ask,
    consent,
    contact,
    dispute,
    finish,
    propose,
    reply,
    supply,
)

__all__ = [
    "BadAppeal",
    "BadFiles",
    "BadQuestion",
    "BadRules",
    "CannotMerge",
    "Charge",
    "Joined",
    "NotOpen",
    "NotYours",
    "NothingBehind",
    "NothingToJoin",
    "OwnDraft",
    "TooLate",
    "WordsMissing",
    "answer",
    "answer_proposal",
    "approve",
    "ask",
    "ask_enterprise",
    "assign_question",
    "consent",
    "contact",
    "deliver",
    "dispute",
    "draft_town_rules",
    "file_appeal",
    "finish",
    "invite",
    "lapse_questions",
    "merge",
    "merge_all",
    "note_progress",
    "open_question",
    "propose",
    "propose_change",
    "publish_town_rules",
    "rate",
    "recompute",
    "refuse",
    "reply",
    "route",
    "rule",
    "say_solved",
    "scan",
    "send_back",
    "supply",
    "withdraw",
]
