"""What time does in batches, and supervision: from its day on the office above looks on, and is told."""

import datetime as dt

import pytest

from tests import city
from tests.modules.appeals.filing import answered, filed, routed
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.actions import load_calendars
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.models import AppealEntry
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.terminals.ui import appealwords as words


@pytest.fixture
def above(db):
    """Coordinates at the office that supervises, and at no other."""
    return city.officer("appeal_coordinator", agency="data-bureau", place="")


def told(account):
    """The Chinese titles in an inbox, oldest first."""
    city.run_jobs()
    return list(
        Notice.objects.filter(account_id=account.pk).order_by("id").values_list("title_zh", flat=True)
    )


def test_on_its_day_and_not_before_the_office_above_looks_on(boss, firm, desk, office, above):
    row = routed(boss, firm, desk)
    actions.contact(appeal_id=row.pk, words="已联系。", by=office("industry"))
    row.refresh_from_db()
    day, over = row.supervise_on, city.actor(above)
    actions.scan(day=day - dt.timedelta(days=1))
    with pytest.raises(NoSuchAppeal):
        queries.appeal_for(over, row.pk)
    actions.scan(day=day)
    actions.scan(day=day)
    seen = queries.appeal_for(over, row.pk)
    assert (seen.above, seen.state, seen.owner) == ("data-bureau", "working", "office")
    entries = AppealEntry.objects.filter(appeal=row, verb="supervise")
    assert [one.agency for one in entries] == ["data-bureau"]
    assert told(above) == ["企业诉求到期未答复，已转督办"]
    for role in ("office", "assist", "desk"):
        with pytest.raises(NoSuchAppeal):
            queries.appeal_for(over, row.pk, role)
    assert queries.wrong() == []


def test_the_firm_is_told_once_that_its_appeal_is_late(boss, firm, desk, office, above):
    row, other = routed(boss, firm, desk), routed(boss, firm, desk)
    answered(other, office("industry"))
    late = "诉求到期未办结，已由上级单位督办"
    for _ in range(2):
        actions.scan(day=row.supervise_on)
        notices = Notice.objects.filter(title_zh=late)
        city.run_jobs()
        assert set(notices.values_list("account_id", "body_zh")) == {
            (boss.account_id, f"编号 {row.number}。请打开诉求查看。")
        }
    late_row = queries.by_id(row.pk)
    course = words.course(queries.entries(late_row), late_row, words.Names(), all_of_it=False)
    assert [one.title for one in course if one.title.startswith("转督办")] == [
        "转督办（东莞市政务服务和数据管理局）"
    ]


def test_what_was_answered_or_waits_for_the_firm_is_not_supervised(boss, firm, desk, office, clock):
    lead, rows = office("industry"), [routed(boss, firm, desk) for _ in range(3)]
    answered(rows[0], lead)
    for row in rows[1:]:
        actions.contact(appeal_id=row.pk, words="已联系。", by=lead)
    clock.move(days=25)
    actions.ask(appeal_id=rows[1].pk, words="请提供合同。", by=lead)
    actions.scan(day=queries.by_id(rows[2].pk).supervise_on)
    found = [queries.by_id(row.pk).above for row in rows]
    assert found == ["", "", "data-bureau"]


def test_a_second_handling_begins_without_supervision(boss, firm, desk, office):
    lead, row = office("industry"), routed(boss, firm, desk)
    actions.scan(day=dt.date(2026, 4, 30))
    assert queries.by_id(row.pk).above == "data-bureau"
    row.refresh_from_db()
    actions.approve(appeal_id=answered(row, lead).pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=1, words="没有解决。", by=boss)
    again = queries.by_id(row.pk)
    assert (again.above, again.state) == ("", "working")


def test_the_chase_of_a_day_goes_on_batch_after_batch(boss, firm, desk):
    rows = [filed(boss, firm) for _ in range(5)]
    day = dt.date(2026, 3, 10)
    assert actions.scan(day=day, most=2).moved == 2
    city.run_jobs()  # whoever hears of the batch goes on, with the usual size
    assert [queries.by_id(row.pk).chased for row in rows] == [3] * 5
    done = [one.payload for one in events.by_name("appeals.scanned")]
    assert [(one["moved"], one["after"]) for one in done] == [(3, None), (2, str(rows[1].pk))]  # newest first
    assert actions.scan(day=day).moved == 5


