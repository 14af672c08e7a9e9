"""The pack's appeals: sixty examples go where people said they must, by the days they counted; faults are told."""

import datetime as dt
import shutil
from dataclasses import replace
from functools import cache

import pytest

from tests.packs.reading import PACK, load
from tongban.foundation.time import SHANGHAI
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.deadlines.calc import WorkCalendar, YearDays
from tongban.modules.appeals.calc import Rulebook, contact_by, dates
from tongban.modules.appeals.forms import read_appeals
from tongban.modules.appeals.states import Verb

EXAMPLES = load("appeals/examples.yaml")


@cache
def book():
    return Rulebook({**load("appeals/rules.yaml"), "answers": load("appeals/answers.yaml")})


@cache
def calendar():
    rows = [load(path.relative_to(PACK).as_posix()) for path in sorted((PACK / "calendar").glob("*.yaml"))]
    return WorkCalendar({row["year"]: YearDays.of(row) for row in rows})


def _days(given):
    course = []
    for first, last in given.get("paused", []):
        course += [
            (Verb.ASK, dt.date.fromisoformat(first), None),
            (Verb.SUPPLY, dt.date.fromisoformat(last), None),
        ]
    if "extended" in given:
        course.append(
            (Verb.CONSENT, dt.date.fromisoformat(given["extended"]["day"]), given["extended"]["days"])
        )
    return sorted(course, key=lambda one: one[1])


@pytest.mark.parametrize("example", EXAMPLES, ids=[one["name"] for one in EXAMPLES])
def test_it_goes_where_it_must_by_when_it_must(example):
    given, wanted = example["given"], example["expect"]
    rules, days, town = book(), calendar(), given["town"]
    category = rules.categories[given["category"]]
    values = {
        "appeal.category": category.code,
        "appeal.group": category.group,
        "appeal.town": town,
        "appeal.size": given.get("size"),
        "appeal.channel": given.get("channel", "portal"),
        "appeal.urgent": given.get("urgent", False),
        "appeal.key_firm": given.get("key_firm", False),
        **{f"answer.{name}": value for name, value in given.get("answers", {}).items()},
    }
    target, clocks = rules.route(values, town), rules.clocks(category.code, town)
    at = dt.datetime.fromisoformat(given["at"]).replace(tzinfo=SHANGHAI)
    ends = dates(_days(given), at.date(), clocks, days)
    found = {
        "lead": target.lead if target else None,
        "assists": list(target.assists) if target else [],
        "desk": rules.desk_of(town),
        "contact_by": contact_by(at, clocks.contact, rules.hours, days).isoformat()[:16],
        "reply_on": ends.reply_on.isoformat(),
        "close_on": ends.close_on.isoformat(),
        "supervise_on": ends.supervise_on.isoformat(),
    }
    assert found == {"assists": [], "desk": "industry", **wanted}


def test_there_are_sixty_and_every_route_is_among_them():
    assert len(EXAMPLES) >= 60
    assert len({one["name"] for one in EXAMPLES}) == len(EXAMPLES)
    shown = {one["given"]["category"] for one in EXAMPLES}
    assert shown == set(book().categories)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("我司需要增容 500 千伏安", "power-extension"), ("出口退税三个月没到", "export-refund"), ("你好", None)],
)
def test_the_library_answers_what_was_typed(typed, first):
    found = book().found(typed)
    assert (found[0].code if found else None) == first


def test_every_answer_belongs_to_a_category():
    assert {one.category for one in book().answers} <= set(book().categories)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("lead: customs", "lead: nobody", "there is no agency 'nobody'"),
        ("appeal.group = 'tax'", "appeal.grup = 'tax'", "the condition cannot be read"),
        ("answer.children < 20", "answer.children < 'x'", "the condition cannot be read"),
        ('town: "441900119"', 'town: "441900999"', "there is no place '441900999'"),
        ("talent: {reply: 2, close: 5}", "talent: {reply: 2, close: 9}", "9 is longer than the city's 7"),
        ("desk: town-songshan-lake", "desk: town-nowhere", "there is no agency 'town-nowhere'"),
        ("talent: {reply", "talents: {reply", "there is no category 'talents'"),
        ("org.size = 'large'", "org.sized = 'large'", "the condition cannot be read"),
        ('begin: "14:00"', 'begin: "11:00"', "the working hours overlap"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, before, after, said):
    text = (PACK / "appeals/rules.yaml").read_text(encoding="utf-8")
    assert before in text
    folder = tmp_path / "appeals"
    folder.mkdir()
    (folder / "rules.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    shutil.copy(PACK / "appeals/answers.yaml", folder)
    faults = read_appeals(replace(_whole(), folder=tmp_path, of_modules={}))
    line = text[: text.index(before)].count("\n") + 1
    assert [said in fault.text("en") for fault in faults] == [True]
    assert abs(faults[0].line - line) <= 2


@cache
def _whole():
    return read_pack(PACK)
