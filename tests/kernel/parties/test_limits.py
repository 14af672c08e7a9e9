"""Limits on signing in: no more than allowed gets through, the owner does, and windows end."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tongban.foundation import time
from tongban.kernel.parties import actions, tasks
from tongban.kernel.parties.actions import TooManyTries, WrongCode
from tongban.kernel.parties.calc.limits import (
    DEFAULTS,
    LONGEST_PAUSE,
    Limit,
    eased,
    one_more,
    pause_after,
    read_limits,
)
from tongban.kernel.parties.models import SignInCode, TryCount
from tongban.kernel.parties.states import Scope, Step

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
HERE, THERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def limits(settings, clock):
    """Small limits without pauses, and a clock that stands."""
    settings.SIGN_IN_LIMITS = {
        **{scope: Limit(100, 3600) for scope in Scope},
        Scope.ASK_ACCOUNT: Limit(4, 3600),
        Scope.ASK_PLACE: Limit(3, 3600),
        Scope.ASK_ADDRESS: Limit(6, 3600),
        Scope.ASK_DEVICE: Limit(2, 3600),
    }
    return settings.SIGN_IN_LIMITS


def ask(who="chen", address=HERE, device="", step=Step.ASK) -> int:
    """0 when it is let through, else the seconds to wait."""
    try:
        actions.admit(step=step, who=who, address=address, device=device)
    except TooManyTries as problem:
        return problem.retry_after
    return 0


class TestArithmetic:
    @given(st.lists(st.integers(0, 4000), min_size=1, max_size=60), st.integers(1, 5), st.integers(1, 3000))
    def test_never_more_than_the_limit_within_a_window(self, gaps, most, seconds):
        limit, count, now, through = Limit(most, seconds), None, START, []
        for gap in gaps:
            now += timedelta(seconds=gap)
            fresh, until = one_more(limit, count, now)
            if fresh is None:
                assert now < until <= now + timedelta(seconds=seconds)
                assert one_more(limit, count, until)[0] is not None, "what was promised is kept"
            else:
                count = fresh
                through.append((fresh.begun_at, now))
        for begun in {begun for begun, _at in through}:
            within = [at for other, at in through if other == begun]
            assert len(within) <= most
            assert max(within) < begun + timedelta(seconds=seconds)

    def test_pauses_double_and_have_an_end(self):
        limit = Limit(100, 3600, 3, 15)
        assert [pause_after(limit, n) for n in range(1, 7)] == [0, 0, 15, 30, 60, 120]
        assert pause_after(limit, 90) == LONGEST_PAUSE
        assert pause_after(Limit(5, 60), 5) == 0

    def test_a_pause_is_kept_and_then_over(self):
        limit = Limit(100, 3600, 1, 10)
        count, until = one_more(limit, None, START)
        assert until == START + timedelta(seconds=10)
        assert one_more(limit, count, START + timedelta(seconds=9)) == (None, until)
        assert one_more(limit, count, until)[0].count == 2

    def test_a_clock_set_back_begins_anew(self):
        count, _until = one_more(Limit(1, 60), None, START)
        assert one_more(Limit(1, 60), count, START - timedelta(days=1))[0].count == 1

    def test_settings_are_read_over_the_defaults(self):
        found = read_limits("ask.place=7/60/2/5 try.device=9/600", DEFAULTS)
        assert found == {**DEFAULTS, Scope.ASK_PLACE: Limit(7, 60, 2, 5), Scope.TRY_DEVICE: Limit(9, 600)}
        assert read_limits("", DEFAULTS) == DEFAULTS

    @pytest.mark.parametrize(
        "word", ["ask.place", "ask.none=1/2", "ask.place=0/5", "ask.place=5/0", "x=1/2/3/4/5"]
    )
    def test_a_wrong_word_is_named(self, word):
        with pytest.raises(ValueError, match="^" + word):
            read_limits(f"ask.device=1/2 {word}", DEFAULTS)

    def test_every_scope_has_a_limit_and_a_demonstration_takes_more(self):
        assert set(DEFAULTS) == set(Scope)
        assert eased(DEFAULTS, 20)[Scope.ASK_PLACE] == Limit(100, 3600, 40, 30)


@pytest.mark.django_db
class TestCounting:
    def test_a_place_an_account_and_an_address_have_their_limits(self, limits, clock):
        assert [ask() for _ in range(4)] == [0, 0, 0, 3600]
        assert [ask(address=THERE), ask(address=THERE)] == [0, 3600], "the account has had its four"
        assert [ask(who=f"other{n}") for n in range(4)] == [0, 0, 0, 3600], "the address has had its six"
        clock.move(minutes=59)
        assert ask() == 60
        clock.move(minutes=1)
        assert ask() == 0

    def test_what_is_refused_is_not_counted(self, limits):
        for _ in range(20):
            ask()
        assert ask(address=THERE) == 0
        assert dict(
            TryCount.objects.order_by().values_list("scope", "count").filter(scope="ask.account")
        ) == {"ask.account": 4}

    def test_a_known_device_has_its_own_share_and_takes_none_of_the_others(self, limits):
        for n in range(50):
            ask(address=f"203.0.113.{n}")
        assert ask() == 3600
        assert [ask(device="phone") for _ in range(3)] == [0, 0, 3600]
        assert ask(device="computer") == 0
        assert ask(who="other", device="phone") == 0, "another account's share"

    def test_asking_and_trying_are_counted_apart(self, limits):
        while not ask():
            pass
        assert ask(step=Step.TRY) == 0

    def test_names_cannot_run_into_addresses(self, limits):
        ask(who="a", address="bc")
        ask(who="ab", address="c")
        assert TryCount.objects.filter(scope=Scope.ASK_PLACE, count=1).count() == 2

    def test_keys_name_nobody(self, limits):
        ask(who="chen")
        for row in TryCount.objects.all():
            assert len(row.key) == 64
            assert not {"chen", HERE} & {row.key, row.scope}

    def test_the_owner_begins_anew_at_this_place_only(self, limits):
        for _ in range(3):
            ask()
        actions.forgive(who="chen", address=HERE)
        assert sorted(TryCount.objects.values_list("scope", "count")) == [
            ("ask.account", 3),
            ("ask.address", 3),
        ]
        ask(device="phone")
        actions.forgive(who="chen", address=HERE, device="phone")
        assert not TryCount.objects.filter(scope=Scope.ASK_DEVICE).exists()

    def test_old_counts_are_removed_by_the_work_of_the_day(self, limits, clock):
        ask()
        clock.move(minutes=30)
        ask(address=THERE)
        clock.move(minutes=30)
        tasks.old_counts(time.today())
        assert sorted(TryCount.objects.values_list("scope", flat=True)) == ["ask.address", "ask.place"]

    @pytest.mark.parametrize(
        ("seconds", "zh", "en"),
        [
            (1, "1 秒", "1 second"),
            (60, "60 秒", "60 seconds"),
            (61, "2 分钟", "2 minutes"),
            (7000, "2 小时", "2 hours"),
        ],
    )
    def test_the_sentence_says_when(self, seconds, zh, en):
        problem = TooManyTries(Step.TRY, seconds)
        assert f"请在 {zh}后再试" in problem.todo("zh-hans")
        assert f"Try again in {en}." in problem.todo("en")


@pytest.mark.django_db
class TestCodesOfStrangers:
    @pytest.fixture
    def account(self, clock):
        return city.account(city.person())

    def test_a_stranger_who_asks_does_not_end_the_owners_code(self, account):
        own = actions.ask_code(account=account, asker="own")
        for _ in range(3):
            actions.ask_code(account=account, asker="stranger")
        actions.use_code(account=account, code=own, asker="own")

    def test_a_strangers_wrong_tries_do_not_end_it_either(self, account):
        own = actions.ask_code(account=account, asker="own")
        actions.ask_code(account=account, asker="stranger")
        for _ in range(6):
            with pytest.raises(WrongCode):
                actions.use_code(account=account, code="x", asker="stranger")
        assert SignInCode.objects.get(asker="own").tries == 0
        actions.use_code(account=account, code=own, asker="own")

    def test_a_code_works_only_where_it_was_asked_for(self, account):
        own = actions.ask_code(account=account, asker="own")
        for asker in ("stranger", ""):
            with pytest.raises(WrongCode):
                actions.use_code(account=account, code=own, asker=asker)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_limit(limits, settings):
    settings.SIGN_IN_LIMITS = {
        **limits,
        Scope.ASK_ADDRESS: Limit(10, 3600),
        Scope.ASK_ACCOUNT: Limit(99, 3600),
    }
    told: list[str] = []

    def some(first: int) -> None:
        for n in range(8):
            try:
                told.append("later" if ask(who=f"{first}-{n}") else "through")
            except OperationalError:  # SQLite lets one write and has the others wait; some wait in vain
                told.append("busy")
        connections.close_all()

    threads = [threading.Thread(target=some, args=(n,)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(told) == 32
    assert told.count("through") == TryCount.objects.get(scope=Scope.ASK_ADDRESS).count <= 10
    if "busy" not in told:
        assert told.count("through") == 10
