"""A case that was refused, a bad rating of it, and those who deal with it. The clock stands on Monday, 2 March 2026."""

from types import SimpleNamespace

import pytest

from tests import city
from tongban.kernel.cases import actions as cases
from tongban.modules.ratings import actions, queries


@pytest.fixture
def handled(clock):
    """Make a handled case: (case, its applicant, the clerk who refused it)."""

    def make(name="何秀珍", place=city.DALANG):
        by = city.actor(city.account(city.person(name, place, born="1940-05-01")))
        case = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=by).pk, by=by)
        clerk = city.actor(city.officer("clerk", place=city.town(place)))
        return cases.refuse(case_id=case.pk, reasons="不属于本机关职权", by=clerk), by, clerk

    return make


@pytest.fixture
def bad(handled):
    """Make a bad rating: its rectification as `remedy`, with `case`, `rater` and the rated `clerk`."""

    def make(level=5, words="等了很久，没人解释", place=city.DALANG, publish=False, name="何秀珍"):
        case, rater, clerk = handled(name, place)
        rating = actions.rate(case_id=case.pk, level=level, words=words, publish=publish, by=rater)
        return SimpleNamespace(case=case, rater=rater, clerk=clerk, rating=rating, remedy=rating.remedy)

    return make


@pytest.fixture
def officer(clock):
    """The ratings officer of the rated agency in the town."""
    return city.actor(city.officer("ratings", name="谢兰"))


@pytest.fixture
def bureau(clock):
    """The data bureau, of another agency than the rated one."""
    return city.actor(city.officer("bureau", agency="data-bureau", place=city.CITY, name="卢静"))


@pytest.fixture
def walk(officer, bureau):
    """Take a rectification through the verbs named, each by whom it is for; returns the row as it is then."""

    def go(one, *verbs):
        at = {"remedy_id": one.remedy.pk, "by": officer}
        judge = {"remedy_id": one.remedy.pk, "by": bureau}
        own = {"case_id": one.case.pk, "words": "", "by": one.rater}
        ways = {
            "contact": lambda: actions.contact(words="已电话回访", **at),
            "confirm": lambda: actions.confirm(words="属实", kind="simple", **at),
            "complex": lambda: actions.confirm(words="属实", kind="complex", **at),
            "answer": lambda: actions.answer(words="已重新培训并致歉", **at),
            "lapse": lambda: actions.lapse(**at),
            "appeal": lambda: actions.appeal(ground="mistaken", words="选错了", evidence="通话记录", **at),
            "uphold": lambda: actions.decide_appeal(upheld=True, words="确系误评", **judge),
            "dismiss": lambda: actions.decide_appeal(upheld=False, words="证据不足", **judge),
            "settle": lambda: actions.settle(words="已约谈", **judge),
            "satisfied": lambda: actions.reply(satisfied=True, **own),
            "unsatisfied": lambda: actions.reply(satisfied=False, **own),
        }
        for verb in verbs:
            ways[verb]()
        return queries.remedies(officer).get(pk=one.remedy.pk)

    return go
