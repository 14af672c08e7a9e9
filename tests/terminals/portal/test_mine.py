"""Inbox and profile: what came, what is known, what is wrong."""

import pytest
from django.test import Client

from tests import city
from tongban.kernel.notices import queries as notices
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db


def test_the_inbox_and_its_one_button(read):
    elder = city.account(city.person("何秀珍", born="1940-05-01"))
    client = city.signed_in(elder)
    at = client.post("/items/old-age-allowance/apply/").url.split("check/")[0]
    client.post(f"{at}submit/")
    city.run_jobs()
    page = read(client.get("/inbox/"))
    assert "已收到：高龄老人津贴" in page
    assert "全部标为已读（1）" in page
    client.post("/inbox/")
    assert notices.unread(city.actor(elder)) == 0
    client.cookies["tb_lang"] = "en"
    assert "Received: " in read(client.get("/inbox/"))


def test_the_profile_shows_source_and_day_and_masks(resident, read):
    page = read(city.signed_in(resident).get("/me/"))
    assert "市公安局" in page
    assert "2026-03-02 09:00" in page
    assert resident.person.id_no not in page
    assert "622202" not in page
    assert "累计缴费月数" in page
    assert "统一社会信用代码" not in page


def test_the_profile_of_the_enterprise_one_acts_for(shopkeeper, read):
    account, company = shopkeeper
    client = city.signed_in(account)
    client.post("/act-for/", {"for": str(company.pk)})
    assert company.uscc in read(client.get("/me/"))


def test_a_dispute_marks_the_fact_and_what_follows_from_it(resident, clock, read):
    client = city.signed_in(resident)
    assert client.post("/me/facts/person.age/dispute/").url == "/me/"
    known = parties.profile(resident.person_id, None, clock.now.date())
    assert known.get("person.birth_date").state == "disputed"
    assert "核实中，暂不使用" in read(client.get("/me/"))


def test_nobody_disputes_for_others(resident, shopkeeper, begin):
    account, company = shopkeeper
    at = begin(city.signed_in(account))
    case = at.split("/")[2]
    client = city.signed_in(resident)
    assert client.post(f"/me/facts/org.name/dispute/?case={case}").status_code == 404
    assert client.post("/me/facts/org.name/dispute/").status_code == 404
    assert client.post("/me/facts/org.name/dispute/?case=nonsense").status_code == 404
    assert client.get("/me/facts/no.such/dispute/").status_code == 404
    assert parties.profile(None, company.pk, None).get("org.name").state == "known"


@pytest.mark.parametrize("path", ["/cases/", "/wallet/", "/inbox/", "/me/"])
def test_personal_pages_lead_to_signing_in(path, db):
    assert Client().get(path).url == f"/sign-in/?next={path.replace('/', '%2F')}"
