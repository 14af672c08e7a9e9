"""A bad rating is called back, put right, answered; or appealed, and decided by somebody else."""

import datetime as dt

import pytest
from django.db import transaction

from tests import city
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.modules.ratings import actions, queries, states
from tongban.modules.ratings.models import Rating, RatingRemedy
from tongban.modules.ratings.states import MOVES, RemedyState, RemedyVerb

pytestmark = pytest.mark.django_db

# The verbs that lead to each state, as `walk` names them.
WAYS = {
    RemedyState.OPEN: [],
    RemedyState.CONTACTED: ["contact"],
    RemedyState.APPEALED: ["contact", "appeal"],
    RemedyState.REPAIRING: ["contact", "confirm"],
    RemedyState.ANSWERED: ["contact", "confirm", "answer"],
    RemedyState.ESCALATED: ["contact", "confirm", "answer", "unsatisfied", "answer", "unsatisfied"],
    RemedyState.CLOSED: ["contact", "confirm", "answer", "satisfied"],
    RemedyState.REVOKED: ["contact", "appeal", "uphold"],
}
STEP = {RemedyVerb.SATISFY: "satisfied", RemedyVerb.REOPEN: "unsatisfied"}


class TestOpening:
    @pytest.mark.parametrize("level", states.RatingLevel)
    def test_only_bad_ratings_are_put_right(self, handled, level):
        case, rater, _clerk = handled()
        row = actions.rate(case_id=case.pk, level=level, words="x", by=rater)
        remedy = queries.remedy_of(queries.of_case(case.pk))
        assert (remedy is not None) == (level >= 4)
        if remedy is not None:
            assert remedy.rating == row

    def test_it_belongs_where_the_case_does_and_asks_for_a_call_within_a_working_day(self, bad, clock):
        clock.to("2026-02-13T16:00")  # Friday; Saturday the 14th is worked, then the Spring Festival
        one = bad()
        remedy = RatingRemedy.objects.get()
        assert (remedy.agency, remedy.place_path, remedy.item_code) == (
            one.case.agency,
            one.case.place_path,
            "old-age-allowance",
        )
        assert (remedy.state, remedy.due_on, remedy.round) == ("open", dt.date(2026, 2, 14), 1)
        (event,) = events.history(remedy.pk)
        assert (event.name, event.payload["due"]) == ("rating_remedy.opened", "2026-02-14")


class TestTable:
    def test_every_state_is_reached_and_named(self, bad, walk):
        assert set(WAYS) == set(RemedyState) == set(states.STATE_NAMES)
        for state, way in WAYS.items():
            assert walk(bad(), *way).state == state

    def test_every_verb_has_its_row_and_name(self):
        assert set(MOVES) == set(RemedyVerb) == set(states.VERB_NAMES)

    @pytest.mark.parametrize("state", RemedyState)
    def test_what_the_table_does_not_have_is_refused_with_why(self, bad, walk, clock, state):
        one = bad()
        walk(one, *WAYS[state])
        clock.move(days=60)  # so that nothing is refused as too early
        for verb, row in MOVES.items():
            if state in row.sources:
                continue
            with pytest.raises(states.MoveNotPossible) as refused, transaction.atomic():
                walk(one, "unsatisfied" if verb == RemedyVerb.ESCALATE else STEP.get(verb, verb))
            assert refused.value.status == 409
            assert states.STATE_NAMES[state][0] in refused.value.sentence_zh
        assert RatingRemedy.objects.get().state == state

    def test_one_verb_one_event_and_one_entry(self, bad, walk):
        one = bad()
        walk(one, *WAYS[RemedyState.CLOSED])
        assert [event.name for event in events.history(one.remedy.pk)] == [
            "rating_remedy.opened",
            "rating_remedy.contacted",
            "rating_remedy.confirmed",
            "rating_remedy.answered",
            "rating_remedy.satisfied",
        ]
        said = queries.entries(one.remedy)
        assert [(row.verb, row.words) for row in said] == [
            ("contact", "已电话回访"),
            ("confirm", "属实"),
            ("answer", "已重新培训并致歉"),
            ("satisfy", None),
        ]

    def test_no_event_carries_what_was_typed(self, bad, walk):
        one = bad(words="王主任态度恶劣")
        walk(one, *WAYS[RemedyState.REVOKED])
        payloads = str(
            [row.payload for row in [*events.history(one.remedy.pk), *events.history(one.rating.pk)]]
        )
        for typed in ("王主任", "已电话回访", "选错了", "通话记录", "确系误评"):
            assert typed not in payloads


