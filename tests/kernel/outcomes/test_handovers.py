"""Results on paper: chosen by the applicant, collected against receipt, posted, come back; the clock ends with receipt."""

import pytest

from tests import city
from tests.kernel.cases.filling import draft, filed
from tests.kernel.cases.stages import Office, office
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.documents.models import Letter
from tongban.kernel.events.models import Event, Job
from tongban.kernel.events.tasks import run_daily
from tongban.kernel.notices.models import Notice
from tongban.kernel.outcomes import actions, queries
from tongban.kernel.outcomes.actions.handovers import BadChoice, NotHandedOver
from tongban.kernel.outcomes.models import Handover
from tongban.kernel.outcomes.queries import NoSuchHandover, letter_content
from tongban.kernel.outcomes.queries.couriers import REFUSED, SENT_BACK, UNREACHABLE, FakeCourier
from tongban.kernel.outcomes.tasks import handovers
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db
TO = {"recipient": "陈晓雯", "phone": "13800138000"}
HALL = {**TO, "way": "collect", "hall": "hall-dalang"}
HOME = {**TO, "way": "post", "address": "大朗镇美景中路 88 号"}


def decided(of: Office, *, deny: bool = False, **choice: str) -> Case:
    """A renewal that was decided, with this way of delivery."""
    case, of.applicant = filed("labour-dispatch-renewal", {})
    if choice:
        actions.choose_delivery(case_id=case.pk, by=of.applicant, **choice)
    cases.accept(case_id=case.pk, by=of.clerk)
    cases.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
    if deny:
        cases.deny(case_id=case.pk, reasons="不符合条件", by=of.decider)
    else:
        cases.grant(case_id=case.pk, by=of.decider)
    city.run_jobs()
    return city.again(case)


def row_of(case: Case) -> Handover:
    return Handover.objects.get(case=case)


def night(clock, days: int = 1) -> None:
    for _ in range(days):
        clock.move(days=1)
        run_daily(clock.now.date())
        city.run_jobs()


def test_without_a_choice_the_result_is_delivered_at_once(clock):
    case = decided(office())
    assert case.state == CaseState.CLOSED
    lines = letter_content(case, "delivery_receipt", {})[1]["lines"]
    assert {"label": "送达方式", "value": "电子送达（存入“我的证照”和办件页面）"} in lines


def test_collected_at_the_counter_against_receipt(clock):
    of = office()
    case = decided(of, **HALL)
    row = row_of(case)
    assert (case.state, row.state) == (CaseState.GRANTED, "ready")
    assert credentials.of_case(case.pk) is not None, "the electronic one works at once"
    delivery = deadlines.clock(case.pk, ClockKind.DELIVERY)
    assert (delivery.value, delivery.stopped) == (10, False)
    assert "大朗镇政务服务中心" in Notice.objects.get(title_zh__startswith="可以领取了").body_zh
    clock.move(days=2)
    actions.hand_out(handover_id=row.pk, name="李明", relation="agent", identity="mandate", by=of.clerk)
    city.run_jobs()
    case, row = city.again(case), row_of(case)
    assert (case.state, row.state) == (CaseState.CLOSED, "received")
    assert (row.received_by, row.relation, row.identity, row.handed_by) == (
        "李明",
        "agent",
        "mandate",
        of.clerk.account_id,
    )
    delivery = deadlines.clock(case.pk, ClockKind.DELIVERY)
    assert delivery.stopped
    letter = Letter.objects.get(about_id=case.pk, kind="delivery_receipt")
    assert letter is not None
    lines = {one["label"]: one["value"] for one in letter_content(case, "delivery_receipt", {})[1]["lines"]}
    assert (lines["收件人"], lines["领取人"], lines["送达时间"]) == ("李明", "代领人", "2026-03-04 09:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"relation": "friend"},
        {"identity": "look"},
        {"relation": "agent"},  # with the card of the applicant
        {"identity": "mandate"},  # for themselves
    ],
    ids=str,
)
def test_a_receipt_that_is_not_complete_hands_nothing_out(clock, wrong):
    of = office()
    case = decided(of, **HALL)
    given = {"name": "陈晓雯", "relation": "self", "identity": "id_card", **wrong}
    with pytest.raises(NotHandedOver):
        actions.hand_out(handover_id=row_of(case).pk, by=of.clerk, **given)
    assert city.again(case).state == CaseState.GRANTED


def test_it_is_handed_out_once(clock):
    of = office()
    case = decided(of, **HALL)
    given = {"name": "陈晓雯", "relation": "self", "identity": "id_card"}
    actions.hand_out(handover_id=row_of(case).pk, by=of.clerk, **given)
    with pytest.raises(NotHandedOver):
        actions.hand_out(handover_id=row_of(case).pk, by=of.clerk, **given)


