"""The resident's agreement at a village station, before their data are seen and something is filled in for them."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.foundation import time
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.notices.queries import carriers
from tongban.kernel.notices.states import Channel
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Step
from tongban.kernel.receptions import actions, queries
from tongban.kernel.receptions.states import CONSENT_NAMES, HELP_MINUTES, Consent
from tongban.terminals.counter import words
from tongban.terminals.ui.texts import _
from tongban.terminals.ui.whence import address_of

log = logging.getLogger("tongban")
_FORMATS, _MOST = ("jpg", "jpeg", "png", "pdf"), 10 * MEGABYTE


def panel(request: HttpRequest, row: Any, *, draft: bool) -> dict[str, Any]:
    """What a page of a reception shows of the agreement; nothing at windows of halls."""
    if not queries.needs_consent(row):
        return {"helping": None}
    over = queries.help_is_over(row, time.now())
    return {
        "helping": {
            "asks": draft and not over and not row.consent,
            "runs": draft and not over and bool(row.consent),
            "over": draft and over,
            "how": words.pick(CONSENT_NAMES[Consent(row.consent)]) if row.consent else "",
            "at": words.moment(row.consented_at),
            "minutes": HELP_MINUTES,
            "code": request.session.get(_key(row.pk), "") if settings.DEMO else "",
        }
    }


def _key(reception_id: uuid.UUID) -> str:
    return f"consent-{reception_id}"


def take(request: HttpRequest, id: uuid.UUID) -> object:
    """Do what the form asks: "ask" sends a code, "code" takes it, "paper" takes the photograph."""
    match request.POST.get("do"):
        case "ask":
            return _ask(request, id)
        case "paper":
            file = request.FILES.get("file")
            stored = documents.take_in(
                chunks=file.chunks() if file is not None else [],
                name=file.name if file is not None else "",
                formats=_FORMATS,
                most_bytes=_MOST,
                by=request.actor,
            )
            return actions.consent_on_paper(reception_id=id, file=stored, by=request.actor)
    _count(request, Step.TRY, id)
    return actions.consent_by_code(
        reception_id=id, code=request.POST.get("code", "").replace("\x00", ""), by=request.actor
    )


def _count(request: HttpRequest, step: Step, id: uuid.UUID) -> None:
    parties.admit(step=step, who=_key(id), address=address_of(request))


def _ask(request: HttpRequest, id: uuid.UUID) -> None:
    _count(request, Step.ASK, id)
    phone, code = actions.ask_consent(reception_id=id, by=request.actor)
    if settings.DEMO:  # nobody is sent anything in a demonstration
        request.session[_key(id)] = code
        return
    text = _("您的验证码是 {code}：告诉工作人员，就是同意由TA帮您填写和提交这一份申请。", code=code)
    try:
        carriers.carrier(Channel.SMS).send(to=phone, text=text, key=f"consent-{uuid.uuid4()}")
    except Exception as error:  # noqa: BLE001  # whatever a gateway raises, the window goes on with paper
        log.error("a code could not be handed to the carrier: %s", type(error).__name__)
