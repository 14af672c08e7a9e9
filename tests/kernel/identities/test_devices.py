"""Devices on which an account was used: which sign-in is news, what is kept of a device, and for how long."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions, queries, tasks
from tongban.kernel.identities.models import KnownDevice
from tongban.kernel.identities.states import MOST_KNOWN, Way
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
LAPTOP, PHONE, THIEF = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture(autouse=True)
def standing_clock(clock, settings):
    """Every test here begins on Monday, 2 March 2026, 9:00, in a city, not in a demonstration."""
    settings.DEMO = False
    settings.PUBLIC_URL = "https://tong.example"
    return clock


@pytest.fixture
def owner():
    return city.account(city.person())


def sign_in(account, browser, device="Windows · Edge", ways=(Way.CODE,)):
    """Begin a session; whether its owner is told."""
    row = actions.begin(
        account=account,
        session_key="k" * 32,
        ways=list(ways),
        device=device,
        address="203.0.113.9",
        by=city.actor(account),
        browser=browser,
    )
    names = Event.objects.filter(subject_id=row.pk).order_by("id").values_list("name", flat=True)
    assert list(names) in (["session.begun"], ["session.begun_on_new_device"]), "one write, one event"
    return names[0] != "session.begun"


def kept(account):
    rows = KnownDevice.objects.filter(account=account).order_by("id")
    return list(rows.values_list("digest", "label"))


def test_the_first_device_is_no_news_every_other_one_is_once(owner):
    other = city.account(city.person())
    assert [sign_in(owner, one) for one in (LAPTOP, LAPTOP, PHONE, PHONE, LAPTOP, THIEF)] == [
        False,
        False,
        True,
        False,
        False,
        True,
    ]
    assert not sign_in(other, PHONE), "what one account knows is nothing to another"
    assert [digest for digest, _label in kept(owner)] == [LAPTOP, PHONE, THIEF]


def test_what_is_told_and_to_whom(owner):
    sign_in(owner, LAPTOP)
    sign_in(owner, THIEF, "Android · 微信", (Way.PASSWORD, Way.TOTP))
    city.run_jobs()
    assert list(
        Notice.objects.order_by("id").values_list("account_id", "title_zh", "body_zh", "title_en", "body_en")
    ) == [
        (
            owner.pk,
            "您的账号在新设备上登录了：3月2日 09:00，Android · 微信",
            (
                "登录方式：密码、动态码。是您本人的，不用处理。不是您本人的，马上打开 https://tong.example/me/security/，"
                "结束其他所有登录，更改密码，并拨打热线。"
            ),
            "New device signed in to your account: 2 March 2026, 09:00, Android · 微信",
            (
                "Signed in by: Password, Number. If it was not you, open https://tong.example/me/security/ at once, "
                "end all other sessions, change your password and call the hotline."
            ),
        )
    ]
    city.run_jobs()
    assert Notice.objects.count() == 1


def test_the_longest_names_have_room(owner):
    sign_in(owner, LAPTOP)
    sign_in(owner, THIEF, "x" * 99, tuple(Way))
    city.run_jobs()
    assert "x" * 60 in Notice.objects.get().title_zh


def test_a_demonstration_tells_once_a_day(owner, settings, clock):
    settings.DEMO = True
    for number in range(4):
        assert sign_in(owner, f"{number:064d}") is bool(number)
    city.run_jobs()
    assert Notice.objects.count() == 1
    clock.move(days=1)
    sign_in(owner, THIEF)
    city.run_jobs()
    assert Notice.objects.count() == 2


def test_a_shared_computer_is_told_and_never_known(owner):
    assert not sign_in(owner, ""), "nobody has used a device of their own yet"
    sign_in(owner, LAPTOP)
    assert [sign_in(owner, one) for one in ("", "", None)] == [True, True, False]
    assert kept(owner) == [(LAPTOP, "Windows · Edge")]


def test_what_is_not_used_is_forgotten_and_comes_back_as_news(owner, clock):
    sign_in(owner, LAPTOP)
    clock.move(days=100)
    sign_in(owner, PHONE)
    clock.move(days=79)
    tasks.tidy(time.today())
    assert not sign_in(owner, LAPTOP), "180 days after its last use, not before"
    clock.move(days=101)
    assert [one.digest for one in queries.known_devices(city.actor(owner))] == [LAPTOP], (
        "before the night's work too"
    )
    assert sign_in(owner, PHONE), "one that lies there but is too old is new"
    clock.move(days=78)
    tasks.tidy(time.today())
    assert kept(owner) == [(LAPTOP, "Windows · Edge"), (PHONE, "Windows · Edge")]
    clock.move(days=1)
    tasks.tidy(time.today())
    assert kept(owner) == [(PHONE, "Windows · Edge")]


def test_of_the_last_device_a_trace_stays_that_says_nothing(owner, clock):
    other = city.account(city.person())
    for device in (LAPTOP, PHONE):
        sign_in(owner, device)
    clock.move(days=90)
    sign_in(other, LAPTOP)
    clock.move(days=90)
    tasks.tidy(time.today())
    assert kept(owner) == [(None, "")]
    assert kept(other) == [(LAPTOP, "Windows · Edge")]
    tasks.tidy(time.today())
    assert kept(owner) == [(None, "")], "and it stays one"
    assert queries.known_devices(city.actor(owner)) == []
    assert sign_in(owner, LAPTOP), "who comes after a long time is not the first"
    clock.move(days=180)
    tasks.tidy(time.today())
    assert kept(owner) == [(None, "")]


def test_forgetting_one_and_all(owner):
    other = city.account(city.person())
    by, stranger = city.actor(owner), city.actor(other)
    for device in (LAPTOP, PHONE, THIEF):
        sign_in(owner, device)
    sign_in(other, LAPTOP)
    laptop = KnownDevice.objects.get(account=owner, digest=LAPTOP)
    with pytest.raises(actions.NoSuchDevice):
        actions.forget_device(device_id=laptop.pk, by=stranger)
    actions.forget_device(device_id=laptop.pk, by=by)
    with pytest.raises(actions.NoSuchDevice):
        actions.forget_device(device_id=laptop.pk, by=by)
    assert [digest for digest, _label in kept(owner)] == [PHONE, THIEF]
    assert actions.forget_devices(by=by) == 2
    assert kept(owner) == [(None, "")]
    with pytest.raises(actions.NoSuchDevice):
        actions.forget_device(device_id=KnownDevice.objects.get(account=owner).pk, by=by)
    assert actions.forget_devices(by=by) == 0
    assert kept(other) == [(LAPTOP, "Windows · Edge")]
    events = Event.objects.filter(name="known_devices.forgotten").order_by("id")
    assert list(events.values_list("subject_id", "payload")) == [
        (owner.pk, {"count": 1}),
        (owner.pk, {"count": 2}),
    ]
    assert sign_in(owner, PHONE), "whoever makes an account forget its devices does not come in unseen"


def test_the_longest_unused_make_room(owner, clock):
    for number in range(MOST_KNOWN + 5):
        clock.move(minutes=1)
        sign_in(owner, f"{number:064d}")
    assert [digest for digest, _label in kept(owner)] == [f"{n:064d}" for n in range(5, MOST_KNOWN + 5)]


def test_the_number_of_queries_does_not_grow(owner):
    counts = set()
    sign_in(owner, LAPTOP)
    for device in (PHONE, THIEF, "d" * 64, "e" * 64):
        with CaptureQueriesContext(connection) as captured:
            sign_in(owner, device)
        counts.add(len(captured))
    assert len(counts) == 1


def test_what_the_table_refuses(owner):
    sign_in(owner, LAPTOP)
    row = KnownDevice.objects.get()

    @action
    def keep(**columns):
        again = {"account": owner, "first_seen_at": time.now(), "last_seen_at": time.now(), **columns}
        KnownDevice(**again).save(force_insert=True)

    for columns in ({"digest": row.digest, "label": "x"}, {"digest": None, "label": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            keep(**columns)


def test_the_name_that_a_browser_carries_is_kept_nowhere(owner):
    """The cookie's value is random, its digest is keyed, and the notice has no address."""
    sign_in(owner, LAPTOP)
    sign_in(owner, THIEF)
    city.run_jobs()
    said = " ".join(map(str, Notice.objects.values_list("title_zh", "body_zh", "title_en", "body_en")[0]))
    assert "203.0.113" not in said
    assert not [
        one
        for one in Event.objects.order_by("id")
        if "203.0.113" in str(one.payload) or THIEF in str(one.payload)
    ]