class TestLimits:
    def test_the_repair_runs_from_the_call_back_by_its_kind(self, bad, walk, clock):
        simple, complex_one = bad(), bad()
        clock.to("2026-03-03T10:00")
        walk(simple, "contact")
        walk(complex_one, "contact")
        clock.to("2026-03-04T10:00")
        assert walk(simple, "confirm").due_on == dt.date(2026, 3, 10)
        assert walk(complex_one, "complex").due_on == dt.date(2026, 3, 24)

    def test_a_dismissed_appeal_does_not_eat_the_time_for_the_repair(self, bad, walk, clock):
        one = bad()
        assert walk(one, "contact", "appeal").due_on == dt.date(2026, 3, 9)
        clock.to("2026-03-20T10:00")
        assert walk(one, "dismiss").due_on == dt.date(2026, 3, 27)
        assert walk(one, "confirm").due_on == dt.date(2026, 3, 27)

    def test_a_second_round_has_its_own_time(self, bad, walk, clock):
        one = bad()
        walk(one, "contact", "confirm", "answer")
        clock.to("2026-03-12T10:00")
        row = walk(one, "unsatisfied")
        assert (row.state, row.round, row.due_on, row.answered_on) == (
            "repairing",
            2,
            dt.date(2026, 3, 19),
            None,
        )

    def test_lights(self, bad, officer, walk, clock):
        one = bad()
        walk(one, "contact", "confirm")  # due on Monday, 9 March
        for day, light in (("03-05", "green"), ("03-06", "yellow"), ("03-09", "yellow"), ("03-10", "red")):
            now = clock.to(f"2026-{day}T09:00").date()
            row = queries.remedies(officer).get()
            assert queries.light_of(row, now, queries.next_workday(now)) == light, day
            counted = queries.lamps(queries.remedies(officer), now)
            assert counted == {name: int(name == light) for name in counted}, day
            assert list(queries.lamp(queries.remedies(officer), light, now)) == [row]
        walk(one, "answer")
        assert queries.lamps(queries.remedies(officer), now)["paused"] == 1

    def test_silence_ends_it_only_when_the_time_is_over_and_is_no_satisfaction(self, bad, walk, clock):
        one = bad()
        walk(one, "contact", "confirm", "answer")
        clock.to("2026-03-16T10:00")
        with pytest.raises(actions.TooEarly):
            walk(one, "lapse")
        clock.to("2026-03-17T10:00")
        row = walk(one, "lapse")
        assert (row.state, row.outcome) == ("closed", "no_reply")


class TestAnswering:
    def test_not_satisfied_twice_goes_to_the_bureau(self, bad, walk, officer):
        one = bad()
        assert walk(one, *WAYS[RemedyState.ESCALATED]).state == "escalated"
        with pytest.raises(NotAllowed):
            actions.settle(remedy_id=one.remedy.pk, words="x", by=officer)
        row = walk(one, "settle")
        assert (row.state, row.outcome, row.due_on) == ("closed", "settled", None)

    def test_only_the_rater_answers(self, bad, walk, officer):
        one = bad()
        walk(one, "contact", "confirm", "answer")
        stranger = city.actor(city.account(city.person()))
        for other in (stranger, officer, one.clerk):
            with pytest.raises(NoSuchCase):
                actions.reply(case_id=one.case.pk, satisfied=True, words="", by=other)
        assert RatingRemedy.objects.get().state == "answered"

    def test_a_good_rating_has_nothing_to_answer(self, handled):
        case, rater, _clerk = handled()
        actions.rate(case_id=case.pk, level=1, words="", by=rater)
        with pytest.raises(queries.NoSuchRemedy):
            actions.reply(case_id=case.pk, satisfied=True, words="", by=rater)

    @pytest.mark.parametrize(
        ("way", "verb"), [([], "contact"), (["contact"], "confirm"), (["contact", "confirm"], "answer")]
    )
    def test_nothing_goes_on_without_words(self, bad, walk, officer, way, verb):
        one = bad()
        walk(one, *way)
        more = {"kind": "simple"} if verb == "confirm" else {}
        with pytest.raises(actions.RemedyIncomplete):
            getattr(actions, verb)(remedy_id=one.remedy.pk, words=" ", by=officer, **more)
        assert len(queries.entries(one.remedy)) == len(way)

    def test_a_kind_and_a_ground_must_be_chosen(self, bad, walk, officer):
        one = bad()
        walk(one, "contact")
        at = {"remedy_id": one.remedy.pk, "words": "x", "by": officer}
        for wrong in ("", "huge"):
            with pytest.raises(actions.RemedyIncomplete):
                actions.confirm(kind=wrong, **at)
            with pytest.raises(actions.RemedyIncomplete):
                actions.appeal(ground=wrong, evidence="x", **at)
        with pytest.raises(actions.RemedyIncomplete):
            actions.appeal(ground="mistaken", evidence=" ", **at)


