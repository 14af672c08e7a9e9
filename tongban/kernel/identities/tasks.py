"""Closes what ran out and forgets what is long over."""

from datetime import date, timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.events.states import daily
from tongban.kernel.identities import actions


@daily
def tidy(day: date) -> None:
    """Close sessions past the longest time that any may last."""
    longest = max(settings.STAFF_HOURS, settings.PERSON_HOURS)
    actions.tidy(now=time.now(), longest=timedelta(hours=longest))
