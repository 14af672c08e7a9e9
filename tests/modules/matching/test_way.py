"""The way of a post and of a match: who may do what, what is always so, what follows, what is learned."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.modules.matching.market import PLANT, draft, firm, met, officer, published
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.notices.models import Notice
from tongban.kernel.records.actions import action
from tongban.modules.matching import actions, queries, rules, states
from tongban.modules.matching.calc import PARTS
from tongban.modules.matching.models import Match, Post
from tongban.modules.matching.states import MatchState, PostState

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    """An electronics firm that looks for a plant."""
    return firm("求租电子有限公司", org__industry="3963")


@pytest.fixture
def owner():
    """A firm that lets a plant."""
    return firm("出租实业有限公司", org__industry="7040")


def told(one) -> list[str]:
    """The titles of the notices of a firm's account, in order."""
    return list(
        Notice.objects.filter(account_id=one.account.pk).order_by("id").values_list("title_zh", flat=True)
    )


class TestPosts:
    def test_handed_in_passed_matched_at_once_and_both_hear_of_it(self, tenant, owner):
        published(tenant.actor, "need", title="求租厂房三千平方米")
        city.run_jobs()
        assert told(tenant) == ["供需信息已发布：求租厂房三千平方米"]
        published(owner.actor, "offer")
        city.run_jobs()
        match = Match.objects.get()
        assert (match.need.subject_id, match.offer.subject_id) == (tenant.row.pk, owner.row.pk)
        assert set(match.parts) == set(PARTS)
        assert told(tenant)[1:] == ["新的供需信息适合“求租厂房三千平方米”"]
        assert told(owner) == ["供需信息已发布：标准厂房三千平方米", "为“标准厂房三千平方米”找到 1 条推荐"]
        city.run_jobs()
        assert actions.match_post(post_id=match.need_id) == []
        assert Match.objects.count() == 1

    def test_what_fails_a_filter_or_is_ones_own_is_no_match(self, tenant, owner):
        published(tenant.actor, "need", title="求租厂房三千平方米", permit="yes")
        published(tenant.actor, "offer")
        published(owner.actor, "offer", permit="no")
        published(owner.actor, "offer", tenure="sale")
        published(owner.actor, "offer", category="plant-cold", title="低温冷库出租", text="带月台，临近港口")
        city.run_jobs()
        assert not Match.objects.exists()

    def test_maker_is_never_checker_and_a_reason_is_needed(self, tenant):
        clerk = officer()
        row = actions.submit_post(post_id=draft(clerk).pk, by=clerk)
        with pytest.raises(actions.OwnPost):
            actions.publish_post(post_id=row.pk, by=clerk)
        row = actions.submit_post(post_id=draft(tenant.actor).pk, by=tenant.actor)
        with pytest.raises(actions.ReasonMissing):
            actions.return_post(post_id=row.pk, reason=" ", by=clerk)
        assert actions.return_post(post_id=row.pk, reason="请写明层高", by=clerk).state == PostState.RETURNED
        city.run_jobs()
        assert told(tenant) == ["供需信息被退回：标准厂房三千平方米"]
        with pytest.raises(states.NotPossibleNow):
            actions.publish_post(post_id=row.pk, by=clerk)

    @pytest.mark.parametrize(("limit", "most"), [("posts_a_day", 2), ("posts_standing", 1)])
    def test_limits_of_a_day_and_at_a_time(self, tenant, monkeypatch, limit, most):
        book = queries.book()
        changed = replace(book, limits={**book.limits, limit: most})
        monkeypatch.setattr("tongban.modules.matching.queries.book", lambda: changed)
        for _ in range(most):
            actions.submit_post(post_id=draft(tenant.actor).pk, by=tenant.actor)
        one_more = draft(tenant.actor)
        with pytest.raises(actions.TooManyPosts):
            actions.submit_post(post_id=one_more.pk, by=tenant.actor)
        assert queries.post_for(tenant.actor, one_more.pk).state == PostState.DRAFT

    def test_expires_and_is_handed_in_again(self, tenant, clock):
        row = published(tenant.actor)
        assert row.expires_on == clock.now.date() + dt.timedelta(days=90)
        assert actions.expire(day=row.expires_on) == 0
        assert actions.expire(day=row.expires_on + dt.timedelta(days=1)) == 1
        assert actions.expire(day=row.expires_on + dt.timedelta(days=1)) == 0
        city.run_jobs()
        assert told(tenant)[-1] == "供需信息已到期：标准厂房三千平方米"
        assert actions.submit_post(post_id=row.pk, by=tenant.actor).state == PostState.WAITING

    def test_who_acts_for_nobody_posts_nothing(self):
        with pytest.raises(actions.ActForSomebody):
            draft(city.actor(city.account(city.person())))

    def test_drafts_are_their_owners_alone(self, tenant, owner):
        row = draft(tenant.actor)
        for stranger in (owner.actor, officer(), officer("clerk"), city.actor(city.account(city.person()))):
            for verb in ("read", "own", "office"):
                with pytest.raises(rules.NoSuchPost):
                    queries.post_for(stranger, row.pk, verb)
        assert queries.post_for(tenant.actor, row.pk) == row

    def test_colleagues_act_on_what_their_office_posted_and_its_writer_never_passes_it(self, tenant, clock):
        writer, colleague, third = officer(), officer(), officer()
        row = draft(writer)
        for verb in ("read", "own", "write", "office"):
            with pytest.raises(rules.NoSuchPost):
                queries.post_for(colleague, row.pk, verb)
        actions.submit_post(post_id=row.pk, by=writer)
        actions.publish_post(post_id=row.pk, by=colleague)
        assert [list(queries.own_posts(one)) for one in (writer, colleague, third)] == [[row]] * 3
        actions.expire(day=clock.now.date() + dt.timedelta(days=91))
        actions.submit_post(post_id=row.pk, by=colleague)
        for barred in (writer, colleague):
            with pytest.raises(actions.OwnPost):
                actions.publish_post(post_id=row.pk, by=barred)
        with pytest.raises(IntegrityError, match="post_decided_by_another"), transaction.atomic():
            action(Post.objects.filter(pk=row.pk).update)(decided_by=writer.account_id)
        actions.return_post(post_id=row.pk, reason="请写明层高", by=third)
        for stranger in (colleague, officer(agency="science"), officer("clerk"), tenant.actor):
            with pytest.raises(rules.NoSuchPost):
                queries.post_for(stranger, row.pk, "write")
        assert [rules.may_write(one, queries.post_for(writer, row.pk)) for one in (writer, colleague)] == [
            True,
            False,
        ]
        strangers = (
            officer(agency="science"),
            officer(place=city.town(city.HUMEN)),
            officer("clerk"),
            tenant.actor,
        )
        for stranger in strangers:
            assert list(queries.own_posts(stranger)) == []
            with pytest.raises(rules.NoSuchPost):
                actions.close_post(post_id=row.pk, by=stranger)
        assert actions.close_post(post_id=row.pk, by=colleague).state == PostState.CLOSED

    def test_an_office_of_another_agency_or_town_looks_at_none(self, tenant):
        row = actions.submit_post(post_id=draft(tenant.actor).pk, by=tenant.actor)
        assert list(queries.office_posts(officer())) == [row]
        assert list(queries.office_posts(officer(place=city.town(city.DALANG)))) == [row]
        for other in (officer(agency="science"), officer(place=city.town(city.HUMEN)), officer("clerk")):
            assert list(queries.office_posts(other)) == []
            with pytest.raises(rules.NoSuchPost):
                actions.publish_post(post_id=row.pk, by=other)


