"""Closes what ran out and forgets what is long over."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from tongban.foundation import time
from tongban.kernel.events.states import daily
from tongban.kernel.identities import actions


@daily
def tidy(day: date) -> None:
    """Close sessions past the longest time that any may last, and forget what browsers left behind."""
    longest = max(settings.STAFF_HOURS, settings.PERSON_HOURS)
    actions.tidy(now=time.now(), longest=timedelta(hours=longest))
    SessionStore.clear_expired()
