"""Behind TLS every cookie is bound to this host: a neighbour beneath the same domain can neither read nor put one there."""

import subprocess
import sys

import pytest
from django.test import Client

from tests import city
from tests.terminals.portal.test_signing import code_on

HTTPS = """
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.COOKIE_PREFIX, settings.SESSION_COOKIE_SECURE,
      settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS)
"""


@pytest.mark.parametrize(
    ("https", "said"),
    [
        ("1", "__Host-sessionid __Host-csrftoken __Host- True True 31536000 True"),
        ("0", "sessionid csrftoken  False False 0 False"),
    ],
)
def test_what_the_setting_does(https, said, tmp_path):
    names = {
        "TONGBAN_HTTPS": https,
        "TONGBAN_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tongban.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", HTTPS], env=names, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == said


@pytest.fixture
def behind_tls(settings):
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.mark.django_db
def test_every_cookie_of_a_visit(behind_tls):
    """Signing in, choosing how pages look, and staying known on this device."""
    account = city.account(city.person("陈晓雯"))
    visitor = Client()

    def get(path: str):
        return visitor.get(path, secure=True)

    def post(path: str, data: dict[str, str]):
        return visitor.post(path, data, secure=True, headers={"referer": "https://testserver/"})

    get("/sign-in/")
    post("/sign-in/", {"username": account.username})
    post("/sign-in/code/", {"code": code_on(get("/sign-in/code/"))})
    assert get("/me/").status_code == 200
    chosen = {"view": "elder", "contrast": "high", "size": "big", "language": "en", "device": "own"}
    post("/ui/preferences/", chosen | {"next": "/"})
    page = get("/").content.decode()
    assert 'lang="en" data-view="elder" data-contrast="high" data-size="big"' in page
    assert set(visitor.cookies) == {
        f"__Host-{name}"
        for name in (
            "sessionid",
            "csrftoken",
            "tb_known",
            "tb_view",
            "tb_contrast",
            "tb_size",
            "tb_lang",
            "tb_device",
        )
    }
    for name, cookie in visitor.cookies.items():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), name
    post("/ui/preferences/", {"device": "shared", "next": "/"})
    post("/sign-out/", {})
    post("/sign-in/", {"username": account.username})
    post("/sign-in/code/", {"code": code_on(get("/sign-in/code/"))})
    assert visitor.cookies["__Host-tb_known"].value == "", "a shared computer carries nothing"


@pytest.mark.django_db
def test_one_without_the_prefix_counts_for_nothing(behind_tls, settings):
    signed_in = city.signed_in(city.account(city.person()))
    plain = Client()
    plain.cookies["sessionid"] = signed_in.cookies["__Host-sessionid"].value
    plain.cookies["tb_lang"] = "en"
    answer = plain.get("/", secure=True)
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated
    assert 'lang="zh-CN"' in answer.content.decode()
