"""How many queries the most frequent verbs take: a number that grows is a page that gets slower."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.cases.stages import office
from tests.kernel.cases.test_one_call import apply
from tongban.kernel.cases import actions

pytestmark = pytest.mark.django_db


def queries_of(call) -> int:
    """How many queries a call takes, its savepoint counted."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_the_way_of_a_case(clock):
    of = office()
    apply(city.actor(city.account(city.person())), uuid.uuid4())  # the day's counter is there
    by = city.actor(city.account(city.person()))
    assert queries_of(lambda: apply(by, uuid.uuid4())) == 19
    case, _ = city.food()
    id = case.pk
    assert queries_of(lambda: actions.accept(case_id=id, by=of.clerk)) == 16
    assert queries_of(lambda: actions.complete_step(case_id=id, opinion="齐全", by=of.reviewer)) == 14
    second = of.other.account_id
    check = {"opinion": "符合", "second_officer": second, "by": of.reviewer}
    assert queries_of(lambda: actions.complete_step(case_id=id, **check)) == 15  # is the second one recused?
    assert queries_of(lambda: actions.grant(case_id=id, by=of.decider)) == 23
