"""The letters of the law: each follows its event, is rendered and sealed outside the transaction, then kept."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.tasks import papers
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import new_code, number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.seals import actions as seals

SUPPLEMENT_DAYS = 30  # how long an applicant is given where a pack does not say otherwise; no law fixes it


def _words(case: Case, extra: Mapping[str, str]) -> dict[str, Any]:
    """The placeholders of a letter's sentences."""
    definition = queries.version_of(case).definition
    agency = catalogue.agency(case.agency)
    pack = catalogue.snapshot().pack
    due = case.due_on
    if case.state == states.CaseState.SUPPLEMENT_REQUESTED:
        days = pack.get("supplement_days", SUPPLEMENT_DAYS)
        due = case.supplement.asked_at.astimezone(time.SHANGHAI).date() + timedelta(days=days)
    return defaultdict(
        str,
        extra,
        applicant=case.applicant_name,
        item=case.item_name,
        item_code=definition.data["task_code"],
        case_no=case.case_no or "",
        agency=agency["name"]["zh"],
        received_on=papers.day(case.submitted_at),
        accepted_on=papers.day(case.accepted_at),
        decided_on=papers.day(case.decided_at),
        due_on=papers.day(due),
        days=papers.limit_text(definition.promised(definition.values({}, case.situation, case.answers))),
        basis=papers.basis_of(definition),
        reasons=case.reasons or "",
        competent="",
        result=definition.data["result"]["name"]["zh"],
        hotline=pack["city"]["hotline"],
    )


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
    return [{"name": names.get(p["id"], p["id"]), "how": p.get("note", "")} for p in case.supplement.points]


def render(case: Case, kind: LetterKind, **extra: str) -> papers.Paper:
    """The sealed letter of this kind about the case as it stands; `extra` are further words of its sentences."""
    letter = catalogue.document("letter", kind)
    words = _words(case, extra)
    year = time.today().year
    number = number_from(
        letter["number_format"],
        documents.take_serial(kind=kind, agency=case.agency, year=year),
        time.today(),
        short=catalogue.agency(case.agency).get("number_word", ""),
        town=papers.town_digits(case.place_path),
    )
    materials = _points(case) if kind == LetterKind.SUPPLEMENT else []
    if kind == LetterKind.RECEIPT:
        materials = papers.materials_of(case)
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


def _follow(name: str, kind: LetterKind) -> None:
    def prepare(event: Event) -> papers.Paper | None:
        case = queries.case(event.subject_id)
        # A proof made on the spot is itself the answer: of the letters it has only the receipt.
        if kind == LetterKind.ACCEPTANCE and event.payload.get("rule"):
            return None
        return render(case, kind)

    def apply(event: Event, paper: papers.Paper | None) -> None:
        if paper is not None:
            keep(event, kind, paper)

    apply.__qualname__ = f"letter_{kind.value}"
    subscribe(name, prepare=prepare)(apply)


# The letters that stand in the table of transitions; the grant's follows with its credential (outcomes.py).
for _row in states.TRANSITIONS.values():
    if _row.letter and _row.letter not in {LetterKind.GRANT, LetterKind.DENY}:
        _follow(_row.event, LetterKind(_row.letter))
