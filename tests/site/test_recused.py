"""A recusal from a firm or a person closes whatever is about them, in every package; a colleague sees what it closes."""

from types import SimpleNamespace

import pytest

from tests import city
from tests.modules.appeals.test_questions import put
from tests.modules.matching import market
from tests.modules.policies import awarding
from tests.modules.projects.conftest import ANSWERS
from tongban.foundation import time
from tongban.foundation.readers import reading_as
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import NotAllowed, reader_for
from tongban.kernel.cases import actions as cases
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.rules import NoSuchDispute
from tongban.modules.appeals import queries as appeals
from tongban.modules.appeals.rules import NoSuchQuestion
from tongban.modules.matching import actions as posting
from tongban.modules.matching import queries as matching
from tongban.modules.matching.rules import NoSuchPost
from tongban.modules.policies import actions as awards
from tongban.modules.policies import rules as award_rules
from tongban.modules.policies.models import Award
from tongban.modules.policies.queries import awards as award_queries
from tongban.modules.policies.rules import NoSuchAward
from tongban.modules.projects import actions as projects
from tongban.modules.projects import queries as project_queries
from tongban.modules.projects.actions import Plan
from tongban.modules.ratings import actions as ratings
from tongban.modules.ratings import queries as rating_queries
from tongban.modules.visits import actions as visits
from tongban.modules.visits import queries as visit_queries

pytestmark = pytest.mark.django_db
WHY = "是企业负责人的近亲属"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


def away(by: Actor, subject) -> Actor:
    """The officer after declaring a recusal from a person or an organisation."""
    access.recuse(account_id=by.account_id, subject_id=subject.pk, reason=WHY, by=SYSTEM)
    return city.actor(party_queries.account(by.account_id))


def keys(rows) -> set:
    return {row.pk for row in rows}


class TestAwards:
    @pytest.fixture
    def office(self, settings, tmp_path):
        settings.OUTBOX = tmp_path
        return awarding.bureau()

    def test_a_list_with_the_firm_goes_to_colleagues(self, office, clock):
        one, other = awarding.firm(), awarding.firm()
        stranger = city.organisation(city.person("方圆"), "示例贸易有限公司")
        row = office.in_notice()
        award = awarding.award_of(row, one)
        by = city.actor(city.account(city.person("何秀珍")))
        objection = awards.object_to(award_id=award.pk, words="该企业去年停产", by=by)
        clock.to("2026-03-10T09:00")
        maker, decider = away(office.maker, one.row), away(office.decider, one.row)
        for kept in (maker, decider, away(office.payer, other.row)):
            assert not award_rules.batches(kept).exists()
            with pytest.raises(NoSuchAward):
                award_queries.batch(row.pk, kept)
            with pytest.raises(NoSuchAward):
                award_queries.award_for(kept, award.pk)
        with pytest.raises(NoSuchAward):
            awards.answer_objection(objection_id=objection.pk, upheld=True, words="成立", by=maker)
        colleague = city.actor(city.officer("award_officer", agency="industry", place=""))
        awards.answer_objection(objection_id=objection.pk, upheld=False, words="不成立", by=colleague)
        with pytest.raises(NoSuchAward):
            awards.approve(batch_id=row.pk, by=decider)
        # Kept away from somebody who is not on it, a decider decides.
        free = away(city.actor(city.officer("award_decider", agency="industry", place="")), stranger)
        assert keys(award_rules.batches(free)) == {row.pk}
        awards.approve(batch_id=row.pk, by=free)

    def test_another_agencys_opinion_is_a_colleagues(self, office):
        one = awarding.firm()
        row = office.made()
        for award in Award.objects.filter(batch=row, sampled=True).order_by("id"):
            awards.look_at(award_id=award.pk, right=True, reason="", by=office.maker)
        awards.finish_sample(batch_id=row.pk, by=office.maker)
        opinion = row.opinions.order_by("id").first()
        by = office.opinion_of(opinion.agency)
        assert opinion.pk in keys(award_rules.opinions(by))
        kept = away(by, one.row)
        assert keys(award_rules.opinions(kept)) == set()
        with pytest.raises(NoSuchAward):
            awards.give_opinion(opinion_id=opinion.pk, against={}, words="", by=kept)


