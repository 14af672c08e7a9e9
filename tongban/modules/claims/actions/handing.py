"""What a claim adds to the verbs of its case: the window, once only, rights of its own, checks, the notice. Within the verb."""

import datetime as dt
import uuid
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.states import StepState, StepType, Verb
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.modules.claims import queries, states
from tongban.modules.claims.actions.checking import check, not_now
from tongban.modules.claims.actions.deciding import decide
from tongban.modules.claims.models import Claim
from tongban.modules.claims.states import ClaimState, Stage
from tongban.modules.policies.queries import awards, published

_ENDS = {Verb.REFUSE, Verb.DENY, Verb.WITHDRAW, Verb.TERMINATE, Verb.LAPSE}
_RIGHTS = {
    Verb.ACCEPT: Permission.CLAIM_ACCEPT,
    Verb.REQUEST_SUPPLEMENT: Permission.CLAIM_ACCEPT,
    Verb.REFUSE: Permission.CLAIM_ACCEPT,
    Verb.COMPLETE_STEP: Permission.CLAIM_REVIEW,
    Verb.DENY: Permission.CLAIM_DECIDE,
}


class NotOpen(Problem):
    """The item is not taken today: outside its window, or no edition of it is in force."""

    code = "claim.not_open"
    status = 409


class ClaimedAlready(Problem):
    """The same subject has the same item for the same period already, claimed or given without applying."""

    code = "claim.claimed_already"
    status = 409


def at_gate(case: Any, what: str, by: Actor) -> None:
    """What must hold of a claim before its case is opened or moved, and what is written with that.

    Raises NotOpen, ClaimedAlready, NotAllowed, NotNow, NotEligible, TooLittleMoney, NoPurse.
    """
    subsidy = case_queries.version_of(case).definition.subsidy
    if subsidy is not None:  # all other cases pass here too, and nothing is asked for them
        _pass(case, subsidy, what, by)


@action
def _pass(case: Any, subsidy: Any, what: str, by: Actor) -> None:
    if what in (cases.OPENING, Verb.SUBMIT):
        _require_open(subsidy, time.today())
        _require_first(case, subsidy["item"], time.today())
        if what == Verb.SUBMIT:
            _make(case, subsidy, by)
        return
    if what in _RIGHTS and by is not SYSTEM:
        require(by, _RIGHTS[Verb(what)])
    claim = queries.claim_of(case.pk, lock=True)
    if claim is None:  # handed in before there were claims
        return
    if what in (Verb.ACCEPT, Verb.DEEM_ACCEPTED):
        check(claim, Stage.ACCEPTED, by)
    elif what == Verb.COMPLETE_STEP:
        _require_notice_over(case, claim)
        # Said by an event of its own: listening to the steps of all cases would cost each of them a job.
        events.record(name=states.CLAIM_STEPPED, about=claim, by=by, payload={"case": str(case.pk)})
    elif what == Verb.GRANT:
        decide(case, claim, by)
    elif what in _ENDS and claim.state == ClaimState.OPEN:
        claim.state = ClaimState.ENDED
        claim.save()
        events.record(name=states.CLAIM_ENDED, about=claim, by=by, payload={"verb": what})


def _require_open(subsidy: Any, today: dt.date) -> None:
    name, is_open, days = queries.edition_open(subsidy["item"], today)
    if name != subsidy["edition"]:
        raise NotOpen(
            sentence_zh=f"“{subsidy['edition']}”这一版已经不受理申报。",
            sentence_en=f"The edition '{subsidy['edition']}' takes no claims any more.",
            todo_zh="有新版的，请删除这份草稿，按新版重新申报；已知的信息会自动填好。",
            todo_en="Where there is a new edition, delete this draft and begin anew; what is known is filled in.",
        )
    if not is_open:
        raise NotOpen(
            sentence_zh=f"现在不在申报时间内（{days}）。",
            sentence_en=f"It is not the time to claim ({days}).",
            todo_zh="可以在政策页面设置提醒，开放时通知您。",
            todo_en="Set an alert on the page of the item to be told when it opens.",
        )


def _require_first(case: Any, code: str, today: dt.date) -> None:
    """Nobody has the same twice: not claimed, and not given from a list either."""
    _policy, item = published.in_force().item(code)
    subject, period = _subject(case), queries.period_of(item, today)
    if queries.given(code, period, [subject]) or awards.given(code, period, subject):
        when = f"（{period}）" if period else ""
        raise ClaimedAlready(
            sentence_zh=f"{case.applicant_name}{when}已经申报过这个项目，或者已在免申即享名单上。",
            sentence_en=f"It was claimed already{f' for {period}' if period else ''}, or given without applying.",
            todo_zh="请到“我的申报”和“我的免申即享”里查看进度。",
            todo_en="See My claims and My awards for how far it is.",
        )


def _subject(case: Any) -> uuid.UUID:
    return case.organisation_id or case.person_id


def _make(case: Any, subsidy: Any, by: Actor) -> Claim:
    policy, item = published.in_force().item(subsidy["item"])
    today, subject = time.today(), _subject(case)
    place = (
        parties.organisation(subject).place_path
        if case.organisation_id
        else parties.person(subject).place_path
    )
    claim = Claim(
        case_id=case.pk,
        short_no=case.short_no,
        item=item.code,
        edition=subsidy["edition"],
        text=queries.text_in_force(policy.code),
        audience=item.audience,
        period=queries.period_of(item, today),
        repeatable=not item.once and not item.per_year,
        agency=case.agency,
        place_path=place,
        subject_id=subject,
        name=case.applicant_name,
        as_of=today,
        made_at=time.now(),
    )
    # The case is kept with the verb, so its answers are not in the table yet.
    looked = queries.look(
        claim.text,
        claim.item,
        claim.audience,
        today,
        subject,
        case_queries.version_of(case),
        case.answers,
    )
    claim.fen = looked.fen
    claim.save(force_insert=True)
    check(claim, Stage.SUBMITTED, by, looked=looked)
    payload = {"item": claim.item, "edition": claim.edition, "verdict": looked.verdict}
    events.record(name=states.CLAIM_MADE, about=claim, by=by, payload=payload)
    return claim


def _require_notice_over(case: Any, claim: Claim) -> None:
    """Nobody ends a public notice before its last day is over, or while an objection is not answered."""
    step = next((s for s in case_queries.steps_of(case) if s.type == StepType.PUBLIC_NOTICE), None)
    if step is None or step.state != StepState.DONE or claim.state != ClaimState.OPEN:
        return
    if claim.notice_until is None:
        return  # never published: an earlier step or the data found against it
    if time.today() <= claim.notice_until:
        raise not_now(
            f"公示到 {claim.notice_until} 才结束",
            f"The public notice runs until {claim.notice_until}",
            "期满以后没有异议的，系统自动转入审定；要移出公示的，请在申报页面写明原因。",
            "Without objections it goes on by itself; to take it off the notice, give the reason on the claim's page.",
        )
    if queries.open_objections(claim):
        raise not_now("还有异议没有答复", "Objections are not answered yet")


def holds_notice(case: Any, step: StepType) -> bool:
    """Silence does not end a notice while an objection waits for its answer."""
    if step != StepType.PUBLIC_NOTICE or case_queries.version_of(case).definition.subsidy is None:
        return False
    claim = queries.claim_of(case.pk)
    return claim is not None and claim.state == ClaimState.OPEN and queries.open_objections(claim) > 0
