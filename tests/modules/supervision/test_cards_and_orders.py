"""What is said about cards and chase orders: by whom, in which order, and never by the same person on both sides."""

from datetime import date

import pytest

from tests import city
from tongban.kernel.events import queries as events
from tongban.modules.supervision import actions, queries, states
from tongban.modules.supervision.models import Card, ChaseOrder

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 3, 6)


@pytest.fixture
def card(db):
    """A red card of the civil affairs office in Dalang."""
    city.allowance()
    actions.scan(day=date(2026, 3, 10))
    return Card.objects.get()


@pytest.fixture
def order(card, supervisor):
    return actions.chase(card_id=card.pk, words="请说明超期原因", due_on=FRIDAY, by=supervisor)


def names(row):
    """The events of a row."""
    return [event.name for event in events.history(row.pk)]


def test_a_card_is_explained_and_settled(card, clerk, supervisor, clock):
    actions.answer_card(card_id=card.pk, words=" 系统对接故障，已恢复 ", by=clerk)
    card.refresh_from_db()
    assert (card.state, card.answer, card.answered_by, card.answered_at, card.closed_on) == (
        "answered",
        "系统对接故障，已恢复",
        clerk.account_id,
        clock.now,
        None,
    )
    actions.settle(card_id=card.pk, by=supervisor)
    card.refresh_from_db()
    assert (card.state, card.closed_on) == ("settled", date(2026, 3, 2))
    assert names(card) == ["card.answered", "card.settled"]


@pytest.mark.parametrize(("upheld", "state", "closed"), [(True, "upheld", False), (False, "lifted", True)])
def test_an_objection_is_decided_by_a_supervisor(card, clerk, supervisor, upheld, state, closed):
    actions.contest(card_id=card.pk, reasons="申请人当日要求暂缓", by=clerk)
    actions.rule(card_id=card.pk, upheld=upheld, words="已核实", by=supervisor)
    card.refresh_from_db()
    assert (card.state, card.objection, card.ruling, card.ruled_by) == (
        state,
        "申请人当日要求暂缓",
        "已核实",
        supervisor.account_id,
    )
    assert (card.closed_on is not None) is closed
    assert names(card) == ["card.contested", f"card.{state}"]
    assert [row.pk for row in queries.red_list()] == ([card.pk] if upheld else [])


def test_a_card_is_contested_once(card, clerk, supervisor):
    actions.contest(card_id=card.pk, reasons="不属实", by=clerk)
    actions.rule(card_id=card.pk, upheld=True, words="属实", by=supervisor)
    actions.answer_card(card_id=card.pk, words="已整改", by=clerk)
    with pytest.raises(actions.ContestedAlready):
        actions.contest(card_id=card.pk, reasons="仍不属实", by=clerk)


def test_nobody_decides_on_the_own_objection_or_the_own_card(card, supervisor):
    both = city.actor(city.officer("clerk", "supervisor", agency="", place=""))
    actions.contest(card_id=card.pk, reasons="不属实", by=both)
    for upheld in (True, False):
        with pytest.raises(actions.SamePerson):
            actions.rule(card_id=card.pk, upheld=upheld, words="维持", by=both)
    assert Card.objects.get().state == "contested"

    case = city.allowance()
    mine = actions.raise_card(number=case.short_no, trigger="illegal_fee", words="加收复印费", by=supervisor)
    actions.contest(card_id=mine.pk, reasons="不属实", by=both)
    with pytest.raises(actions.SamePerson):
        actions.rule(card_id=mine.pk, upheld=True, words="维持", by=supervisor)