class TestProjects:
    @pytest.fixture
    def firm(self):
        return city.organisation(
            city.person("林启明"), "东莞市台信示例精密机械有限公司", org__above_scale=True
        )

    @pytest.fixture
    def other(self):
        return city.organisation(city.person("方圆"), "示例贸易有限公司", org__above_scale=True)

    def plan(self, firm) -> Plan:
        return Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)

    def test_lists_counts_rows_and_steps(self, firm, other):
        def officer():
            return city.actor(city.officer("project_officer", agency=""))

        colleague = officer()
        theirs, another = (projects.open_project(plan=self.plan(one), by=colleague) for one in (firm, other))
        # Not even whose project it is.
        for by in (officer(), colleague):
            kept = away(by, firm)
            assert keys(project_queries.projects(kept)) == {another.pk}
            assert project_queries.count(project_queries.projects(kept)) == 1
            assert not project_queries.of_firm(kept, firm.pk).exists()
            with pytest.raises(project_queries.NoSuchProject):
                project_queries.project(kept, theirs.pk)
            with pytest.raises(project_queries.NoSuchProject):
                projects.end(project_id=theirs.pk, ending="out", words="撤资", by=kept)
            with pytest.raises(NotAllowed):
                projects.open_project(plan=self.plan(firm), by=kept)
        free = officer()
        assert keys(project_queries.projects(free)) == {theirs.pk, another.pk}
        with pytest.raises(projects.BadEntry):
            projects.hand_over(project_id=theirs.pk, officer_id=colleague.account_id, by=free)

    def test_the_file_of_the_enterprise_is_closed(self, firm, other):
        by = city.officer("project_officer", "town_manager", "service_officer", agency="")
        client = city.signed_in(by)
        assert client.get(f"/desk/enterprises/{firm.pk}/").status_code == 200
        access.recuse(account_id=by.pk, subject_id=firm.pk, reason=WHY, by=SYSTEM)
        assert client.get(f"/desk/enterprises/{firm.pk}/").status_code == 404
        assert client.get(f"/desk/enterprises/{other.pk}/").status_code == 200


class TestVisits:
    def test_whoever_serves_and_manages_sees_and_moves_nothing(self):
        firm, other = (
            city.organisation(city.person(), name)
            for name in ("东莞市台信示例精密机械有限公司", "示例贸易有限公司")
        )
        manager = city.actor(city.officer("town_manager", agency=""))
        officer, deputy = (city.actor(city.officer("service_officer", agency="")) for _ in range(2))
        for one in (officer, deputy):
            visits.name_officer(
                account_id=one.account_id, phone="0769-00002113", place_path=city.town(), by=manager
            )
        for row in (firm, other):
            visits.assign(
                organisation_id=row.pk,
                officer_id=officer.account_id,
                deputy_id=deputy.account_id,
                by=manager,
            )
            visits.put_on_list(code="town-own", uscc=row.uscc, by=manager)
        planned = {
            row.pk: visits.plan_visit(organisation_id=row.pk, purpose="regular", on=time.today(), by=officer)
            for row in (firm, other)
        }
        for by in (officer, manager):
            kept = away(by, firm)
            seen = {one.organisation_id for one in visit_queries.assignments(kept)}
            assert seen == {one.organisation_id for one in visit_queries.visits(kept)} == {other.pk}
            with pytest.raises(visit_queries.NotServed):
                visit_queries.visit(kept, planned[firm.pk].pk)
            with pytest.raises(visit_queries.NotServed):
                visits.plan_visit(organisation_id=firm.pk, purpose="regular", on=time.today(), by=kept)
        kept = city.actor(party_queries.account(manager.account_id))
        assert {one.organisation_id for one in visit_queries.entries(kept)} == {other.pk}
        assert keys(visit_queries.enterprises(kept)) == {other.pk}
        with pytest.raises(NotAllowed):
            visits.assign(organisation_id=firm.pk, officer_id=deputy.account_id, by=kept)
        colleague = city.actor(city.officer("town_manager", agency=""))
        assert {one.organisation_id for one in visit_queries.entries(colleague)} == {firm.pk, other.pk}
        assert keys(visit_queries.enterprises(colleague)) == {firm.pk, other.pk}
        with pytest.raises(visits.BadInput):
            visits.assign(organisation_id=firm.pk, officer_id=officer.account_id, by=colleague)
        assert keys(visit_queries.visits(deputy)) == keys(planned.values())


class TestMatching:
    def test_posts_and_matches_of_the_firm_are_not_there(self):
        one, other = market.firm("东莞市求租示例有限公司"), market.firm("东莞市出租示例有限公司")
        match = market.met(one, other)
        office, colleague = market.officer(), market.officer()
        kept = away(office, one.row)
        assert keys(matching.market(colleague, {})) == {match.need_id, match.offer_id}
        assert keys(matching.market(kept, {})) == {match.offer_id}
        assert keys(matching.office_posts(kept, "published")) == {match.offer_id}
        assert keys(matching.office_posts(colleague, "published")) == {match.need_id, match.offer_id}
        for verb in ("read", "office"):
            assert matching.post_for(colleague, match.need_id, verb).pk == match.need_id
            with pytest.raises(NoSuchPost):
                matching.post_for(kept, match.need_id, verb)
        waiting = posting.submit_post(post_id=market.draft(one.actor, "need").pk, by=one.actor)
        with pytest.raises(NoSuchPost):
            posting.publish_post(post_id=waiting.pk, by=kept)
        figures, all_ = matching.figures(kept), matching.figures(colleague)
        assert (sum(figures.kinds.values()), sum(all_.kinds.values())) == (1, 2)
        assert (sum(figures.states.values()), sum(all_.states.values())) == (0, 1)
        posting.publish_post(post_id=waiting.pk, by=colleague)

    def test_a_match_of_the_own_office_with_the_firm_is_a_colleagues(self):
        other = market.firm("东莞市求租示例有限公司")
        office, colleague, checker = market.officer(), market.officer(), market.officer("matching_head")
        post = market.published(office, "offer", checker)
        need = market.published(other.actor, "need", checker, title="求租厂房三千平方米")
        city.run_jobs()
        (match,) = matching.matches_of(office, post)
        kept = away(office, other.row)
        assert match.need_id == need.pk
        assert matching.matches_of(kept, post) == []
        assert matching.many_matches(kept, [post]) == {post.pk: 0}
        assert matching.many_matches(colleague, [post]) == {post.pk: 1}
        with pytest.raises(NoSuchPost):
            matching.match_for(kept, match.pk)
        assert matching.match_for(colleague, match.pk) == match


