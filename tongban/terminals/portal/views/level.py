"""Opening an account with any document, and raising its level of assurance; then back to where one came from."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_id
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.queries import verifiers
from tongban.kernel.identities.states import COUNTER_MINUTES, DocumentType
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import AssuranceLevel, Step
from tongban.terminals.portal.views.signing import count, send_code
from tongban.terminals.ui import codes
from tongban.terminals.ui.documentwords import DOCUMENTS
from tongban.terminals.ui.rights import LEVELS, open_to_all, signed_in
from tongban.terminals.ui.texts import _, language, later, local
from tongban.terminals.ui.views import local_path
from tongban.terminals.ui.whence import address_of

_FIELDS = ("name", "id_type", "id_no", "country", "phone")
_WORDS = {
    "population": (
        later("核对姓名和证件号码"),
        later("和人口库里的姓名、号码、手机号码核对。马上出结果。"),
    ),
    "face": (
        later("人脸比对"),
        later("用手机摄像头和证件照片比对。不愿意用人脸的，选下面的其他方式，效力相同或者更高。"),
    ),
    "certificate": (later("数字证书"), later("插入或者打开您的数字证书，输入证书密码。不用人脸。")),
}


@open_to_all("whoever has no account yet is not signed in")
def new_account(request: HttpRequest) -> HttpResponse:
    """Open an account with any of the documents; a code to its telephone is the first sign-in."""
    typed = {name: request.POST.get(name, "").replace("\x00", "")[:80] for name in _FIELDS}
    problem: Problem | None = None
    unread = False
    if request.method == "POST":
        unread = "agreed" not in request.POST
        try:
            # By the telephone: whoever owns it must not be flooded with codes for accounts that others open.
            count(request, Step.ASK, f"new:{''.join(typed['phone'].split())}", None)
            if not unread:
                account = actions.open_account(**typed)
                send_code(request, account, account.username, "/")
                return redirect("sign-in-code")
        except parties.TooManyTries as refused:
            return codes.too_many(request, refused, reverse("account-new"))
        except actions.BadParticulars as refused:
            problem = refused
    context = {
        "typed": typed,
        "documents": [(one.value, label) for one, label in DOCUMENTS.items()],
        "field": problem.about if problem else "",
        "error": f"{problem.sentence(language())} {problem.todo(language())}" if problem else "",
        "unread": unread,
    }
    return render(request, "portal/account_new.html", context, status=422 if problem or unread else 200)


@signed_in(level=0)
def level(request: HttpRequest) -> HttpResponse:
    """What level the visitor has, which is needed and for what, and the ways to it; then back to where they came from."""
    account = request.user
    if account.agency:
        raise Http404
    next_url = local_path(request.POST.get("next") or request.GET.get("next", ""))
    wanted = request.POST.get("level") or request.GET.get("level", "")
    needed = int(wanted) if wanted in {"2", "3", "4"} else 0
    problem, code = None, ""
    if request.method == "POST" and request.POST.get("kind") == "counter":
        parties.admit(step=Step.ASK, who=str(account.pk), address=address_of(request), device="counter-code")
        code = actions.ask_counter_code(account=account)
    elif request.method == "POST":
        problem = _tried(request, account)
        account.refresh_from_db()
        if problem is None and account.level >= needed:
            return redirect(next_url if next_url != "/" else "level")
    context = {
        "now": LEVELS[account.level],
        "needed": LEVELS[needed] if needed > account.level else "",
        "level": needed,
        "next": next_url,
        "ways": [_way(kind, leads, account, needed) for kind, leads in verifiers.LEADS_TO.items()],
        "who": _who(account),
        "fixed": account.level >= AssuranceLevel.MATCHED,
        "face": _face_words(),
        "consents": identities.consents(request.actor)[:10],
        "live": identities.live_consents(request.actor).exists(),
        "error": f"{problem.sentence(language())} {problem.todo(language())}" if problem else "",
        # Shown once, in the answer to the button: it is kept nowhere but as a digest.
        "counter_code": f"{code[:4]} {code[4:]}" if code else "",
        "counter_minutes": COUNTER_MINUTES,
        "counter_open": account.level < AssuranceLevel.FACE_MATCHED,
    }
    return render(request, "portal/level.html", context, status=problem.status if problem else 200)


def _tried(request: HttpRequest, account: Any) -> Problem | None:
    kind = request.POST.get("kind", "")
    if kind not in verifiers.LEADS_TO:
        raise Http404
    # Whoever is signed in counts for themself; without a limit the base would answer any name and number.
    parties.admit(step=Step.TRY, who=str(account.pk), address=address_of(request), device="verifier")
    try:
        actions.raise_level(
            account=account,
            kind=kind,
            said=request.POST,
            consent="consent" in request.POST,
            text=_face_words()["version"],
            by=request.actor,
        )
    except (actions.NotVerified, actions.ConsentMissing) as problem:
        return problem
    return None


def _face_words() -> dict[str, Any]:
    """The words of the consent to a comparison of faces: the pack's, else plain ones of ours."""
    said = catalogue.snapshot().pack.get("data_use", {}).get("face_consent")
    if said:
        return {"version": said["version"], "text": local(said["text"]), "purpose": local(said["purpose"])}
    text = _("我单独同意为这一次核验比对人脸。照片和人脸特征不留在本系统，只留结果、时间和核验编号。")
    return {"version": "built-in", "text": text, "purpose": ""}


@require_POST
@signed_in(level=0)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back the consents to comparisons of faces; what was confirmed stays."""
    actions.withdraw_consent(by=request.actor)
    return redirect(f"{reverse('level')}#consents")


def _way(kind: str, leads: AssuranceLevel, account: Any, needed: int) -> dict[str, Any]:
    title, text = _WORDS[kind]
    return {
        "kind": kind,
        "title": title,
        "text": text,
        "leads": LEVELS[leads],
        "open": leads > account.level and (kind == "population" or account.level >= AssuranceLevel.MATCHED),
        "done": leads <= account.level,
        "enough": leads >= needed,
        "consent": kind in verifiers.NEEDS_CONSENT,
        "fake": verifiers.verifier(kind).fake,
        "chooses": kind != "population",
    }


def _who(account: Any) -> dict[str, Any]:
    who = actions.particulars(account)
    if who is None:
        return {}
    return {"name": who.name, "id_no": mask_id(who.id_no), "document": DOCUMENTS[DocumentType(who.id_type)]}
