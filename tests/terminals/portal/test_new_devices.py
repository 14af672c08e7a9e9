"""Who signs in on a device that was not used before is told of it; which ones were used stands on the page of security."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.identities.test_passwords import GOOD, set_to
from tests.terminals.portal.test_passkeys import Passkey, add, asked
from tests.terminals.portal.test_passkeys import sign_in as by_passkey
from tests.terminals.portal.test_passwords import enter
from tests.terminals.portal.test_scanning import TAKEN, answer, shown
from tests.terminals.portal.test_signing import sign_in
from tongban.foundation import time
from tongban.kernel.identities import actions
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import KnownDevice
from tongban.kernel.notices.models import Notice
from tongban.site import environment
from tongban.terminals.portal.devices import COOKIE

pytestmark = pytest.mark.django_db
PAGE = "/me/security/"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120"


@pytest.fixture
def tell(settings):
    """Let what follows happen; how often the owner has been told by now."""

    def now(account):
        settings.DEMO = False  # a demonstration tells once a day, and shows the codes that these tests type
        city.run_jobs()
        settings.DEMO = True
        return Notice.objects.filter(account_id=account.pk, about_kind="signin").count()

    return now


@pytest.fixture
def phone(resident):
    """A browser in which the resident has signed in by code: the account's first device."""
    client = Client(HTTP_USER_AGENT="iPhone Safari/1")
    sign_in(client, resident)
    return client


def out_and_in(client, account):
    client.post("/sign-out/")
    return sign_in(client, account)


def test_the_first_device_and_a_known_one_are_no_news(resident, phone, tell):
    for _ in range(3):
        out_and_in(phone, resident)
    assert tell(resident) == 0
    assert KnownDevice.objects.count() == 1


def test_another_browser_is_told_by_its_code(resident, phone, tell, read):
    other = Client(HTTP_USER_AGENT=EDGE)
    sign_in(other, resident)
    assert tell(resident) == 1
    inbox = read(phone.get("/inbox/"))
    assert "您的账号在新设备上登录了：3月2日 09:00，Windows · Edge" in inbox
    assert "登录方式：验证码" in inbox
    assert re.search(rf'<h2 class="notice-title"><a href="{PAGE}">', phone.get("/inbox/").content.decode())
    out_and_in(other, resident)
    assert tell(resident) == 1, "it is known from now on"


def test_by_password_by_passkey_and_by_scanning(resident, phone, tell):
    set_to(resident, GOOD)
    key = Passkey()
    phone.post("/sign-out/")
    sign_in(phone, resident)
    add(phone, key)
    enter(Client(), resident.username)
    assert tell(resident) == 1
    client = Client()
    by_passkey(client, key.signed(asked(client), resident.pk.bytes))
    assert tell(resident) == 2
    screen = Client()
    answer(phone, shown(screen))
    assert screen.post(TAKEN, HTTP_HX_REQUEST="true").status_code == 200
    assert tell(resident) == 3
    assert screen.cookies[COOKIE].value
    said = Notice.objects.filter(about_kind="signin").order_by("id").values_list("body_zh", flat=True)
    assert [one.split("。")[0] for one in said] == [
        "登录方式：密码",
        "登录方式：通行密钥",
        "登录方式：手机扫码",
    ]


def test_an_officer_is_told_too_and_half_way_in_nobody_is(tell):
    clerk = city.officer("clerk")
    secret = actions.new_secret()
    number = totp.number(secret, totp.step_at(time.wall_clock().timestamp()))
    actions.add_authenticator(account=clerk, secret=secret, number=number, name="手机", by=city.actor(clerk))

    def enters(client):
        assert sign_in(client, clerk).url == "/sign-in/second/"
        assert tell(clerk) == before
        shown_ = re.search(r'class="num">(\d{6})<', client.get("/sign-in/second/").content.decode()).group(1)
        assert client.post("/sign-in/second/", {"code": shown_}).url == "/desk/"

    before = 0
    desk = Client()
    enters(desk)
    assert tell(clerk) == 0
    enters(Client())
    assert tell(clerk) == 1
    assert "登录方式：验证码、动态码" in desk.get("/inbox/").content.decode()


def test_an_account_of_the_lowest_level_reads_it_too(tell):
    account = city.account(city.person("林志豪"), level=1)
    own = Client()
    for client in (own, Client()):
        sign_in(client, account)
    assert tell(account) == 1
    assert "您的账号在新设备上登录了" in own.get("/inbox/").content.decode()


def test_accounts_of_one_browser_have_each_their_own(resident, phone, tell):
    child = city.account(city.person("陈小雯"))
    phone.post("/sign-out/")
    sign_in(phone, child)
    sign_in(Client(), child)
    out_and_in(phone, resident)
    assert (tell(resident), tell(child)) == (0, 1)
    digests = set(KnownDevice.objects.order_by("id").values_list("digest", flat=True))
    assert len(digests) == 3, "two accounts of one browser have nothing in common"
    device = phone.cookies[COOKIE].value
    assert not [one for one in digests if one in device]


