"""Notices: one for an effect, read by their owner, followed by one message to the phone."""

import json

import pytest

from tests import city
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM
from tongban.kernel.events import queries as events
from tongban.kernel.events.models import Job
from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import actions as parties
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    """A folder of the test's own for what goes outside."""
    settings.OUTBOX = tmp_path
    return tmp_path


def notify(account, about, key="e1", title="已收到"):
    """A notice."""
    return actions.notify(
        account_id=account.pk, title=(title, "Received"), body=("正文", "Body"), about=about, effect_key=key
    )


def sent(outbox) -> list[dict]:
    """What went outside."""
    return [json.loads(path.read_text()) for path in sorted(outbox.rglob("*.json"))]


def test_one_effect_notifies_once_and_sends_once(outbox, clock):
    person = city.person()
    account = city.account(person)
    row = notify(account, person)
    assert notify(account, person, title="又一次") is None
    assert list(Notice.objects.all()) == [row]
    city.run_jobs()
    assert sent(outbox) == [{"to": person.phone, "text": "已收到", "at": clock.now.isoformat()}]
    assert [event.name for event in events.history(row.pk)] == ["notice.created", "message.sent"]


def test_a_message_sent_before_a_crash_is_not_a_second_message(outbox, clock):
    person = city.person()
    row = notify(city.account(person), person)
    city.run_jobs()
    job = Job.objects.get(handler__endswith="message_sent", event_id=events.history(row.pk)[0].pk)
    action(Job.objects.filter(pk=job.pk).update)(done_at=None)
    city.run_jobs()
    assert len(sent(outbox)) == 1


def test_without_a_phone_nothing_goes_outside(outbox, clock):
    person = city.person()
    person.phone = None
    action(person.save)()
    officer = city.officer("clerk")
    rows = [notify(city.account(person), person), notify(officer, person, key="e2")]
    city.run_jobs()
    assert sent(outbox) == []
    assert [[event.name for event in events.history(row.pk)] for row in rows] == [["notice.created"]] * 2


def test_a_closed_account_gets_no_message(outbox, clock):
    person = city.person()
    account = city.account(person)
    notify(account, person)
    account.is_active = False
    action(account.save)()
    city.run_jobs()
    assert sent(outbox) == []


def test_an_inbox_is_its_owners_alone(outbox, clock):
    me, other = city.person(), city.person()
    mine, theirs = city.account(me), city.account(other)
    first, second, foreign = notify(mine, me), notify(mine, me, "e2"), notify(theirs, other, "e3")
    by = city.actor(mine)
    assert list(queries.inbox(by)) == [second, first]
    assert queries.unread(by) == 2
    assert actions.read_all(by=by) == 2
    assert actions.read_all(by=by) == 0
    assert queries.unread(by) == 0
    assert queries.unread(city.actor(theirs)) == 1
    assert queries.notice(foreign.pk).read_at is None
    assert list(queries.inbox(ANONYMOUS)) == []
    assert (queries.unread(ANONYMOUS), queries.unread(SYSTEM)) == (0, 0)


def test_carriers_write_under_a_name_that_cannot_leave_their_folder(outbox, clock):
    queries.CARRIERS.get("mail")().send(to="x@example.org", text="x", key="../../../etc/x:1")
    (path,) = outbox.rglob("*.json")
    assert path.parent == outbox / "mail"
    assert set(queries.CARRIERS.keys()) == {"sms", "mail", "push", "web-push"}


def test_a_notice_follows_its_owner_not_the_persons_other_accounts(outbox, clock):
    person = city.person()
    mine = city.account(person)
    other = parties.open_account(username="second", display_name="x", person=person, by=SYSTEM)
    notify(mine, person)
    assert queries.unread(city.actor(other)) == 0
