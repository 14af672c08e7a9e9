"""What changes: texts in force, drafts, alerts, batches of awards. Files of snapshots are in a room of their own: they load DuckDB.

The way of a batch: `start_batch` → `add_part` (jobs) → `look_at`, `finish_sample` → `give_opinion` → `publish_list` →
`object_to`, `answer_objection` → `approve` (another person) → `set_aside` (jobs) → `confirm_award` or `decline_award` →
`order` → the ledger's payment.
"""

from tongban.modules.policies.actions.alerts import (
    NobodyToTell,
    TooManyAlerts,
    end_alert,
    save_alert,
    tell_alert,
)
from tongban.modules.policies.actions.checking import (
    BasisMoved,
    FourEyes,
    NotSubmitted,
    ReasonMissing,
    publish_draft,
    return_draft,
)
from tongban.modules.policies.actions.cities import AlreadyMade, ask_city, note_city
from tongban.modules.policies.actions.confirming import confirm_award, decline_award, defer, remind
from tongban.modules.policies.actions.deciding import approve, set_aside
from tongban.modules.policies.actions.drafting import (
    DraftFaults,
    DraftMoved,
    DraftTaken,
    EditionOver,
    NameTaken,
    NoChange,
    NotAhead,
    NotEditable,
    discard_draft,
    set_condition,
    set_parameters,
    start_draft,
    submit_draft,
)
from tongban.modules.policies.actions.duties import (
    BadDuties,
    OnlyTheLegalRepresentative,
    can_have,
    may_set,
    set_duties,
    tell_matches,
)
from tongban.modules.policies.actions.listing import (
    Candidate,
    NotAutomatic,
    NotNow,
    add_part,
    finish_sample,
    give_up,
    look_at,
    start_batch,
)
from tongban.modules.policies.actions.noticing import (
    answer_objection,
    give_opinion,
    note_silence,
    object_to,
    publish_list,
    require_name,
)
from tongban.modules.policies.actions.paying import (
    learn_received,
    note_answered,
    note_clawed_back,
    note_paid,
    note_reconciled,
    note_refused,
    order,
)
from tongban.modules.policies.actions.publishing import load

__all__ = [
    "AlreadyMade",
    "BadDuties",
    "BasisMoved",
    "Candidate",
    "DraftFaults",
    "DraftMoved",
    "DraftTaken",
    "EditionOver",
    "FourEyes",
    "NameTaken",
    "NoChange",
    "NobodyToTell",
    "NotAhead",
    "NotAutomatic",
    "NotEditable",
    "NotNow",
    "NotSubmitted",
    "OnlyTheLegalRepresentative",
    "ReasonMissing",
    "TooManyAlerts",
    "add_part",
    "answer_objection",
    "approve",
    "ask_city",
    "can_have",
    "confirm_award",
    "decline_award",
    "defer",
    "discard_draft",
    "end_alert",
    "finish_sample",
    "give_opinion",
    "give_up",
    "learn_received",
    "load",
    "look_at",
    "may_set",
    "note_answered",
    "note_city",
    "note_clawed_back",
    "note_paid",
    "note_reconciled",
    "note_refused",
    "note_silence",
    "object_to",
    "order",
    "publish_draft",
    "publish_list",
    "remind",
    "require_name",
    "return_draft",
    "save_alert",
    "set_aside",
    "set_condition",
    "set_duties",
    "set_parameters",
    "start_batch",
    "start_draft",
    "submit_draft",
    "tell_alert",
    "tell_matches",
]