class TestMatches:
    def test_the_contact_is_released_when_both_have_confirmed(self, tenant, owner):
        match = met(tenant, owner)
        assert queries.contact(tenant.actor, match) is None
        actions.confirm(match_id=match.pk, by=tenant.actor)
        again = actions.confirm(match_id=match.pk, by=tenant.actor)
        assert (again.state, queries.contact(tenant.actor, again), queries.contact(owner.actor, again)) == (
            MatchState.PROPOSED,
            None,
            None,
        )
        city.run_jobs()
        assert told(owner)[-1] == "对方愿意对接：标准厂房三千平方米"
        assert (queries.waiting_for(owner.actor), queries.waiting_for(tenant.actor)) == (1, 0)
        both = actions.confirm(match_id=match.pk, by=owner.actor)
        assert queries.contact(tenant.actor, both) == queries.Contact("陈经理", PLANT["contact_phone"])
        assert queries.contact(officer(), both) is None
        city.run_jobs()
        assert told(tenant)[-1] == "双方已确认：求租厂房三千平方米"

    def test_a_colleague_confirms_for_the_office_and_reaches_the_other_side(self, tenant):
        writer, colleague = officer(), officer()
        need = published(tenant.actor, "need", colleague, title="求租厂房三千平方米")
        published(writer, "offer", colleague)
        city.run_jobs()
        (match,) = queries.matches_of(tenant.actor, need)
        actions.confirm(match_id=match.pk, by=tenant.actor)
        away = officer(agency="science")
        assert [queries.waiting_for(one) for one in (writer, colleague, away, tenant.actor)] == [1, 1, 0, 0]
        both = actions.confirm(match_id=match.pk, by=colleague)
        assert (both.state, both.offer_by) == (MatchState.RELEASED, colleague.account_id)
        assert queries.contact(colleague, both) == queries.Contact("陈经理", PLANT["contact_phone"])
        assert queries.contact(away, both) is None

    def test_nobody_else_sees_or_moves_it(self, tenant, owner):
        match = met(tenant, owner)
        for stranger in (firm("旁观有限公司").actor, officer(), officer("matching_head")):
            with pytest.raises(rules.NoSuchPost):
                queries.match_for(stranger, match.pk)
            with pytest.raises(rules.NoSuchPost):
                actions.confirm(match_id=match.pk, by=stranger)

    def test_declined_is_declined(self, tenant, owner):
        match = met(tenant, owner)
        actions.decline(match_id=match.pk, by=owner.actor)
        with pytest.raises(states.NotPossibleNow):
            actions.confirm(match_id=match.pk, by=tenant.actor)

    def test_a_post_that_ended_is_confirmed_no_more(self, tenant, owner):
        match = met(tenant, owner)
        actions.close_post(post_id=match.offer_id, by=owner.actor)
        with pytest.raises(states.NotPossibleNow):
            actions.confirm(match_id=match.pk, by=tenant.actor)

    def test_an_outcome_counts_for_both(self, tenant, owner):
        match = met(tenant, owner)
        with pytest.raises(states.NotPossibleNow):
            actions.record_outcome(
                match_id=match.pk, agreed=True, fen=1, reason="", words="", by=tenant.actor
            )
        for one in (tenant, owner):
            actions.confirm(match_id=match.pk, by=one.actor)
        with pytest.raises(actions.OutcomeIncomplete):
            actions.record_outcome(
                match_id=match.pk, agreed=False, fen=None, reason="", words="", by=tenant.actor
            )
        done = actions.record_outcome(
            match_id=match.pk, agreed=True, fen=6_000_000, reason="price", words="签三年", by=tenant.actor
        )
        assert (done.state, done.amount_fen, done.fail_reason, done.outcome) == (
            "agreed",
            6_000_000,
            "",
            "签三年",
        )
        assert list(Post.objects.order_by("id").values_list("agreed", "ended")) == [(1, 1), (1, 1)]
        found = queries.figures(officer())
        assert (found.states, found.fen) == ({"agreed": 1}, 6_000_000)
        assert queries.figures(officer(agency="science")).states == {}

    def test_the_database_keeps_a_release_by_one_side_out(self, tenant, owner):
        match = met(tenant, owner)
        with pytest.raises(IntegrityError, match="match_released_by_both"), transaction.atomic():
            action(Match.objects.filter(pk=match.pk).update)(state="released")


