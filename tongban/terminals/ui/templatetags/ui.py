"""Tags and filters of the user interface. `{% load ui %}`; the gallery shows each of them.

The parts that tags take are dataclasses of `tongban.terminals.ui.parts` and `.fields`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tongban.foundation import ids, money
from tongban.foundation.time import SHANGHAI
from tongban.terminals.ui import charts, fields, parts, texts
from tongban.terminals.ui.texts import later

register = template.Library()

SHAPES = {"green": "●", "yellow": "▲", "red": "■", "paused": "‖"}
LIGHT_NAMES = {
    "green": later("绿灯"),
    "yellow": later("黄灯"),
    "red": later("红灯"),
    "paused": later("停表"),
}
SPRITE = Path(__file__).parent.parent / "static/ui/icons.svg"


class UnknownIcon(ValueError):
    """An icon that the sprite does not hold. Add its name to VENDOR.toml and run tools/sprite.py."""


@cache
def icon_names() -> frozenset[str]:
    """Every icon there is; the check of a pack uses it too."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, size: int = 18, css: str = "") -> SafeString:
    """A decorative icon from the sprite, `size` in pixels at normal type. Raises UnknownIcon."""
    return _icon(name, size, css, static("ui/icons.svg"))


@lru_cache(maxsize=2000)
def _icon(name: str, size: int, css: str, sprite: str) -> SafeString:
    if name not in icon_names():
        raise UnknownIcon(f"No icon named {name!r}.")
    return format_html(
        '<svg class="icon {}" width="{}" height="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        charts.rem(size),
        charts.rem(size),
        sprite,
        name,
    )


@register.simple_tag
def t(text: str, **values: object) -> SafeString:
    """An interface text in the language of the request, `{names}` replaced; everything is escaped."""
    said = _escaped(texts._(text))
    if not values:
        return said
    escaped = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(said.format(**escaped))  # noqa: S308  # text and values are escaped above


@lru_cache(maxsize=20_000)
def _escaped(said: str) -> SafeString:
    return conditional_escape(said)


@register.filter(name="local")
def local_filter(said: object) -> str:
    """A pack's {zh, en} text in this language."""
    return texts.local(said)


@register.filter
def marked(said: object) -> str:
    """A text as `local` gives it; Chinese that an English page must show is marked as such (WCAG 3.1.2)."""
    text = texts.local(said)
    before, chinese, after = texts.parted(text)
    return format_html('{}<span lang="zh-Hans">{}</span>{}', before, chinese, after) if chinese else text


@register.filter(name="money")
def money_filter(fen: int) -> str:
    """Fen as yuan with thousands separators and two decimals."""
    return money.format_yuan(fen)


@register.filter
def grouped(number: int) -> str:
    """1,234,567."""
    return f"{number:,}"


@register.filter
def cndate(day: date | datetime | str) -> str:
    """2026年3月2日, in English 2 March 2026. Takes a date, a moment (shown in Shanghai) or ISO text."""
    moment = _day(day)
    if texts.language() == texts.ENGLISH:
        return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment.year}年{moment.month}月{moment.day}日"


@register.filter
def cnday(day: date | datetime | str) -> str:
    """03-02: where the year goes without saying."""
    return f"{_day(day):%m-%d}"


@register.filter
def cntime(moment: datetime) -> str:
    """2026-03-02 10:24, in Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def _day(day: date | datetime | str) -> date:
    if isinstance(day, str):
        day = datetime.fromisoformat(day)
    return day.astimezone(SHANGHAI).date() if isinstance(day, datetime) and day.tzinfo else day


register.filter("mask_name", ids.mask_name)
register.filter("mask_id", ids.mask_id)
register.filter("mask_phone", ids.mask_phone)


@register.filter
def initial(name: str) -> str:
    """The first character of a name, for the round badge."""
    return name[:1] or "·"


@register.simple_tag
def light(kind: str, text: str) -> SafeString:
    """A light: shape, colour and words. `kind` is green, yellow, red or paused."""
    return _light(kind, str(LIGHT_NAMES[kind]), str(text))


@lru_cache(maxsize=2000)
def _light(kind: str, name: str, text: str) -> SafeString:
    return format_html(
        '<span class="light light-{}"><span class="light-shape" aria-hidden="true">{}</span><span class="sr">{} </span>{}</span>',
        kind,
        SHAPES[kind],
        name,
        text,
    )


@register.simple_tag
def tag(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A small label. `tone` is blue, green, amber, red, line or nothing."""
    css = format_html("tag tag-{}", tone) if tone else "tag"
    picture = icon(icon_name, 14) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', css, picture, text)


