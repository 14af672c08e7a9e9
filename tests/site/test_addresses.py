"""Numbers of people in addresses: cut off on every route, said on the page, never passed on, never sent by the script."""

import re
import uuid
from html import unescape
from urllib.parse import quote, unquote, urlencode

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests import city
from tests.crawling import Secret, paths, routes
from tests.running import ROOT
from tongban.foundation.ids import make_resident_id
from tongban.terminals.ui.numbers import without

NUMBER = make_resident_id("44190019510117123")
PHONE = "13875401086"
TYPED = [
    NUMBER,
    f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
    PHONE,
    f"+86 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
]
NOTICE = ("网址里的号码已去掉", "The number was cut off the address")


def parameters() -> list[str]:
    """Every parameter that some page reads from its address."""
    read = re.compile(r'\.GET(?:\.get\(|\[)"(\w+)"|"(\w+)" (?:not )?in request\.GET')
    found = {"q", "x"}  # and one that nobody reads
    for path in (ROOT / "tongban").rglob("*.py"):
        found |= {one or other for one, other in read.findall(path.read_text(encoding="utf-8"))}
    return sorted(found)


def read(response) -> str:
    return unescape(response.content.decode())


class TestCutting:
    """The query of an address."""

    @pytest.mark.parametrize("typed", [*TYPED, "".join(chr(ord(one) + 0xFEE0) for one in NUMBER)])
    def test_the_number_goes_and_the_rest_stays(self, typed):
        asked = urlencode({"q": f"陈晓雯 {typed}", "only": typed, "page": "2"})
        assert without("/search/", asked) == urlencode({"q": "陈晓雯 ", "page": "2"})

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "q=%E5%BC%80%E9%A4%90%E9%A6%86&page=2&empty=",
            f"q={NUMBER[:17]}{(int(NUMBER[17], 11) + 1) % 10}",  # the check digit does not fit
            "q=91441900MA4W8RKX2K",
            "q=1387540108&day=2026-11-29&x=113.7518&until=1764406703000",
            "q=11441900007330440M2000131008000202601050012",
            "id=13875401-0867-4123-8abc-441900195101",
            "%ff=%fe&=&&",
        ],
    )
    def test_what_is_nobodys_number_stays_letter_by_letter(self, query):
        assert without("/search/", query) == query

    def test_an_address_within_is_read_too(self):
        asked = urlencode({"next": f"/search/?{urlencode({'q': NUMBER, 'kind': 'x'})}"})
        assert without("/sign-in/", asked) == urlencode({"next": "/search/?kind=x"})

    def test_a_name_of_a_parameter_is_cut_too(self):
        assert without("/search/", f"{PHONE}=1&q=a") == "q=a"

    def test_what_another_system_wants_back_comes_back(self):
        asked = urlencode({"state": PHONE, "nonce": PHONE, "scope": "openid"})
        assert without("/oidc/people/authorize/", asked) == asked
        nested = urlencode({"next": f"/oidc/people/authorize/?{asked}"})
        assert without("/sign-in/", nested) == nested
        assert without("/search/", asked) == "scope=openid"
        assert without("/oidc/people/authorize/", urlencode({"login_hint": PHONE})) == ""


