"""Whatever is tried, in whatever order, with whatever answers: the books hold after every step (I6, I7)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.ledger.money import office
from tongban.foundation.errors import Problem
from tongban.kernel.ledger import actions, queries
from tongban.kernel.ledger.calc import Stated
from tongban.kernel.ledger.models import Payout, Posting
from tongban.kernel.ledger.queries.treasuries import Answer
from tongban.kernel.ledger.states import Outcome, PostingKind

pytestmark = pytest.mark.django_db
LINES = {  # step → what it does with a payout, a number, an amount, an outcome and a key of its own
    "reserve": lambda m, row, n, fen, out, key: m.reserve(fen, claim=f"{m.fund.code}-{n}", payee="li"),
    "commit": lambda m, row, n, fen, out, key: actions.commit(payout_id=row.pk, by=m.maker),
    "release": lambda m, row, n, fen, out, key: actions.release(payout_id=row.pk, by=m.maker),
    "batch": lambda m, row, n, fen, out, key: m.batch(row),
    "approve": lambda m, row, n, fen, out, key: row.batch and m.approve(row.batch),
    "reject": lambda m, row, n, fen, out, key: actions.reject_batch(
        batch_id=row.batch_id or row.pk, reason="x", by=m.checker
    ),
    "send": lambda m, row, n, fen, out, key: row.batch and m.send(row.batch),
    "answer": lambda m, row, n, fen, out, key: actions.record_answer(
        batch_id=row.batch_id or row.pk, answer=Answer(key, str(row.pk), out)
    ),
    "statement": lambda m, row, n, fen, out, key: _state(m, row, key, incoming=False),
    "back": lambda m, row, n, fen, out, key: _state(m, row, key, incoming=True),
    "claw": lambda m, row, n, fen, out, key: actions.claw_back(
        payout_id=row.pk, fen=fen, key=key, reason="x", by=m.finance
    ),
    "return": lambda m, row, n, fen, out, key: actions.return_money(payout_id=row.pk, by=m.finance),
    "reverse": lambda m, row, n, fen, out, key: _reverse(m, n),
    "budget": lambda m, row, n, fen, out, key: actions.change_budget(
        line_id=m.line.pk, fen=fen - 200, key=key, reason="x", by=m.finance
    ),
}
STEP = st.tuples(
    st.sampled_from([*LINES, "answer"]),
    st.integers(0, 5),
    st.integers(1, 400),
    st.sampled_from(list(Outcome)),
)
WAYS = st.lists(STEP, min_size=5, max_size=14)


def _state(money, row, key, *, incoming):
    line = Stated(key, str(row.pk), row.fen, row.reserved_at.date(), incoming)
    actions.reconcile(fund_id=money.fund.pk, lines=[line], by=money.finance)


def _reverse(money, number):
    made = Posting.objects.filter(fund=money.fund).order_by("-id")
    actions.reverse(posting_id=made[number % len(made)].pk, reason="x", by=money.finance)


def attempt(money, step: str, number: int, fen: int, outcome: Outcome, serial: int) -> None:
    """One step on one of the payouts there are; what is not allowed now is refused with a Problem."""
    rows = list(Payout.objects.filter(fund=money.fund).order_by("id"))
    row = rows[number % len(rows)] if rows else money.reserve(1)
    LINES[step](money, row, number, fen, outcome, f"{money.fund.code}-{serial}")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=WAYS)
def test_the_books_hold_after_every_step(ways, clock):
    _walk(office(), ways)


def test_paid_again_after_the_money_came_back_and_the_bank_contradicted_itself(clock):
    """Found by the steps above: the second payment had the first one's key, and the answer was lost with an error."""
    paid = ("answer", 0, 1, Outcome.PAID)
    _walk(office(), [paid, ("back", 0, 1, Outcome.PAID), paid, paid])
    assert Posting.objects.filter(kind=PostingKind.PAY).count() == 2


def _walk(money, ways):
    path = [("reserve", 0, 100), ("commit", 0, 0), ("batch", 0, 0), ("approve", 0, 0), ("send", 0, 0)]
    for serial, step in enumerate([*((*one, Outcome.PAID) for one in path), *ways]):
        try:
            attempt(money, *step, serial)
        except Problem:
            continue
        finally:
            assert queries.broken() == [] == queries.one_person(), step
