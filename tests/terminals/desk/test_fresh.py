"""Before deciding, sealing, publishing and paying whoever sits there shows again who they are."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import city
from tests.guards.test_routes import routes
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions, queries
from tongban.kernel.identities.calc import totp
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.states import Scope

pytestmark = pytest.mark.django_db


def test_these_ask_and_no_others():
    found = {
        route for route, view in routes(get_resolver().url_patterns) if getattr(view, "tongban_fresh", False)
    }
    assert found == {
        "desk/cases/<uuid:case_id>/refuse/",
        "desk/cases/<uuid:case_id>/grant/",
        "desk/cases/<uuid:case_id>/deny/",
        "desk/cases/<uuid:case_id>/terminate/",
        "desk/licences/<uuid:id>/acts/<uuid:act>/",
        "desk/licences/<uuid:id>/<slug:verb>/",
        "desk/awards/<uuid:batch_id>/<slug:verb>/",
        "desk/claims/parts/<uuid:part_id>/<slug:verb>/",
        "desk/claims/<uuid:claim_id>/<slug:verb>/",
        "desk/payments/paid/<uuid:payout_id>/claw-back/",
        "console/drafts/<uuid:id>/approve/",
        "console/items/<slug:code>/rollback/",
        "console/policies/drafts/<uuid:id>/publish/",
        "console/officers/new/",
        "console/officers/<uuid:id>/act/",
        "console/grants/officers/<uuid:id>/give/",
        "console/grants/<uuid:id>/act/",
        "counter/identities/",
        "desk/emergency/",
        "me/copies/ask/",
        "me/copies/<uuid:id>/file/",
        "me/security/authenticator/",
        "me/security/password/",
        "me/security/password/remove/",
        "me/security/recovery/",
        "me/security/passkeys/",
        "me/security/factors/<uuid:id>/remove/",
    }


@pytest.fixture
def case(clerk):
    return city.allowance()


@pytest.fixture
def desk(clerk):
    secret = actions.new_secret()
    number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
    actions.add_authenticator(account=clerk, secret=secret, number=number, name="手机", by=city.actor(clerk))
    return city.signed_in(clerk)


def refuse(client, case, **more):
    return client.post(f"/desk/cases/{case.pk}/refuse/", {"reasons": "不属于本机关职权", **more})


def test_within_the_minutes_nothing_is_asked(desk, case, later):
    later(minutes=14)
    assert refuse(desk, case).status_code == 302
    assert city.again(case).state == "refused"


def test_later_the_page_asks_and_what_was_typed_goes_on(desk, clerk, case, later):
    later(minutes=15)
    asked = refuse(desk, case)
    page = asked.content.decode()
    assert (asked.status_code, city.again(case).state) == (403, "submitted")
    assert '<input type="hidden" name="reasons" value="不属于本机关职权">' in page
    wrong = refuse(desk, case, **{"again-how": "number", "again-code": "000000"})
    assert (wrong.status_code, city.again(case).state) == (422, "submitted")
    number = re.search(r'class="num">(\d{6})<', page).group(1)
    done = refuse(desk, case, **{"again-how": "number", "again-code": number})
    assert (done.status_code, city.again(case).state) == (302, "refused")
    assert Event.objects.filter(name="session.checked").count() == 1
    later(minutes=14)
    assert refuse(desk, case).status_code != 403, "it holds for a while again"


def test_a_first_factor_is_no_check_of_an_officer(desk, clerk, case, later):
    later(minutes=16)
    sent = refuse(desk, case, **{"again-how": "send"})
    assert sent.status_code == 403
    from tongban.kernel.parties import actions as parties

    code = parties.ask_code(account=clerk)
    tried = refuse(desk, case, **{"again-how": "code", "again-code": code})
    assert (tried.status_code, city.again(case).state) == (422, "submitted")


def test_another_officers_number_is_none(desk, reviewer, case, later):
    secret = actions.new_secret()
    number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
    actions.add_authenticator(
        account=reviewer, secret=secret, number=number, name="手机", by=city.actor(reviewer)
    )
    later(minutes=16)
    other = queries.number_now(reviewer.pk)
    assert refuse(desk, case, **{"again-how": "number", "again-code": other}).status_code == 422


def test_guessing_is_limited(desk, case, later, settings):
    settings.SIGN_IN_LIMITS = {scope: Limit(1000, 3600) for scope in Scope} | {
        Scope.TRY_DEVICE: Limit(3, 3600)
    }
    later(minutes=16)
    tries = [
        refuse(desk, case, **{"again-how": "number", "again-code": "000000"}).status_code for _ in range(4)
    ]
    assert tries == [422, 422, 422, 429]


def test_a_session_without_marks_signs_in_anew(case, resident_client):
    response = resident_client.post("/me/security/recovery/")
    assert response.url == "/sign-in/?next=%2Fme%2Fsecurity%2Frecovery%2F"


@pytest.fixture
def resident_client():
    client = Client()
    client.force_login(city.account(city.person()), backend="tongban.site.sign_in.CodeBackend")
    return client
