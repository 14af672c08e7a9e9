"""A pool is shared once, among all claims of its window, to the fen; whoever fits no longer leaves their part to the others."""

import uuid
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.modules.claims.claiming import FITS, claimer, end_notice, in_notice, learn, office
from tests.modules.policies.awarding import LISTED, again, titles
from tests.terminals.console.filling import body
from tongban.foundation import time
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions as cases
from tongban.kernel.ledger.models import Payout
from tongban.kernel.notices.queries import inbox
from tongban.kernel.records.actions import action
from tongban.modules.claims import actions
from tongban.modules.claims.actions.checking import NotNow
from tongban.modules.claims.models import Claim, PoolCut
from tongban.modules.claims.queries import pools
from tongban.modules.claims.rules import NoSuchClaim
from tongban.modules.policies.calc.lists import in_reach

pytestmark = pytest.mark.django_db
ITEM, EDITION = "road-to-water-freight", "2026"
TONNE = 800  # fen by the edition
NAME = "陆改水货运补助"
OVER = "2026-11-02T09:00"  # the first working day after the window


def shipper(tonnes, **facts):
    return claimer(org__customs_declarations=42, org__freight_water_tonnes=tonnes, **facts)


@pytest.fixture
def port(books):
    """The commerce bureau; its pool is 100,000.01 yuan."""
    return office(agency="commerce", fund="water-freight-2026", fen=10_000_001)


def approved(port, clock, *tonnes):
    """Firms whose claims of so many tonnes are approved, and the claims."""
    firms = [shipper(one) for one in tonnes]
    rows = [in_notice(one, port, ITEM) for one in firms]
    end_notice(rows[-1], clock)
    for one, row, many in zip(firms, rows, tonnes, strict=True):
        known = {name.replace(".", "__"): value for name, value in (LISTED | FITS).items()}
        learn(one, **known, org__customs_declarations=42, org__freight_water_tonnes=many)
        cases.grant(case_id=row.case_id, by=port.decider)
    city.run_jobs()
    return firms, [again(row) for row in rows]


def share(port):
    cut = actions.share_pool(item=ITEM, edition=EDITION, by=port.decider)
    city.run_jobs()
    return cut


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=12),
    st.integers(0, 10**10),
)
def test_everybody_gets_the_same_part_to_the_fen(approved_fen, free):
    line = uuid.UUID(int=9)
    wanted = [(uuid.UUID(int=100 + n), {line: fen}) for n, fen in enumerate(approved_fen)]
    given_to = in_reach(wanted, {line: free}, "pro_rata")
    got = [given_to.get(one, {}).get(line, 0) for one, _parts in wanted]
    total = sum(approved_fen)
    assert sum(got) == min(free, total)
    for fen, part in zip(approved_fen, got, strict=True):
        assert abs(Fraction(part) - Fraction(fen * min(free, total), total)) < 1


def never_changed(cut):
    """Neither by anybody, nor more than there was."""
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: PoolCut.objects.filter(pk=cut.pk).update(many=2))()
    fields = {"many": 1, "approved_fen": 5, "shared_by": cut.shared_by, "shared_at": time.now()}
    with pytest.raises(DatabaseError), transaction.atomic():
        action(
            PoolCut(
                item="x", edition="1", window_until=cut.window_until, free_fen=9, given_fen=6, **fields
            ).save
        )()


def test_shared_once_among_all_of_the_window(port, clock):
    firms, rows = approved(port, clock, 10_000, 5_000, 5_000)
    assert {(row.state, row.payout_id, row.granted_fen) for row in rows} == {("pooled", None, None)}
    assert [row.fen for row in rows] == [8_000_000, 4_000_000, 4_000_000]
    assert port.money.balances() == (10_000_001, 0, 0, 0), "nothing is set aside before the window is over"
    assert f"已核定：{NAME}" in titles(firms[0])
    with pytest.raises(NotNow, match="2026-10-31"):
        share(port)
    clock.to(OVER)
    cut = share(port)
    got = [again(row) for row in rows]
    assert [row.granted_fen for row in got] == [5_000_001, 2_500_000, 2_500_000], (
        "the odd fen: largest remainder"
    )
    assert {row.state for row in got} == {"granted"}
    assert {row.pool_id for row in got} == {cut.pk}
    assert (cut.many, cut.approved_fen, cut.free_fen, cut.given_fen) == (
        3,
        16_000_000,
        10_000_001,
        10_000_001,
    )
    assert port.money.balances() == (0, 0, 10_000_001, 0)
    assert Payout.objects.count() == 3
    last = inbox(firms[1].by).order_by("id").last()
    assert last.title_zh == f"资金池已分配：{NAME}"
    assert "3 笔申报核定合计 160,000 元，分配 100,000.01 元。您核定 40,000 元，分得 25,000 元" in last.body_zh
    with pytest.raises(NoSuchClaim):
        share(port)
    batch = actions.order(claim_ids=[row.pk for row in rows], treasury="file", by=port.money.payer)
    port.money.send(batch)
    assert {again(row).state for row in rows} == {"paid"}
    never_changed(cut)


