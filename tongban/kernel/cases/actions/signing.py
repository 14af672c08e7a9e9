"""Signatures of those whom an application names: asked for on the draft, ended by a change, carried over to child cases."""

import uuid
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries.signing import Paper, paper_of
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.records.actions import action
from tongban.kernel.signatures import actions as signatures
from tongban.kernel.signatures import queries as signature_queries
from tongban.kernel.signatures.models import CaseSignature


class NotReadyToSign(Problem):
    """Something besides the signatures is missing: nobody is asked to sign a text that must still change."""

    code = "case.not_ready_to_sign"
    status = 422


def _paper(case: Case) -> Paper | None:
    if queries.version_of(case).definition.signing is None:
        return None
    materials = queries.materials_of(case)
    return paper_of(case, queries.application(case, time.today(), materials), materials)


@action
def ask_signatures(*, case_id: uuid.UUID, by: Actor) -> list[CaseSignature]:
    """Lay the complete draft before everybody it names; whoever refused it is asked again.

    Raises NoSuchCase, VerbNotPossible, NotReadyToSign.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    if case.state not in {CaseState.DRAFT, CaseState.SUPPLEMENT_REQUESTED}:
        states.require(case.state, Verb.SUBMIT)
    materials = queries.materials_of(case)
    application = queries.application(case, time.today(), materials)
    paper = paper_of(case, application, materials)
    if paper is None or not application.ready or not paper.signers:
        raise NotReadyToSign(
            sentence_zh="内容还没有填完，暂时不能请各方签名。",
            sentence_en="It is not complete yet, so nobody can be asked to sign.",
            todo_zh="请先把各页填完、材料传齐，再请各方签名。",
            todo_en="Complete all pages and materials first.",
        )
    return signatures.ask(
        case_id=case.pk,
        title=case.item_name,
        text=paper.text,
        digest=paper.digest,
        signers=paper.signers,
        level=paper.level,
        by=by,
    )


def end_where_changed(case: Case, by: Actor) -> None:
    """After a write: what was signed, or laid before somebody, ends when it is no longer what the draft says."""
    if queries.version_of(case).definition.signing is None or not signature_queries.live(case.pk).exists():
        return
    paper = _paper(case)
    if paper is not None:
        signatures.end_others(case_id=case.pk, digest=paper.digest, by=by)


def adopt_signatures(case: Case, other: Case) -> None:
    """Let the signatures under a case stand for those under one that it opens, when everybody it needs is among them."""
    paper = _paper(other)
    if paper is None or not paper.signers:
        return
    given = {row.id_no: row for row in signature_queries.given(case.pk)}
    if all(one.id_no in given and given[one.id_no].level >= paper.level for one in paper.signers):
        rows = [given[one.id_no] for one in paper.signers]
        signatures.adopt(
            rows=rows, case_id=other.pk, title=other.item_name, text=paper.text, digest=paper.digest
        )


def payload_of(case: Case) -> dict[str, Any]:
    """What the event of handing in says of the signatures: who, by row, under which text."""
    if queries.version_of(case).definition.signing is None:
        return {}
    rows = signature_queries.given(case.pk)
    return {"signatures": [{"signature": str(row.pk), "digest": row.text.digest} for row in rows]}
