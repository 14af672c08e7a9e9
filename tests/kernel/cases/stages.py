"""A case at every state, made by the verbs themselves, and every verb as a call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests import city
from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState, Verb

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
    applicant: Actor | None = None


def office(agency: str = "", place: str = city.CITY) -> Office:
    """Officers who may handle any case, or those of one agency and place."""
    roles = ("clerk", "reviewer", "decider")
    return Office(*(city.actor(city.officer(role, agency=agency, place=place)) for role in roles))


def correct(case: Case, by: Actor, material: str = "identity") -> Case:
    """Hand in a corrected material a minute later."""
    time.shift(timedelta(minutes=1))
    actions.add_material(
        case_id=case.pk, material=material, file=city.picture("new.png", "red", by=by), by=by
    )
    return city.again(case)


def calls(case: Case, of: Office) -> dict[Verb, Callable[[], Any]]:
    """Each verb on this case by the one whose verb it is."""
    id = case.pk
    return {
        Verb.SUBMIT: lambda: actions.submit(case_id=id, by=of.applicant),
        Verb.REQUEST_SUPPLEMENT: lambda: actions.request_supplement(
            case_id=id, points=POINTS, message="请补正", by=of.clerk
        ),
        Verb.RESUBMIT: lambda: actions.resubmit(case_id=id, by=of.applicant),
        Verb.ACCEPT: lambda: actions.accept(case_id=id, by=of.clerk),
        Verb.REFUSE: lambda: actions.refuse(case_id=id, reasons="不属于本机关职权", by=of.clerk),
        Verb.COMPLETE_STEP: lambda: actions.complete_step(case_id=id, opinion="符合", by=of.reviewer),
        Verb.GRANT: lambda: actions.grant(case_id=id, by=of.decider, opinion="准予"),
        Verb.DENY: lambda: actions.deny(case_id=id, reasons="年龄不符", by=of.decider),
        Verb.DELIVER: lambda: actions.deliver(case_id=id),
        Verb.CLOSE: lambda: actions.close(case_id=id),
        Verb.WITHDRAW: lambda: actions.withdraw(case_id=id, by=of.applicant),
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
    CaseState.WITHDRAWN: [Verb.SUBMIT, Verb.WITHDRAW],
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
            actions.complete_step(case_id=case.pk, opinion=opinion, by=of.reviewer)
    return city.again(case)