CARD_CALLS = {
    "answer": lambda id, by: actions.answer_card(card_id=id, words="原因", by=by),
    "contest": lambda id, by: actions.contest(card_id=id, reasons="理由", by=by),
    "uphold": lambda id, by: actions.rule(card_id=id, upheld=True, words="理由", by=by),
    "lift": lambda id, by: actions.rule(card_id=id, upheld=False, words="理由", by=by),
    "settle": lambda id, by: actions.settle(card_id=id, by=by),
}
WAYS = {
    "raised": [],
    "answered": ["answer"],
    "contested": ["contest"],
    "upheld": ["contest", "uphold"],
    "lifted": ["contest", "lift"],
    "settled": ["answer", "settle"],
}


@pytest.mark.parametrize("state", states.CardState)
def test_only_the_verbs_of_the_table_are_possible(card, clerk, supervisor, state):
    def actor(verb):
        return clerk if states.CARD_TABLE[verb].who == "agency" else supervisor

    for verb in WAYS[state]:
        CARD_CALLS[verb](card.pk, actor(verb))
    card.refresh_from_db()
    assert card.state == state
    refused = set()
    for verb in set(states.CardVerb) - {v for v, row in states.CARD_TABLE.items() if state in row.sources}:
        with pytest.raises(states.StepNotPossible):
            CARD_CALLS[verb](card.pk, actor(verb))
        refused.add(verb)
    possible = {"raised": 2, "answered": 2, "contested": 2, "upheld": 2}.get(state, 0)
    assert len(refused) == len(states.CardVerb) - possible


def test_an_order_is_answered_sent_back_answered_and_closed(order, clerk, supervisor, clock):
    actions.answer_order(order_id=order.pk, words="正在核查", by=clerk)
    actions.send_back(order_id=order.pk, words="没有说明何时办结", due_on=date(2026, 3, 9), by=supervisor)
    order.refresh_from_db()
    assert (order.state, order.due_on, order.closed_at) == ("returned", date(2026, 3, 9), None)
    actions.answer_order(order_id=order.pk, words="明日办结", by=clerk)
    actions.close_order(order_id=order.pk, words="", by=supervisor)
    order.refresh_from_db()
    assert (order.state, order.closed_at) == ("closed", clock.now)
    said = [(e.verb, e.words, e.by) for e in queries.thread([order])[order.pk]]
    assert said == [
        ("issue", "请说明超期原因", supervisor.account_id),
        ("answer", "正在核查", clerk.account_id),
        ("send_back", "没有说明何时办结", supervisor.account_id),
        ("answer", "明日办结", clerk.account_id),
        ("close", None, supervisor.account_id),
    ]
    assert names(order) == [
        "chase_order.issued",
        "chase_order.answered",
        "chase_order.returned",
        "chase_order.answered",
        "chase_order.closed",
    ]
    with pytest.raises(states.StepNotPossible):
        actions.answer_order(order_id=order.pk, words="再答", by=clerk)


def test_an_order_is_red_after_its_day_until_it_is_answered(order, clerk):
    assert [queries.is_late(order, day) for day in (FRIDAY, date(2026, 3, 7))] == [False, True]
    order = actions.answer_order(order_id=order.pk, words="已办", by=clerk)
    assert not queries.is_late(order, date(2026, 3, 7))


def test_an_order_without_a_card(supervisor, clerk):
    case = city.allowance()
    order = actions.chase_case(number=case.short_no.lower(), words="请尽快", due_on=FRIDAY, by=supervisor)
    assert (order.card_id, order.case_id, order.agency) == (None, case.pk, "civil-affairs")
    assert list(queries.orders(clerk)) == [order]


@pytest.mark.parametrize("day", [None, date(2026, 3, 1)])
def test_the_limit_of_an_order_lies_ahead(card, supervisor, day):
    with pytest.raises(actions.BadLimit):
        actions.chase(card_id=card.pk, words="请说明", due_on=day, by=supervisor)
    assert not ChaseOrder.objects.exists()


