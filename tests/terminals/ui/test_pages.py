"""Preferences, headers, rights, navigation, error pages."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect

from tests.terminals.ui import addresses
from tongban.foundation.errors import Problem
from tongban.terminals.portal import parts as portal_parts
from tongban.terminals.ui import city, context, middleware, pages, preferences, rights, shell, texts, views


def test_unknown_cookie_values_count_as_default():
    assert preferences.of({"tb_view": "x", "tb_lang": "fr"}) == preferences.Preferences()
    chosen = preferences.of({"tb_view": "elder", "tb_lang": "en", "tb_size": "big", "tb_contrast": "high"})
    assert (chosen.elder, chosen.english, chosen.big, chosen.high_contrast) == (True, True, True, True)
    assert (chosen.html_lang, chosen.other[0]) == ("en", "zh-hans")


def test_the_language_is_that_of_the_cookie_and_not_of_the_browser(ask):
    def speak(request):
        return HttpResponse(texts.language())

    assert ask(speak, **{"Accept-Language": "en"}).content == b"zh-hans"
    answer = ask(speak, cookies={"tb_lang": "en"})
    assert (answer.content, answer["Content-Language"]) == (b"en", "en")
    assert "Cookie" in answer["Vary"]


def test_preferences_are_kept_and_lead_back(ask):
    answer = ask(views.set_preferences, post={"view": "elder", "size": "nonsense", "next": "/items/?q=a"})
    assert (answer.status_code, answer.url) == (302, "/items/?q=a")
    assert {name: cookie.value for name, cookie in answer.cookies.items()} == {"tb_view": "elder"}
    assert answer.cookies["tb_view"]["httponly"]


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "a", ""]
)
def test_nobody_is_sent_elsewhere(wanted):
    assert views.local_path(wanted) == "/"


def test_preferences_are_only_posted(ask):
    assert ask(views.set_preferences).status_code == 405


def test_headers(ask, actor):
    answer = ask(addresses.front)
    assert {name: answer[name] for name in middleware.HEADERS} == middleware.HEADERS
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "Cache-Control" not in answer
    assert ask(addresses.front, actor=actor())["Cache-Control"] == "no-store"


class TestRights:
    def test_every_view_says_its_right(self):
        assert addresses.front.tongban_right == rights.Right("open", why="a test")
        assert addresses.mine.tongban_right == rights.Right("signed_in", level=3)
        assert addresses.desk.tongban_right.permissions == ("case.review", "case.decide")

    def test_a_right_needs_its_reason(self):
        with pytest.raises(rights.MissingReason):
            rights.open_to_all(" ")
        with pytest.raises(rights.MissingReason):
            rights.staff()

    @pytest.mark.parametrize("view", [addresses.mine, addresses.desk])
    def test_signing_in_leads_back(self, ask, view):
        answer = ask(view, "/mine/?a=1")
        assert isinstance(answer, HttpResponseRedirect)
        assert answer.url == "/sign-in/?next=%2Fmine%2F%3Fa%3D1"

    def test_htmx_is_sent_as_a_whole_page(self, ask):
        answer = ask(addresses.mine, "/mine/", **{"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Redirect"]) == (200, "/sign-in/?next=%2Fmine%2F")

    def test_a_low_level_is_explained(self, ask, actor):
        answer = ask(addresses.mine, "/mine/", actor=actor(level=2))
        assert answer.status_code == 403
        assert "需要“四级实名”" in answer.content.decode()
        assert 'href="/level/?next=%2Fmine%2F&amp;level=3"' in answer.content.decode()
        assert ask(addresses.mine, actor=actor(level=3)).content == b"mine"

    def test_staff_pages_do_not_exist_for_others(self, ask, actor):
        assert ask(addresses.desk, actor=actor(permissions={"case.read"})).status_code == 404
        assert ask(addresses.desk, actor=actor(permissions={"case.decide"})).content == b"desk"


class TestNavigation:
    def test_entries_without_permission_are_hidden_with_their_group(self, see, actor):
        shown = see("ui/gallery_desk.html", _desk(), actor=actor())
        assert "desk-group" not in shown
        assert "desk-group" in see("ui/gallery_desk.html", _desk(), actor=actor(permissions={"case.audit"}))

    def test_of_several_permissions_one_is_enough(self, rf, actor):
        entry = shell.Entry("", "mine", permission="case.audit rating.manage")
        shell.configure(shell.Shell(desk=(shell.Group("", (entry,)),)))
        for held, shown in (((), 0), (("case.audit",), 1), (("rating.manage",), 1), (("rating",), 0)):
            request = rf.get("/")
            request.actor = actor(permissions=set(held))
            assert len(shell.nav(request).desk) == shown, held

    def test_the_nearest_entry_is_current(self, rf):
        nav = shell.nav(rf.get("/mine/cases/"))
        assert [link.current for link in nav.portal] == ["", "true"]
        assert [link.current for link in shell.nav(rf.get("/")).portal] == ["page", ""]

    def test_counts(self, rf):
        [group] = shell.nav(rf.get("/")).desk
        assert [(link.count, link.hot) for link in group.links] == [(26, True)]

    def test_the_frame_names_the_visitor(self, rf, actor):
        request = rf.get("/")
        assert context.visitor(request) == context.Visitor()
        request.actor = actor(level=4)
        assert context.visitor(request) == context.Visitor(signed_in=True, name="陈晓雯", level=4)


def _desk():
    from tongban.terminals.ui import samples

    return samples.gallery_desk()


class TestErrors:
    @pytest.mark.parametrize(
        ("view", "status"),
        [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404), (views.server_error, 500)],
    )
    @pytest.mark.parametrize("lang", ["zh-hans", "en"])
    def test_pages_explain(self, ask, view, status, lang):
        answer = ask(view, cookies={"tb_lang": lang})
        assert answer.status_code == status
        assert ("Error: " if lang == "en" else "错误：") in answer.content.decode()

    def test_the_error_page_survives_a_broken_frame(self, ask, monkeypatch, caplog):
        monkeypatch.setattr(city, "current", lambda: 1 / 0)

        def broken(request):
            request.number = "7f3a"
            return views.server_error(request)

        answer = ask(broken)
        assert answer.status_code == 500
        assert "系统出了问题" in answer.content.decode()
        assert "<code>7f3a</code>" in answer.content.decode(), "it is found in the log by this number"
        assert "could not be drawn" in caplog.text

    def test_a_problem_says_its_sentences(self, ask):
        problem = Problem(sentence_zh="句", sentence_en="Sentence.", todo_zh="做", todo_en="Do.")
        answer = ask(lambda request: pages.explain_problem(request, problem), cookies={"tb_lang": "en"})
        assert answer.status_code == 400
        assert "Sentence." in answer.content.decode()

    def test_a_page_that_stood_open_too_long(self, ask):
        answer = ask(views.csrf_failure, post={}, Referer="http://testserver/form/?a=1")
        assert answer.status_code == 403
        assert 'href="/form/?a=1"' in answer.content.decode()
        assert (
            'href="/form/'
            not in ask(views.csrf_failure, post={}, Referer="http://e.example/form/").content.decode()
        )


class TestHome:
    EMPTY = {  # read only
        "counts": {"person": 0, "organisation": 0, "online": 0},
        "search_url": "/",
        "suggest_url": "",
        "level_text": "",
        "todos": None,
        "hall": None,
        "supervision": None,
    } | dict.fromkeys(
        ("audiences", "ways", "hot_items", "hot_searches", "scopes", "quick", "bundles", "notices"), ()
    )

    def test_without_data_there_are_no_blocks_and_no_figures(self, see):
        page = see("portal/home.html", self.EMPTY)
        assert "阳光监督" not in page
        assert "就近办" not in page
        assert "登录后在这里看您的待办" in page

    def test_what_is_not_measured_is_not_shown(self, see):
        measured = portal_parts.Supervision(on_time_percent=99.4)
        page = see("portal/home.html", self.EMPTY | {"supervision": measured})
        assert "99.4%" in page
        assert "好评率" not in page
