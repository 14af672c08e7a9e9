"""Steps: beside each other, of several agencies, silent ones, public ones, and the days that move them."""

import datetime as dt

import pytest

from tests import city
from tests.kernel.cases.filling import dispatch, relief
from tests.kernel.cases.stages import Office, office
from tongban.kernel.cases import actions, queries, rules
from tongban.kernel.cases.actions.procedure import FindingMissing, NotYourStep
from tongban.kernel.cases.states import StepState
from tongban.kernel.cases.tasks import days
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.events import queries as events

pytestmark = pytest.mark.django_db
MARCH = [dt.date(2026, 3, day) if day else None for day in range(32)]


def reviewer(agency: str, place: str = city.CITY):
    """An officer who reviews for an agency."""
    return city.actor(city.officer("reviewer", agency=agency, place=place))


def step(case, name: str):
    """The step of this name."""
    return next(one for one in queries.steps_of(case) if one.step == name)


def shown(case) -> list[tuple]:
    """The steps as they stand."""
    return [(one.step, one.state, one.due_on) for one in queries.steps_of(case)]


def turns(case) -> set[tuple]:
    """The open tasks as they stand."""
    return {
        (task.kind, task.step and task.step.step, task.agency, task.due_on) for task in queries.work_of(case)
    }


@pytest.fixture
def of(clock) -> Office:
    return office()


