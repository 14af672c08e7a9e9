"""Signing in by QR code: the browser that asked comes in, once, within two minutes, and nobody else."""

import re

import pytest
from django.test import Client

from tests import city
from tongban.kernel.events.models import Event
from tongban.kernel.identities.models import Pairing, SignIn

pytestmark = pytest.mark.django_db
TAKEN = "/sign-in/scan/taken/"


def shown(screen, **more):
    """Ask for a code; where the telephone is led by it."""
    assert screen.post("/sign-in/scan/", more, HTTP_USER_AGENT="Windows Chrome/1").url == "/sign-in/scan/"
    page = screen.get("/sign-in/scan/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    return f"/scan/{screen.session['pairing']['secret']}/"


def answer(phone, path, said="yes"):
    return phone.post(path, {"answer": said})


def test_the_screen_comes_in_when_the_telephone_says_yes(resident, read):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen, next="/wallet/")
    asked = read(phone.get(path))
    row = Pairing.objects.get()
    for said in ("Windows · Chrome", "127.0.0.1", row.check_number, resident.display_name):
        assert said in asked
    assert row.check_number in read(screen.get("/sign-in/scan/"))
    waiting = screen.post(TAKEN, HTTP_HX_REQUEST="true")
    assert (waiting.status_code, "_auth_user_id" in screen.session) == (204, False)
    assert "已经同意登录" in read(answer(phone, path))
    taken = screen.post(TAKEN, HTTP_HX_REQUEST="true")
    assert taken.headers["HX-Redirect"] == "/wallet/"
    assert screen.get("/wallet/").status_code == 200
    assert SignIn.objects.get(session_key=screen.session.session_key).ways == ["paired"]
    assert Event.objects.filter(name="pairing.answered").get().actor_id == resident.pk


def test_without_script_a_button_does_the_same(resident):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen)
    assert screen.post(TAKEN).url == "/sign-in/scan/"
    answer(phone, path)
    assert screen.post(TAKEN).url == "/"
    assert screen.get("/wallet/").status_code == 200


def test_who_photographs_the_code_gains_nothing(resident, stranger):
    screen, thief, phone = Client(), Client(), city.signed_in(resident)
    path = shown(screen)
    shown(thief)
    held = thief.session
    held["pairing"] = {**held["pairing"], "id": screen.session["pairing"]["id"], "secret": path.split("/")[2]}
    held.save()
    answer(phone, path)
    assert thief.post(TAKEN).status_code == 410, "it lacks what only the screen's session holds"
    assert "_auth_user_id" not in thief.session
    assert screen.post(TAKEN).url == "/"


def test_it_is_answered_and_taken_once(resident, stranger):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen)
    answer(phone, path)
    assert answer(stranger, path).status_code == 410
    held = dict(screen.session["pairing"])
    assert screen.post(TAKEN).status_code == 302
    other = Client()
    session = other.session
    session["pairing"] = held
    session.save()
    other.cookies["sessionid"] = session.session_key
    assert other.post(TAKEN).status_code == 410


def test_no_means_no(resident, read):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen)
    assert "已经拒绝" in read(answer(phone, path, "no"))
    assert screen.post(TAKEN, HTTP_HX_REQUEST="true").status_code == 200
    assert "_auth_user_id" not in screen.session
    assert answer(phone, path).status_code == 410


@pytest.mark.parametrize(("seconds", "comes"), [(119, True), (120, False)])
def test_two_minutes_for_all_of_it(resident, clock, seconds, comes):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen)
    answer(phone, path)
    clock.move(seconds=seconds)
    assert (screen.post(TAKEN).status_code == 302) is comes


def test_an_old_code_is_no_question_any_more(resident, clock):
    screen, phone = Client(), city.signed_in(resident)
    path = shown(screen)
    clock.move(minutes=2)
    assert phone.get(path).status_code == 410
    assert answer(phone, path).status_code == 410


def test_one_signs_in_on_the_telephone_first(db):
    path = shown(Client())
    assert Client().get(path).url == f"/sign-in/?next={path.replace('/', '%2F')}"


def test_nothing_of_the_code_lies_readable_in_its_table(resident):
    screen = Client()
    secret = shown(screen).split("/")[2]
    row = Pairing.objects.get()
    assert secret not in str(vars(row))
    assert screen.session["pairing"]["browser"] not in str(vars(row))


def test_an_officer_shows_a_factor_again_before_a_yes(db, monkeypatch, settings):
    clerk = city.officer("clerk")
    screen, phone = Client(), city.signed_in(clerk)
    path = shown(screen)
    settings.FRESH_MINUTES = 0
    asked = answer(phone, path)
    assert (asked.status_code, Pairing.objects.get().state) == (403, "asked")
    assert re.search(r'name="answer" value="yes"', asked.content.decode())
    settings.FRESH_MINUTES = 15
    answer(phone, path)
    assert screen.post(TAKEN).url == "/desk/"
    assert screen.get("/desk/").status_code == 200
