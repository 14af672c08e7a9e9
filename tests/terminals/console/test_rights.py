"""The pages of the three administrators: each opens only their own, and what is done there holds at the next click."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.access.models import Grant
from tongban.kernel.access.states import ROLES
from tongban.kernel.events.models import Event
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.models import FactorReset
from tongban.kernel.parties.models import Account
from tongban.terminals.portal import entering

pytestmark = pytest.mark.django_db
ADMINS = ("system_admin", "security_admin", "audit_admin")
OF = {
    "system_admin": ("/console/officers/", "/console/officers/new/"),
    "security_admin": ("/console/grants/",),
    "audit_admin": ("/console/audit/", "/console/audit/rights/", "/console/audit/emergencies/"),
}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Monday, 2 March 2026, 9:00."""
    return clock


def admin(role: str, name: str = "练志安"):
    return city.signed_in(city.officer(role, agency="", place="", name=name))


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("path", [path for paths in OF.values() for path in paths])
@pytest.mark.parametrize("role", [*ADMINS, "bureau", "clerk", "supervisor"])
def test_each_opens_only_their_own(role, path):
    expected = 200 if path in OF.get(role, ()) else 404
    assert admin(role).get(path).status_code == expected


def test_each_begins_at_their_own_page():
    assert {role: entering._OFFICES[one] for role in ADMINS for one in ROLES[role].permissions} == {
        "system_admin": "console-officers",
        "security_admin": "console-grants",
        "audit_admin": "console-audit",
    }


@pytest.mark.parametrize("role", ADMINS)
def test_none_of_them_comes_near_a_case(role):
    case = city.allowance()
    client = admin(role)
    for path in ("/desk/", f"/desk/cases/{case.pk}/", f"/desk/cases/{case.pk}/recusal/", "/desk/emergency/"):
        assert client.get(path).status_code == 404
    listed = client.get(f"/desk/cases/{case.pk}/seen/")
    assert listed.status_code == (200 if role == "audit_admin" else 404)
    assert case.applicant_name not in text(listed)


class TestAccounts:
    """The system administrator."""

    def test_an_account_is_opened_without_any_right(self):
        client = admin("system_admin")
        answer = client.post(
            "/console/officers/new/", {"username": "ma-li", "name": "马丽", "agency": "housing"}
        )
        row = Account.objects.get(username="ma-li")
        assert answer["Location"] == f"/console/officers/{row.pk}/?done=opened"
        assert (row.agency, row.display_name, city.actor(row).grants) == ("housing", "马丽", ())
        assert "账号已开通" in text(client.get(answer["Location"]))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"username": "Ma"},
            {"username": "taken-name"},
            {"name": " "},
            {"agency": "nowhere"},
            {"agency": ""},
        ],
    )
    def test_what_cannot_be_is_refused(self, wrong):
        client = admin("system_admin")
        client.post("/console/officers/new/", {"username": "taken-name", "name": "马丽", "agency": "housing"})
        before = Account.objects.count()
        form = {"username": "ma-li", "name": "马丽", "agency": "housing", **wrong}
        assert client.post("/console/officers/new/", form).status_code == 422
        assert Account.objects.count() == before

    def test_a_closed_account_is_out_at_the_next_click(self):
        case, account = city.allowance(), city.officer("clerk", name="罗倩")
        inside, client = city.signed_in(account), admin("system_admin")
        assert inside.get(f"/desk/cases/{case.pk}/").status_code == 200
        assert client.post(f"/console/officers/{account.pk}/act/", {"what": "close"}).status_code == 302
        refused = inside.get(f"/desk/cases/{case.pk}/")
        assert (refused.status_code, refused["Location"].startswith("/sign-in/")) == (302, True)
        assert identities.open_sessions(account.pk) == 0
        client.post(f"/console/officers/{account.pk}/act/", {"what": "open"})
        assert city.signed_in(account).get(f"/desk/cases/{case.pk}/").status_code == 200

    def test_nobody_closes_themself_or_a_citizen(self):
        of = city.officer("system_admin", agency="", place="")
        client = city.signed_in(of)
        assert client.post(f"/console/officers/{of.pk}/act/", {"what": "close"}).status_code == 422
        citizen = city.account(city.person())
        assert client.get(f"/console/officers/{citizen.pk}/").status_code == 404
        with pytest.raises(AssertionError):
            assert client.post(f"/console/officers/{citizen.pk}/act/", {"what": "close"}).status_code == 302
        citizen.refresh_from_db()
        assert citizen.is_active

    def test_a_lost_factor_is_reset_by_two(self):
        account = city.officer("clerk", name="罗倩")
        inside, first, second = (
            city.signed_in(account),
            admin("system_admin"),
            admin("system_admin", "车晓岚"),
        )
        own = f"/console/officers/{account.pk}/act/"
        assert first.post(own, {"what": "ask", "reason": " "}).status_code == 422
        first.post(own, {"what": "ask", "reason": "本人带工作证到场"})
        assert first.post(own, {"what": "agree"}).status_code == 422
        assert inside.get("/desk/").status_code == 200
        assert "本人带工作证到场" in text(second.get(f"/console/officers/{account.pk}/"))
        assert second.post(own, {"what": "agree"}).status_code == 302
        assert inside.get("/desk/").status_code == 302
        assert (FactorReset.objects.get().done, identities.kinds(account.pk)) == (True, set())

    def test_or_refused_by_the_second(self):
        account = city.officer("clerk")
        own = f"/console/officers/{account.pk}/act/"
        admin("system_admin").post(own, {"what": "ask", "reason": "本人带工作证到场"})
        admin("system_admin", "车晓岚").post(own, {"what": "refuse"})
        assert FactorReset.objects.get().done is False


