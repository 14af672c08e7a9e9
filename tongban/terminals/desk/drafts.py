"""Letters before they bind: the officer reads what the applicant would get, without number or seal."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.states import Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import ClockFact, due
from tongban.kernel.deadlines.states import ClockFactKind
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.outcomes import queries as outcomes
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk.opened import open_case
from tongban.terminals.ui import looking
from tongban.terminals.ui.rights import staff

# Which letter a verb would send, and where its reasons are typed.
_LETTERS = {
    LetterKind.ACCEPTANCE: Verb.ACCEPT,
    LetterKind.NON_ACCEPTANCE: Verb.REFUSE,
    LetterKind.GRANT: Verb.GRANT,
    LetterKind.DENY: Verb.DENY,
    LetterKind.TERMINATION: Verb.TERMINATE,
}


@staff(Permission.CASE_ACCEPT, Permission.CASE_DECIDE)
def preview(request: HttpRequest, case_id: uuid.UUID, kind: str) -> HttpResponse:
    """The letter as a PDF, as if the verb were used now with what is typed. Nothing is written."""
    case = queries.case_for(request.actor, case_id)
    verb = next((verb for letter, verb in _LETTERS.items() if letter == kind), None)
    if verb is None or verb not in open_case(request.actor, case).turn.verbs:
        raise Http404
    looking.at(request, case, Look.FILE)
    now = time.now()
    case.reasons = request.POST.get("reasons", "").strip() or "（尚未填写）"
    if verb == Verb.ACCEPT:
        definition = queries.version_of(case).definition
        start = [ClockFact(ClockFactKind.STARTED, now.date())]
        calendar = deadlines.calendar()
        case.accepted_at = now
        case.due_on = due(start, definition.promised(actions.values_of(case)), calendar).due
        case.statutory_due_on = due(start, definition.statutory, calendar).due
    elif verb in {Verb.GRANT, Verb.DENY}:
        case.decided_at = now
    else:
        case.closed_at = now
    pdf = outcomes.letter_preview(case, LetterKind(kind), credential_no="（发证时编号）")
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": "inline; filename=preview.pdf", "Cache-Control": "no-store"},
    )