def test_words_are_needed(card, order, clerk, supervisor):
    calls = [
        lambda: actions.answer_card(card_id=card.pk, words=" ", by=clerk),
        lambda: actions.contest(card_id=card.pk, reasons="", by=clerk),
        lambda: actions.chase(card_id=card.pk, words="\n", due_on=FRIDAY, by=supervisor),
        lambda: actions.answer_order(order_id=order.pk, words="", by=clerk),
        lambda: actions.raise_card(number=card.short_no, trigger="not_online", words="", by=supervisor),
        lambda: actions.raise_card(number=card.short_no, trigger="case_overdue", words="x", by=supervisor),
    ]
    for call in calls:
        with pytest.raises(actions.WordsMissing):
            call()


def test_what_was_said_is_encrypted_and_never_in_the_log(card, order, clerk):
    from django.db import connection

    actions.answer_card(card_id=card.pk, words="窗口人员请假", by=clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM supervision_card")
        (kept,) = cursor.fetchone()
    assert "窗口人员请假".encode() not in bytes(kept)
    said = [str(e.payload) for row in (card, order) for e in events.history(row.pk)]
    assert said
    assert not any("窗口人员请假" in text or "请说明超期原因" in text for text in said)


def test_each_sees_and_does_what_the_policy_opens(card, order, clerk, supervisor, strangers):
    city.allowance(place=city.HUMEN)
    actions.scan(day=date(2026, 3, 11))
    other = Card.objects.exclude(pk=card.pk).get()
    everything = {card.pk, other.pk}

    def seen(by):
        return {row.pk for row in queries.cards(by)}

    assert (seen(clerk), seen(supervisor)) == ({card.pk}, everything)
    assert [seen(by) for by in strangers] == [{other.pk}, set(), {other.pk}, set()]
    assert [list(queries.orders(by)) for by in strangers] == [[], [], [], []]
    for by in strangers:
        for call in CARD_CALLS.values():
            with pytest.raises(queries.NoSuchCard):
                call(card.pk, by)
        with pytest.raises(queries.NoSuchCard):
            actions.answer_order(order_id=order.pk, words="x", by=by)
        with pytest.raises(queries.NoSuchCard):
            actions.chase(card_id=card.pk, words="x", due_on=FRIDAY, by=by)
        with pytest.raises(queries.NoSuchCard):
            actions.chase_case(number=card.short_no, words="x", due_on=FRIDAY, by=by)
    # A supervisor does not speak for the agency, nor the agency for the supervisor.
    with pytest.raises(queries.NoSuchCard):
        actions.answer_order(order_id=order.pk, words="x", by=supervisor)
    with pytest.raises(queries.NoSuchCard):
        actions.close_order(order_id=order.pk, words="x", by=clerk)
    assert (queries.may(clerk, card), queries.may(supervisor, order)) == ({"agency"}, {"supervisor"})


def test_the_red_list_is_for_all_and_has_no_yellow(card, clerk):
    city.allowance(place=city.HUMEN)
    actions.scan(day=date(2026, 3, 9))
    assert [row.pk for row in queries.red_list()] == [card.pk]


def test_the_figures_above_the_board(card, order, clerk, supervisor, strangers):
    today = date(2026, 3, 10)
    assert queries.counts(supervisor, today) == {
        "red": 1,
        "yellow": 0,
        "contested": 0,
        "waiting": 1,
        "late": 1,
    }
    actions.contest(card_id=card.pk, reasons="不属实", by=clerk)
    actions.answer_order(order_id=order.pk, words="已办", by=clerk)
    assert queries.counts(clerk, today) == {"red": 1, "yellow": 0, "contested": 1, "waiting": 0, "late": 0}
    assert set(queries.counts(strangers[0], today).values()) == {0}


def test_every_name_is_said():
    assert set(states.TRIGGER_NAMES) == set(states.Trigger)
    assert set(states.CARD_STATE_NAMES) == set(states.CardState)
    assert set(states.ORDER_STATE_NAMES) == set(states.OrderState)
    assert set(states.ORDER_VERB_NAMES) == set(states.OrderVerb)
