"""Clocks that begin where another ends: one write, every fact on its own day."""

import datetime as dt

import pytest

from tests.kernel.deadlines.test_running_clocks import MONDAY, STATUTORY, again, start
from tongban.foundation import time
from tongban.kernel.deadlines import actions, queries
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import ClockKind, Unit

pytestmark = pytest.mark.django_db


def test_clocks_that_follow_another_stop_it_and_begin_on_their_own_day(clock):
    receipt, other = start(kind=ClockKind.RECEIPT), start(kind=ClockKind.RECEIPT)
    limits = {STATUTORY: Limit(10, Unit.WORKDAYS), ClockKind.DECISION_PROMISED: Limit(3, Unit.WORKDAYS)}
    made = actions.start_all(
        subject_id=receipt.subject_id, limits=limits, day=MONDAY, after=[ClockKind.RECEIPT]
    )
    assert [(row.kind, row.stopped) for row in queries.clocks_of(receipt.subject_id)] == [
        ("receipt", True),
        ("decision_statutory", False),
        ("decision_promised", False),
    ]
    lines = queries.ledger(receipt.subject_id)
    assert [(line.clock, line.entry, line.day) for line in lines] == [
        (ClockKind.RECEIPT, "started", MONDAY),
        (ClockKind.RECEIPT, "stopped", time.today()),
        (STATUTORY, "started", MONDAY),
        (ClockKind.DECISION_PROMISED, "started", MONDAY),
    ]
    assert [row.due_on for row in made] == [dt.date(2026, 3, 16), dt.date(2026, 3, 5)]
    assert not again(other).stopped
    assert queries.wrong() == []
