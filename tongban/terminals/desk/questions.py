"""The bank of key enterprises' questions on the desk: the list with its lights, a leader's own, one question, new ones."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import BadQuestion, Charge
from tongban.modules.appeals.rules import NoSuchQuestion, keeps
from tongban.modules.appeals.states import COUNTED
from tongban.modules.appeals.states.questions import (
    MOVE_NAMES,
    SOURCE_NAMES,
    STAND_NAMES,
    Move,
    Source,
    Stand,
)
from tongban.modules.visits import queries as visits
from tongban.terminals.desk.appeals import PAGE, Counted, days
from tongban.terminals.desk.projectacts import identifier
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import looking, parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

SEES = (Permission.TOWN_MANAGE, Permission.APPEAL_HANDLE, Permission.QUESTION_LEAD)
FILTERS = ("lamp", "state", "town", "agency", "leader", "source", "q")


@staff(*SEES)
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """The questions within the actor's reach, next date first."""
    return _list(request, queries.questions(request.actor), "desk-questions")


@staff(Permission.QUESTION_LEAD)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for a leader: the questions that they answer for, the most urgent first."""
    return _list(request, queries.of_leader(request.actor), "desk-questions-mine")


def _list(request: HttpRequest, reach: Any, name: str) -> HttpResponse:
    today, soon = days()
    chosen = {one: request.GET.get(one, "")[:60] for one in FILTERS}
    rows = queries.by_lamp(queries.questions_found(reach, chosen), chosen["lamp"], today, soon)
    if not (chosen["lamp"] or chosen["state"] or chosen["q"]):
        rows = queries.in_hand(rows)
    page = Counted(rows[:COUNTED], PAGE).get_page(request.GET.get("page"))
    counts = queries.lamps(queries.questions_found(reach, {**chosen, "state": ""}), today, soon)
    query = urlencode({one: value for one, value in chosen.items() if value})
    context = {
        "lamps": _lamps(chosen, counts),
        "filters": _filters(chosen, request.actor),
        "page": page,
        "rows": rows_of(list(page), today, soon),
        "query": f"{query}&" if query else "",
        "narrowed": bool(query),
        "q": chosen["q"],
        "mine": name == "desk-questions-mine",
        "leads": request.actor.can(Permission.QUESTION_LEAD),
        "keeps": request.actor.can(Permission.TOWN_MANAGE),
        "export": f"{reverse('desk-export-new')}?{urlencode({'source': 'key-questions', 'town': chosen['town']})}",
    }
    return render(request, "desk/questions.html", context)


def _lamps(chosen: dict[str, str], counts: dict[str, int]) -> list[parts.Lamp]:
    def lamp(kind: Any, label: str, text: str) -> parts.Lamp:
        current = chosen["lamp"] == kind
        changed = {**chosen, "lamp": "" if current else kind}
        url = f"?{urlencode({name: value for name, value in changed.items() if value})}"
        return parts.Lamp(
            label, counts.get(kind, "—"), url, "" if kind == "done" else kind, text, current=current
        )

    return [
        lamp("red", _("红灯 · 超期"), _("立即处理")),
        lamp("yellow", _("黄灯 · 临期"), _("今日必办")),
        lamp("green", _("绿灯 · 正常"), _("时限内")),
        lamp("paused", _("停表"), _("等企业")),
        lamp("done", _("已销号"), _("企业已确认")),
    ]


def _filters(chosen: dict[str, str], actor: Any) -> list[parts.Filter]:
    def choice(name: str, label: str, every: str, options: list[tuple[str, str]]) -> parts.Filter:
        made = [parts.FilterOption("", every)]
        made += [parts.FilterOption(code, text, selected=code == chosen[name]) for code, text in options]
        return parts.Filter(name, label, made)

    towns = [(one.code, words.pick((one.name_zh, one.name_en))) for one in places.towns()]
    held = queries.leaders("", time.today()) if actor.can(Permission.TOWN_MANAGE) else {}
    found = [
        choice("state", _("状态"), _("全部状态"), [(one, words.pick(STAND_NAMES[one])) for one in Stand]),
        choice("source", _("来源"), _("全部来源"), [(one, words.pick(SOURCE_NAMES[one])) for one in Source]),
        choice("town", _("镇街"), _("全部镇街"), towns),
    ]
    if held:
        leaders = [(str(id), name) for id, name in held.items()]
        found.append(choice("leader", _("挂点领导"), _("全部领导"), leaders))
    return found


def rows_of(found: list[Any], today: Any, soon: Any) -> list[dict[str, Any]]:
    """Questions as rows; the leaders' names are asked for once."""
    named = words.Names()
    people = parties.account_names({one.leader_id for one in found if one.leader_id})
    return [
        {
            "url": reverse("desk-question", args=[one.pk]),
            "number": one.number,
            "title": one.title,
            "firm": one.organisation,
            "leader": people.get(one.leader_id, "") if one.leader_id else "",
            "post": one.leader_post,
            "office": named.office(one.agency),
            "state": words.pick(STAND_NAMES[Stand(one.state)]),
            "tone": _TONES[one.state],
            "light": words.light(one, today, soon),
            "secret": one.confidential,
            "target": cndate(one.target_on),
            "moved": cndate(one.moved_on),
            "source": words.pick(SOURCE_NAMES[Source(one.source)]),
        }
        for one in found
    ]


