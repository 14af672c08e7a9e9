"""Passwords: which are taken, what is kept, that every try costs the same, and who is asked about leaked ones."""

import hashlib
import threading
import time as machine
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher

from tests import city
from tests.kernel.identities.test_factors import now_number
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions
from tongban.kernel.identities.actions import BadPassword, NotChecked, NotRemovable, WrongPassword
from tongban.kernel.identities.calc import passwords
from tongban.kernel.identities.queries import breaches
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties.models import Account
from tongban.site import environment

GOOD = "四只 purple 茶壶 in the rain"
SITE = ["东莞通办", "Tongban Services", "东莞市", "Dongguan"]


@pytest.fixture
def owner(db, clock):
    return city.account(city.person("陈晓雯"))


def set_to(account, typed, keep=""):
    return actions.set_password(typed=typed, words=SITE, keep=keep, by=city.actor(account))


def opens(account, typed):
    try:
        actions.use_password(account=account, typed=typed)
    except WrongPassword:
        return False
    return True


def again(account):
    return Account.objects.get(pk=account.pk)


class TestWhichAreTaken:
    @pytest.mark.parametrize(
        "typed",
        [
            GOOD,
            "a" * 3 + "七八九 十",  # eight signs are enough, of any kind
            "zq vu mw",
            "x7" * 64,  # the longest
            "nothing but small letters",
            "67676776767677676767",  # figures alone, few of which any number of the owner can have
        ],
    )
    def test_these(self, owner, typed):
        set_to(owner, typed)
        assert opens(again(owner), typed)

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("zq vu m", "至少 8 位"),
            ("", "至少 8 位"),
            ("x7" * 64 + "x", "最多 128 位"),
            ("ﷺ" * 8, "最多 128 位"),  # each is eighteen when it is normalised
            ("password123", "很多人在用"),
            ("PASSWORD123", "很多人在用"),
            ("ｐａｓｓｗｏｒｄ１２３", "很多人在用"),  # typed with wide forms
            ("dongguan88", "太像"),
            ("Services2026", "太像"),
        ],
    )
    def test_not_these(self, owner, typed, why):
        with pytest.raises(BadPassword) as refused:
            set_to(owner, typed)
        assert why in refused.value.sentence_zh
        assert not again(owner).has_usable_password()

    def test_not_what_is_known_of_its_owner(self, db, clock):
        person = city.person("陈晓雯", born="1990-03-07")
        account = city.account(person)
        said = [person.id_no, f"x{person.id_no[6:]}", f"{account.username}1"]
        said += [person.phone] if person.phone else []
        for typed in said:
            with pytest.raises(BadPassword, match=r"太像|too much like"):
                set_to(account, typed)

    def test_the_least_can_be_raised(self, owner, settings):
        settings.PASSWORD_LEAST = 15
        settings.AUTH_PASSWORD_VALIDATORS = [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 15},
            }
        ]
        with pytest.raises(BadPassword, match="15"):
            set_to(owner, "zq vu mw ab cd")
        set_to(owner, "zq vu mw ab cde")

    def test_a_book_is_neither_hashed_nor_normalised(self, owner, hashes, monkeypatch):
        monkeypatch.setattr(passwords, "unicodedata", None)
        with pytest.raises(BadPassword):
            set_to(owner, "x" * 1_000_000)
        assert hashes == []


