"""The pages of proposals: from the causes of the scorecard to the answer, each step for those who may take it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import answered, routed
from tongban.foundation import time
from tongban.modules.appeals import actions
from tongban.modules.appeals.models import AppealProposal

pytestmark = pytest.mark.django_db
LIST = "/desk/appeals/proposals/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def coordinator(db):
    return city.officer("appeal_coordinator", agency="industry", place="", name="苏敏")


@pytest.fixture
def justice(db):
    return city.officer("appeal_officer", agency="justice", place="")


@pytest.fixture(autouse=True)
def settled(coordinator):
    """One appeal was settled; its cause was a slow process."""
    person = city.person("邓文彬")
    firm = city.organisation(person, "东莞市诉求示例电子有限公司")
    boss, desk = city.actor(city.account(person)), city.actor(coordinator)
    lead = city.actor(city.officer("appeal_officer", agency="industry", place=""))
    row = answered(routed(boss, firm.pk, desk), lead)
    actions.approve(appeal_id=row.pk, by=desk)
    actions.rate(appeal_id=row.pk, stars=5, by=boss)


def test_from_the_cause_to_the_answer(coordinator, justice):
    desk, office = city.signed_in(coordinator), city.signed_in(justice)
    score = desk.get("/desk/appeals/score/?months=1").content.decode()
    [link] = re.findall(r'href="(/desk/appeals/proposals/new/[^"]+)"', score)
    link = link.replace("&amp;", "&")
    page = desk.get(link).content.decode()
    assert "1 件诉求，1 家企业" in page
    form = dict(re.findall(r'type="hidden" name="(cause|category|months)" value="([^"]+)"', page))
    assert set(form) == {"cause", "category", "months"}
    missing = desk.post(f"{LIST}new/", {**form, "agency": "", "words": "建议简化。"})
    assert (missing.status_code, "建议简化。" in missing.content.decode()) == (422, True)
    answer = desk.post(f"{LIST}new/", {**form, "agency": "justice", "words": "建议简化。"})
    row = AppealProposal.objects.get()
    assert answer.headers["location"] == f"{LIST}{row.pk}/?done=proposed"
    assert desk.post(f"{LIST}new/", {**form, "agency": "justice", "words": "建议。"}).status_code == 409
    assert 'id="answer"' not in desk.get(f"{LIST}{row.pk}/").content.decode()
    assert 'id="answer"' in office.get(f"{LIST}{row.pk}/").content.decode()
    bare = office.post(f"{LIST}{row.pk}/", {"words": "改。"})
    assert (bare.status_code, AppealProposal.objects.get().state) == (422, "open")
    wrong = office.post(
        f"{LIST}{row.pk}/", {"verdict": "accepted", "words": "改。", "changes_on": "2026-02-30"}
    )
    assert (wrong.status_code, "改。" in wrong.content.decode()) == (422, True)
    said = {"verdict": "accepted", "words": "已并联办理。", "changes_on": "2026-05-01"}
    assert office.post(f"{LIST}{row.pk}/", said).status_code == 302
    assert "已并联办理。" in desk.get(f"{LIST}{row.pk}/").content.decode()
    assert f"/{row.pk}/" in desk.get(f"{LIST}?state=accepted").content.decode()
    assert f"/{row.pk}/" not in desk.get(f"{LIST}?state=open").content.decode()


def test_strangers_find_nothing(coordinator, justice):
    row = actions.propose_change(
        cause="slow_process",
        category="rights",
        since=this_month(),
        agency="justice",
        words="机密的建议",
        by=city.actor(coordinator),
    )
    for who, listed in (
        (city.officer("appeal_officer", agency="finance", place=""), 200),
        (city.officer("clerk"), 404),
    ):
        browser = city.signed_in(who)
        page = browser.get(LIST)
        assert page.status_code == listed
        assert f"/{row.pk}/" not in page.content.decode()
        assert browser.get(f"{LIST}{row.pk}/").status_code == 404
        assert browser.post(f"{LIST}{row.pk}/", {"verdict": "declined", "words": "不改。"}).status_code == 404
    assert city.signed_in(justice).get(f"{LIST}new/?cause=slow_process&category=rights").status_code == 404
    assert city.signed_in(coordinator).get(f"{LIST}new/?cause=x&category=rights").status_code == 404


def this_month():
    """The month of the tests."""
    return time.today().replace(day=1)


def test_the_list_costs_the_same_for_one_row_and_for_three(coordinator):
    browser, desk = city.signed_in(coordinator), city.actor(coordinator)

    def cost(*offices):
        for office in offices:
            actions.propose_change(
                cause="slow_process",
                category="rights",
                since=this_month(),
                agency=office,
                words="建议。",
                by=desk,
            )
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).content.decode().count("<tr>") == AppealProposal.objects.count() + 1
        return len(queries)

    assert cost("justice") == cost("finance", "tax")
