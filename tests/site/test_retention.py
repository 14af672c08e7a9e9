"""What no law keeps goes after its time, by itself and by `tongban retention`; without --apply nothing goes."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session

from tests import city
from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.tasks import days
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events import queries as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.models import SignInCode
from tongban.site import cli, retention

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing(clock):
    return clock


def over() -> dict[str, int]:
    return {kind.name: kind.over() for kind in retention.kinds()}


def test_nothing_is_past_its_time_at_first():
    city.food_draft()
    assert set(over().values()) == {0}


def test_a_draft_goes_and_whatever_was_handed_in_stays(clock):
    old, _by = city.food_draft()
    handed_in, _by = city.food()
    clock.move(days=catalogue.kept_days("drafts") - 1)
    young, _by = city.food_draft()
    days.old_drafts(time.today())
    assert Case.objects.count() == 3
    clock.move(days=2)
    assert over()["drafts"] == 1
    days.old_drafts(time.today())
    assert {row.pk for row in Case.objects.all()} == {handed_in.pk, young.pk}
    last = events.history(old.pk)[-1]
    assert (last.name, last.payload["why"], last.actor_kind) == ("case.draft_deleted", "retention", "system")
    assert events.altered() == []


def test_a_draft_that_somebody_came_back_to_meanwhile_stays(clock):
    draft, by = city.food_draft()
    before = time.now() + dt.timedelta(days=1)
    clock.move(days=2)
    from tongban.kernel.cases import actions

    actions.save(case_id=draft.pk, by=by, answers={"area": "90"})
    assert actions.forget_draft(case_id=draft.pk, before=before) is False
    assert cases.case(draft.pk).pk == draft.pk


def test_without_a_period_in_the_pack_drafts_stay(clock, monkeypatch):
    city.food_draft()
    clock.move(days=4000)
    monkeypatch.setattr(catalogue, "kept_days", lambda _kind: None)
    days.old_drafts(time.today())
    assert Case.objects.count() == 1
    assert over()["drafts"] == 0


def test_codes_go_a_day_after_they_ran_out(clock):
    account = city.account(city.person())
    parties.ask_code(account=account, asker="a")
    clock.move(hours=23)
    assert parties.forget_codes(now=time.now()) == 0
    clock.move(hours=2)
    assert over()["one-time codes"] == 1
    assert parties.forget_codes(now=time.now()) == 1
    assert not SignInCode.objects.exists()


def test_the_command_says_first_and_deletes_when_told(clock, capsys):
    city.food_draft()
    city.signed_in(city.account(city.person()))
    Session.objects.update(expire_date=time.wall_clock() - dt.timedelta(days=1))
    clock.move(days=400)
    assert cli.main(["retention"]) == 0
    said = capsys.readouterr().out
    assert "       1  drafts: 180 days after the last change" in said
    assert "       1  browsers' sessions" in said
    assert "nothing was deleted" in said
    assert (Case.objects.count(), Session.objects.count()) == (1, 1)
    assert cli.main(["retention", "--apply"]) == 0
    assert (Case.objects.count(), Session.objects.count()) == (0, 0)
    assert set(over().values()) == {0}
