"""What the applicant does before handing in: begin, fill in, attach, throw away."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.access.states import Area
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import gates, signing
from tongban.kernel.cases.models import Case, CaseMaterial
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.kernel.signatures import actions as signatures


class NotForYou(Problem):
    """The item is for another kind of applicant."""

    code = "case.not_for_you"
    status = 422


@dataclass(frozen=True)
class _Applicant:
    """For whom a case is: a person, or an organisation through the person who acts for it."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID | None
    name: str
    place_path: str


def _applicant(item: catalogue.Published, by: Actor) -> _Applicant:
    """For whom the actor applies. Raises NotForYou, NotAllowed."""
    if by.person_id is None:
        raise NotAllowed(
            sentence_zh="工作人员账号不能提交申请。",
            sentence_en="A staff account cannot apply.",
            todo_zh="请使用个人账号登录。",
            todo_en="Sign in with a personal account.",
        )
    if by.acting is not None and not by.acting.covers(item.code):
        raise NotForYou(
            sentence_zh="委托您办理的事项不包括这一项。",
            sentence_en="The mandate under which you act does not cover this item.",
            todo_zh="请在页面上方换回本人，或者请委托人另行授权。",
            todo_en="Change back to yourself at the top of the page, or ask for a mandate for this item.",
        )
    person_id, organisation_id = by.applicant
    audience = set(item.definition.data["audience"])
    if organisation_id and audience & {"organisation", "sole_trader"}:
        if organisation_id in by.represents and organisation_id not in by.firms(Area.CASES):
            raise NotForYou(
                sentence_zh="您在这家单位的分工不包括办理申请。",
                sentence_en="Your duties in this organisation do not include applications.",
                todo_zh="请法定代表人或者管理人员调整您的分工。",
                todo_en="Ask the legal representative or a manager to change your duties.",
            )
        organisation = parties.organisation(organisation_id)
        return _Applicant(by.person_id, organisation.pk, organisation.name, organisation.place_path)
    if "person" in audience and person_id:
        person = parties.person(person_id)
        return _Applicant(person.pk, None, person.name, person.place_path)
    if audience == {"organisation"} or by.represents or audience & {"organisation", "sole_trader"}:
        raise NotForYou(
            sentence_zh="这个事项由企业或者个体工商户申请。",
            sentence_en="This item is for enterprises and sole traders.",
            todo_zh="请在右上角选择要代表的企业；还没有营业执照的，先办理设立登记。",
            todo_en="Choose the enterprise you act for at the top; without a business licence, register first.",
        )
    raise AssertionError("an item without audience passed the pack's check")


def new_case(
    item: catalogue.Published, by: Actor, situation: Mapping[str, str], channel: str, id: uuid.UUID | None
) -> Case:
    """A case of the item's current version for the actor, not written yet. Raises NotForYou, NotAllowed."""
    applicant = _applicant(item, by)
    now = time.now()
    return Case(
        id=id or uuid7(),
        version_id=item.version_id,
        item_code=item.code,
        item_name=item.definition.name.zh,
        agency=item.definition.data["agency"],
        place_path=applicant.place_path,
        channel=channel,
        account_id=by.account_id,
        person_id=applicant.person_id,
        organisation_id=applicant.organisation_id,
        applicant_name=applicant.name,
        situation=dict(situation),
        created_at=now,
        saved_at=now,
    )


