"""The gallery shows every component, whole, in each mode and language."""

import re

import pytest

from tests.guards.source import ROOT, files
from tongban.terminals.ui import samples, views

UI = "tongban/terminals/ui"
MODES = [{}, {"tb_view": "elder"}, {"tb_contrast": "high", "tb_size": "big"}, {"tb_lang": "en"}]


@pytest.mark.parametrize("cookies", MODES)
@pytest.mark.parametrize("view", [views.gallery, views.gallery_desk])
def test_it_is_drawn_without_undefined_variables(ask, view, cookies):
    response = ask(view, "/ui/gallery/", cookies=cookies)
    assert response.status_code == 200
    assert b"<h1" in response.content


def test_every_inclusion_tag_stands_in_it():
    program = (ROOT / UI / "templatetags/ui.py").read_text(encoding="utf-8")
    tags = set(re.findall(r"@register\.(?:inclusion_tag\([^)]*\)|simple_block_tag)\ndef (\w+)", program))
    pages = "".join(p.read_text(encoding="utf-8") for p in files(f"{UI}/templates", suffix=".html"))
    assert {tag for tag in tags if not re.search(rf"{{%\s*{tag}\b", pages)} == set()


def test_it_shows_every_type_of_field(ask):
    shown = {field.type for field in samples.gallery()["fields"]}
    assert shown == {
        "text", "textarea", "choice", "choices", "yesno", "date", "int", "decimal", "money", "phone",
        "resident_id", "uscc", "place", "bank_account",
    }  # fmt: skip


def test_ids_are_unique(ask):
    for view in (views.gallery, views.gallery_desk):
        ids = re.findall(r'\sid="([^"]+)"', ask(view).content.decode())
        assert sorted(ids) == sorted(set(ids))


def test_what_describes_a_control_exists(ask):
    page = ask(views.gallery).content.decode()
    named = {
        one for text in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page) for one in text.split()
    }
    assert named
    assert {one for one in named if f'id="{one}"' not in page} == set()


def test_english_leaves_no_chinese_in_the_frame(ask):
    page = ask(views.gallery_desk, cookies={"tb_lang": "en"}).content.decode()
    assert '<html lang="en"' in page
    assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<main.*</main>", "", page, flags=re.DOTALL)) == ["中文"]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cookies", MODES)
@pytest.mark.parametrize("path", ["/ui/gallery/", "/ui/gallery/desk/"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_and_nothing_overflows(open_page, live_server, axe, path, cookies, width):
    page = open_page(width=width)
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
    page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