class TestAppeal:
    def test_upheld_it_leaves_the_figures_and_stays_inside(self, bad, walk):
        one = bad(publish=True)
        assert queries.share() == (0, 1)
        officer = city.actor(city.officer("ratings", agency="", place=city.CITY))
        actions.look_at_words(rating_id=Rating.objects.get().pk, by=officer)
        assert len(queries.comments(5)) == 1
        row = walk(one, "contact", "appeal", "uphold")
        assert (row.state, row.outcome) == ("revoked", "revoked")
        assert queries.share() == (0, 0)
        assert queries.comments(5) == []
        kept = Rating.objects.get()
        assert (kept.level, kept.words) == (5, "等了很久，没人解释")
        assert kept.excluded_at is not None

    def test_dismissed_it_stands_and_cannot_be_appealed_again(self, bad, walk):
        one = bad()
        assert walk(one, "contact", "appeal", "dismiss").state == "contacted"
        assert queries.share() == (0, 1)
        with pytest.raises(actions.AppealedAlready):
            walk(one, "appeal")
        assert walk(one, "confirm").state == "repairing"

    def test_any_officer_of_the_agency_may_appeal_and_nobody_of_it_decides(self, bad, walk, officer):
        one = bad()
        walk(one, "contact")
        at = {"remedy_id": one.remedy.pk, "words": "选错了"}
        actions.appeal(ground="malicious", evidence="录音", by=one.clerk, **at)
        for other in (officer, one.clerk):
            with pytest.raises(NotAllowed):
                actions.decide_appeal(upheld=True, by=other, **at)
        assert RatingRemedy.objects.get().state == "appealed"

    def test_maker_is_never_checker_whatever_the_grants(self, bad, clock):
        one = bad()
        both = city.officer("ratings", name="钟双")
        city.access.grant(
            account_id=both.pk, role="bureau", agency="data-bureau", place_path=city.CITY, by=city.SYSTEM
        )
        at = {"remedy_id": one.remedy.pk, "words": "x", "by": city.actor(both)}
        actions.contact(**at)
        actions.appeal(ground="mistaken", evidence="x", **at)
        with pytest.raises(actions.OwnRating):
            actions.decide_appeal(upheld=True, **at)
        assert RatingRemedy.objects.get().state == "appealed"