class TestWhatIsKept:
    def test_a_slow_salted_hash_and_nothing_of_the_password(self, owner):
        set_to(owner, GOOD)
        first = again(owner).password
        assert first.startswith("scrypt$16384$")
        assert "$8$5$" in first
        assert len(first) <= 128
        set_to(owner, GOOD)
        assert again(owner).password != first, "another salt"
        assert GOOD not in str(list(Event.objects.values()))
        assert "scrypt" not in str(list(Event.objects.values()))
        found = list(
            Event.objects.filter(name="password.set").order_by("id").values_list("payload", flat=True)
        )
        assert found == [{"first": True}, {"first": False}]

    def test_every_keyboard_types_the_same(self, owner):
        set_to(owner, "ｃａｆé １２３ ｔｅａ")
        assert opens(again(owner), "café 123 tea")
        assert opens(again(owner), "cafe\u0301 123 tea")
        assert not opens(again(owner), "Café 123 tea")
        assert not opens(again(owner), "café 123 tea "), "blanks count"

    def test_its_owner_is_told_and_no_other_way_is_touched(self, owner):
        set_to(owner, GOOD)
        city.run_jobs()
        assert list(Notice.objects.filter(account_id=owner.pk).values_list("title_zh", flat=True)) == [
            "您的登录密码已设置或者更改"
        ]
        actions.remove_password(keep="", by=city.actor(owner))
        city.run_jobs()
        assert Notice.objects.filter(account_id=owner.pk, title_zh="您的登录密码已移除").count() == 1
        assert not opens(again(owner), GOOD)
        with pytest.raises(NotRemovable):
            actions.remove_password(keep="", by=city.actor(owner))

    def test_a_hash_of_older_parameters_is_made_anew_and_signs_nobody_out(self, owner, monkeypatch):
        set_to(owner, GOOD)
        was, held = again(owner).password, again(owner).get_session_auth_hash()
        monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2**13)
        assert not opens(again(owner), "another one")
        assert again(owner).password == was, "not by a wrong one"
        events = Event.objects.count()
        assert opens(again(owner), GOOD)
        assert again(owner).password.startswith("scrypt$8192$")
        assert opens(again(owner), GOOD)
        assert (again(owner).get_session_auth_hash(), Event.objects.count()) == (held, events)

    def test_what_is_made_anew_never_takes_the_place_of_a_newer_password(self, owner, monkeypatch):
        set_to(owner, GOOD)
        read_before = again(owner)
        set_to(owner, f"{GOOD} 2")
        monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2**13)
        assert opens(read_before, GOOD), "of two at one moment this one came a little early"
        assert [opens(again(owner), one) for one in (GOOD, f"{GOOD} 2")] == [False, True]

    def test_each_change_ends_what_sessions_hold(self, owner, clock):
        held = [again(owner).get_session_auth_hash()]
        set_to(owner, GOOD)
        held.append(again(owner).get_session_auth_hash())
        clock.move(seconds=1)
        set_to(owner, GOOD)
        held.append(again(owner).get_session_auth_hash())
        clock.move(seconds=1)
        actions.remove_password(keep="", by=city.actor(owner))
        held.append(again(owner).get_session_auth_hash())
        assert len(set(held)) == 4

    def test_a_reset_of_lost_factors_takes_the_password_too(self, db, clock):
        clerk = city.officer("clerk")
        secret = actions.new_secret()
        number = now_number(secret)
        actions.add_authenticator(
            account=clerk, secret=secret, number=number, name="手机", by=city.actor(clerk)
        )
        set_to(clerk, GOOD)
        one, two = (city.actor(city.officer("system_admin", agency="", place="")) for _ in range(2))
        asked = actions.ask_reset(account_id=clerk.pk, reason="当面核对了工作证", by=one)
        assert opens(again(clerk), GOOD)
        actions.answer_reset(reset_id=asked.pk, agreed=True, by=two)
        assert not opens(again(clerk), GOOD)


class TestTheSameWork:
    """Counted in hashes, not in seconds: how long one takes is the machine's affair."""

    def test_for_everybody_one_hash(self, owner, hashes):
        none = city.account(city.person("周敏"))
        set_to(owner, GOOD)
        hashes.clear()
        for account, typed in [
            (again(owner), GOOD),
            (again(owner), "a wrong one"),
            (again(owner), ""),
            (again(owner), "x" * 1_000_000),
            (none, GOOD),
            (none, ""),
            (None, GOOD),
            (None, "x" * 1_000_000),
        ]:
            opens(account, typed)
            assert len(hashes) == 1, (account, typed[:20])
            hashes.clear()

    def test_the_marker_for_none_is_no_password(self, owner):
        for typed in (owner.password, "!", "", owner.password[1:]):
            assert not opens(owner, typed)

    def test_the_answer_is_one(self, owner):
        said = set()
        for account in (owner, None):
            with pytest.raises(WrongPassword) as refused:
                actions.use_password(account=account, typed=GOOD)
            said.add((refused.value.sentence_zh, refused.value.todo_zh, refused.value.status))
        assert len(said) == 1


class Service(BaseHTTPRequestHandler):
    """A service that knows one leaked password, as those on the web answer."""

    asked: list[tuple[str, str]]
    answer: bytes
    status: int
    wait: float

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Add-Padding", "")))
        machine.sleep(self.wait)
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere/")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_args):
        pass


