"""Rectifications of bad ratings: the list with its lights, one of them with its course and the moves open to the officer."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.modules.ratings import actions, queries
from tongban.modules.ratings.queries import NoSuchRemedy, Rater
from tongban.modules.ratings.states import (
    CHANNEL_NAMES,
    ENDED,
    GROUND_NAMES,
    KIND_NAMES,
    LEVEL_NAMES,
    OUTCOME_NAMES,
    STATE_NAMES,
    VERB_NAMES,
    AppealGround,
    Channel,
    Outcome,
    RatingLevel,
    RemedyState,
    RemedyVerb,
    RepairKind,
)
from tongban.terminals.desk import words
from tongban.terminals.ui import looking, parts, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
_TONES: dict[str, parts.Tone] = {
    RemedyState.ESCALATED: "red",
    RemedyState.APPEALED: "amber",
    RemedyState.CLOSED: "green",
    RemedyState.REVOKED: "",
}
_TYPED = ("words", "evidence", "kind", "ground")


@staff(Permission.RATING_MANAGE, Permission.CASE_VIEW)
@require_GET
def remedies(request: HttpRequest) -> HttpResponse:
    """The rectifications of the officer's agency, of all agencies for the bureau; soonest due first."""
    today = time.today()
    chosen = {name: request.GET.get(name, "") for name in ("lamp", "state")}
    seen = queries.remedies(request.actor)
    rows = queries.lamp(seen, chosen["lamp"], today)
    if chosen["state"] in STATE_NAMES:
        rows = rows.filter(state=chosen["state"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    held, soon = catalogue.snapshot(), queries.next_workday(today)
    context = {
        "lamps": _lamps(chosen, queries.lamps(seen, today)),
        "filters": [_state_filter(chosen["state"])],
        "page": page,
        "rows": [_row(one, held, today, soon) for one in page.object_list],
        "query": _query(chosen),
        "narrowed": bool(_query(chosen)),
    }
    return render(request, "desk/ratings.html", context)


def _query(chosen: dict[str, str], **changes: str) -> str:
    return urlencode({name: value for name, value in {**chosen, **changes}.items() if value})


def _lamps(chosen: dict[str, str], counts: dict[str, int]) -> list[parts.Lamp]:
    def lamp(kind: Any, label: str, text: str) -> parts.Lamp:
        current = chosen["lamp"] == kind
        url = f"?{_query(chosen, lamp='' if current else kind)}"
        shape = "" if kind == "done" else kind
        return parts.Lamp(label, counts[kind], url, shape, text, current=current)

    return [
        lamp("red", _("红灯 · 超期"), _("立即处理")),
        lamp("yellow", _("黄灯 · 临期"), _("今日必办")),
        lamp("green", _("绿灯 · 正常"), _("时限内")),
        lamp("paused", _("停表"), _("等评价人")),
        lamp("done", _("已结束"), ""),
    ]


def _state_filter(value: str) -> parts.Filter:
    options = [parts.FilterOption("", _("全部状态"))]
    options += [
        parts.FilterOption(state, words.pick(names), selected=state == value)
        for state, names in STATE_NAMES.items()
    ]
    return parts.Filter("state", _("状态"), options)


def _light(remedy: Any, today: Any, soon: Any) -> parts.Light:
    kind = queries.light_of(remedy, today, soon)
    if kind == "done":
        return parts.Light("green", _("已结束"))
    if kind == "paused":
        return parts.Light("paused", _("等评价人"))
    if kind == "red":
        return parts.Light("red", _("超期 {days} 天", days=(today - remedy.due_on).days))
    return parts.Light("yellow" if kind == "yellow" else "green", _("{day}前", day=cndate(remedy.due_on)))


def _state(remedy: Any) -> tuple[str, parts.Tone]:
    if remedy.outcome and remedy.state == RemedyState.CLOSED:
        return words.pick(OUTCOME_NAMES[Outcome(remedy.outcome)]), "green"
    return words.pick(STATE_NAMES[RemedyState(remedy.state)]), _TONES.get(remedy.state, "blue")


def _item(remedy: Any, held: Snapshot) -> str:
    item = held.items.get(remedy.item_code)
    return words.of(item.definition.name) if item else remedy.item_code


def _agency(remedy: Any, held: Snapshot) -> str:
    document = held.documents[DocumentKind.AGENCY].get(remedy.agency)
    return texts.local(document["name"]) if document else remedy.agency


def _row(remedy: Any, held: Snapshot, today: Any, soon: Any) -> dict[str, Any]:
    state, tone = _state(remedy)
    return {
        "url": reverse("desk-rating", args=[remedy.pk]),
        "item": _item(remedy, held),
        "agency": _agency(remedy, held),
        "light": _light(remedy, today, soon),
        "level": words.pick(LEVEL_NAMES[RatingLevel(remedy.rating.level)]),
        "state": state,
        "tone": tone,
        "again": remedy.round > 1,
        "on": remedy.opened_at,
    }


@staff(Permission.RATING_MANAGE, Permission.CASE_VIEW)
@require_GET
def remedy_page(request: HttpRequest, remedy_id: uuid.UUID) -> HttpResponse:
    """One rectification: the rating, its course, and what this officer can do now."""
    done = request.GET.get("done", "")
    context = _context(request, remedy_id)
    context["done"] = words.pick(VERB_NAMES[RemedyVerb(done)]) if done in VERB_NAMES else ""
    return render(request, "desk/rating.html", context)


def _context(
    request: HttpRequest, remedy_id: uuid.UUID, failed: str = "", problem: Problem | None = None
) -> dict[str, Any]:
    today, held = time.today(), catalogue.snapshot()
    remedy = queries.remedy_for(request.actor, remedy_id)
    said = queries.entries(remedy)
    turn = queries.turn_of(request.actor, remedy, said, today)
    rater = queries.rater_of(remedy, named=turn.named)
    looking.at(request, rater.case, about=remedy)
    rating, language = remedy.rating, texts.language()
    points = queries.settings().offered(rating.channel, rating.level)
    return {
        "remedy": remedy,
        "head": _row(remedy, held, today, queries.next_workday(today)),
        "channel": words.pick(CHANNEL_NAMES[Channel(rating.channel)]),
        "points": [words.pick((point.zh, point.en)) for point in points if point.id in rating.points],
        "words": rater.shown(rating.words),
        "kind": words.pick(KIND_NAMES[RepairKind(remedy.kind)]) if remedy.kind else "",
        "rater": rater,
        "sees_case": request.actor.can(Permission.CASE_VIEW),
        "course": _course(said, remedy, rater),
        "can": {verb.value: verb in turn.verbs for verb in RemedyVerb},
        "idle": not turn.verbs,
        "ended": remedy.state in ENDED,
        "kinds": [(one.value, words.pick(KIND_NAMES[one]), _days(one)) for one in RepairKind],
        "grounds": [(one.value, words.pick(GROUND_NAMES[one])) for one in AppealGround],
        "failed": failed,
        "typed": {name: request.POST.get(name, "") if failed else "" for name in _TYPED},
        "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)}
        if problem
        else None,
        "done": "",
    }


def _days(kind: RepairKind) -> int:
    return queries.settings().limits[kind]


def _course(said: list[Any], remedy: Any, rater: Rater) -> list[parts.TimelineEntry]:
    """What was done, oldest first. The rater's own moves carry no name."""
    names = parties.account_names([one.by_id for one in said if one.by_id != remedy.rating.given_by])
    rows = [_station(_("收到差评"), remedy.opened_at)]
    for one in said:
        who, text = names.get(one.by_id, ""), rater.shown(one.words)
        if one.ground:
            ground, evidence = words.pick(GROUND_NAMES[AppealGround(one.ground)]), rater.shown(one.evidence)
            text = _("{ground}。{reason} 证据：{evidence}", ground=ground, reason=text, evidence=evidence)
        text = _("{who}：{text}", who=who, text=text) if who and text else text or who
        rows.append(_station(words.pick(VERB_NAMES[RemedyVerb(one.verb)]), one.at, text))
    if remedy.due_on is not None:
        title = words.pick(STATE_NAMES[RemedyState(remedy.state)])
        rows.append(parts.TimelineEntry(title, _("{day}前", day=cndate(remedy.due_on)), state="now"))
    return rows


def _station(title: str, at: Any, text: str = "") -> parts.TimelineEntry:
    return parts.TimelineEntry(title, words.moment(at), at.isoformat(), "done", text)


def _act(request: HttpRequest, remedy_id: uuid.UUID, verb: str) -> Callable[[], Any]:
    """The action that a form asks for; raises Http404 for a verb that no form of this page has."""
    form = request.POST
    common: dict[str, Any] = {"remedy_id": remedy_id, "by": request.actor}
    said = {**common, "words": form.get("words", "")}
    forms: dict[str, Callable[[], Any]] = {
        RemedyVerb.CONTACT: lambda: actions.contact(**said),
        RemedyVerb.CONFIRM: lambda: actions.confirm(kind=form.get("kind", ""), **said),
        RemedyVerb.ANSWER: lambda: actions.answer(**said),
        RemedyVerb.LAPSE: lambda: actions.lapse(**common),
        RemedyVerb.APPEAL: lambda: actions.appeal(
            ground=form.get("ground", ""), evidence=form.get("evidence", ""), **said
        ),
        RemedyVerb.UPHOLD: lambda: actions.decide_appeal(upheld=True, **said),
        RemedyVerb.DISMISS: lambda: actions.decide_appeal(upheld=False, **said),
        RemedyVerb.SETTLE: lambda: actions.settle(**said),
    }
    if verb not in forms:
        raise Http404
    return forms[verb]


@staff(Permission.RATING_MANAGE, Permission.CASE_VIEW)
def act(request: HttpRequest, remedy_id: uuid.UUID, verb: str) -> HttpResponse:
    """Run one move and go back; a foreseen failure shows the page with the sentence and what was typed."""
    perform, back = _act(request, remedy_id, verb), reverse("desk-rating", args=[remedy_id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchRemedy:
        raise
    except Problem as problem:
        context = _context(request, remedy_id, verb, problem)
        return render(request, "desk/rating.html", context, status=problem.status)
    return HttpResponseRedirect(f"{back}?done={verb}")
