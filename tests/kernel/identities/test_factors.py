"""Authenticators and recovery codes: what counts, once, and what an officer keeps."""

from base64 import b32encode
from datetime import UTC, datetime

import pytest

from tests import city
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions, queries
from tongban.kernel.identities.actions import NotRemovable, WrongNumber
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import Factor, RecoveryCode

# RFC 6238, appendix B, the last six of its eight digits.
RFC = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "number"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")],
)
def test_the_numbers_are_those_of_the_rfc(seconds, number):
    assert totp.number(RFC, totp.step_at(seconds)) == number


def test_one_step_of_drift_either_way_and_no_more():
    at = totp.step_at(1111111109)
    found = [totp.matching_step(RFC, totp.number(RFC, at + off), at, None) for off in (-2, -1, 0, 1, 2)]
    assert found == [None, at - 1, at, at + 1, None]
    assert totp.matching_step(RFC, totp.number(RFC, at), at, at) is None, "a used step counts no more"
    assert totp.matching_step(RFC, "０８１８０４", at, None) is None
    assert totp.matching_step(RFC, "", at, None) is None


def now_number(secret, steps=0):
    return totp.number(secret, totp.step_at(time.wall_clock().timestamp()) + steps)


@pytest.fixture
def machine(monkeypatch):
    """The machine's time stands, on a half minute's first second, and moves on request."""
    held = [datetime(2026, 3, 2, 1, 0, tzinfo=UTC)]
    monkeypatch.setattr(time, "_real", lambda: held[0])

    def move(seconds):
        held[0] = datetime.fromtimestamp(held[0].timestamp() + seconds, UTC)

    return move


@pytest.fixture
def clerk(db, machine, clock):
    return city.officer("clerk")


def enrolled(account):
    secret = actions.new_secret()
    by = city.actor(account)
    return secret, actions.add_authenticator(
        account=account, secret=secret, number=now_number(secret), name="手机", by=by
    )


def test_a_wrong_number_enrols_nothing(clerk):
    secret = actions.new_secret()
    with pytest.raises(WrongNumber):
        actions.add_authenticator(
            account=clerk, secret=secret, number=now_number(secret, 5), name="手机", by=city.actor(clerk)
        )
    assert queries.kinds(clerk.pk) == set()


def test_a_number_works_once_and_the_next_one_again(clerk, machine):
    secret, _row = enrolled(clerk)
    assert not actions.use_number(account=clerk, number=now_number(secret)), "enrolling has used it"
    machine(30)
    assert actions.use_number(account=clerk, number=now_number(secret))
    assert not actions.use_number(account=clerk, number=now_number(secret))
    assert not actions.use_number(account=clerk, number=now_number(secret, -1)), "nor an older one"
    machine(30)
    assert actions.use_number(account=clerk, number=now_number(secret))


def test_somebody_elses_number_opens_nothing(clerk, machine):
    secret, _row = enrolled(clerk)
    other = city.officer("reviewer")
    enrolled(other)
    machine(60)
    assert not actions.use_number(account=other, number=now_number(secret))


def test_the_secret_lies_encrypted(clerk):
    secret, row = enrolled(clerk)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM identities_factor")
        (sealed,) = cursor.fetchone()
    assert secret.encode() not in bytes(sealed)
    assert Factor.objects.get(pk=row.pk).secret == secret


def test_an_officer_keeps_at_least_one_factor_and_a_resident_need_not(clerk):
    _secret, row = enrolled(clerk)
    with pytest.raises(NotRemovable, match="at least one"):
        actions.remove_factor(factor_id=row.pk, by=city.actor(clerk))
    resident = city.account(city.person())
    _secret, own = enrolled(resident)
    with pytest.raises(NotRemovable):
        actions.remove_factor(factor_id=own.pk, by=city.actor(clerk))  # somebody else's
    actions.make_recovery_codes(account=resident, by=city.actor(resident))
    actions.remove_factor(factor_id=own.pk, by=city.actor(resident))
    assert queries.kinds(resident.pk) == set()
    assert not RecoveryCode.objects.filter(account=resident).exists(), "what stood in for it goes too"


def test_recovery_codes_work_once_for_their_owner_and_new_ones_end_the_old(clerk):
    by = city.actor(clerk)
    first = actions.make_recovery_codes(account=clerk, by=by)
    assert len(set(first)) == 10
    other = city.officer("reviewer")
    assert not actions.use_recovery_code(account=other, code=first[0], by=city.actor(other))
    assert actions.use_recovery_code(account=clerk, code=first[0].lower().replace("-", " "), by=by)
    assert not actions.use_recovery_code(account=clerk, code=first[0], by=by)
    assert queries.recovery_codes_left(clerk.pk) == 9
    actions.make_recovery_codes(account=clerk, by=by)
    assert not actions.use_recovery_code(account=clerk, code=first[1], by=by)
    names = list(
        Event.objects.filter(name__startswith="recovery").order_by("id").values_list("name", flat=True)
    )
    assert names == ["recovery_codes.made", "recovery_code.used", "recovery_codes.made"]
