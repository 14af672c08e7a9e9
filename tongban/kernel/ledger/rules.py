"""Who may do what with money: by agency, place and fund of the grant. The list and the single row are one condition."""

import uuid
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor, ByGrant, Policy, Recused, Touches, covering
from tongban.kernel.access.rules import EVERYTHING, allowed, require, unbarred
from tongban.kernel.access.states import Permission
from tongban.kernel.ledger.models import BudgetLine, Fund, PaymentBatch, Payout

M = TypeVar("M", bound=Model)

VERBS = {
    "reserve": Permission.LEDGER_RESERVE,
    "make": Permission.LEDGER_MAKE,
    "check": Permission.LEDGER_CHECK,
    "finance": Permission.LEDGER_FINANCE,
    "view": Permission.LEDGER_VIEW,
}
# A grant's items are codes of funds here, as they are codes of service items elsewhere.
POLICY, PAYOUTS, BATCHES = Policy("money"), Policy("payout"), Policy("payment_batch")
for _policy in (POLICY, PAYOUTS, BATCHES):
    for _verb, _permission in VERBS.items():
        _policy.allow(
            _verb, ByGrant(_permission, item="fund_code"), "岗位覆盖该资金", "a grant covers this fund"
        )
# Who keeps away from a payee touches no payout of theirs, nor a batch in which there is one (公务员法 art. 76): a batch is
# approved and sent as a whole. Whoever the payee is, callers name them by their identifier.
PAYOUTS.deny(Recused(("payee",)), "已经登记回避", "is recused")
BATCHES.deny(Touches("ledger.Payout", "batch_id", ("payee",)), "已经登记回避", "is recused")


class NoSuchMoney(Problem):
    """There is no such fund, line, payout or batch, or the actor may not do this with it."""

    code = "ledger.not_found"
    status = 404


class KeptAway(Problem):
    """Something that is read as a whole is also about a payee from whom the actor keeps away."""

    code = "ledger.kept_away"
    status = 409


class SamePerson(Problem):
    """Somebody who took an earlier step would take this one too."""

    code = "ledger.same_person"
    status = 409


def _open(policy: Policy, rows: QuerySet[M], actor: Actor, verb: str) -> QuerySet[M]:
    """The system does what follows from events; it never stands in for one of the three persons."""
    return rows if actor is SYSTEM else rows.filter(allowed(policy, actor, verb))


def lines(actor: Actor, verb: str = "view") -> QuerySet[BudgetLine]:
    """The budget lines on which this actor may `verb`."""
    return _open(POLICY, BudgetLine.objects.all(), actor, verb)


def payouts(actor: Actor, verb: str = "view") -> QuerySet[Payout]:
    """The payouts on which this actor may `verb`."""
    return _open(PAYOUTS, Payout.objects.all(), actor, verb)


def batches(actor: Actor, verb: str = "view") -> QuerySet[PaymentBatch]:
    """The batches on which this actor may `verb`."""
    return _open(BATCHES, PaymentBatch.objects.all(), actor, verb)


def funds(actor: Actor, verb: str = "view") -> QuerySet[Fund]:
    """The funds as a whole on which this actor may `verb`. A fund has no place: a grant for one town ends at its lines."""
    rows = Fund.objects.all()
    if actor is SYSTEM:
        return rows
    condition = Q(pk__in=[])
    for grant in covering(actor.grants, VERBS[verb]):
        if not grant.place_path:
            agency = Q(agency=grant.agency) if grant.agency else Q(pk__isnull=False)
            condition |= agency & (Q(code__in=grant.items) if grant.items else Q(pk__isnull=False))
    return rows.filter(condition)


def require_apart(actor: Actor, payee: str) -> None:
    """The actor does not keep away from a payee of whom there is no payout yet. Raises NoSuchMoney."""
    if payee in map(str, actor.recused):
        found(None)


def require_apart_from(actor: Actor, fund: Fund, payouts: Iterable[uuid.UUID | None]) -> None:
    """The actor keeps away from the payee of none of these payouts of a fund. Raises KeptAway.

    A question to the database for whoever is recused from anything, none for everybody else.
    """
    if not actor.recused:
        return
    free = unbarred(EVERYTHING, [line.rule for line in PAYOUTS.bars], actor)
    barred = Payout.objects.filter(~free, fund=fund).values_list("pk", flat=True)
    if {*barred} & {*payouts}:
        raise KeptAway(
            sentence_zh="这份对账单里有您已登记回避的收款人的款项，所以整份没有读入。",
            sentence_en="This statement also shows money of a payee from whom you keep away, so nothing of it was read.",
            todo_zh="请转由另一位有权限的同事读入。",
            todo_en="Pass it on to another colleague who may read it.",
        )


def found(row: M | None) -> M:
    """The row; raises NoSuchMoney."""
    if row is None:
        raise NoSuchMoney(
            sentence_zh="没有这笔资金、预算、付款或批次，或者您的岗位不能办理。",
            sentence_en="There is no such fund, line, payout or batch, or your role does not cover it.",
            todo_zh="请核对编号，或联系本单位的权限管理员。",
            todo_en="Check the number, or ask the administrator of your agency.",
        )
    return row


def require_person(actor: Actor, verb: str, *earlier: object) -> None:
    """A person with the right who took none of the earlier steps. Raises NotAllowed, SamePerson."""
    require(actor, VERBS[verb])
    if actor.account_id is None or actor.account_id in earlier:
        raise SamePerson(
            sentence_zh="制单、复核和财务签发必须由三个人分别办理。",
            sentence_en="Making, checking and sending a payment are done by three different persons.",
            todo_zh="请转由另一位有权限的同事办理。",
            todo_en="Pass it on to another colleague who may do it.",
        )
