"""The rating of a case on its page, what became of a bad one, and the public figures, in words and parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from tongban.kernel.catalogue.queries import Snapshot
from tongban.modules.ratings import queries as ratings
from tongban.modules.ratings.queries import Figure
from tongban.modules.ratings.states import (
    LEVEL_NAMES,
    NEEDS_REASON,
    OUTCOME_NAMES,
    RATEABLE,
    STATE_NAMES,
    WITHHELD_NAMES,
    Channel,
    Outcome,
    RatingLevel,
    RemedyState,
    RemedyVerb,
    WithheldFor,
)
from tongban.terminals.portal import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

LONGEST = 500  # characters of what somebody says of a case
# Ways by which an invitation to rate says where it was given: the tablet in the hall has a terminal of its own.
_VIA = {"qr": Channel.QR, "sms": Channel.SMS}
# What the rater reads of a rectification. What the agency notes for itself, and its appeal, is not among it.
_TOLD = {
    RemedyVerb.ANSWER: later("整改结果"),
    RemedyVerb.REOPEN: later("您不满意，再次整改"),
    RemedyVerb.ESCALATE: later("您仍不满意，已上报督办"),
    RemedyVerb.UPHOLD: later("申诉审定：评价不计入公开统计"),
    RemedyVerb.DISMISS: later("申诉审定：评价有效"),
    RemedyVerb.SETTLE: later("督办结果"),
}


def channel(request: HttpRequest) -> Channel:
    """Through what this rating comes: how the visitor was invited, else the device."""
    via = request.POST.get("via") or request.GET.get("via", "")
    mobile = "Mobi" in request.headers.get("User-Agent", "")
    return _VIA.get(via) or (Channel.MOBILE if mobile else Channel.PC)


def of_case(
    request: HttpRequest, case: Any, *, mine: bool, typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The rating's part of the case page, for the applicant only: who was rated does not read it there."""
    rating = ratings.of_case(case.pk) if mine else None
    if rating is None:
        offered = mine and case.state in RATEABLE
        return {
            "rating": None,
            "can_rate": offered,
            "rate_form": _form(request, typed or {}) if offered else None,
        }
    level, settings = RatingLevel(rating.level), ratings.settings()
    ticked = [point for point in settings.offered(rating.channel, level) if point.id in rating.points]
    shown = {
        "grade": words.either(*LEVEL_NAMES[level]),
        "points": [words.either(point.zh, point.en) for point in ticked],
        "words": rating.words,
        "on": rating.given_at,
        "published": rating.publish and rating.words and rating.excluded_at is None,
        "looked_at": rating.looked_at,
        "withheld": words.either(*WITHHELD_NAMES[WithheldFor(rating.withheld)]) if rating.withheld else "",
    }
    return {"rating": shown, "can_rate": False, "remedy": _remedy(ratings.remedy_of(rating))}


def _form(request: HttpRequest, typed: Mapping[str, Any]) -> dict[str, Any]:
    settings, by = ratings.settings(), channel(request)
    ticked = typed.get("points", ())
    levels = [
        {
            "value": int(level),
            "label": words.either(*LEVEL_NAMES[level]),
            "bad": level in NEEDS_REASON,
            "points": [
                (point.id, words.either(point.zh, point.en), point.id in ticked)
                for point in settings.offered(by, level)
            ],
        }
        for level in RatingLevel
    ]
    via = request.POST.get("via") or request.GET.get("via", "")
    empty = {"error": "", "grade": "", "words": "", "publish": False}
    return {"levels": levels, "via": via if via in _VIA else "", **empty, **typed}


def _remedy(remedy: Any) -> dict[str, Any] | None:
    if remedy is None:
        return None
    told = [
        parts.TimelineEntry(
            str(_TOLD[RemedyVerb(one.verb)]),
            cndate(one.at),
            one.at.isoformat(),
            "done",
            one.words or "",
        )
        for one in ratings.entries(remedy)
        if one.verb in _TOLD
    ]
    state = words.either(*STATE_NAMES[RemedyState(remedy.state)])
    if remedy.outcome:
        state = words.either(*OUTCOME_NAMES[Outcome(remedy.outcome)])
    return {
        "state": state,
        "next": _next(remedy),
        "told": told,
        "can_reply": remedy.state == RemedyState.ANSWERED,
        "last_round": remedy.round > 1,
    }


def _next(remedy: Any) -> str:
    day = cndate(remedy.due_on) if remedy.due_on else ""
    return {
        RemedyState.OPEN: _("工作人员会在 {day}前与您联系。", day=day),
        RemedyState.CONTACTED: _("正在核实，{day}前整改或者答复。", day=day),
        RemedyState.APPEALED: _("办理机关对评价提出了申诉，由主管部门在 {day}前审定。", day=day),
        RemedyState.REPAIRING: _("正在整改，{day}前告诉您结果。", day=day),
        RemedyState.ANSWERED: _("请在 {day}前告诉我们整改结果是否满意。", day=day),
        RemedyState.ESCALATED: _("主管部门正在督办，{day}前告诉您结果。", day=day),
    }.get(remedy.state, "")


@dataclass(frozen=True)
class Share:
    """One level of a bar: `at` and `width` in hundredths of its length."""

    level: int
    label: str
    count: int
    percent: int
    at: float
    width: float


@dataclass(frozen=True)
class FigureRow:
    """The figures of an agency, an item or all in words. Where nothing was rated, nothing is said in percent."""

    name: str
    handled: int
    rated: int
    rate: str
    shares: list[Share]
    repairs: int
    in_time: str
    url: str = ""


def row(name: str, figure: Figure, url: str = "") -> FigureRow:
    """A row of the public tables."""
    shares, at = [], 0.0
    for level in RatingLevel if figure.rated else ():
        count = figure.levels[level - 1]
        width = 100 * count / figure.rated
        label = words.either(*LEVEL_NAMES[level])
        shares.append(Share(level, label, count, int(width), round(at, 2), round(width, 2)))
        at += width
    return FigureRow(
        name,
        figure.handled,
        figure.rated,
        _percent(figure.rated, figure.handled),
        shares,
        figure.repairs,
        _percent(figure.repaired_in_time, figure.repairs),
        url,
    )


def _percent(part: int, whole: int) -> str:
    # Cut, not rounded: 99.96 % is not all of them.
    return f"{min(1000, 1000 * part // whole) / 10:g}%" if whole else words.NOTHING


def comment(one: ratings.Comment, held: Snapshot) -> dict[str, Any]:
    """A published comment in words; a bad one says how its rectification stands."""
    level, remedy = RatingLevel(one.level), one.remedy
    item = held.items.get(one.item_code)
    return {
        "name": one.name,
        "grade": words.either(*LEVEL_NAMES[level]),
        "tone": "red" if level in NEEDS_REASON else "green" if level <= RatingLevel.SATISFIED else "",
        "words": one.words,
        "item": words.said(item.definition.name) if item else one.item_code,
        "agency": words.agency(one.agency, held, short=True),
        "on": one.on,
        "state": words.either(*STATE_NAMES[RemedyState(remedy.state)]) if remedy else "",
    }
