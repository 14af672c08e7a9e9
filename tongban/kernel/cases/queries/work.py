"""The work inside cases: steps, tasks, proposals, hearings, checks; and what stands in the way of a decision."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor, covering, covers, holds
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import rules
from tongban.kernel.cases.models import (
    Absence,
    Case,
    CaseStep,
    CommitmentCheck,
    Deferral,
    Extension,
    Hearing,
    Pause,
    StepFile,
    Supplement,
    WorkItem,
)
from tongban.kernel.cases.queries.reading import version_of
from tongban.kernel.cases.states import (
    OPEN_STATES,
    STATUTORY_PAUSES,
    CaseState,
    CheckState,
    DeferralState,
    ProposalState,
    StepState,
    StepType,
    Verdict,
)
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason
from tongban.kernel.records.queries import Kept, attach

QUEUED = frozenset(
    {Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE, Permission.CASE_HEAD}
)


_STEPS: Kept[CaseStep] = Kept(lambda case_id: CaseStep.objects.filter(case_id=case_id).order_by("order"))
_STEPS_OF_MANY: Kept[CaseStep] = Kept(
    lambda case_ids: CaseStep.objects.filter(case_id__in=case_ids).order_by("case_id", "order")
)
_WORK: Kept[WorkItem] = Kept(
    lambda case_id: WorkItem.objects.filter(case_id=case_id).select_related("step").order_by("id")
)
_LIVE_PAUSES: Kept[Pause] = Kept(
    lambda case_id: Pause.objects.filter(
        case_id=case_id, state__in=[ProposalState.ASKED, ProposalState.RUNNING]
    ).order_by("id")
)
_ASKED: Kept[Extension] = Kept(
    lambda case_id: Extension.objects.filter(case_id=case_id, state=ProposalState.ASKED)
)
_HEARING: Kept[Hearing] = Kept(lambda case_id: Hearing.objects.filter(case_id=case_id))
_CHECKS: Kept[CommitmentCheck] = Kept(
    lambda case_id: CommitmentCheck.objects.filter(case_id=case_id, state=CheckState.PENDING).order_by(
        "due_on", "id"
    )
)


def work_for(actor: Actor, today: date | None = None) -> QuerySet[WorkItem]:
    """The open tasks that this officer may do: in their pools, assigned to them, or to somebody they stand in for."""
    within = Q(pk__in=[])
    for grant in actor.grants:
        wanted = grant.permissions & QUEUED
        if not wanted:
            continue
        part = Q(permission__in=sorted(wanted))
        if grant.place_path:
            part &= Q(place_path__startswith=grant.place_path)
        if grant.agency:
            part &= Q(agency=grant.agency)
        if grant.items:
            part &= Q(item_code__in=grant.items)
        within |= part
    today = today or time.today()
    covered = Absence.objects.filter(
        stand_in=actor.account_id, starts_on__lte=today, ends_on__gte=today
    ).values("account_id")
    theirs = Q(assignee__isnull=True) | Q(assignee=actor.account_id) | Q(assignee__in=covered)
    return WorkItem.objects.filter(rules.without_recused(within & theirs, actor))


def may_do(actor: Actor, item: WorkItem) -> bool:
    """Whether an officer has the right that a task takes, and does not keep away from its case."""
    if actor.recused and holds(rules.RECUSED, actor, item.case):
        return False
    return any(
        covers(grant, agency=item.agency, place_path=item.place_path, item=item.item_code)
        for grant in covering(actor.grants, Permission(item.permission))
    )


def kept_away(case: Case) -> set[uuid.UUID]:
    """The officers who are recused from a case."""
    about = (case.pk, case.person_id, case.organisation_id)
    return {row.account_id for row in access.recusals(one for one in about if one)}


def work_of(case: Case) -> list[WorkItem]:
    """The open tasks of one case."""
    return _WORK.all(case.pk)


def steps_of(case: Case) -> list[CaseStep]:
    """The steps of a case in the item's order."""
    return _STEPS.all(case.pk)


