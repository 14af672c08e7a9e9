"""Files from another host: by an address that is signed, short and somebody's; that host sends files and knows no cookie."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings

from tests import city
from tongban.foundation import time
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.models import Grant
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries
from tongban.kernel.documents import queries as documents
from tongban.kernel.identities.models import SignIn
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.modules.looks.models import Look
from tongban.site import environment
from tongban.site.environment import SettingProblem
from tongban.terminals.ui import sending

pytestmark = pytest.mark.django_db
FILES = "files.test"


@pytest.fixture(autouse=True)
def two_hosts(settings):
    settings.FILES_URL = f"http://{FILES}"
    settings.ALLOWED_HOSTS = ["testserver", FILES]


@pytest.fixture
def clerk(clock):
    return city.officer("clerk", agency="")


@pytest.fixture
def case(clock):
    return city.food()[0]


def row_of(case, material="layout"):
    return next(row for row in queries.materials_of(case) if row.material == material)


def picture_of(case):
    return f"/desk/cases/{case.pk}/materials/{row_of(case).pk}/1/"


def way(client, path) -> str:
    """The address to which the host of pages leads, as a path of the other host."""
    answer = client.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    parts = urlsplit(answer["Location"])
    assert (parts.scheme, parts.netloc) == ("http", FILES)
    return parts.path


def fetch(path, client=None, **more):
    return (client or Client()).get(path, HTTP_HOST=FILES, **more)


def test_the_page_leads_there_and_a_browser_without_cookies_gets_the_picture(clerk, case):
    answer = fetch(way(city.signed_in(clerk), picture_of(case)))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content[8:12] == b"WEBP"
    assert (
        dict(answer.headers).items()
        >= {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }.items()
    )
    assert "Content-Disposition" not in answer
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_what_is_not_drawn_is_an_attachment_for_each_who_may_have_it(clerk, clock):
    case, by = city.food()
    cases.accept(case_id=case.pk, by=city.actor(clerk))
    city.run_jobs()
    letter = documents.letters_about(case.pk)[0]
    person = city.signed_in(by_account(by))
    person.post("/act-for/", {"for": str(case.organisation_id), "next": "/"})
    for client, path in (
        (city.signed_in(clerk), f"/desk/cases/{case.pk}/letters/{letter.pk}/"),
        (person, f"/cases/{case.pk}/letters/{letter.pk}/"),
        (person, f"/cases/{case.pk}/materials/{row_of(case).pk}/"),
    ):
        answer = fetch(way(client, path))
        assert answer.status_code == 200, path
        assert answer["Content-Disposition"].startswith("attachment; filename"), path
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def by_account(by):
    return parties.account(by.account_id)


def test_the_look_is_on_record_once_when_the_address_is_made(clerk, case):
    path = way(city.signed_in(clerk), picture_of(case))
    made = list(Look.objects.filter(about_id=case.pk).values_list("kind", "door"))
    assert made == [("file", "desk-material-page")]
    assert [fetch(path).status_code for _ in range(2)] == [200, 200]
    assert Look.objects.count() == 1


def test_nothing_else_is_there(clerk, case):
    client = city.signed_in(clerk)
    for path in (
        "/",
        "/desk/",
        picture_of(case),
        "/static/ui/mark.svg",
        "/api/items/",
        "/f/",
        "/f/x",
        "/sign-in/",
    ):
        answer = fetch(path, client)
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8"), path
        assert not answer.cookies
    path = way(client, picture_of(case))
    assert client.get(path).status_code == 404, "the host of pages knows no such address"
    assert Client().post(path, HTTP_HOST=FILES).status_code == 404


@pytest.mark.parametrize("name", ["FILES.test", "files.test.", "files.test:443", "files.test:8000"])
def test_no_way_of_writing_its_name_gets_a_page_there(name):
    answer = Client().get("/", HTTP_HOST=name)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_changed_word_opens_nothing(clerk, case):
    path = way(city.signed_in(clerk), picture_of(case))
    body, made, sign = path.removeprefix("/f/").rsplit(":", 2)
    turned = ("B" if body[0] != "B" else "C") + body[1:]
    for word in (
        f"{turned}:{made}:{sign}",
        f"{body}:{made[:-1]}A:{sign}",
        f"{body}:{made}:{sign[:-2]}xx",
        body,
        "::",
    ):
        assert fetch(f"/f/{word}").status_code == 404, word
    with override_settings(SECRET_KEY="another installation's"):
        assert fetch(path).status_code == 404
    assert fetch(path).status_code == 200


def test_it_is_over_after_two_minutes_by_the_clock_of_the_machine(clerk, case, clock, monkeypatch):
    path = way(city.signed_in(clerk), picture_of(case))
    clock.move(days=1)  # that of the demonstration lengthens and shortens nothing
    assert fetch(path).status_code == 200
    now = time.wall_clock()
    monkeypatch.setattr(sending.time, "wall_clock", lambda: now + timedelta(seconds=sending.SECONDS - 5))
    assert fetch(path).status_code == 200
    monkeypatch.setattr(sending.time, "wall_clock", lambda: now + timedelta(seconds=sending.SECONDS + 1))
    assert fetch(path).status_code == 404
    monkeypatch.setattr(sending.time, "wall_clock", lambda: now - timedelta(seconds=5))
    assert fetch(path).status_code == 404, "made in the future"


def test_a_right_that_ended_is_refused_at_the_next_click(clerk, case):
    client = city.signed_in(clerk)
    path = way(client, picture_of(case))
    grant = Grant.objects.get(account_id=clerk.pk)
    access.giving.close(grant, SYSTEM)
    assert fetch(path).status_code == 404
    assert client.get(picture_of(case)).status_code == 404


def test_an_ended_sign_in_and_a_disabled_account_fetch_nothing(clerk, case):
    first, second = city.signed_in(clerk), city.signed_in(clerk)
    one, two = way(first, picture_of(case)), way(second, picture_of(case))
    first.post("/sign-out/")
    assert SignIn.objects.filter(account=clerk, ended_at__isnull=False).count() == 1
    assert (fetch(one).status_code, fetch(two).status_code) == (404, 200)
    action(type(clerk).objects.filter(pk=clerk.pk).update)(is_active=False)
    assert fetch(two).status_code == 404


def test_a_word_for_one_is_no_word_for_another(clerk, case, monkeypatch):
    """The account stands in the word: whoever carries it gets what that account may see, and no other object."""
    path = way(city.signed_in(clerk), picture_of(case))
    stranger = city.signed_in(city.account(city.person()))
    assert stranger.get(picture_of(case)).status_code == 404, "no address is made for who may not see it"
    ticket = sending.ticket_in(path.removeprefix("/f/"))
    assert (ticket.account, ticket.path) == (str(clerk.pk), picture_of(case))
    other = city.officer("clerk", place=city.town("441900105"), agency="civil-affairs")
    forged = sending.Ticket(str(other.pk), "", ticket.sign_in, ticket.path)
    monkeypatch.setattr("tongban.site.files.sending.ticket_in", lambda word: forged)
    assert fetch("/f/any").status_code == 404, "a sign-in of somebody else's"
    city.signed_in(other)
    forged = sending.Ticket(str(other.pk), "", str(SignIn.objects.get(account=other).pk), ticket.path)
    assert fetch("/f/any").status_code == 404, "the rights are those of whom it names"


def test_a_signed_word_for_a_page_sends_no_page(clerk, case, monkeypatch):
    client = city.signed_in(clerk)
    ticket = sending.ticket_in(way(client, picture_of(case)).removeprefix("/f/"))
    for path in (f"/desk/cases/{case.pk}/", "/desk/", "/nowhere/", f"{picture_of(case)}../"):
        forged = sending.Ticket(ticket.account, "", ticket.sign_in, path)
        monkeypatch.setattr("tongban.site.files.sending.ticket_in", lambda word, forged=forged: forged)
        answer = fetch("/f/any")
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8"), path


def test_somebody_who_acts_for_an_enterprise_fetches_as_such(clock):
    case, by = city.food()
    client = city.signed_in(by_account(by))
    client.post("/act-for/", {"for": str(case.organisation_id), "next": "/"})
    path = way(client, f"/cases/{case.pk}/materials/{row_of(case).pk}/")
    assert sending.ticket_in(path.removeprefix("/f/")).principal == str(case.organisation_id)
    assert fetch(path).content == documents.content(row_of(case).file)


def test_too_many_are_counted_by_account(clerk, case, settings, monkeypatch, tmp_path):
    from tongban.site import counting, pacing

    path = way(city.signed_in(clerk), picture_of(case))
    settings.REQUEST_LIMITS = {"account": 2, "device": 2, "address": 2, "exchange": 2}
    monkeypatch.setattr(pacing.PacingMiddleware, "counts", counting.Counts(tmp_path, "secret"))
    assert [fetch(path).status_code for _ in range(3)] == [200, 200, 429]


def test_pages_name_the_host_for_pictures_and_forms_only_where_there_is_one(clerk, settings):
    policy = city.signed_in(clerk).get("/desk/")["Content-Security-Policy"].split("; ")
    assert [one for one in policy if FILES in one] == [
        f"img-src 'self' http://{FILES} data: blob:",
        f"form-action 'self' http://{FILES}",
    ]
    settings.FILES_URL = ""
    assert FILES not in city.signed_in(clerk).get("/desk/")["Content-Security-Policy"]


def test_without_the_setting_all_is_as_it_was(clerk, case, settings):
    settings.FILES_URL = ""
    assert city.signed_in(clerk).get(picture_of(case))["Content-Type"] == "image/webp"
    assert Client().get("/", HTTP_HOST=FILES).status_code == 200


@pytest.mark.parametrize("text", ["http://127.0.0.1:9000", "files.test", "https://files.test/f", "http://"])
def test_a_host_that_shares_cookies_or_has_a_path_is_no_setting(monkeypatch, text):
    monkeypatch.setenv("TONGBAN_FILES_URL", text)
    with pytest.raises(SettingProblem):
        environment.files_url("http://127.0.0.1:8000")


def test_a_good_setting_is_read(monkeypatch):
    monkeypatch.setenv("TONGBAN_FILES_URL", "https://files.example.cn/")
    assert environment.files_url("https://www.example.cn") == "https://files.example.cn"
