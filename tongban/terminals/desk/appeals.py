"""Appeals of firms on the desk: the pool with its lights and filters, one appeal, and every move of office and coordinator."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.places import queries as places
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.rules import SEES, NoSuchAppeal, keeps
from tongban.modules.appeals.states import (
    CHANNEL_NAMES,
    COUNTED,
    OUTCOME_NAMES,
    STATE_NAMES,
    VERB_NAMES,
    Channel,
    Outcome,
    TaskState,
    Verb,
)
from tongban.modules.appeals.states.joining import MOST_JOINED
from tongban.terminals.desk import joining
from tongban.terminals.desk.appealrows import days, row_of
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import attached, looking, parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
RIGHTS = (Permission.APPEAL_HANDLE, Permission.APPEAL_ROUTE)
FILTERS = ("lamp", "state", "town", "category", "agency", "cause", "above", "q")
# The sums by month know of these alone.
_SUMMED = ("lamp", "town")


class Counted(Paginator):
    """Pages of a list of which only the first thousand rows are looked for."""

    @property
    def shown(self) -> str:
        """The count for people."""
        return _("{count} 以上", count=COUNTED) if self.count >= COUNTED else str(self.count)


@staff(*SEES)
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """What is in hand within the actor's reach, next date first; lamps count up to a thousand."""
    today, soon = days()
    named = words.Names()
    chosen = {name: request.GET.get(name, "")[:60] for name in FILTERS}
    match, common = queries.match(chosen["q"])

    def narrowed(rows: Any) -> Any:
        rows = queries.by_lamp(rows, chosen["lamp"], today, soon)
        if not (chosen["lamp"] or chosen["state"] or chosen["q"] or chosen["cause"]):
            rows = queries.in_hand(rows)  # what ended is behind its lamp, a filter or a search
        return queries.found(rows, chosen, match)

    page = Counted(queries.first(request.actor, narrowed), PAGE).get_page(request.GET.get("page"))
    listed = queries.these(list(page))
    ticks = joining.ticks(request.actor, listed)
    seen = queries.found(queries.visible(request.actor), {**chosen, "state": ""}, match)
    counts = queries.lamps(seen, today, soon)
    query = urlencode({name: value for name, value in chosen.items() if value})
    context = {
        "lamps": _lamps(chosen, counts, _ended(request.actor, chosen, today)),
        "filters": _filters(chosen, named),
        "page": page,
        "rows": [
            {**row_of(one, named, today, soon), "id": one.pk, "tick": one.pk in ticks} for one in listed
        ],
        "ticks": bool(ticks),
        "most": MOST_JOINED,
        "query": f"{query}&" if query else "",
        "q": chosen["q"],
        "narrowed": bool(query),
        "common": common,
        "rules": any(request.actor.can(one) for one in (Permission.TOWN_MANAGE, Permission.APPEAL_ROUTE)),
        "notes": any(request.actor.can(one) for one in RIGHTS),
    }
    return render(request, "desk/appeals.html", context)


def _ended(actor: Any, chosen: dict[str, str], today: Any) -> int | str:
    """How many ended this month; nothing is said where the sums do not know of a filter."""
    if any(value for name, value in chosen.items() if name not in _SUMMED):
        return "—"
    return queries.ended_in(actor, today.replace(day=1), chosen["town"])


def _lamps(chosen: dict[str, str], counts: dict[str, int], ended: int | str) -> list[parts.Lamp]:
    def lamp(kind: Any, label: str, text: str, number: int | str) -> parts.Lamp:
        current = chosen["lamp"] == kind
        changed = {**chosen, "lamp": "" if current else kind}
        url = f"?{urlencode({name: value for name, value in changed.items() if value})}"
        return parts.Lamp(label, number, url, "" if kind == "done" else kind, text, current=current)

    return [
        lamp("red", _("红灯 · 超期"), _("立即处理"), counts["red"]),
        lamp("yellow", _("黄灯 · 临期"), _("今日必办"), counts["yellow"]),
        lamp("green", _("绿灯 · 正常"), _("时限内"), counts["green"]),
        lamp("paused", _("停表"), _("等企业"), counts["paused"]),
        lamp("done", _("已结束"), _("本月办结"), ended),
    ]


