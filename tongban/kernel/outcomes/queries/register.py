"""The register of village proofs (出具证明台账): what each village issued, to whom, for what, by which two people."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tongban.foundation.ids import mask_name
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case, CaseStep
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import ItemType
from tongban.kernel.credentials.models import Credential
from tongban.kernel.parties import queries as parties

MOST_ROWS = 5000  # of one file: a village issues some hundred a year


@dataclass(frozen=True)
class Entry:
    """One proof in the register."""

    number: str
    case_no: str
    item: str
    applicant: str
    receiver: str
    issuer: str
    handler: str
    finding: str
    head: str
    issued_on: date
    valid_until: date | None
    state: str
    verify_code: str


def proof_items() -> list[str]:
    """The codes of the items that are village proofs: the positive list."""
    return [one.code for one in catalogue.items() if one.definition.data["type"] == ItemType.VILLAGE_PROOF]


def registered(actor: Actor, text: str = "", agency: str = "") -> QuerySet[Credential]:
    """The proofs issued in cases that this officer may see, newest first; by number, holder's name or item."""
    seen = cases.desk(actor).filter(item_code__in=proof_items(), decided_at__isnull=False)
    rows = Credential.objects.filter(case_id__in=seen.values("pk"))
    if agency:
        rows = rows.filter(issuer=agency)
    text = text.replace("\x00", "").strip()[:60]
    if text:
        items = [
            one.definition.data["result"].get("credential", "")
            for one in catalogue.items()
            if one.code in proof_items() and text in one.definition.name.zh
        ]
        rows = rows.filter(Q(number__iexact=text) | Q(holder_name__startswith=text) | Q(type__in=items))
    return rows.order_by("-issued_at", "-id")


def issuers(actor: Actor) -> list[tuple[str, str]]:
    """The bodies that issued something in the register of this officer, by name."""
    rows = registered(actor).order_by("issuer_name").values_list("issuer", "issuer_name").distinct()
    return list(rows)


def entries(rows: Sequence[Credential], *, masked: bool) -> list[Entry]:
    """Lines of the register for these proofs, in three queries however many there are."""
    found = {one.pk: one for one in Case.objects.filter(pk__in=[row.case_id for row in rows])}
    steps = {
        one.case_id: one
        for one in CaseStep.objects.filter(case_id__in=found, type="review", done_by__isnull=False).order_by(
            "-order"
        )
    }
    people = [one.done_by for one in steps.values()] + [one.decided_by for one in found.values()]
    names = parties.account_names([one for one in people if one])
    return [_entry(row, found[row.case_id], steps.get(row.case_id), names, masked=masked) for row in rows]


def _entry(row: Credential, case: Case, step: CaseStep | None, names, *, masked: bool) -> Entry:
    receiver = next((str(one["value"]) for one in row.fields if one["id"] == "receiver"), "")
    return Entry(
        number=row.number,
        case_no=case.short_no or "",
        item=case.item_name,
        applicant=mask_name(row.holder_name) if masked else row.holder_name,
        receiver=receiver,
        issuer=row.issuer_name,
        handler=names.get(step.done_by, "") if step else "",
        finding=step.opinion if step else "",
        head=names.get(case.decided_by, ""),
        issued_on=row.issued_at.astimezone(SHANGHAI).date(),
        valid_until=row.valid_until,
        state=row.state,
        verify_code=row.verify_code,
    )


_HEADS = (
    "证明编号",
    "办件编号",
    "证明事项",
    "申请人",
    "接收单位",
    "出具单位",
    "经办人",
    "核实情况",
    "签发人",
    "出具日期",
    "有效期至",
    "状态",
    "验证码",
)


def register_table(rows: Sequence[Credential]) -> bytes:
    """The register as a table to keep, names in full; cells that a spreadsheet would take for formulas are disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for one in entries(rows, masked=False):
        values = (
            one.number,
            one.case_no,
            one.item,
            one.applicant,
            one.receiver,
            one.issuer,
            one.handler,
            one.finding,
            one.head,
            one.issued_on.isoformat(),
            one.valid_until.isoformat() if one.valid_until else "长期",
            one.state,
            one.verify_code,
        )
        writer.writerow([f"'{text}" if text[:1] in "=+-@\t\r" and text else text for text in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
