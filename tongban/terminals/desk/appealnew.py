"""Appeals that did not come over the portal: told at the counter, by telephone, on a visit; or a list of the hotline."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import BadAppeal
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.modules.appeals.states import CHANNEL_NAMES, Channel
from tongban.terminals.desk.appeals import RIGHTS
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

TOLD = (Channel.PHONE, Channel.WINDOW, Channel.VISIT)
COLUMNS = ("reference", "uscc", "category", "title", "words", "contact", "urgent", "subcategory")
MOST_BYTES, MOST_ROWS = 1_000_000, 500
_KEPT = ("uscc", "channel", "title", "words", "wanted", "contact", "urgent", "confidential")


@staff(*RIGHTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Note what a firm said, or read a list of the hotline; a row that was read before is not filed again."""
    form = request.POST
    problem: Problem | None = None
    report: list[dict[str, Any]] = []
    if request.method == "POST" and form.get("choose") != "1":
        try:
            if "list" in request.FILES:
                report = _read(request.FILES["list"], request.actor)
            else:
                row = _file(form, form.get("channel", ""), form.get("token", ""), request.actor)
                return _to(row, request.actor)
        except Problem as failed:
            problem = failed
    named = words.Names()
    book = named.book
    code = form.get("category") or request.GET.get("category", "")
    chosen = book.categories.get(code)
    context = {
        "groups": named.groups(),
        "code": code,
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": [*words.any_subform(chosen, form), *words.form(chosen, form)],
        "channels": [(one.value, words.pick(CHANNEL_NAMES[one])) for one in TOLD],
        "typed": {name: form.get(name, "") for name in _KEPT},
        "token": form.get("token") or str(uuid7()),
        "columns": ", ".join(COLUMNS),
        "report": report,
        "taken": sum(not one["fault"] for one in report),
        "problem": said(problem),
    }
    return render(request, "desk/appeal_new.html", context, status=problem.status if problem else 200)


def _to(row: Any, actor: Actor) -> HttpResponse:
    """To the appeal; who may not look at it (another office leads it) is told its number."""
    try:
        queries.appeal_for(actor, row.pk)
    except NoSuchAppeal:
        return redirect(f"{reverse('desk-appeals')}?q={row.number}")
    return redirect(f"{reverse('desk-appeal', args=[row.pk])}?done=file")


def _file(form: Any, channel: str, reference: str, by: Actor) -> Any:
    firm = parties.organisation_by_uscc(form.get("uscc", "").strip().upper())
    if firm is None:
        raise BadAppeal(
            sentence_zh="没有这个统一社会信用代码的企业。",
            sentence_en="No firm has this unified social credit code.",
            todo_zh="请核对营业执照上的 18 位代码。",
            todo_en="Check the 18 signs on the business licence.",
        )
    if channel not in (*TOLD, Channel.HOTLINE):
        raise BadAppeal(
            sentence_zh="没有选择渠道。",
            sentence_en="It was not chosen how the firm told it.",
            todo_zh="请选择渠道。",
            todo_en="Choose the channel.",
        )
    return actions.file_appeal(
        organisation_id=firm.pk,
        category=form.get("category", "").strip(),
        title=form.get("title", ""),
        words=form.get("words", ""),
        wanted=form.get("wanted", "") or "",
        contact=form.get("contact", "") or "",
        answers=words.given(form),
        subcategory=(form.get("sub") or form.get("subcategory") or "").strip()[:60],
        urgent=bool((form.get("urgent") or "").strip()),
        confidential=bool(form.get("confidential")),
        channel=channel,
        reference=reference[:60],
        by=by,
    )


def _read(upload: Any, by: Actor) -> list[dict[str, Any]]:
    """File each row by itself: a fault stops its row alone, and the report says which and why."""
    if upload.size > MOST_BYTES:
        raise _bad_list(_("文件超过 1 MB。"))
    try:
        text = upload.read().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _bad_list(_("文件不是 UTF-8 编码的 CSV。")) from error
    if not rows or set(COLUMNS[:5]) - set(rows[0]):
        raise _bad_list(_("第一行应有列名：{columns}", columns=", ".join(COLUMNS)))
    if len(rows) > MOST_ROWS:
        raise _bad_list(_("一次最多 {most} 行。", most=MOST_ROWS))
    return list(_filed(rows, by))


def _filed(rows: list[dict[str, Any]], by: Actor) -> Iterable[dict[str, Any]]:
    for n, row in enumerate(rows, start=2):
        line = {"line": n, "reference": row.get("reference") or "", "number": "", "fault": ""}
        clean = {name: value or "" for name, value in row.items() if isinstance(name, str)}
        try:
            if not line["reference"]:
                raise _bad_list(_("没有来件编号。"))
            line["number"] = _file(clean, Channel.HOTLINE, line["reference"], by).number
        except Problem as problem:
            line["fault"] = problem.sentence(texts.language())
        yield line


def _bad_list(sentence: str) -> BadAppeal:
    return BadAppeal(
        sentence_zh=sentence,
        sentence_en=sentence,
        todo_zh="请改正文件后再上传。",
        todo_en="Correct the file and upload it again.",
    )