def test_a_made_up_cookie_and_one_of_somebody_else_are_new(resident, phone, tell):
    for value in ("x", phone.cookies[COOKIE].value[:-2] + "xx"):
        thief = Client()
        thief.cookies[COOKIE] = value
        sign_in(thief, resident)
    other = Client()
    sign_in(other, city.account(city.person("周敏")))
    out_and_in(other, resident)
    assert tell(resident) == 3


def test_the_mark_of_a_shared_computer_silences_nothing_outside_the_halls(resident, phone, tell, settings):
    def hall(address):
        client = Client(REMOTE_ADDR=address)
        client.post("/ui/preferences/", {"device": "shared", "next": "/"})
        sign_in(client, resident)
        assert not client.cookies.get(COOKIE) or not client.cookies[COOKIE].value
        return tell(resident)

    assert hall("10.20.3.4") == 1, "no network is set: the mark is the browser's own word"
    settings.HALL_NETWORKS = [environment.ip_network("10.20.0.0/16"), environment.ip_network("2001:db8::/48")]
    assert hall("10.20.3.4") == 1
    assert hall("2001:db8::77") == 1
    assert hall("10.21.3.4") == 2
    assert hall("2001:db9::77") == 3
    assert hall("nowhere") == 4
    own = Client(REMOTE_ADDR="10.20.3.4")
    sign_in(own, resident)
    assert tell(resident) == 5, "a device of one's own in a hall is a new one"
    assert KnownDevice.objects.filter(account=resident).count() == 2


class TestThePage:
    def test_it_lists_ones_own_and_marks_this_one(self, resident, phone, read):
        sign_in(Client(HTTP_USER_AGENT=EDGE), resident)
        sign_in(Client(HTTP_USER_AGENT="Android Firefox/1"), city.account(city.person("周敏")))
        part = read(phone.get(PAGE)).split('id="known-title"')[1].split("</section>")[0]
        assert re.findall(r"<b>(.*?)</b>( <span.*?本机)?", part.replace("\n", "")) == [
            ("Windows · Edge", ""),
            ("iPhone · Safari", re.search(r" <span.*?本机", part).group()),
        ]

    def test_one_is_forgotten_and_told_again(self, resident, phone, tell):
        other = Client()
        sign_in(other, resident)
        row = KnownDevice.objects.order_by("-id").first()
        assert phone.post(f"{PAGE}devices/{row.pk}/forget/").url == f"{PAGE}#known"
        assert other.get("/wallet/").status_code == 200, "its session goes on"
        assert phone.post(f"{PAGE}devices/{row.pk}/forget/").status_code == 404
        out_and_in(other, resident)
        assert tell(resident) == 2

    def test_all_are_forgotten_and_whoever_comes_next_is_told(self, resident, phone, tell, read):
        sign_in(Client(), resident)
        assert phone.post(f"{PAGE}devices/forget/").url == f"{PAGE}#known"
        assert "还没有。" in read(phone.get(PAGE))
        out_and_in(phone, resident)
        assert tell(resident) == 2

    def test_nobody_forgets_what_is_another_ones(self, resident, phone, stranger):
        row = KnownDevice.objects.get()
        assert stranger.post(f"{PAGE}devices/{row.pk}/forget/").status_code == 404
        stranger.post(f"{PAGE}devices/forget/")
        assert KnownDevice.objects.get().digest == row.digest
        assert Client().post(f"{PAGE}devices/{row.pk}/forget/").status_code == 302
        assert stranger.get(f"{PAGE}devices/forget/").status_code == 405

    def test_all_other_sessions_end_at_once(self, resident, phone, stranger):
        lost = [city.signed_in(resident) for _ in range(2)]
        assert phone.post(f"{PAGE}sessions/end/").url == f"{PAGE}#open"
        assert [one.get("/wallet/").status_code for one in (*lost, phone, stranger)] == [302, 302, 200, 200]
        assert "结束其他所有登录" not in phone.get(PAGE).content.decode()

    def test_the_number_of_queries_does_not_grow(self, resident, phone):
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                phone.get(PAGE)
            counts.append(len(captured))
            for _more in range(2):
                sign_in(Client(), resident)
        assert counts[0] == counts[1]


def test_networks_of_halls_are_read_or_refused(monkeypatch):
    assert environment.hall_networks() == []
    monkeypatch.setenv("TONGBAN_HALL_NETWORKS", "10.20.0.0/16 2001:db8::/48")
    assert [str(one) for one in environment.hall_networks()] == ["10.20.0.0/16", "2001:db8::/48"]
    for wrong in ("10.20.0.1/16", "halls"):
        monkeypatch.setenv("TONGBAN_HALL_NETWORKS", wrong)
        with pytest.raises(environment.SettingProblem, match="cannot be read"):
            environment.hall_networks()
