"""The sealer: each minute what was committed gets its numbers and the log a signed head; at night nothing is left out."""

import hashlib
import logging
from datetime import date, timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.events.states import daily, often
from tongban.kernel.evidence import actions, queries
from tongban.kernel.evidence.queries.stampers import NoStamp, stamper
from tongban.kernel.evidence.states import BATCH

_LOG = logging.getLogger(__name__)


def seal(*, everything: bool = False) -> None:
    """Number what has none and sign; with `everything` events however old."""
    while actions.number(everything=everything) == BATCH:
        pass
    actions.sign()


def stamp() -> None:
    """Have the newest head stamped by the authority that is set, if there is one and the last stamp is old enough."""
    authority, head, last = stamper(), queries.newest(), queries.stamped()
    if authority is None or head is None or (last is not None and last.head_id == head.pk):
        return
    if last is not None and time.now() - last.head.at < timedelta(minutes=settings.STAMPER_MINUTES):
        return
    text = queries.signed_text(queries.key().name, head)
    try:
        found = authority.stamp(hashlib.sha256(text).digest())
    except NoStamp as error:  # the log is sealed all the same, and the next minute asks again
        _LOG.warning("no time stamp: %s", error)
        return
    actions.keep_stamp(head=head, stamp=found)


@often
def each_minute() -> None:
    """Seal what was committed since."""
    seal()
    stamp()


@daily
def each_night(day: date) -> None:
    """Look for events that were committed so late that no minute saw them."""
    seal(everything=True)
