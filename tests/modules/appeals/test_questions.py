"""The bank of key enterprises' questions: gathered once, answered for by a leader, closed by the enterprise's word alone."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.modules.appeals.filing import filed
from tongban.kernel.events import queries as events
from tongban.kernel.notices import queries as notices
from tongban.kernel.records.actions import action
from tongban.modules.appeals import actions, queries, tasks
from tongban.modules.appeals.actions import BadQuestion, Charge, WordsMissing
from tongban.modules.appeals.actions.assigning import NoSuchOffice
from tongban.modules.appeals.calc.clocks import BadDay
from tongban.modules.appeals.models import KeyQuestion
from tongban.modules.appeals.rules import NoSuchAppeal, NoSuchQuestion
from tongban.modules.appeals.states.questions import Move, MoveNotPossible

DALANG, HUMEN = city.town(city.DALANG), city.town(city.HUMEN)
POST = "副市长（示例）"


@pytest.fixture
def keeper(db):
    return city.actor(city.officer("town_manager", agency="", place=DALANG, name="温丽"))


@pytest.fixture
def leader(db):
    return city.officer("leader", agency="", place="", name="示例领导")


def charge(leader=None, **more):
    values = {"post": POST, "agency": "power-supply", "target_on": "2026-04-01"}
    return Charge(**{**values, **more}, leader=leader.pk if leader else None)


def put(firm, keeper, leader=None, **more):
    values = {"title": "增容迟迟没有批", "words": "变压器满载两个月。", "charge": charge(leader), **more}
    return actions.open_question(organisation_id=firm, by=keeper, **values)


def seen(actor, rows):
    """The names of the rows that an actor's list has; the single page must agree with it."""
    listed = {one.pk for one in queries.questions(actor)}
    for row in rows.values():
        if row.pk in listed:
            assert queries.question_for(actor, row.pk).pk == row.pk
        else:
            with pytest.raises(NoSuchQuestion):
                queries.question_for(actor, row.pk)
    return {name for name, row in rows.items() if row.pk in listed}


def test_from_the_appeal_to_the_enterprises_word(boss, firm, keeper, leader, office):
    appeal = filed(boss, firm)
    row = put(firm, keeper, leader, appeal_id=appeal.pk)
    assert (row.appeal_id, row.source, row.category, row.town) == (appeal.pk, "appeal", "rights", city.DALANG)
    assert (row.owner, row.next_on, row.state) == ("office", date(2026, 4, 1), "open")
    who, by = city.actor(leader), office("power-supply")
    actions.note_progress(question_id=row.pk, words="已召开协调会。", by=who)
    actions.ask_enterprise(question_id=row.pk, words="新变压器已送电。", by=by)
    row.refresh_from_db()
    assert (row.state, row.owner, row.next_on) == ("asked", "firm", date(2026, 3, 9))
    assert queries.questions_for_firm(boss, firm) == 1
    with pytest.raises(WordsMissing):
        actions.say_solved(question_id=row.pk, solved=False, by=boss)
    actions.say_solved(question_id=row.pk, solved=False, words="晚上还跳闸。", by=boss)
    actions.ask_enterprise(question_id=row.pk, words="已更换开关。", by=who)
    actions.say_solved(question_id=row.pk, solved=True, by=boss)
    row.refresh_from_db()
    assert (row.state, row.owner, row.next_on, row.ended_at is None) == ("closed", "", None, False)
    assert [one.move for one in queries.question_course(row)] == [
        "open",
        "note",
        "ask",
        "decline",
        "ask",
        "confirm",
    ]
    assert [one.name.split(".")[1] for one in events.history(row.pk)] == [
        "opened",
        "noted",
        "asked",
        "declined",
        "asked",
        "confirmed",
    ]


