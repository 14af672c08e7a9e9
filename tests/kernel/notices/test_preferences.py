"""How people want to be told: by which channel, in which language, not at night; the inbox has everything always."""

import json
import uuid
from datetime import time

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.notices.test_notices import notify, outbox, sent
from tongban.foundation import time as clocks
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Job
from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.calc import Wishes
from tongban.kernel.notices.forms import BadWishes, read_wishes
from tongban.kernel.notices.models import Device, Preference, Refusal
from tongban.kernel.notices.states import Channel, NoticeKind
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
__all__ = ["outbox"]
ALL = {f"{channel}-{kind}": "on" for channel in Channel for kind in NoticeKind}
NIGHT = {"quiet_from": time(22), "quiet_to": time(7, 30)}


@pytest.fixture
def me(clock):
    """The account of somebody with a telephone."""
    return city.account(city.person())


def prefer(account, **wishes) -> None:
    actions.prefer(wishes=Wishes(**wishes), by=city.actor(account))


class TestWhatAFormSays:
    def test_everything_ticked_refuses_nothing(self):
        assert read_wishes({"language": "en", **ALL}) == Wishes(language="en")

    def test_what_is_not_ticked_is_refused_by_that_channel_alone(self):
        typed = {"language": "zh-hans", **ALL}
        del typed["sms-policy"]
        assert read_wishes(typed).refused == {("sms", "policy")}

    def test_quiet_hours_and_an_address(self):
        typed = {"language": "en", "quiet_from": "22:00", "quiet_to": "07:30", "mail": " a@b.example ", **ALL}
        assert read_wishes(typed) == Wishes("en", time(22), time(7, 30), "a@b.example")

    @pytest.mark.parametrize(
        ("typed", "about"),
        [
            ({"language": ""}, "language"),
            ({"language": "fr"}, "language"),
            ({"quiet_from": "22:00"}, "quiet_to"),
            ({"quiet_to": "07:00"}, "quiet_from"),
            ({"quiet_from": "7:00", "quiet_to": "08:00"}, "quiet_from"),
            ({"quiet_from": "08:00", "quiet_to": "08:00"}, "quiet_to"),
            ({"quiet_from": "25:00", "quiet_to": "08:00"}, "quiet_from"),
            ({"mail": "nobody"}, "mail"),
            ({"mail": "a@b"}, "mail"),
            ({"mail": "a@b.example\nBcc: c@d.example"}, "mail"),
            ({"mail": f"{'a' * 64}@{'b' * 60}.example"}, "mail"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, typed, about):
        with pytest.raises(BadWishes) as told:
            read_wishes({"language": "en", **typed})
        assert told.value.about == about


class TestQuietHours:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-03-02T21:59:59", None),
            ("2026-03-02T22:00", "2026-03-03T07:30"),
            ("2026-03-03T03:00", "2026-03-03T07:30"),
            ("2026-03-03T07:29:59", "2026-03-03T07:30"),
            ("2026-03-03T07:30", None),
        ],
    )
    def test_past_midnight(self, now, until):
        expected = until and clocks.moment(until)
        assert Wishes(**NIGHT).quiet_until(clocks.moment(now)) == expected

    @pytest.mark.parametrize(
        ("now", "until"), [("11:59", None), ("12:00", "14:00"), ("13:59", "14:00"), ("14:00", None)]
    )
    def test_at_noon(self, now, until):
        expected = until and clocks.moment(f"2026-03-02T{until}")
        noon = Wishes(quiet_from=time(12), quiet_to=time(14))
        assert noon.quiet_until(clocks.moment(f"2026-03-02T{now}")) == expected

    def test_a_message_waits_for_their_end_and_the_inbox_does_not(self, outbox, clock, me):
        prefer(me, **NIGHT)
        clock.to("2026-03-02T23:00")
        row = notify(me, me.person)
        city.run_jobs()
        assert sent(outbox) == []
        assert queries.unread(city.actor(me)) == 1
        waiting = Job.objects.get(done_at__isnull=True, event_id=events.history(row.pk)[0].pk)
        assert (waiting.run_at, waiting.tries) == (clocks.moment("2026-03-03T07:30"), 0)
        clock.to("2026-03-03T07:29")
        city.run_jobs()
        assert sent(outbox) == []
        clock.to("2026-03-03T07:30")
        city.run_jobs()
        assert [one["at"] for one in sent(outbox)] == ["2026-03-03T07:30:00+08:00"]


