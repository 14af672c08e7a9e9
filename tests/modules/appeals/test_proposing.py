"""A common cause becomes a proposal: its counts are frozen, one office answers it, and only these two see it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.modules.appeals.filing import answered, filed, routed
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import NothingBehind, NotOpen, WordsMissing
from tongban.modules.appeals.actions.assigning import NoSuchOffice
from tongban.modules.appeals.calc.clocks import BadDay
from tongban.modules.appeals.models import AppealCause, AppealProposal
from tongban.modules.appeals.rules import NoSuchProposal

HUMEN, SINCE = city.town(city.HUMEN), dt.date(2026, 3, 1)
SAME = {"cause": "slow_process", "category": "rights", "since": SINCE}


@pytest.fixture
def settled(boss, firm, desk, office):
    """Settles an appeal of the firm; the cause is a slow process."""

    def settle():
        row = answered(routed(boss, firm, desk), office("industry"))
        actions.approve(appeal_id=row.pk, by=desk)
        return actions.rate(appeal_id=row.pk, stars=5, by=boss)

    return settle


def propose(by, agency="justice", words="建议简化流程。", **more):
    return actions.propose_change(**{**SAME, **more}, agency=agency, words=words, by=by)


def test_a_cause_is_counted_once_when_its_appeal_ends(boss, firm, desk, office, settled):
    settled()
    again = answered(routed(boss, firm, desk), office("industry"))
    actions.approve(appeal_id=again.pk, by=desk)
    assert queries.causes(desk, SINCE) == [("slow_process", "rights", 1)]
    actions.rate(appeal_id=again.pk, stars=1, words="没有解决。", by=boss)
    assert queries.causes(desk, SINCE) == [("slow_process", "rights", 1)]
    again.refresh_from_db()
    actions.approve(appeal_id=answered(again, office("industry")).pk, by=desk)
    actions.rate(appeal_id=again.pk, stars=4, by=boss)
    assert queries.causes(desk, SINCE) == [("slow_process", "rights", 2)]
    assert queries.causes(desk, dt.date(2026, 4, 1)) == []
    assert queries.causes(desk, SINCE, "441900121") == []
    assert queries.causes(office("industry"), SINCE) == [("slow_process", "rights", 2)]
    assert queries.causes(office("finance"), SINCE) == []
    sums = sorted(AppealCause.objects.values_list("month", "town", "count"))
    assert sums == [(SINCE, "", 2), (SINCE, "441900113", 2)]


def test_what_speaks_for_it_is_frozen(desk, settled):
    settled()
    settled()
    row = propose(desk)
    settled()
    row.refresh_from_db()
    assert (row.appeals, row.firms, row.agency, row.desk, row.state) == (2, 1, "justice", "industry", "open")
    assert row.due_on == dt.date(2026, 3, 30)
    payload = {"cause": "slow_process", "category": "rights", "appeals": 2, "firms": 1, "agency": "justice"}
    assert [(one.name, one.payload) for one in events.history(row.pk)] == [
        ("appeal.proposal_opened", payload)
    ]


def test_it_needs_appeals_an_office_words_and_the_right(boss, firm, desk, office, settled):
    filed(boss, firm)
    with pytest.raises(NothingBehind):
        propose(desk)
    settled()
    for wrong, problem in (
        ({"since": dt.date(2026, 4, 1)}, NothingBehind),
        ({"cause": "papers"}, NothingBehind),
        ({"agency": "nobody"}, NoSuchOffice),
        ({"words": " "}, WordsMissing),
    ):
        with pytest.raises(problem):
            propose(desk, **wrong)
    with pytest.raises(NotAllowed):
        propose(office("industry"))
    far = city.actor(city.officer("appeal_coordinator", agency="industry", place=HUMEN))
    with pytest.raises(NothingBehind):
        propose(far)
    assert not AppealProposal.objects.exists()


def test_the_same_is_not_proposed_twice_before_the_answer(desk, office, settled):
    settled()
    row = propose(desk)
    with pytest.raises(NotOpen):
        propose(desk)
    propose(desk, agency="finance")
    actions.answer_proposal(proposal_id=row.pk, accepted=False, words="法律有规定。", by=office("justice"))
    propose(desk)
    assert sorted(queries.proposals(desk).values_list("agency", "state")) == [
        ("finance", "open"),
        ("justice", "declined"),
        ("justice", "open"),
    ]


def test_the_office_answers_once_and_whoever_proposed_is_told(desk, office, settled):
    settled()
    row, justice = propose(desk), office("justice")
    said = {"proposal_id": row.pk, "by": justice}
    with pytest.raises(WordsMissing):
        actions.answer_proposal(**said, accepted=True, words="", changes_on="2026-05-01")
    with pytest.raises(BadDay):
        actions.answer_proposal(**said, accepted=True, words="采纳。")
    for who in (desk, office("finance"), office("justice", HUMEN)):
        with pytest.raises(NoSuchProposal):
            actions.answer_proposal(proposal_id=row.pk, accepted=False, words="不改。", by=who)
    actions.answer_proposal(**said, accepted=True, words="采纳。", changes_on="2026-05-01")
    row.refresh_from_db()
    assert (row.state, row.answer, row.changes_on) == ("accepted", "采纳。", dt.date(2026, 5, 1))
    with pytest.raises(NotOpen):
        actions.answer_proposal(**said, accepted=False, words="不改。")
    city.run_jobs()
    titles = {
        who.account_id: list(
            Notice.objects.filter(account_id=who.account_id, about_id=row.pk).values_list(
                "title_zh", flat=True
            )
        )
        for who in (desk, justice, office("finance"))
    }
    assert titles == {
        desk.account_id: ["政策改进建议已答复"],
        justice.account_id: ["收到政策改进建议，请按期答复"],
        office("finance").account_id: [],
    }


@pytest.mark.parametrize(
    ("role", "agency", "place", "seen"),
    [
        ("appeal_coordinator", "industry", "", True),
        ("appeal_coordinator", "industry", HUMEN, False),
        ("appeal_coordinator", "town-songshan-lake", "", False),
        ("appeal_officer", "justice", "", True),
        ("appeal_officer", "industry", "", False),
        ("clerk", "justice", "", False),
        ("supervisor", "", "", False),
    ],
)
def test_who_sees_it(desk, settled, role, agency, place, seen):
    settled()
    row = propose(desk)
    who = city.actor(city.officer(role, agency=agency, place=place))
    assert list(queries.proposals(who)) == ([row] if seen else [])
    if not seen:
        with pytest.raises(NoSuchProposal):
            queries.proposal_for(who, row.pk)


@pytest.mark.parametrize(
    "wrong", [{"state": "accepted"}, {"state": "gone"}, {"changes_on": SINCE}, {"appeals": 0}, {"firms": 0}]
)
def test_the_database_refuses_what_cannot_be(desk, settled, wrong):
    settled()
    row = propose(desk)

    @action
    def write():
        AppealProposal.objects.filter(pk=row.pk).update(**wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        write()
