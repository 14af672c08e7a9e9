"""Keys, databases and settings of an installation; who is acting in a request."""

import json
import os
import stat
import uuid
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests import city
from tongban.kernel.access.calc import ANONYMOUS
from tongban.kernel.cases.queries.reading import no_such_case
from tongban.kernel.parties.calc.limits import DEFAULTS, Limit, eased
from tongban.kernel.parties.states import Scope
from tongban.site import environment, keys
from tongban.site.databases import databases
from tongban.site.middleware import ActorMiddleware, ProblemMiddleware
from tongban.site.sign_in import CodeBackend


class TestKeys:
    """Secrets on disk."""

    def test_they_are_made_once_and_only_their_owner_reads_them(self, tmp_path):
        secret, ring = keys.secret_key(tmp_path), keys.key_ring(tmp_path)
        assert keys.secret_key(tmp_path) == secret
        assert keys.key_ring(tmp_path).keys == ring.keys
        assert len(secret) > 60
        for path in (tmp_path / "keys").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
        assert {path.name for path in (tmp_path / "keys").iterdir()} == {"secret.txt", "ring.json"}

    def test_who_comes_second_takes_what_the_first_wrote(self, tmp_path):
        assert keys._write_once(tmp_path / "k", "first") == "first"
        assert keys._write_once(tmp_path / "k", "second") == "first"

    def test_a_ring_with_several_keys_is_read_as_it_stands(self, tmp_path):
        old = keys.key_ring(tmp_path)
        sealed = old.encrypt("x", "p")
        path = tmp_path / "keys" / "ring.json"
        data = json.loads(path.read_text())
        data["keys"]["2"], data["current"] = data["keys"]["1"][::-1].replace("=", "A")[:43] + "=", 2
        path.write_text(json.dumps(data))
        ring = keys.key_ring(tmp_path)
        assert (ring.current, set(ring.keys)) == (2, {1, 2})
        assert ring.decrypt(sealed, "p") == "x"
        assert ring.encrypt("x", "p")[1] == 2


