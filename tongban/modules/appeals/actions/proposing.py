"""A common cause is turned into a proposal to change a policy, and the office that can change it answers."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, covering
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.events import actions as events
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries, states
from tongban.modules.appeals.actions import assigning, moving
from tongban.modules.appeals.models import AppealProposal
from tongban.modules.appeals.states import ProposalState


class NothingBehind(Problem):
    """A proposal without a single appeal that speaks for it."""

    code = "appeal.nothing_behind"
    status = 422


class NotOpen(Problem):
    """It was proposed already and waits for an answer, or was answered already."""

    code = "appeal.proposal_not_open"
    status = 409


@action
def propose_change(
    *, cause: str, category: str, since: date, agency: str, words: str, by: Actor
) -> AppealProposal:
    """Propose to an office to change what keeps causing appeals; what speaks for it is counted now and stays.

    Raises NotAllowed, NothingBehind, NoSuchOffice, WordsMissing, NotOpen.
    """
    require(by, Permission.APPEAL_ROUTE)
    grant = next(
        (g for g in covering(by.grants, Permission.APPEAL_ROUTE) if not g.items or category in g.items), None
    )
    appeals, firms = queries.behind(by, cause, category, since)
    if grant is None or not appeals:
        raise NothingBehind(
            sentence_zh="这段时间没有您统筹的、已办结的这类诉求。",
            sentence_en="No closed appeal of this kind that you coordinate speaks for it in this time.",
            todo_zh="请从诉求考核的共性问题进入，或者换一段时间。",
            todo_en="Begin from the common causes of the scorecard, or choose another time.",
        )
    book, office = queries.rulebook(), assigning.known_office(agency, "被建议的单位", "the addressed office")
    words = moving.required(words, "改进建议", "what should be changed and why")
    desk = grant.agency or book.desk
    same = {"cause": cause, "category": category, "agency": office, "desk": desk}
    if AppealProposal.objects.filter(**same, state=ProposalState.OPEN).exists():
        raise _not_open(
            "同样的建议已经提给这个单位，还没有答复。",
            "The same was proposed to this office and has not been answered yet.",
        )
    place = places.by_code(catalogue.documents(DocumentKind.AGENCY)[office]["place"])
    row = AppealProposal(
        **same,
        since=since,
        appeals=appeals,
        firms=firms,
        desk_path=grant.place_path,
        place_path=place.path if place else "",
        words=words,
        due_on=moving.workday(book.limits["proposal"]),
        opened_by=by.account_id,
        opened_at=time.now(),
    )
    row.save(force_insert=True)
    payload = {"cause": cause, "category": category, "appeals": appeals, "firms": firms, "agency": office}
    events.record(name=states.PROPOSED, about=row, by=by, payload=payload)
    return row


@action
def answer_proposal(
    *, proposal_id: uuid.UUID, accepted: bool, words: str, by: Actor, changes_on: str = ""
) -> AppealProposal:
    """Say what will be changed and from when, or why nothing will be. Once.

    Raises NoSuchProposal, NotOpen, WordsMissing, BadDay.
    """
    row = queries.proposal_for(by, proposal_id, "answer", lock=True)
    if row.state != ProposalState.OPEN:
        raise _not_open("这条建议已经答复过。", "The proposal was answered already.")
    row.answer = moving.required(words, "答复内容", "what will be changed, or why nothing will be")
    row.changes_on = calc.require_day(changes_on, time.today()) if accepted else None
    row.state = ProposalState.ACCEPTED if accepted else ProposalState.DECLINED
    row.answered_by, row.answered_at = by.account_id, time.now()
    row.save()
    events.record(name=states.PROPOSAL_ANSWERED, about=row, by=by, payload={"state": row.state})
    return row


def _not_open(zh: str, en: str) -> NotOpen:
    return NotOpen(
        sentence_zh=zh,
        sentence_en=en,
        todo_zh="请在政策改进建议列表中查看。",
        todo_en="Look at it in the list of proposals.",
    )
