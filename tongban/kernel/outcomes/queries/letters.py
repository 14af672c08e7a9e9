"""What a letter of the law says about a case, and how it will look: for the tasks that make it and for a preview."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.foundation.money import format_yuan
from tongban.kernel.cases import states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import agent_of, deferrals_of, hearing_of, supplement_of, version_of
from tongban.kernel.cases.states import ProposalState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines.states import PauseReason, Unit
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.outcomes.queries.handovers import handover_of
from tongban.kernel.outcomes.queries.payments import payment_of
from tongban.kernel.outcomes.states import IDENTITY_NAMES, WAY_NAMES, Identity, Way
from tongban.kernel.places import queries as places
from tongban.kernel.receptions.queries import duties as reception_duties
from tongban.kernel.receptions.queries import reception_of
from tongban.kernel.receptions.states import MODE_NAMES
from tongban.kernel.signatures import queries as signatures


def _words(case: Case, kind: LetterKind, extra: Mapping[str, str]) -> dict[str, Any]:
    """The placeholders of a letter's sentences."""
    definition = version_of(case).definition
    agency = catalogue.agency(case.agency)
    pack = catalogue.snapshot().pack
    due = supplement_of(case).due_on if kind == LetterKind.SUPPLEMENT else case.due_on
    special = {"competent": "", **_of_the_kind(case, kind)}
    return defaultdict(
        str,
        extra,
        **special,
        applicant=case.applicant_name,
        item=case.item_name,
        item_code=definition.data["task_code"],
        case_no=case.case_no or "",
        agency=agency["name"]["zh"],
        received_on=papers.day(case.submitted_at),
        accepted_on=papers.day(case.accepted_at),
        decided_on=papers.day(case.decided_at),
        closed_on=papers.day(case.closed_at),
        today=papers.day(time.today()),
        due_on=papers.day(due),
        statutory_due_on=papers.day(case.statutory_due_on),
        days=papers.limit_text(definition.promised(definition.values({}, case.situation, case.answers))),
        basis=papers.basis_of(definition),
        reasons=case.reasons or "",
        result=definition.data["result"]["name"]["zh"],
        hotline=pack["city"]["hotline"],
    )


def _fee(case: Case) -> dict[str, str]:
    """What there is to pay, to whom, by when, and why."""
    row, fee = payment_of(case), version_of(case).definition.data["fee"]
    if row is None:
        return {"fee": fee["note"]["zh"]}
    return {
        "fee": f"{row.name}人民币 {format_yuan(row.amount_fen)} 元",
        "fee_basis": fee["basis"]["zh"],
        "fee_number": row.number,
        "fee_due_on": papers.day(row.due_on),
        "payee": catalogue.agency(row.payee)["name"]["zh"],
    }


def _received(case: Case) -> dict[str, str]:
    """Where it was received and where it is handled; nothing for an application that came in online."""
    duties = reception_duties(case)
    if duties.hall is None:
        return {}
    return {
        "hall": duties.hall.name_zh,
        "mode": MODE_NAMES[duties.mode][0],
        "handling": duties.handling[0],
        "competent": catalogue.agency(case.agency)["name"]["zh"],
    }


def _of_the_kind(case: Case, kind: LetterKind) -> dict[str, str]:
    """The words that only letters of this kind need."""
    match kind:
        case LetterKind.SPECIAL_PROCEDURE:
            pause = case.pauses.exclude(state=ProposalState.REJECTED).order_by("-asked_at").first()
            return {
                "procedure": states.PAUSES[PauseReason(pause.kind)][0],
                "procedure_basis": pause.basis,
                "procedure_reasons": pause.reasons,
                "planned_days": str(pause.planned_days),
                "planned_end": papers.day(pause.planned_end),
            }
        case LetterKind.PAYMENT_NOTICE:
            return _fee(case)
        case LetterKind.RECEIPT:
            return _received(case)
        case LetterKind.EXTENSION:
            row = case.extensions.filter(state=ProposalState.RUNNING).first()
            unit = "个工作日" if row.unit == Unit.WORKDAYS else "日"
            return {
                "extension": f"{row.value}{unit}",
                "extension_basis": row.basis,
                "extension_reasons": row.reasons,
            }
        case LetterKind.HEARING_NOTICE | LetterKind.HEARING_DATE:
            hearing = hearing_of(case)
            begins = hearing.takes_place_at
            at = f"{papers.day(begins)}{begins.astimezone(time.SHANGHAI):%H:%M}" if begins else ""
            return {
                "matter": hearing.matter,
                "ask_by": papers.day(hearing.ask_by),
                "hearing_at": at,
                "hearing_place": hearing.place,
                "chair": hearing.chair,
            }
    return {}


def _lines(case: Case, kind: LetterKind) -> list[dict[str, str]]:
    """The table of facts of a letter."""
    definition = version_of(case).definition
    rows = [
        ("事项名称", case.item_name),
        ("事项编码", definition.data["task_code"]),
        ("办件编号", case.case_no or ""),
    ]
    agent = agent_of(case)
    if agent is not None:
        rows += [("帮办人" if agent[1] else "经办人", f"{agent[0]}（为{case.applicant_name}办理）")]
    if kind == LetterKind.RECEIPT:
        rows += [("提交时间", f"{case.submitted_at.astimezone(time.SHANGHAI):%Y-%m-%d %H:%M:%S}")]
        # In groups of eight, so that the line can break and a person can compare.
        rows += [("内容校验码", " ".join(case.fingerprint[at : at + 8] for at in range(0, 64, 8)))]
        rows += _signatures(case)
    if kind == LetterKind.ACCEPTANCE:
        rows += [
            ("受理日期", papers.day(case.accepted_at)),
            ("法定办结期限", papers.day(case.statutory_due_on)),
        ]
    if kind == LetterKind.DELIVERY_RECEIPT:
        rows += _receipt(case)
    if kind == LetterKind.GRANT and case.benefit_fen is not None:
        per = {"month": "每月", "year": "每年", "once": "一次性"}.get(case.benefit_per, "")
        rows += [("发放标准", f"{per}{case.benefit_fen / 100:.2f} 元")]
    return [{"label": label, "value": value} for label, value in rows]


