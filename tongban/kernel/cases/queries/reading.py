"""One case and what belongs to it. A person's case is only ever fetched through the policy (`rules.visible`)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor, like
from tongban.kernel.cases import calc, rules
from tongban.kernel.cases.models import Ban, Case, CaseMaterial, Deferral, Supplement
from tongban.kernel.cases.queries import signing
from tongban.kernel.cases.states import SUBMITTED, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition, FieldError
from tongban.kernel.catalogue.queries import Published
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.names import queries as names
from tongban.kernel.names.states import CHECK as NAME_CHECK
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.calc import Profile, aged
from tongban.kernel.records.queries import Kept
from tongban.kernel.signatures import queries as signatures
from tongban.kernel.signatures.states import SignatureState


def _opened(case_id: Any, *rest: Any) -> QuerySet[Case]:
    *actor, verb, lock = rest
    rows = rules.visible(like(*actor), verb).filter(pk=case_id)
    return rows.select_for_update(of=("self",)) if lock else rows


_FOR: Kept[Case] = Kept(_opened)
_CASE: Kept[Case] = Kept(lambda case_id: Case.objects.filter(pk=case_id))
_MATERIALS: Kept[CaseMaterial] = Kept(
    lambda case_id: (
        CaseMaterial.objects.filter(case_id=case_id).select_related("file", "credential").order_by("id")
    )
)
_SUPPLEMENT: Kept[Supplement] = Kept(lambda case_id: Supplement.objects.filter(case_id=case_id))


class NoSuchCase(Problem):
    """No case that the actor may see has this identifier; says nothing of whether another's has."""

    code = "case.unknown"
    status = 404


def no_such_case() -> NoSuchCase:
    """The error for a case that does not exist for whoever asks."""
    return NoSuchCase(
        sentence_zh="没有找到这个办件。",
        sentence_en="There is no such case.",
        todo_zh="请从“我的办件”进入。",
        todo_en="Open it from your list of cases.",
    )


