"""The whole table: every verb in every state either does what the table says or says what is possible."""

import datetime as dt
import re

import pytest
from django.db import transaction

from tests import city
from tests.kernel.cases.stages import allowance_draft, at, calls, office, prepared
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.measures import BadProposal, NothingProposed
from tongban.kernel.cases.actions.procedure import NotYourStep
from tongban.kernel.cases.states import (
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
QUIET = {Verb.DELIVER, Verb.CLOSE, Verb.LAPSE, Verb.DEEM_ACCEPTED, Verb.DEEM_RENEWED}
# One action, the head's word, is three verbs by what was proposed; in a wrong state it says that nothing is.
BY_PROPOSAL = {Verb.SUSPEND, Verb.STOP_PROMISE, Verb.EXTEND, Verb.RESUME, Verb.RESUME_PROMISE, Verb.REJECT}
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
                prepared(case, verb, of)
                happened |= _allowed(case, verb, call)
            elif verb in QUIET or (verb in ANSWERED_AGAIN and state != CaseState.DRAFT):
                assert call().state == state
                assert frozen(case) == before
            elif state == CaseState.DRAFT and TRANSITIONS[verb].who != {Who.APPLICANT}:
                with pytest.raises(queries.NoSuchCase):  # what is not handed in is nobody's business
                    call()
            elif verb == Verb.RESUME_PROMISE and state == CaseState.SUSPENDED:
                continue  # the same action as RESUME, which is possible here
            elif verb in BY_PROPOSAL:
                with pytest.raises(NothingProposed):
                    call()
            else:
                _refused(state, verb, call)
            transaction.set_rollback(True)
        assert frozen(case) == before
    assert happened == possible(state) - _NOT_RIPE.get(state, set())


# An allowance has to be reviewed before it can be decided, and is reviewed once.
_NOT_RIPE = {
    CaseState.ACCEPTED: {Verb.GRANT, Verb.DENY, Verb.PROPOSE_EXTENSION},
    # The law allows no extension for an allowance.
    CaseState.IN_REVIEW: {Verb.COMPLETE_STEP, Verb.PROPOSE_EXTENSION},
}


def _allowed(case, verb: Verb, call) -> set[Verb]:
    row = TRANSITIONS[verb]
    events = Event.objects.count()
    try:
        call()
    except (NotYourStep, BadProposal):
        return set()
    after = city.again(case)
    assert after.state == (row.target or case.state)
    assert after.closing_code == (row.closing_code or case.closing_code)
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
    by_people = {one for one in possible(state) if TRANSITIONS[one].who != {Who.SYSTEM}}
    assert set(named.split(", ")) == ({VERB_NAMES[one][1] for one in by_people} or {"nothing"})


def test_an_item_without_review_is_decided_from_acceptance(clock):
    of = office()
    for verb in (Verb.GRANT, Verb.DENY):
        case, of.applicant = city.food("yes")
        actions.accept(case_id=case.pk, by=of.clerk)
        calls(case, of)[verb]()
        assert city.again(case).state == TRANSITIONS[verb].target


_LAW = """
submit: draft > submitted
request_supplement: submitted > supplement_requested
resubmit: supplement_requested > submitted
lapse: supplement_requested > terminated
accept: submitted > accepted
deem_accepted: submitted > accepted
refuse: submitted > refused
supply: accepted in_review suspended > same
complete_step: accepted in_review > in_review
propose_pause: accepted in_review > same
propose_extension: accepted in_review > same
reject: accepted in_review > same
suspend: accepted in_review > suspended
resume: suspended > in_review
stop_promise: accepted in_review > same
resume_promise: accepted in_review > same
extend: accepted in_review > same
offer_hearing: accepted in_review > same
ask_hearing: accepted in_review > suspended
schedule_hearing: suspended > same
hold_hearing: suspended > in_review
grant: accepted in_review > granted
deny: accepted in_review > denied
deem_renewed: accepted in_review suspended > granted
deliver: granted denied > delivered
close: delivered > closed
withdraw: submitted supplement_requested accepted in_review suspended > withdrawn
terminate: submitted supplement_requested accepted in_review suspended > terminated
"""


def test_the_table_is_the_laws():
    """From, verb, to: spelled out once more, so that a slip in the table cannot pass."""
    written = set()
    for line in _LAW.strip().splitlines():
        verb, _, way = line.partition(": ")
        sources, _, target = way.partition(" > ")
        written |= {(source, verb, target) for source in sources.split()}
    assert {
        (str(s), str(row.verb), str(row.target or "same"))
        for row in TRANSITIONS.values()
        for s in row.sources
    } == written
    codes = {str(row.verb): row.closing_code for row in TRANSITIONS.values() if row.closing_code}
    assert codes == {
        "refuse": "6",
        "lapse": "5",
        "grant": "0",
        "deny": "1",
        "deem_renewed": "0",
        "withdraw": "5",
        "terminate": "2",
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
    CaseState.SUSPENDED: {
        "receipt": "stopped",
        "decision_statutory": "paused",
        "decision_promised": "paused",
    },
    CaseState.WITHDRAWN: {"receipt": "stopped"},
    CaseState.TERMINATED: {"receipt": "stopped"},
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
    assert case.paused == (state in {CaseState.SUPPLEMENT_REQUESTED, CaseState.SUSPENDED})


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