def _signatures(case: Case) -> list[tuple[str, str]]:
    """Who signed what was handed in, when, and the digest of the text that they read."""
    rows = []
    for one in signatures.given(case.pk):
        at = f"{one.ended_at.astimezone(time.SHANGHAI):%Y-%m-%d %H:%M:%S}"
        roles = "、".join(role["zh"] for role in one.roles)
        rows.append((f"签名（{roles}）", f"{one.name}　{at}"))
        rows.append(("所签全文校验码", " ".join(one.text.digest[n : n + 8] for n in range(0, 64, 8))))
    return rows


def _receipt(case: Case) -> list[tuple[str, str]]:
    """Who received the result, how identity was checked, when: of a delivery on paper."""
    row = handover_of(case)
    if row is None or row.received_at is None:
        return [("送达方式", "电子送达（存入“我的证照”和办件页面）")]
    rows = [("送达方式", WAY_NAMES[Way(row.way)][0]), ("收件人", row.received_by)]
    if row.identity:
        rows += [
            ("领取人", "代领人" if row.relation == "agent" else "本人"),
            ("身份核对", IDENTITY_NAMES[Identity(row.identity)][0]),
        ]
    waybill = row.parcels.exclude(waybill="").order_by("-id").values_list("waybill", flat=True).first()
    if row.way == Way.POST and waybill:
        rows += [("运单号", waybill)]
    return [*rows, ("送达时间", f"{row.received_at.astimezone(time.SHANGHAI):%Y-%m-%d %H:%M}")]


def _points(case: Case) -> list[dict[str, str]]:
    """What a supplement asks for, by the names of fields and materials."""
    definition = version_of(case).definition
    names = {material.id: material.name.zh for material in definition.materials}
    names |= {id: field.label.zh for id, field in definition.fields.items()}
    points = supplement_of(case).points
    return [{"name": names.get(p["id"], p["id"]), "how": p.get("note", "")} for p in points]


def _deferrals(case: Case) -> list[dict[str, str]]:
    """What will be supplied later, and by when."""
    names = {material.id: material.name.zh for material in version_of(case).definition.materials}
    return [
        {"name": names.get(row.material, row.material), "how": f"{papers.day(row.due_on)}前补交"}
        for row in deferrals_of(case)
    ]


def _commitments(case: Case) -> list[dict[str, str]]:
    """What was signed, with what follows from breaking it."""
    definition = version_of(case).definition
    return [
        {"name": f"{data['title']['zh']}：{data['text']['zh']}", "how": data["consequences"]["zh"]}
        for data in definition.data["commitments"]
        if data["id"] in case.signed
    ]


def _no_rows(case: Case) -> list[dict[str, str]]:
    return []


_MATERIALS = {
    LetterKind.SUPPLEMENT: _points,
    LetterKind.RECEIPT: papers.materials_of,
    LetterKind.TOLERANCE_PROMISE: _deferrals,
    LetterKind.COMMITMENT: _commitments,
}


WINDOW_RECEIPT = "window_receipt"  # the pack's text of a receipt where receiving and handling are apart


def code_of(case: Case, kind: LetterKind) -> str:
    """The pack's document of a letter: a receipt from a window has one of its own."""
    return WINDOW_RECEIPT if kind == LetterKind.RECEIPT and reception_of(case.pk) else str(kind)


def sealed_by(case: Case, kind: LetterKind) -> str:
    """Whose letter it is: the receiving hall's for its receipt, the handling agency's for everything else."""
    row = reception_of(case.pk) if kind == LetterKind.RECEIPT else None
    hall = places.hall(row.hall) if row else None
    return hall.agency if hall and hall.agency else case.agency


def letter_content(
    case: Case, kind: LetterKind, extra: Mapping[str, str]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The letter's document in the pack, and the data of its template; `extra` are further words of its sentences."""
    letter = catalogue.document("letter", code_of(case, kind))
    words = _words(case, kind, extra)
    return letter, {
        "title": letter["name"]["zh"],
        "case_no": case.case_no,
        "short_no": case.short_no,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "item_code": words["item_code"],
        "date": time.today().isoformat(),
        "lines": _lines(case, kind),
        "paragraphs": [text.format_map(words) for text in letter["paragraphs"]],
        "materials": _MATERIALS.get(kind, _no_rows)(case),
        "remedies": letter.get("remedies", "").format_map(words),
        "query": letter.get("query", "").format_map(words),
    }


def letter_preview(case: Case, kind: LetterKind, **extra: str) -> bytes:
    """The letter as a PDF before it binds: no number, no seal, nothing kept. `extra` stands for what is not written yet."""
    letter, data = letter_content(case, kind, extra)
    return papers.unsealed(letter["template"], data, agency=case.agency)
