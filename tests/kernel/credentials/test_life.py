"""What happens to a credential after it was issued: by right, on a lawful ground, agreed by another where the law wants it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.credentials.faces import MONDAY, face, issue
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.credentials import actions, queries, states, tasks
from tongban.kernel.credentials.models import CredentialAct
from tongban.kernel.credentials.queries import NoSuchCredential
from tongban.kernel.credentials.states import LIFE, Act, ActNotPossible, CredentialState
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
WHY = "经查，申请时提交的场地证明系伪造，依法处理。"


@pytest.fixture
def decider():
    return city.actor(city.officer("decider"))


@pytest.fixture
def head():
    return city.actor(city.officer("head", place=""))


def licence(**changes):
    return issue(face(city.person(), place_path=city.town(), **changes))


def propose(row, by, act=Act.REVOKE, ground="fraud", **more):
    given = {"document_no": "东民撤〔2026〕1号", "reasons": WHY, **more}
    return actions.propose(credential_id=row.pk, act=act, ground=ground, by=by, **given)


def test_a_revocation_takes_two_people_and_shows_at_once(clock, decider, head):
    row = licence()
    act = propose(row, decider)
    assert queries.by_identifier(row.identifier).state == "valid"
    assert queries.proposals(head) == [act]
    actions.agree(act_id=act.pk, by=head)
    now = queries.by_identifier(row.identifier)
    assert (now.state, queries.state_on(now, MONDAY)) == ("revoked", CredentialState.REVOKED)
    names = [event.name for event in events.history(row.pk)]
    assert names == ["credential.issued", "credential.act_proposed", "credential.revoked"]
    assert events.history(row.pk)[-1].payload["ground"] == "fraud"
    assert queries.proposals(head) == []


def test_nobody_agrees_to_their_own(clock):
    both = city.actor(city.officer("decider", "head"))
    act = propose(licence(), both)
    with pytest.raises(NotAllowed):
        actions.agree(act_id=act.pk, by=both)


def test_the_database_refuses_it_too(clock, decider):
    act = propose(licence(), decider)
    act.state, act.decided_by, act.decided_at = "done", decider.account_id, clock.now
    with pytest.raises(IntegrityError, match="credential_act_two_people"), transaction.atomic():
        action(act.save)()


def test_the_head_may_disagree_with_a_reason(clock, decider, head):
    row = licence()
    act = propose(row, decider)
    with pytest.raises(actions.NotEnoughSaid):
        actions.not_agree(act_id=act.pk, note=" ", by=head)
    actions.not_agree(act_id=act.pk, note="证据不足", by=head)
    assert queries.by_identifier(row.identifier).state == "valid"
    with pytest.raises(NoSuchCredential):
        actions.agree(act_id=act.pk, by=head)
    assert propose(row, decider).state == "proposed"  # it can be proposed again


def test_one_proposal_at_a_time(clock, decider):
    row = licence()
    propose(row, decider)
    with pytest.raises(ActNotPossible):
        propose(row, decider, Act.SUSPEND, "punishment")


@pytest.mark.parametrize(
    ("roles", "agency", "place"),
    [
        (("clerk", "reviewer"), "civil-affairs", city.town()),
        (("decider",), "market-regulation", city.town()),
        (("decider",), "civil-affairs", city.town(city.HUMEN)),
    ],
)
def test_for_others_there_is_no_such_credential(clock, roles, agency, place):
    row, by = licence(), city.actor(city.officer(*roles, agency=agency, place=place))
    with pytest.raises(NoSuchCredential):
        propose(row, by, Act.CANCEL, "asked")
    assert not queries.managed(by).exists()


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (Act.REVOKE, {"ground": "punishment"}),
        (Act.REVOKE, {"reasons": "太短"}),
        (Act.REVOKE, {"document_no": ""}),
        (Act.CANCEL, {"ground": "fraud"}),
        (Act.CANCEL, {"ground": "asked", "until": MONDAY}),
        (Act.SUSPEND, {"ground": "punishment", "until": MONDAY - dt.timedelta(days=1)}),
    ],
)
def test_an_act_needs_ground_reasons_and_its_decision(clock, decider, act, given):
    with pytest.raises(actions.NotEnoughSaid):
        propose(licence(), decider, act, **{"ground": "fraud", **given})


def test_a_suspension_ends_by_itself_after_its_last_day(clock, decider, head):
    row = licence()
    act = propose(row, decider, Act.SUSPEND, "punishment", until=MONDAY + dt.timedelta(days=9))
    actions.agree(act_id=act.pk, by=head)
    tasks.suspensions_end(MONDAY + dt.timedelta(days=9))
    row.refresh_from_db()
    assert row.state == "suspended"
    tasks.suspensions_end(MONDAY + dt.timedelta(days=10))
    row.refresh_from_db()
    assert row.state == "valid"
    restored = queries.acts_on(row)[0]
    assert (restored.act, restored.proposed_by, restored.state) == ("restore", None, "done")


def test_a_suspension_without_an_end_stays_until_it_is_lifted(clock, decider, head):
    row = licence()
    actions.agree(act_id=propose(row, decider, Act.SUSPEND, "order").pk, by=head)
    tasks.suspensions_end(MONDAY + dt.timedelta(days=3000))
    row.refresh_from_db()
    assert row.state == "suspended"
    propose(row, decider, Act.RESTORE, "wrong")
    row.refresh_from_db()
    assert row.state == "valid"


def test_the_table_and_nothing_else_says_what_is_possible(clock, decider, head):
    for state in CredentialState:
        for act, line in LIFE.items():
            if state in line.before:
                assert states.require(state, act) is line
            else:
                with pytest.raises(ActNotPossible) as refused:
                    states.require(state, act)
                assert line.zh in refused.value.sentence_zh
    expired = licence(valid_until=MONDAY, number="n9")
    clock.move(days=1)
    with pytest.raises(ActNotPossible):
        propose(expired, decider, Act.MOVE, "moved")
    propose(expired, decider, Act.CANCEL, "expired")
    assert CredentialAct.objects.get(credential=expired).state == "done"


def test_every_ground_names_its_article_once():
    for line in LIFE.values():
        ids = [one.id for one in line.grounds]
        assert len(ids) == len(set(ids)) > 0
        assert all(one.zh and one.en and one.basis for one in line.grounds)
