"""What the applicant hands in: the application, all at once or from a draft; its corrections; its withdrawal."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import make_case_no
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import calc, queries, states
from tongban.kernel.cases.actions import promises, signing
from tongban.kernel.cases.actions.filing import new_case
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case, CaseMaterial, DaySerial
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import FieldError
from tongban.kernel.catalogue.states import ItemType, WaivedBy
from tongban.kernel.credentials import actions as credential_actions
from tongban.kernel.credentials.models import Credential
from tongban.kernel.names import actions as names
from tongban.kernel.names.states import CHECK as NAME_CHECK
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action


class NotComplete(Problem):
    """Something is still missing or wrong; `fields`, `materials`, `commitments` and `questions` say what."""

    code = "case.not_complete"
    status = 422

    def __init__(self, application: calc.Application) -> None:
        self.fields: list[FieldError] = application.errors
        self.materials = application.missing_materials
        self.commitments = application.unsigned
        self.questions = application.unanswered
        self.signatures = len(application.unsigned_by)
        count = len(self.fields) + len(self.materials) + len(self.commitments) + len(self.questions)
        count += self.signatures
        super().__init__(
            sentence_zh=f"还有 {count} 处没有完成，暂时不能提交。",
            sentence_en=f"{count} parts are not complete yet, so it cannot be submitted.",
            todo_zh="请按清单逐项补齐，已填写的内容都已保存。",
            todo_en="Complete them from the list; everything filled in so far is saved.",
        )


@action
def submit(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Hand the application in: checked, numbered, clocks started. Sent twice it is one case with one receipt.

    Raises NoSuchCase, NotComplete, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    if case.state != CaseState.DRAFT and case.fingerprint:
        return case  # the same form again: the answer is the case it made
    return _hand_in(case, queries.materials_of(case), by)


class OtherContent(Problem):
    """A submission identifier came a second time with another content."""

    code = "case.other_content"
    status = 422


def file(
    *,
    id: uuid.UUID,
    item_code: str,
    situation: Mapping[str, str],
    answers: Mapping[str, Any],
    signed: Sequence[str],
    by: Actor,
    channel: str = "online",
) -> tuple[Case, bool]:
    """Apply in one step under an identifier that the client made: (case, whether it was there already).

    The same call again finds the same case, whatever happened to the first answer, also at the same moment.
    Raises OtherContent, NotComplete, NotForYou, NoSuchItem.
    """
    given = (id, item_code, situation, answers, signed, by, channel)
    try:
        return _file(*given)
    except IntegrityError:
        with (
            reading_everything()
        ):  # whoever's it is: of another account's no more is said than that there is one
            if not Case.objects.filter(pk=id).exists():
                raise
        return _file(*given)  # a call at the same moment was first: now it is there to be found


@action
def _file(
    id: uuid.UUID,
    item_code: str,
    situation: Mapping[str, str],
    answers: Mapping[str, Any],
    signed: Sequence[str],
    by: Actor,
    channel: str,
) -> tuple[Case, bool]:
    known = Case.objects.select_for_update().filter(pk=id).first()
    if known is not None and known.account_id != by.account_id:
        raise _other_content(id)
    if known is not None and known.fingerprint:
        if not _same(known, item_code, situation, answers, signed):
            raise _other_content(id)
        return known, True
    case = known or new_case(catalogue.item(item_code), by, situation, channel, id)
    case.situation, case.answers, case.signed = dict(situation), dict(answers), sorted(set(signed))
    return _hand_in(case, queries.materials_of(case) if known else [], by), False


def _other_content(id: uuid.UUID) -> OtherContent:
    return OtherContent(
        sentence_zh="这个提交编号已经用于另一份申请。",
        sentence_en="This submission identifier was used for another application.",
        todo_zh="请为新的申请使用新的编号。",
        todo_en="Use a fresh identifier for a new application.",
        about=str(id),
    )


def _same(
    case: Case,
    item_code: str,
    situation: Mapping[str, str],
    answers: Mapping[str, Any],
    signed: Sequence[str],
) -> bool:
    """Whether a case came from this very content."""
    # Only what was typed is comparable: answers of hidden fields were dropped, known facts put in their place.
    application = queries.application(case, time.today())
    shown = {filled.field.id for section in application.sections for filled in section.fields}
    typed = {key: value for key, value in case.answers.items() if case.sources[key]["source"] == calc.SELF}
    given = {key: value for key, value in answers.items() if key in shown and key not in case.sources}
    given |= {key: answers[key] for key in typed if key in answers}
    return (
        case.item_code == item_code
        and case.situation == dict(situation)
        and case.signed == sorted(set(signed))
        and typed == {key: value for key, value in given.items() if value not in (None, "", [])}
    )


def _hand_in(case: Case, materials: list[CaseMaterial], by: Actor) -> Case:
    """Check, freeze, number, start the clocks: the same for a draft and for an application made in one step."""
    states.require(case.state, Verb.SUBMIT)
    now = time.now()
    held = queries.held_by(queries.case_subject(case), now.date())
    application = queries.application(case, now.date(), materials, held)
    if not application.complete:
        raise NotComplete(application)
    promises.require_not_banned(case)
    _freeze(case, application, materials, held, by)
    promises.keep_deferrals(case, application)
    _reserve_names(case, application, by)
    case.submitted_at = now
    case.place_path = _handling_path(case, application)
    if application.definition.data["type"] == ItemType.VILLAGE_PROOF:
        _to_the_village(case, application)
    _number(case)
    return move(
        case,
        Verb.SUBMIT,
        by,
        payload={"fingerprint": case.fingerprint, "item": case.item_code, "no": case.short_no}
        | signing.payload_of(case),
    )


def _freeze(
    case: Case,
    application: calc.Application,
    materials: list[CaseMaterial],
    held: Mapping[str, Credential],
    by: Actor,
) -> None:
    """Fix what is handed in: values with their sources, reused credentials with their digests, the fingerprint."""
    case.answers, case.sources = application.final_answers()
    uploaded = {row.material for row in materials}
    fresh = []
    for need in application.needs:
        material = need.material
        if not need.waived or material.id in uploaded:
            continue
        credential = held.get(material.waiver) if need.waived == WaivedBy.CREDENTIAL else None
        fresh.append(
            CaseMaterial(
                case=case,
                material=material.id,
                waived=need.waived,
                credential=credential,
                digest=credential.file.sha256 if credential else "",
                grade="D" if need.waived == WaivedBy.COMMITMENT else "A",
                added_at=time.now(),
            )
        )
        if credential is not None:
            credential_actions.log_use(credential=credential, purpose=case.item_name, by=by, case_id=case.pk)
    CaseMaterial.objects.bulk_create(fresh)
    promises.commit_to(case, [*materials, *fresh])


def _reserve_names(case: Case, application: calc.Application, by: Actor) -> None:
    """Keep the name of the organisation that is to be free until it is registered. Raises NameTaken."""
    for id, field in application.definition.fields.items():
        if field.checks == NAME_CHECK and case.answers.get(id):
            names.reserve(name=case.answers[id], person_id=case.person_id, case_id=case.pk, by=by)


def _handling_path(case: Case, application: calc.Application) -> str:
    """The place whose office handles the case: the city's, or that of the town the application names."""
    if application.definition.data["handled_at"] == "city":
        return places.city().path
    # A place that the applicant chose for this application goes before the one they are registered at.
    named = [
        filled
        for section in application.sections
        for filled in section.fields
        if filled.field.type == "place" and filled.value
    ]
    named.sort(key=lambda filled: filled.locked)
    for filled in named:
        place = places.by_code(str(filled.value))
        if place is not None:
            return place.path
    return case.place_path or places.city().path


