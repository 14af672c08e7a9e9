"""What a letter of the law says about a case, and how it will look: for the tasks that make it and for a preview."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.kernel.cases import states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import papers
from tongban.kernel.cases.queries.reading import deferrals_of, supplement_of, version_of
from tongban.kernel.cases.queries.work import hearing_of
from tongban.kernel.cases.states import ProposalState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines.states import PauseReason, Unit
from tongban.kernel.documents.states import LetterKind


def _words(case: Case, kind: LetterKind, extra: Mapping[str, str]) -> dict[str, Any]:
    """The placeholders of a letter's sentences."""
    definition = version_of(case).definition
    agency = catalogue.agency(case.agency)
    pack = catalogue.snapshot().pack
    due = supplement_of(case).due_on if kind == LetterKind.SUPPLEMENT else case.due_on
    return defaultdict(
        str,
        extra,
        **_of_the_kind(case, kind),
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
        competent="",
        result=definition.data["result"]["name"]["zh"],
        fee=_fee(definition),
        hotline=pack["city"]["hotline"],
    )


def _fee(definition: Any) -> str:
    fee = definition.data["fee"]
    return "；".join(fee[key]["zh"] for key in ("note", "basis") if key in fee)


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
    if kind == LetterKind.RECEIPT:
        rows += [("提交时间", f"{case.submitted_at.astimezone(time.SHANGHAI):%Y-%m-%d %H:%M:%S}")]
        # In groups of eight, so that the line can break and a person can compare.
        rows += [("内容校验码", " ".join(case.fingerprint[at : at + 8] for at in range(0, 64, 8)))]
    if kind == LetterKind.ACCEPTANCE:
        rows += [
            ("受理日期", papers.day(case.accepted_at)),
            ("法定办结期限", papers.day(case.statutory_due_on)),
        ]
    if kind == LetterKind.GRANT and case.benefit_fen is not None:
        per = {"month": "每月", "year": "每年", "once": "一次性"}.get(case.benefit_per, "")
        rows += [("发放标准", f"{per}{case.benefit_fen / 100:.2f} 元")]
    return [{"label": label, "value": value} for label, value in rows]


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


def letter_content(
    case: Case, kind: LetterKind, extra: Mapping[str, str]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The letter's document in the pack, and the data of its template; `extra` are further words of its sentences."""
    letter = catalogue.document("letter", kind)
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