def test_who_fits_no_longer_leaves_their_part_to_the_others(port, clock):
    firms, rows = approved(port, clock, 10_000, 10_000)
    clock.to(OVER)
    learn(firms[0], org__dishonest=True)
    cut = share(port)
    assert [again(row).state for row in rows] == ["removed", "granted"]
    assert (cut.many, again(rows[1]).granted_fen) == (1, 8_000_000), "enough for all gives all"


def test_not_before_every_claim_is_decided(port, clock):
    _firms, rows = approved(port, clock, 10_000)
    late = in_notice(shipper(3_000), port, ITEM)
    clock.to(OVER)
    with pytest.raises(NotNow, match="1 claims are not decided"):
        share(port)
    one = pools.waiting(port.decider)
    assert [(w.item, w.approved, w.open, w.fen, w.free, w.permille) for w in one] == [
        (ITEM, 1, 1, 8_000_000, 10_000_001, 1000)
    ]
    city.run_jobs()
    actions.take_off(claim_id=late.pk, reason="核实后不符", by=port.reviewer)
    share(port)
    assert again(rows[0]).state == "granted"


def whose_business_it_is(port):
    """Of nobody who only reviews, decides for another agency, or only for a town."""
    with pytest.raises(NotAllowed):
        actions.share_pool(item=ITEM, edition=EDITION, by=port.reviewer)
    other = city.officer("claim_decider", agency="industry", place=city.CITY)
    town = city.officer("claim_decider", agency="commerce", place=city.town(city.HUMEN))
    for stranger in (other, town):
        with pytest.raises(NoSuchClaim):
            actions.share_pool(item=ITEM, edition=EDITION, by=city.actor(stranger))
        browser = city.signed_in(stranger)
        assert "pools-title" not in body(browser.get("/desk/claims/"))
        assert browser.post("/desk/claims/share/", {"item": ITEM, "edition": EDITION}).status_code == 404
    assert not PoolCut.objects.exists()


def test_pages_of_the_officer_and_of_the_firm(port, clock):
    officer = city.signed_in(city.officer("claim_decider", agency="commerce", place=city.CITY))
    firms, rows = approved(port, clock, 10_000)

    def asked():
        officer.get("/desk/claims/")
        with CaptureQueriesContext(connection) as found:
            page = body(officer.get("/desk/claims/"))
        return len(found), page

    one, page = asked()
    assert "已核定 1 笔，合计 8 万元" in page
    assert "期满后分配" in page
    more, others = approved(port, clock, 10_000, 10_000)
    three, page = asked()
    assert three == one
    assert "已核定 3 笔，合计 24 万元" in page
    assert "41.6 %" in page
    own = city.signed_in(firms[0].account)
    assert "按资金池统一分配" in body(own.get(f"/policies/claims/{rows[0].pk}/"))
    early = officer.post("/desk/claims/share/", {"item": ITEM, "edition": EDITION})
    assert "窗口到 2026-10-31 才结束" in body(early, 409)
    clock.to(OVER)
    whose_business_it_is(port)
    assert officer.post("/desk/claims/share/", {"item": ITEM, "edition": EDITION}).status_code == 302
    assert {again(row).state for row in (*rows, *others)} == {"granted"}
    assert "统一分配：全部 3 笔核定合计 24 万元" in body(own.get(f"/policies/claims/{rows[0].pk}/"))
    assert city.signed_in(more[0].account).get(f"/policies/claims/{rows[0].pk}/").status_code == 404
    assert Claim.objects.filter(pool__isnull=False).count() == 3


def test_a_claim_decided_after_the_cut_finds_no_pool(port, clock):
    approved(port, clock, 10_000)
    clock.to(OVER)
    share(port)
    clock.to("2026-10-20T09:00")
    late = in_notice(shipper(3_000), port, ITEM)
    clock.move(days=(late.notice_until - time.today()).days + 1)
    for step in late_steps(late):
        cases.let_silence_speak(step_id=step)
    with pytest.raises(NotNow, match="shared already"):
        cases.grant(case_id=late.case_id, by=port.decider)


def late_steps(claim):
    from tongban.kernel.cases.models import CaseStep

    return list(CaseStep.objects.filter(case_id=claim.case_id, state="open").values_list("pk", flat=True))
