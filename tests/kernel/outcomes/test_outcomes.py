"""What follows a submission and a decision: rules on the spot, papers with seals, credentials, organisations."""

import pytest

from tests import city
from tests.kernel.cases.stages import at, calls, office, ready_to_decide, supplement_asked
from tongban.foundation.ids import check_cert_identifier, check_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential, CredentialUse
from tongban.kernel.documents import queries as documents
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Job
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.models import Organisation
from tongban.kernel.records.actions import action
from tongban.kernel.seals import queries as seals
from tongban.kernel.seals.states import SealVerdict
from tongban.site.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def of(clock):
    """The office."""
    return office()


def run() -> None:
    """Run every job; none may fail."""
    city.run_jobs()
    assert list(Job.objects.exclude(error="").values_list("handler", "error")) == []


def letters(case) -> list[str]:
    """The kinds of letters about a case, each sealed, whole and found by its code."""
    rows = documents.letters_about(case.pk)
    for row in rows:
        verdict = seals.verify_pdf(documents.content(row.file))
        assert (verdict.verdict, verdict.whole) == (SealVerdict.VALID, True)
        assert documents.letter_by_code(row.verify_code) == row
        assert row.sealed_by == case.agency
    return sorted(row.kind for row in rows)


def notices(case) -> list[str]:
    """The notices about a case, in order, without the item's name."""
    rows = Notice.objects.filter(about_id=case.pk).order_by("id")
    assert {row.account_id for row in rows} <= {case.account_id}
    return sorted(row.title_zh.split("：")[0] for row in rows)


def insured(**facts):
    """A person and a complete draft of a certificate of social insurance: (case, actor)."""
    by = city.actor(city.account(city.person(**facts)))
    situation = {"purpose": "school"}
    return actions.open_draft(item_code="social-insurance-proof", by=by, situation=situation), by


class TestOnTheSpot:
    """Instant items."""

    def test_a_rule_that_says_yes_decides(self, clock):
        draft, by = insured(social_insurance__status="paying", social_insurance__paid_months=88)
        actions.submit(case_id=draft.pk, by=by)
        run()
        case = city.again(draft)
        assert (case.state, case.closing_code, case.accepted_by, case.decided_by) == (
            "closed",
            "0",
            None,
            None,
        )
        assert letters(case) == ["receipt"]
        assert notices(case) == ["已办好", "已受理", "已收到"]
        credential = credentials.of_case(case.pk)
        assert credential.valid_until.isoformat() == "2026-05-30"
        assert list(credentials.visible(by)) == [credential]
        assert [
            e.actor_kind for e in events.history(case.pk) if e.name in ("case.accepted", "case.granted")
        ] == [
            "system",
            "system",
        ]

    @pytest.mark.parametrize(
        "facts", [{"paid_months": 0}, {}], ids=["the rule says no", "the rule needs data"]
    )
    def test_otherwise_a_person_looks_at_it(self, clock, facts):
        draft, by = insured(
            social_insurance__status="paying", **{f"social_insurance__{key}": v for key, v in facts.items()}
        )
        actions.save(case_id=draft.pk, by=by, answers={"paid_months": 12})
        actions.submit(case_id=draft.pk, by=by)
        if not facts:  # the applicant's word alone decides nothing
            assert city.again(draft).sources["paid_months"] == {"source": "self"}
        run()
        case = city.again(draft)
        assert (case.state, case.waiting_for) == ("submitted", "case.accept")
        assert credentials.of_case(case.pk) is None
        assert letters(case) == ["receipt"]

    def test_a_promised_item_is_never_decided_by_itself(self, of):
        case = at(CaseState.SUBMITTED, of)
        assert actions.grant_by_rule(case_id=case.pk).state == "submitted"
        run()
        assert city.again(case).state == "submitted"


def test_a_grant_becomes_a_sealed_licence_in_the_wallet(of):
    case = ready_to_decide(of)
    actions.grant(case_id=case.pk, by=of.decider)
    run()
    case = city.again(case)
    assert case.state == "closed"
    assert letters(case) == ["acceptance", "delivery_receipt", "grant", "receipt"]
    assert notices(case) == ["已办好", "已受理", "已收到"]
    row = credentials.of_case(case.pk)
    assert (row.type, row.holder_kind, row.holder_id, row.valid_until.isoformat()) == (
        "food-business-licence",
        "organisation",
        case.organisation_id,
        "2031-03-01",
    )
    assert check_cert_identifier(row.identifier).ok
    assert seals.verify_pdf(documents.content(row.file)).verdict == SealVerdict.VALID
    assert credentials.by_code(row.verify_code) == row
    assert list(credentials.visible(of.applicant)) == [row]
    used = [event.payload["digest"] for event in events.by_name("seal.used")]
    assert set(used) == {
        row.file.sha256,
        *(letter.file.sha256 for letter in documents.letters_about(case.pk)),
    }


def test_running_every_job_again_changes_nothing(of):
    case = ready_to_decide(of)
    actions.grant(case_id=case.pk, by=of.decider)
    run()
    rows = [documents.letters_about(case.pk), list(Credential.objects.all()), list(Notice.objects.all())]
    action(Job.objects.update)(done_at=None)
    run()
    assert [
        documents.letters_about(case.pk),
        list(Credential.objects.all()),
        list(Notice.objects.all()),
    ] == rows
    assert city.again(case).state == "closed"


