"""Sessions in the database, read by SQL that is written once: every request of a signed-in person begins with one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from tongban.foundation import time
from tongban.kernel.records.queries import Kept

_LIVE: Kept[Session] = Kept(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(db.SessionStore):
    """Django's store; a session that is over is as good as none."""

    def _get_session_from_db(self) -> Any:
        found = _LIVE.first(self.session_key, time.wall_clock())
        if found is None:
            self._session_key = None
        return found
