"""What the public reads: all handled cases counted, not only those who answered; names masked; constant queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.ratings import actions, calc, queries
from tongban.modules.ratings.queries import Figure

pytestmark = pytest.mark.django_db
HERE = ("civil-affairs", "old-age-allowance")


def figures(clock):
    """The figures that are not empty."""
    return {
        place: one for place, one in queries.figures(clock.now.date()).items() if one.handled or one.rated
    }


def test_unrated_cases_count_as_handled_and_as_nothing_else(handled, clock):
    handled()
    case, rater, _clerk = handled()
    actions.rate(case_id=case.pk, level=2, words="", by=rater)
    city.allowance()  # open, so not yet to be rated
    assert figures(clock) == {HERE: Figure(2, [0, 1, 0, 0, 0], 0, 0)}


def test_each_agency_and_item_has_its_own(bad, handled, clock):
    bad(level=4)
    case, by = city.food()
    clerk = city.actor(city.officer("clerk", agency="market-regulation"))
    cases.refuse(case_id=case.pk, reasons="x", by=clerk)
    actions.rate(case_id=case.pk, level=1, words="", by=by)
    assert figures(clock) == {
        HERE: Figure(1, [0, 0, 0, 1, 0], 0, 0),
        ("market-regulation", "food-licence"): Figure(1, [1, 0, 0, 0, 0], 0, 0),
    }


def test_repairs_in_time_late_and_never_begun(bad, walk, clock):
    in_time, late, silent, removed = bad(), bad(), bad(), bad()
    for one in (in_time, late):
        walk(one, "contact", "confirm")
    walk(removed, "contact", "appeal", "uphold")
    walk(in_time, "answer")
    assert figures(clock)[HERE] == Figure(4, [0, 0, 0, 0, 3], 1, 1)
    clock.to("2026-03-10T10:00")  # a day after the repair's limit
    walk(late, "answer")
    assert figures(clock)[HERE] == Figure(4, [0, 0, 0, 0, 3], 3, 1)
    assert silent.remedy.pk  # nobody called back: it counts as not repaired


def look_at_all():
    """The ratings officer of everything lets all words be read."""
    officer = city.actor(city.officer("ratings", agency="", place=city.CITY))
    for row in queries.unlooked(officer):
        actions.look_at_words(rating_id=row.pk, by=officer)


def test_comments_only_with_consent_masked_and_newest_first(bad, handled):
    bad(words="不同意公开的话")
    bad(words="电话 13800138000 没人接", publish=True, name="罗少芬")
    case, rater, _clerk = handled("邓小明")
    actions.rate(case_id=case.pk, level=1, words="办得快", publish=True, by=rater)
    silent, other, _clerk = handled()
    actions.rate(case_id=silent.pk, level=1, words="", publish=True, by=other)
    assert queries.comments(5) == [], "nobody has looked at them yet"
    look_at_all()
    shown = [(one.name, one.level, one.words) for one in queries.comments(5)]
    assert shown == [("邓*明", 1, "办得快"), ("罗*芬", 5, "电话 ****** 没人接")]
    assert [one.words for one in queries.comments(1)] == ["办得快"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026 年 3 月 2 日等了 45 分钟", "2026 年 3 月 2 日等了 45 分钟"),
        ("我是441900199003070011", "我是******"),
        ("打138 0013 8000", "打******"),
        ("卡6222-0240-1234", "卡******"),
        ("１３８００１３８０００", "******"),
        ("我叫陈晓雯", "我叫陈*雯"),
    ],
)
def test_long_numbers_and_the_name_are_hidden(text, shown):
    assert calc.veiled(text, "陈晓雯") == shown


def test_the_figures_cost_the_same_at_one_and_at_three(bad, clock):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            queries.figures(clock.now.date())
            queries.comments(5)
        return len(captured)

    bad(publish=True)
    look_at_all()
    first = cost()
    bad(publish=True)
    bad(publish=True, place=city.HUMEN)
    look_at_all()
    assert cost() == first == 5
