"""Who keeps away from a case or its applicant sees no card, no chase order and no figure of it, and acts on none."""

from datetime import date

import pytest

from tests import city
from tests.modules.supervision.test_figures import decided
from tongban.foundation.readers import reading_as
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import reader_for
from tongban.kernel.cases import actions as cases
from tongban.kernel.parties import queries as parties
from tongban.modules.supervision import actions, calc, queries
from tongban.modules.supervision.models import Card
from tongban.modules.supervision.queries import NoSuchCard

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


@pytest.fixture
def two(db):
    """Two cases that ran late, of two people."""
    theirs, other = city.allowance("何秀珍"), city.allowance("周玉兰")
    actions.scan(day=DAY)
    return theirs, other


def away(by, subject):
    """The officer after declaring a recusal."""
    access.recuse(account_id=by.account_id, subject_id=subject, reason="是申请人的近亲属", by=SYSTEM)
    return city.actor(parties.account(by.account_id))


@pytest.fixture(params=["case", "applicant"])
def subject(request, two):
    """What is kept away from: the case itself, or whose it is."""
    return two[0].pk if request.param == "case" else two[0].person_id


def of(rows):
    return {row.case_id for row in rows}


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_cards_lists_counts_and_the_badge(two, subject, clerk, supervisor, role):
    by = clerk if role == "clerk" else supervisor
    theirs, other = two
    assert of(queries.cards(by)) == {theirs.pk, other.pk}
    assert queries.open_red(by, 99) == 2, "and now the text of this question is kept"
    kept = away(by, subject)
    # Where the database guards rows it may hide the very case that bars: the bar does not depend on it.
    with reading_as(reader_for(kept)):
        assert of(queries.cards(kept)) == {other.pk}
    assert queries.counts(kept, DAY)["red"] == queries.open_red(kept, 99) == 1
    assert queries.open_red(kept, 0) == 0
    card = Card.objects.get(case_id=theirs.pk)
    assert queries.may(kept, card) == frozenset()
    with pytest.raises(NoSuchCard):
        queries.card_for(kept, card.pk)


def test_a_case_that_comes_later_is_not_there_either(two, supervisor):
    kept = away(supervisor, two[0].person_id)
    assert queries.open_red(kept, 99) == 1
    by = city.actor(city.account(parties.person(two[0].person_id)))
    again = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
    actions.raise_card(number=again.short_no, trigger="illegal_fee", words="加收费用", by=supervisor)
    assert queries.open_red(kept, 99) == 1
    assert of(queries.cards(kept)) == {two[1].pk}


def test_no_step_is_taken(two, subject, clerk, supervisor):
    theirs, other = two
    card = Card.objects.get(case_id=theirs.pk)
    colleague = city.actor(city.officer("supervisor", agency="", place=""))
    order = actions.chase(card_id=card.pk, words="请说明", due_on=date(2026, 3, 20), by=colleague)
    office, boss = away(clerk, subject), away(supervisor, subject)
    assert of(queries.orders(office)) == of(queries.orders(boss)) == set()
    assert of(queries.orders(colleague)) == {theirs.pk}
    assert queries.counts(boss, DAY)["waiting"] == 0
    for refused in (
        lambda: queries.order_for(boss, order.pk),
        lambda: actions.answer_card(card_id=card.pk, words="原因", by=office),
        lambda: actions.contest(card_id=card.pk, reasons="不属实", by=office),
        lambda: actions.settle(card_id=card.pk, by=boss),
        lambda: actions.chase(card_id=card.pk, words="催", due_on=date(2026, 3, 20), by=boss),
        lambda: queries.supervised_case(boss, theirs.short_no),
        lambda: actions.raise_card(number=theirs.short_no, trigger="illegal_fee", words="加收费用", by=boss),
    ):
        with pytest.raises(NoSuchCard):
            refused()
    assert queries.supervised_case(boss, other.short_no).pk == other.pk
    assert queries.supervised_case(colleague, theirs.short_no).pk == theirs.pk
    actions.answer_card(card_id=card.pk, words="原因", by=city.actor(city.officer("clerk")))


def test_the_figures_count_what_the_officer_may_see(clock, supervisor):
    theirs, _other = decided(clock, 4), decided(clock, 4)
    march = date(2026, 3, 1), date(2026, 4, 1)
    assert calc.figure(queries.tallies(supervisor, *march)).cases == 2
    for subject in (theirs.pk, theirs.person_id):
        colleague = city.actor(city.officer("supervisor", agency="", place=""))
        assert calc.figure(queries.tallies(away(colleague, subject), *march)).cases == 1
