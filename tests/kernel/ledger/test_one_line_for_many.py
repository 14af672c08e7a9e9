"""Many reserve from one budget line at the same time: what is given never exceeds what there is (I6)."""

import threading

import pytest
from django.db import OperationalError, connections

from tests.kernel.ledger.money import office
from tongban.kernel.ledger import actions, queries
from tongban.kernel.ledger.actions import NotEnough
from tongban.kernel.ledger.models import BudgetLine, Payout

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(money, attempts: int, threads: int) -> list[str]:
    """So many attempts of 10 fen each, by so many threads; every third one is committed too. Returns what became of them."""
    told: list[str] = []

    def some(first: int) -> None:
        for number in range(first, attempts, threads):
            try:
                row = money.reserve(10, claim=f"crowd-{number}")
                if number % 3 == 0:
                    actions.commit(payout_id=row.pk, by=money.maker)
                told.append("given")
            except NotEnough:
                told.append("not enough")
            except OperationalError:  # SQLite lets one write and has the others wait; some wait in vain
                told.append("busy")
        connections.close_all()

    running = [threading.Thread(target=some, args=(first,)) for first in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return told


def judge(money, told: list[str], attempts: int) -> None:
    """All attempts have an answer, and exactly what was given has left the line."""
    assert len(told) == attempts
    given = Payout.objects.filter(fund=money.fund).count()
    row = BudgetLine.objects.get(pk=money.line.pk)
    assert (row.available_fen, row.reserved_fen + row.payable_fen) == (1000 - 10 * given, 10 * given)
    assert queries.broken() == []


def test_some_hundred(clock):
    money = office()
    told = crowd(money, 240, 6)
    judge(money, told, 240)
    if "busy" not in told:
        assert (told.count("given"), told.count("not enough")) == (100, 140)


@pytest.mark.faults
@pytest.mark.postgres
def test_ten_thousand(clock):
    money = office()
    told = crowd(money, 10_000, 12)
    judge(money, told, 10_000)
    assert (told.count("given"), told.count("not enough")) == (100, 9_900)