def test_posted_and_followed_to_the_door(clock):
    of = office()
    case = decided(of, **HOME)
    parcel = actions.post(handover_id=row_of(case).pk, by=of.clerk)
    assert row_of(case).state == "sending"
    city.run_jobs()
    parcel.refresh_from_db()
    assert parcel.waybill.startswith("DEMO20260302D")
    assert row_of(case).state == "sent"
    night(clock)
    assert [one["zh"] for one in queries.parcel(parcel.pk).track] == ["【演示】快递员已收件"]
    assert city.again(case).state == CaseState.GRANTED, "posted is not received"
    assert not deadlines.clock(case.pk, ClockKind.DELIVERY).stopped
    night(clock, 3)
    assert (city.again(case).state, row_of(case).received_by) == (CaseState.CLOSED, "本人签收")
    assert deadlines.clock(case.pk, ClockKind.DELIVERY).stopped
    lines = {
        one["label"]: one["value"]
        for one in letter_content(city.again(case), "delivery_receipt", {})[1]["lines"]
    }
    assert lines["运单号"] == parcel.waybill


def test_what_comes_back_is_posted_again_or_collected(clock):
    of = office()
    case = decided(of, **{**HOME, "address": f"示例路 1 号{SENT_BACK}"})
    actions.post(handover_id=row_of(case).pk, by=of.clerk)
    city.run_jobs()
    night(clock, 4)
    assert (city.again(case).state, row_of(case).state) == (CaseState.GRANTED, "returned")
    assert Notice.objects.filter(title_zh__startswith="邮件被退回").count() == 1
    actions.choose_delivery(case_id=case.pk, by=of.applicant, **HOME)
    assert row_of(case).state == "ready"
    second = actions.post(handover_id=row_of(case).pk, by=of.clerk)
    city.run_jobs()
    assert queries.parcel(second.pk).waybill != queries.parcels_of(row_of(case))[1].waybill
    night(clock, 4)
    assert city.again(case).state == CaseState.CLOSED


def test_an_address_that_the_courier_refuses(clock):
    of = office()
    case = decided(of, **{**HOME, "address": f"示例路 1 号{REFUSED}"})
    actions.post(handover_id=row_of(case).pk, by=of.clerk)
    city.run_jobs()
    assert row_of(case).state == "returned"
    assert "不揽收" in queries.parcels_of(row_of(case))[0].failure
    actions.hand_out(
        handover_id=row_of(case).pk, name="陈晓雯", relation="self", identity="id_card", by=of.clerk
    )
    city.run_jobs()
    assert city.again(case).state == CaseState.CLOSED


def test_a_courier_that_does_not_answer_is_asked_again(clock, monkeypatch):
    of = office()
    case = decided(of, **{**HOME, "address": f"示例路 1 号{UNREACHABLE}"})
    actions.post(handover_id=row_of(case).pk, by=of.clerk)
    city.run_jobs()
    assert row_of(case).state == "sending"
    assert Job.objects.filter(
        handler__contains="parcel_handed_in", done_at__isnull=True, tries__gt=0
    ).exists()
    monkeypatch.setattr(FakeCourier, "hand_in", lambda self, **rest: "DEMO20260302D0000000001")
    clock.move(hours=1)
    city.run_jobs()
    assert row_of(case).state == "sent"


def test_looking_twice_changes_nothing(clock):
    of = office()
    case = decided(of, **HOME)
    parcel = actions.post(handover_id=row_of(case).pk, by=of.clerk)
    city.run_jobs()
    night(clock, 4)
    before = Event.objects.count()
    handovers.catch_up()
    actions.parcel_taken(parcel_id=parcel.pk, waybill="X")
    actions.parcel_refused(parcel_id=parcel.pk, why="x")
    actions.lay_ready(case_id=case.pk)
    assert Event.objects.count() == before


def test_a_denial_is_handed_over_the_same_way(clock):
    of = office()
    case = decided(of, deny=True, **HALL)
    assert (case.state, row_of(case).state) == (CaseState.DENIED, "ready")


def test_what_can_be_chosen_and_until_when(clock):
    of = office()
    case, by = draft("labour-dispatch-renewal", {})
    for wrong in (
        {**HALL, "hall": "nowhere"},
        {**HOME, "address": ""},
        {**HOME, "recipient": ""},
        {**TO, "way": "pigeon"},
    ):
        with pytest.raises(BadChoice):
            actions.choose_delivery(case_id=case.pk, by=by, **wrong)
    actions.choose_delivery(case_id=case.pk, by=by, **HALL)
    actions.choose_delivery(case_id=case.pk, by=by, way="")
    assert queries.handover_of(case) is None
    other, _ = city.food()
    with pytest.raises(NoSuchCase):
        actions.choose_delivery(case_id=other.pk, by=by, **HALL)
    done = decided(of, **HOME)
    actions.post(handover_id=row_of(done).pk, by=of.clerk)
    with pytest.raises(BadChoice):
        actions.choose_delivery(case_id=done.pk, by=of.applicant, **HALL)