class TestRights:
    """The security administrator."""

    def form(self, **other):
        return {"role": "clerk", "agency": "civil-affairs", "place": city.town(), "items": "", **other}

    def test_a_right_given_holds_and_ended_is_gone_at_the_next_click(self):
        case, account = city.allowance(), city.officer(name="罗倩")
        inside, client = city.signed_in(account), admin("security_admin")
        page = f"/desk/cases/{case.pk}/"
        assert inside.get(page).status_code == 404
        answer = client.post(f"/console/grants/officers/{account.pk}/give/", self.form())
        assert answer["Location"].endswith("?done=given")
        assert inside.get(page).status_code == 200
        row = Grant.objects.get(account_id=account.pk)
        client.post(f"/console/grants/{row.pk}/act/", {"what": "end"})
        assert inside.get(page).status_code == 404
        assert inside.post(f"{page}accept/").status_code == 404

    def test_power_over_seals_waits_for_another(self):
        account, first, second = city.officer(), admin("security_admin"), admin("security_admin", "冼丽娟")
        answer = first.post(f"/console/grants/officers/{account.pk}/give/", self.form(role="decider"))
        assert answer["Location"].endswith("?done=waits")
        assert city.actor(account).grants == ()
        row = Grant.objects.get(account_id=account.pk)
        assert first.post(f"/console/grants/{row.pk}/act/", {"what": "confirm"}).status_code == 422
        assert "等第二人确认" in text(second.get("/console/grants/"))
        second.post(f"/console/grants/{row.pk}/act/", {"what": "confirm"})
        assert [one.role for one in city.actor(account).grants] == ["decider"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"role": "emperor"},
            {"role": "recused"},
            {"agency": "nowhere"},
            {"place": "441900/1/"},
            {"items": "food;"},
            {"starts_on": "soon"},
            {"ends_on": "2026-02-01"},
        ],
    )
    def test_what_cannot_be_is_refused(self, wrong):
        account = city.officer()
        answer = admin("security_admin").post(
            f"/console/grants/officers/{account.pk}/give/", self.form(**wrong)
        )
        assert answer.status_code in (400, 422)
        assert not Grant.objects.filter(account_id=account.pk).exists()

    def test_sides_do_not_mix_and_the_page_says_so(self):
        account = city.officer("clerk")
        answer = admin("security_admin").post(
            f"/console/grants/officers/{account.pk}/give/", self.form(role="audit_admin", agency="", place="")
        )
        assert (answer.status_code, "要由不同的人担任" in text(answer)) == (409, True)

    def test_days_and_a_smaller_place_by_its_code(self):
        account = city.officer()
        admin("security_admin").post(
            f"/console/grants/officers/{account.pk}/give/",
            self.form(place=city.HUMEN, items="food-licence, old-age-allowance", ends_on="2026-03-31"),
        )
        row = Grant.objects.get(account_id=account.pk)
        assert (row.place_path, row.items) == (city.town(city.HUMEN), ["food-licence", "old-age-allowance"])
        assert (str(row.starts_on), str(row.ends_on)) == ("2026-03-02", "2026-03-31")

    def test_what_does_not_exist(self):
        client = admin("security_admin")
        for path in (
            f"/console/grants/officers/{uuid.uuid4()}/give/",
            f"/console/grants/{uuid.uuid4()}/act/",
        ):
            assert client.post(path, self.form()).status_code == 404
        assert client.get(f"/console/grants/officers/{city.account(city.person()).pk}/").status_code == 404


