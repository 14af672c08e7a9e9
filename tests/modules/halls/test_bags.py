"""Papers from the receiving to the handling hall: both ends, a check for each paper, what is told, what is reminded of."""

import pytest

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN, CITY_HALL, HUMEN, at_window, receiver, resident
from tongban.foundation import time
from tongban.foundation.ids import uuid7
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.kernel.receptions import actions as receptions
from tongban.kernel.receptions.queries import NoSuchReception
from tongban.modules.halls import actions, queries, tasks
from tongban.modules.halls.actions import BadBag, BadPaper
from tongban.modules.halls.models import Bag, Paper
from tongban.modules.halls.queries import NoSuchBag
from tongban.modules.halls.states import PaperState


@pytest.fixture(autouse=True)
def standing(db, clock):
    """A Monday morning."""
    return clock


@pytest.fixture
def changan():
    return receiver()


@pytest.fixture
def humen():
    return receiver(HUMEN, name="刘子轩")


def received(by, place=city.HUMEN):
    """A case with two papers at the window of the receiver."""
    person = resident(place)
    account = city.account(person)
    row = at_window(person, by)
    papers = [
        actions.note_paper(reception_id=row.pk, name=name, count=1, original=True, by=by)
        for name in ("户口簿原件", "授权委托书")
    ]
    return receptions.hand_in(reception_id=row.pk, by=by), papers, account


def sent(by, papers, **change):
    given = {
        "from_hall": CHANGAN,
        "to_hall": HUMEN,
        "paper_ids": [one.pk for one in papers],
        "carrier": "机要专递（示例）",
        "waybill": "SF0001",
        "condition": "intact",
    }
    return actions.send_bag(**{**given, **change}, by=by)


def test_a_bag_travels_and_every_paper_is_checked(changan, humen):
    row, papers, _account = received(changan)
    bag = sent(changan, papers)
    assert (bag.count, bag.sent_by, bag.waybill, bag.received_at) == (2, changan.account_id, "SF0001", None)
    assert {one.state for one in queries.papers_of(row.case_id)} == {PaperState.TRAVELLING}
    bag = actions.receive_bag(
        bag_id=bag.pk,
        checks={one.pk: "arrived" for one in papers},
        condition="intact",
        remarks="",
        by=humen,
    )
    assert (bag.received_by, bag.received_condition) == (humen.account_id, "intact")
    assert {one.state for one in queries.papers_of(row.case_id)} == {PaperState.ARRIVED}
    names = [event.name for event in events.history(row.case_id)]
    assert names[-2:] == ["case.papers_sent", "case.papers_arrived"]
    city.run_jobs()
    [letter] = documents.letters_about(bag.pk)
    assert (letter.kind, letter.number, letter.sealed_by) == (
        LetterKind.PAPER_TRANSFER,
        bag.number,
        "town-changan",
    )
    assert documents.content(letter.file).startswith(b"%PDF")


def test_missing_and_damaged_papers_are_told_to_applicant_and_sender(changan, humen):
    row, papers, account = received(changan)
    bag = sent(changan, papers)
    checks = {papers[0].pk: "missing", papers[1].pk: "damaged"}
    with pytest.raises(BadBag):  # what is wrong is written down
        actions.receive_bag(bag_id=bag.pk, checks=checks, condition="opened", remarks=" ", by=humen)
    actions.receive_bag(
        bag_id=bag.pk, checks=checks, condition="opened", remarks="封口被打开，户口簿不在袋内", by=humen
    )
    city.run_jobs()
    told = Notice.objects.filter(title_zh__startswith="纸质材料交接有问题")
    assert set(told.values_list("account_id", flat=True)) == {account.pk, changan.account_id}
    assert "缺失 1 份，破损 1 份" in told.first().body_zh
    assert {one.name: one.state for one in queries.papers_of(row.case_id)} == {
        "户口簿原件": PaperState.MISSING,
        "授权委托书": PaperState.DAMAGED,
    }


def test_all_well_tells_nobody_that_something_is_wrong(changan, humen):
    _row, papers, _account = received(changan)
    bag = sent(changan, papers)
    actions.receive_bag(
        bag_id=bag.pk, checks={p.pk: "arrived" for p in papers}, condition="intact", remarks="", by=humen
    )
    city.run_jobs()
    assert not Notice.objects.filter(title_zh__startswith="纸质材料交接有问题").exists()


