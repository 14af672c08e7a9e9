"""The process is killed (SIGKILL) at named points of every step of a payment: the books hold, and the step can be repeated.

A fork takes one step and dies at its point; the parent counts what is left, takes the step again and goes on. Points:
before anything, after the entries and the posting, before the commit, after it; and around the call of the treasury.
"""

import os
import signal
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, connections, transaction

from tests.kernel.ledger.money import Office, office, state
from tongban.foundation import time
from tongban.kernel.events import tasks as jobs
from tongban.kernel.events.models import Job
from tongban.kernel.ledger import actions, queries, tasks
from tongban.kernel.ledger.actions import posting
from tongban.kernel.ledger.calc import Stated
from tongban.kernel.ledger.models import LedgerEntry, PaymentBatch, Payout, Posting
from tongban.kernel.ledger.queries.treasuries import FakeApiTreasury
from tongban.kernel.records.actions import action

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
INSIDE = ("after-entries", "after-posting", "before-commit", "after-commit")
AROUND = ("before-treasury", "after-treasury")


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(function: Callable) -> Callable:
    def run(*args, **kwargs):
        function(*args, **kwargs)
        die()

    return run


@contextmanager
def crash_at(point: str):
    """Let this process die when it comes to the point."""
    leave = transaction.Atomic.__exit__

    def outermost() -> bool:
        return len(connection.savepoint_ids) == 0 and connection.in_atomic_block

    def committing(self, *args):
        if point == "before-commit" and outermost():
            die()
        leave(self, *args)
        if point == "after-commit" and not connection.in_atomic_block:
            die()

    patches = {
        "after-entries": mock.patch.object(Posting, "save", die),
        "after-posting": mock.patch.object(posting, "_balance", die),
        "before-commit": mock.patch.object(transaction.Atomic, "__exit__", committing),
        "after-commit": mock.patch.object(transaction.Atomic, "__exit__", committing),
        "before-treasury": mock.patch.object(FakeApiTreasury, "send", die),
        "after-treasury": mock.patch.object(FakeApiTreasury, "send", _then_die(FakeApiTreasury.send)),
    }
    with patches[point]:
        yield