@register.inclusion_tag("ui/components/ring.html")
def ring(value: float, whole: float, size: int = 64, label: str = "", kind: str = "") -> dict[str, Any]:
    """A ring filled by value / whole; `kind` is green, yellow or nothing."""
    return {"ring": charts.ring(value, whole, size=size, label=label, kind=kind)}


@register.inclusion_tag("ui/components/spark.html")
def spark(values: Sequence[float], label: str) -> dict[str, Any]:
    """A line without axes; `label` says in words what it shows."""
    return {"spark": charts.spark(values, label)}


@register.inclusion_tag("ui/components/bar.html")
def bar(value: float, whole: float, label: str, kind: str = "") -> dict[str, Any]:
    """A bar; `kind` is yellow, red or nothing."""
    return {"value": min(value, whole), "whole": whole or 1, "label": label, "kind": kind}


@register.inclusion_tag("ui/components/townmap.html")
def townmap(
    drawing: Mapping[str, Any],
    values: Mapping[str, float] | None = None,
    selected: str = "",
    href: str = "?town=",
    unit: str = "",
    label: str = "",
    marks: Sequence[parts.Mark] = (),
) -> dict[str, Any]:
    """The city's schematic map, each place a link, shaded by `values` (place code → number) where given; with `marks`."""
    english = texts.language() == texts.ENGLISH
    cells = charts.cells(drawing, values, selected=selected, href=href, unit=unit, english=english)
    box = " ".join(str(number) for number in drawing.get("viewBox", (0, 0, 1, 1)))
    return {
        "cells": cells,
        "box": box,
        "label": label or texts._("镇街示意图"),
        "shaded": bool(values),
        "marks": marks,
    }


@register.inclusion_tag("ui/components/crumbs.html")
def crumbs(links: Sequence[parts.Link], here: str) -> dict[str, Any]:
    """The path to this page; `here` is its own name."""
    return {"links": links, "here": here}


@register.inclusion_tag("ui/components/steps.html")
def steps(entries: Sequence[parts.Step]) -> dict[str, Any]:
    """The steps of a wizard."""
    return {"steps": entries}


@register.inclusion_tag("ui/components/tasks.html")
def tasks(entries: Sequence[parts.Task]) -> dict[str, Any]:
    """The task list of an application."""
    return {"tasks": entries}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(entries: Sequence[parts.TimelineEntry]) -> dict[str, Any]:
    """The course of a case, past and expected."""
    return {"entries": entries}


@register.inclusion_tag("ui/components/strip.html")
def strip(stages: Sequence[parts.Stage]) -> dict[str, Any]:
    """The procedure in a guide."""
    return {"stages": stages}


@register.inclusion_tag("ui/components/facts.html")
def facts(entries: Sequence[parts.Fact]) -> dict[str, Any]:
    """The large figures on top of a guide."""
    return {"facts": entries}


@register.inclusion_tag("ui/components/pairs.html")
def pairs(entries: Sequence[parts.Pair]) -> dict[str, Any]:
    """Names and values, two columns."""
    return {"pairs": entries}


@register.inclusion_tag("ui/components/summary.html")
def summary(entries: Sequence[parts.Pair]) -> dict[str, Any]:
    """Check answers: question, answer with its source, change."""
    return {"pairs": entries}


@register.inclusion_tag("ui/components/checks.html")
def checks(entries: Sequence[parts.Check]) -> dict[str, Any]:
    """Conditions or pre-checks with their verdicts."""
    return {"checks": entries}


@register.inclusion_tag("ui/components/empty.html")
def empty(title: str, text: str = "", icon_name: str = "inbox") -> dict[str, Any]:
    """Nothing here, and what can be done about it."""
    return {"title": title, "text": text, "icon_name": icon_name}


@register.inclusion_tag("ui/components/licences.html")
def licences(entries: Sequence[parts.Licence]) -> dict[str, Any]:
    """Credentials as cards."""
    return {"licences": entries}