class TestTwoAgencies:
    """Labour dispatch: the labour bureau reviews while market regulation is asked; then two officers of the town go."""

    @pytest.fixture
    def case(self, of, clock):
        self.labour, self.market, self.health = (
            reviewer(agency) for agency in ("human-resources", "market-regulation", "health")
        )
        self.town = reviewer("human-resources", city.town())
        self.elsewhere = reviewer("human-resources", city.town(city.HUMEN))
        self.market_in_town = reviewer("market-regulation", city.town())
        dispatch(place=city.HUMEN)  # another one, still waiting for acceptance: nobody's here
        case, of.applicant = dispatch()
        return case

    def accepted(self, case, of):
        return actions.accept(case_id=case.pk, by=of.clerk)

    def who_sees(self, case) -> list[str]:
        names = ("labour", "market", "health", "town", "elsewhere", "market_in_town")
        return [one for one in names if rules.visible(getattr(self, one)).filter(pk=case.pk).exists()]

    def whose_turn(self, case) -> list[str]:
        names = ("labour", "market", "health", "town", "elsewhere", "market_in_town")
        return [one for one in names if queries.queue(getattr(self, one)).filter(pk=case.pk).exists()]

    def test_both_begin_at_once(self, case, of):
        case = self.accepted(case, of)
        assert shown(case) == [
            ("review", "open", MARCH[5]),
            ("consult_market", "open", MARCH[5]),
            ("site_check", "waiting", None),
            ("approve", "waiting", None),
        ]
        assert turns(case) == {
            ("step", "review", "human-resources", MARCH[5]),
            ("step", "consult_market", "market-regulation", MARCH[5]),
        }

    def test_only_the_steps_of_others_open_the_case_to_them(self, case, of):
        case = self.accepted(case, of)
        # Its own agency reviews and decides at the case's place; market regulation and the town are elsewhere.
        assert {one.step for one in case.steps.all() if one.elsewhere} == {"consult_market", "site_check"}

    def test_who_is_asked_sees_the_case_from_the_opening_and_nobody_else_does(self, case, of):
        assert (self.who_sees(case), self.whose_turn(case)) == (["labour"], [])
        self.accepted(case, of)
        assert (self.who_sees(case), self.whose_turn(case)) == (["labour", "market"],) * 2
        actions.complete_step(case_id=case.pk, opinion="无不良记录", by=self.market)
        assert (self.who_sees(case), self.whose_turn(case)) == (["labour", "market"], ["labour"])
        actions.complete_step(case_id=case.pk, opinion="齐全", by=self.labour)
        assert self.who_sees(case) == ["labour", "market", "town"]
        assert self.whose_turn(case) == ["labour", "town"]
        assert step(case, "site_check").place_path == city.town()

    def test_who_is_asked_answers_and_does_nothing_else(self, case, of):
        case = self.accepted(case, of)
        with pytest.raises(NotYourStep):
            actions.complete_step(
                case_id=case.pk, step_id=step(case, "review").pk, opinion="x", by=self.market
            )
        for write in (
            lambda: actions.propose_pause(
                case_id=case.pk, kind="testing", basis="x", reasons="x", planned_days=2, by=self.market
            ),
            lambda: actions.propose_extension(case_id=case.pk, reasons="x", by=self.market),
            lambda: actions.offer_hearing(case_id=case.pk, matter="x", by=self.market),
            lambda: actions.complete_step(case_id=case.pk, opinion="x", by=self.health),
            lambda: actions.complete_step(case_id=case.pk, opinion="x", by=self.town),
        ):
            with pytest.raises(queries.NoSuchCase):
                write()
        turn = queries.turn_of(self.market, case, queries.steps_of(case), None)
        assert (turn.verbs, turn.step.step) == ({"complete_step"}, "consult_market")
        actions.complete_step(case_id=case.pk, opinion="无不良记录", by=self.market)
        case = city.again(case)
        assert queries.turn_of(self.market, case, queries.steps_of(case), None).verbs == set()

    @pytest.mark.parametrize("order", [("review", "consult_market"), ("consult_market", "review")])
    def test_the_next_step_waits_for_both(self, case, of, order, clock):
        case = self.accepted(case, of)
        clock.move(days=1)
        for name, states in zip(order, (["waiting", "waiting"], ["open", "waiting"]), strict=True):
            by = self.labour if name == "review" else self.market
            actions.complete_step(case_id=case.pk, step_id=step(case, name).pk, opinion="符合", by=by)
            assert [one.state for one in queries.steps_of(case)[2:]] == states
        assert turns(case) == {("step", "site_check", "human-resources", MARCH[6])}

    def test_two_officers_look_at_the_place(self, case, of):
        case = self.accepted(case, of)
        actions.complete_step(case_id=case.pk, opinion="齐全", by=self.labour)
        actions.complete_step(case_id=case.pk, opinion="无", by=self.market)
        for second in (None, self.town.account_id):
            with pytest.raises(FindingMissing, match="two officers"):
                actions.complete_step(case_id=case.pk, opinion="符合", second_officer=second, by=self.town)
        with pytest.raises(queries.NoSuchCase):
            actions.complete_step(
                case_id=case.pk, opinion="符合", second_officer=of.other.account_id, by=self.elsewhere
            )
        second = of.other.account_id
        actions.complete_step(
            case_id=case.pk, opinion="符合", second_officer=second, findings={"面积": "120"}, by=self.town
        )
        check = step(case, "site_check")
        assert (check.done_by, check.done_with, check.findings) == (
            self.town.account_id,
            second,
            {"面积": "120"},
        )
        assert turns(case) == {("step", "approve", "human-resources", MARCH[4])}

    def test_a_case_of_another_town_is_checked_there(self, case, of):
        there, _ = dispatch(place=city.HUMEN)
        self.accepted(there, of)
        assert step(there, "site_check").place_path == city.town(city.HUMEN)

    def test_silence_agrees_after_the_day_and_only_where_the_item_says_so(self, case, of, clock):
        self.accepted(case, of)
        clock.to("2026-03-05T23:59")
        days.catch_up()
        assert step(case, "consult_market").state == StepState.OPEN
        clock.to("2026-03-06T00:05")
        days.catch_up()
        asked = step(case, "consult_market")
        assert (asked.state, asked.verdict, asked.done_by, asked.done_at) == (
            "done",
            "silent",
            None,
            clock.now,
        )
        assert step(case, "review").state == StepState.OPEN  # a review that is late is late
        assert self.whose_turn(case) == ["labour"]
        log = [event.name for event in events.history(case.pk)]
        assert log.count("case.step_lapsed") == 1
        days.catch_up()
        assert [event.name for event in events.history(case.pk)] == log
        with pytest.raises(NotYourStep):
            actions.complete_step(case_id=case.pk, opinion="太晚", by=self.market)

    def test_nothing_speaks_while_the_case_stands_still(self, case, of, clock):
        self.accepted(case, of)
        clock.to("2026-03-05T10:00")
        actions.propose_pause(
            case_id=case.pk, kind="testing", basis="x", reasons="x", planned_days=2, by=self.labour
        )
        actions.approve(case_id=case.pk, by=of.head)
        clock.to("2026-03-09T10:00")
        days.catch_up()
        assert step(case, "consult_market").state == StepState.OPEN
        actions.end_pause(case_id=case.pk, result="合格", by=self.labour)
        # Three working days from the 2nd were used up by the 5th, the day of the pause.
        clock.to("2026-03-10T00:05")
        days.catch_up()
        assert step(case, "consult_market").state == StepState.DONE