def test_nobody_but_the_enterprise_closes(boss, firm, keeper, leader, office):
    row = put(firm, keeper, leader)
    actions.ask_enterprise(question_id=row.pk, words="已解决。", by=keeper)
    for who in (keeper, city.actor(leader), office("power-supply"), office("industry")):
        with pytest.raises(NoSuchQuestion):
            actions.say_solved(question_id=row.pk, solved=True, by=who)
    row.refresh_from_db()
    assert queries.moves_of(keeper, row) == set()
    assert queries.moves_of(boss, row) == {Move.CONFIRM, Move.DECLINE}


def test_silence_closes_nothing(firm, keeper, leader, clock):
    row = put(firm, keeper, leader)
    actions.ask_enterprise(question_id=row.pk, words="已解决。", by=keeper)
    clock.to("2026-03-09T09:00")
    tasks.every_day(date(2026, 3, 9))
    assert KeyQuestion.objects.get().state == "asked"
    for _ in range(2):
        tasks.every_day(date(2026, 3, 10))
    row.refresh_from_db()
    assert (row.state, row.owner, row.next_on) == ("open", "office", date(2026, 4, 1))
    assert [one.move for one in queries.question_course(row)] == ["open", "ask", "lapse"]


def test_who_sees_which(boss, firm, keeper, leader, office, desk):
    secret = filed(boss, firm, confidential=True)
    actions.route(appeal_id=secret.pk, lead="town-dalang", by=desk)
    rows = {
        "open": put(firm, keeper, leader),
        "secret": put(firm, keeper, leader, appeal_id=secret.pk),
        "post": put(firm, keeper, charge=charge(agency="finance")),
    }
    other = city.actor(city.officer("town_manager", agency="", place=DALANG, name="麦国栋"))
    whole = city.actor(city.officer("town_manager", agency="", place=""))
    humen = city.actor(city.officer("town_manager", agency="", place=HUMEN))
    stranger = city.actor(city.officer("leader", agency="", place="", name="另一位"))
    expected = [
        (keeper, {"open", "secret", "post"}),
        (other, {"open", "post"}),
        (whole, {"open", "post"}),
        (humen, set()),
        (city.actor(leader), {"open", "secret"}),
        (stranger, set()),
        (office("power-supply"), {"open", "secret"}),
        (office("finance"), {"post"}),
        (office("power-supply", HUMEN), set()),
        (desk, set()),
        (boss, set()),  # the enterprise reads its own on its own pages
    ]
    for who, names in expected:
        assert seen(who, rows) == names
    assert set(queries.questions_of_firm(boss, firm)) == set(rows.values())
    other_firm = city.person("何秀珍")
    city.organisation(other_firm, "东莞市另一家示例有限公司")
    assert not queries.questions_of_firm(city.actor(city.account(other_firm)), firm).exists()


def test_only_who_sees_the_appeal_makes_a_question_of_it(boss, firm, keeper):
    secret = filed(boss, firm, confidential=True)
    with pytest.raises(NoSuchAppeal):
        put(firm, keeper, appeal_id=secret.pk)
    humen = city.actor(city.officer("town_manager", agency="", place=HUMEN))
    with pytest.raises(NoSuchQuestion):
        put(firm, humen)
    assert not KeyQuestion.objects.exists()


def test_an_appeal_and_a_visit_make_one_question_each(boss, firm, keeper):
    appeal, visit = filed(boss, firm), uuid.uuid4()
    for source in ({"appeal_id": appeal.pk}, {"visit_id": visit}):
        row = put(firm, keeper, **source)
        with pytest.raises(BadQuestion, match=row.number):
            put(firm, keeper, **source)
    put(firm, keeper)
    put(firm, keeper)
    assert sorted(KeyQuestion.objects.values_list("source", flat=True)) == ["appeal", "hand", "hand", "visit"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": " "}, BadQuestion),
        ({"title": "长" * 81}, BadQuestion),
        ({"words": ""}, WordsMissing),
        ({"charge": charge(post="")}, BadQuestion),
        ({"charge": Charge(POST, "power-supply", "2026-04-01", uuid.uuid4())}, BadQuestion),
        ({"charge": charge(agency="nobody")}, NoSuchOffice),
        ({"charge": charge(target_on="2026-03-02")}, BadDay),
        ({"charge": charge(target_on="soon")}, BadDay),
    ],
)
def test_what_is_missing_is_named(firm, keeper, wrong, error):
    with pytest.raises(error):
        put(firm, keeper, **wrong)