def test_a_calendar_moves_dates_batch_after_batch(boss, firm, desk):
    rows = [filed(boss, firm) for _ in range(3)]
    year = deadlines.year(next(one.pk for one in deadlines.years() if one.year == 2026))
    others = [one.data for one in deadlines.years() if one.year != 2026]
    changed = {**year.data, "off": [*year.data["off"], "2026-03-04"]}
    load_calendars(years=[*others, changed], by=SYSTEM)
    assert len(queries.wrong()) == 3
    year = deadlines.year(next(one.pk for one in deadlines.years() if one.year == 2026))
    assert actions.recompute(because=year, most=2) == 2
    assert actions.recompute(because=year, after=rows[1].pk, most=2) == 1
    assert queries.wrong() == []
    assert [one.payload["after"] for one in events.by_name("appeals.redated")] == [None, str(rows[1].pk)]


def test_a_firm_that_was_joined_is_told_and_asked_for_nothing(boss, firm, desk, office):
    head = city.person("何秀珍")
    city.organisation(head, "东莞市另一家示例有限公司")
    account = city.account(head)
    other = city.actor(account)
    main, joined = filed(boss, firm), filed(other, other.represents[0])
    actions.merge(appeal_id=joined.pk, into=main.number, by=desk)
    actions.route(appeal_id=main.pk, lead="industry", by=desk)
    lead = office("industry")
    actions.contact(appeal_id=main.pk, words="已联系。", by=lead)
    actions.ask(appeal_id=main.pk, words="请提供合同。", by=lead)
    actions.supply(appeal_id=main.pk, words="合同。", by=boss)
    main.refresh_from_db()
    actions.approve(appeal_id=answered(main, lead).pk, by=desk)
    assert told(account) == [
        "诉求与同类诉求并案办理",
        "并案办理的诉求已分派主办单位",
        "并案办理的诉求已有办理结果",
    ]
    assert queries.waiting_for_firm(other, other.represents[0]) == 0
    with pytest.raises(NoSuchAppeal):
        actions.rate(appeal_id=main.pk, stars=1, words="不满意。", by=other)


def test_a_firm_that_comes_along_to_another_lead_is_told_once_more(boss, firm, desk):
    accounts = []
    for name in ("东莞市甲示例有限公司", "东莞市乙示例有限公司"):
        head = city.person()
        city.organisation(head, name)
        accounts.append(city.account(head))
    first, middle = (city.actor(one) for one in accounts)
    lead, joined = filed(boss, firm), filed(first, first.represents[0])
    between = filed(middle, middle.represents[0])
    actions.merge(appeal_id=joined.pk, into=between.number, by=desk)
    actions.merge(appeal_id=between.pk, into=lead.number, by=desk)
    assert [told(one) for one in accounts] == [["诉求与同类诉求并案办理"] * 2, ["诉求与同类诉求并案办理"]]


def test_what_has_ended_is_listed_latest_first_whoever_looks(boss, firm, desk, office, clock):
    ended = []
    for _ in range(3):
        row = filed(boss, firm)
        clock.move(minutes=5)
        actions.withdraw(appeal_id=row.pk, by=boss)
        ended.append(row.pk)
    mine = routed(boss, firm, desk)
    actions.withdraw(appeal_id=mine.pk, by=boss)
    open_ = filed(boss, firm)
    day = time.today()

    def done(actor):
        return queries.first(actor, lambda rows: queries.by_lamp(rows, "done", day, day))

    assert done(desk) == [mine.pk, *reversed(ended)]
    assert done(office("industry")) == [mine.pk]
    assert done(office("town-dalang", city.town())) == done(desk)
    assert done(office("finance")) == []
    assert [one.pk for one in queries.these(done(desk)[:2])] == [mine.pk, ended[-1]]
    assert queries.first(desk, queries.in_hand) == [open_.pk]
    asked = {"state": "withdrawn"}
    assert queries.first(desk, lambda rows: queries.found(rows, asked)) == done(desk)


@pytest.mark.parametrize(("words", "hit"), [("诉求示例", True), ("没有这家", False), ("示例电子有限", True)])
def test_a_firm_is_found_by_a_part_of_its_name(boss, firm, desk, words, hit):
    row, (match, _common) = filed(boss, firm), queries.match(words)
    assert queries.first(desk, lambda rows: queries.found(rows, {}, match)) == ([row.pk] if hit else [])
    assert queries.match(" ") == (None, False)