def with_steps(cases: list[Case]) -> list[Case]:
    """The cases with their steps in the item's order, in one query."""
    attach(cases, "steps", "case_id", _STEPS_OF_MANY.all([case.pk for case in cases]) if cases else ())
    return cases


def open_step(
    case: Case,
    steps: Sequence[CaseStep],
    actor: Actor,
    permission: Permission,
    step_id: uuid.UUID | None = None,
) -> CaseStep | None:
    """The first open step with this permission within the reach of a grant of the actor, or the one asked for."""
    for step in steps:
        if step.state != StepState.OPEN or step.permission != permission or step_id not in (None, step.pk):
            continue
        agency = step.agency or case.agency
        if any(
            covers(grant, agency=agency, place_path=step.place_path, item=case.item_code)
            for grant in covering(actor.grants, permission)
        ):
            return step
    return None


def handlers(case: Case, steps: Sequence[CaseStep]) -> set[uuid.UUID]:
    """Who accepted or examined a case: none of them may decide it."""
    accounts = (case.accepted_by, *(step.done_by for step in steps), *(step.done_with for step in steps))
    return {account for account in accounts if account}


def live_pauses(case: Case) -> list[Pause]:
    """What is proposed or running: the proposal first, then a special procedure, then a stop of the promise alone."""
    rows = _LIVE_PAUSES.all(case.pk)
    return sorted(rows, key=lambda row: (row.state != ProposalState.ASKED, row.kind not in STATUTORY_PAUSES))


def live_pause(case: Case) -> Pause | None:
    """The first of the live pauses: what waits for somebody's word now."""
    return next(iter(live_pauses(case)), None)


def running_pause(case: Case, live: Sequence[Pause] | None = None) -> Pause | None:
    """The pause that can be ended now: of a suspended case the special procedure, else the stop of the promise."""
    suspended = case.state == CaseState.SUSPENDED
    rows = [
        row for row in (live_pauses(case) if live is None else live) if row.state == ProposalState.RUNNING
    ]
    return next((row for row in rows if (row.kind in STATUTORY_PAUSES) == suspended), None)


def asked_extension(case: Case) -> Extension | None:
    """The extension that waits for the head's word."""
    return _ASKED.first(case.pk)


def had_extension(case: Case) -> bool:
    """Whether an extension was asked for or given; the law knows no second one."""
    return case.extensions.exclude(state=ProposalState.REJECTED).exists()


def measures_of(case: Case) -> list[Pause | Extension]:
    """All proposals of a case, oldest first."""
    return sorted([*case.pauses.all(), *case.extensions.all()], key=lambda row: row.asked_at)


def hearing_of(case: Case) -> Hearing | None:
    """The hearing of a case, if one was offered."""
    return _HEARING.first(case.pk)


def open_offer(case: Case, today: date) -> Hearing | None:
    """The hearing for which the applicant can still ask."""
    return Hearing.objects.filter(case=case, asked_at__isnull=True, ask_by__gte=today).first()


def pending_checks(case: Case) -> list[CommitmentCheck]:
    """The commitments somebody has still to look at."""
    return _CHECKS.all(case.pk)


def open_pauses(clock: Clock) -> Counter[PauseReason]:
    """For which reasons a clock stands still now, and how often for each."""
    still: Counter[PauseReason] = Counter()
    for fact in deadlines.facts_of(list(clock.entries.all())):
        if fact.kind is ClockFactKind.PAUSED and fact.reason:
            still[fact.reason] += 1
        elif fact.kind is ClockFactKind.RESUMED and fact.reason:
            still[fact.reason] -= 1
    return +still


@dataclass(frozen=True)
class Obstacle:
    """What must come before a decision, in words; `only_for_grant`: a denial need not wait for it."""

    zh: str
    en: str
    todo_zh: str
    todo_en: str
    only_for_grant: bool = False


# What else can stand in the way, known to packages above; each looks at a case and says what, or None.
_MORE: list[Callable[[Case], Obstacle | None]] = []


