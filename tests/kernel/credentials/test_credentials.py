"""Credentials: issued once for an effect, in force while they are, shown in full to their holder alone."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError

from tests import city
from tests.kernel.credentials.faces import FIELDS, face, issue
from tongban.foundation.ids import check_cert_identifier
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM
from tongban.kernel.credentials import actions, queries, states
from tongban.kernel.credentials.calc import masked, shown, until
from tongban.kernel.credentials.models import Credential, CredentialUse
from tongban.kernel.credentials.states import CredentialState
from tongban.kernel.events import queries as events

MONDAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)


@pytest.mark.django_db
class TestIssuing:
    """Real rows."""

    def test_a_credential_is_kept_logged_and_its_seal_counted(self, clock):
        holder = city.person()
        row = issue(face(holder))
        assert (row.state, row.issued_at, row.number) == ("valid", clock.now, "n1")
        assert check_cert_identifier(row.identifier).ok
        assert [event.name for event in events.history(row.pk)] == ["credential.issued"]
        used = events.by_name("seal.used")[0]
        assert used.payload["digest"] == row.file.sha256
        assert Credential.objects.get(pk=row.pk).fields == FIELDS

    def test_one_effect_issues_one_credential(self, clock):
        holder = city.person()
        issue(face(holder), "e")
        assert issue(face(holder, "n2"), "e") is None
        assert [row.number for row in Credential.objects.all()] == ["n1"]

    def test_two_credentials_of_a_type_never_share_a_number(self, clock):
        holder = city.person()
        issue(face(holder))
        other = replace(face(holder), identifier="other", verify_code="OTHER")
        with pytest.raises(IntegrityError, match=r"credential_number_once|UNIQUE"):
            issue(other, "e2")

    def test_a_validity_cannot_end_before_it_begins(self, clock):
        with pytest.raises(IntegrityError, match="credential_valid_dates"):
            issue(face(city.person(), valid_until=MONDAY - DAY))

    def test_serials_run_by_type_and_issuer(self):
        taken = [
            actions.take_serial(type=t, issuer=i) for t, i in [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y")]
        ]
        assert taken == [1, 2, 1, 1]

    def test_what_it_says_lies_encrypted(self, clock):
        row = issue(face(city.person()))
        raw = bytes(Credential.objects.filter(pk=row.pk).values_list("fields", flat=True)[0])
        assert "秘密".encode() not in raw


@pytest.mark.django_db
class TestReading:
    """Who sees what, with others' credentials beside."""

    def test_the_wallet_holds_mine_and_those_of_whom_i_represent(self, clock):
        me, other = city.person(), city.person()
        mine, theirs = city.organisation(me), city.organisation(other)
        own, firms = issue(face(me)), issue(face(mine, "n2", kind="organisation"))
        issue(face(other, "n3"))
        issue(face(theirs, "n4", kind="organisation"))
        assert list(queries.visible(city.actor(city.account(me)))) == [firms, own]
        assert not queries.visible(ANONYMOUS).exists()
        assert not queries.visible(city.actor(city.officer("clerk", "decider"))).exists()
        assert not queries.visible(SYSTEM).exists()

    def test_held_is_the_newest_valid_one_of_each_type(self, clock):
        me, other = city.person(), city.person()
        issue(face(me))
        newer = issue(face(me, "n2"))
        issue(face(me, "n3", type="expired-type", valid_until=MONDAY))
        issue(face(me, "n4", type="future-type", valid_from=MONDAY + 3 * DAY))
        revoked = issue(face(me, "n5", type="revoked-type"))
        actions.revoke(credential=revoked, by=SYSTEM)
        issue(face(other, "n6", type="anothers-type"))
        assert queries.held([me.pk], MONDAY).keys() == {"food-business-licence", "expired-type"}
        assert queries.held([me.pk], MONDAY + DAY) == {"food-business-licence": newer}
        assert queries.held([me.pk], MONDAY + 3 * DAY).keys() == {"food-business-licence", "future-type"}
        assert queries.held([], MONDAY) == {}

    def test_a_credential_is_found_by_code_digest_identifier_and_case(self, clock):
        row = issue(face(city.person()))
        issue(face(city.person(), "n2"))
        code = row.verify_code
        assert queries.by_code(f" {code[:4].lower()}-{code[4:]} ") == row
        assert queries.by_code("") is None
        assert queries.by_code("????") is None
        assert queries.by_identifier(row.identifier) == row
        assert queries.by_digest("0" * 64) is None
        assert queries.by_digest(row.file.sha256) is not None
        assert queries.of_case(row.case_id) == row
        assert queries.of_case(uuid.uuid4()) is None

    @pytest.mark.parametrize(("days", "state"), [(0, "valid"), (9, "valid"), (10, "valid"), (11, "expired")])
    def test_a_credential_expires_after_its_last_day(self, clock, days, state):
        row = issue(face(city.person(), valid_until=MONDAY + 10 * DAY))
        assert queries.state_on(row, MONDAY + days * DAY) == state

    def test_a_revoked_credential_stays_revoked_past_its_last_day(self, clock):
        row = issue(face(city.person(), valid_until=MONDAY))
        actions.revoke(credential=row, by=SYSTEM, state=CredentialState.SUSPENDED)
        assert queries.state_on(row, MONDAY + DAY) == CredentialState.SUSPENDED
        assert queries.state_on(issue(face(city.person(), "n2")), dt.date(2999, 1, 1)) == "valid"
        assert events.history(row.pk)[-1].payload == {"state": "suspended"}

    def test_every_look_stands_in_the_ledger(self, clock):
        row, case = issue(face(city.person())), uuid.uuid4()
        actions.log_use(credential=row, purpose="x" * 300, by=ANONYMOUS)
        actions.log_use(credential=row, purpose="食品经营许可", by=SYSTEM, case_id=case)
        uses = list(CredentialUse.objects.filter(credential=row).order_by("id"))
        assert [(len(use.purpose), use.case_id) for use in uses] == [(200, None), (6, case)]
        assert [event.payload["purpose"] for event in events.history(row.pk)[1:]] == ["check", "case"]