class TestDatabases:
    """Addresses."""

    def test_sqlite_in_the_var_folder(self, tmp_path):
        (one,) = databases("", tmp_path).values()
        assert one["ENGINE"].endswith("sqlite3")
        assert one["NAME"] == str(tmp_path / "tongban.sqlite3")
        assert one["OPTIONS"]["transaction_mode"] == "IMMEDIATE"

    def test_sqlite_elsewhere(self, tmp_path):
        (one,) = databases("sqlite:////data/x.sqlite3", tmp_path).values()
        assert one["NAME"] == "/data/x.sqlite3"

    @pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
    def test_postgresql(self, scheme):
        (one,) = databases(f"{scheme}://us%40er:p%3Aw@db.example:5433/city", Path()).values()
        assert one["ENGINE"].endswith("postgresql")
        found = {key: one[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        assert found == {
            "NAME": "city",
            "USER": "us@er",
            "PASSWORD": "p:w",
            "HOST": "db.example",
            "PORT": "5433",
        }

    def test_postgresql_without_port_and_password(self):
        (one,) = databases("postgresql://city@db/city", Path()).values()
        assert (one["PORT"], one["PASSWORD"]) == ("", "")

    @pytest.mark.parametrize(("prepared", "after"), [(True, 2), (False, None)])
    def test_statements_kept_by_the_server(self, prepared, after):
        (one,) = databases("postgresql://city@db/city", Path(), prepared=prepared).values()
        assert one["OPTIONS"]["prepare_threshold"] == after


class TestEnvironment:
    """Settings from the environment."""

    @pytest.mark.parametrize(
        ("text", "on"), [("1", True), ("true", True), ("Yes", True), ("0", False), ("", False)]
    )
    def test_flags(self, monkeypatch, text, on):
        monkeypatch.setenv("TONGBAN_DEBUG", text)
        assert environment.flag("TONGBAN_DEBUG") is on

    def test_numbers(self, monkeypatch):
        assert environment.whole("TONGBAN_PORT") == 8000
        monkeypatch.setenv("TONGBAN_PORT", "eight")
        with pytest.raises(environment.SettingProblem, match="must be a whole number"):
            environment.whole("TONGBAN_PORT")

    def test_limits_on_signing_in(self, monkeypatch):
        monkeypatch.setenv("TONGBAN_DEMO", "0")
        monkeypatch.setenv("TONGBAN_SIGN_IN_LIMITS", "ask.place=7/60")
        assert environment.sign_in_limits() == {**DEFAULTS, Scope.ASK_PLACE: Limit(7, 60)}
        monkeypatch.setenv("TONGBAN_DEMO", "1")
        monkeypatch.delenv("TONGBAN_SIGN_IN_LIMITS")
        assert environment.sign_in_limits() == eased(DEFAULTS, 20)
        monkeypatch.setenv("TONGBAN_SIGN_IN_LIMITS", "ask.place=7/60 ask.plaice=1/2")
        with pytest.raises(environment.SettingProblem, match="which cannot be read"):
            environment.sign_in_limits()

    def test_unknown_settings_are_a_mistake_in_the_program(self):
        with pytest.raises(KeyError):
            environment.value("TONGBAN_COLOUR")

    def test_the_pack(self, monkeypatch, tmp_path):
        assert environment.pack_folder().name == "dongguan"
        monkeypatch.setenv("TONGBAN_PACK", str(tmp_path))
        assert environment.pack_folder() == tmp_path
        monkeypatch.delenv("TONGBAN_PACK")
        monkeypatch.setattr(environment, "ROOT", tmp_path)
        (tmp_path / "packs").mkdir()
        with pytest.raises(environment.SettingProblem, match="0 packs"):
            environment.pack_folder()

    def test_the_var_folder_is_its_owners(self, monkeypatch, tmp_path):
        monkeypatch.setenv("TONGBAN_VAR", str(tmp_path / "a" / "b"))
        folder = environment.var_folder()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert os.access(folder, os.W_OK)


@pytest.mark.django_db
class TestActors:
    """Who is acting."""

    def acting(self, account=None, acting_for=None):
        request = RequestFactory().get("/")
        request.user = account or type("Nobody", (), {"is_authenticated": False})()
        request.session = {"acting_for": str(acting_for.pk)} if acting_for else {}
        ActorMiddleware(lambda request: HttpResponse())(request)
        return request.actor

    def test_nobody(self):
        assert self.acting() is ANONYMOUS

    def test_a_citizen_for_themself_for_their_firm_and_for_anothers(self, clock):
        person = city.person()
        mine, foreign = city.organisation(person), city.organisation(city.person())
        account = city.account(person)
        assert self.acting(account).organisation_id is None
        assert self.acting(account, mine).organisation_id == mine.pk
        assert self.acting(account, foreign).organisation_id is None

    def test_the_backend_signs_nobody_in_and_knows_only_active_accounts(self, clock):
        account = city.account(city.person())
        assert CodeBackend().authenticate(None, username=account.username, password="x") is None
        assert CodeBackend().get_user(account.pk) == account
        assert CodeBackend().get_user(uuid.uuid4()) is None


class TestProblems:
    """Foreseen failures."""

    def answer(self, path: str, error: Exception):
        request = RequestFactory().get(path)
        return ProblemMiddleware(lambda request: HttpResponse()).process_exception(request, error)

    def test_programs_get_json(self):
        response = self.answer("/api/cases/1/", no_such_case())
        assert response.status_code == 404
        error = json.loads(response.content)["error"]
        assert error["code"] == "case.unknown"
        assert set(error) == {"code", "sentence", "todo", "about"}

    def test_faults_of_ours_stay_faults(self):
        assert self.answer("/", RuntimeError()) is None
