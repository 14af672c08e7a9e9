"""The wallet, and the public check of what came out of it."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.ids import mask_id
from tongban.kernel.access.calc import ANONYMOUS
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import actions, calc
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.states import CredentialState
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.seals import queries as seals
from tongban.kernel.seals.states import SealVerdict
from tongban.terminals.portal import words
from tongban.terminals.portal.views.papers import own_credential
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Licence, Pair
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

_MOST_BYTES = 20 * MEGABYTE
STATES = {
    CredentialState.VALID: (later("有效"), "green"),
    CredentialState.SUSPENDED: (later("暂停使用"), "amber"),
    CredentialState.REVOKED: (later("已撤销"), "red"),
    CredentialState.CANCELLED: (later("已注销"), "red"),
    CredentialState.EXPIRED: (later("已过期"), "red"),
}
_VERDICTS = {
    SealVerdict.VALID: ("ok", later("印章有效，盖章后没有改动过"), later("文件由下列机关盖章，内容完整。")),
    SealVerdict.CHANGED: (
        "error",
        later("文件被改动过"),
        later("这份文件盖章以后内容有变化，不能采信。请向持证人索取原件，或者扫描证照上的二维码核验。"),
    ),
    SealVerdict.UNTRUSTED: (
        "error",
        later("不是本市机关的印章"),
        later("文件上有签名，但不是本市机关的电子印章。"),
    ),
    SealVerdict.UNSEALED: ("warn", later("文件没有电子印章"), later("这份文件没有盖章，无法核验真伪。")),
    SealVerdict.UNREADABLE: (
        "warn",
        later("打不开这份文件"),
        later("请上传原始的 PDF 文件；拍照、截图、打印后扫描的，请改用验证码核验。"),
    ),
}


@signed_in()
def wallet(request: HttpRequest) -> HttpResponse:
    """All credentials of the visitor and of those they act for, by holder."""
    kinds = catalogue.documents("credential")
    groups: dict[str, list[Licence]] = {}
    for row in credentials.visible(request.actor):
        groups.setdefault(row.holder_name, []).append(_card(row, kinds))
    return render(request, "portal/wallet.html", {"groups": list(groups.items())})


def _card(row: Any, kinds: Mapping[str, Any]) -> Licence:
    state = credentials.state_on(row, time.today())
    licence = kinds.get(row.type, {}).get("kind") == "licence"
    return Licence(
        title=words.either(row.name_zh, row.name_en),
        holder=row.holder_name,
        number=row.number,
        until=_until(row),
        url=reverse("credential", args=[row.pk]),
        state=str(STATES[state][0]),
        kind="licence" if licence else "proof",
        valid=state == CredentialState.VALID,
    )


def _until(row: Any) -> str:
    return cndate(row.valid_until) if row.valid_until else _("长期")


def _value(field: Mapping[str, Any]) -> str:
    # Even on the holder's own screen: somebody may stand behind them. The paper shows it in full.
    text = str(field["value"])
    return mask_id(text) if field["privacy"] == "sensitive" else text


def _face(row: Any, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands on a credential, with its state today."""
    label, tone = STATES[credentials.state_on(row, time.today())]
    pairs = [Pair(texts.local(field["label"]), _value(field)) for field in fields]
    until = [] if any(field["id"] == "valid_to" for field in fields) else [Pair(_("有效期至"), _until(row))]
    return {
        "credential": row,
        "name": words.either(row.name_zh, row.name_en),
        "state": str(label),
        "tone": tone,
        "pairs": [
            *pairs,
            Pair(_("签发机关"), words.agency(row.issuer)),
            Pair(_("签发日期"), cndate(row.issued_at)),
            *until,
            Pair(_("电子证照标识"), row.identifier),
        ],
    }


@signed_in()
def credential(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One credential with its code, its file and who used it."""
    row = own_credential(request, id)
    return render(
        request, "portal/credential.html", _face(row, row.fields) | {"uses": credentials.uses_of(row)}
    )


@open_to_all("anybody who is shown a paper must be able to check it")
def verify(request: HttpRequest) -> HttpResponse:
    """Check by code, or by the file itself."""
    context: dict[str, Any] = {"error": "", "code": "", "verdict": None, "found": None}
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            context["error"] = _("请选择要核验的 PDF 文件。")
        elif file.size > _MOST_BYTES:
            context["error"] = _("文件超过 {most} MB。", most=_MOST_BYTES // MEGABYTE)
        else:
            context |= _judge(file.read()) | {"file_name": file.name}
    elif request.GET.get("code", "").strip():
        code = "".join(c for c in request.GET["code"].upper() if c.isascii() and c.isalnum())[:24]
        if code:
            return redirect("verify-code", code)
        context["error"] = _("验证码由字母和数字组成。")
    return render(request, "portal/verify.html", context, status=422 if context["error"] else 200)


def _judge(content: bytes) -> dict[str, Any]:
    """The verdict on a file, and what we know of it when it is byte for byte one of ours."""
    judged = seals.verify_pdf(content)
    digest = hashlib.sha256(content).hexdigest()
    row = credentials.by_digest(digest)
    letter = None if row else documents.letter_by_digest(digest)
    kind, title, text = _VERDICTS[judged.verdict]
    found = _public(row) if row else _letter(letter) if letter else None
    if judged.verdict == SealVerdict.VALID and row and found and found["tone"] != "green":
        kind, title = "warn", _("印章真实，但这份证照{state}", state=found["state"])
    if judged.verdict == SealVerdict.VALID and found is None:
        # A PDF signature leaves some padding of itself uncovered, and we keep the digest of every original.
        kind, title = "warn", _("印章真实，但不是原件")
        text = _("文件与签发时的原件不是逐字节相同。请向出示人索取原件，或者扫描文件上的二维码核验。")
    return {
        "verdict": {
            "kind": kind,
            "title": title,
            "text": text,
            "signer": judged.sealed_by,
            "at": judged.sealed_at,
        },
        "found": found,
    }


def _public(row: Any) -> dict[str, Any]:
    return _face(row, calc.masked(row.fields)) | {"letter": None}


def _letter(letter: Any) -> dict[str, Any]:
    """What a stranger may know of a letter: that it exists, from whom and since when."""
    return {
        "letter": letter,
        "credential": None,
        "name": str(words.LETTERS[letter.kind]),
        "state": _("真实"),
        "tone": "green",
        "pairs": [
            Pair(_("文书编号"), letter.number),
            Pair(_("盖章机关"), words.agency(letter.sealed_by)),
            Pair(_("出具日期"), cndate(letter.issued_at)),
        ],
    }


@open_to_all("anybody who scans the code of a paper must be able to check it")
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a credential or a letter says, as far as a stranger may know, and whether it holds today."""
    row, letter = credentials.by_code(code), documents.letter_by_code(code)
    if row is not None:
        actions.log_use(credential=row, purpose=_("公众扫码核验"), by=ANONYMOUS)
    found = _public(row) if row else _letter(letter) if letter else None
    context = {"code": code, "found": found, "verdict": None, "error": ""}
    return render(request, "portal/verify.html", context, status=200 if found else 404)
