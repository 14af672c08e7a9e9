"""Who keeps away from a case and who looks into one in an emergency: denied in the query, granted in the query, over by itself."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.cases.stages import office
from tongban.foundation import time
from tongban.kernel.access import actions as access
from tongban.kernel.access import queries as grants
from tongban.kernel.access.actions import GrantNotPossible
from tongban.kernel.access.models import GlassReview, Grant
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions, queries, rules
from tongban.kernel.cases.models import WorkItem
from tongban.kernel.cases.queries import Listing, NoSuchCase
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
WHY = "申请人是我的近亲属"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Monday, 2 March 2026, 9:00."""
    return clock


def clerk(name: str = "罗倩", *roles: str):
    return city.officer(*(roles or ("clerk",)), name=name)


def sees(account, case) -> set[str]:
    """By which ways an officer comes upon a case: the page, the list of all, the search, the queue, each verb."""
    by, today = city.actor(account), time.today()
    ways = {
        "page": rules.visible(by).filter(pk=case.pk).exists(),
        "desk": queries.desk(by).filter(pk=case.pk).exists(),
        "all": case.pk in [one.pk for one in queries.listed(by, Listing(mine=False), today, 0, 50)],
        "mine": case.pk in [one.pk for one in queries.listed(by, Listing(mine=True), today, 0, 50)],
        "queue": queries.queue(by).filter(pk=case.pk).exists(),
        "search": queries.find(by, case.short_no).exists(),
        "accept": rules.visible(by, "accept").filter(pk=case.pk).exists(),
        "work": queries.work_for(by).filter(case=case).exists(),
    }
    return {name for name, seen in ways.items() if seen}


EVERYTHING = {"page", "desk", "all", "mine", "queue", "search", "accept", "work"}