@register.inclusion_tag("ui/components/faces.html")
def faces(name: str = "grade", selected: str = "") -> dict[str, Any]:
    """The five grades of a rating (好差评) as radio buttons named `name`, values "1" (the best) to "5"."""
    grades = (
        ("1", "laugh", texts._("非常满意")),
        ("2", "smile", texts._("满意")),
        ("3", "meh", texts._("基本满意")),
        ("4", "frown", texts._("不满意")),
        ("5", "angry", texts._("非常不满意")),
    )
    return {"name": name, "selected": str(selected), "grades": grades}


@register.inclusion_tag("ui/components/lamps.html")
def lamps(entries: Sequence[parts.Lamp]) -> dict[str, Any]:
    """The figures above a queue; each filters it."""
    return {"lamps": entries}


@register.inclusion_tag("ui/components/queue.html")
def queue(rows: Sequence[parts.QueueRow], caption: str, selected: str = "") -> dict[str, Any]:
    """The queue. `selected` is the number of the case in the preview pane (element id "preview")."""
    return {"rows": rows, "caption": caption, "selected": selected}


@register.simple_tag
def options(entries: Sequence[parts.FilterOption]) -> SafeString:
    """The options of a select."""
    return _options(tuple((entry.value, str(entry.label), entry.selected) for entry in entries))


@lru_cache(maxsize=500)
def _options(entries: tuple[tuple[str, str, bool], ...]) -> SafeString:
    chosen = mark_safe(" selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, chosen if selected else "", label) for value, label, selected in entries),
    )


@register.inclusion_tag("ui/components/filters.html")
def filters(entries: Sequence[parts.Filter], action: str = "") -> dict[str, Any]:
    """Selects that narrow a list, with a button: it works without script."""
    return {"filters": entries, "action": action}


@register.inclusion_tag("ui/components/pagination.html")
def pagination(page: Any, query: str = "") -> dict[str, Any]:
    """Pages of a list. `page` is a Django Page; `query` the other parameters, encoded ("theme=food")."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return {"page": page, "numbers": numbers, "query": f"{query}&" if query else ""}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(errors: Sequence[parts.ErrorLink]) -> dict[str, Any]:
    """What must be changed, on top of the form; takes the focus."""
    return {"errors": errors}


@register.inclusion_tag("ui/forms/field.html")
def field(bound: fields.Field) -> dict[str, Any]:
    """A field of an item's form."""
    return {"field": bound}


@register.inclusion_tag("ui/forms/rows.html")
def rows_field(bound: fields.Field) -> dict[str, Any]:
    """A repeating group of an item's form: its rows, each with its fields."""
    return {"field": bound}


@register.inclusion_tag("ui/forms/material.html")
def material(bound: parts.Material) -> dict[str, Any]:
    """A material: why nothing is to be handed in, or its files and the form to hand them in."""
    return {"material": bound}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", level: int = 2) -> SafeString:
    """A note. `kind` is info, warn, error or ok; `level` is that of its heading."""
    names = {"info": "info", "warn": "triangle-alert", "error": "circle-alert", "ok": "circle-check"}
    head = format_html("<h{}>{}</h{}>", level, title, level) if title else ""
    return format_html(
        '<div class="note note-{}">{}<div class="grow">{}{}</div></div>',
        kind,
        icon(names[kind], 20),
        head,
        mark_safe(content),  # noqa: S308  # the inside of the tag is template text, already escaped
    )


@register.simple_block_tag
def card(
    content: str, title: str = "", id: str = "", level: int = 2, more: parts.Link | None = None
) -> SafeString:
    """A card with a heading. With an `id` it is a named region."""
    link = format_html('<a class="small" href="{}">{}</a>', more.url, more.label) if more else ""
    label = format_html(' aria-labelledby="{}-title"', id) if id and title else ""
    head = ""
    if title:
        title_id = f"{id}-title" if id else ""
        head = format_html(
            '<div class="card-head"><h{0}{1}>{2}</h{0}>{3}</div>',
            level,
            format_html(' id="{}"', title_id) if title_id else "",
            title,
            link,
        )
    element = "section" if label else "div"
    return format_html(
        '<{0} class="card"{1}{2}>{3}<div class="pad-s">{4}</div></{0}>',
        element,
        format_html(' id="{}"', id) if id else "",
        label,
        head,
        mark_safe(content),  # noqa: S308  # the inside of the tag is template text, already escaped
    )
