"""What changes: peers, records put and sent, messages taken in, days compared, tickets.

The way of a record: `put` → `lease` (job) → the wire → `note_answer` or `note_silence` → a verdict of the peer, which
comes as a message of its own through `take`.
"""

from tongban.kernel.exchange.actions.comparing import (
    WordsMissing,
    close_ticket,
    compare_again,
    count_day,
    look_for_late,
)
from tongban.kernel.exchange.actions.peers import load_peers, wake
from tongban.kernel.exchange.actions.putting import Said, put
from tongban.kernel.exchange.actions.sending import NotToBeReplayed, lease, note_answer, note_silence, replay
from tongban.kernel.exchange.actions.taking import take

__all__ = [
    "NotToBeReplayed",
    "Said",
    "WordsMissing",
    "close_ticket",
    "compare_again",
    "count_day",
    "lease",
    "load_peers",
    "look_for_late",
    "note_answer",
    "note_silence",
    "put",
    "replay",
    "take",
    "wake",
]
