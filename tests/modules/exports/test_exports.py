"""Exports: only what the asker may see, masked unless a purpose is given, part by part, safe in a spreadsheet, gone in time."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.kernel.events import queries as events
from tongban.kernel.parties import actions as parties
from tongban.modules.exports import actions, calc, queries, states, tasks
from tongban.modules.exports.models import Export

db = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def officer(db):
    return city.officer("clerk")


@pytest.fixture
def clerk(officer):
    return city.actor(officer)


def asked(by, *, purpose="", words="", **chosen):
    """Ask for an export and let it be written."""
    row = actions.request(
        chosen={"from": chosen.pop("since", ""), **chosen},
        by=by,
        language="zh-hans",
        purpose=purpose,
        words=words,
    )
    city.run_jobs()
    row.refresh_from_db()
    return row


def table(row):
    """The lines of a finished export, without the head."""
    text = b"".join(queries.content(row)).decode("utf-8")
    assert text.startswith("\ufeff受理号,")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


def numbers(row):
    return [line[0] for line in table(row)]


@db
def test_the_file_holds_what_the_asker_may_see_and_nothing_else(clerk):
    first, second = city.allowance("何秀珍"), city.allowance("梁桂英")
    city.allowance("钟丽华", place=city.HUMEN)
    city.food()
    city.food_draft()
    row = asked(clerk)
    assert (row.state, row.total, row.done, row.parts) == ("ready", 2, 2, 1)
    assert row.delete_on == date(2026, 3, 9)
    assert table(row) == [
        [
            case.short_no,
            case.case_no,
            case.item_name,
            "东莞市民政局",
            "大朗镇",
            "待受理",
            "时限内",
            masked,
            "2026-03-02 09:00",
            "",
            "",
            "2026-03-09",
            "",
        ]
        for case, masked in ((first, "何*珍"), (second, "梁*英"))
    ]


@db
def test_names_in_full_need_a_purpose_and_it_is_logged(clerk):
    city.allowance("何秀珍")
    for purpose, words in (("contact", " "), ("curiosity", "想看看")):
        with pytest.raises(actions.PurposeMissing):
            actions.request(chosen={}, by=clerk, language="zh-hans", purpose=purpose, words=words)
    row = asked(clerk, purpose="contact", words="逐一电话通知领取")
    assert [line[7] for line in table(row)] == ["何秀珍"]
    (event,) = [e for e in events.history(row.pk) if e.name == "export.requested"]
    assert (event.actor_id, event.payload) == (
        clerk.account_id,
        {"source": "cases", "total": 1, "purpose": "contact", "masked": False},
    )
    assert not any("电话" in str(e.payload) for e in events.history(row.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM exports_export")
        assert "电话".encode() not in bytes(cursor.fetchone()[0])


@db
def test_organisations_are_named_and_english_is_english():
    case, _ = city.food()
    by = city.actor(city.officer("clerk", agency="market-regulation"))
    row = actions.request(chosen={}, by=by, language="en")
    city.run_jobs()
    row.refresh_from_db()
    text = b"".join(queries.content(row)).decode()
    assert text.splitlines()[0].startswith("\ufeffNumber,Case number,Item,Agency")
    assert f"{case.short_no}," in text
    assert "示例餐饮有限公司,2026-03-02 09:00" in text
    assert "Waiting for acceptance,In time" in text


@db
def test_filters(clock):
    by = city.actor(city.officer("clerk", "reviewer", agency="", place=city.CITY))
    late = city.allowance("何秀珍")
    clock.to("2026-03-05T09:00")
    other = city.allowance("梁桂英", place=city.HUMEN)
    food, applicant = city.food()
    clock.to("2026-03-10T09:00")
    cases.accept(case_id=other.pk, by=by)
    cases.withdraw(case_id=food.pk, by=applicant)

    def found(**chosen):
        return {c.short_no for c in queries.selection(by, chosen, date(2026, 3, 10))}

    every = {late.short_no, other.short_no, food.short_no}
    assert found() == found(scope="all", state="none", lamp="none", town="none") == every
    assert found(lamp="red") == {late.short_no}
    assert found(lamp="done") == {food.short_no}
    assert found(scope="queue") == {late.short_no, other.short_no}
    assert found(state="accepted") == {other.short_no}
    assert found(item="food-licence") == {food.short_no}
    assert found(agency="civil-affairs", town=city.HUMEN) == {other.short_no}
    assert found(**{"from": "2026-03-05"}) == {other.short_no, food.short_no}
    assert found(**{"from": "2026-03-02", "to": "2026-03-02"}) == {late.short_no}
    assert found(to="2026-02-31") == every
    assert found(q="何秀珍") == {late.short_no}


@db
def test_part_by_part_each_once(clerk, monkeypatch):
    monkeypatch.setattr(states, "CHUNK", 2)
    monkeypatch.setattr(queries, "CHUNK", 2)
    made = [city.allowance().short_no for _ in range(5)]
    row = asked(clerk)
    assert (row.parts, row.done, row.state) == (3, 5, "ready")
    assert numbers(row) == made
    assert [e.name for e in events.history(row.pk)] == [
        "export.requested",
        "export.advanced",
        "export.advanced",
        "export.finished",
    ]
    assert [e.payload.get("done") for e in events.history(row.pk)] == [None, 2, 4, 5]


@db
def test_a_part_written_twice_counts_once(clerk, monkeypatch):
    monkeypatch.setattr(states, "CHUNK", 2)
    monkeypatch.setattr(queries, "CHUNK", 2)
    made = [city.allowance().short_no for _ in range(3)]
    row = actions.request(chosen={}, by=clerk, language="zh-hans")
    (event,) = events.history(row.pk)
    # A worker wrote the part and died; another one does the job again, and the first one comes back to life.
    first, second = tasks.write_part(event), tasks.write_part(event)
    tasks.begin(event, second)
    tasks.begin(event, first)
    city.run_jobs()
    row.refresh_from_db()
    assert (numbers(row), row.parts) == (made, 2)


@db
def test_rights_are_those_of_the_moment_of_writing(officer, clerk, clock):
    city.allowance()
    row = actions.request(chosen={}, by=clerk, language="zh-hans")
    parties.close_account(account=officer, by=clerk) if hasattr(parties, "close_account") else _close(officer)
    city.run_jobs()
    row.refresh_from_db()
    assert (row.state, row.done) == ("stopped", 0)
    assert not queries.folder(row.pk).exists()


def _close(account):
    key = account.pk if connection.vendor == "postgresql" else account.pk.hex
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {account._meta.db_table} SET is_active = %s WHERE id = %s", [False, key])


@db
def test_nobody_sees_anothers_export(clerk):
    city.allowance()
    row = asked(clerk)
    colleague = city.actor(city.officer("clerk"))
    assert list(queries.mine(colleague)) == []
    for call in (
        lambda: queries.own(colleague, row.pk),
        lambda: actions.fetch(export_id=row.pk, by=colleague),
        lambda: queries.own(city.actor(city.account(city.person())), row.pk),
    ):
        with pytest.raises(queries.NoSuchExport):
            call()
    actions.fetch(export_id=row.pk, by=clerk)
    assert [e.name for e in events.history(row.pk)][-1] == "export.fetched"


@db
def test_files_are_deleted_in_time(clerk, clock):
    city.allowance()
    row = asked(clerk)
    tasks.every_day(date(2026, 3, 8))
    assert numbers(row)
    tasks.every_day(date(2026, 3, 9))
    tasks.every_day(date(2026, 3, 10))
    row.refresh_from_db()
    assert row.state == "deleted"
    assert not queries.folder(row.pk).exists()
    with pytest.raises(queries.NoSuchExport):
        actions.fetch(export_id=row.pk, by=clerk)
    assert [e.name for e in events.history(row.pk)].count("export.deleted") == 1


@db
def test_what_cannot_be_exported(clerk):
    with pytest.raises(actions.NothingChosen):
        actions.request(chosen={}, by=clerk, language="zh-hans")
    city.allowance()
    for _ in range(actions.MOST_RUNNING):
        actions.request(chosen={}, by=clerk, language="zh-hans")
    with pytest.raises(actions.TooMany):
        actions.request(chosen={}, by=clerk, language="zh-hans")
    assert Export.objects.count() == actions.MOST_RUNNING


@db
def test_as_many_queries_for_three_cases_as_for_one(clerk):
    def counted():
        row = actions.request(chosen={}, by=clerk, language="zh-hans")
        (event,) = events.history(row.pk)
        with CaptureQueriesContext(connection) as seen:
            tasks.write_part(event)
        city.run_jobs()
        return len(seen)

    city.allowance()
    counted()
    one = counted()
    city.allowance()
    city.allowance()
    assert counted() == one


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\u3000＋1", "'\u3000＋1"),
        ("东莞=好", "东莞=好"),
        ("", ""),
        (None, ""),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_a_cell_never_begins_a_formula(value, expected):
    assert calc.cell(value) == expected


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            min_size=2,
            max_size=4,
        )
    )
)
def test_lines_can_be_read_again(rows):
    read = list(csv.reader(io.StringIO(calc.lines(rows), newline="")))
    assert read == [[calc.cell(value) for value in row] for row in rows]
    assert not any(one.lstrip(" \u3000\u00a0")[:1] in set("=+-@") for row in read for one in row if one)