class TestWhatGoesOut:
    def test_without_a_word_it_is_an_sms_in_chinese(self, outbox, me):
        notify(me, me.person)
        city.run_jobs()
        assert [one["text"] for one in sent(outbox)] == ["已收到"]

    def test_it_is_in_the_persons_language(self, outbox, me):
        prefer(me, language="en")
        notify(me, me.person)
        city.run_jobs()
        assert [(one["to"], one["text"]) for one in sent(outbox)] == [(me.person.phone, "Received")]

    def test_a_text_without_english_goes_out_in_chinese(self, outbox, me):
        prefer(me, language="en")
        actions.notify(
            account_id=me.pk, title=("已收到", ""), body=("正文", ""), about=me.person, effect_key="e1"
        )
        city.run_jobs()
        assert [one["text"] for one in sent(outbox)] == ["已收到"]

    def test_a_refused_kind_stays_in_the_inbox(self, outbox, me):
        prefer(me, refused=frozenset({("sms", "progress")}))
        notify(me, me.person)
        actions.notify(
            account_id=me.pk,
            title=("请补正", "Please correct"),
            body=("正文", "Body"),
            about=me.person,
            effect_key="e2",
            kind=NoticeKind.LETTER,
        )
        city.run_jobs()
        assert [one["text"] for one in sent(outbox)] == ["请补正"]
        assert queries.unread(city.actor(me)) == 2

    def test_by_mail_and_to_every_device_too(self, outbox, me):
        prefer(me, language="en", mail="a@b.example")
        by = city.actor(me)
        for name in ("phone", "tablet"):
            actions.add_device(endpoint="", keys={}, name=name, by=by)
        row = notify(me, me.person)
        city.run_jobs()
        assert {path.parent.name: 0 for path in outbox.rglob("*.json")} == {"sms": 0, "mail": 0, "push": 0}
        assert [one["text"] for one in sent(outbox)] == ["Received"] * 4
        went = [event.payload["channel"] for event in events.history(row.pk) if event.name == "message.sent"]
        assert sorted(went) == ["mail", "push", "sms"]

    def test_a_device_that_is_gone_is_forgotten_and_the_other_is_told(self, outbox, me, monkeypatch):
        by = city.actor(me)
        gone, there = (
            actions.add_device(endpoint="", keys={}, name=name, by=by) for name in ("gone", "there")
        )
        push = type(queries.carrier(Channel.PUSH))
        send = push.send

        def refuse(self, *, to, text, key):
            if json.loads(to)["endpoint"] == gone.endpoint:
                raise queries.Gone
            send(self, to=to, text=text, key=key)

        monkeypatch.setattr(push, "send", refuse)
        notify(me, me.person)
        city.run_jobs()
        assert queries.devices(me.pk) == [there]
        assert len(list((outbox / "push").iterdir())) == 1

    def test_a_gateway_that_is_down_holds_up_its_own_channel_only(self, outbox, me, monkeypatch):
        prefer(me, mail="a@b.example")

        def down(self, **message):
            raise OSError("down")

        monkeypatch.setattr(type(queries.carrier(Channel.MAIL)), "send", down)
        notify(me, me.person)
        city.run_jobs()
        assert [path.parent.name for path in outbox.rglob("*.json")] == ["sms"]
        assert [job.tries for job in Job.objects.filter(done_at__isnull=True)] == [1]


