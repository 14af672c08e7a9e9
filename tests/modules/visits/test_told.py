"""Who hears of what in dedicated service: each once, never a word of what was said; links lead each to their own page."""

from datetime import date, timedelta

import pytest

from tests import city
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import queries as parties
from tongban.modules.visits import actions, queries, tasks
from tongban.modules.visits.actions import Report

pytestmark = pytest.mark.django_db
MONDAY, DAY = date(2026, 3, 2), timedelta(days=1)
WORDS = "协调用电增容"
SOON, LATE = "对企业的承诺快到期了", "对企业的承诺超期了"


def told(account_id):
    """The titles in an inbox, in the order in which they came."""
    return list(
        Notice.objects.filter(account_id=account_id).order_by("id").values_list("title_zh", flat=True)
    )


@pytest.fixture
def owner(boss, firm):
    """The account of who represents the enterprise."""
    return city.account(boss)


@pytest.fixture
def promised(owner, served, firm, officer):
    """A promise by Wednesday of next week, made on a visit."""
    visit = actions.plan_visit(organisation_id=firm.pk, purpose="regular", on=MONDAY, by=officer)
    report = Report(met="林总", words="谈了扩产", promises=((WORDS, MONDAY + 9 * DAY),))
    actions.record_visit(visit_id=visit.pk, report=report, by=officer)
    city.run_jobs()
    [row] = queries.promises(officer)
    return row


def test_officer_deputy_and_enterprise_hear_of_each_other(owner, served, officer, deputy, other):
    city.run_jobs()
    assert told(officer.account_id) == told(deputy.account_id) == ["一家企业交给您服务"]
    assert told(other.account_id) == []
    assert told(owner.pk) == ["您有了服务专员"]


def test_a_promise_is_told_and_that_it_was_kept(promised, owner, officer):
    assert told(owner.pk) == ["您有了服务专员", "服务专员走访时作了承诺"]
    actions.keep_promise(promise_id=promised.pk, words="已增容", by=officer)
    city.run_jobs()
    assert told(owner.pk)[2:] == ["对您的承诺已经兑现"]
    assert not [one for one in Notice.objects.all() if WORDS in one.body_zh + one.title_zh]


def test_a_visit_without_a_promise_is_told_to_nobody(owner, served, firm, officer):
    visit = actions.plan_visit(organisation_id=firm.pk, purpose="regular", on=MONDAY, by=officer)
    actions.record_visit(visit_id=visit.pk, report=Report(met="林总", words="认门"), by=officer)
    actions.note_appeal(visit_id=visit.pk, number="SQ1", by=officer)
    city.run_jobs()
    assert told(owner.pk) == ["您有了服务专员"]


@pytest.mark.parametrize(
    ("after", "found"), [(3, []), (4, [SOON]), (9, [SOON]), (10, [LATE]), (12, [LATE]), (13, [])]
)
def test_days_make_it_due(promised, officer, deputy, manager, after, found):
    # Five days before is yellow; the day itself is in time; a day that no worker ran is made up for, up to three.
    before = told(officer.account_id), told(deputy.account_id), told(manager.account_id)
    for _ in range(2):
        tasks.remind_of_promises(MONDAY + after * DAY)
    now = told(officer.account_id), told(deputy.account_id), told(manager.account_id)
    late = [one for one in found if one == LATE]
    assert [new[len(old) :] for old, new in zip(before, now, strict=True)] == [found, found, late]


def test_what_was_kept_is_not_due(promised, officer, elsewhere):
    tasks.remind_of_promises(MONDAY + 10 * DAY)
    assert LATE not in told(elsewhere.account_id)
    actions.keep_promise(promise_id=promised.pk, words="已增容", by=officer)
    assert queries.nearly_due(MONDAY + 5 * DAY) == []
    assert queries.overdue_since(MONDAY + 10 * DAY) == []


def test_a_notice_leads_each_to_their_own_page(promised, owner, officer, firm):
    head = city.signed_in(owner)
    at = f"/enterprise/told/visits/{promised.visit_id}/"
    assert f'href="{at}"' in head.get("/inbox/").content.decode()
    led = head.get(at)
    assert (led.status_code, led.url) == (302, "/enterprise/#promises-title")
    desk = city.signed_in(parties.account(officer.account_id)).get(at)
    assert (desk.status_code, desk.url) == (302, f"/desk/service/visits/{promised.visit_id}/")
