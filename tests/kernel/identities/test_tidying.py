"""What is over is closed and forgotten; what somebody never finished is not kept."""

import pytest

from tests import city
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions, tasks
from tongban.kernel.identities.models import GivenIdentity, Pairing, SignIn
from tongban.kernel.identities.states import Way
from tongban.kernel.parties.models import Account

pytestmark = pytest.mark.django_db


def begun(account):
    return actions.begin(
        account=account,
        session_key="k" * 32,
        ways=[Way.CODE],
        device="x",
        address="x",
        by=city.actor(account),
    )


def test_sessions_are_closed_and_then_forgotten(clock):
    row = begun(city.account(city.person()))
    clock.move(hours=71)
    tasks.tidy(time.today())
    row.refresh_from_db()
    assert row.ended_at is None
    clock.move(hours=1)
    tasks.tidy(time.today())
    row.refresh_from_db()
    assert row.ended == "time"
    clock.move(days=179)
    tasks.tidy(time.today())
    assert SignIn.objects.exists()
    clock.move(days=1)
    tasks.tidy(time.today())
    assert not SignIn.objects.exists()


def test_codes_that_nobody_scanned_go(clock):
    actions.ask_pairing(browser="b", device="x", address="x")
    clock.move(hours=12)
    tasks.tidy(time.today())
    assert Pairing.objects.exists()
    clock.move(hours=13)
    tasks.tidy(time.today())
    assert not Pairing.objects.exists()


def test_an_account_that_was_never_finished_goes_with_all_that_was_typed(clock):
    typed = {"name": "林小满", "id_type": "516", "id_no": "H12345678", "phone": "13812345678"}
    never, done = actions.open_account(**typed), actions.open_account(**typed)
    actions.reached(account=done)
    guest = city.account(city.person(), level=0)
    clock.move(hours=23)
    tasks.tidy(time.today())
    assert Account.objects.filter(pk=never.pk).exists()
    clock.move(hours=1)
    tasks.tidy(time.today())
    left = set(Account.objects.values_list("pk", flat=True).order_by("pk"))
    assert left == {done.pk, guest.pk}
    assert set(GivenIdentity.objects.order_by("id").values_list("account_id", flat=True)) == {done.pk}
    assert Event.objects.get(name="account.dropped").subject_id == never.pk
