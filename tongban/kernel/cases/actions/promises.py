"""What an applicant promised: materials that follow, commitments looked at afterwards; and what a broken word costs."""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import work
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.calc import Application, fingerprint
from tongban.kernel.cases.models import Ban, Case, CaseMaterial, CommitmentCheck, Deferral
from tongban.kernel.cases.states import CheckState, DeferralState, Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import LEGAL_LIMITS, ClockFact, Legal, Limit, due
from tongban.kernel.deadlines.states import ClockFactKind, Unit
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


def commit_to(case: Case, materials: Iterable[CaseMaterial]) -> None:
    """Take the fingerprint of the case as it is with these materials; its salt stays the one of the first time."""
    case.salt = case.salt or secrets.token_hex(16)
    case.fingerprint = fingerprint(**queries.content_of(case, materials))


def day_after(limit: Limit, start: date) -> date:
    """The last day of a limit that begins with this day, never a day off."""
    return due([ClockFact(ClockFactKind.STARTED, start)], limit, deadlines.calendar()).due


@action
def keep_deferrals(case: Case, application: Application) -> None:
    """Note with a submission which materials the applicant promised to supply, and by when (容缺受理承诺书)."""
    promised = [id for id in application.deferrable if id in case.deferred]
    if not promised or application.tolerance is None:
        return
    due_on = day_after(application.tolerance, time.today())
    Deferral.objects.bulk_create(
        [Deferral(case=case, material=id, due_on=due_on, promised_at=time.now()) for id in promised]
    )


class NothingPromised(Problem):
    """No promise to supply this material is open."""

    code = "case.nothing_promised"
    status = 409


@action
def supply(
    *, case_id: uuid.UUID, material: str, file: StoredFile, by: Actor, upload_id: uuid.UUID | None = None
) -> Case:
    """Hand in a material that was promised; `upload_id` ends with it, and one that ended before changes nothing.

    Raises NoSuchCase, VerbNotPossible, NothingPromised, NoSuchUpload, UploadGone.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    if upload_id is not None and not documents.close_upload(upload_id=upload_id, file=file, by=by):
        return case
    states.require(case.state, Verb.SUPPLY)
    row = Deferral.objects.filter(case=case, material=material, state=DeferralState.OPEN).first()
    if row is None:
        raise NothingPromised(
            sentence_zh="这份材料不在容缺后补的清单里，或者已经补交。",
            sentence_en="This material was not promised, or it has been supplied.",
            todo_zh="请在办件页面查看还需要补交的材料。",
            todo_en="See the case's page for what is still to come.",
        )
    now = time.now()
    CaseMaterial(case=case, material=material, file=file, digest=file.sha256, grade="C", added_at=now).save(
        force_insert=True
    )
    row.state, row.supplied_at = DeferralState.SUPPLIED, now
    row.save(update_fields=["state", "supplied_at"])
    commit_to(case, queries.materials_of(case))
    payload = {"material": material, "sha256": file.sha256, "fingerprint": case.fingerprint}
    return move(case, Verb.SUPPLY, by, payload=payload)


@action
def fail_deferrals(case: Case) -> list[Deferral]:
    """Mark the promises of a case whose day has passed; returns them."""
    late = list(case.deferrals.filter(state=DeferralState.OPEN, due_on__lt=time.today()))
    for row in late:
        row.state = DeferralState.FAILED
        row.save(update_fields=["state"])
    return late


@action
def open_checks(case: Case, values: Mapping[str, Any]) -> None:
    """Note which commitments somebody must look at after the decision, and by when."""
    today = time.today()
    rows = [
        CommitmentCheck(case=case, commitment=data["id"], due_on=day_after(_limit(data), today))
        for data in queries.version_of(case).definition.commitments(values)
        if data["id"] in case.signed and "check" in data
    ]
    if rows:
        CommitmentCheck.objects.bulk_create(rows)


def _limit(data: Mapping[str, Any]) -> Limit:
    within = data["check"]["within"]
    return Limit(within["value"], Unit(within["unit"]))


class CheckDone(Problem):
    """The commitment has been checked already, or there is none to check."""

    code = "case.check_done"
    status = 409


@action
def check_commitment(
    *, case_id: uuid.UUID, commitment: str, kept: bool, note: str, by: Actor, fraud: bool = False
) -> CommitmentCheck:
    """Say whether a commitment was kept.

    `fraud`: the result was got by deceit, which bars from the same item for three years (article 79); revoking the
    result itself is the credential's matter. Raises NoSuchCase, CheckDone.
    """
    case = queries.case_for(by, case_id, "examine", lock=True)
    row = CommitmentCheck.objects.filter(case=case, commitment=commitment, state=CheckState.PENDING).first()
    if row is None or not note.strip():
        raise CheckDone(
            sentence_zh="这项承诺已经核查，或者没有写明核查情况。",
            sentence_en="This commitment has been checked, or there is no note of what was found.",
            todo_zh="请刷新页面；核查情况必须填写。",
            todo_en="Reload the page; write what was found.",
        )
    row.state = CheckState.KEPT if kept else CheckState.BROKEN
    row.checked_at, row.checked_by, row.note = time.now(), by.account_id, note.strip()
    row.save()
    events.record(
        name=states.COMMITMENT_CHECKED, about=case, by=by, payload={"commitment": commitment, "kept": kept}
    )
    if fraud and not kept:
        ban(case, law=Legal.BAN_FRAUD, by=by)
    work.settle(case)
    return row


class Banned(Problem):
    """The applicant gave false papers and may not apply for this item yet."""

    code = "case.banned"
    status = 409


@action
def ban(case: Case, *, law: Legal, by: Actor) -> Ban:
    """Bar the applicant from the item from today, for as long as the law says."""
    today = time.today()
    ends_on = LEGAL_LIMITS[law].from_day(today, deadlines.calendar())
    row = Ban(
        subject_id=case.organisation_id or case.person_id,
        item_code=case.item_code,
        case=case,
        basis=LEGAL_LIMITS[law].article,
        starts_on=today,
        ends_on=ends_on,
        set_at=time.now(),
        set_by=by.account_id or uuid.UUID(int=0),
    )
    row.save(force_insert=True)
    events.record(name=states.BANNED, about=case, by=by, payload={"until": ends_on.isoformat()})
    return row


def require_not_banned(case: Case) -> None:
    """Raise Banned while a ban on the applicant for this item runs."""
    row = queries.ban_on(case, time.today())
    if row is not None:
        raise Banned(
            sentence_zh=f"因在申请中提供虚假材料，{row.ends_on.isoformat()} 之前不能再次申请这个事项。",
            sentence_en=f"Because false papers were given, this item cannot be applied for before {row.ends_on}.",
            todo_zh=f"依据：{row.basis}。如有异议，可以依法申请行政复议或者提起行政诉讼。",
            todo_en=f"Basis: {row.basis}. You may seek review or bring suit.",
        )
