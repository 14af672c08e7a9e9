"""No appeal is ever without an owner or a next date: from any state that random verbs reach, by anybody, on any day."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city
from tests.modules.appeals.filing import filed
from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.deadlines import queries as deadlines
from tongban.modules.appeals import actions, calc, queries
from tongban.modules.appeals.models import Appeal
from tongban.modules.appeals.states import ENDED, OWNERS, State

W = "说明。"
NEIGHBOURS = {}  # of each appeal that is moved: another firm's, which says the same
# Each move: (who, what it does to the appeal). Moves that are not possible are refused and change nothing.
MOVES = {
    "route": ("desk", lambda k: actions.route(lead="industry", assists=("justice",), **k)),
    "refuse": ("desk", lambda k: actions.refuse(words=W, **k)),
    "rule_same": ("desk", lambda k: actions.rule(lead="industry", words=W, **k)),
    "rule_other": ("desk", lambda k: actions.rule(lead="justice", words=W, **k)),
    "dispute": ("all", lambda k: actions.dispute(words=W, **k)),
    "contact": ("all", lambda k: actions.contact(words=W, **k)),
    "reply": ("all", lambda k: actions.reply(words=W, **k)),
    "ask": ("all", lambda k: actions.ask(words=W, **k)),
    "supply": ("boss", lambda k: actions.supply(words=W, **k)),
    "propose": ("all", lambda k: actions.propose(days=4, words=W, **k)),
    "consent": ("boss", lambda k: actions.consent(agreed=True, **k)),
    "decline": ("boss", lambda k: actions.consent(agreed=False, **k)),
    "invite": ("all", lambda k: actions.invite(agency="commerce", words=W, **k)),
    "finish": ("all", lambda k: actions.finish(words=W, **k)),
    "solve": ("all", lambda k: actions.answer(words=W, outcome="solved", cause="papers", **k)),
    "plan": (
        "all",
        lambda k: actions.answer(
            words=W,
            outcome="planned",
            cause="papers",
            planned_on=(time.today() + dt.timedelta(days=40)).isoformat(),
            **k,
        ),
    ),
    "approve": ("desk", lambda k: actions.approve(**k)),
    "send_back": ("desk", lambda k: actions.send_back(words=W, **k)),
    "good": ("boss", lambda k: actions.rate(stars=5, **k)),
    "bad": ("boss", lambda k: actions.rate(stars=1, words=W, **k)),
    "deliver": ("all", lambda k: actions.deliver(words=W, **k)),
    "withdraw": ("boss", lambda k: actions.withdraw(**k)),
    "join": (
        "desk",
        lambda k: actions.merge_all(appeal_ids=[k["appeal_id"]], into=NEIGHBOURS[k["appeal_id"]], by=k["by"]),
    ),
    "gather": (
        "desk",
        lambda k: actions.merge_all(appeal_ids=[NEIGHBOURS[k["appeal_id"]]], into=k["appeal_id"], by=k["by"]),
    ),
    "scan": ("", lambda k: actions.scan(day=time.today())),
}


# What moves a life on is drawn more often than what ends it.
ONWARD = [
    "route",
    "contact",
    "finish",
    "solve",
    "plan",
    "approve",
    "bad",
    "ask",
    "propose",
    "dispute",
    "rule_other",
    "gather",
]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from(ONWARD), st.sampled_from(sorted(MOVES))), st.integers(0, 9)),
        min_size=6,
        max_size=22,
    )
)
def test_from_any_state_by_any_verb(moves):
    with time.freeze("2026-03-02T09:00"):
        head = city.person("邓文彬")
        city.organisation(head)
        who = {
            "boss": city.actor(city.account(head)),
            "desk": city.actor(city.officer("appeal_coordinator", agency="", place="")),
            "all": city.actor(city.officer("appeal_officer", agency="", place="")),
        }
        row = filed(who["boss"], who["boss"].represents[0])
        neighbour = city.person("何秀珍")
        city.organisation(neighbour, "另一家示例有限公司")
        also = city.actor(city.account(neighbour))
        NEIGHBOURS[row.pk] = filed(also, also.represents[0]).pk
        both = Appeal.objects.filter(pk__in=[row.pk, NEIGHBOURS[row.pk]]).order_by("id")
        for name, days in moves:
            by, move = MOVES[name]
            before = list(both.values())
            try:
                move({"appeal_id": row.pk, **({"by": who[by]} if by else {})})
            except Problem:
                assert list(both.values()) == before
            for one in both.all():
                _is_owned(one)
            time.shift(dt.timedelta(days=days % 4, hours=days))


def _is_owned(row):
    if row.state in ENDED:
        assert (row.owner, row.next_on) == ("", None)
        assert row.ended_at is not None
        return
    assert row.owner == OWNERS[State(row.state)]
    assert row.next_on is not None
    assert row.agency or row.owner != "office"
    started, course = queries.course(row)
    again = calc.dates(course, started, queries.clocks_of(row), deadlines.calendar())
    assert (row.reply_on, row.close_on, row.supervise_on) == (
        again.reply_on,
        again.close_on,
        again.supervise_on,
    )