class TestSearches:
    def test_a_search_tells_of_what_it_finds_and_of_nothing_else(self, tenant, owner):
        wanted = {"kind": "plant", "side": "offer", "category": "plant-standard", "place": city.DALANG}
        row = actions.save_search(**wanted, by=tenant.actor)
        assert actions.save_search(**wanted, by=tenant.actor).pk == row.pk
        published(owner.actor, category="plant-cold")
        published(owner.actor, place=city.HUMEN)
        published(owner.actor, "need")
        city.run_jobs()
        assert told(tenant) == []
        published(owner.actor)
        city.run_jobs()
        assert told(tenant) == ["订阅有了新信息：标准厂房三千平方米"]
        with pytest.raises(rules.NoSuchPost):
            actions.end_search(search_id=row.pk, by=owner.actor)
        actions.end_search(search_id=row.pk, by=tenant.actor)
        assert queries.searches(tenant.actor) == []

    @pytest.mark.parametrize("wrong", ["kind", "side", "category", "place"])
    def test_nothing_unknown_is_kept(self, tenant, wrong):
        wanted = {"kind": "plant", "side": "offer", "category": "", "place": ""} | {wrong: "nonsense"}
        with pytest.raises(rules.NoSuchPost):
            actions.save_search(**wanted, by=tenant.actor)


