"""Who may do what: another's case does not exist, and whoever handled a case does not decide it."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.stages import allowance_draft, at, calls, office, ready_to_decide, supplement_asked
from tongban.foundation.ids import make_resident_id
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions, queries, rules
from tongban.kernel.cases.actions.deciding import SamePerson
from tongban.kernel.cases.actions.filing import NotForYou
from tongban.kernel.cases.actions.procedure import NotYourStep
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import TRANSITIONS, CaseState, Verb, Who
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.states import MandateSource

pytestmark = pytest.mark.django_db
# Those of the officers' verbs that are actions of their own: the head's word and the end of a pause are one each.
OFFICERS = {
    verb
    for verb, row in TRANSITIONS.items()
    if row.who & {Who.CLERK, Who.REVIEWER, Who.DECIDER, Who.HEAD}
    and verb not in {Verb.LAPSE, Verb.STOP_PROMISE, Verb.EXTEND, Verb.RESUME_PROMISE}
}
APPLICANTS = {Verb.SUBMIT, Verb.RESUBMIT, Verb.WITHDRAW}


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        ("civil-affairs", city.town(city.HUMEN)),
        ("market-regulation", city.town()),
        ("civil-affairs", "441900/4419001130/"),
        ("civil-affairs", "441900/44190011/"),
    ],
    ids=["another town", "another agency", "a longer code", "a shorter code"],
)
def test_for_officers_of_elsewhere_the_case_does_not_exist(agency, place, clock):
    home = office("civil-affairs", city.town())
    case = at(CaseState.SUBMITTED, home)
    elsewhere = office(agency, place)
    elsewhere.applicant = home.applicant
    for verb in OFFICERS:
        with pytest.raises(NoSuchCase) as refused:
            calls(case, elsewhere)[verb]()
        assert refused.value.status == 404
    assert not queries.desk(elsewhere.clerk).exists()
    assert not queries.queue(elsewhere.clerk).exists()
    assert list(queries.queue(home.clerk)) == [case]


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.SUBMITTED, CaseState.SUPPLEMENT_REQUESTED])
def test_for_another_citizen_the_case_does_not_exist(state, clock):
    of = office()
    case = at(state, of)
    of.applicant = city.actor(city.account(city.person("李明")))
    for verb in APPLICANTS:
        with pytest.raises(NoSuchCase):
            calls(case, of)[verb]()
    for write in (
        lambda: actions.save(case_id=case.pk, by=of.applicant, answers={"name": "x"}),
        lambda: actions.add_material(case_id=case.pk, material="x", file=city.picture(), by=of.applicant),
        lambda: actions.remove_material(case_id=case.pk, row_id=case.pk, by=of.applicant),
        lambda: actions.delete_draft(case_id=case.pk, by=of.applicant),
        lambda: queries.case_for(of.applicant, case.pk),
    ):
        with pytest.raises(NoSuchCase):
            write()
    assert not queries.mine(of.applicant).exists()
    assert queries.draft_of(of.applicant, case.item_code, None) is None


def test_the_applicant_is_no_officer_and_the_officer_no_applicant(clock):
    of = office()
    case = at(CaseState.SUBMITTED, of)
    citizen = of.applicant
    of.clerk = of.reviewer = of.decider = of.head = citizen
    for verb in OFFICERS:
        with pytest.raises(NoSuchCase):
            calls(case, of)[verb]()
    of.applicant = office().clerk
    for verb in APPLICANTS:
        with pytest.raises(NoSuchCase):
            calls(case, of)[verb]()


def test_each_officers_verbs_are_those_of_their_role(clock):
    of = office()
    case = at(CaseState.SUBMITTED, of)
    own = {of.clerk: Who.CLERK, of.reviewer: Who.REVIEWER, of.decider: Who.DECIDER, of.head: Who.HEAD}
    for officer, role in own.items():
        of.clerk = of.reviewer = of.decider = of.head = officer
        foreign = {verb for verb in OFFICERS if role not in TRANSITIONS[verb].who}
        for verb in foreign:
            with pytest.raises(NoSuchCase):
                calls(case, of)[verb]()


@pytest.mark.parametrize("nobody", [ANONYMOUS, SYSTEM])
def test_nobody_and_the_machinery_pass_no_door_made_for_people(nobody, clock):
    of = office()
    case = at(CaseState.SUBMITTED, of)
    of.clerk = of.reviewer = of.decider = of.head = of.applicant = nobody
    for verb in OFFICERS | APPLICANTS:
        with pytest.raises(NoSuchCase):
            calls(case, of)[verb]()
    with pytest.raises(NotAllowed):
        actions.open_draft(item_code="old-age-allowance", by=nobody)


def test_an_officers_account_cannot_apply(clock):
    with pytest.raises(NotAllowed, match="staff account"):
        actions.open_draft(item_code="old-age-allowance", by=office().clerk)


class TestOrganisations:
    """Cases of organisations belong to whoever may act for them today."""

    def test_a_colleague_with_a_mandate_sees_it_and_without_one_does_not(self, clock):
        case, by = city.food()
        colleague, stranger = city.person("李明"), city.person("王芳")
        of = party_queries.organisation(by.organisation_id)
        parties.give_mandate(
            organisation=of,
            agent=colleague,
            source=MandateSource.ONLINE,
            by=SYSTEM,
            ends_on=dt.date(2026, 3, 3),
        )
        account = city.account(colleague)
        assert queries.case_for(city.actor(account, of), case.pk) == case
        assert list(queries.mine(city.actor(account, of))) == [case]
        with pytest.raises(NoSuchCase):
            queries.case_for(city.actor(city.account(stranger)), case.pk)
        clock.move(days=2)
        with pytest.raises(NoSuchCase):
            queries.case_for(city.actor(account, of), case.pk)

    def test_who_filed_it_and_lost_the_mandate_sees_it_no_more(self, clock):
        case, by = city.food()
        account = party_queries.account(by.account_id)
        person = party_queries.person(by.person_id)
        row = person.mandates.get()
        row.ends_on = dt.date(2026, 3, 2)
        from tongban.kernel.records.actions import action

        action(row.save)()
        clock.move(days=1)
        with pytest.raises(NoSuchCase):
            queries.case_for(city.actor(account), case.pk)

    def test_my_own_cases_and_my_firms_are_told_apart(self, clock):
        person = city.person("陈晓雯", born="1940-05-01")
        of, account = city.organisation(person), city.account(person)
        own = actions.open_draft(item_code="old-age-allowance", by=city.actor(account))
        firms = actions.open_draft(item_code="food-licence", by=city.actor(account, of))
        assert (own.organisation_id, firms.organisation_id) == (None, of.pk)
        assert set(queries.mine(city.actor(account))) == {own, firms}
        # An item for people is filed for the person even while they act for a firm.
        tax = actions.open_draft(item_code="tax-proof", by=city.actor(account, of))
        assert (tax.organisation_id, tax.applicant_name) == (None, "陈晓雯")

    def test_an_item_for_firms_needs_one(self, clock):
        with pytest.raises(NotForYou) as refused:
            actions.open_draft(item_code="food-licence", by=city.actor(city.account(city.person())))
        assert refused.value.status == 422


class TestSeparation:
    """Maker is never checker."""

    def test_who_accepted_or_examined_a_case_does_not_decide_it(self, clock):
        both = city.actor(city.officer("clerk", "decider", agency="", place=city.CITY))
        second = city.actor(city.officer("reviewer", "decider", agency="", place=city.CITY))
        of = office()
        of.clerk, of.reviewer = both, second
        case = ready_to_decide(of)
        for officer in (both, second):
            of.decider = officer
            for verb in (Verb.GRANT, Verb.DENY):
                with pytest.raises(SamePerson) as refused:
                    calls(case, of)[verb]()
                assert refused.value.status == 409
            turn = queries.turn_of(officer, case, queries.steps_of(case), None)
            assert turn.barred
            assert not turn.verbs & {Verb.GRANT, Verb.DENY}
        assert city.again(case).state == CaseState.IN_REVIEW
        there = {both.account_id, second.account_id, of.other.account_id}
        assert queries.handlers(case, queries.steps_of(case)) == there
        fresh = office().decider
        assert actions.grant(case_id=case.pk, by=fresh).decided_by == fresh.account_id

    def test_a_decision_waits_for_every_step(self, clock):
        of = office()
        case, of.applicant = city.food()
        actions.accept(case_id=case.pk, by=of.clerk)
        for _ in range(2):
            for verb in (Verb.GRANT, Verb.DENY):
                with pytest.raises(NotYourStep):
                    calls(case, of)[verb]()
            actions.complete_step(
                case_id=case.pk, opinion="符合", by=of.reviewer, second_officer=of.other.account_id
            )
        with pytest.raises(NotYourStep):
            calls(case, of)[Verb.COMPLETE_STEP]()
        calls(case, of)[Verb.GRANT]()


def test_what_is_offered_is_what_works(clock):
    """For every state and officer: the verbs a page offers are exactly those that do not fail."""
    from django.db import transaction

    from tongban.foundation.errors import Problem

    for state in CaseState:
        of = office()
        case = at(state, of)
        supplement = queries.supplement_of(case)
        for officer in (of.clerk, of.reviewer, of.decider, of.head):
            trial = office()
            trial.applicant = of.applicant
            trial.clerk = trial.reviewer = trial.decider = trial.head = officer
            works = set()
            for verb in OFFICERS:
                with transaction.atomic():
                    try:
                        calls(case, trial)[verb]()
                        works.add(verb)
                    except Problem:
                        pass
                    transaction.set_rollback(True)
            turn = queries.turn_of(officer, case, queries.steps_of(case), supplement)
            assert turn.verbs == works, (state, officer.grants[0].role)


def test_an_officers_search_finds_only_what_they_may_see(clock):
    here, there = at(CaseState.SUBMITTED, office()), city.allowance("何秀珍", city.HUMEN)
    draft = allowance_draft(office())
    clerk = city.actor(city.officer("clerk"))
    for text in ("何秀珍", here.short_no, here.short_no.lower(), here.case_no, "高龄", " 何秀 "):
        assert list(queries.find(clerk, text)) == [here]
    for text in (there.short_no, "", "   ", "没有", draft.item_code, "%", "_", "'", "\x00", "x" * 999):
        assert not queries.find(clerk, text).exists()
    case, by = city.food()
    market = city.actor(city.officer("clerk", agency="market-regulation"))
    uscc = party_queries.organisation(by.organisation_id).uscc
    assert list(queries.find(market, uscc.lower())) == [case]
    assert not queries.find(clerk, uscc).exists()
    assert list(queries.find(market, "餐饮")) == [case]  # within an enterprise's name
    number = party_queries.person(here.person_id).id_no
    assert list(queries.find(clerk, number.lower())) == [here]
    assert not queries.find(clerk, party_queries.person(there.person_id).id_no).exists()
    assert not queries.find(clerk, make_resident_id("44190019500101998")).exists()  # of nobody


def test_a_queue_holds_what_waits_for_the_officer_soonest_first(clock):
    of = office("civil-affairs", city.town())
    late = at(CaseState.SUBMITTED, of)
    clock.move(days=1)
    later = at(CaseState.SUBMITTED, of)
    accepted = at(CaseState.ACCEPTED, of)
    reviewed = at(CaseState.IN_REVIEW, of)
    for state in (CaseState.SUPPLEMENT_REQUESTED, CaseState.GRANTED, CaseState.REFUSED, CaseState.DRAFT):
        at(state, of)
    assert list(queries.queue(of.clerk)) == [late, later]
    assert list(queries.queue(of.reviewer)) == [accepted]
    assert list(queries.queue(of.decider)) == [reviewed]
    assert set(Case.objects.exclude(state="draft")) == set(queries.desk(of.clerk))
    assert rules.visible(of.clerk, "accept").filter(pk=later.pk).exists()


def test_corrections_are_the_applicants_and_the_officer_sees_what_was_there_before(clock):
    of = office()
    case = supplement_asked(of)
    actions.save(case_id=case.pk, by=of.applicant, answers={"area": "99"})
    case = city.again(case)
    assert queries.shown_answers(case, queries.supplement_of(case))["area"] == "86.5"
    assert case.answers["area"] == "99"