class TestWhatIsKept:
    def test_the_event_names_what_was_refused_and_never_the_address(self, me):
        prefer(me, language="en", mail="a@b.example", refused=frozenset({("mail", "policy")}))
        row = Preference.objects.get(account_id=me.pk)
        (event,) = events.history(row.pk)
        assert (event.name, event.payload) == (
            "notice.preferences_changed",
            {"language": "en", "refused": ["mail:policy"]},
        )
        assert queries.wishes(me.pk) == Wishes(
            language="en", mail="a@b.example", refused=frozenset({("mail", "policy")})
        )

    def test_a_second_choice_replaces_the_first(self, me):
        prefer(me, language="en", refused=frozenset({("sms", "policy")}), **NIGHT)
        prefer(me)
        assert queries.wishes(me.pk) == Wishes()
        assert Preference.objects.filter(account_id=me.pk).count() == 1

    def test_somebody_elses_stay_what_they_are(self, me):
        other = city.account(city.person())
        prefer(me, language="en", refused=frozenset({("sms", "policy")}))
        assert queries.wishes(other.pk) == Wishes()
        assert not queries.has_preferences(other.pk)

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda me: Refusal(account_id=me.pk, channel="inbox", kind="letter"),
            lambda me: Refusal(account_id=me.pk, channel="sms", kind="everything"),
            lambda me: Preference(account_id=me.pk, language="fr", changed_at=clocks.now()),
            lambda me: Preference(
                account_id=me.pk, language="en", quiet_from=time(22), changed_at=clocks.now()
            ),
            lambda me: Preference(
                account_id=me.pk,
                language="en",
                quiet_from=time(7),
                quiet_to=time(7),
                changed_at=clocks.now(),
            ),
        ],
        ids=["the inbox", "unknown kind", "unknown language", "one end", "no length"],
    )
    def test_the_database_refuses(self, me, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            action(wrong(me).save)(force_insert=True)

    def test_the_kind_of_a_notice_follows_from_what_it_is_about(self, outbox, me):
        assert notify(me, me.person).kind == NoticeKind.PROGRESS
        device = actions.add_device(endpoint="", keys={}, name="x", by=city.actor(me))
        device._meta.model_name, kept = "lending", device._meta.model_name
        try:
            assert notify(me, device, key="e2").kind == NoticeKind.LICENCE
        finally:
            device._meta.model_name = kept


class TestDevices:
    def test_made_up_pushes_have_a_made_up_device(self, me):
        row = actions.add_device(endpoint="https://evil.example/", keys={}, name="phone", by=city.actor(me))
        assert row.endpoint.startswith("https://push.invalid/")
        assert [event.name for event in events.history(row.pk)] == ["push_device.added"]

    def test_only_its_owner_removes_it_and_a_second_time_changes_nothing(self, me):
        row = actions.add_device(endpoint="", keys={}, name="phone", by=city.actor(me))
        actions.remove_device(device_id=row.pk, by=city.actor(city.account(city.person())))
        assert queries.devices(me.pk) == [row]
        actions.remove_device(device_id=row.pk, by=city.actor(me))
        actions.remove_device(device_id=row.pk, by=city.actor(me))
        assert queries.devices(me.pk) == []

    def test_there_are_not_more_than_anybody_has(self, me):
        for _ in range(10):
            actions.add_device(endpoint="", keys={}, name="phone", by=city.actor(me))
        with pytest.raises(actions.BadDevice):
            actions.add_device(endpoint="", keys={}, name="phone", by=city.actor(me))

    def test_endpoint_and_keys_are_not_in_the_database_in_clear(self, me):
        row = actions.add_device(endpoint="", keys={}, name="phone", by=city.actor(me))
        stored = Device.objects.filter(pk=row.pk).values_list("endpoint", "keys").get()
        assert all(b"push.invalid" not in bytes(one) for one in stored)
        assert uuid.UUID(row.endpoint.rsplit("/", 1)[-1])
