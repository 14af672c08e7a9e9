"""Where one-time codes go, and the page for whoever asks for too many."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.kernel.identities import queries as identities
from tongban.kernel.notices.queries import carriers
from tongban.kernel.notices.states import Channel
from tongban.kernel.parties.actions import TooManyTries
from tongban.terminals.ui import city
from tongban.terminals.ui.pages import WayOut, explain
from tongban.terminals.ui.texts import _, language

log = logging.getLogger("tongban")


def send(account: Any, code: str) -> None:
    """Bring a code to the owner of the account; in a demonstration it only stands in the log and on the next page.

    A carrier that does not take it is logged without the code: the page must not tell a known name from an unknown one.
    """
    if settings.DEMO:
        log.info("code for %s: %s", account.username, code)
        return
    phone = identities.phone_of(account)
    text = _("您的验证码是 {code}，五分钟内有效。不要告诉任何人。", code=code)
    try:
        # An account without a telephone (staff) is named to the carrier as it is: the city's gateway knows its people.
        carriers.carrier(Channel.SMS).send(
            to=phone or account.username, text=text, key=f"code-{uuid.uuid4()}"
        )
    except Exception as error:  # noqa: BLE001  # whatever a gateway raises, nobody may see it on the page
        log.error("a code could not be handed to the carrier: %s", type(error).__name__)


def too_many(request: HttpRequest, problem: TooManyTries, again: str) -> HttpResponse:
    """The page for a step that was repeated too often: what, why, when again, and what else can be done meanwhile."""
    else_ = _("着急办理的，可以到就近的大厅，或者拨打热线 {number}。", number=city.current().hotline)
    response = explain(
        request,
        status=problem.status,
        title=_("请稍后再试"),
        sentence=problem.sentence(language()),
        todo=f"{problem.todo(language())} {else_}",
        code=problem.code,
        ways=[WayOut(_("回到登录"), again), WayOut(_("办事大厅"), reverse("halls"))],
    )
    response["Retry-After"] = str(problem.retry_after)
    return response
