"""Requests as our middleware leaves them, on the small site of addresses.py."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tongban.terminals.ui import city, middleware, shell
from tongban.terminals.ui.texts import later

SHELL = shell.Shell(
    home="front",
    portal=(shell.Entry(later("首页"), "front"), shell.Entry(later("提示"), "mine")),
    tabs=(
        shell.Entry(later("首页"), "front", "house"),
        shell.Entry(later("提示"), "mine", "qr-code", middle=True),
    ),
    foot=(shell.Group(later("表单"), (shell.Entry(later("数据"), "mine"),)),),
    desk_home="desk",
    desk=(
        shell.Group("", (shell.Entry(later("待确认"), "desk", "inbox", count=lambda request: 26, hot=True),)),
        shell.Group(later("数据"), (shell.Entry(later("表单"), "mine", permission="case.audit"),)),
    ),
    desk_search="desk",
    sign_in="sign-in",
    sign_out="sign-in",
    me="mine",
    version="0.1",
)


@pytest.fixture(autouse=True)
def small_site(settings):
    """The small site, with its own frame; what the real one configured comes back afterwards."""
    settings.ROOT_URLCONF = "tests.terminals.ui.addresses"
    before = shell.current(), city.current()
    shell.configure(SHELL)
    city.configure(city.City())
    yield
    shell.configure(before[0])
    city.configure(before[1])


@pytest.fixture
def actor():
    """Make an actor: `actor(level=3, permissions={"case.review"})`."""

    def make(*, level=2, permissions=(), name="陈晓雯"):
        return SimpleNamespace(
            is_signed_in=True,
            level=level,
            can=lambda one: one in permissions,
            display_name=name,
            place_name="",
        )

    return make


@pytest.fixture
def ask():
    """Send a request through our middleware to a view: `ask(view, "/path/", actor=…, cookies={…}, post={…})`."""

    def send(view, path="/", *, actor=None, cookies=None, post=None, **headers):
        factory = RequestFactory(headers=headers)
        request = factory.get(path) if post is None else factory.post(path, post)
        request.COOKIES.update(cookies or {})
        if actor is not None:
            request.actor = actor
        inner = middleware.PreferencesMiddleware(view)
        return middleware.SecurityHeadersMiddleware(inner)(request)

    return send


@pytest.fixture
def see(ask):
    """What `render` makes of a template under our middleware, as text."""
    from django.shortcuts import render

    def draw(name, context=None, **how):
        response = ask(lambda request: HttpResponse(render(request, name, context or {}).content), **how)
        return response.content.decode()

    return draw