class TestRecusal:
    """公务员法 art. 76, 77."""

    def test_an_officer_keeps_away_from_one_case(self):
        case, other = city.allowance(), city.allowance("周玉兰", born="1941-06-02")
        account, colleague = clerk(), clerk("邓宇")
        assert sees(account, case) == sees(colleague, case) == EVERYTHING
        actions.recuse(case_id=case.pk, scope="case", reason=WHY, by=city.actor(account))
        assert sees(account, case) == set()
        assert sees(account, other) == sees(colleague, case) == EVERYTHING
        with pytest.raises(NoSuchCase):
            actions.accept(case_id=case.pk, by=city.actor(account))
        actions.accept(case_id=case.pk, by=city.actor(colleague))

    def test_or_from_all_of_an_applicant(self):
        case, other = city.allowance(), city.allowance("周玉兰", born="1941-06-02")
        account = clerk()
        actions.recuse(case_id=case.pk, scope="applicant", reason=WHY, by=city.actor(account))
        assert (sees(account, case), sees(account, other)) == (set(), EVERYTHING)
        assert city.actor(account).recused == (case.person_id,)

    def test_an_organisation_is_the_applicant_where_there_is_one(self):
        case, _by = city.food()
        account = city.officer("clerk", agency="market-regulation", name="黄敏")
        actions.recuse(case_id=case.pk, scope="applicant", reason=WHY, by=city.actor(account))
        assert city.actor(account).recused == (case.organisation_id,)
        assert sees(account, case) == set()

    def test_what_was_theirs_goes_back_to_the_pool(self):
        case, account = city.allowance(), clerk()
        [task] = queries.work_of(case)
        actions.claim(work_id=task.pk, by=city.actor(account))
        assert sees(clerk("邓宇"), case) == EVERYTHING - {"mine", "queue", "work"}
        actions.recuse(case_id=case.pk, scope="case", reason=WHY, by=city.actor(account))
        assert WorkItem.objects.get(pk=task.pk).assignee is None
        assert sees(clerk("邓宇"), case) == EVERYTHING
        assert "case.work_transferred" in [event.name for event in events.history(case.pk)]

    def test_nothing_is_passed_on_to_whoever_keeps_away(self):
        case, account, colleague = city.allowance(), clerk(), clerk("邓宇")
        actions.recuse(case_id=case.pk, scope="case", reason=WHY, by=city.actor(account))
        [task] = queries.work_of(case)
        with pytest.raises(actions.work.TransferNotPossible):
            actions.transfer(work_id=task.pk, to=city.actor(account), reason="请你", by=city.actor(colleague))

    def test_whoever_is_recused_is_no_second_officer_on_site(self):
        of, (case, _by) = office(), city.food()
        actions.accept(case_id=case.pk, by=of.clerk)
        actions.complete_step(case_id=case.pk, opinion="齐全", by=of.reviewer)
        second = of.other
        actions.recuse(case_id=case.pk, scope="case", reason=WHY, by=second)
        with pytest.raises(actions.procedure.FindingMissing, match="recused"):
            actions.complete_step(
                case_id=case.pk, opinion="符合", second_officer=second.account_id, by=of.reviewer
            )

    def test_what_belongs_to_the_case_is_closed_too(self):
        case, _by = city.food()
        account = city.officer("decider", agency="market-regulation", place="", name="钟慧")
        assert queries.kept_away(case) == set()
        actions.recuse(case_id=case.pk, scope="applicant", reason=WHY, by=city.actor(account))
        assert queries.kept_away(case) == {account.pk}

    def test_the_head_orders_it_and_ends_it(self):
        case, account = city.allowance(), clerk()
        head = city.actor(clerk("苏明哲", "head"))
        row = actions.recuse(case_id=case.pk, scope="case", reason=WHY, whom=account.pk, by=head)
        assert (row.account_id, row.made_by, row.reason) == (account.pk, head.account_id, WHY)
        assert sees(account, case) == set()
        for by in (city.actor(account), city.actor(clerk("邓宇"))):
            with pytest.raises(NoSuchCase):
                actions.end_recusal(case_id=case.pk, grant_id=row.pk, by=by)
        actions.end_recusal(case_id=case.pk, grant_id=row.pk, by=head)
        assert sees(account, case) == EVERYTHING

    def test_nobody_else_orders_it(self):
        case, account = city.allowance(), clerk()
        with pytest.raises(NoSuchCase):
            actions.recuse(
                case_id=case.pk, scope="case", reason=WHY, whom=account.pk, by=city.actor(clerk("邓宇"))
            )
        assert sees(account, case) == EVERYTHING

    def test_a_head_ends_none_of_their_own(self):
        case, head = city.allowance(), clerk("苏明哲", "head")
        row = actions.recuse(case_id=case.pk, scope="case", reason=WHY, by=city.actor(head))
        with pytest.raises(NoSuchCase):
            actions.end_recusal(case_id=case.pk, grant_id=row.pk, by=city.actor(head))

    def test_an_applicant_recuses_nobody(self):
        person = city.account(city.person("何秀珍", born="1940-05-01"))
        by = city.actor(person)
        draft = actions.open_draft(item_code="old-age-allowance", by=by)
        case = actions.submit(case_id=draft.pk, by=by)
        for whom in (None, clerk().pk):
            with pytest.raises((GrantNotPossible, NoSuchCase)):
                actions.recuse(case_id=case.pk, scope="case", reason=WHY, whom=whom, by=by)

    def test_a_reason_and_once(self):
        case, account = city.allowance(), clerk()
        with pytest.raises(GrantNotPossible):
            actions.recuse(case_id=case.pk, scope="case", reason=" ", by=city.actor(account))
        first = access.recuse(account_id=account.pk, subject_id=case.pk, reason=WHY, by=city.actor(account))
        again = access.recuse(account_id=account.pk, subject_id=case.pk, reason=WHY, by=city.actor(account))
        assert first.pk == again.pk


