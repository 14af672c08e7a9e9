"""A case at every state, made by the verbs themselves, and every verb as a call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests import city
from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions
from tongban.kernel.cases.models import Case, Deferral, Extension, Hearing, Pause, Supplement
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.deadlines import actions as clocks
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockKind, PauseReason
from tongban.kernel.records.actions import action

POINTS = [{"kind": "material", "id": "identity", "note": "看不清"}]
FOOD_POINTS = [
    {"kind": "field", "id": "area", "note": "与平面图不符"},
    {"kind": "material", "id": "layout", "note": "没有标明专间"},
]


@dataclass
class Office:
    """One of each officer, for every agency and place, and the applicant."""

    clerk: Actor
    reviewer: Actor
    decider: Actor
    head: Actor
    other: Actor  # a second reviewer
    applicant: Actor | None = None


def office(agency: str = "", place: str = city.CITY) -> Office:
    """Officers who may handle any case, or those of one agency and place."""
    roles = ("clerk", "reviewer", "decider", "head", "reviewer")
    return Office(*(city.actor(city.officer(role, agency=agency, place=place)) for role in roles))


def correct(case: Case, by: Actor, material: str = "identity") -> Case:
    """Hand in a corrected material a minute later."""
    time.shift(timedelta(minutes=1))
    actions.add_material(
        case_id=case.pk, material=material, file=city.picture("new.png", "red", by=by), by=by
    )
    return city.again(case)


@action
def prepared(case: Case, verb: Verb, of: Office) -> None:
    """Put in place, without any verb, what `verb` needs beside the state: a proposal, a procedure, a hearing."""
    now = time.now()
    if verb in {Verb.SUSPEND, Verb.REJECT}:
        pause(case, of)
    elif verb == Verb.STOP_PROMISE:
        pause(case, of, kind="site_check")
    elif verb == Verb.RESUME_PROMISE:
        pause(case, of, kind="site_check", state="running", decided_at=now, decided_by=of.head.account_id)
        clock = Clock.objects.get(subject_id=case.pk, kind=ClockKind.DECISION_PROMISED)
        clocks.pause(
            subject_id=case.pk,
            kind=ClockKind(clock.kind),
            reason=PauseReason.SITE_CHECK,
            day=time.today(),
            by=of.head,
        )
    elif verb == Verb.EXTEND:
        Extension(
            case=case,
            value=5,
            unit="workdays",
            basis="第四十二条",
            reasons="案情复杂",
            asked_at=now,
            asked_by=of.reviewer.account_id,
        ).save(force_insert=True)
    elif verb == Verb.ASK_HEARING:
        hearing(case, of)
    elif verb in {Verb.SCHEDULE_HEARING, Verb.HOLD_HEARING}:
        Pause.objects.filter(case=case).delete()
        past = now - timedelta(days=9)
        set_at = {"scheduled_at": past, "takes_place_at": past} if verb == Verb.HOLD_HEARING else {}
        hearing(case, of, asked_at=now, hold_by=time.today() + timedelta(days=28), **set_at)
        for kind in (ClockKind.DECISION_STATUTORY, ClockKind.DECISION_PROMISED):
            clocks.pause(
                subject_id=case.pk, kind=kind, reason=PauseReason.HEARING, day=time.today(), by=of.head
            )
    elif verb == Verb.SUPPLY:
        Deferral(
            case=case, material="identity", due_on=time.today() + timedelta(days=9), promised_at=now
        ).save(force_insert=True)
    elif verb == Verb.DEEM_ACCEPTED:
        time.shift(timedelta(days=8))
    elif verb == Verb.LAPSE:
        Supplement.objects.filter(case=case).update(due_on=time.today() - timedelta(days=1))


@action
def pause(case: Case, of: Office, kind: str = "testing", **values: Any) -> Pause:
    """A special procedure that the reviewer proposed."""
    row = Pause(
        case=case,
        kind=kind,
        basis="第四十五条",
        reasons="需要送检",
        planned_days=5,
        asked_at=time.now(),
        asked_by=of.reviewer.account_id,
        **values,
    )
    row.save(force_insert=True)
    return row


@action
def hearing(case: Case, of: Office, **values: Any) -> Hearing:
    """A hearing that the decider offered."""
    row = Hearing(
        case=case,
        matter="拟不予许可",
        offered_at=time.now(),
        offered_by=of.decider.account_id,
        ask_by=time.today() + timedelta(days=7),
        **values,
    )
    row.save(force_insert=True)
    return row


def calls(case: Case, of: Office) -> dict[Verb, Callable[[], Any]]:
    """Each verb on this case by the one whose verb it is."""
    id = case.pk
    return {
        Verb.SUBMIT: lambda: actions.submit(case_id=id, by=of.applicant),
        Verb.REQUEST_SUPPLEMENT: lambda: actions.request_supplement(
            case_id=id, points=POINTS, message="请补正", by=of.clerk
        ),
        Verb.RESUBMIT: lambda: actions.resubmit(case_id=id, by=of.applicant),
        Verb.LAPSE: lambda: actions.lapse(case_id=id),
        Verb.ACCEPT: lambda: actions.accept(case_id=id, by=of.clerk),
        Verb.DEEM_ACCEPTED: lambda: actions.deem_accepted(case_id=id),
        Verb.REFUSE: lambda: actions.refuse(case_id=id, reasons="不属于本机关职权", by=of.clerk),
        Verb.SUPPLY: lambda: actions.supply(
            case_id=id, material="identity", file=city.picture("late.png", by=of.applicant), by=of.applicant
        ),
        Verb.COMPLETE_STEP: lambda: actions.complete_step(case_id=id, opinion="符合", by=of.reviewer),
        **measures(id, of),
        Verb.GRANT: lambda: actions.grant(case_id=id, by=of.decider, opinion="准予"),
        Verb.DENY: lambda: actions.deny(case_id=id, reasons="年龄不符", by=of.decider),
        Verb.DEEM_RENEWED: lambda: actions.deem_renewed(case_id=id),
        Verb.DELIVER: lambda: actions.deliver(case_id=id),
        Verb.CLOSE: lambda: actions.close(case_id=id),
        Verb.WITHDRAW: lambda: actions.withdraw(case_id=id, by=of.applicant),
        Verb.TERMINATE: lambda: actions.terminate(case_id=id, reasons="申请人死亡", by=of.decider),
    }


def measures(id: Any, of: Office) -> dict[Verb, Callable[[], Any]]:
    """The verbs that interrupt or lengthen."""
    return {
        Verb.PROPOSE_PAUSE: lambda: actions.propose_pause(
            case_id=id, kind="testing", basis="第四十五条", reasons="送检", planned_days=5, by=of.reviewer
        ),
        Verb.PROPOSE_EXTENSION: lambda: actions.propose_extension(
            case_id=id, reasons="案情复杂", by=of.reviewer
        ),
        Verb.REJECT: lambda: actions.reject(case_id=id, note="不需要", by=of.head),
        Verb.SUSPEND: lambda: actions.approve(case_id=id, by=of.head),
        Verb.STOP_PROMISE: lambda: actions.approve(case_id=id, by=of.head),
        Verb.EXTEND: lambda: actions.approve(case_id=id, by=of.head),
        Verb.RESUME: lambda: actions.end_pause(case_id=id, result="合格", by=of.reviewer),
        Verb.RESUME_PROMISE: lambda: actions.end_pause(case_id=id, result="已踏勘", by=of.reviewer),
        Verb.OFFER_HEARING: lambda: actions.offer_hearing(case_id=id, matter="拟不予许可", by=of.decider),
        Verb.ASK_HEARING: lambda: actions.ask_hearing(case_id=id, by=of.applicant),
        Verb.SCHEDULE_HEARING: lambda: actions.schedule_hearing(
            case_id=id,
            takes_place_at=time.now() + timedelta(days=8),
            place="三楼会议室",
            chair=of.head.account_id,
            by=of.decider,
        ),
        Verb.HOLD_HEARING: lambda: actions.hold_hearing(case_id=id, record="双方陈述……", by=of.decider),
    }


# The shortest way to each state.
WAYS: dict[CaseState, list[Verb]] = {
    CaseState.DRAFT: [],
    CaseState.SUBMITTED: [Verb.SUBMIT],
    CaseState.SUPPLEMENT_REQUESTED: [Verb.SUBMIT, Verb.REQUEST_SUPPLEMENT],
    CaseState.ACCEPTED: [Verb.SUBMIT, Verb.ACCEPT],
    CaseState.REFUSED: [Verb.SUBMIT, Verb.REFUSE],
    CaseState.IN_REVIEW: [Verb.SUBMIT, Verb.ACCEPT, Verb.COMPLETE_STEP],
    CaseState.GRANTED: [Verb.SUBMIT, Verb.ACCEPT, Verb.COMPLETE_STEP, Verb.GRANT],
    CaseState.DENIED: [Verb.SUBMIT, Verb.ACCEPT, Verb.COMPLETE_STEP, Verb.DENY],
    CaseState.DELIVERED: [Verb.SUBMIT, Verb.ACCEPT, Verb.COMPLETE_STEP, Verb.GRANT, Verb.DELIVER],
    CaseState.CLOSED: [Verb.SUBMIT, Verb.ACCEPT, Verb.COMPLETE_STEP, Verb.GRANT, Verb.DELIVER, Verb.CLOSE],
    CaseState.SUSPENDED: [Verb.SUBMIT, Verb.ACCEPT, Verb.PROPOSE_PAUSE, Verb.SUSPEND],
    CaseState.WITHDRAWN: [Verb.SUBMIT, Verb.WITHDRAW],
    CaseState.TERMINATED: [Verb.SUBMIT, Verb.TERMINATE],
}


def allowance_draft(of: Office, place: str = city.DALANG, born: str = "1940-05-01") -> Case:
    """The draft of an allowance by a new person, who becomes the office's applicant."""
    of.applicant = city.actor(city.account(city.person("何秀珍", place, born)))
    return actions.open_draft(item_code="old-age-allowance", by=of.applicant)


def at(state: CaseState, of: Office, draft: Case | None = None) -> Case:
    """A case at this state; an allowance unless another draft is given, whose applicant the office knows."""
    case = draft if draft is not None else allowance_draft(of)
    for verb in WAYS[state]:
        calls(case, of)[verb]()
    case = city.again(case)
    if state == CaseState.SUPPLEMENT_REQUESTED:
        case = correct(case, of.applicant)
    assert case.state == state
    return case


def supplement_asked(of: Office) -> Case:
    """A food licence whose applicant was asked for the floor area and another plan."""
    case, of.applicant = city.food()
    return actions.request_supplement(case_id=case.pk, points=FOOD_POINTS, message="请补正", by=of.clerk)


def ready_to_decide(of: Office, commitment: str = "no", **company: Any) -> Case:
    """A food licence whose every examination is done."""
    case, of.applicant = city.food(commitment, **company)
    actions.accept(case_id=case.pk, by=of.clerk)
    if commitment == "no":
        for opinion in ("材料齐全", "现场符合"):
            actions.complete_step(
                case_id=case.pk, opinion=opinion, by=of.reviewer, second_officer=of.other.account_id
            )
    return city.again(case)