class TestAccess:
    def test_another_agencys_officer_or_another_towns_finds_nothing(self, bad):
        one = bad()
        others = [
            city.officer("ratings", "clerk", agency="market-regulation"),
            city.officer("ratings", "clerk", place=city.town(city.HUMEN)),
            city.officer("supervisor"),
            city.account(city.person()),
        ]
        for other in map(city.actor, others):
            assert list(queries.remedies(other)) == []
            with pytest.raises(queries.NoSuchRemedy):
                queries.remedy_for(other, one.remedy.pk)
            with pytest.raises(queries.NoSuchRemedy):
                actions.contact(remedy_id=one.remedy.pk, words="x", by=other)

    def test_each_sees_exactly_their_own_and_the_bureau_all(self, bad, officer, bureau):
        here, there = bad(), bad(place=city.HUMEN)
        whole = city.actor(city.officer("ratings", place=city.CITY))
        assert {row.pk for row in queries.remedies(officer)} == {here.remedy.pk}
        assert {row.pk for row in queries.remedies(there.clerk)} == {there.remedy.pk}
        for one in (whole, bureau):
            assert {row.pk for row in queries.remedies(one)} == {here.remedy.pk, there.remedy.pk}

    def test_a_clerk_looks_and_does_not_work_it_off(self, bad):
        one = bad()
        with pytest.raises(NotAllowed):
            actions.contact(remedy_id=one.remedy.pk, words="x", by=one.clerk)

    @pytest.mark.parametrize("agency", ["data-bureau", ""])
    def test_the_bureau_decides_and_does_not_work_it_off(self, bad, walk, agency):
        one = bad()
        bureau = city.actor(city.officer("bureau", agency=agency, place=city.CITY))
        with pytest.raises(NotAllowed):
            actions.contact(remedy_id=one.remedy.pk, words="x", by=bureau)
        walk(one, "contact", "appeal")
        actions.decide_appeal(remedy_id=one.remedy.pk, upheld=False, words="x", by=bureau)
        assert RatingRemedy.objects.get().state == "contacted"

    def test_who_is_rated_does_not_work_it_off_nor_learn_the_name(self, bad, officer):
        one = bad()
        city.access.grant(
            account_id=one.clerk.account_id,
            role="ratings",
            agency="civil-affairs",
            place_path=city.town(),
            by=city.SYSTEM,
        )
        account = city.party_queries.account(one.clerk.account_id)
        rated = city.actor(account)
        with pytest.raises(actions.OwnRating):
            actions.contact(remedy_id=one.remedy.pk, words="x", by=rated)
        day = one.rating.given_at.date()
        turns = [queries.turn_of(who, one.remedy, [], day) for who in (rated, officer)]
        assert [(set(turn.verbs), turn.named) for turn in turns] == [
            (set(), False),
            ({RemedyVerb.CONTACT}, True),
        ]
        shown = [queries.rater_of(one.remedy, named=turn.named) for turn in turns]
        assert [(who.name, bool(who.phone), who.case) for who in shown] == [
            ("何*珍", False, None),
            ("何秀珍", True, one.case),
        ]

    def test_what_is_offered_is_what_is_possible(self, bad, walk, officer, bureau, clock):
        offered = {}
        for state, way in WAYS.items():
            one = bad()
            row = walk(one, *way)
            said, day = queries.entries(row), clock.now.date()
            offered[state] = [set(queries.turn_of(who, row, said, day).verbs) for who in (officer, bureau)]
        v = RemedyVerb
        assert offered == {
            RemedyState.OPEN: [{v.CONTACT}, set()],
            RemedyState.CONTACTED: [{v.CONFIRM, v.APPEAL}, set()],
            RemedyState.APPEALED: [set(), {v.UPHOLD, v.DISMISS}],
            RemedyState.REPAIRING: [{v.ANSWER}, set()],
            RemedyState.ANSWERED: [set(), set()],
            RemedyState.ESCALATED: [set(), {v.SETTLE}],
            RemedyState.CLOSED: [set(), set()],
            RemedyState.REVOKED: [set(), set()],
        }

    def test_the_number_beside_the_entry_counts_whose_turn_it_is(self, bad, walk, officer, bureau):
        first, _second = bad(), bad()
        walk(first, "contact", "appeal")
        assert [queries.owed(who) for who in (officer, bureau, first.clerk)] == [1, 1, 0]


class TestNotices:
    def titles(self, one):
        city.run_jobs()
        rows = Notice.objects.filter(account_id=one.rater.account_id).order_by("id")
        return [row.title_zh.split("：")[0] for row in rows if row.title_zh[0] in "已整您督"]

    @pytest.mark.parametrize(
        ("way", "told"),
        [
            (WAYS[RemedyState.ANSWERED], ["已回访您的评价", "整改结果"]),
            (WAYS[RemedyState.REVOKED], ["已回访您的评价", "您的评价不再公开"]),
            (["contact", "appeal", "dismiss"], ["已回访您的评价", "您的评价有效"]),
        ],
    )
    def test_the_rater_hears_of_it(self, bad, walk, settings, tmp_path, way, told):
        settings.OUTBOX = tmp_path
        one = bad()
        walk(one, *way)
        assert [title for title in self.titles(one) if title != "已收到"] == told
        about = {row.about_id for row in Notice.objects.filter(account_id=one.rater.account_id)}
        assert about == {one.case.pk}