_VILLAGE = "person.collective_place"  # the fact that says to whose collective somebody belongs


def _to_the_village(case: Case, application: calc.Application) -> None:
    """A village's proof is handled and sealed by its own body, where the city has it; else the town's agency stands in."""
    codes = places.codes_on(case.place_path)
    named = places.by_code(str(application.values.get(_VILLAGE) or ""))
    for place in [places.by_code(codes[-1]), named]:
        body = catalogue.body_of(place.code) if place is not None else ""
        if body:
            case.agency, case.place_path = body, place.path
            return


def _number(case: Case) -> None:
    """Give the case its two numbers; the counter of the day is locked as late as possible."""
    day = case.submitted_at.astimezone(time.SHANGHAI).date()
    if not DaySerial.objects.filter(day=day).update(last=F("last") + 1):
        DaySerial.objects.bulk_create([DaySerial(day=day)], ignore_conflicts=True)
        DaySerial.objects.filter(day=day).update(last=F("last") + 1)
    serial = DaySerial.objects.values_list("last", flat=True).get(day=day)
    data = queries.version_of(case).definition.data
    prefix = catalogue.snapshot().pack["city"]["number_prefix"]
    case.short_no = calc.short_number(prefix, day, serial)
    case.case_no = make_case_no(data["task_code"], day, serial)


@action
def hand_in_for(case: Case, by: Actor) -> bool:
    """Hand in a draft that the machinery filled from what its applicant handed in before; False when something is
    still missing or a ban runs, and it stays a draft.
    """
    try:
        _hand_in(case, queries.materials_of(case), by)
    except (NotComplete, promises.Banned):
        return False
    return True


class NothingSupplied(Problem):
    """A supplement was handed in without anything of what was asked for."""

    code = "case.nothing_supplied"
    status = 422


@action
def resubmit(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Hand in the corrections: they become the application, the receipt clock runs on.

    Raises NoSuchCase, NotComplete, NothingSupplied, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    states.require(case.state, Verb.RESUBMIT)
    supplement = case.supplement
    now = time.now()
    materials = queries.materials_of(case)
    application = queries.application(case, now.date(), materials)
    if not application.complete:
        raise NotComplete(application)
    fresh = {row.material for row in materials if row.added_at > supplement.asked_at}
    changed = set(calc.changed_fields(supplement.before, case.answers))
    open_points = [
        p for p in supplement.points if p["id"] not in (changed if p["kind"] == "field" else fresh)
    ]
    if open_points:
        raise NothingSupplied(
            sentence_zh=f"通知书列出的内容还有 {len(open_points)} 处没有补正。",
            sentence_en=f"{len(open_points)} of the points in the notice are still open.",
            todo_zh="请逐项修改或者上传后再提交。",
            todo_en="Change or upload each of them, then hand in.",
        )
    supplement.answered_at = now
    supplement.save(update_fields=["answered_at"])
    case.answers, case.sources = application.final_answers()
    promises.commit_to(case, materials)
    payload = {"fingerprint": case.fingerprint} | signing.payload_of(case)
    return move(case, Verb.RESUBMIT, by, payload=payload)


@action
def withdraw(*, case_id: uuid.UUID, by: Actor) -> Case:
    """The applicant takes the application back before a decision. Raises NoSuchCase, VerbNotPossible."""
    case = queries.case_for(by, case_id, "withdraw", lock=True)
    return move(case, Verb.WITHDRAW, by)
