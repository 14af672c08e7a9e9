"""The whole table: every verb in every state either does what the table says or says what is possible."""

import datetime as dt
import re

import pytest
from django.db import transaction

from tests import city
from tests.kernel.cases.stages import allowance_draft, at, calls, office
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.handling import NotYourStep
from tongban.kernel.cases.states import (
    CLOSING_CODES,
    STATE_NAMES,
    TRANSITIONS,
    VERB_NAMES,
    CaseState,
    Verb,
    VerbNotPossible,
    Who,
    require,
)
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.events.models import Event

pytestmark = pytest.mark.django_db

# Verbs of the machinery change nothing where they are not possible: they run again after every crash.
QUIET = {Verb.DELIVER, Verb.CLOSE}
# A form sent again is answered with the case it made.
ANSWERED_AGAIN = {Verb.SUBMIT}


def possible(state: CaseState) -> set[Verb]:
    """The verbs whose row of the table begins in this state."""
    return {row.verb for row in TRANSITIONS.values() if state in row.sources}


def frozen(case) -> tuple:
    """All that could change."""
    row = type(case).objects.filter(pk=case.pk).values().get()
    return row, Event.objects.count(), list(Clock.objects.order_by("id").values())


@pytest.mark.parametrize("state", CaseState)
def test_every_verb_in_this_state(state, clock):
    of = office()
    case = at(state, of)
    before = frozen(case)
    happened = set()
    for verb, call in calls(case, of).items():
        with transaction.atomic():
            if verb in possible(state):
                happened |= _allowed(case, verb, call)
            elif verb in QUIET or (verb in ANSWERED_AGAIN and state != CaseState.DRAFT):
                assert call().state == state
                assert frozen(case) == before
            elif state == CaseState.DRAFT and TRANSITIONS[verb].who != {Who.APPLICANT}:
                with pytest.raises(queries.NoSuchCase):  # what is not handed in is nobody's business
                    call()
            else:
                _refused(state, verb, call)
            transaction.set_rollback(True)
        assert frozen(case) == before
    assert happened == possible(state) - _NOT_RIPE.get(state, set())


# An allowance has to be reviewed before it can be decided, and is reviewed once.
_NOT_RIPE = {
    CaseState.ACCEPTED: {Verb.GRANT, Verb.DENY},
    CaseState.IN_REVIEW: {Verb.COMPLETE_STEP},
}


def _allowed(case, verb: Verb, call) -> set[Verb]:
    row = TRANSITIONS[verb]
    events = Event.objects.count()
    try:
        call()
    except NotYourStep:
        return set()
    after = city.again(case)
    assert after.state == row.target
    assert after.closing_code == CLOSING_CODES.get(row.target, case.closing_code)
    names = list(Event.objects.order_by("id").values_list("name", flat=True)[events:])
    assert [name for name in names if name.startswith("case.")] == [row.event]
    return {verb}


def _refused(state: CaseState, verb: Verb, call) -> None:
    with pytest.raises(VerbNotPossible) as refused:
        call()
    problem = refused.value
    assert (problem.status, problem.code, problem.about) == (409, "case.verb_not_possible", verb)
    assert STATE_NAMES[state][0] in problem.sentence_zh
    assert STATE_NAMES[state][1] in problem.sentence_en
    named = re.search(r"Possible now: (.*)\.", problem.todo_en)[1]
    assert set(named.split(", ")) == ({VERB_NAMES[one][1] for one in possible(state)} or {"nothing"})


def test_an_item_without_review_is_decided_from_acceptance(clock):
    of = office()
    for verb in (Verb.GRANT, Verb.DENY):
        case, of.applicant = city.food("yes")
        actions.accept(case_id=case.pk, by=of.clerk)
        calls(case, of)[verb]()
        assert city.again(case).state == TRANSITIONS[verb].target


def test_the_table_is_the_laws():
    """From, verb, to: spelled out once more, so that a slip in the table cannot pass."""
    assert {
        (str(s), str(row.verb), str(row.target)) for row in TRANSITIONS.values() for s in row.sources
    } == {
        ("draft", "submit", "submitted"),
        ("submitted", "request_supplement", "supplement_requested"),
        ("supplement_requested", "resubmit", "submitted"),
        ("submitted", "accept", "accepted"),
        ("submitted", "refuse", "refused"),
        ("accepted", "complete_step", "in_review"),
        ("in_review", "complete_step", "in_review"),
        ("accepted", "grant", "granted"),
        ("in_review", "grant", "granted"),
        ("accepted", "deny", "denied"),
        ("in_review", "deny", "denied"),
        ("granted", "deliver", "delivered"),
        ("denied", "deliver", "delivered"),
        ("delivered", "close", "closed"),
        ("submitted", "withdraw", "withdrawn"),
        ("supplement_requested", "withdraw", "withdrawn"),
        ("accepted", "withdraw", "withdrawn"),
        ("in_review", "withdraw", "withdrawn"),
    }
    assert set(STATE_NAMES) == set(CaseState)
    assert set(VERB_NAMES) == set(Verb)


def test_the_end_of_a_case_names_nothing_as_possible():
    with pytest.raises(VerbNotPossible, match="Closed") as refused:
        require(CaseState.CLOSED, Verb.ACCEPT)
    assert refused.value.todo_zh.endswith("现在可以：无。")


# state → clocks as (kind → "runs", "paused" or "stopped")
CLOCKS = {
    CaseState.DRAFT: {},
    CaseState.SUBMITTED: {"receipt": "runs"},
    CaseState.SUPPLEMENT_REQUESTED: {"receipt": "paused"},
    CaseState.ACCEPTED: {"receipt": "stopped", "decision_statutory": "runs", "decision_promised": "runs"},
    CaseState.IN_REVIEW: {"receipt": "stopped", "decision_statutory": "runs", "decision_promised": "runs"},
    CaseState.REFUSED: {"receipt": "stopped"},
    CaseState.WITHDRAWN: {"receipt": "stopped"},
}
_DECIDED = {"receipt": "stopped", "decision_statutory": "stopped", "decision_promised": "stopped"}
CLOCKS |= {state: {**_DECIDED, "delivery": "runs"} for state in (CaseState.GRANTED, CaseState.DENIED)}
CLOCKS |= {state: {**_DECIDED, "delivery": "stopped"} for state in (CaseState.DELIVERED, CaseState.CLOSED)}


@pytest.mark.parametrize("state", CaseState)
def test_clocks_in_this_state(state, clock):
    case = at(state, office())
    shown = {
        row.kind: "stopped" if row.stopped else "paused" if row.paused else "runs"
        for row in Clock.objects.filter(subject_id=case.pk)
    }
    assert shown == CLOCKS[state]
    assert case.paused == (state == CaseState.SUPPLEMENT_REQUESTED)


def test_the_dates_people_see(clock):
    of = office()
    draft = allowance_draft(of)
    assert (draft.due_on, draft.statutory_due_on) == (None, None)
    case = actions.submit(case_id=draft.pk, by=of.applicant)
    assert case.due_on == dt.date(2026, 3, 9)  # five working days, article 32
    clock.move(days=2)
    case = actions.accept(case_id=case.pk, by=of.clerk)
    assert (case.due_on, case.statutory_due_on) == (dt.date(2026, 3, 18), dt.date(2026, 4, 1))
    assert [
        queries.light_of(case, case.accepted_at.date() + dt.timedelta(days=n)) for n in (0, 12, 13, 14, 15)
    ] == [
        "green",
        "yellow",
        "yellow",
        "yellow",
        "red",
    ]