@pytest.mark.django_db
class TestRoutes:
    """The site."""

    def test_every_route_leads_away_and_says_so_by_every_parameter(self, clock):
        """Before anybody's rights are looked at; programs get a refusal that does not repeat the number."""
        secret = Secret(words=("词",), ids=tuple(uuid.uuid4() for _ in range(3)), slugs=("word",))
        names = parameters()
        assert {"q", "next", "level", "town", "page", "done", "state"} < set(names)
        seen, refused = 0, 0
        client = Client()
        for route in routes():
            path = next(paths(route.pattern, secret))
            # What another system wants back is left alone: see above.
            own = [one for one in names if not (one == "state" and path.startswith("/oidc/"))]
            typed = zip(own * 2, TYPED * len(own), strict=False)
            answer = client.get(f"{path}?{urlencode(list(typed))}&also=kept")
            if path.startswith("/api/"):
                assert answer.status_code == 400, path
                assert answer.json()["error"]["code"] == "address.number"
                assert "POST" in answer.json()["error"]["todo"]
                refused += 1
            else:
                kept = f"{path}?also=kept&numbers=cut"
                assert (answer.status_code, answer["Location"]) == (302, kept), path
                assert answer["Cache-Control"] == "no-store"
                seen += 1
            assert not any(one in answer.content.decode() for one in (NUMBER, PHONE))
        assert (seen > 300, refused > 10) == (True, True)

    @pytest.mark.parametrize("path", ["/search/", "/sign-in/", "/halls/", "/verify/"])
    def test_the_page_says_why_once_in_both_languages(self, path, clock):
        client = Client()
        for language, words in zip(("", "en"), NOTICE, strict=True):
            client.cookies["tb_lang"] = language
            page = client.get(f"{path}?q={NUMBER}&page=1", follow=True)
            assert words in read(page), language
            assert NUMBER not in read(page)
            assert "numbers=cut" not in read(page), "no link and no form carries it on"
        assert NOTICE[1] not in read(client.get(f"{path}?page=1"))

    def test_an_officer_is_led_to_the_search_for_people(self, clock):
        city.load_pack()
        clerk = city.signed_in(city.officer("clerk"))
        page = read(clerk.get(f"/desk/all/?item={NUMBER}&lamp=red", follow=True))
        assert "请用工作台上方的搜索框" in page
        assert NUMBER not in page
        posted = clerk.post("/desk/search/", {"q": f"陈晓雯 {PHONE}"})
        assert posted["Location"] == f"/desk/search/?{urlencode({'q': '陈晓雯 '})}&numbers=cut"
        assert (
            clerk.post("/desk/search/", {"q": "陈晓雯"})["Location"] == f"/desk/search/?q={quote('陈晓雯')}"
        )
        assert clerk.post("/desk/search/", {"q": NUMBER}).status_code == 200

    def test_a_form_sent_to_such_an_address_is_taken_and_passes_nothing_on(self, clock):
        page = Client().post(f"/sign-in/?next={quote(f'/search/?q={PHONE}')}&q={NUMBER}", {"username": ""})
        assert page.status_code in (200, 302, 422)
        assert not any(one in read(page) + page.get("Location", "") for one in (NUMBER, PHONE))
        assert Client().post(f"/api/cases/?q={NUMBER}", {}).status_code == 400

    def test_nobody_is_led_to_another_site(self):
        answer = Client().get(f"/?q={PHONE}", PATH_INFO="//evil.example.com/")
        assert answer["Location"] == "/%2Fevil.example.com/?numbers=cut"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestBrowser:
    """Chromium, with script and without."""

    def test_the_script_sends_no_number(self, page, axe, clock):
        asked = []
        page.on("request", lambda one: asked.append(unquote(one.url)))
        for typed in (TYPED[1], TYPED[3]):
            page.goto("/search/")
            box = page.locator("#q")
            with page.expect_response(re.compile("/suggestions/")):
                box.press_sequentially(f"老人{typed}", delay=40)
            box.press("Enter")
            expect(page).to_have_url(re.compile(f"[?]q={quote('老人')}&numbers=cut$"))
            expect(page.get_by_text(NOTICE[0])).to_be_visible()
        axe(page)
        assert [one for one in asked if "/search/suggestions/" in one]
        assert [one for one in asked if len(re.sub(r"\D", "", one.partition("?")[2])) > 6] == []

    def test_without_script_the_address_is_clean_too(self, open_page, clock):
        page = open_page(javascript=False, width=390)
        page.goto("/search/")
        box = page.get_by_role("main").get_by_role("searchbox").first
        box.fill(NUMBER)
        box.press("Enter")
        expect(page.get_by_text(NOTICE[0])).to_be_visible()
        assert page.url.endswith("/search/?numbers=cut")