class TestWeights:
    def many_outcomes(self, tenant, owner, many=40):
        """Matches that were agreed on where the price fitted."""
        match = met(tenant, owner)
        rows, posts = [], []
        for number in range(many):
            good = number % 2
            copy = Post.objects.get(pk=match.offer_id)
            copy.pk = uuid.uuid4()
            posts.append(copy)
            rows.append(
                Match(
                    need_id=match.need_id,
                    offer_id=copy.pk,
                    score=50,
                    parts=dict.fromkeys(PARTS, 0.5) | {"price": 0.9 if good else 0.2},
                    version=0,
                    made_at=match.made_at,
                    state="agreed" if good else "failed",
                    fail_reason="" if good else "price",
                    need_by=uuid.uuid4(),
                    need_at=match.made_at,
                    offer_by=uuid.uuid4(),
                    offer_at=match.made_at,
                )
            )
        action(Post.objects.bulk_create)(posts)
        action(Match.objects.bulk_create)(rows)

    def test_too_few_outcomes_teach_nothing(self):
        with pytest.raises(actions.NothingToLearn, match="0"):
            actions.propose_weights(by=officer())
        with pytest.raises(NotAllowed):
            actions.propose_weights(by=officer("clerk"))

    def test_learned_by_one_and_published_by_another(self, tenant, owner):
        self.many_outcomes(tenant, owner)
        head = officer("matching_head")
        row = actions.propose_weights(by=head)
        assert row.weights["price"] > 100 * queries.book().weights["price"] / sum(
            queries.book().weights.values()
        )
        assert row.report["many"] == 40
        assert queries.weights()[0] == 0
        with pytest.raises(actions.NothingToLearn):
            actions.propose_weights(by=head)
        with pytest.raises(actions.DecidedByAnother):
            actions.publish_weights(weights_id=row.pk, by=head)
        with pytest.raises(NotAllowed):
            actions.publish_weights(weights_id=row.pk, by=officer())
        actions.publish_weights(weights_id=row.pk, by=officer("matching_head"))
        assert queries.weights() == (1, row.weights)
        with pytest.raises(states.NotPossibleNow):
            actions.drop_weights(weights_id=row.pk, by=head)
        second = actions.propose_weights(by=head)
        actions.drop_weights(weights_id=second.pk, by=head)
        assert queries.weights()[0] == 1