class TestPublicNotice:
    """Relief for expenses: a home visit, three days of notice in the village while the promise waits, a decision."""

    @pytest.fixture
    def case(self, of, clock):
        case, of.applicant = relief()
        actions.accept(case_id=case.pk, by=of.clerk)
        clock.move(days=1)
        return self.visited(case, of)

    def visited(self, case, of):
        return actions.complete_step(
            case_id=case.pk, opinion="属实", second_officer=of.other.account_id, by=of.reviewer
        )

    def clocks(self, case) -> dict[str, tuple]:
        rows = Clock.objects.filter(subject_id=case.pk).exclude(kind=ClockKind.RECEIPT)
        return {row.kind: (row.due_on, row.paused) for row in rows}

    def test_it_stops_the_promised_clock_alone(self, case):
        assert shown(case) == [
            ("visit", "done", MARCH[6]),
            ("notice", "open", MARCH[6]),
            ("approve", "waiting", None),
        ]
        assert self.clocks(case) == {
            "decision_statutory": (MARCH[30], False),
            "decision_promised": (None, True),
        }
        # People look at the law's date while the promise says nothing.
        assert (case.due_on, case.statutory_due_on, case.paused) == (MARCH[30], MARCH[30], False)

    def test_it_ends_by_itself_and_the_promise_goes_on(self, case, clock):
        clock.to("2026-03-06T22:00")
        days.catch_up()
        assert step(case, "notice").state == StepState.OPEN
        clock.to("2026-03-07T00:05")
        days.catch_up()
        case = city.again(case)
        assert [one[:2] for one in shown(case)] == [
            ("visit", "done"),
            ("notice", "done"),
            ("approve", "open"),
        ]
        # One day used on the 3rd, nine from the 9th on.
        assert self.clocks(case) == {
            "decision_statutory": (MARCH[30], False),
            "decision_promised": (MARCH[19], False),
        }
        assert (case.due_on, case.paused) == (MARCH[19], False)

    def test_what_the_head_stopped_for_the_same_reason_does_not_end_with_the_step(self, of, clock):
        case, of.applicant = relief()
        actions.accept(case_id=case.pk, by=of.clerk)
        actions.propose_pause(
            case_id=case.pk, kind="public_notice", basis="x", reasons="x", planned_days=9, by=of.reviewer
        )
        actions.approve(case_id=case.pk, by=of.head)
        clock.move(days=1)
        self.visited(case, of)
        clock.to("2026-03-07T00:05")
        days.catch_up()
        assert step(case, "notice").state == StepState.DONE
        promised = deadlines.clock(case.pk, ClockKind.DECISION_PROMISED)
        assert (promised.paused, dict(queries.open_pauses(promised))) == (True, {"public_notice": 1})
        clock.to("2026-03-11T10:00")
        case = actions.end_pause(case_id=case.pk, result="公示结束", by=of.reviewer)
        # Nothing was used on the 2nd; ten days from the 12th on.
        assert (case.due_on, case.statutory_due_on, case.paused) == (MARCH[25], MARCH[30], False)


def test_days_on_which_the_case_stood_still_move_the_open_steps(of, clock):
    case, of.applicant = city.food()
    actions.accept(case_id=case.pk, by=of.clerk)
    assert step(case, "review").due_on == MARCH[4]
    clock.move(days=1)
    actions.propose_pause(
        case_id=case.pk, kind="testing", basis="x", reasons="x", planned_days=5, by=of.reviewer
    )
    actions.approve(case_id=case.pk, by=of.head)
    clock.to("2026-03-10T10:00")
    case = actions.end_pause(case_id=case.pk, result="合格", by=of.reviewer)
    # The 3rd counts, the 11th is the second day.
    assert turns(case) == {("step", "review", "market-regulation", MARCH[11])}
    assert step(case, "review").due_on == MARCH[11]
    actions.complete_step(case_id=case.pk, opinion="齐全", by=of.reviewer)
    assert (
        step(case, "site_check").due_on == MARCH[12]
    )  # opened on the day of the resumption, which gave it nothing
