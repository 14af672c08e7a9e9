"""What stands on the paper of a licence, and the letter about what became of it. Reads only."""

from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials.actions import Face
from tongban.kernel.credentials.models import CredentialAct
from tongban.kernel.credentials.states import LIFE, Act, Ground
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.outcomes.queries import papers


class _Blank(dict):
    """Placeholders without a value are left empty rather than stop a paper."""

    def __missing__(self, key: str) -> str:
        return ""


def paper_data(document: Mapping[str, Any], face: Face, **of_case: Any) -> dict[str, Any]:
    """The data of a licence's template: from its face, and what a case adds where one stands behind it."""
    item = of_case.get("item", face.name[0])
    words = {field["id"]: field["value"] for field in face.fields}
    words |= {"holder": face.holder_name, "item": item, "agency": face.issuer_name}
    return {
        "title": document["name"]["zh"],
        "front_title": document["front_title"],
        "identifier": face.identifier,
        "holder": face.holder_name,
        "applicant": face.holder_name,
        "item": item,
        "date": face.valid_from.isoformat(),
        "lines": [{"label": field["label"]["zh"], "value": field["value"]} for field in face.fields],
        "paragraphs": [text.format_map(_Blank(words)) for text in document.get("paragraphs", [])],
        "table": None,
        "notes": document.get("notes", []),
        "hotline": document.get("hotline"),
        "sample_note": " · ".join(document["sample_note"].values()),
        **of_case,
    }


def ground_of(act: CredentialAct) -> Ground:
    """The ground of the law on which an act rests."""
    return next(one for one in LIFE[Act(act.act)].grounds if one.id == act.ground)


def act_letter(act: CredentialAct) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The letter's document in the pack, and the data of its template."""
    letter = catalogue.document("letter", LetterKind.CREDENTIAL_ACT)
    credential, row, ground = act.credential, LIFE[Act(act.act)], ground_of(act)
    words = _Blank(
        holder=credential.holder_name,
        licence=credential.name_zh,
        licence_no=credential.number,
        identifier=credential.identifier,
        agency=catalogue.agency(credential.issuer)["name"]["zh"],
        act=row.zh,
        ground=ground.zh,
        basis=ground.basis,
        reasons=act.reasons,
        document=f"（{act.document_no}）" if act.document_no else "",
        until=f"，期限至{papers.day(act.until)}" if act.until else "",
        today=papers.day(act.decided_at or time.today()),
        hotline=catalogue.snapshot().pack["city"]["hotline"],
    )
    return letter, {
        "title": f"{credential.name_zh}{row.zh}通知书",
        "case_no": credential.number,
        "short_no": credential.number,
        "applicant": credential.holder_name,
        "item": credential.name_zh,
        "date": time.today().isoformat(),
        "lines": [
            {"label": "证照名称", "value": credential.name_zh},
            {"label": "证照编号", "value": credential.number},
            {"label": "电子证照标识", "value": credential.identifier},
        ],
        "paragraphs": [text.format_map(words) for text in letter["paragraphs"]],
        "materials": [],
        "remedies": letter.get("remedies", "").format_map(words),
        "query": letter.get("query", "").format_map(words),
    }