class TestGlass:
    """An officer without a right opens one case, for some hours, for a reason."""

    def far(self, name: str = "冯嘉"):
        """A clerk of another town."""
        return city.officer("clerk", place=city.town(city.HUMEN), name=name)

    def open(self, case, account, reason: str = "主办人员联系不上"):
        return actions.open_glass(number=case.short_no, reason=reason, by=city.actor(account))

    def test_it_opens_one_case_to_look_at(self):
        case, other = city.allowance(), city.allowance("周玉兰", born="1941-06-02")
        account = self.far()
        assert sees(account, case) == set()
        self.open(case, account)
        assert sees(account, case) == {"page", "desk", "all", "search"}
        assert sees(account, other) == set()
        assert [event.name for event in events.history(case.pk)][-1] == "case.opened_in_emergency"

    def test_it_ends_by_itself(self, standing_clock, settings):
        case, account = city.allowance(), self.far()
        self.open(case, account)
        standing_clock.move(hours=settings.GLASS_HOURS, seconds=-1)
        assert "page" in sees(account, case)
        standing_clock.move(seconds=1)
        assert sees(account, case) == set()

    def test_over_midnight_too(self, standing_clock):
        case, account = city.allowance(), self.far()
        standing_clock.to("2026-03-02T23:30")
        self.open(case, account)
        standing_clock.to("2026-03-03T01:00")
        assert "page" in sees(account, case)

    def test_those_who_watch_are_told(self):
        case, account = city.allowance(), self.far()
        audit = city.officer("audit_admin", agency="", place="", name="佘国正")
        supervisor = city.officer("supervisor", agency="", place="", name="蔡国平")
        bystander = clerk()
        self.open(case, account)
        city.run_jobs()
        told = set(Notice.objects.filter(title_zh__contains="紧急查阅").values_list("account_id", flat=True))
        assert told >= {audit.pk, supervisor.pk}
        assert not told & {account.pk, bystander.pk}

    @pytest.mark.parametrize("justified", [True, False])
    def test_a_supervisor_reviews_it(self, justified):
        case, account = city.allowance(), self.far()
        self.open(case, account)
        supervisor = city.actor(city.officer("supervisor", agency="", place="", name="蔡国平"))
        [row] = grants.unreviewed(account.pk)
        access.review_glass(review_id=row.pk, justified=justified, words="已经核实情况", by=supervisor)
        assert ("page" in sees(account, case)) is justified
        assert not grants.unreviewed(account.pk)
        with pytest.raises(GrantNotPossible):
            access.review_glass(review_id=row.pk, justified=True, words="已经核实情况", by=supervisor)

    def test_nobody_reviews_their_own_and_no_one_without_the_right(self):
        case = city.allowance()
        account = city.officer("supervisor", agency="", place="", name="蔡国平")
        self.open(case, account)
        [row] = grants.unreviewed(account.pk)
        with pytest.raises(GrantNotPossible):
            access.review_glass(
                review_id=row.pk, justified=True, words="已经核实情况", by=city.actor(account)
            )
        for role in ("clerk", "audit_admin", "security_admin"):
            by = city.actor(city.officer(role, agency="", place=""))
            with pytest.raises(NotAllowed):
                access.review_glass(review_id=row.pk, justified=True, words="已经核实情况", by=by)
        own = GlassReview.objects.get(pk=row.pk)
        own.justified, own.words, own.reviewed_at, own.reviewed_by = True, "好", time.now(), account.pk
        with pytest.raises(IntegrityError, match="glass_reviewed_by_another"), transaction.atomic():
            action(own.save)()

    def test_an_overdue_review_closes_the_way(self, standing_clock, settings):
        case, account = city.allowance(), self.far()
        self.open(case, account)
        standing_clock.move(hours=settings.GLASS_REVIEW_HOURS, seconds=1)
        with pytest.raises(GrantNotPossible, match="reviewed"):
            self.open(case, account)

    def test_refused(self):
        case, near, account = city.allowance(), clerk(), self.far()
        for by, number, reason, problem in (
            (account, case.short_no, "  ", GrantNotPossible),
            (account, "DG00000000-1", "主办人员联系不上", NoSuchCase),
            (account, "\x00", "主办人员联系不上", NoSuchCase),
            (near, case.short_no, "主办人员联系不上", GrantNotPossible),
        ):
            with pytest.raises(problem):
                actions.open_glass(number=number, reason=reason, by=city.actor(by))
        actions.recuse(case_id=case.pk, scope="applicant", reason=WHY, by=city.actor(near))
        with pytest.raises(GrantNotPossible, match="recused"):
            self.open(case, near)
        assert not Grant.objects.filter(role="break_glass").exists()

    def test_a_citizen_breaks_no_glass(self):
        case = city.allowance()
        with pytest.raises(NoSuchCase):
            self.open(case, city.account(city.person()))


class TestLent:
    """An absence that lends one's rights too."""

    def test_the_colleague_works_with_them_and_only_for_the_days(self, standing_clock):
        case, away, colleague = city.allowance(), clerk(), city.officer(name="邓宇")
        day = time.today()
        ends = day + dt.timedelta(days=2)
        actions.set_absence(
            stand_in=colleague.pk, starts_on=day, ends_on=ends, lend=True, by=city.actor(away)
        )
        assert sees(colleague, case) == EVERYTHING
        standing_clock.move(days=3)
        assert sees(colleague, case) == set()

    def test_not_to_another_agency(self):
        away, other = clerk(), city.officer(agency="housing", name="邓宇")
        day = time.today()
        with pytest.raises(actions.work.BadAbsence):
            actions.set_absence(stand_in=other.pk, starts_on=day, ends_on=day, lend=True, by=city.actor(away))
        assert city.actor(other).grants == ()