def test_a_leader_of_another_town_cannot_answer_for_it(firm, keeper):
    with pytest.raises(BadQuestion):
        put(firm, keeper, city.officer("leader", agency="", place=HUMEN))


def test_another_leader_takes_over_with_reasons(firm, keeper, leader, office):
    row, second = put(firm, keeper, leader), city.officer("leader", agency="", place=DALANG, name="镇长")
    with pytest.raises(NoSuchQuestion):
        actions.assign_question(question_id=row.pk, charge=charge(second), words="x", by=city.actor(leader))
    with pytest.raises(WordsMissing):
        actions.assign_question(question_id=row.pk, charge=charge(second), words=" ", by=keeper)
    actions.assign_question(
        question_id=row.pk, charge=charge(second, target_on="2026-05-06"), words="分工调整。", by=keeper
    )
    assert list(queries.of_leader(city.actor(leader))) == []
    [held] = queries.of_leader(city.actor(second))
    assert (held.pk, held.next_on) == (row.pk, date(2026, 5, 6))
    actions.ask_enterprise(question_id=row.pk, words="已解决。", by=keeper)
    with pytest.raises(MoveNotPossible):
        actions.note_progress(question_id=row.pk, words="进展。", by=keeper)


def test_those_concerned_are_told_without_a_word_of_it(boss, firm, keeper, leader, office):
    office("power-supply")
    row = put(firm, keeper, leader, title="机密标题")
    actions.ask_enterprise(question_id=row.pk, words="已解决。", by=keeper)
    actions.say_solved(question_id=row.pk, solved=False, words="没有。", by=boss)
    city.run_jobs()

    def told(actor):
        return [one.title_zh for one in notices.inbox(actor)]

    assert sorted(told(city.actor(leader))) == ["企业认为问题没有解决", "有重点企业问题等您推进"]
    assert told(office("power-supply")) == ["有重点企业问题等您推进"]
    assert told(boss) == ["请确认反映的问题是否已经解决"]
    assert all("机密" not in f"{one.title_zh}{one.body_zh}" for one in notices.inbox(city.actor(leader)))


def test_the_database_holds_what_must_be_true(firm, keeper):
    row = put(firm, keeper)
    for wrong in (
        {"owner": ""},
        {"next_on": None},
        {"leader_post": ""},
        {"agency": ""},
        {"state": "closed"},
        {"source": "appeal"},
        {"state": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            action(KeyQuestion.objects.filter(pk=row.pk).update)(**wrong)


def test_lights_are_those_of_appeals(firm, keeper, clock):
    rows = {
        "red": put(firm, keeper, charge=charge(target_on="2026-03-03")),
        "yellow": put(firm, keeper, charge=charge(target_on="2026-03-05")),
        "green": put(firm, keeper),
        "paused": put(firm, keeper),
    }
    actions.ask_enterprise(question_id=rows["paused"].pk, words="已解决。", by=keeper)
    clock.to("2026-03-04T09:00")
    today, soon, held = date(2026, 3, 4), date(2026, 3, 5), queries.questions(keeper)
    assert queries.lamps(held, today, soon) == dict.fromkeys(rows, 1)
    for lamp, row in rows.items():
        assert [one.pk for one in queries.by_lamp(held, lamp, today, soon)] == [row.pk]


def test_who_keeps_the_bank_is_asked_for_the_place_alone(boss, firm):
    """The city's manager sits at an agency, and keeps questions that other offices answer for."""
    keeper = city.actor(city.officer("town_manager", agency="industry", place=""))
    row = put(firm, keeper, charge=charge(agency="commerce"))
    assert list(queries.questions(keeper)) == [row]
    actions.note_progress(question_id=row.pk, words="已联系。", by=keeper)
    assert not queries.questions(
        city.actor(city.officer("town_manager", place=city.town(city.HUMEN)))
    ).exists()
