"""Writes about what follows from a case."""

from tongban.kernel.outcomes.actions.handovers import (
    choose_delivery,
    hand_out,
    lay_ready,
    note_tracking,
    parcel_refused,
    parcel_taken,
    post,
)
from tongban.kernel.outcomes.actions.letters import keep_letter, take_number
from tongban.kernel.outcomes.actions.licences import CannotReissue, Taken, WrongColumns, reissue, take_over
from tongban.kernel.outcomes.actions.payments import ask_payment, note_payment
from tongban.kernel.outcomes.actions.register import export_register
from tongban.kernel.outcomes.actions.renewals import deem, note_renewal, warn

__all__ = [
    "CannotReissue",
    "Taken",
    "WrongColumns",
    "ask_payment",
    "choose_delivery",
    "deem",
    "export_register",
    "hand_out",
    "keep_letter",
    "lay_ready",
    "note_payment",
    "note_renewal",
    "note_tracking",
    "parcel_refused",
    "parcel_taken",
    "post",
    "reissue",
    "take_number",
    "take_over",
    "warn",
]