@pytest.mark.parametrize(
    ("start", "valid", "end"),
    [
        ("2026-03-02", {"years": 5}, "2031-03-01"),
        ("2024-02-29", {"years": 4}, "2028-02-28"),
        ("2024-02-29", {"years": 1}, "2025-02-28"),
        ("2026-03-01", {"years": 2}, "2028-02-29"),
        ("2026-03-02", {"days": 90}, "2026-05-30"),
        ("2026-03-02", {"days": 1}, "2026-03-02"),
        ("2026-03-02", {"forever": True}, None),
    ],
)
def test_the_last_day_of_a_validity(start, valid, end):
    last = until(dt.date.fromisoformat(start), valid)
    assert (last.isoformat() if last else None) == end


@pytest.mark.parametrize(
    ("value", "options", "kind", "text"),
    [
        (True, None, "", "是"),
        (False, None, "", "否"),
        (["hot", "cold", "x"], {"hot": "热食", "cold": "冷食"}, "", "热食、冷食、x"),
        ("hot", {"hot": "热食"}, "choice", "热食"),
        (123450, None, "money", "1,234.50 元"),
        ("2026-03-02", None, "date", "2026 年 3 月 2 日"),
        (42, None, "", "42"),
    ],
)
def test_values_as_they_are_printed(value, options, kind, text):
    assert shown(value, options, kind) == text


def test_a_stranger_sees_no_personal_value():
    values = {
        "name": "陈晓雯",
        "id": "441900199003070018",
        "old_id": "441900900307001",
        "phone": "13800138000",
        "address": "大朗镇美景中路 88 号",
    }
    fields = [
        {"id": key, "label": {}, "value": value, "privacy": "personal"} for key, value in values.items()
    ]
    seen = {field["id"]: field["value"] for field in masked([*fields, *FIELDS[1:]])}
    assert seen.keys() == {*values, "scope"}
    assert seen["scope"] == "餐饮"
    for key, value in values.items():
        assert seen[key] != value
        assert "*" in seen[key]
    assert seen["address"].startswith("大朗镇*")


def test_every_state_has_its_code_in_the_ministry_interface():
    assert {str(state): code for state, code in states.STATE_CODES.items()} == {
        "valid": "01",
        "suspended": "02",
        "revoked": "03",
        "cancelled": "04",
        "expired": "05",
        "moved": "06",
        "forfeited": "07",
    }
    assert set(states.STATE_CODES) == set(CredentialState)
