"""Writes of cases, by who acts: the applicant, the officers, the head, the machinery that closes."""

from tongban.kernel.cases.actions.calendars import follow_calendar, follow_clock
from tongban.kernel.cases.actions.closing import close, deliver, grant_by_rule
from tongban.kernel.cases.actions.deciding import (
    deem_renewed,
    deny,
    end_for_want_of_material,
    grant,
    terminate,
)
from tongban.kernel.cases.actions.filing import (
    add_material,
    delete_draft,
    forget_draft,
    open_draft,
    remove_material,
    save,
)
from tongban.kernel.cases.actions.gates import OPENING, fix_benefit, gate, hold
from tongban.kernel.cases.actions.handling import (
    accept,
    deem_accepted,
    lapse,
    refuse,
    request_supplement,
    values_of,
)
from tongban.kernel.cases.actions.hearings import ask_hearing, hold_hearing, offer_hearing, schedule_hearing
from tongban.kernel.cases.actions.measures import (
    approve,
    end_pause,
    propose_extension,
    propose_pause,
    reject,
)
from tongban.kernel.cases.actions.migrating import migrate
from tongban.kernel.cases.actions.private import end_recusal, open_glass, recuse
from tongban.kernel.cases.actions.procedure import (
    attach_to_step,
    complete_step,
    end_notice,
    let_silence_speak,
)
from tongban.kernel.cases.actions.promises import check_commitment, supply
from tongban.kernel.cases.actions.reusing import check_original, reuse_material
from tongban.kernel.cases.actions.signing import NotReadyToSign, ask_signatures
from tongban.kernel.cases.actions.submitting import NotComplete, file, resubmit, submit, withdraw
from tongban.kernel.cases.actions.work import claim, set_absence, transfer, turns_of

__all__ = [
    "OPENING",
    "NotComplete",
    "NotReadyToSign",
    "accept",
    "add_material",
    "approve",
    "ask_hearing",
    "ask_signatures",
    "attach_to_step",
    "check_commitment",
    "check_original",
    "claim",
    "close",
    "complete_step",
    "deem_accepted",
    "deem_renewed",
    "delete_draft",
    "deliver",
    "deny",
    "end_for_want_of_material",
    "end_notice",
    "end_pause",
    "end_recusal",
    "file",
    "fix_benefit",
    "follow_calendar",
    "follow_clock",
    "forget_draft",
    "gate",
    "grant",
    "grant_by_rule",
    "hold",
    "hold_hearing",
    "lapse",
    "let_silence_speak",
    "migrate",
    "offer_hearing",
    "open_draft",
    "open_glass",
    "propose_extension",
    "propose_pause",
    "recuse",
    "refuse",
    "reject",
    "remove_material",
    "request_supplement",
    "resubmit",
    "reuse_material",
    "save",
    "schedule_hearing",
    "set_absence",
    "submit",
    "supply",
    "terminate",
    "transfer",
    "turns_of",
    "values_of",
    "withdraw",
]
