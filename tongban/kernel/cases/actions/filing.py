"""What the applicant does: begin, fill in, hand in, correct, withdraw."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import make_case_no, uuid7
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import calc, queries, states
from tongban.kernel.cases.actions.transitions import move, wait_for
from tongban.kernel.cases.models import Case, CaseMaterial, DaySerial
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import FieldError
from tongban.kernel.catalogue.states import WaivedBy
from tongban.kernel.credentials import actions as credential_actions
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
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
        count = len(self.fields) + len(self.materials) + len(self.commitments) + len(self.questions)
        super().__init__(
            sentence_zh=f"还有 {count} 处没有完成，暂时不能提交。",
            sentence_en=f"{count} parts are not complete yet, so it cannot be submitted.",
            todo_zh="请按清单逐项补齐，已填写的内容都已保存。",
            todo_en="Complete them from the list; everything filled in so far is saved.",
        )


class NotForYou(Problem):
    """The item is for another kind of applicant."""

    code = "case.not_for_you"
    status = 422


def _applicant(item: catalogue.Published, by: Actor) -> tuple[uuid.UUID | None, str, str]:
    """(organisation or None, name, place path) for whom the actor applies. Raises NotForYou, NotAllowed."""
    if by.person_id is None:
        raise NotAllowed(
            sentence_zh="工作人员账号不能提交申请。",
            sentence_en="A staff account cannot apply.",
            todo_zh="请使用个人账号登录。",
            todo_en="Sign in with a personal account.",
        )
    audience = set(item.definition.data["audience"])
    if by.organisation_id and audience & {"organisation", "sole_trader"}:
        organisation = parties.organisation(by.organisation_id)
        return organisation.pk, organisation.name, organisation.place_path
    if "person" in audience:
        person = parties.person(by.person_id)
        return None, person.name, person.place_path
    if audience == {"organisation"} or by.represents or audience & {"organisation", "sole_trader"}:
        raise NotForYou(
            sentence_zh="这个事项由企业或者个体工商户申请。",
            sentence_en="This item is for enterprises and sole traders.",
            todo_zh="请在右上角选择要代表的企业；还没有营业执照的，先办理设立登记。",
            todo_en="Choose the enterprise you act for at the top; without a business licence, register first.",
        )
    raise AssertionError("an item without audience passed the pack's check")


@action
def open_draft(
    *,
    item_code: str,
    by: Actor,
    situation: Mapping[str, str] | None = None,
    channel: str = "online",
    id: uuid.UUID | None = None,
) -> Case:
    """Begin an application, or take up the draft left for the same item and applicant.

    `id` lets a client name the case beforehand, so that a repeated call finds it. Raises NotForYou, NoSuchItem.
    """
    item = catalogue.item(item_code)
    organisation_id, name, path = _applicant(item, by)
    case = None
    if id is not None:
        case = Case.objects.filter(pk=id, account_id=by.account_id).first()
    if case is None and id is None:
        case = queries.draft_of(by, item_code, organisation_id)
    if case is not None:
        if situation and case.state == CaseState.DRAFT:
            case.situation = {**case.situation, **situation}
            case.saved_at = time.now()
            case.save(update_fields=["situation", "saved_at"])
            events.record(name=states.CASE_SAVED, about=case, by=by)
        return case
    now = time.now()
    case = Case(
        id=id or uuid7(),
        version_id=item.version_id,
        item_code=item_code,
        item_name=item.definition.name.zh,
        agency=item.definition.data["agency"],
        place_path=path,
        channel=channel,
        account_id=by.account_id,
        person_id=by.person_id,
        organisation_id=organisation_id,
        applicant_name=name,
        situation=dict(situation or {}),
        created_at=now,
        saved_at=now,
    )
    case.save(force_insert=True)
    events.record(name=states.CASE_OPENED, about=case, by=by, payload={"item": item_code, "channel": channel})
    return case


def _editable(case_id: uuid.UUID, by: Actor) -> Case:
    case = queries.case_for(by, case_id, "edit", lock=True)
    if case.state not in {CaseState.DRAFT, CaseState.SUPPLEMENT_REQUESTED}:
        states.require(case.state, Verb.SUBMIT)
    return case


def _open_points(case: Case) -> tuple[set[str], set[str]] | None:
    """The fields and materials that may change during a supplement; None for a draft, where all may."""
    if case.state == CaseState.DRAFT:
        return None
    points = case.supplement.points
    return (
        {point["id"] for point in points if point["kind"] == "field"},
        {point["id"] for point in points if point["kind"] == "material"},
    )


class NotAskedFor(Problem):
    """During a supplement only what the notice names can be changed."""

    code = "case.not_asked_for"
    status = 409


def _not_asked_for() -> NotAskedFor:
    return NotAskedFor(
        sentence_zh="补正时只能修改通知书列出的内容。",
        sentence_en="During a supplement only what the notice lists can be changed.",
        todo_zh="其他内容需要修改的，请联系经办人员。",
        todo_en="To change anything else, contact the officer.",
    )


@action
def save(
    *,
    case_id: uuid.UUID,
    by: Actor,
    answers: Mapping[str, Any] | None = None,
    cleared: Sequence[str] = (),
    situation: Mapping[str, str] | None = None,
    signed: Sequence[str] | None = None,
) -> Case:
    """Keep answers, situation and signatures as they are, complete or not: nothing typed is ever lost.

    `cleared` are fields that were emptied. Raises NoSuchCase, VerbNotPossible, NotAskedFor.
    """
    case = _editable(case_id, by)
    points = _open_points(case)
    if points is not None and (situation or signed or not set(answers or {}) | set(cleared) <= points[0]):
        raise _not_asked_for()
    kept = {key: value for key, value in case.answers.items() if key not in cleared}
    case.answers = {**kept, **(answers or {})}
    if situation:
        case.situation = {**case.situation, **situation}
    if signed is not None:
        case.signed = sorted({*case.signed, *signed})
    case.saved_at = time.now()
    case.save(update_fields=["answers", "situation", "signed", "saved_at"])
    events.record(name=states.CASE_SAVED, about=case, by=by, payload={"fields": sorted(answers or {})})
    return case


@action
def add_material(*, case_id: uuid.UUID, material: str, file: StoredFile, by: Actor) -> CaseMaterial:
    """Attach a clean file to a material of the application. Raises NoSuchCase, VerbNotPossible, NotAskedFor."""
    case = _editable(case_id, by)
    points = _open_points(case)
    if points is not None and material not in points[1]:
        raise _not_asked_for()
    row = CaseMaterial(
        case=case, material=material, file=file, digest=file.sha256, grade="C", added_at=time.now()
    )
    row.save(force_insert=True)
    events.record(
        name=states.MATERIAL_ADDED, about=case, by=by, payload={"material": material, "sha256": file.sha256}
    )
    return row


@action
def remove_material(*, case_id: uuid.UUID, row_id: uuid.UUID, by: Actor) -> None:
    """Take an uploaded file out again; what an officer has already seen stays."""
    case = _editable(case_id, by)
    rows = CaseMaterial.objects.filter(pk=row_id, case=case)
    if case.state == CaseState.SUPPLEMENT_REQUESTED:
        rows = rows.filter(added_at__gt=case.supplement.asked_at)
    row = rows.first()
    if row is not None:
        material = row.material
        row.delete()
        events.record(name=states.MATERIAL_REMOVED, about=case, by=by, payload={"material": material})


@action
def submit(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Hand the application in: checked, numbered, clocks started. Sent twice it is one case with one receipt.

    Raises NoSuchCase, NotComplete, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    if case.state != CaseState.DRAFT and case.fingerprint:
        return case  # the same form again: the answer is the case it made
    states.require(case.state, Verb.SUBMIT)
    now = time.now()
    materials = queries.materials_of(case)
    application = queries.application(case, now.date(), materials)
    if not application.complete:
        raise NotComplete(application)
    _freeze(case, application, materials, by)
    case.submitted_at = now
    case.place_path = _handling_path(case, application)
    _number(case)
    wait_for(case, Permission.CASE_ACCEPT, case.place_path)
    return move(
        case,
        Verb.SUBMIT,
        by,
        payload={"fingerprint": case.fingerprint, "item": case.item_code, "no": case.short_no},
    )


def _freeze(case: Case, application: calc.Application, materials: list[CaseMaterial], by: Actor) -> None:
    """Fix what is handed in: values with their sources, reused credentials with their digests, the fingerprint."""
    case.answers, case.sources = application.final_answers()
    held = credentials.held(queries.case_subject(case), time.today())
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
    digests = [row.digest for row in [*materials, *fresh] if row.digest]
    case.fingerprint = calc.fingerprint(str(case.version_id), case.situation, case.answers, digests)


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
    digests = [row.digest for row in materials if row.digest]
    case.fingerprint = calc.fingerprint(str(case.version_id), case.situation, case.answers, digests)
    wait_for(case, Permission.CASE_ACCEPT, case.place_path)
    return move(case, Verb.RESUBMIT, by, payload={"fingerprint": case.fingerprint})


@action
def withdraw(*, case_id: uuid.UUID, by: Actor) -> Case:
    """The applicant takes the application back before a decision. Raises NoSuchCase, VerbNotPossible."""
    case = queries.case_for(by, case_id, "withdraw", lock=True)
    return move(case, Verb.WITHDRAW, by)


@action
def delete_draft(*, case_id: uuid.UUID, by: Actor) -> None:
    """Throw a draft away; what was ever submitted cannot be deleted. Raises NoSuchCase, VerbNotPossible."""
    case = queries.case_for(by, case_id, "edit", lock=True)
    states.require(case.state, Verb.SUBMIT)
    events.record(name=states.CASE_DELETED, about=case, by=by, payload={"item": case.item_code})
    case.delete()
