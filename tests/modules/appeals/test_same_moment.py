"""Two people join appeals to each other at the same moment: whoever comes second finds what the first left."""

import pytest

from tests import city
from tests.kernel.cases.test_same_moment import together
from tests.modules.appeals.filing import filed
from tongban.foundation.errors import Problem
from tongban.foundation.time import freeze
from tongban.kernel.events.models import Event
from tongban.modules.appeals import actions
from tongban.modules.appeals.models import Appeal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def standing_clock():
    """A clock that stands still in all threads."""
    with freeze("2026-03-02T09:00"):
        yield


def rows(count):
    """Appeals of as many firms."""
    made = []
    for _ in range(count):
        head = city.person()
        firm = city.organisation(head)
        made.append(filed(city.actor(city.account(head)), firm.pk))
    return made


def joined():
    """Each appeal that was joined, with its lead; none leads that has ended."""
    found = list(Appeal.objects.filter(state="merged").select_related("main"))
    assert {one.main.state for one in found} <= {"pool"}
    assert Event.objects.filter(name="appeal.merged").count() == len(found)
    return {one.pk: one.main_id for one in found}


@pytest.mark.parametrize("single", [False, True], ids=["many", "a single one"])
def test_to_each_other(single):
    desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
    for _ in range(4):
        one, other, third = rows(3)

        def many(lead, *ticked):
            return actions.merge_all(appeal_ids=[row.pk for row in ticked], into=lead.pk, by=desk)

        first = (
            (lambda a=one, b=other: actions.merge(appeal_id=b.pk, into=a.number, by=desk))
            if single
            else (lambda a=one, b=other, c=third: many(a, c, b))
        )
        results = together(first, lambda a=one, b=other, c=third: many(b, a, c))
        assert [one for one in results if isinstance(one, Exception) and not isinstance(one, Problem)] == []
        held = joined()
        assert (one.pk in held) != (other.pk in held)


def test_the_same_button_six_times():
    desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
    lead, *ticked = rows(3)
    results = together(
        *[lambda: actions.merge_all(appeal_ids=[one.pk for one in ticked], into=lead.pk, by=desk)] * 6
    )
    assert sorted(len(one.joined) for one in results) == [0] * 5 + [2]
    assert joined() == {one.pk: lead.pk for one in ticked}
