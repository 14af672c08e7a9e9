"""Follows each notice with a short message to the phone."""

from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.states import NOTICE_CREATED, Channel
from tongban.kernel.parties import queries as parties


def _send(event: Event) -> bool:
    notice = queries.notice(event.subject_id)
    account = parties.account(notice.account_id)
    if account is None or account.person is None or not account.person.phone:
        return False
    queries.CARRIERS.get(Channel.SMS)().send(
        to=account.person.phone, text=notice.title_zh, key=notice.effect_key
    )
    return True


@subscribe(NOTICE_CREATED, prepare=_send)
def message_sent(event: Event, sent: bool) -> None:
    """Send outside any transaction, then log it: a second try overwrites the same message."""
    if sent:
        actions.log_message(notice=queries.notice(event.subject_id), channel=Channel.SMS)
