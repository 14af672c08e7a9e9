"""Messages, notes and labels: who writes and reads what, that notes never leave the office, that no clock moves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import queries as events
from tongban.kernel.notices import queries as notices
from tongban.modules.correspondence import actions, queries, states
from tongban.modules.correspondence.models import Label, Message, Note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def pair(db):
    """A submitted food licence in Dalang and its applicant."""
    return city.food()


@pytest.fixture
def clerk(db):
    return city.actor(city.officer("clerk", agency="market-regulation"))


@pytest.fixture
def strangers(db):
    """Officers of another town and of another agency, a supervisor, another applicant, nobody."""
    return [
        city.actor(city.officer("clerk", agency="market-regulation", place=city.town(city.HUMEN))),
        city.actor(city.officer("clerk", "reviewer", "decider", agency="civil-affairs")),
        city.actor(city.officer("supervisor", "bureau", agency="")),
        city.actor(city.account(city.person("何伟"))),
    ]


def thread(case):
    """The conversation as it is kept."""
    return [(m.side, m.words, m.read_at is not None) for m in queries.messages(case.pk)]


def test_both_sides_write_and_read(pair, clerk, clock):
    case, applicant = pair
    actions.send(case_id=case.pk, words=" 请问需要带原件吗？ ", by=applicant)
    clock.move(hours=1)
    row = actions.send(case_id=case.pk, words="不用，现场核验时出示即可。", by=clerk)
    assert thread(case) == [
        ("applicant", "请问需要带原件吗？", True),
        ("office", "不用，现场核验时出示即可。", False),
    ]
    assert (row.sent_by, row.sent_at) == (clerk.account_id, clock.now)
    assert queries.unread_by_case([case.pk], states.Side.APPLICANT) == {case.pk: 1}
    assert queries.unread_by_case([case.pk], states.Side.OFFICE) == {}
    assert actions.mark_read(case_id=case.pk, by=applicant) == 1
    assert actions.mark_read(case_id=case.pk, by=applicant) == 0
    read = Message.objects.get(pk=row.pk)
    assert (read.read_by, read.read_at) == (applicant.account_id, clock.now)
    assert [e.payload for e in events.history(row.pk)] == [{"case": str(case.pk), "side": "office"}]


def test_nobody_marks_the_own_messages_as_read(pair, clerk):
    case, applicant = pair
    actions.send(case_id=case.pk, words="在吗", by=applicant)
    assert actions.mark_read(case_id=case.pk, by=applicant) == 0
    assert [m.read_at for m in queries.messages(case.pk)] == [None]
    assert list(queries.with_unread(clerk)) == [case]
    actions.mark_read(case_id=case.pk, by=clerk)
    assert list(queries.with_unread(clerk)) == []


@pytest.mark.parametrize("words", ["", "  \n", "字" * 2001, "\x00"])
def test_a_message_has_words_and_not_too_many(pair, clerk, words):
    case, applicant = pair
    for call in (
        lambda: actions.send(case_id=case.pk, words=words, by=applicant),
        lambda: actions.note(case_id=case.pk, words=words, by=clerk),
        lambda: actions.put_label(case_id=case.pk, text=words, by=clerk),
    ):
        with pytest.raises(actions.NothingWritten):
            call()
    assert not Message.objects.exists()


def test_who_may_not_see_the_case_has_no_conversation(pair, clerk, strangers):
    case, applicant = pair
    actions.send(case_id=case.pk, words="在吗", by=applicant)
    label = actions.put_label(case_id=case.pk, text="加急", by=clerk)
    for by in strangers:
        for call in (
            lambda by=by: actions.send(case_id=case.pk, words="x", by=by),
            lambda by=by: actions.mark_read(case_id=case.pk, by=by),
            lambda by=by: actions.note(case_id=case.pk, words="x", by=by),
            lambda by=by: actions.put_label(case_id=case.pk, text="x", by=by),
            lambda by=by: actions.remove_label(case_id=case.pk, label_id=label.pk, by=by),
        ):
            with pytest.raises(NoSuchCase):
                call()
        assert list(queries.with_unread(by)) == []
    assert (thread(case), Label.objects.count(), Note.objects.count()) == (
        [("applicant", "在吗", False)],
        1,
        0,
    )


def test_notes_and_labels_are_not_for_the_applicant(pair):
    case, applicant = pair
    for call in (
        lambda: actions.note(case_id=case.pk, words="x", by=applicant),
        lambda: actions.put_label(case_id=case.pk, text="x", by=applicant),
    ):
        with pytest.raises(NoSuchCase):
            call()


def test_a_draft_has_no_conversation(clerk):
    draft, applicant = city.food_draft()
    for by in (applicant, clerk):
        with pytest.raises(NoSuchCase):
            actions.send(case_id=draft.pk, words="x", by=by)


def test_a_message_moves_no_clock_and_changes_no_case(pair, clerk, clock):
    case, applicant = pair

    def standing():
        clocks = [(c.kind, c.due_on, c.paused, len(c.entries.all())) for c in deadlines.clocks_of(case.pk)]
        row = city.again(case)
        return clocks, {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}

    before = standing()
    clock.move(days=1)
    actions.send(case_id=case.pk, words="请补一张照片", by=clerk)
    actions.send(case_id=case.pk, words="好的", by=applicant)
    actions.note(case_id=case.pk, words="已电话联系", by=clerk)
    city.run_jobs()
    assert standing() == before


def test_the_other_side_gets_a_notice_without_the_words(pair, clerk):
    case, applicant = pair
    city.run_jobs()
    actions.send(case_id=case.pk, words="请补一张照片", by=clerk)
    city.run_jobs()
    newest = notices.inbox(applicant).first()
    assert newest.title_zh == f"新消息：{case.item_name}"
    assert "照片" not in newest.title_zh + newest.body_zh
    assert not notices.inbox(clerk).exists()
    actions.send(case_id=case.pk, words="照片已拍", by=applicant)
    assert city.run_jobs()
    assert [n.title_zh for n in notices.inbox(clerk)] == [f"新消息：{case.item_name}"]
    actions.note(case_id=case.pk, words="照片清楚", by=clerk)
    before = notices.inbox(applicant).count()
    city.run_jobs()
    assert notices.inbox(applicant).count() == before


def test_labels(pair, clerk):
    case, _ = pair
    other = city.actor(city.officer("clerk", agency=""))
    put = actions.put_label(case_id=case.pk, text=" 需要  复核 ", by=clerk)
    assert actions.put_label(case_id=case.pk, text="需要 复核", by=other).pk == put.pk
    actions.put_label(case_id=case.pk, text="加急", by=other)
    assert [label.text for label in queries.labels(case.pk, case.agency)] == ["需要 复核", "加急"]
    assert queries.labels_by_case([case.pk], case.agency) == {case.pk: ["需要 复核", "加急"]}
    assert queries.labels_by_case([case.pk], "civil-affairs") == {}
    offered, free = queries.pack_labels()
    assert (offered[0], free) == ("加急", True)
    assert queries.used_labels(case.agency) == [*offered, "需要 复核"]
    assert queries.used_labels("civil-affairs") == offered
    actions.remove_label(case_id=case.pk, label_id=put.pk, by=clerk)
    actions.remove_label(case_id=case.pk, label_id=put.pk, by=clerk)
    assert [label.text for label in queries.labels(case.pk, case.agency)] == ["加急"]
    assert [e.name for e in events.history(put.pk)] == ["case_label.put", "case_label.removed"]


def test_where_the_pack_says_so_only_its_labels_are_put(pair, clerk, monkeypatch):
    case, _ = pair
    monkeypatch.setitem(catalogue.snapshot().pack, "labels", {"offered": ["重点项目"], "free": False})
    actions.put_label(case_id=case.pk, text="重点项目", by=clerk)
    with pytest.raises(actions.LabelNotOffered):
        actions.put_label(case_id=case.pk, text="加急", by=clerk)
    assert queries.used_labels(case.agency) == ["重点项目"]
    monkeypatch.delitem(catalogue.snapshot().pack, "labels")
    assert actions.put_label(case_id=case.pk, text="加急", by=clerk).text == "加急"


def test_no_more_labels_than_anybody_reads(pair, clerk):
    case, _ = pair
    for number in range(states.MOST_LABELS):
        actions.put_label(case_id=case.pk, text=f"标签{number}", by=clerk)
    with pytest.raises(actions.TooManyLabels):
        actions.put_label(case_id=case.pk, text="再一个", by=clerk)


def test_words_are_encrypted_and_in_no_event(pair, clerk):
    case, applicant = pair
    rows = [
        actions.send(case_id=case.pk, words="身体不便请上门", by=applicant),
        actions.note(case_id=case.pk, words="身体不便请上门", by=clerk),
    ]
    label = actions.put_label(case_id=case.pk, text="上门", by=clerk)
    with connection.cursor() as cursor:
        for table in ("correspondence_message", "correspondence_note"):
            cursor.execute(f"SELECT words FROM {table}")
            assert "身体不便".encode() not in bytes(cursor.fetchone()[0])
    payloads = [str(e.payload) for row in (*rows, label) for e in events.history(row.pk)]
    assert len(payloads) == 3
    assert not any("上门" in text for text in payloads)


def test_one_query_for_the_labels_and_the_unread_of_a_page(pair, clerk):
    pairs = [pair, city.food(), city.food()]
    for case, applicant in pairs:
        actions.send(case_id=case.pk, words="在吗", by=applicant)
        actions.put_label(case_id=case.pk, text="加急", by=clerk)
    ids = [case.pk for case, _ in pairs]
    with CaptureQueriesContext(connection) as seen:
        assert set(queries.unread_by_case(ids, states.Side.OFFICE).values()) == {1}
        assert len(queries.labels_by_case(ids, "market-regulation")) == 3
    assert len(seen) == 2