def case_for(actor: Actor, case_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Case:
    """The case when the actor may `verb` it; raises NoSuchCase otherwise. `lock` checks and locks in one statement."""
    case = _FOR.first(case_id, *actor.identifiers, by=(actor.shape, verb, lock))
    if case is None:
        raise no_such_case()
    return case


def numbers_of(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The short numbers of cases, for pages that show nothing else of them."""
    rows = Case.objects.filter(pk__in=list(case_ids), short_no__isnull=False).order_by("id")
    return dict(rows.values_list("pk", "short_no"))


def one_row(case_id: uuid.UUID) -> QuerySet[Case]:
    """The case as a set of one, for asking who is let in to it: of those who were found to see that, no more comes out."""
    return Case.objects.filter(pk=case_id)


def explained_by_number(actor: Actor, number: str) -> Case | None:
    """The case of this number, when the actor may see who can see it."""
    text = number.upper()
    if not text.isprintable():
        return None
    return rules.visible(actor, "explain").filter(Q(short_no=text) | Q(case_no=text)).first()


def case(case_id: uuid.UUID) -> Case:
    """One case for the machinery (subscriptions, invariants); raises NoSuchCase. Pages use `case_for`."""
    found = _CASE.first(case_id)
    if found is None:
        raise no_such_case()
    return found


def case_to_examine(actor: Actor, case_id: uuid.UUID) -> Case:
    """The case, locked, when the actor examines or decides it for its agency; raises NoSuchCase otherwise."""
    rows = rules.visible(actor, "examine") | rules.visible(actor, "decide")
    case = rows.filter(pk=case_id).select_for_update(of=("self",)).first()
    if case is None:
        raise no_such_case()
    return case


def version_of(case: Case) -> Published:
    """The published version under which the case was opened."""
    return catalogue.version(case.version_id)


def profile_of(case: Case, today: date) -> Profile:
    """What is known of the case's subjects; what has grown too old is marked as stale."""
    return known_of(case.person_id, case.organisation_id, today)


def known_of(person_id: uuid.UUID | None, organisation_id: uuid.UUID | None, today: date) -> Profile:
    """The facts of a person and an organisation, stale after the days that the pack gives each."""
    return aged(parties.profile(person_id, organisation_id, today), catalogue.fresh_days(), today)


def materials_of(case: Case) -> list[CaseMaterial]:
    """The materials of a case with their files and credentials, in the order they were added."""
    return _MATERIALS.all(case.pk)


def content_of(case: Case, materials: Iterable[CaseMaterial]) -> dict[str, Any]:
    """What the fingerprint of a case with these materials is over."""
    return calc.content(
        version=str(case.version_id),
        situation=case.situation,
        answers=case.answers,
        files=[row.digest for row in materials if row.digest],
        salt=case.salt,
    )


def held_by(subjects: Sequence[uuid.UUID], today: date) -> dict[str, Credential]:
    """The valid credentials of the subjects by type, each also by the type that it counts as."""
    found = credentials.held(subjects, today)
    if not found:  # most people hold nothing yet: spare them a look at the catalogue
        return found
    for code, document in catalogue.documents(DocumentKind.CREDENTIAL).items():
        other = document.get("counts_as")
        if other and code in found:
            found.setdefault(other, found[code])
    return found


def application(
    case: Case,
    today: date,
    materials: list[CaseMaterial] | None = None,
    held: Mapping[str, Credential] | None = None,
    known: Profile | None = None,
) -> calc.Application:
    """The application of a draft or of a case under supplement, as it stands now.

    `materials`, `held` (credentials by type) and `known` spare queries where the caller has them already.
    """
    published = version_of(case)
    materials = materials_of(case) if materials is None else materials
    made = calc.assemble(
        published.definition,
        published.validator,
        profile_of(case, today) if known is None else known,
        case.situation,
        case.answers,
        held=frozenset(held_by(case_subject(case), today) if held is None else held),
        uploaded=frozenset(m.material for m in materials if m.file_id),
        signed=case.signed,
        deferred=case.deferred,
        faults=_registers(case, published.definition, today),
    )
    paper = signing.paper_of(case, made, materials)
    if paper is None:
        return made
    found = signatures.standing(case.pk, paper.digest, [one.id_no for one in paper.signers])
    waiting = {row.id_no for row in found.rows if row.state != SignatureState.SIGNED}
    return replace(made, unsigned_by=(*waiting, *found.missing))


def applications(rows: Sequence[Case], today: date) -> dict[uuid.UUID, calc.Application]:
    """The applications of several drafts as they stand now, by case; what is known of a subject is read once for all."""
    handed: dict[uuid.UUID, list[CaseMaterial]] = {case.pk: [] for case in rows}
    given = CaseMaterial.objects.filter(case_id__in=list(handed)).select_related("file", "credential")
    for material in given.order_by("id"):
        handed[material.case_id].append(material)
    subjects = {(case.person_id, case.organisation_id): case for case in rows}
    known = {whose: profile_of(case, today) for whose, case in subjects.items()}
    held = {whose: held_by(case_subject(case), today) for whose, case in subjects.items()}
    found = {}
    for case in rows:
        whose = (case.person_id, case.organisation_id)
        found[case.pk] = application(case, today, handed[case.pk], held[whose], known[whose])
    return found


def _registers(case: Case, definition: Definition, today: date) -> dict[str, FieldError]:
    """What registers have against an answer: a name that breaks the rules, or that somebody else has."""
    found = {}
    for id, field in definition.fields.items():
        given = case.answers.get(id)
        if field.checks == NAME_CHECK and isinstance(given, str) and given:
            wrong = names.faults(given, today, case.person_id)
            if wrong:
                found[id] = FieldError(
                    id, "name", "；".join(one.zh for one in wrong), "; ".join(one.en for one in wrong)
                )
    return found


def preview(item: Published, actor: Actor, situation: Mapping[str, str], today: date) -> calc.Application:
    """What an item would ask of the actor in a situation, before anything is opened (for the guide)."""
    person_id, organisation_id = actor.applicant
    subjects = [s for s in (person_id, organisation_id) if s]
    return calc.assemble(
        item.definition,
        item.validator,
        known_of(person_id, organisation_id, today) if subjects else Profile(),
        situation,
        {},
        held=frozenset(held_by(subjects, today)) if subjects else frozenset(),
        uploaded=frozenset(),
        signed=(),
    )


def case_subject(case: Case) -> list[uuid.UUID]:
    """Whose credentials count for the case: the person's and, where there is one, the organisation's."""
    return [s for s in (case.person_id, case.organisation_id) if s]


def mine(actor: Actor) -> QuerySet[Case]:
    """The actor's own cases and those of whom they may act for, newest first."""
    return rules.visible(actor, "edit").order_by("-id")


def draft_of(actor: Actor, item_code: str, organisation_id: uuid.UUID | None) -> Case | None:
    """The draft that the actor left for this item, for whom they apply now."""
    return (
        Case.objects.filter(
            person_id=actor.applicant[0],
            organisation_id=organisation_id,
            item_code=item_code,
            state=CaseState.DRAFT,
        )
        .order_by("-id")
        .first()
    )


def drafts_for(actor: Actor, organisation_id: uuid.UUID, items: Sequence[str]) -> dict[str, uuid.UUID]:
    """The drafts that the actor left for these items in the name of an organisation, by item; the newest of each."""
    rows = Case.objects.filter(
        person_id=actor.applicant[0],
        organisation_id=organisation_id,
        item_code__in=items,
        state=CaseState.DRAFT,
    )
    return dict(rows.order_by("id").values_list("item_code", "pk"))


def drafts(actor: Actor, case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Case]:
    """Those of these cases that are still drafts and that the actor may fill in, by identifier."""
    rows = rules.visible(actor, "edit").filter(pk__in=case_ids, state=CaseState.DRAFT)
    return {case.pk: case for case in rows.order_by("id")}


def old_drafts(before: datetime) -> QuerySet[Case]:
    """Drafts that nobody has changed since a moment, oldest first."""
    return Case.objects.filter(state=CaseState.DRAFT, saved_at__lt=before).order_by("id")


def supplement_of(case: Case) -> Supplement | None:
    """The request for corrections, if one was made."""
    return _SUPPLEMENT.first(case.pk)


def shown_answers(case: Case, supplement: Supplement | None) -> Mapping[str, Any]:
    """The answers an officer sees: corrections under way stay apart until they are handed in."""
    if case.state == CaseState.SUPPLEMENT_REQUESTED and supplement is not None:
        return supplement.before
    return case.answers


def told(case: Case, today: date) -> list[uuid.UUID]:
    """The accounts that are told of a case now."""
    given = (case.account_id, case.person_id, case.organisation_id, case.item_code)
    return parties.accounts_about(*given, today)


def agent_of(case: Case) -> tuple[str, bool] | None:
    """Who handed the case in for its applicant: (name, whether an officer beside them); None where they did so themselves."""
    for one in events.history(case.pk):
        if one.name == SUBMITTED and "for" in one.payload:
            name = parties.account_names([one.actor_id]).get(one.actor_id, "")
            return name, one.actor_kind == ActorKind.STAFF
    return None


def history(case: Case):
    """The events of a case, oldest first."""
    return events.history(case.pk)


def deferrals_of(case: Case) -> list[Deferral]:
    """The materials that the applicant promised to supply later."""
    return list(case.deferrals.order_by("due_on", "material"))


def ban_on(case: Case, today: date) -> Ban | None:
    """The ban that keeps the applicant of this case from its item today, if there is one."""
    subjects = [one for one in (case.organisation_id, case.person_id) if one]
    return (
        Ban.objects.filter(
            subject_id__in=subjects[:1], item_code=case.item_code, starts_on__lte=today, ends_on__gt=today
        )
        .order_by("-ends_on")
        .first()
    )


def all_submitted() -> QuerySet[Case]:
    """Every case that was ever submitted, for invariants."""
    return Case.objects.exclude(state=CaseState.DRAFT)


@reading_everything()  # codes of items, of nobody
def recent_items(most: int) -> list[str]:
    """The item codes of the newest `most` submissions: which items people use now."""
    return list(all_submitted().order_by("-id").values_list("item_code", flat=True)[:most])
