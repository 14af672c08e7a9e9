"""Reads of cases. A person's case is only ever fetched through the policy (`rules.visible`)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import Count, Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import calc, rules
from tongban.kernel.cases.models import Case, CaseMaterial, CaseStep, Supplement
from tongban.kernel.cases.states import OPEN_STATES, TRANSITIONS, CaseState, Verb, Who
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Published
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.events import queries as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.calc import Profile


class NoSuchCase(Problem):
    """No case that the actor may see has this identifier; says nothing of whether another's has."""

    code = "case.unknown"
    status = 404


def _no_such_case() -> NoSuchCase:
    return NoSuchCase(
        sentence_zh="没有找到这个办件。",
        sentence_en="There is no such case.",
        todo_zh="请从“我的办件”进入。",
        todo_en="Open it from your list of cases.",
    )


def case_for(actor: Actor, case_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Case:
    """The case when the actor may `verb` it; raises NoSuchCase otherwise. `lock` checks and locks in one statement."""
    rows = rules.visible(actor, verb).filter(pk=case_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    case = rows.first()
    if case is None:
        raise _no_such_case()
    return case


def case(case_id: uuid.UUID) -> Case:
    """One case for the machinery (subscriptions, invariants); raises NoSuchCase. Pages use `case_for`."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise _no_such_case()
    return found


def version_of(case: Case) -> Published:
    """The published version under which the case was opened."""
    return catalogue.version(case.version_id)


def profile_of(case: Case, today: date) -> Profile:
    """What is known of the case's subjects."""
    return parties.profile(case.person_id, case.organisation_id, today)


def materials_of(case: Case) -> list[CaseMaterial]:
    """The materials of a case with their files and credentials, in the order they were added."""
    return list(case.materials.select_related("file", "credential").order_by("id"))


def application(
    case: Case,
    today: date,
    materials: list[CaseMaterial] | None = None,
    held: Mapping[str, Credential] | None = None,
) -> calc.Application:
    """The application of a draft or of a case under supplement, as it stands now.

    `materials` and `held` (credentials by type) spare a query where the caller has them already.
    """
    published = version_of(case)
    materials = materials_of(case) if materials is None else materials
    return calc.assemble(
        published.definition,
        published.validator,
        profile_of(case, today),
        case.situation,
        case.answers,
        held=frozenset(credentials.held(case_subject(case), today) if held is None else held),
        uploaded=frozenset(m.material for m in materials if m.file_id),
        signed=case.signed,
    )


def preview(item: Published, actor: Actor, situation: Mapping[str, str], today: date) -> calc.Application:
    """What an item would ask of the actor in a situation, before anything is opened (for the guide)."""
    subjects = [s for s in (actor.person_id, actor.organisation_id) if s]
    return calc.assemble(
        item.definition,
        item.validator,
        parties.profile(actor.person_id, actor.organisation_id, today) if subjects else Profile(),
        situation,
        {},
        held=frozenset(credentials.held(subjects, today)) if subjects else frozenset(),
        uploaded=frozenset(),
        signed=(),
    )


def case_subject(case: Case) -> list[uuid.UUID]:
    """Whose credentials count for the case: the person's and, where there is one, the organisation's."""
    return [s for s in (case.person_id, case.organisation_id) if s]


def mine(actor: Actor) -> QuerySet[Case]:
    """The actor's own cases and those of the organisations they may act for, newest first."""
    subject = Q(person_id=actor.person_id, organisation_id__isnull=True) if actor.person_id else Q(pk__in=[])
    if actor.represents:
        subject |= Q(organisation_id__in=actor.represents)
    return Case.objects.filter(subject).order_by("-id")


def draft_of(actor: Actor, item_code: str, organisation_id: uuid.UUID | None) -> Case | None:
    """The draft that the actor left for this item."""
    return (
        Case.objects.filter(
            person_id=actor.person_id,
            organisation_id=organisation_id,
            item_code=item_code,
            state=CaseState.DRAFT,
        )
        .order_by("-id")
        .first()
    )


def desk(actor: Actor) -> QuerySet[Case]:
    """All cases an officer may see through grants, leaving out drafts."""
    return Case.objects.filter(rules.staff_only(actor))


def queue(actor: Actor) -> QuerySet[Case]:
    """The cases that wait for something this officer may do, soonest due first."""
    waiting = Q(pk__in=[])
    for grant in actor.grants:
        for permission in grant.permissions & {
            Permission.CASE_ACCEPT,
            Permission.CASE_REVIEW,
            Permission.CASE_DECIDE,
        }:
            part = Q(waiting_for=permission, waiting_path__startswith=grant.place_path)
            if grant.agency:
                part &= Q(agency=grant.agency)
            if grant.items:
                part &= Q(item_code__in=grant.items)
            waiting |= part
    return Case.objects.filter(waiting).order_by("due_on", "id")


def lamp(rows: QuerySet[Case], light: str, today: date) -> QuerySet[Case]:
    """Those of the cases whose light is this one today: red, yellow, green or paused."""
    running = rows.filter(state__in=OPEN_STATES, paused=False)
    match light:
        case "red":
            return running.filter(due_on__lt=today)
        case "yellow":
            return running.filter(due_on__gte=today, yellow_on__lte=today)
        case "green":
            return running.filter(due_on__gte=today, yellow_on__gt=today)
        case "paused":
            return rows.filter(paused=True)
    return rows


def lamps(rows: QuerySet[Case], today: date) -> dict[str, int]:
    """How many cases have which light today, in one query."""
    running = Q(state__in=OPEN_STATES, paused=False)
    return rows.order_by().aggregate(
        red=Count("pk", filter=running & Q(due_on__lt=today)),
        yellow=Count("pk", filter=running & Q(due_on__gte=today, yellow_on__lte=today)),
        green=Count("pk", filter=running & Q(due_on__gte=today, yellow_on__gt=today)),
        paused=Count("pk", filter=Q(paused=True)),
    )


def finished_on(rows: QuerySet[Case], day: date) -> QuerySet[Case]:
    """Those of the cases on which a decision, a refusal or a withdrawal fell on this day in Shanghai."""
    begin = datetime.combine(day, clock_time(), SHANGHAI)
    within = (begin, begin + timedelta(days=1))
    return rows.filter(
        Q(decided_at__gte=within[0], decided_at__lt=within[1])
        | Q(decided_at__isnull=True, closed_at__gte=within[0], closed_at__lt=within[1])
    )


def light_of(case: Case, today: date) -> str:
    """The light of one case today: red, yellow, green, paused or done."""
    if case.state not in OPEN_STATES:
        return "done"
    if case.paused:
        return "paused"
    if case.due_on is None or today < (case.yellow_on or case.due_on):
        return "green"
    return "yellow" if today <= case.due_on else "red"


def steps_of(case: Case) -> list[CaseStep]:
    """The steps of a case in the item's order."""
    return list(case.steps.order_by("order"))


def open_step(case: Case, steps: Sequence[CaseStep], actor: Actor, permission: Permission) -> CaseStep | None:
    """The open step with this permission within the reach of a grant of the actor, or None."""
    reach = [
        g.place_path for g in actor.grants if permission in g.permissions and g.agency in ("", case.agency)
    ]
    for step in steps:
        mine = any(step.place_path.startswith(path) for path in reach)
        if step.state == "open" and step.permission == permission and mine:
            return step
    return None


def handlers(case: Case, steps: Sequence[CaseStep]) -> set[uuid.UUID]:
    """Who accepted or examined a case: none of them may decide it."""
    return {account for account in (case.accepted_by, *(step.done_by for step in steps)) if account}


@dataclass(frozen=True)
class Turn:
    """What an officer can do to a case now.

    `step` is the open step that is theirs to examine; `barred` says that they could decide, had they not handled it.
    """

    verbs: frozenset[Verb]
    step: CaseStep | None = None
    barred: bool = False


_OFFICERS = {"accept": Who.CLERK, "review": Who.REVIEWER, "decide": Who.DECIDER}


def turn_of(actor: Actor, case: Case, steps: Sequence[CaseStep], supplement: Supplement | None) -> Turn:
    """What `actor` can do to the case now, by state, policy, steps and the separation of duties; one query.

    For offering verbs only: the actions check again on the locked row.
    """
    counts = Case.objects.filter(pk=case.pk).aggregate(
        **{verb: Count("pk", filter=allowed(rules.POLICY, actor, verb)) for verb in _OFFICERS}
    )
    roles = {who for verb, who in _OFFICERS.items() if counts[verb]}
    verbs = {row.verb for row in TRANSITIONS.values() if case.state in row.sources and row.who & roles}
    if supplement is not None:
        verbs.discard(Verb.REQUEST_SUPPLEMENT)
    step = open_step(case, steps, actor, Permission.CASE_REVIEW)
    if step is None:
        verbs.discard(Verb.COMPLETE_STEP)
    deciding = {Verb.GRANT, Verb.DENY}
    ripe = open_step(case, steps, actor, Permission.CASE_DECIDE) or all(s.state == "done" for s in steps)
    if not ripe:
        verbs -= deciding
    barred = bool(verbs & deciding) and actor.account_id in handlers(case, steps)
    return Turn(frozenset(verbs - deciding if barred else verbs), step, barred)


def supplement_of(case: Case) -> Supplement | None:
    """The request for corrections, if one was made."""
    return Supplement.objects.filter(case=case).first()


def shown_answers(case: Case, supplement: Supplement | None) -> Mapping[str, Any]:
    """The answers an officer sees: corrections under way stay apart until they are handed in."""
    if case.state == CaseState.SUPPLEMENT_REQUESTED and supplement is not None:
        return supplement.before
    return case.answers


def history(case: Case):
    """The events of a case, oldest first."""
    return events.history(case.pk)


def find(actor: Actor, text: str) -> QuerySet[Case]:
    """An officer's search among the cases they may see: by number, credit code, applicant's name or item."""
    text = text.strip()
    if not text or "\x00" in text:  # PostgreSQL has no NUL in text and says so with an error
        return Case.objects.none()
    match = (
        Q(short_no__iexact=text)
        | Q(case_no=text)
        | Q(applicant_name__contains=text)
        | Q(item_name__contains=text)
    )
    organisation = parties.organisation_by_uscc(text.upper())
    if organisation is not None:
        match |= Q(organisation_id=organisation.pk)
    return desk(actor).filter(match).order_by("-id")


def all_submitted():
    """Every case that was ever submitted, for invariants."""
    return Case.objects.exclude(state=CaseState.DRAFT)


def recent_items(most: int) -> list[str]:
    """The item codes of the newest `most` submissions: which items people use now."""
    return list(all_submitted().order_by("-id").values_list("item_code", flat=True)[:most])


def count_by(rows: QuerySet[Case], conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many cases fulfil which condition, in one query."""
    return rows.order_by().aggregate(**{name: Count("pk", filter=one) for name, one in conditions.items()})
