"""Numbers in full: for a purpose, once, on record and told; masked before and after, and for everybody else."""

import pytest

from tests import city
from tongban.modules.looks.models import Look

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return city.food()[0]


def url(case, field="manager_phone"):
    return f"/desk/cases/{case.pk}/reveal/{field}/"


PHONE = city.FOOD_ANSWERS["manager_phone"]


def test_a_number_is_masked_until_a_purpose_is_said(clerk, case):
    client = city.signed_in(clerk)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert PHONE not in page
    assert f'href="{url(case)}"' in page
    asked = client.get(url(case))
    assert PHONE not in asked.content.decode()
    assert "联系申请人" in asked.content.decode()
    assert not Look.objects.filter(kind="reveal").exists()
    shown = client.post(url(case), {"purpose": "contact", "words": "约看场地"})
    assert PHONE in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    row = Look.objects.get(kind="reveal")
    assert (row.purpose, row.words, row.whose_id) == ("contact", "约看场地", case.organisation_id)
    assert (row.about_kind, row.about_id, row.door) == ("case", case.pk, "desk-reveal")
    assert PHONE not in client.get(url(case)).content.decode(), "read again it asks again"
    assert PHONE not in client.get(f"/desk/cases/{case.pk}/").content.decode()


def test_each_time_is_a_look_of_its_own_and_the_applicant_reads_the_purpose(clerk, case, clock):
    client = city.signed_in(clerk)
    for _ in range(2):
        client.post(url(case), {"purpose": "compare"})
        clock.move(seconds=1)
    assert Look.objects.filter(kind="reveal").count() == 2
    firm = city.party_queries.organisation(case.organisation_id)
    me = city.signed_in(city.account(firm.legal_representative))
    me.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    page = me.get("/me/looks/").content.decode()
    assert page.count("显示完整号码") == 2
    assert "与证件原件核对" in page


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_without_a_purpose_of_the_list_nothing_is_shown(clerk, case, purpose):
    page = city.signed_in(clerk).post(url(case), {"purpose": purpose})
    assert page.status_code == 422
    assert PHONE not in page.content.decode()
    assert "请选择用途" in page.content.decode()
    assert not Look.objects.filter(kind="reveal").exists()


def test_only_masked_fields_of_cases_in_sight_are_there(clerk, stranger, case):
    client = city.signed_in(clerk)
    for field in ("area", "nothing"):
        assert client.post(url(case, field), {"purpose": "contact"}).status_code == 404
    assert "/reveal/area/" not in client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert city.signed_in(stranger).post(url(case), {"purpose": "contact"}).status_code == 404
    assert city.signed_in(city.account(city.person())).get(url(case)).status_code == 404
    assert not Look.objects.filter(kind="reveal").exists()
