"""The edition for people who read no Chinese: an entry page, twenty items without a Chinese word, honesty elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from tests import city
from tongban.foundation.packs import read_yaml
from tongban.kernel.catalogue import queries as catalogue

pytestmark = pytest.mark.django_db
EDITION = read_yaml(settings.PACK / "pack.yaml").data["english"]
LISTED = [code for group in EDITION["groups"] for code in group["items"]]
CHINESE = re.compile("[\u3400-\u9fff]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Unmarked(HTMLParser):
    """Gathers Chinese, in text and in what is read out of attributes, that no element marks as Chinese."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        inside = bool(self.open and self.open[-1][1])
        marked = str(said.get("lang") or "").startswith("zh") or (inside and "lang" not in said)
        if not marked:
            spoken = (
                said.get(name) or "" for name in ("aria-label", "alt", "title", "placeholder", "content")
            )
            self.found += [text for text in spoken if CHINESE.search(text)]
        if tag not in VOID:
            self.open.append((tag, marked))

    def handle_startendtag(self, tag, attrs):
        """Parts of a drawing: nothing is read out, nothing is opened."""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if CHINESE.search(data) and not (self.open and self.open[-1][1]):
            self.found.append(data.strip())


def in_english() -> Client:
    client = Client()
    client.get("/en/")
    return client


def main_of(response) -> str:
    return response.content.decode().split("<main")[1].split("</main")[0]


class TestTheEntryPage:
    def test_it_lists_the_twenty_items_in_the_order_of_the_pack(self):
        page = main_of(Client().get("/en/"))
        assert re.findall(r'<h3><a href="/items/([a-z-]+)/"', page) == LISTED
        assert len(set(LISTED)) == 20

    def test_it_is_english_at_once_and_sets_the_visit_to_english(self, read):
        client = Client()
        page = client.get("/en/")
        assert '<html lang="en"' in read(page)
        assert page.headers["Content-Language"] == "en"
        assert Unmarked(page.content.decode()).found == []
        assert '<html lang="en"' in read(client.get("/"))

    def test_it_says_whom_to_call_how_to_sign_in_and_where_english_is_spoken(self, read):
        page = main_of(Client().get("/en/"))
        assert re.findall(r'href="tel:([\d-]+)"', page) == ["110", "119", "120", "12345", "12367"]
        assert "Passport, or mainland travel permit" in page
        assert "Dongguan Civic Service Centre" in page
        assert 'action="/search/"' in page

    def test_the_switch_back_to_chinese_does_not_turn_round_again(self, read):
        client = in_english()
        back = client.post("/ui/preferences/", {"language": "zh-hans", "next": "/en/"})
        assert back.url == "/"
        assert '<html lang="zh-CN"' in read(client.get("/"))
        kept = client.post("/ui/preferences/", {"contrast": "high", "next": "/en/"})
        assert kept.url == "/en/"

    def test_every_page_leads_there(self, read):
        assert 'href="/en/"' in read(Client().get("/halls/"))
        assert 'href="/en/"' in main_of(in_english().get("/"))

    def test_a_city_without_the_list_has_no_such_page(self, monkeypatch):
        held = catalogue.snapshot()
        monkeypatch.setitem(held.pack, "english", None)
        assert Client().get("/en/").status_code == 404

    def test_it_asks_the_database_as_often_for_one_group_as_for_all(
        self, monkeypatch, django_assert_num_queries, django_assert_max_num_queries
    ):
        client = in_english()
        with django_assert_max_num_queries(6) as all_groups:
            client.get("/en/")
        edition = {**EDITION, "groups": EDITION["groups"][:1]}
        monkeypatch.setitem(catalogue.snapshot().pack, "english", edition)
        with django_assert_num_queries(len(all_groups)):
            client.get("/en/")


class TestItems:
    @pytest.mark.parametrize("code", LISTED)
    def test_a_listed_item_has_no_chinese_that_is_not_marked(self, code):
        page = in_english().get(f"/items/{code}/").content.decode()
        assert Unmarked(page).found == []
        assert "not fully translated" not in page
        marked = re.findall(r'lang="zh[^>]*>([^<]+)<', page.split("<main")[1].split("</main")[0])
        item = catalogue.item(code).definition
        names = {item.name.zh, *(f"{one['law']}{one['article']}" for one in item.data["legal_basis"])}
        assert set(marked) == names, "the only Chinese left are names"

    @pytest.mark.parametrize("code", LISTED)
    def test_its_form_is_english_too(self, code):
        item = catalogue.item(code).definition
        person = city.person()
        account = city.account(person)
        if "person" not in item.data["audience"]:
            city.organisation(person, name="Sample Catering")
        client = city.signed_in(account)
        client.get("/en/")
        situation = {f"s-{one.id}": one.options[0].id for one in item.questions}
        begun = client.post(f"/items/{code}/apply/", {**situation, "for": ""})
        assert begun.status_code == 302
        at = begun.url.split("check/")[0]
        pages = [at, *(f"{at}sections/{one.id}/" for one in item.sections), f"{at}commitments/"]
        for url in pages:
            page = client.get(url)
            if page.status_code == 200:
                said = [one for one in Unmarked(main_of(page)).found if one not in _own_words(person)]
                assert said == [], url

    def test_another_item_says_that_it_is_not_all_in_english_and_marks_the_chinese(self):
        page = in_english().get("/items/hotel-trade/").content.decode()
        assert "This item is not fully translated yet." in page
        assert Unmarked(page).found == []
        assert '<span lang="zh-Hans">' in page
        assert "not fully translated" not in Client().get("/items/hotel-trade/").content.decode()

    def test_on_no_guide_is_chinese_read_out_as_english(self):
        client = in_english()
        found = {
            code: Unmarked(main_of(client.get(f"/items/{code}/"))).found
            for code in catalogue.snapshot().items
        }
        assert {code: texts for code, texts in found.items() if texts} == {}

    def test_search_understands_english(self):
        page = in_english().get("/search/", {"q": "work permit"})
        assert 'href="/items/foreign-worker/"' in main_of(page)


def _own_words(person) -> set[str]:
    """What is not a text of ours but what the city knows of the applicant."""
    return {person.name}
