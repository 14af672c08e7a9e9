"""A draft of a policy: changed by its drafters, checked as a pack is, published by somebody else, in force on its day."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.events.queries import history
from tongban.kernel.records.actions import action
from tongban.modules.policies import actions
from tongban.modules.policies.calc.definition import Span, read_policy
from tongban.modules.policies.calc.drafting import Days, differences
from tongban.modules.policies.forms import read_policies
from tongban.modules.policies.models import CitySnapshot, PolicyDraft, PolicyHolding, PolicyText
from tongban.modules.policies.queries import cities, drafts, published
from tongban.modules.policies.states import DraftState

pytestmark = pytest.mark.django_db

POLICY, ITEM = "scale-up", "scale-up-new"
SOON = Days(Span(dt.date(2026, 4, 1), dt.date(2026, 12, 31)), Span(dt.date(2026, 4, 1), dt.date(2026, 6, 30)))
THIS = Days(Span(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), None)


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    published.forget()
    yield clock
    published.forget()


@pytest.fixture(scope="module")
def reading():
    """The policies of the pack, read anew."""
    return read_policies(read_pack(settings.PACK))


def officer(*roles, agency="industry"):
    return city.actor(city.officer(*roles, agency=agency, place=city.CITY))


@pytest.fixture
def drafter():
    return officer("policy_drafter")


@pytest.fixture
def publisher():
    return officer("policy_publisher")


def copied(by, *, name="2026-2", growth=20, days=SOON):
    """A draft with a copy of the edition in force."""
    draft = actions.start_draft(policy=POLICY, by=by)
    return actions.set_parameters(
        draft_id=draft.pk,
        item=ITEM,
        edition="2026",
        new_edition=name,
        numbers={"growth": growth},
        days=days,
        by=by,
    )


def offered():
    return published.in_force().matchers["organisation"].terms.offer(ITEM)


def names(row):
    return [one.name for one in history(row.pk)]


class TestDrafting:
    """Numbers and days change, and everything else is as it was."""

    def test_a_copied_edition_follows_the_one_before_it(self, drafter):
        draft = copied(drafter)
        [item] = [one for one in read_policy(draft.data).items if one.code == ITEM]
        assert [one.name for one in item.editions] == ["2026-2", "2026", "2025", "2024"]
        new, old = item.editions[:2]
        assert (new.parameters["growth"].value, old.parameters["growth"].value) == (20, 0)
        assert (new.valid, new.window) == (SOON.valid, SOON.window)
        assert old.valid == Span(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
        assert item.edition_on(dt.date(2026, 3, 31)) == old
        assert item.edition_on(dt.date(2026, 4, 1)) == new
        said = [(one.what, one.edition, one.before, one.after) for one in
                differences(read_policy(draft.based_on.data), read_policy(draft.data))]  # fmt: skip
        assert said == [
            ("added", "2026-2", None, "2026-2"),
            ("number", "2026-2", 0, 20),
            ("days", "2026-2", "2026-01-01 – 2026-03-31", "2026-04-01 – 2026-12-31"),
            ("window", "2026-2", "2026-08-15 – 2026-10-15", "2026-04-01 – 2026-06-30"),
            ("days", "2026", "2026-01-01 – 2026-12-31", "2026-01-01 – 2026-03-31"),
        ]
        assert names(draft) == ["policy_draft.started", "policy_draft.set"]

    def test_what_is_in_force_stays_as_it_is(self, drafter):
        before = drafts.text_in_force(POLICY)
        copied(drafter)
        assert drafts.text_in_force(POLICY) == before
        assert offered().edition.name == "2026"

    def test_an_edition_changes_itself_and_the_same_again_is_no_event(self, drafter):
        draft = actions.start_draft(policy=POLICY, by=drafter)
        change = {"draft_id": draft.pk, "item": ITEM, "edition": "2026", "days": THIS, "by": drafter}
        once = actions.set_parameters(**change, numbers={"growth": 8, "unheard": 1})
        again = actions.set_parameters(**change, numbers={"growth": 8})
        assert (once.revision, again.revision) == (1, 1)
        edition = next(one for one in read_policy(again.data).items if one.code == ITEM).editions[0]
        assert (edition.parameters["growth"].value, edition.window) == (8, None)
        assert "unheard" not in edition.data["parameters"]

    def test_what_cannot_be(self, drafter):
        draft = copied(drafter)
        change = {"draft_id": draft.pk, "item": ITEM, "numbers": {}, "by": drafter}
        with pytest.raises(actions.NameTaken):
            actions.set_parameters(**change, edition="2026", new_edition="2025", days=SOON)
        with pytest.raises(actions.NotAhead):
            actions.set_parameters(**change, edition="2026", new_edition="2027", days=THIS)
        with pytest.raises(actions.EditionOver):
            actions.set_parameters(**change, edition="2025", days=THIS)
        with pytest.raises(actions.DraftMoved):
            actions.set_parameters(**change, edition="1999", days=THIS)
        with pytest.raises(actions.DraftMoved):
            actions.set_parameters(**change, edition="2026", days=THIS, seen=0)
        with pytest.raises(actions.DraftTaken):
            actions.start_draft(policy=POLICY, by=drafter)

    def test_another_agency_s_is_not_there(self, drafter):
        draft, other = copied(drafter), officer("policy_drafter", agency="human-resources")
        assert drafts.draft_for(drafter, draft.pk) == draft
        assert list(drafts.drafts(other)) == []
        with pytest.raises(drafts.NoSuchDraft):
            drafts.draft_for(other, draft.pk)
        with pytest.raises(drafts.NoSuchDraft):
            actions.submit_draft(draft_id=draft.pk, by=other)
        with pytest.raises(drafts.NoSuchPolicy):
            actions.start_draft(policy=POLICY, by=other)
        with pytest.raises(drafts.NoSuchPolicy):
            drafts.item_for(other, ITEM)
        with pytest.raises(drafts.NoSuchPolicy):
            actions.start_draft(policy="unheard", by=drafter)

    def test_a_publisher_drafts_nothing(self, publisher):
        with pytest.raises(drafts.NoSuchPolicy):
            actions.start_draft(policy=POLICY, by=publisher)

    def test_given_up_and_begun_anew(self, drafter):
        draft = copied(drafter)
        assert actions.discard_draft(draft_id=draft.pk, by=drafter).state == DraftState.DISCARDED
        with pytest.raises(actions.NotEditable):
            actions.submit_draft(draft_id=draft.pk, by=drafter)
        assert copied(drafter).pk != draft.pk


class TestFourEyes:
    """Sent, sent back, published."""

    def test_faults_are_kept_and_not_sent(self, drafter):
        draft = copied(drafter, growth=60)
        with pytest.raises(actions.DraftFaults) as refused:
            actions.submit_draft(draft_id=draft.pk, by=drafter)
        assert "取值 60 不在 0 与 50 之间" in refused.value.errors[0].what_zh
        backwards = Days(Span(dt.date(2026, 4, 1), dt.date(2026, 3, 1)), None)
        actions.set_parameters(
            draft_id=draft.pk, item=ITEM, edition="2026-2", numbers={}, days=backwards, by=drafter
        )
        assert any("结束早于开始" in one.what_zh for one in drafts.faults_of(draft_again(draft).data))

    def test_two_editions_do_not_begin_on_one_day(self, drafter):
        draft = copied(drafter)
        actions.set_parameters(
            draft_id=draft.pk, item=ITEM, edition="2026-2", numbers={}, days=THIS, by=drafter
        )
        found = [one.what for one in drafts.faults_of(draft_again(draft).data)]
        assert found == ["two editions of 'scale-up-new' begin on the same day"]

    def test_nothing_new_is_not_sent(self, drafter):
        draft = actions.start_draft(policy=POLICY, by=drafter)
        with pytest.raises(actions.NoChange):
            actions.submit_draft(draft_id=draft.pk, by=drafter)

    def test_whoever_changed_it_publishes_nothing(self, drafter, publisher):
        both, second = (
            officer("policy_drafter", "policy_publisher"),
            officer("policy_drafter", "policy_publisher"),
        )
        draft = copied(both)
        actions.set_parameters(
            draft_id=draft.pk, item=ITEM, edition="2026-2", numbers={"growth": 10}, days=SOON, by=second
        )
        with pytest.raises(actions.NotSubmitted):
            actions.publish_draft(draft_id=draft.pk, by=publisher)
        actions.submit_draft(draft_id=draft.pk, by=second)
        for one in (both, second):
            with pytest.raises(actions.FourEyes):
                actions.publish_draft(draft_id=draft.pk, by=one)
            with pytest.raises(actions.FourEyes):
                actions.return_draft(draft_id=draft.pk, note="自己", by=one)
        with pytest.raises(drafts.NoSuchDraft):
            actions.publish_draft(draft_id=draft.pk, by=drafter)
        assert [one.pk for one in drafts.submitted(publisher)] == [draft.pk]
        assert list(drafts.submitted(both)) == []
        assert actions.publish_draft(draft_id=draft.pk, by=publisher).state == DraftState.PUBLISHED

    def test_the_database_refuses_it_too(self, drafter):
        draft = copied(drafter)
        with pytest.raises(IntegrityError, match="policy_draft_four_eyes"), transaction.atomic():
            action(lambda: PolicyDraft.objects.filter(pk=draft.pk).update(
                checked_by=draft.drafted_by, checked_at=draft.changed_at))()  # fmt: skip

    def test_sent_back_with_a_reason_and_sent_again(self, drafter, publisher):
        draft = copied(drafter)
        actions.submit_draft(draft_id=draft.pk, by=drafter)
        with pytest.raises(actions.NotEditable):
            actions.set_parameters(
                draft_id=draft.pk, item=ITEM, edition="2026-2", numbers={}, days=SOON, by=drafter
            )
        with pytest.raises(actions.ReasonMissing):
            actions.return_draft(draft_id=draft.pk, note=" ", by=publisher)
        returned = actions.return_draft(draft_id=draft.pk, note="门槛太高。", by=publisher)
        assert (returned.state, returned.note) == (DraftState.RETURNED, "门槛太高。")
        assert actions.submit_draft(draft_id=draft.pk, by=drafter).note == ""
        assert names(draft) == [
            "policy_draft.started", "policy_draft.set", "policy_draft.submitted", "policy_draft.returned",
            "policy_draft.submitted",
        ]  # fmt: skip

    def test_it_is_in_force_on_its_day_and_the_old_text_stays(self, drafter, publisher, clock):
        old = drafts.text_in_force(POLICY)
        draft = copied(drafter)
        actions.submit_draft(draft_id=draft.pk, by=drafter)
        done = actions.publish_draft(draft_id=draft.pk, by=publisher)
        assert PolicyHolding.objects.get(kind="policy", code=POLICY).text == done.published
        assert PolicyText.objects.get(pk=old.pk).data == old.data
        assert (offered().edition.name, offered().edition.parameters["growth"].value) == ("2026", 0)
        clock.to("2026-04-01T00:01")
        assert (offered().edition.name, offered().edition.parameters["growth"].value) == ("2026-2", 20)
        assert names(draft)[-1] == "policy_draft.published"
        with pytest.raises(actions.NotSubmitted):
            actions.publish_draft(draft_id=draft.pk, by=publisher)

    def test_a_text_that_moved_on_is_not_undone(self, drafter, publisher, reading, monkeypatch):
        draft = copied(drafter)
        actions.submit_draft(draft_id=draft.pk, by=drafter)
        load_with(reading, monkeypatch, number="示例改号")
        with pytest.raises(actions.BasisMoved):
            actions.publish_draft(draft_id=draft.pk, by=publisher)

    def test_a_pack_undoes_only_what_it_says_anew(self, drafter, publisher, reading, monkeypatch):
        draft = copied(drafter)
        actions.submit_draft(draft_id=draft.pk, by=drafter)
        text = actions.publish_draft(draft_id=draft.pk, by=publisher).published
        assert actions.load(reading=reading, by=SYSTEM) == 0
        assert drafts.text_in_force(POLICY) == text
        load_with(reading, monkeypatch, number="示例改号")
        assert drafts.text_in_force(POLICY).data["number"] == "示例改号"


def draft_again(draft):
    return PolicyDraft.objects.get(pk=draft.pk)


def load_with(reading, monkeypatch, **changed):
    """Load the pack as it would be with another word in the policy."""
    documents = [
        (kind, code, {**data, **changed} if (kind, code) == ("policy", POLICY) else data)
        for kind, code, data in reading.documents()
    ]
    monkeypatch.setattr(type(reading), "documents", lambda _self: documents)
    assert actions.load(reading=reading, by=SYSTEM) == 1


class TestCity:
    """Asked for once, made by a job, never made again."""

    def test_it_is_made_by_a_job(self):
        first = actions.ask_city(rows=192, stands_for=1920, by=SYSTEM)
        assert actions.ask_city(rows=500, stands_for=500, by=SYSTEM) == first
        assert (cities.newest(), cities.being_made()) == (None, first)
        city.run_jobs()
        made = cities.newest()
        assert (made.pk, made.rows, made.stands_for, len(made.digest)) == (first.pk, 192, 1920, 64)
        assert cities.being_made() is None
        assert (cities.folder_of(made.pk) / "texts.json").exists()
        with pytest.raises(actions.AlreadyMade):
            actions.note_city(city_id=made.pk, digest="x")
        second = actions.ask_city(rows=64, stands_for=1, by=SYSTEM)
        city.run_jobs()
        assert (cities.newest().pk, second.stands_for) == (second.pk, 64)
        assert not cities.folder_of(made.pk).exists()
        assert CitySnapshot.objects.count() == 2