class TestRatings:
    def bad(self, name: str) -> SimpleNamespace:
        person = city.person(name, born="1940-05-01")
        rater = city.actor(city.account(person))
        case = cases.submit(case_id=cases.open_draft(item_code="old-age-allowance", by=rater).pk, by=rater)
        cases.refuse(case_id=case.pk, reasons="不属于本机关职权", by=city.actor(city.officer("clerk")))
        rating = ratings.rate(case_id=case.pk, level=5, words="等了很久", publish=True, by=rater)
        return SimpleNamespace(person=person, case=case, rating=rating, remedy=rating.remedy)

    @pytest.mark.parametrize("whom", ["person", "case"])
    @pytest.mark.parametrize("role", ["ratings", "bureau"])
    def test_what_was_said_of_the_persons_case_is_a_colleagues(self, role, whom):
        one, other = self.bad("何秀珍"), self.bad("周玉兰")
        agency = "civil-affairs" if role == "ratings" else "data-bureau"

        def officer():
            return city.actor(city.officer(role, agency=agency, place=city.CITY))

        kept, colleague = away(officer(), getattr(one, whom)), officer()
        # Where the database guards rows it shows the bureau no case: the bar does not depend on what the officer may see.
        with reading_as(reader_for(kept)):
            assert keys(rating_queries.remedies(kept)) == {other.remedy.pk}
        assert keys(rating_queries.remedies(colleague)) == {one.remedy.pk, other.remedy.pk}
        with pytest.raises(rating_queries.NoSuchRemedy):
            rating_queries.remedy_for(kept, one.remedy.pk)
        if role == "ratings":
            assert (rating_queries.owed(kept), rating_queries.owed(colleague)) == (1, 2)
            with pytest.raises(rating_queries.NoSuchRemedy):
                ratings.contact(remedy_id=one.remedy.pk, words="已电话回访", by=kept)
            assert keys(rating_queries.unlooked(kept)) == {other.rating.pk}
            assert keys(rating_queries.unlooked(colleague)) == {one.rating.pk, other.rating.pk}
            with pytest.raises(rating_queries.NoSuchWords):
                rating_queries.words_for(kept, one.rating.pk)


class TestQuestions:
    def test_the_bank_its_leader_and_its_office_keep_away(self):
        firms = [
            city.organisation(city.person(), name)
            for name in ("东莞市台信示例精密机械有限公司", "示例贸易有限公司")
        ]
        keeper, colleague = (city.actor(city.officer("town_manager", agency="")) for _ in range(2))
        leader = city.officer("leader", agency="", place=city.CITY)
        office = city.actor(city.officer("appeal_officer", agency="power-supply", place=""))
        theirs, other = (put(one.pk, colleague, leader) for one in firms)
        for by in (keeper, city.actor(leader), office):
            assert keys(appeals.questions(by)) == {theirs.pk, other.pk}
            kept = away(by, firms[0])
            assert keys(appeals.questions(kept)) == {other.pk}
            with pytest.raises(NoSuchQuestion):
                appeals.question_for(kept, theirs.pk)
        with pytest.raises(NoSuchQuestion):
            put(firms[0].pk, city.actor(party_queries.account(keeper.account_id)))
        assert keys(appeals.questions(colleague)) == {theirs.pk, other.pk}


class TestDisputes:
    def test_a_dispute_of_the_person_is_a_colleagues(self):
        found = []
        for name in ("何秀珍", "周玉兰"):
            person = city.person(name)
            city.dispute(person, "industry")
            found.append(person)
        kept = city.actor(city.officer("fact_officer", agency="industry", place=""))
        colleague = city.actor(city.officer("fact_officer", agency="industry", place=""))
        kept = away(kept, found[0])
        assert {one.subject_id for one in party_queries.disputes(kept)} == {found[1].pk}
        assert {one.subject_id for one in party_queries.disputes(colleague)} == {one.pk for one in found}
        assert (party_queries.open_disputes(kept), party_queries.open_disputes(colleague)) == (1, 2)
        [row] = [one for one in party_queries.disputes(colleague) if one.subject_id == found[0].pk]
        with pytest.raises(NoSuchDispute):
            parties.answer_dispute(dispute_id=row.pk, correct=False, value=None, words="维持", by=kept)
