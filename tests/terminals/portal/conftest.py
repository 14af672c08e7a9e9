"""A resident, a shopkeeper with a company, a stranger; each with a browser of their own."""

from html import unescape

import pytest

from tests import city

FOOD = {"s-business": "catering", "s-commitment": "no"}
# What the pages of the food licence take, section by section.
TYPED = {
    "premises": {"same_address": "yes", "area": "86.5"},
    "catering": {"catering_items": ["hot", "drinks"], "online_orders": "yes"},
    "staff": {"staff_count": "6", "manager_name": "李明", "manager_phone": "13900139000"},
}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def resident(db):
    return city.account(
        city.person(social_insurance__paid_months=88, social_insurance__status="paying"), level=3
    )


@pytest.fixture
def shopkeeper(db):
    """The account of somebody who may act for a company: (account, company)."""
    representative = city.person("梁桂英")
    company = city.organisation(representative)
    return city.account(representative), company


@pytest.fixture
def stranger(db):
    return city.signed_in(city.account(city.person("何伟")))


@pytest.fixture
def read():
    """The text of a page, entities resolved."""
    return lambda response: unescape(response.content.decode())


@pytest.fixture
def begin():
    """Begin an application as a browser does; returns the address of the draft."""

    def post(client, code="food-licence", **situation):
        response = client.post(f"/items/{code}/apply/", situation or FOOD)
        assert response.status_code == 302, response.content.decode()
        return response.url.split("check/")[0]

    return post


@pytest.fixture
def fill_in(begin):
    """Begin a food licence and complete all of it but handing in; returns the address of the draft."""

    def post(client, **situation):
        at = begin(client, **situation)
        for section, values in TYPED.items():
            assert client.post(f"{at}sections/{section}/", values).status_code == 302, section
        for material in ("layout", "business_licence"):
            upload = {"file": city_file()}
            assert client.post(f"{at}materials/{material}/upload/", upload).status_code == 302, material
        assert client.post(f"{at}commitments/", {"signed": ["safety_rules", "on_site"]}).status_code == 302
        return at

    return post


def city_file(name="layout.png", content=None):
    """A small picture as a browser uploads it."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    if content is None:
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "white").save(out, "PNG")
        content = out.getvalue()
    return SimpleUploadedFile(name, content)
