"""The wallet, and the public check of what came out of it."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import timedelta
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
from tongban.kernel.credentials.states import LIFE, USE_NAMES, Act, ActState, CredentialState, UseKind
from tongban.kernel.disclosures import queries as disclosures
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.seals import queries as seals
from tongban.kernel.seals.states import SealVerdict
from tongban.terminals.portal import words
from tongban.terminals.portal.lent import lending_row
from tongban.terminals.portal.views import evidence
from tongban.terminals.portal.views.papers import own_credential
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Licence, Pair
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.templatetags.ui import cndate, cntime
from tongban.terminals.ui.texts import _, later

_MOST_BYTES = 20 * MEGABYTE
STATES = {
    CredentialState.VALID: (later("有效"), "green"),
    CredentialState.SUSPENDED: (later("暂扣"), "amber"),
    CredentialState.REVOKED: (later("已撤销"), "red"),
    CredentialState.CANCELLED: (later("已注销"), "red"),
    CredentialState.EXPIRED: (later("已过期"), "red"),
    CredentialState.MOVED: (later("已转出"), "amber"),
    CredentialState.FORFEITED: (later("已吊销"), "red"),
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
    context = {
        "groups": list(groups.items()),
        "waiting": disclosures.waiting(request.actor),
        "visitor_acts": bool(request.actor.represents),
    }
    return render(request, "portal/wallet.html", context)


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


def face(row: Any, fields: list[dict[str, Any]]) -> dict[str, Any]:
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
    return render(request, "portal/credential.html", face(row, row.fields) | _around(row))


def _around(row: Any) -> dict[str, Any]:
    """What stands beside a credential on its holder's page: who saw it, to whom it is lent, copies, what happened to it."""
    today = time.today()
    newer = credentials.replaced_by(row)
    return {
        "uses": [_use(use) for use in credentials.uses_of(row)],
        "uses_count": credentials.uses_count(row),
        "lendings": [lending_row(one, today) for one in disclosures.of_credential(row)],
        "copies": [
            {"copy": one, "over": one.expires_on < today, "url": reverse("copy-file", args=[one.pk])}
            for one in disclosures.copies_of(row)
        ],
        "acts": [_act(one) for one in credentials.acts_on(row) if one.state == ActState.DONE],
        "newer": newer,
        "older": row.replaces,
        "usable": credentials.state_on(row, today) == CredentialState.VALID,
        "copy_until": today + timedelta(days=30),
    }


def _use(use: Any) -> dict[str, Any]:
    """A line of the ledger: how it was used, by whom, for what, when."""
    return {
        "kind": words.either(*USE_NAMES[UseKind(use.kind)]),
        "who": use.user_name or _("未登录的核验人"),
        "purpose": use.purpose,
        "at": use.at,
    }


def _act(act: Any) -> dict[str, Any]:
    """What happened to a credential, with the ground of the law and the letter about it."""
    row = LIFE[Act(act.act)]
    ground = next((one for one in row.grounds if one.id == act.ground), None)
    letters = documents.letters_about(act.pk)
    return {
        "name": words.either(row.zh, row.en),
        "ground": words.either(ground.zh, ground.en) if ground else "",
        "basis": ground.basis if ground else "",
        "reasons": act.reasons,
        "until": act.until,
        "at": act.decided_at,
        "letter_url": reverse("act-letter", args=[act.credential_id, act.pk]) if letters else "",
    }


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
    row, copy = credentials.by_digest(digest), disclosures.copy_by_digest(digest)
    letter = None if row or copy else documents.letter_by_digest(digest)
    kind, title, text = _VERDICTS[judged.verdict]
    found = _public(row) if row else _copy(copy) if copy else _letter(letter) if letter else None
    if judged.verdict == SealVerdict.VALID and copy and found and found["tone"] != "green":
        kind, title = "warn", _("印章真实，但这份加注件{state}", state=found["state"])
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
    return face(row, calc.masked(row.fields)) | {"letter": None, "annotated": None}


def _copy(copy: Any) -> dict[str, Any]:
    """An annotated copy: what it was made of, for whom, for what, until when, and the state of the licence itself."""
    row, today = copy.credential, time.today()
    over = copy.expires_on < today
    label, tone = STATES[credentials.state_on(row, today)]
    state = _("已过期") if over else _("证照{state}", state=label) if tone != "green" else _("有效期内")
    return {
        "letter": None,
        "credential": row,
        "annotated": copy,
        "name": _("“{name}”的加注件", name=words.either(row.name_zh, row.name_en)),
        "state": state,
        "tone": "red" if over else tone,
        "pairs": [
            Pair(_("只供"), copy.receiver_name),
            Pair(_("用途"), copy.purpose),
            Pair(_("加注件有效至"), cndate(copy.expires_on)),
            Pair(_("制作时间"), cntime(copy.made_at)),
            Pair(_("证照编号"), row.number),
            Pair(_("签发机关"), words.agency(row.issuer)),
            Pair(_("证照现在的状态"), str(label)),
        ],
    }


def _letter(letter: Any) -> dict[str, Any]:
    """What a stranger may know of a letter: that it exists, from whom and since when."""
    return {
        "letter": letter,
        "credential": None,
        "annotated": None,
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
    copy = None if row or letter else disclosures.copy_by_code(code)
    found = _public(row) if row else _letter(letter) if letter else _copy(copy) if copy else None
    context = {"code": code, "found": found, "verdict": None, "error": ""}
    if row or letter:
        context |= {"paper": row or letter, "sealed": evidence.place_in_log(row or letter)}
    response = render(request, "portal/verify.html", context, status=200 if found else 404)
    response.headers["Cache-Control"] = "no-store"  # the state is the one of this moment
    return response
