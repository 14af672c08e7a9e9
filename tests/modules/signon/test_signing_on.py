"""Signing on to a system: what it is told, by steps that are needed, once for each code."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests import city
from tests.modules.signon.signing_on import BACK, System, browser, heard, person
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.models import Event
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.models import Mandate
from tongban.kernel.records.actions import action
from tongban.modules.signon.models import SignOn, SystemConsent

pytestmark = pytest.mark.django_db


def test_a_person_signs_on_and_is_known_by_a_number(clock):
    system, visitor = System(), browser(person())
    said = system.agree(visitor)
    assert (said["state"], said["iss"], said[""]) == ("state-1", "http://127.0.0.1:8000/oidc/people", BACK)
    answer = system.redeem(said["code"])
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "id_token"}
    claims = system.read(tokens["id_token"])
    assert set(claims) == {
        "iss",
        "sub",
        "aud",
        "iat",
        "exp",
        "acr",
        "amr",
        "sid",
        "auth_time",
        "nonce",
        "at_hash",
    }
    now = int(clock.now.timestamp())
    assert (claims["nonce"], claims["acr"], claims["amr"], claims["aud"]) == (
        "nonce-1",
        "三级",
        ["sms"],
        "housing-fund",
    )
    assert (claims["auth_time"], claims["iat"], claims["exp"]) == (now, now, now + 300)
    assert system.userinfo(tokens["access_token"]).json() == {"sub": claims["sub"]}


def test_two_systems_know_a_person_by_numbers_that_have_nothing_in_common(clock):
    account = person()
    first, second, third = System("one"), System("two"), System("three", sector="one")
    subs = [one.read(one.sign_on(browser(account))["id_token"])["sub"] for one in (first, second, third)]
    again = first.read(first.sign_on(browser(account))["id_token"])["sub"]
    other = first.read(first.sign_on(browser(person(name="李明")))["id_token"])["sub"]
    assert subs[0] == again == subs[2]
    assert len({subs[0], subs[1], other}) == 3
    known = {str(account.pk), account.pk.hex, str(account.person_id), account.person_id.hex, account.username}
    assert not any(word in sub for word in known for sub in subs)


def test_two_sign_ons_of_one_browser_have_nothing_in_common(clock):
    first, second, visitor = System("one"), System("two"), browser(person())
    both = [one.read(one.sign_on(visitor)["id_token"]) for one in (first, second)]
    assert both[0]["sid"] != both[1]["sid"]


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {}),
        ("openid profile", {"name": "陈*雯"}),
        ("openid realname", {"name": "陈晓雯"}),
        ("openid profile realname acting_for", {"name": "陈晓雯"}),
    ],
)
def test_a_system_is_told_what_was_agreed_to(clock, scope, told):
    system = System()
    tokens = system.sign_on(browser(person()), scope=scope)
    said = system.userinfo(tokens["access_token"]).json()
    said.pop("sub")
    assert said == told
    assert "name" not in system.read(tokens["id_token"])


def test_somebody_acts_for_an_organisation_while_the_mandate_holds(clock):
    owner = city.person()
    firm = city.organisation(owner)
    system, visitor = System(), browser(city.account(owner, 2))
    tokens = system.sign_on(visitor, scope="openid acting_for offline_access", acting_for=str(firm.pk))
    acting = {"kind": "organisation", "name": firm.name, "uscc": firm.uscc}
    assert system.read(tokens["id_token"])["acting_for"] == acting
    assert system.userinfo(tokens["access_token"]).json()["acting_for"] == acting
    # As oneself it is another consent, and the organisation is not named.
    assert "/consent/" in system.ask(visitor, scope="openid acting_for")["Location"]
    alone = system.sign_on(visitor, scope="openid acting_for")
    assert "acting_for" not in system.read(alone["id_token"])
    with_end(firm, clock)
    assert "acting_for" not in system.userinfo(tokens["access_token"]).json()
    answer = refresh(system, tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert SignOn.objects.get(ended_why="mandate_ended").on_behalf == str(firm.pk)


def with_end(firm, clock):
    """The mandates of an organisation ended yesterday."""
    yesterday = clock.now.date() - timedelta(days=1)
    action(Mandate.objects.filter(organisation=firm).update)(starts_on=yesterday, ends_on=yesterday)


def refresh(system, token, **other):
    return system.post("token", {"grant_type": "refresh_token", "refresh_token": token, **other})


def test_nobody_acts_for_an_organisation_that_is_not_theirs(clock):
    foreign = city.organisation(city.person("李明"))
    system, visitor = System(), browser(person())
    tokens = system.sign_on(visitor, scope="openid acting_for", acting_for=str(foreign.pk))
    assert "acting_for" not in system.userinfo(tokens["access_token"]).json()


def test_consent_is_asked_for_once_and_again_for_more(clock):
    system, visitor = System(), browser(person())
    system.sign_on(visitor, scope="openid profile")
    assert "code" in heard(system.ask(visitor, scope="openid profile"))
    assert "code" in heard(system.ask(visitor, scope="openid"))
    assert "/consent/" in system.ask(visitor, scope="openid realname")["Location"]
    assert "/consent/" in system.ask(visitor, prompt="consent")["Location"]
    assert heard(system.ask(visitor, scope="openid realname", prompt="none"))["error"] == "consent_required"
    assert SystemConsent.objects.count() == 1


def test_who_does_not_agree_is_led_back_without_a_code(clock):
    system, visitor = System(), browser(person())
    said = heard(visitor.post(system.ask(visitor)["Location"], {"agree": "no"}))
    assert (said["error"], said["state"], "code" in said) == ("access_denied", "state-1", False)
    assert (SystemConsent.objects.count(), SignOn.objects.count()) == (0, 0)


def test_a_stranger_is_led_to_sign_in_and_back(clock):
    system = System()
    answer = system.ask(Client())
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert answer["Location"].startswith("/sign-in/?")
    assert asked["next"][0].startswith("/oidc/people/authorize/?")
    said = heard(system.ask(Client(), prompt="none"))
    assert (said["error"], said["state"]) == ("login_required", "state-1")


@pytest.mark.parametrize(
    ("other", "minutes", "anew"),
    [
        ({"max_age": "600"}, 9, False),
        ({"max_age": "600"}, 11, True),
        ({"max_age": "0"}, 1, True),
        ({"prompt": "login"}, 0, True),
        ({"prompt": "select_account"}, 0, True),
    ],
)
def test_an_old_sign_in_is_not_taken_where_a_fresh_one_is_wanted(clock, other, minutes, anew):
    system, account = System(), person()
    visitor = browser(account)
    system.sign_on(visitor)
    clock.move(minutes=minutes)
    answer = system.ask(visitor, **other)
    if not anew:
        assert "code" in heard(answer)
        return
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    # What was done before does not count, however the address looks.
    assert visitor.get(back)["Location"].startswith("/sign-in/")
    clock.move(minutes=1)
    fresh = browser(account)
    assert "code" in heard(fresh.get(back))
    if "prompt" in other:
        forged = back.replace("fresh=", "fresh=x")
        assert fresh.get(forged)["Location"].startswith("/sign-in/")


def test_a_session_that_does_not_know_when_it_began_is_not_fresh(clock):
    system, visitor = System(), Client()
    visitor.force_login(person(), backend="tongban.site.sign_in.CodeBackend")
    tokens = system.sign_on(visitor)
    assert "auth_time" not in system.read(tokens["id_token"])
    assert system.ask(visitor, max_age="999999")["Location"].startswith("/sign-in/")


def test_a_level_that_is_wanted_is_reached_or_explained(clock, settings):
    system = System()
    low, high = browser(person(2)), browser(person(3))
    answer = system.ask(low, acr_values="四级")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "四级" in page
    assert "unmet_authentication_requirements" in page
    assert heard(system.ask(low, acr_values="四级", prompt="none"))["error"] == "interaction_required"
    assert system.read(system.sign_on(high, acr_values="四级 五级")["id_token"])["acr"] == "四级"
    # Any of those asked for is enough; a name of nobody asks for nothing.
    assert system.read(system.sign_on(low, acr_values="四级 二级")["id_token"])["acr"] == "三级"
    assert system.read(system.sign_on(low, acr_values="urn:nobody")["id_token"])["acr"] == "三级"
    settings.ACR_NAMES = {1: "a1", 2: "a2", 3: "a3", 4: "a4"}
    assert system.ask(low, acr_values="a3").status_code == 403
    assert system.read(system.sign_on(low, acr_values="a2")["id_token"])["acr"] == "a2"


def test_a_level_is_raised_on_the_way_and_the_sign_on_goes_on(clock):
    """The page of levels leads back to the request, whose freshness, state and nonce it keeps; the token bears the new level."""
    system, account = System(), person(2)
    visitor = browser(account)
    system.sign_on(visitor)
    answer = system.ask(visitor, acr_values="四级", max_age="600", state="kept")
    to = ways(answer, "/me/level/")
    assert parse_qs(urlsplit(to).query)["level"] == ["3"]
    page = visitor.get(to)
    assert page.status_code == 200
    back = parse_qs(urlsplit(to).query)["next"][0]
    assert back in html.unescape(page.content.decode()), "whoever would rather not goes back from there too"
    form = {"kind": "face", "outcome": "different", "consent": "on", "next": back, "level": "3"}
    assert visitor.post("/me/level/", form).status_code == 422
    assert system.ask(visitor, acr_values="四级").status_code == 403
    raised = visitor.post("/me/level/", {**form, "outcome": "matched"})
    assert (raised.status_code, raised["Location"]) == (302, back)
    said = heard(visitor.get(back))
    assert (said["state"], "code" in said) == ("kept", True)
    assert system.read(system.redeem(said["code"]).json()["id_token"])["acr"] == "四级"
    # Old sign-ins stay what they were; refreshing reads the level of now.
    assert system.read(system.sign_on(visitor)["id_token"])["acr"] == "四级"


def test_who_declines_is_sent_back_with_the_error_that_says_so(clock):
    system, visitor = System(), browser(person(2))
    answer = system.ask(visitor, acr_values="五级", state="kept")
    said = parse_qs(urlsplit(ways(answer, BACK)).query)
    assert (said["error"], said["state"]) == (["unmet_authentication_requirements"], ["kept"])
    assert heard(system.ask(visitor, acr_values="五级", prompt="none"))["error"] == "interaction_required"
    assert heard(system.ask(Client(), acr_values="五级", prompt="none"))["error"] == "login_required"


def test_an_officer_is_not_led_to_a_page_that_is_not_theirs(clock):
    officer = parties.open_account(
        username="low", display_name="黄敏", level=2, agency="data-bureau", by=SYSTEM
    )
    answer = System("office", realm="staff", least_level=4).ask(browser(officer))
    assert ways(answer, "/sign-in/")
    assert "/me/level/" not in answer.content.decode()


def ways(answer, to):
    """The way out of an explaining page that leads there."""
    assert answer.status_code == 403
    [found] = [one for one in re.findall(r'href="([^"]+)"', answer.content.decode()) if one.startswith(to)]
    return html.unescape(found)


def test_the_level_of_a_registration_cannot_be_asked_away(clock):
    system = System(least_level=3)
    assert system.ask(browser(person(2)), acr_values="二级").status_code == 403


def test_officers_and_people_never_meet(clock):
    people, staff = System(), System("office", realm="staff")
    officer, citizen = browser(city.officer("clerk", name="黄敏")), browser(person(4))
    assert people.ask(officer).status_code == 403
    assert staff.ask(citizen).status_code == 403
    tokens = staff.sign_on(officer, scope="openid profile")
    claims = staff.read(tokens["id_token"])
    assert claims["iss"] == "http://127.0.0.1:8000/oidc/staff"
    told = staff.userinfo(tokens["access_token"]).json()
    assert told == {"sub": claims["sub"], "name": "黄*", "agency": "civil-affairs"}
    # A token of one realm opens nothing in the other, and a system is unknown there.
    assert people.userinfo(tokens["access_token"]).status_code == 401
    staff.root = people.root
    assert staff.ask(citizen).status_code == 400


def test_a_hint_names_who_is_meant(clock):
    system, me, other = System(), browser(person()), browser(person())
    mine = system.sign_on(me)["id_token"]
    system.sign_on(other)
    assert "code" in heard(system.ask(me, id_token_hint=mine))
    assert system.ask(other, id_token_hint=mine).status_code == 403
    assert heard(system.ask(other, id_token_hint=mine, prompt="none"))["error"] == "login_required"
    assert heard(system.ask(me, id_token_hint=mine[:-4] + "AAAA"))["error"] == "invalid_request"
    foreign = System("other")
    assert heard(foreign.ask(me, id_token_hint=mine))["error"] == "invalid_request"


def test_every_write_is_one_event(clock):
    system, visitor = System(), browser(person())
    before = set(Event.objects.values_list("id", flat=True))
    tokens = system.sign_on(visitor, scope="openid offline_access")
    refresh(system, tokens["refresh_token"])
    names = Event.objects.exclude(id__in=before).order_by("id").values_list("name", flat=True)
    assert [name for name in names if name != "signing_key.made"] == [
        "system_consent.given",
        "sign_on.begun",
        "sign_on.redeemed",
        "sign_on.refreshed",
    ]
    said = "".join(str(event.payload) for event in Event.objects.all())
    assert tokens["access_token"] not in said
    assert tokens["refresh_token"] not in said