def _filters(chosen: dict[str, str], named: words.Names) -> list[parts.Filter]:
    def choice(name: str, label: str, every: str, options: list[tuple[str, str]]) -> parts.Filter:
        made = [parts.FilterOption("", every)]
        made += [parts.FilterOption(code, text, selected=code == chosen[name]) for code, text in options]
        return parts.Filter(name, label, made)

    book = named.book
    towns = [(one.code, words.pick((one.name_zh, one.name_en))) for one in places.towns()]
    states = [(code.value, words.pick(names)) for code, names in STATE_NAMES.items()]
    categories = [(code, named.category(code)) for code in book.categories]
    return [
        choice("state", _("状态"), _("全部状态"), states),
        choice("town", _("镇街"), _("全部镇街"), towns),
        choice("category", _("类别"), _("全部类别"), categories),
        choice("above", _("督办"), _("督办与否"), [("yes", _("督办中"))]),
    ]


@staff(*SEES)
@require_GET
def appeal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One appeal: what the firm asks for, all clocks, the course, and what this actor can do now."""
    return _show(request, id)


def _show(
    request: HttpRequest, id: uuid.UUID, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    actor = request.actor
    row = queries.appeal_for(actor, id)
    looking.at(request, row)
    today, soon = days()
    tasks, done = queries.tasks_of(row), request.GET.get("done", "")
    roles = queries.roles_of(actor, row)
    can = queries.verbs_of(row, roles, tasks, today)
    named = words.Names()
    book = named.book
    context = {
        "row": row,
        "head": {**row_of(row, named, today, soon), "category": named.within(row)},
        "clocks": _clocks(row, today),
        "facts": _facts(row, named, reached=bool(roles)),
        "tasks": [
            (named.office(one.agency), one.state == TaskState.DONE, one.due_on, one.words) for one in tasks
        ],
        "answers": words.answers(row, book.categories.get(row.category)),
        "course": words.course(queries.entries(row), row, named, all_of_it=True),
        **joining.beside(actor, row),
        "can": {verb.value: True for verb in can},
        "idle": not can,
        "question": queries.question_of_appeal(actor, row.pk),
        "keeps": keeps(actor, row.place_path),
        "offices": named.offices() if can & {Verb.ROUTE, Verb.RULE, Verb.INVITE} else [],
        "outcomes": [(one.value, words.pick(names)) for one, names in OUTCOME_NAMES.items()],
        "causes": [(code, words.said(name)) for code, name in book.causes.items()],
        "most": book.limits["extension"],
        "done": words.pick(VERB_NAMES[Verb(done)]) if done in set(Verb) else "",
        "failed": failed,
        "typed": {name: request.POST.get(name, "") for name in ("words", "lead", "outcome", "cause", "days")},
        "problem": said(problem),
    }
    return render(request, "desk/appeal.html", context, status=problem.status if problem else 200)


def _facts(row: Any, named: words.Names, *, reached: bool) -> list[parts.Pair]:
    known = {"micro": _("微型"), "small": _("小型"), "medium": _("中型"), "large": _("大型")}
    town = places.by_code(row.town)
    rows = [
        parts.Pair(_("企业"), row.organisation),
        parts.Pair(_("企业规模"), known.get(row.size, _("未知"))),
        parts.Pair(_("镇街"), words.pick((town.name_zh, town.name_en)) if town else ""),
        parts.Pair(_("联系人"), row.contact if reached else _("办理单位可见")),
        parts.Pair(_("渠道"), words.pick(CHANNEL_NAMES[Channel(row.channel)])),
        parts.Pair(_("统筹单位"), named.office(row.desk)),
    ]
    if row.above:
        rows.append(parts.Pair(_("督办单位"), named.office(row.above)))
    if row.outcome:
        rows.append(parts.Pair(_("办理结果"), words.pick(OUTCOME_NAMES[Outcome(row.outcome)])))
    if row.cause:
        rows.append(parts.Pair(_("问题成因"), named.cause(row.cause)))
    if row.planned_on:
        rows.append(parts.Pair(_("计划解决"), cndate(row.planned_on)))
    if row.stars:
        rows.append(parts.Pair(_("企业评价"), _("{star} 星", star=row.stars)))
    return rows


def _clocks(row: Any, today: Any) -> list[dict[str, Any]]:
    """The four clocks: done, running, late or standing still."""

    def clock(label: str, due: Any, done: Any, shown: str) -> dict[str, Any]:
        day = due.astimezone(time.SHANGHAI).date() if hasattr(due, "hour") else due
        if done is not None:
            moment = done.astimezone(time.SHANGHAI)
            late = due is not None and (moment > due if hasattr(due, "hour") else moment.date() > day)
            kind, text = ("red", _("超期完成")) if late else ("green", _("按时完成"))
        elif due is None:
            kind, text = "paused", _("停表")
        else:
            kind = "red" if day < today else "green"
            text = _("{day}前", day=shown)
        return {"label": label, "kind": kind, "text": text}

    def day(due: Any) -> str:
        return cndate(due) if due else ""

    rows = []
    if row.contact_by is not None or row.contacted_at is not None:
        shown = words.when(row.contact_by) if row.contact_by else ""
        rows.append(clock(_("首次联系"), row.contact_by, row.contacted_at, shown))
    rows.append(clock(_("阶段答复"), row.reply_on, row.replied_at, day(row.reply_on)))
    rows.append(clock(_("办结答复"), row.close_on, row.answered_at, day(row.close_on)))
    rows.append(clock(_("转督办"), row.supervise_on, row.answered_at, day(row.supervise_on)))
    return rows


def _perform(request: HttpRequest, id: uuid.UUID, verb: str) -> Callable[[], Any]:
    form = request.POST
    common: dict[str, Any] = {"appeal_id": id, "by": request.actor}
    worded: dict[str, Any] = {**common, "words": form.get("words", "")}
    to: dict[str, Any] = {"lead": form.get("lead", ""), "assists": form.getlist("assists")}
    number = form.get("days", "")
    forms: dict[str, Callable[[], Any]] = {
        Verb.ROUTE: lambda: actions.route(**worded, **to),
        Verb.RULE: lambda: actions.rule(**worded, **to),
        Verb.REFUSE: lambda: actions.refuse(**worded),
        Verb.MERGE: lambda: actions.merge(into=form.get("into", ""), **common),
        Verb.DISPUTE: lambda: actions.dispute(**worded),
        Verb.CONTACT: lambda: actions.contact(**worded),
        Verb.REPLY: lambda: actions.reply(files=attached.taken(request), **worded),
        Verb.ASK: lambda: actions.ask(files=attached.taken(request), **worded),
        Verb.PROPOSE: lambda: actions.propose(days=int(number) if number.isdecimal() else 0, **worded),
        Verb.INVITE: lambda: actions.invite(agency=form.get("lead", ""), **worded),
        Verb.FINISH: lambda: actions.finish(**worded),
        Verb.ANSWER: lambda: actions.answer(
            outcome=form.get("outcome", ""),
            cause=form.get("cause", ""),
            planned_on=form.get("planned_on", ""),
            files=attached.taken(request),
            **worded,
        ),
        Verb.APPROVE: lambda: actions.approve(**worded),
        Verb.SEND_BACK: lambda: actions.send_back(**worded),
        Verb.DELIVER: lambda: actions.deliver(**worded),
    }
    if verb not in forms:
        raise Http404
    return forms[verb]


@staff(*SEES)
def act(request: HttpRequest, id: uuid.UUID, verb: str) -> HttpResponse:
    """Run one move; a foreseen failure shows the page with the sentence and what was typed."""
    perform, back = _perform(request, id, verb), reverse("desk-appeal", args=[id])
    if request.method != "POST":
        return redirect(back)
    try:
        perform()
    except NoSuchAppeal:
        raise
    except Problem as problem:
        return _show(request, id, problem, verb)
    try:  # an assignment that was disputed away is no longer this office's to look at
        queries.appeal_for(request.actor, id)
    except NoSuchAppeal:
        return redirect("desk-appeals")
    return redirect(f"{back}?done={verb}")
