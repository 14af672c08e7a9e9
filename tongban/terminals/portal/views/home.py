"""The home page: real figures only."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.notices import queries as notices
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.signatures import queries as signatures
from tongban.modules.ratings import queries as ratings
from tongban.terminals.portal import parts, progress, things, words
from tongban.terminals.portal.views.catalogue import is_for
from tongban.terminals.portal.views.guide import link
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Link
from tongban.terminals.ui.rights import LEVELS, open_to_all
from tongban.terminals.ui.texts import _, later

_TONES = ("blue", "amber", "green", "red")
_QUICK = (
    ("cases", "list-checks", later("办件进度")),
    ("wallet", "wallet", later("我的证照")),
    ("verify", "badge-check", later("结果核验")),
    ("inbox", "bell", later("我的消息")),
    ("catalogue", "layout-grid", later("全部事项")),
    ("halls", "map-pin", later("办事大厅")),
    ("policies", "hand-coins", later("惠企利民")),
    ("notices", "megaphone", later("通知政策")),
)
NOTICE_KINDS = {
    "policy": (later("政策"), "blue"),
    "notice": (later("通知"), "red"),
    "announcement": (later("公告"), ""),
}
_RECENT = 500  # submissions among which the most used items are counted
_MOST_HOT = 5
_MOST_TODOS = 4
_MOST_BUNDLES = 4


@open_to_all("the front door")
def home(request: HttpRequest) -> HttpResponse:
    """Search, what waits for the visitor, themes, the nearest hall, news."""
    held, actor = catalogue.snapshot(), request.actor
    items = list(held.items.values())
    wanted = request.GET.get("audience") or ("organisation" if actor.organisation_id else "person")
    audience = "organisation" if wanted == "organisation" else "person"
    good, every = ratings.share()
    context = {
        "counts": {
            "person": sum(is_for(item, "person") for item in items),
            "organisation": sum(is_for(item, "organisation") for item in items),
            "online": sum(item.definition.data["online_depth"] == words.FULLY_ONLINE for item in items),
        },
        "audiences": _audiences(held, audience),
        "ways": [
            Link(_("按主题"), reverse("catalogue"), current=True),
            Link(_("按部门"), f"{reverse('catalogue')}?by=agency"),
        ],
        "hot_items": _hot(held),
        "hot_searches": [
            Link(word, f"{reverse('search')}?{urlencode({'q': word})}")
            for word in held.pack.get("hot_searches", [])
        ],
        "search_url": reverse("search"),
        "suggest_url": reverse("suggest"),
        "scopes": (),
        "todos": _todos(actor, held) if actor.is_signed_in else None,
        "level_text": _level(actor),
        "organisations": parties.organisations_of(actor) if actor.represents else [],
        "quick": [
            Link(str(label), reverse(name), icon, _TONES[index % 4])
            for index, (name, icon, label) in enumerate(_QUICK)
        ],
        "bundles": things.cards(held)[:_MOST_BUNDLES]
        if audience == "person"
        else things.cards(held, "organisation"),
        "bundles_url": reverse("one-thing"),
        "notices": [news(one) for one in held.pack.get("notices", [])],
        "notices_url": reverse("notices"),
        "supervision": parts.Supervision(_percent(good, every), every, more_url=reverse("ratings"))
        if every
        else None,
        **_nearby(request.GET.get("town") or _own_town(actor)),
    }
    return render(request, "portal/home.html", context)


def _percent(part: int, whole: int) -> float:
    # Cut, not rounded: 99.96 % is not all of them.
    tenths = 1000 * part // whole
    return tenths / 10 if tenths % 10 else tenths // 10


def _audiences(held: Snapshot, current: str) -> list[parts.Audience]:
    drawn = []
    for id, icon, label in (("person", "user", _("个人")), ("organisation", "building-2", _("法人"))):
        themes = [
            theme
            for theme in held.pack.get("themes", [])
            if theme["audience"] == id
            and any(theme["id"] in item.definition.data["themes"] for item in held.items.values())
        ]
        tiles = [
            parts.Theme(
                theme["id"],
                texts.local(theme["name"]),
                theme["icon"],
                texts.local(theme.get("hint")),
                f"{reverse('catalogue')}?{urlencode({'theme': theme['id']})}",
                _TONES[index % 4],
            )
            for index, theme in enumerate(themes)
        ]
        drawn.append(
            parts.Audience(id, label, icon, f"{reverse('home')}?audience={id}", id == current, tiles)
        )
    return drawn


def _hot(held: Snapshot) -> list[Link]:
    counted = Counter(cases.recent_items(_RECENT)).most_common(_MOST_HOT)
    return [link(held.items[code].definition) for code, _count in counted if code in held.items]


def _level(actor: Actor) -> str:
    level = str(LEVELS[min(actor.level, 4)])
    if actor.represents:
        return _("{level} · 可代办 {count} 家单位", level=level, count=len(actor.represents))
    return level


def _todos(actor: Actor, held: Snapshot) -> list[parts.Todo]:
    """Supplements first, then what came out, then drafts."""
    if actor.person_id is None:
        return []
    rows, today, days = list(cases.mine(actor)[:20]), time.today(), deadlines.calendar()
    todos = []
    for row in rows:
        if row.state == CaseState.SUPPLEMENT_REQUESTED:
            light = progress.light(row, today, days)
            title = _("补正：{item}", item=words.item_name(row, held))
            todos.append(
                parts.Todo(
                    title, row.short_no, reverse("case", args=[row.pk]), "triangle-alert", "amber", light
                )
            )
    waiting = len(signatures.to_sign(actor))
    if waiting:
        text = _("{count} 份文件待您签名", count=waiting)
        todos.append(
            parts.Todo(text, _("读完全文后签名或者拒绝"), reverse("to-sign"), "file-signature", "amber")
        )
    unread = notices.unread(actor)
    if unread:
        text = _("{count} 条未读消息", count=unread)
        todos.append(parts.Todo(text, _("办件进展和结果"), reverse("inbox"), "bell", "blue"))
    for row in rows:
        if row.state == CaseState.DRAFT:
            title = _("继续填写：{item}", item=words.item_name(row, held))
            url = reverse("application", args=[row.pk])
            todos.append(parts.Todo(title, _("草稿已保存"), url, "pen-line", "green"))
    return todos[:_MOST_TODOS]


def news(one: dict[str, Any]) -> parts.Notice:
    """A notice of the pack as a line."""
    label, tone = NOTICE_KINDS.get(one["kind"], NOTICE_KINDS["notice"])
    return parts.Notice(
        str(label), texts.local(one["title"]), reverse("notice", args=[one["id"]]), one["date"], tone
    )


def _own_town(actor: Actor) -> str:
    """The code of the town where the visitor is registered; empty when that is not known."""
    if actor.person_id is None:
        return ""
    town = places.town_of(parties.person(actor.person_id).place_path)
    return town.code if town else ""


def _nearby(town: str) -> dict[str, Any]:
    """The hall of the chosen place, the city's own without a choice."""
    halls = places.halls()
    hall = next((one for one in halls if one.place.code == town), halls[0] if halls else None)
    drawn = hall and parts.Hall(
        words.either(hall.name_zh, hall.name_en),
        words.either(hall.address_zh, hall.address_en),
        words.either(hall.hours_zh, hall.hours_en),
        hall.phone,
        reverse("catalogue"),
    )
    return {
        "hall": drawn,
        "halls_url": reverse("halls"),
        "town_values": None,
        "town_code": hall.place.code if hall else "",
        "town_unit": "",
    }