class TestRecord:
    """The audit administrator."""

    def test_by_account_event_and_day(self, standing_clock):
        case, account = city.allowance(), city.officer("clerk", name="罗倩")
        city.signed_in(account).post(f"/desk/cases/{case.pk}/accept/")
        client = admin("audit_admin")
        own = f"/console/audit/?who={account.username}"
        assert "case.accepted" in text(client.get(own))
        assert "case.submitted" not in re.findall(r"<small>([\w.]+)</small>", text(client.get(own)))
        found = re.findall(r"<small>([\w.]+)</small>", text(client.get(f"{own}&name=case.accepted")))
        assert found == ["case.accepted"]
        for day, many in (("2026-03-01", 0), ("2026-03-02", 1)):
            page = text(client.get(f"{own}&name=case.accepted&from={day}&to={day}"))
            assert len(re.findall(r"<small>case.accepted</small>", page)) == many
        assert "没有这个账号" in text(client.get("/console/audit/?who=nobody-here"))

    def test_no_name_of_a_citizen_comes_out(self):
        city.allowance("何秀珍")
        client = admin("audit_admin")
        assert "何秀珍" not in text(client.get("/console/audit/"))
        table = client.post("/console/audit/export/", {})
        assert "何秀珍" not in text(table)

    def test_page_by_page(self):
        for _ in range(30):
            city.officer("clerk")
        client, seen, path = admin("audit_admin"), [], "/console/audit/"
        for _ in range(4):
            page = text(client.get(path))
            seen += re.findall(r"<code>\w+ ([0-9a-f-]{36})</code>", page)
            more = re.search(r'href="(\?[^"]*before=[^"]+)"', page)
            if more is None:
                break
            path = f"/console/audit/{more[1].replace('&amp;', '&')}"
        assert len(seen) > 60
        newest = list(Event.objects.order_by("-id").values_list("subject_id", flat=True)[: len(seen)])
        assert seen[50:] == [str(one) for one in newest[50:]]

    def test_an_export_is_an_event_itself(self):
        client = admin("audit_admin")
        answer = client.post("/console/audit/export/", {"name": "grant.made"})
        lines = text(answer).splitlines()
        event = Event.objects.filter(name="audit.exported").get()
        assert event.payload == {"name": "grant.made", "lines": len(lines) - 1}
        assert client.get("/console/audit/export/").status_code == 405

    def test_who_held_what_on_a_day(self, standing_clock):
        account, security = city.officer("clerk", name="罗倩"), admin("security_admin")
        row = Grant.objects.get(account_id=account.pk)
        standing_clock.move(days=3)
        security.post(f"/console/grants/{row.pk}/act/", {"what": "end"})
        client = admin("audit_admin")
        for day, held in (
            ("2026-03-01", False),
            ("2026-03-02", True),
            ("2026-03-05", True),
            ("2026-03-06", False),
        ):
            page = text(client.get(f"/console/audit/rights/?who={account.pk}&day={day}"))
            assert ("窗口受理" in page) is held, day

    def test_it_writes_nothing(self):
        """Every address that the audit administrator's right opens takes GET only, but for the export."""
        from tests import crawling

        opened = [
            one.name for one in crawling.routes() if one.right and "audit.view" in one.right.permissions
        ]
        assert sorted(opened) == [
            "console-audit",
            "console-audit-export",
            "console-audit-glasses",
            "console-audit-rights",
            "desk-case-seen",
            "desk-red-list",  # of all staff
            "desk-seen",
        ]
        client, case = admin("audit_admin"), city.allowance()
        for path in (
            *OF["audit_admin"],
            f"/desk/cases/{case.pk}/seen/",
            "/desk/seen/",
            "/desk/supervision/red/",
        ):
            assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", [paths[0] for paths in OF.values()])
def test_lists_take_the_same_queries_for_one_and_three(path):
    client = admin(next(role for role, paths in OF.items() if path in paths))

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(path).status_code == 200
        return len(found)

    city.officer("clerk")
    asked()
    one = asked()
    for _ in range(3):
        city.officer("clerk", "reviewer")
    assert asked() == one
