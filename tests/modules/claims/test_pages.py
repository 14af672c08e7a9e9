"""Pages of claims: who sees which, what a refused form keeps, and as many queries for three rows as for one."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city
from tests.modules.claims import claiming
from tests.modules.claims.claiming import FEN, again, claimer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books")]


def officer(role: str, agency: str = "science", place: str = city.CITY):
    """A browser of an officer."""
    return city.signed_in(city.officer(role, agency=agency, place=place))


def owner(one):
    """A browser of who acts for the firm."""
    client = city.signed_in(one.account)
    client.post(reverse("act-for"), {"for": str(one.row.pk), "next": "/"})
    return client


def counted(client, url: str) -> int:
    """How many queries a page takes when everything is warm."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_lists_take_as_many_queries_for_three_as_for_one(bureau):
    clerk, payer, anybody = officer("claim_clerk"), officer("fund_officer", place=""), city.Client()
    pages = [
        (clerk, reverse("desk-claims")),
        (payer, reverse("desk-claims")),
        (anybody, reverse("claim-notices")),
    ]
    claiming.in_notice(claimer(), bureau)
    before = [counted(client, url) for client, url in pages]
    for _ in range(2):
        claiming.in_notice(claimer(), bureau)
    assert [counted(client, url) for client, url in pages] == before


def test_who_sees_a_claim(bureau):
    one = claimer()
    row = claiming.claim(one)
    page = reverse("desk-claim", args=[row.pk])
    assert officer("claim_reviewer").get(page).status_code == 200
    assert officer("claim_reviewer", agency="industry").get(page).status_code == 404
    assert officer("claim_reviewer", place=city.town(city.HUMEN)).get(page).status_code == 404
    assert officer("reviewer").get(page).status_code == 404
    own = reverse("claim", args=[row.pk])
    assert owner(one).get(own).status_code == 200
    assert owner(claimer()).get(own).status_code == 404
    assert city.Client().get(reverse("claim-notice", args=[row.pk])).status_code == 404
    assert city.Client().get(reverse("claim-notice", args=[uuid.uuid4()])).status_code == 404


def test_the_case_page_leads_to_the_claim_and_says_each_verdict(bureau):
    one = claimer(org__patents=0)
    row = claiming.claim(one)
    clerk = officer("claim_clerk")
    text = clerk.get(reverse("desk-case", args=[row.case_id])).content.decode()
    assert reverse("desk-claim", args=[row.pk]) in text
    assert "有有效知识产权" in text
    text = clerk.get(reverse("desk-claim", args=[row.pk])).content.decode()
    assert "不符合" in text
    assert "没有“列入严重失信主体名单”的情形" in text


def test_a_refused_form_keeps_what_was_typed(bureau, clock):
    one = claimer()
    row = claiming.in_notice(one, bureau)
    reviewer = officer("claim_reviewer")
    act = reverse("desk-claim-act", args=[row.pk, "off"])
    answer = reviewer.post(act, {"reason": "  "})
    assert (answer.status_code, again(row).state) == (422, "open")
    assert reviewer.post(reverse("desk-claim-act", args=[row.pk, "grant"])).status_code == 404
    person = city.signed_in(city.account(city.person("何秀珍")))
    to = reverse("claim-object", args=[row.pk])
    assert person.post(to, {"words": "去年停产"}).status_code == 302
    clock.to("2026-03-25T09:00")
    late = city.signed_in(city.account(city.person("何秀珍"))).post(to, {"words": "我也要说"})
    assert late.status_code == 409
    assert "我也要说" not in late.content.decode()  # the form is gone with the notice


def test_what_was_paid_is_clawed_back_by_who_keeps_the_books(bureau, clock):
    one = claimer()
    row = claiming.paid(one, bureau, clock)
    finance = officer("finance_officer", place="")
    page = reverse("desk-payout", args=[row.payout_id])
    assert one.row.name in finance.get(reverse("desk-paid"), {"q": one.row.name[:6]}).content.decode()
    assert officer("fund_checker", place="").get(page).status_code == 404
    assert officer("finance_officer", agency="industry", place="").get(page).status_code == 404
    send = reverse("desk-claw-back", args=[row.payout_id])
    typed = {"amount": "20000000", "reason": "虚报", "key": "0"}
    refused = finance.post(send, typed)
    assert refused.status_code == 409
    assert 'value="20000000"' in refused.content.decode()
    assert finance.post(send, typed | {"amount": "很多"}).status_code == 422
    for _ in range(2):  # sent twice, noted once
        assert finance.post(send, typed | {"amount": "5000"}).status_code == 302
    city.run_jobs()
    assert (again(row).clawed_fen, again(row).granted_fen) == (500_000, FEN)


def test_the_window_finds_the_item_by_its_words():
    hall = city.signed_in(city.officer("receiver", agency="", place=city.CITY))
    found = hall.get(reverse("counter-choose"), {"q": "高新企业补贴"}).content.decode()
    assert "高企申报受理奖励" in found
