"""Lines of the log: JSON objects that say which request, which route and which account, and nothing of what was typed."""

import io
import json
import logging
import re
import sys
from datetime import datetime
from uuid import UUID

import pytest
from django.http import HttpResponse

from tests import city
from tongban.foundation.ids import make_resident_id
from tongban.site import environment, logs
from tongban.site.environment import SettingProblem

NUMBER = make_resident_id("44190019510117123")


@pytest.fixture
def lines(settings):
    """What was logged, as objects."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    text, handler = io.StringIO(), logging.StreamHandler()
    handler.setStream(text)
    handler.setFormatter(logs.Structured())
    loggers = [logging.getLogger(name) for name in ("tongban", "django.request")]
    for one in loggers:
        one.addHandler(handler)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    for one in loggers:
        one.removeHandler(handler)


def written(message: str, *args: object, trace: bool = False) -> str:
    info = sys.exc_info() if trace else None
    return logs.Structured().format(
        logging.LogRecord("tongban.x", logging.WARNING, __file__, 1, message, args, info)
    )


class TestLines:
    def test_an_object_with_its_time_in_utc(self):
        said = json.loads(written("job %s failed", 7))
        assert set(said) == {"time", "level", "logger", "message"}
        assert (said["level"], said["logger"], said["message"]) == ("WARNING", "tongban.x", "job 7 failed")
        assert datetime.fromisoformat(said["time"]).utcoffset().total_seconds() == 0

    @pytest.mark.parametrize(
        "typed", ["a\nERROR forged", 'a", "level": "ERROR', "a\r\n\u2028b", "\x1b[31mred"]
    )
    def test_what_somebody_else_wrote_stays_within_its_string(self, typed):
        line = written("%s", typed)
        assert len(line.splitlines()) == 1 or "\u2028" in line
        assert "\n" not in line
        assert "\x1b" not in line
        said = json.loads(line)
        assert (said["message"], said["level"]) == (typed, "WARNING")

    def test_numbers_of_people_are_hidden_in_message_and_trace(self):
        try:
            raise ValueError(f"no person {NUMBER}")
        except ValueError:
            line = written("of %s", NUMBER, trace=True)
        said = json.loads(line)
        assert NUMBER not in line
        assert said["message"] == "of [18]"
        assert "ValueError: no person [18]" in said["trace"]


@pytest.mark.django_db
class TestRequests:
    def test_a_refusal_says_who_asked_where(self, lines):
        account = city.account(city.person())
        answer = city.signed_in(account).get(f"/cases/{UUID(int=7)}/?q=secret")
        assert answer.status_code == 404
        assert re.fullmatch(r"[0-9a-f]{10}", answer[logs.HEADER])
        found = [one for one in lines() if one.get("request") == answer[logs.HEADER]]
        assert found
        for one in found:
            assert (one["account"], one["method"]) == (str(account.pk), "GET")
            assert one["route"] == "case"
            assert "secret" not in json.dumps(one)

    def test_a_stranger_has_no_account_and_each_request_its_own_number(self, client, lines):
        answers = [client.get("/nowhere/%0aERROR/") for _ in range(2)]
        first, second = [one for one in lines() if one["logger"] == "django.request"]
        assert [one[logs.HEADER] for one in answers] == [first["request"], second["request"]]
        assert first["request"] != second["request"]
        assert (first["status"], "account" in first, "route" in first) == (404, False, False)

    def test_a_fault_of_ours_is_found_by_the_number_on_the_page(self, client, lines, monkeypatch):
        client.raise_request_exception = False

        def broken(*args: object, **kwargs: object) -> HttpResponse:
            raise RuntimeError(f"of {NUMBER}")

        monkeypatch.setattr("tongban.terminals.portal.views.home.render", broken)
        answer = client.get("/")
        assert answer.status_code == 500
        (line,) = [one for one in lines() if "trace" in one]
        assert f"<code>{line['request']}</code>" in answer.content.decode()
        assert "RuntimeError: of [18]" in line["trace"]


@pytest.mark.parametrize(
    ("asked", "demo", "found"),
    [("", "1", "plain"), ("", "0", "json"), ("json", "1", "json"), ("plain", "0", "plain")],
)
def test_plain_where_a_person_reads_them(monkeypatch, asked, demo, found):
    monkeypatch.setenv("TONGBAN_LOGS", asked)
    monkeypatch.setenv("TONGBAN_DEMO", demo)
    assert environment.logs() == found


def test_another_word_is_refused(monkeypatch):
    monkeypatch.setenv("TONGBAN_LOGS", "xml")
    with pytest.raises(SettingProblem, match="json, plain"):
        environment.logs()