@action
def open_draft(
    *,
    item_code: str,
    by: Actor,
    situation: Mapping[str, str] | None = None,
    channel: str = "online",
    id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
) -> Case:
    """Begin an application, or take up the draft left for the same item and applicant.

    `id` lets a client name the case beforehand, so that a repeated call finds it; `account_id` is the applicant's
    account where other hands fill the form in. Raises NotForYou, NoSuchItem.
    """
    item = catalogue.item(item_code)
    case = None
    if id is not None:
        case = Case.objects.filter(pk=id, account_id=by.account_id).first()
    if case is None and id is None:
        case = queries.draft_of(by, item_code, _applicant(item, by).organisation_id)
    if case is not None:
        if situation and case.state == CaseState.DRAFT:
            case.situation = {**case.situation, **situation}
            case.saved_at = time.now()
            case.save(update_fields=["situation", "saved_at"])
            events.record(name=states.CASE_SAVED, about=case, by=by)
            signing.end_where_changed(case, by)
        return case
    case = new_case(item, by, situation or {}, channel, id)
    case.account_id = account_id or case.account_id
    gates.ask(case, gates.OPENING, by)
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
    deferred: Sequence[str] | None = None,
) -> Case:
    """Keep answers, situation and signatures as they are, complete or not: nothing typed is ever lost.

    `cleared` are fields that were emptied, `deferred` all materials that shall follow later. Raises NoSuchCase, VerbNotPossible, NotAskedFor.
    """
    case = _editable(case_id, by)
    points = _open_points(case)
    if points is not None and (
        situation or signed or deferred or not set(answers or {}) | set(cleared) <= points[0]
    ):
        raise _not_asked_for()
    kept = {key: value for key, value in case.answers.items() if key not in cleared}
    case.answers = {**kept, **(answers or {})}
    if situation:
        case.situation = {**case.situation, **situation}
    if signed is not None:
        case.signed = sorted({*case.signed, *signed})
    if deferred is not None:
        case.deferred = sorted(set(deferred))
    case.saved_at = time.now()
    case.save(update_fields=["answers", "situation", "signed", "deferred", "saved_at"])
    events.record(name=states.CASE_SAVED, about=case, by=by, payload={"fields": sorted(answers or {})})
    signing.end_where_changed(case, by)
    return case


@action
def add_material(
    *, case_id: uuid.UUID, material: str, file: StoredFile, by: Actor, upload_id: uuid.UUID | None = None
) -> CaseMaterial | None:
    """Attach a clean file to a material of the application.

    With `upload_id` that upload ends here, in the same transaction; None when it ended before and the file is attached.
    Raises NoSuchCase, VerbNotPossible, NotAskedFor, NoSuchUpload, UploadGone.
    """
    case = _editable(case_id, by)
    points = _open_points(case)
    if points is not None and material not in points[1]:
        raise _not_asked_for()
    if upload_id is not None and not documents.close_upload(upload_id=upload_id, file=file, by=by):
        return None
    row = CaseMaterial(
        case=case, material=material, file=file, digest=file.sha256, grade="C", added_at=time.now()
    )
    row.save(force_insert=True)
    events.record(
        name=states.MATERIAL_ADDED, about=case, by=by, payload={"material": material, "sha256": file.sha256}
    )
    signing.end_where_changed(case, by)
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
        signing.end_where_changed(case, by)


@action
def delete_draft(*, case_id: uuid.UUID, by: Actor) -> None:
    """Throw a draft away; what was ever submitted cannot be deleted. Raises NoSuchCase, VerbNotPossible."""
    case = queries.case_for(by, case_id, "edit", lock=True)
    states.require(case.state, Verb.SUBMIT)
    events.record(name=states.CASE_DELETED, about=case, by=by, payload={"item": case.item_code})
    signatures.forget(case_id=case.pk)
    case.delete()


@action
def forget_draft(*, case_id: uuid.UUID, before: datetime) -> bool:
    """Delete a draft that nobody has changed since a moment; False when somebody has, or it was handed in meanwhile."""
    case = queries.old_drafts(before).filter(pk=case_id).select_for_update(of=("self",)).first()
    if case is None:
        return False
    payload = {"item": case.item_code, "why": "retention"}
    events.record(name=states.CASE_DELETED, about=case, by=SYSTEM, payload=payload)
    signatures.forget(case_id=case.pk)
    case.delete()
    return True