def test_who_changes_to_electronic_alone_has_received_it(clock):
    of = office()
    case = decided(of, **HALL)
    actions.choose_delivery(case_id=case.pk, by=of.applicant, way="")
    city.run_jobs()
    assert city.again(case).state == CaseState.CLOSED


def test_an_item_without_paper_offers_none(clock):
    case, by = city.food()
    with pytest.raises(BadChoice):
        actions.choose_delivery(case_id=case.pk, by=by, **HALL)


def test_only_the_counter_where_it_lies_hands_it_out(clock):
    of = office()
    case = decided(of, **HALL)
    id = row_of(case).pk
    here = city.actor(city.officer("clerk", agency="human-resources", place=city.town()))
    assert queries.handover_for(here, id).pk == id
    assert queries.handover_counts(here) == {"collect": 1, "post": 0, "returned": 0, "moving": 0}
    for role, agency, place in (
        ("clerk", "human-resources", city.town(city.HUMEN)),
        ("clerk", "market-regulation", city.town()),
        ("reviewer", "human-resources", city.town()),
    ):
        stranger = city.actor(city.officer(role, agency=agency, place=place))
        with pytest.raises(NoSuchHandover):
            queries.handover_for(stranger, id)
        assert sum(queries.handover_counts(stranger).values()) == 0


class TestPages:
    """Of the applicant and of the clerk."""

    def test_the_applicant_chooses_and_follows(self, clock):
        of = office()
        case, by = draft("labour-dispatch-renewal", {})
        own = city.signed_in(parties.account(by.account_id))
        assert "电子送达" in own.get(f"/applications/{case.pk}/check/").content.decode()
        page = own.get(f"/cases/{case.pk}/delivery/").content.decode()
        assert "邮寄" in page
        assert own.post(f"/cases/{case.pk}/delivery/", {"way": "post", **TO}).status_code == 422
        answer = own.post(f"/cases/{case.pk}/delivery/", HOME)
        assert answer.url == f"/applications/{case.pk}/check/"
        cases.submit(case_id=case.pk, by=by)
        assert "更改领取方式" in own.get(f"/cases/{case.pk}/").content.decode()
        cases.accept(case_id=case.pk, by=of.clerk)
        cases.complete_step(case_id=case.pk, opinion="符合", by=of.reviewer)
        cases.grant(case_id=case.pk, by=of.decider)
        city.run_jobs()
        actions.post(handover_id=row_of(case).pk, by=of.clerk)
        city.run_jobs()
        night(clock)
        page = own.get(f"/cases/{case.pk}/").content.decode()
        assert "快递员已收件" in page
        assert "更改领取方式" not in page
        assert "演示快递（虚构，不寄送）" in page

    def test_the_clerk_hands_out(self, clock):
        of = office()
        case = decided(of, **HALL)
        account = city.officer("clerk", agency="human-resources", place=city.town())
        desk, id = city.signed_in(account), row_of(case).pk
        page = desk.get("/desk/handovers/").content.decode()
        assert f"/desk/handovers/{id}/" in page
        assert desk.get(f"/desk/handovers/{id}/").status_code == 200
        wrong = desk.post(f"/desk/handovers/{id}/out/", {"name": "陈晓雯", "relation": "self"})
        assert wrong.status_code == 409
        given = {"name": "陈晓雯", "relation": "self", "identity": "id_card"}
        assert desk.post(f"/desk/handovers/{id}/out/", given).status_code == 302
        assert "送达回证" in desk.get(f"/desk/handovers/{id}/?done=hand_out").content.decode()
        assert "没有要发放的结果" in desk.get("/desk/handovers/").content.decode()

    def test_the_clerk_posts(self, clock):
        of = office()
        case = decided(of, **HOME)
        desk = city.signed_in(city.officer("clerk", agency="human-resources", place=city.CITY))
        id = row_of(case).pk
        assert f"/desk/handovers/{id}/" in desk.get("/desk/handovers/?list=post").content.decode()
        assert desk.post(f"/desk/handovers/{id}/post/").status_code == 302
        city.run_jobs()
        assert "DEMO" in desk.get(f"/desk/handovers/{id}/").content.decode()
        assert desk.post(f"/desk/handovers/{id}/post/").status_code == 409
        assert f"/desk/handovers/{id}/" in desk.get("/desk/handovers/?list=moving").content.decode()
        citizen = city.signed_in(city.account(city.person()))
        assert citizen.get(f"/desk/handovers/{id}/").status_code == 404