@pytest.fixture
def service(settings, monkeypatch):
    class Own(Service):
        asked, answer, status, wait = [], b"", 200, 0.0

    server = HTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.BREACHES, settings.BREACHES_URL = "range", f"http://127.0.0.1:{server.server_port}/range/"
    settings.BREACHES_DOWN = "allow"
    monkeypatch.setattr(breaches, "SECONDS", 0.3)
    yield Own
    server.shutdown()
    server.server_close()


def lines(*passwords_known, times=3, padding=40):
    rest = [
        hashlib.sha1(one.encode()).hexdigest().upper()[5:] for one in passwords_known
    ]  # as the services index
    made = [f"{n:035X}:0" for n in range(padding)]
    return "\r\n".join([*made, *(f"{one}:{times}" for one in rest)]).encode()


class TestLeakedOnes:
    def test_five_signs_of_the_digest_are_all_it_is_told(self, owner, service):
        service.answer = lines("another")
        set_to(owner, GOOD)
        digest = hashlib.sha1(GOOD.encode()).hexdigest().upper()  # as the services index
        assert service.asked == [(f"/range/{digest[:5]}", "true")]

    def test_what_it_names_is_not_taken(self, owner, service):
        service.answer = lines(GOOD)
        with pytest.raises(BadPassword, match=r"泄露|leaked"):
            set_to(owner, GOOD)
        assert not again(owner).has_usable_password()

    def test_padding_is_no_leak(self, owner, service):
        service.answer = lines(GOOD, times=0)
        set_to(owner, GOOD)

    def test_it_is_not_asked_about_what_we_know_ourselves_nor_at_sign_in(self, owner, service):
        service.answer = lines()
        for typed in ("password123", "short"):
            with pytest.raises(BadPassword):
                set_to(owner, typed)
        set_to(owner, GOOD)
        assert len(service.asked) == 1
        assert opens(again(owner), GOOD)
        assert len(service.asked) == 1

    @pytest.mark.parametrize(
        ("status", "answer", "wait"),
        [
            (500, b"", 0),
            (302, b"", 0),  # nobody is followed
            (204, b"", 0),
            (200, b"<html>sign in to the hotel's network</html>", 0),
            (200, "我".encode(), 0),
            (200, b"0" * 1_000_001, 0),
            (200, b"", 1.0),
        ],
    )
    @pytest.mark.parametrize("down", ["allow", "refuse"])
    def test_while_it_is_down_the_setting_decides(
        self, owner, service, settings, caplog, status, answer, wait, down
    ):
        service.status, service.answer, service.wait = status, answer, wait
        settings.BREACHES_DOWN = down
        caplog.set_level("WARNING", "tongban")
        if down == "allow":
            set_to(owner, GOOD)
        else:
            with pytest.raises(NotChecked) as refused:
                set_to(owner, GOOD)
            assert refused.value.status == 503
        assert again(owner).has_usable_password() == (down == "allow")
        assert len(service.asked) == 1
        assert GOOD not in caplog.text

    def test_nobody_there(self, owner, settings):
        settings.BREACHES, settings.BREACHES_URL = "range", "http://127.0.0.1:9/range/"
        settings.BREACHES_DOWN = "refuse"
        with pytest.raises(NotChecked):
            set_to(owner, GOOD)


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("TONGBAN_BREACHES", "web", "list、range"),
            ("TONGBAN_BREACHES", "range", "没有写服务地址"),
            ("TONGBAN_BREACHES_URL", "ftp://x/", "http://"),
            ("TONGBAN_BREACHES_DOWN", "maybe", "allow、refuse"),
        ],
    )
    def test_what_cannot_work_is_said_before_anything_is_served(self, monkeypatch, name, text, said):
        monkeypatch.setenv(name, text)
        with pytest.raises(environment.SettingProblem) as problem:
            environment.breaches()
        assert said in problem.value.sentence_zh

    def test_a_service(self, monkeypatch):
        monkeypatch.setenv("TONGBAN_BREACHES", "range")
        monkeypatch.setenv("TONGBAN_BREACHES_URL", "https://leaks.example/range/")
        assert environment.breaches() == ("range", "https://leaks.example/range/", "allow")