def killed(step: Callable[[], object], point: str) -> bool:
    """Take a step in a process of its own that dies at the point; False when it ended without coming there."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # a socket that both hold would outlive the child, and its transaction with it
    child = os.fork()
    if child == 0:
        try:
            with crash_at(point):
                step()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def run_jobs() -> None:
    """The jobs, those too whose worker has died."""
    action(Job.objects.filter(done_at__isnull=True).update)(lease_until=None)
    jobs.run_waiting("after the crash")


class Way:
    """One payment from the budget to the closed month, step by step."""

    def __init__(self) -> None:
        self.money: Office = office()
        self.row: Payout | None = None
        self.batch: PaymentBatch | None = None

    def fresh(self) -> Payout:
        return Payout.objects.get(claim=f"way-{self.money.fund.code}")

    def held(self) -> PaymentBatch:
        return PaymentBatch.objects.filter(fund=self.money.fund).order_by("-id")[0]

    def stated(self, reference: str, *, incoming: bool = False) -> dict[str, int]:
        line = Stated(
            f"{self.money.fund.code}-{reference}", str(self.fresh().pk), 300, time.today(), incoming
        )
        return actions.reconcile(fund_id=self.money.fund.pk, lines=[line], by=self.money.finance)

    def is_in(self, *states: str) -> Callable[[], bool]:
        return lambda: state(self.fresh()) in states

    def batch_is(self, *states: str) -> Callable[[], bool]:
        return lambda: self.held().state in states

    def put_in_batch(self) -> PaymentBatch:
        """The changed account is its one warning."""
        return self.money.batch(self.fresh(), treasury="api")

    def steps(self) -> dict[str, tuple[Callable[[], object], Callable[[], bool]]]:
        """Name → the step, and whether it has happened."""
        return {**self.until_sent(), **self.from_sent()}

    def until_sent(self) -> dict[str, tuple[Callable[[], object], Callable[[], bool]]]:
        money, fund = self.money, self.money.fund
        claim = f"way-{fund.code}"
        return {
            "open_line": (
                lambda: actions.open_line(fund_id=fund.pk, year=2027, place_path="", fen=5, by=money.finance),
                lambda: fund.lines.count() == 2,
            ),
            "change_budget": (
                lambda: actions.change_budget(
                    line_id=money.line.pk, fen=100, key="k", reason="x", by=money.finance
                ),
                lambda: money.balances()[0] == 1100,
            ),
            "reserve": (
                lambda: money.reserve(300, claim, "62", payee="li"),
                lambda: Payout.objects.filter(claim=claim).exists(),
            ),
            "commit": (
                lambda: actions.commit(payout_id=self.fresh().pk, by=money.maker),
                self.is_in("committed"),
            ),
            "change_account": (
                lambda: actions.change_account(
                    payout_id=self.fresh().pk, account="63", bank="x", by=money.maker
                ),
                lambda: self.fresh().bank == "x",
            ),
            "put_in_batch": (self.put_in_batch, self.is_in("batched")),
            "reject_batch": (
                lambda: actions.reject_batch(batch_id=self.held().pk, reason="x", by=money.checker),
                self.batch_is("rejected"),
            ),
            "put_in_batch_again": (self.put_in_batch, self.is_in("batched")),
            "acknowledge": (
                lambda: actions.acknowledge(
                    warning_id=self.held().warnings.get(reason="").pk, reason="x", by=money.checker
                ),
                lambda: not self.held().warnings.filter(reason="").exists(),
            ),
            "approve_batch": (
                lambda: actions.approve_batch(batch_id=self.held().pk, by=money.checker),
                self.batch_is("approved"),
            ),
        }

    def from_sent(self) -> dict[str, tuple[Callable[[], object], Callable[[], bool]]]:
        money, fund = self.money, self.money.fund
        ended = time.today().replace(day=1) - timedelta(days=1)
        month = {"fund_id": fund.pk, "year": ended.year, "month": ended.month}
        return {
            "send_batch": (lambda: money.send(self.held()), lambda: self.held().state == "sent"),
            "jobs": (run_jobs, self.is_in("paid")),
            "statement": (lambda: self.stated("out"), lambda: self.fresh().statement_lines.count() == 1),
            "claw_back": (
                lambda: actions.claw_back(
                    payout_id=self.fresh().pk, fen=50, key="k", reason="x", by=money.finance
                ),
                lambda: money.balances()[4] == 250,
            ),
            "reverse": (
                lambda: actions.reverse(
                    posting_id=Posting.objects.get(fund=fund, kind="claw_back").pk,
                    reason="x",
                    by=money.finance,
                ),
                lambda: money.balances()[4] == 300,
            ),
            "return": (lambda: self.stated("in", incoming=True), self.is_in("returned")),
            "release": (
                lambda: actions.release(payout_id=self.fresh().pk, by=money.maker),
                self.is_in("released"),
            ),
            "close_month": (
                lambda: actions.close_month(**month, by=money.finance),
                lambda: fund.closes.count() == 1,
            ),
        }


def judge() -> None:
    assert queries.broken() == [] == queries.one_person()
    assert all(times == 1 for times in FakeApiTreasury().paid().values())


def points(step: str) -> tuple[str, ...]:
    return (*INSIDE, *AROUND) if step == "jobs" else INSIDE


def test_killed_at_every_point_of_every_step(settings, tmp_path):
    settings.OUTBOX = tmp_path
    kills: list[str] = []
    for point in (*INSIDE, *AROUND):
        way = Way()
        for name, (step, happened) in way.steps().items():
            if point in points(name) and killed(step, point):
                kills.append(f"{name}:{point}")
                judge()
                if name != "jobs":
                    assert happened() is (point == "after-commit"), f"{name}:{point}"
            if not happened():
                step()
            for _ in range(4):  # a job that died is taken again, its followers after it
                if name == "jobs" and not happened():
                    run_jobs()
                    tasks.look_for_answers(time.today())
            assert happened(), f"{name} after {point}"
            judge()
    posted = {
        "open_line",
        "change_budget",
        "reserve",
        "commit",
        "jobs",
        "claw_back",
        "reverse",
        "return",
        "release",
    }
    every = set(way.steps())
    expected = {f"{name}:{point}" for name in posted for point in INSIDE[:2]}
    expected |= {f"{name}:{point}" for name in every for point in INSIDE[2:]}
    expected |= {f"jobs:{point}" for point in AROUND}
    assert set(kills) == expected
    print(f"{len(kills)} kills, {LedgerEntry.objects.count()} entries")