def also_ask(look: Callable[[Case], Obstacle | None]) -> Callable[[Case], Obstacle | None]:
    """Let `look` be asked too, whenever it is asked what must come before a decision."""
    _MORE.append(look)
    return look


def obstacles(case: Case, today: date, live: Sequence[Pause] | None = None) -> list[Obstacle]:
    """What stands in the way of deciding the case today; `live` spares a query where the caller has the live pauses."""
    found = []
    hearing = hearing_of(case)
    if hearing is not None and hearing.asked_at is None and today <= hearing.ask_by:
        found.append(
            Obstacle(
                "申请人还可以要求听证。",
                "The applicant can still ask for a hearing.",
                f"请等到 {hearing.ask_by.isoformat()} 之后再作决定。",
                f"Wait until after {hearing.ask_by}.",
            )
        )
    pauses = live_pauses(case) if live is None else live
    if any(row.state == ProposalState.ASKED for row in pauses) or asked_extension(case) is not None:
        found.append(
            Obstacle(
                "有一项提请在等负责人决定。",
                "A proposal waits for the head of the agency.",
                "请先等待负责人决定。",
                "Wait for that decision first.",
            )
        )
    if any(step.child for step in version_of(case).definition.steps) and _child_in_the_way(case):
        found.append(
            Obstacle(
                "所含的一个办件没有办成，不能作出准予决定。",
                "A case that belongs to this one failed, so it cannot be granted.",
                "请查看所含办件的结果，依法作出不予许可决定或者终止办理。",
                "See the result of that case; deny this one or end it.",
                only_for_grant=True,
            )
        )
    found += [one for one in (look(case) for look in _MORE) if one is not None]
    if case.deferred and case.deferrals.exclude(state=DeferralState.SUPPLIED).exists():
        found.append(
            Obstacle(
                "容缺的材料还没有补齐，不能作出准予决定。",
                "Deferred materials are still missing, so it cannot be granted.",
                "补齐之后才能发放结果。",
                "The result can be given once they are there.",
                only_for_grant=True,
            )
        )
    return found


def _child_in_the_way(case: Case) -> bool:
    return case.steps.filter(type=StepType.CHILD_CASE, verdict=Verdict.FAULTS).exists()


def unanswered(day: date) -> list[uuid.UUID]:
    """Submissions whose five days passed without an answer (article 32)."""
    rows = Case.objects.filter(state=CaseState.SUBMITTED, due_on__lt=day, paused=False)
    return list(rows.values_list("pk", flat=True))


def unsupplied(day: date) -> list[uuid.UUID]:
    """Cases whose supplement did not come by the day that the notice named."""
    rows = Supplement.objects.filter(
        answered_at__isnull=True, due_on__lt=day, case__state=CaseState.SUPPLEMENT_REQUESTED
    )
    return list(rows.values_list("case_id", flat=True))


def unkept(day: date) -> list[uuid.UUID]:
    """Cases in which a promised material did not come in time."""
    rows = Deferral.objects.filter(state=DeferralState.OPEN, due_on__lt=day, case__state__in=OPEN_STATES)
    return list(rows.values_list("case_id", flat=True).distinct())


def silent_steps(day: date) -> list[uuid.UUID]:
    """Open consultations and notices past their day; whether silence speaks, the item says."""
    rows = CaseStep.objects.filter(
        state=StepState.OPEN,
        due_on__lt=day,
        type__in=[StepType.CONSULT, StepType.PUBLIC_NOTICE],
        case__state__in=[CaseState.ACCEPTED, CaseState.IN_REVIEW],
    )
    return list(rows.values_list("pk", flat=True))


def absences_of(actor: Actor) -> list[Absence]:
    """The absences that this officer has noted and that are not over."""
    return list(
        Absence.objects.filter(account_id=actor.account_id, ends_on__gte=time.today()).order_by("starts_on")
    )


def step_files_of(case: Case) -> list[StepFile]:
    """What officers attached to the steps of a case, oldest first."""
    rows = StepFile.objects.filter(step__case=case).select_related("file", "step")
    return list(rows.order_by("id"))
