"""Writes of appeals: each verb of `states.TABLE` is one function here."""

from tongban.modules.appeals.actions.assigning import invite, merge, refuse, route, rule
from tongban.modules.appeals.actions.chasing import recompute, scan
from tongban.modules.appeals.actions.ending import approve, deliver, rate, send_back, withdraw
from tongban.modules.appeals.actions.filing import BadAppeal, NotYours, file_appeal
from tongban.modules.appeals.actions.moving import TooLate, WordsMissing
from tongban.modules.appeals.actions.proposing import NothingBehind, NotOpen, answer_proposal, propose_change
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
    "NotOpen",
    "NotYours",
    "NothingBehind",
    "TooLate",
    "WordsMissing",
    "answer",
    "answer_proposal",
    "approve",
    "ask",
    "consent",
    "contact",
    "deliver",
    "dispute",
    "file_appeal",
    "finish",
    "invite",
    "merge",
    "propose",
    "propose_change",
    "rate",
    "recompute",
    "refuse",
    "reply",
    "route",
    "rule",
    "scan",
    "send_back",
    "supply",
    "withdraw",
]