@pytest.mark.parametrize(
    ("state", "kinds", "told"),
    [
        (
            CaseState.DENIED,
            ["acceptance", "delivery_receipt", "deny", "receipt"],
            ["不予许可", "已办好", "已受理", "已收到"],
        ),
        (CaseState.REFUSED, ["non_acceptance", "receipt"], ["不予受理", "已收到"]),
        (CaseState.WITHDRAWN, ["receipt", "withdrawal"], ["已收到"]),
        (CaseState.SUBMITTED, ["receipt"], ["已收到"]),
    ],
)
def test_letters_of_the_other_ends(of, state, kinds, told):
    case = at(state, of)
    run()
    assert letters(case) == kinds
    assert notices(case) == sorted(told)
    assert credentials.of_case(case.pk) is None
    assert city.again(case).state == ("closed" if state == CaseState.DENIED else state)


def test_a_supplement_has_its_letter_and_notice(of):
    case = supplement_asked(of)
    run()
    assert letters(case) == ["receipt", "supplement"]
    assert notices(case) == ["已收到", "请补正"]


def test_an_allowance_prints_its_amount(of):
    case = at(CaseState.GRANTED, of)
    run()
    row = credentials.of_case(case.pk)
    amounts = [field["value"] for field in row.fields if "100.00" in str(field["value"])]
    assert len(amounts) == 1
    assert row.holder_name == "何秀珍"
    assert row.holder_kind == "person"


SHOP = {
    "has_name": True,
    "shop_name": "大朗小满小吃店",
    "shop_place": city.DALANG,
    "shop_address": "大朗镇美景中路 88 号",
    "trade": "catering",
    "scope": "餐饮服务",
    "staff": 2,
}


class TestSoleTrader:
    """A licence that brings an organisation into being, and what it is then good for."""

    @pytest.fixture
    def licence(self, of):
        person = city.person("李小满")
        of.applicant = city.actor(city.account(person))
        situation = {"form": "individual", "place": "shop"}
        draft = actions.open_draft(item_code="sole-trader", by=of.applicant, situation=situation)
        actions.save(case_id=draft.pk, by=of.applicant, answers=SHOP, signed=["place"])
        actions.submit(case_id=draft.pk, by=of.applicant)
        for verb in (Verb.ACCEPT, Verb.GRANT):
            calls(draft, of)[verb]()
        run()
        return credentials.of_case(draft.pk)

    def test_the_grant_registers_the_trader_and_its_owner_may_act_for_it(self, licence, of):
        organisation = Organisation.objects.get()
        assert (organisation.name, organisation.uscc, organisation.kind, organisation.place_path) == (
            "大朗小满小吃店",
            licence.number,
            "sole_trader",
            city.town(),
        )
        assert check_uscc(licence.number).ok
        assert (licence.holder_kind, licence.holder_id, licence.valid_until) == (
            "organisation",
            organisation.pk,
            None,
        )
        account = party_queries.account(of.applicant.account_id)
        assert city.actor(account, organisation).organisation_id == organisation.pk
        facts = party_queries.profile(None, organisation.pk, licence.valid_from).values()
        assert facts == {
            "org.kind": "sole_trader",
            "org.status": "active",
            "org.address": "大朗镇美景中路 88 号",
            "org.place": city.DALANG,
            "org.legal_rep": "李小满",
            "org.legal_rep_id_no": party_queries.person(of.applicant.person_id).id_no,
            "org.business_scope": "餐饮服务",
            "org.established_on": "2026-03-02",
            "org.name": "大朗小满小吃店",
            "org.uscc": licence.number,
        }

    def test_the_licence_is_reused_by_the_next_application(self, licence, of):
        organisation = Organisation.objects.get()
        by = city.actor(party_queries.account(of.applicant.account_id), organisation)
        parties.learn(
            subject_kind="organisation",
            subject_id=organisation.pk,
            facts={"org.staff_health_checked": True},
            source="health",
            by=SYSTEM,
        )
        draft = actions.open_draft(
            item_code="food-licence", by=by, situation={"business": "catering", "commitment": "no"}
        )
        actions.save(case_id=draft.pk, by=by, answers=city.FOOD_ANSWERS, signed=["safety_rules"])
        actions.add_material(case_id=draft.pk, material="layout", file=city.letter_pdf(), by=by)
        case = actions.submit(case_id=draft.pk, by=by)
        rows = {row.material: row for row in queries.materials_of(case)}
        used = rows["business_licence"]
        assert (used.waived, used.credential, used.grade, used.digest) == (
            "credential",
            licence,
            "A",
            licence.file.sha256,
        )
        assert {row.material for row in rows.values() if row.file_id} == {"layout"}
        (use,) = CredentialUse.objects.all()
        assert (use.credential, use.case_id, use.used_by) == (licence, case.pk, by.account_id)
        assert case.applicant_name == "大朗小满小吃店"


def test_a_mixed_run_keeps_every_invariant(of, clock):
    for state in CaseState:
        at(state, of)
        clock.move(hours=7)
    supplement_asked(of)
    ready_to_decide(of)
    draft, by = insured(social_insurance__status="paying", social_insurance__paid_months=1)
    actions.submit(case_id=draft.pk, by=by)
    run()
    assert {name: check() for name, (_, check) in INVARIANTS.items()} == {name: [] for name in INVARIANTS}
    assert Case.objects.exclude(state="draft").count() == 15