_TONES: dict[str, parts.Tone] = {Stand.OPEN: "blue", Stand.ASKED: "amber", Stand.CLOSED: "green"}


@staff(*SEES)
@require_GET
def question(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One question with its course, and what this actor can do now."""
    return _show(request, id)


def _show(
    request: HttpRequest, id: uuid.UUID, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    row = queries.question_for(request.actor, id)
    looking.at(request, row)
    today, soon = days()
    done = request.GET.get("done", "")
    can = queries.moves_of(request.actor, row)
    [head] = rows_of([row], today, soon)
    context = {
        "row": row,
        "head": head,
        "facts": _facts(row, head),
        "appeal": _appeal(request.actor, row),
        "course": course(queries.question_course(row), row),
        "can": {move.value: True for move in can},
        "charge": _charges(row, request.POST) if Move.ASSIGN in can else None,
        "done": words.pick(MOVE_NAMES[Move(done)]) if done in set(Move) else "",
        "failed": failed,
        "typed": request.POST.get("words", "") if problem else "",
        "problem": said(problem),
    }
    return render(request, "desk/question.html", context, status=problem.status if problem else 200)


def _facts(row: Any, head: dict[str, Any]) -> list[parts.Pair]:
    found = [
        parts.Pair(_("企业"), row.organisation),
        parts.Pair(_("挂点领导"), " · ".join(one for one in (head["leader"], head["post"]) if one)),
        parts.Pair(_("责任单位"), head["office"]),
        parts.Pair(_("解决期限"), head["target"]),
        parts.Pair(_("最近进展"), head["moved"]),
        parts.Pair(_("来源"), head["source"]),
    ]
    if row.category:
        found.insert(1, parts.Pair(_("类别"), words.Names().category(row.category)))
    return found


def _appeal(actor: Any, row: Any) -> dict[str, str] | None:
    """The appeal that the question came from; led to where the actor may look at it."""
    if row.appeal_id is None:
        return None
    seen = queries.visible(actor).filter(pk=row.appeal_id).first()
    url = reverse("desk-appeal", args=[row.appeal_id]) if seen else ""
    return {"number": queries.number_of(row.appeal_id), "url": url}


def course(entries: list[Any], row: Any) -> list[parts.TimelineEntry]:
    """The steps, oldest first, and what comes next."""
    made = [
        parts.TimelineEntry(
            words.pick(MOVE_NAMES[Move(one.move)]),
            words.when(one.at),
            one.at.isoformat(),
            "done",
            one.words or "",
        )
        for one in entries
    ]
    if row.next_on is not None:
        title = words.pick(STAND_NAMES[Stand(row.state)])
        made.append(parts.TimelineEntry(title, _("{day}前", day=cndate(row.next_on)), state="now"))
    return made


def _charges(row: Any, form: Any) -> dict[str, Any]:
    """What the form of leader, office and day shows: what was typed, else what holds."""
    held = queries.leaders(row.place_path, time.today())
    chosen = form.get("leader", str(row.leader_id or ""))
    office = form.get("agency", row.agency)
    return {
        "leaders": [(str(id), name, str(id) == chosen) for id, name in held.items()],
        "offices": [(code, name, code == office) for code, name in words.Names().offices()],
        "post": form.get("post", row.leader_post),
        "target": form.get("target_on", row.target_on.isoformat() if row.target_on else ""),
    }


def _charge(form: Any) -> Charge:
    return Charge(
        post=form.get("post", ""),
        agency=form.get("agency", ""),
        target_on=form.get("target_on", ""),
        leader=identifier(form["leader"]) if form.get("leader") else None,
    )


def _perform(request: HttpRequest, id: uuid.UUID, move: str) -> Callable[[], Any]:
    form = request.POST
    given: dict[str, Any] = {"question_id": id, "words": form.get("words", ""), "by": request.actor}
    forms: dict[str, Callable[[], Any]] = {
        Move.NOTE: lambda: actions.note_progress(**given),
        Move.ASK: lambda: actions.ask_enterprise(**given),
        Move.ASSIGN: lambda: actions.assign_question(charge=_charge(form), **given),
    }
    if move not in forms:
        raise Http404
    return forms[move]


@staff(*SEES)
def act(request: HttpRequest, id: uuid.UUID, move: str) -> HttpResponse:
    """Run one move; a foreseen failure shows the page with the sentence and what was typed."""
    perform, back = _perform(request, id, move), reverse("desk-question", args=[id])
    if request.method != "POST":
        return redirect(back)
    try:
        perform()
    except NoSuchQuestion:
        raise
    except Problem as problem:
        return _show(request, id, problem, move)
    return redirect(f"{back}?done={move}")


@staff(Permission.TOWN_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a question into the bank: of an appeal or a visit that is named, else of the enterprise with a credit code."""
    form, problem = request.POST, None
    source = _source(request)
    if request.method == "POST":
        try:
            row = _put(form, source, request.actor)
        except Problem as failed:
            if failed.status == NoSuchQuestion.status:
                raise
            problem = failed
        else:
            return redirect(f"{reverse('desk-question', args=[row.pk])}?done=open")
    kept = {name: form.get(name, source.get(name, "")) for name in ("title", "words", "uscc", "category")}
    context = {
        "source": source,
        "typed": kept,
        "charge": _charges(_Blank(source), form),
        "groups": words.Names().groups(),
        "problem": said(problem),
    }
    return render(request, "desk/question_new.html", context, status=problem.status if problem else 200)


class _Blank:
    """What a new question begins with: no leader, and the office that leads the appeal."""

    leader_id = target_on = None
    leader_post = ""

    def __init__(self, source: dict[str, Any]) -> None:
        self.place_path, self.agency = source["place_path"], source.get("agency", "")


def _source(request: HttpRequest) -> dict[str, Any]:
    """Where the question comes from: an appeal or visit that the actor may see, or nothing yet. Otherwise 404."""
    asked, actor = request.GET, request.actor
    if asked.get("appeal"):
        row = queries.appeal_for(actor, identifier(asked["appeal"]))
        found = {"appeal_id": row.pk, "number": row.number, "agency": row.agency, "key": row.key_firm}
        found |= {"title": row.title, "words": row.words, "category": row.category}
        found |= {
            "organisation_id": row.organisation_id,
            "firm": row.organisation,
            "place_path": row.place_path,
        }
    elif asked.get("visit"):
        held = visits.visit(actor, identifier(asked["visit"]))
        found = {"visit_id": held.pk, "organisation_id": held.organisation_id, "firm": held.name}
        found |= {"place_path": held.place_path, "words": held.words or ""}
    else:
        return {"uscc": asked.get("uscc", "")[:18], "place_path": ""}
    if not keeps(actor, found["place_path"]):
        raise Http404
    return found


def _put(form: Any, source: dict[str, Any], by: Any) -> Any:
    id = source.get("organisation_id")
    if id is None:
        firm = parties.organisation_by_uscc(form.get("uscc", "").strip().upper())
        if firm is None or not keeps(by, firm.place_path):
            raise BadQuestion(
                sentence_zh="您管理的范围内没有这个统一社会信用代码的企业。",
                sentence_en="No enterprise of your area has this unified social credit code.",
                todo_zh="请核对营业执照上的 18 位代码。",
                todo_en="Check the 18 signs on the business licence.",
            )
        id = firm.pk
    if not (source.get("key") or visits.lists_of(id) or queries.facts_about(queries.firm_values(id))[1]):
        raise BadQuestion(
            sentence_zh="这家企业不在重点企业名单上。",
            sentence_en="The enterprise is on no list of key enterprises.",
            todo_zh="请先在镇街工作台把企业列入名单，或者作为企业诉求登记。",
            todo_en="Put it on a list in the town's workspace first, or note it as an appeal.",
        )
    return actions.open_question(
        organisation_id=id,
        title=form.get("title", ""),
        words=form.get("words", ""),
        category=form.get("category", ""),
        charge=_charge(form),
        appeal_id=source.get("appeal_id"),
        visit_id=source.get("visit_id"),
        by=by,
    )