def test_only_the_two_halls_see_a_bag_and_only_the_second_receives_it(changan, humen):
    _row, papers, _account = received(changan)
    bag = sent(changan, papers)
    other = receiver(CITY_HALL, name="彭婷")
    assert queries.bags(changan).get() == queries.bags(humen).get() == bag
    assert queries.bags(other).count() == 0
    everything = {one.pk: "arrived" for one in papers}
    for who in (changan, other):
        with pytest.raises(NoSuchBag):
            actions.receive_bag(bag_id=bag.pk, checks=everything, condition="intact", remarks="", by=who)
    with pytest.raises(NoSuchBag):
        queries.bag_for(other, bag.pk)


def test_papers_go_only_to_where_their_case_is_handled(changan):
    _row, papers, _account = received(changan)
    _other, elsewhere, _account = received(changan, city.DALANG)
    for change in (
        {"to_hall": CITY_HALL},
        {"to_hall": CHANGAN},
        {"to_hall": "hall-nowhere"},
        {"paper_ids": []},
        {"paper_ids": [papers[0].pk, uuid7()]},
        {"paper_ids": [papers[0].pk, elsewhere[0].pk]},
        {"carrier": " "},
        {"condition": "perfect"},
    ):
        with pytest.raises(BadBag):
            sent(changan, papers, **change)
    assert Bag.objects.count() == 0


def test_papers_of_an_application_that_was_not_handed_in_stay(changan):
    row = at_window(resident(), changan)
    paper = actions.note_paper(reception_id=row.pk, name="户口簿", count=1, original=True, by=changan)
    with pytest.raises(BadBag):
        sent(changan, [paper])


def test_a_paper_is_sent_once_and_a_bag_received_once(changan, humen):
    _row, papers, _account = received(changan)
    bag = sent(changan, papers)
    with pytest.raises(BadBag):
        sent(changan, papers)
    checks = {one.pk: "arrived" for one in papers}
    with pytest.raises(BadBag):  # one of them was not looked at
        actions.receive_bag(
            bag_id=bag.pk, checks={papers[0].pk: "arrived"}, condition="intact", remarks="", by=humen
        )
    actions.receive_bag(bag_id=bag.pk, checks=checks, condition="intact", remarks="", by=humen)
    with pytest.raises(BadBag):
        actions.receive_bag(bag_id=bag.pk, checks=checks, condition="intact", remarks="", by=humen)


def test_noting_papers(changan, humen):
    row = at_window(resident(), changan)
    for name, count in (("", 1), ("户口簿", 0), ("户口簿", 1000), ("长" * 101, 1)):
        with pytest.raises(BadPaper):
            actions.note_paper(reception_id=row.pk, name=name, count=count, original=False, by=changan)
    with pytest.raises(NoSuchReception):
        actions.note_paper(reception_id=row.pk, name="户口簿", count=1, original=False, by=humen)
    paper = actions.note_paper(reception_id=row.pk, name="户口簿", count=1, original=False, by=changan)
    actions.remove_paper(paper_id=paper.pk, by=humen)
    assert Paper.objects.filter(pk=paper.pk).exists()
    actions.remove_paper(paper_id=paper.pk, by=changan)
    assert not Paper.objects.exists()


def test_both_ends_are_reminded_each_day_of_a_bag_that_does_not_arrive(changan, humen, standing):
    _row, papers, _account = received(changan)
    bag = sent(changan, papers)
    stranger = receiver(CITY_HALL, name="彭婷")

    def reminded():
        tasks.remind_of_bags(time.today())
        rows = Notice.objects.filter(about_id=bag.pk)
        assert not rows.filter(account_id=stranger.account_id).exists()
        return sorted(str(one) for one in rows.values_list("account_id", flat=True))

    both = sorted([str(changan.account_id), str(humen.account_id)])
    standing.move(days=queries.remind_days() - 1)
    assert reminded() == []
    standing.move(days=1)
    assert reminded() == both
    assert reminded() == both  # the same day again says nothing new
    standing.move(days=1)
    assert reminded() == sorted(both * 2)
    actions.receive_bag(
        bag_id=bag.pk, checks={p.pk: "arrived" for p in papers}, condition="intact", remarks="", by=humen
    )
    standing.move(days=1)
    assert reminded() == sorted(both * 2)
