"""What the database itself refuses, whoever writes: unbalanced postings, changes, two persons in one, too much."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from tests.kernel.ledger.money import office, some_id
from tongban.foundation import time
from tongban.kernel.ledger import queries
from tongban.kernel.ledger.models import (
    BudgetLine,
    LedgerEntry,
    PaymentBatch,
    Payout,
    PayoutShare,
    Posting,
)
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, DatabaseError)


@pytest.fixture
def money(clock):
    return office()


def refused(write) -> None:
    """The write fails at once, or when the transaction would be committed."""
    with pytest.raises(REFUSED):
        _commit(write)


@transaction.atomic
def _commit(write) -> None:
    action(write)()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    else:
        connection.check_constraints()


def entry(posting, money, fen):
    return LedgerEntry(posting_id=posting, line=money.line, account="available", fen=fen)


def posting(money, id):
    return Posting(id=id, fund=money.fund, kind="budget", key=str(id), at=time.now())


@pytest.mark.parametrize("fens", [(), (5,), (5, -4), (5, -5, 1)])
def test_a_posting_that_does_not_add_up_to_zero(money, fens):
    id = some_id()

    def write():
        for fen in fens:
            entry(id, money, fen).save(force_insert=True)
        posting(money, id).save(force_insert=True)

    refused(write)


def test_entries_without_a_posting(money):
    refused(lambda: entry(some_id(), money, 5).save(force_insert=True))


def test_entries_added_to_a_posting_that_stands(money):
    held = Posting.objects.get(fund=money.fund)

    def write():
        for fen in (5, -5):
            entry(held.pk, money, fen).save(force_insert=True)

    refused(write)


@pytest.mark.parametrize("model", [Posting, LedgerEntry, PayoutShare])
def test_what_is_written_stays(money, model):
    money.reserve()
    row = model.objects.order_by("id")[0]
    column = "fen" if model is not Posting else "reason"
    for write in (
        lambda: model.objects.filter(pk=row.pk).update(**{column: 7}),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
    ):
        refused(write)


@pytest.mark.parametrize(
    "change",
    [
        {"available_fen": F("available_fen") - 1},
        {"available_fen": -1, "budget_fen": -1},
        {"paid_fen": F("paid_fen") + 1, "budget_fen": F("budget_fen") + 2},
        {"reserved_fen": -1, "available_fen": F("available_fen") + 1},
    ],
)
def test_balances_that_cannot_be(money, change):
    refused(lambda: BudgetLine.objects.filter(pk=money.line.pk).update(**change))


def test_persons_that_are_not_three(money):
    row = money.send(money.approve(money.batch(money.committed())))
    for change in (
        {"checker": row.maker},
        {"finance": row.maker},
        {"finance": row.checker},
        {"finance": None},
        {"checker": None},
        {"digest": ""},
    ):
        refused(lambda change=change: PaymentBatch.objects.filter(pk=row.pk).update(**change))


def test_a_claim_with_two_payouts(money):
    first, second = money.reserve(claim="a"), money.reserve(claim="b")
    refused(lambda: Payout.objects.filter(pk=second.pk).update(claim=first.claim))


def test_a_payout_under_way_without_its_batch(money):
    row = money.reserve()
    refused(lambda: Payout.objects.filter(pk=row.pk).update(state="sent"))


def test_what_the_tables_let_through_is_found_by_adding_up(money):
    row = money.approve(money.batch(money.committed()))
    assert queries.broken() == []
    moved = {"available_fen": F("available_fen") - 1, "reserved_fen": F("reserved_fen") + 1}
    action(BudgetLine.objects.filter(pk=money.line.pk).update)(**moved)
    action(PaymentBatch.objects.filter(pk=row.pk).update)(digest="0" * 64)
    assert queries.broken() == [
        f"line {money.line.pk}: available is kept as 899, entries say 900",
        f"line {money.line.pk}: reserved is kept as 1, entries say 0",
        f"batch {row.pk}: its file does not have its digest",
    ]
