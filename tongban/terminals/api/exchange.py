"""Where other platforms bring their messages. What lets a message in is its signature, not a session."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.exchange import actions
from tongban.kernel.exchange.states import MOST_BYTES
from tongban.terminals.api.rights import error
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import open_to_all


@csrf_exempt  # no session and no cookie has any say here
@require_POST
@open_to_all("another platform has no account; each message is signed, and verified before anything is kept")
def take(request: HttpRequest) -> HttpResponse:
    """Take a message in and answer with the signed receipt; a duplicate gets the receipt of the first time."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return error(413, "exchange.too_large", texts._("报文太大。"), texts._("请拆成几份再发。"))
    try:
        status, answer = actions.take(request.body)
    except Problem as problem:
        lang = texts.language()
        return error(problem.status, problem.code, problem.sentence(lang), problem.todo(lang))
    return HttpResponse(answer, status=status, content_type="application/json")
