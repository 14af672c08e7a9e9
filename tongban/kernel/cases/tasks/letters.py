"""The letters of the law: each follows its event, is rendered and sealed outside the transaction, then kept."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import ProposalState
from tongban.kernel.cases.tasks import papers
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines.states import PauseReason, Unit
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import new_code, number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.seals import actions as seals


def _words(case: Case, kind: LetterKind, extra: Mapping[str, str]) -> dict[str, Any]:
    """The placeholders of a letter's sentences."""
    definition = queries.version_of(case).definition
    agency = catalogue.agency(case.agency)
    pack = catalogue.snapshot().pack
    due = queries.supplement_of(case).due_on if kind == LetterKind.SUPPLEMENT else case.due_on
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
            hearing = queries.hearing_of(case)
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
    definition = queries.version_of(case).definition
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
    definition = queries.version_of(case).definition
    names = {material.id: material.name.zh for material in definition.materials}
    names |= {id: field.label.zh for id, field in definition.fields.items()}
    points = queries.supplement_of(case).points
    return [{"name": names.get(p["id"], p["id"]), "how": p.get("note", "")} for p in points]


def _deferrals(case: Case) -> list[dict[str, str]]:
    """What will be supplied later, and by when."""
    names = {material.id: material.name.zh for material in queries.version_of(case).definition.materials}
    return [
        {"name": names.get(row.material, row.material), "how": f"{papers.day(row.due_on)}前补交"}
        for row in queries.deferrals_of(case)
    ]


def _commitments(case: Case) -> list[dict[str, str]]:
    """What was signed, with what follows from breaking it."""
    definition = queries.version_of(case).definition
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


def render(case: Case, kind: LetterKind, **extra: str) -> papers.Paper:
    """The sealed letter of this kind about the case as it stands; `extra` are further words of its sentences."""
    letter = catalogue.document("letter", kind)
    words = _words(case, kind, extra)
    year = time.today().year
    number = number_from(
        letter["number_format"],
        documents.take_serial(kind=kind, agency=case.agency, year=year),
        time.today(),
        short=catalogue.agency(case.agency).get("number_word", ""),
        town=papers.town_digits(case.place_path),
    )
    materials = _MATERIALS.get(kind, _no_rows)(case)
    data = {
        "title": letter["name"]["zh"],
        "case_no": case.case_no,
        "short_no": case.short_no,
        "applicant": case.applicant_name,
        "item": case.item_name,
        "item_code": words["item_code"],
        "date": time.today().isoformat(),
        "lines": _lines(case, kind),
        "paragraphs": [text.format_map(words) for text in letter["paragraphs"]],
        "materials": materials,
        "remedies": letter.get("remedies", "").format_map(words),
        "query": letter.get("query", "").format_map(words),
    }
    return papers.seal(letter["template"], data, agency=case.agency, number=number, code=new_code())


def keep(event: Event, kind: LetterKind, paper: papers.Paper) -> None:
    """Keep a letter with its event as effect key, and log the use of the seal."""
    case = queries.case(event.subject_id)
    row = documents.issue_letter(
        about=case,
        kind=kind,
        number=paper.number,
        pdf=paper.pdf,
        sealed_by=paper.agency,
        verify_code=paper.verify_code,
        effect_key=f"{event.id}:{kind}",
    )
    if row is not None:
        seals.log_use(agency=paper.agency, about=row, digest=row.file.sha256, by=SYSTEM)


def _wanted(kind: LetterKind, case: Case, event: Event) -> bool:
    """Whether this letter has anything to say in this case."""
    # A proof made on the spot is itself the answer: of the letters it has only the receipt.
    by_rule = {LetterKind.ACCEPTANCE, LetterKind.DELIVERY_RECEIPT, LetterKind.PAYMENT_NOTICE}
    if kind in by_rule and (event.payload.get("rule") or (case.decided_at and case.decided_by is None)):
        return False
    match kind:
        case LetterKind.TOLERANCE_PROMISE:
            return bool(queries.deferrals_of(case))
        case LetterKind.COMMITMENT:
            # 国办发〔2020〕42号: what is believed now and looked at later. Other undertakings stay in the application.
            definition = queries.version_of(case).definition
            return any(
                data["id"] in case.signed and "check" in data for data in definition.data["commitments"]
            )
        case LetterKind.PAYMENT_NOTICE:
            return bool(queries.version_of(case).definition.data["fee"]["charged"])
    return True


def _follow(name: str, kind: LetterKind) -> None:
    def prepare(event: Event) -> papers.Paper | None:
        case = queries.case(event.subject_id)
        return render(case, kind) if _wanted(kind, case, event) else None

    def apply(event: Event, paper: papers.Paper | None) -> None:
        if paper is not None:
            keep(event, kind, paper)

    # Two verbs can end in the same letter; each is a listener of its own.
    key = f"letter_{kind.value}"
    apply.__qualname__ = f"{key}_{name.rsplit('.', 1)[-1]}" if key in _listeners else key
    _listeners.add(key)
    subscribe(name, prepare=prepare)(apply)


_listeners: set[str] = set()
# The letters that stand in the table of transitions; the grant's follows with its credential (outcomes.py).
for _row in states.TRANSITIONS.values():
    if _row.letter and _row.letter not in {LetterKind.GRANT, LetterKind.DENY}:
        _follow(_row.event, LetterKind(_row.letter))
# What the applicant signed comes back to them as a paper, and so does what there is to pay.
_follow(states.SUBMITTED, LetterKind.TOLERANCE_PROMISE)
_follow(states.SUBMITTED, LetterKind.COMMITMENT)
_follow(states.ACCEPTED, LetterKind.PAYMENT_NOTICE)
