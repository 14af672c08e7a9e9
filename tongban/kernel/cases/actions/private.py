"""Who keeps away from a case, and who looks into one without a right to it: recusals and emergency access."""

import uuid

from django.db.models import Q

from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import Actor, holds
from tongban.kernel.access.models import Grant
from tongban.kernel.access.states import RECUSED
from tongban.kernel.cases import queries, rules, states
from tongban.kernel.cases.models import Case, SleepingClaim, WorkItem
from tongban.kernel.cases.queries.reading import no_such_case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.events import actions as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action

CASE, APPLICANT = "case", "applicant"


def _applicant(case: Case) -> uuid.UUID:
    """Of whom the case is: the organisation, else the person."""
    return case.organisation_id or case.person_id


@action
def recuse(*, case_id: uuid.UUID, scope: str, reason: str, by: Actor, whom: uuid.UUID | None = None) -> Grant:
    """Keep away from a case, or from all of its applicant's, as from now; a head orders it for somebody else.

    公务员法 art. 76, 77: whoever has an interest, or a relative who has, asks for it themself. What was theirs to do goes back
    to their colleagues. Raises NoSuchCase, GrantNotPossible.
    """
    ordered = whom is not None and whom != by.account_id
    case = queries.case_for(by, case_id, "head" if ordered else "view", lock=True)
    officer = parties.account(whom if ordered else by.account_id)
    if by.kind != ActorKind.STAFF or officer is None or not officer.agency:
        raise access.GrantNotPossible(
            sentence_zh="回避的只能是工作人员。",
            sentence_en="Only officers are recused.",
            todo_zh="请从名单中选择。",
            todo_en="Choose somebody from the list.",
        )
    subject = case.pk if scope == CASE else _applicant(case)
    row = access.recuse(account_id=officer.pk, subject_id=subject, reason=reason, by=by)
    of = Q(case_id=subject) | Q(case__person_id=subject) | Q(case__organisation_id=subject)
    for item in WorkItem.objects.filter(of, assignee=officer.pk).select_related("case").order_by("id"):
        item.assignee = None
        item.save(update_fields=["assignee"])
        payload = {"kind": item.kind, "to": ""}
        events.record(name=states.WORK_TRANSFERRED, about=item.case, by=by, payload=payload)
    for claim in SleepingClaim.objects.filter(of, assignee=officer.pk).order_by("id"):
        SleepingClaim.objects.filter(pk=claim.pk).delete()
    return row


@action
def end_recusal(*, case_id: uuid.UUID, grant_id: uuid.UUID, by: Actor) -> Grant:
    """Let an officer come back to a case or an applicant, as the head of the agency. Raises NoSuchCase, GrantNotPossible."""
    case = queries.case_for(by, case_id, "head", lock=True)
    about = {case.pk, case.person_id, case.organisation_id}
    if not Grant.objects.filter(
        pk=grant_id, role=RECUSED, subject_id__in=[one for one in about if one]
    ).exists():
        raise no_such_case()
    return access.end_recusal(grant_id=grant_id, by=by)


@action
def open_glass(*, number: str, reason: str, by: Actor) -> Case:
    """Open one case by its number to an officer without a right to it, for some hours and a written reason.

    It is a grant like any other and ends by itself; a supervisor reviews it. Raises NoSuchCase, GrantNotPossible, SidesMixed.
    """
    text = number.strip().upper()
    case = None
    if text and text.isprintable():
        rows = Case.objects.filter(Q(short_no=text) | Q(case_no=text)).exclude(state=CaseState.DRAFT)
        case = rows.order_by("id").first()
    if case is None or by.kind != ActorKind.STAFF:
        raise no_such_case()
    if holds(rules.RECUSED, by, case):
        raise access.GrantNotPossible(
            sentence_zh="您对这个办件已经登记回避，不能紧急查阅。",
            sentence_en="You are recused from this case and cannot open it.",
            todo_zh="请由其他同事处理。",
            todo_en="Let a colleague see to it.",
        )
    if rules.visible(by).filter(pk=case.pk).exists():
        raise access.GrantNotPossible(
            sentence_zh="您本来就能看到这个办件，不用紧急查阅。",
            sentence_en="You can see this case anyway.",
            todo_zh="请从查件进入。",
            todo_en="Open it from the search.",
        )
    access.break_glass(subject_id=case.pk, reason=reason, by=by)
    events.record(name=states.OPENED_IN_EMERGENCY, about=case, by=by)
    return case
