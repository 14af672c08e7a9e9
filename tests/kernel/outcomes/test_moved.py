"""Jobs that waited while the listeners moved here from `cases` find them under their new names (ADR 0013)."""

from importlib import import_module

import pytest
from django.apps import apps

from tests import city
from tests.kernel.cases.stages import at, office
from tongban.kernel.cases.states import CaseState
from tongban.kernel.documents.models import Letter
from tongban.kernel.events.models import Job
from tongban.kernel.events.states import HANDLERS
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MOVE = import_module("tongban.kernel.outcomes.migrations.0001_listeners_moved")
OLD = {new: old for old, new in MOVE.MOVED.items()}


@action
def as_before() -> int:
    """Give the waiting jobs the names they had before the move; returns how many."""
    count = 0
    for job in Job.objects.filter(done_at__isnull=True):
        for new, old in OLD.items():
            if job.handler.startswith(new):
                job.handler = old + job.handler.removeprefix(new)
                job.save(update_fields=["handler"])
                count += 1
    return count


def test_every_old_listener_has_its_new_name(clock):
    case = at(CaseState.GRANTED, office())
    assert as_before() > 5
    action(MOVE.rename)(apps, None)
    waiting = set(Job.objects.filter(done_at__isnull=True).values_list("handler", flat=True))
    assert waiting <= set(HANDLERS)
    city.run_jobs()
    assert city.again(case).state == CaseState.CLOSED
    assert Letter.objects.filter(about_id=case.pk).count() == 4
