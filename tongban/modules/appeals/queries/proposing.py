"""Proposals to change a policy, and the appeals that stand behind one."""

import uuid
from datetime import date, datetime
from datetime import time as clock_time

from django.db.models import Count, QuerySet

from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.modules.appeals import rules
from tongban.modules.appeals.models import Appeal, AppealProposal
from tongban.modules.appeals.states import State, Who


def proposals(actor: Actor, state: str = "") -> QuerySet[AppealProposal]:
    """The proposals that the actor may look at, of one state where that is named; newest first."""
    rows = AppealProposal.objects.filter(rules.proposals(actor)).order_by("-opened_at", "-id")
    return rows.filter(state=state) if state else rows


def proposal_for(
    actor: Actor, proposal_id: uuid.UUID, verb: str = "look", *, lock: bool = False
) -> AppealProposal:
    """The proposal on which the actor may `verb`. Raises NoSuchProposal."""
    rows = AppealProposal.objects.filter(rules.proposals(actor, verb), pk=proposal_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise rules.no_such_proposal()
    return found


def may_answer(actor: Actor, row: AppealProposal) -> bool:
    """Whether the actor can answer it, for offering."""
    return AppealProposal.objects.filter(rules.proposals(actor, "answer"), pk=row.pk).exists()


def proposal(proposal_id: uuid.UUID) -> AppealProposal:
    """A proposal for the machinery. Raises AppealProposal.DoesNotExist."""
    return AppealProposal.objects.get(pk=proposal_id)


def behind(actor: Actor, cause: str, category: str, since: date) -> tuple[int, int]:
    """How many closed appeals that the actor coordinates had this cause since a day, and of how many firms."""
    found = Appeal.objects.filter(
        rules.reach(actor, Who.DESK),
        cause=cause,
        category=category,
        state=State.CLOSED,
        ended_at__gte=datetime.combine(since, clock_time.min, SHANGHAI),
    ).aggregate(appeals=Count("pk"), firms=Count("organisation_id", distinct=True))
    return found["appeals"], found["firms"]
