"""What a search page shows beside rows: facets with counts, and entries of other kinds, whose drawers register here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from tongban.foundation.registries import Registry
from tongban.kernel.catalogue.queries import FoundItems, Published, Snapshot
from tongban.kernel.places import queries as places
from tongban.kernel.search.queries import Other
from tongban.modules.policies.calc.searching import POLICY
from tongban.modules.policies.queries import published as policies
from tongban.terminals.portal import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Link
from tongban.terminals.ui.texts import _, later

MOST_OF_A_KIND = 3


@dataclass(frozen=True)
class Shown:
    """An entry that is no item, as a line: what it is called, where it leads, what it belongs to."""

    link: Link
    detail: str = ""


Drawer = Callable[[Other, Snapshot], Shown | None]
# Kind of entry in the search index → how it is drawn. A kind without a drawer is not shown; the order is of registration.
DRAWERS: Registry[Drawer] = Registry("搜索结果的种类")


@DRAWERS.register("hall", label="办事大厅")
def _hall(entry: Other, _held: Snapshot) -> Shown | None:
    hall = places.hall(entry.code)
    if hall is None:
        return None
    url = f"{reverse('halls')}?{urlencode({'town': hall.place.code})}#hall-{hall.place.code}"
    return Shown(
        Link(words.either(hall.name_zh, hall.name_en), url, "map-pin"),
        words.either(hall.address_zh, hall.address_en),
    )


@DRAWERS.register("notice", label="通知与政策")
def _notice(entry: Other, held: Snapshot) -> Shown | None:
    found = next((one for one in held.pack.get("notices", []) if one["id"] == entry.code), None)
    return found and Shown(
        Link(texts.local(found["title"]), reverse("notice", args=[entry.code]), "megaphone")
    )


@DRAWERS.register(POLICY, label="惠企利民政策")
def _policy(entry: Other, _held: Snapshot) -> Shown | None:
    held = policies.in_force()
    if not held.audience(entry.code):  # gone since it was indexed
        return None
    policy, item = held.item(entry.code)
    return Shown(
        Link(words.said(item.name), reverse("subsidy", args=[item.code]), "hand-coins"),
        words.said(policy.name),
    )


# The labels of the kinds in the language of the page; a kind that a module registers brings its own.
KIND_LABELS = {"hall": later("办事大厅"), "notice": later("通知与政策"), POLICY: later("惠企利民政策")}


def beside(answer: FoundItems, held: Snapshot, only: str = "") -> list[tuple[str, str, list[Shown]]]:
    """(kind, label, lines) of what was found beside items: questions first, then kinds with the best first.

    A few lines of each kind; of `only` one kind, everything.
    """
    if only:
        drawn = [DRAWERS.get(only)(one, held) for one in answer.others if one.kind == only]
        rows = [one for one in drawn if one is not None]
        return [(only, str(KIND_LABELS.get(only) or DRAWERS.label(only)), rows)] if rows else []
    groups: dict[str, list[Shown]] = {"faq": [_question(*one) for one in answer.questions[:MOST_OF_A_KIND]]}
    for entry in answer.others:
        group = groups.setdefault(entry.kind, [])
        if entry.kind not in DRAWERS or len(group) == MOST_OF_A_KIND:
            continue
        shown = DRAWERS.get(entry.kind)(entry, held)
        if shown is not None:
            group.append(shown)
    labels = {"faq": _("常见问题"), **KIND_LABELS}
    return [
        (kind, str(labels.get(kind) or DRAWERS.label(kind)), rows) for kind, rows in groups.items() if rows
    ]


def _question(item: Published, place: int) -> Shown:
    question = texts.local(item.definition.data["guide"]["faq"][place]["q"])
    url = f"{reverse('item', args=[item.code])}#faq"
    return Shown(Link(question, url, "circle-help"), words.said(item.definition.name))


# ------------------------------------------------------------------------------------------------------------ facets

Values = Callable[[Published, Snapshot], Mapping[str, str]]


def _audiences(item: Published, _held: Snapshot) -> Mapping[str, str]:
    return {kind: str(words.AUDIENCES[kind]) for kind in item.definition.data["audience"]}


def _agencies(item: Published, held: Snapshot) -> Mapping[str, str]:
    code = item.definition.data["agency"]
    return {code: words.agency(code, held)}


def _themes(item: Published, held: Snapshot) -> Mapping[str, str]:
    inside = set(item.definition.data["themes"])
    return {one["id"]: texts.local(one["name"]) for one in held.pack.get("themes", []) if one["id"] in inside}


def _life_events(item: Published, held: Snapshot) -> Mapping[str, str]:
    events = held.pack.get("life_events", [])
    return {one["id"]: texts.local(one["name"]) for one in events if item.code in one["items"]}


SCOPES = {
    "home_only": later("所在镇街办"),
    "any_town": later("全市通办"),
    "neighbour_city": later("邻市通办"),
    "province": later("全省通办"),
    "gba": later("湾区通办"),
    "cross_province": later("跨省通办"),
}


def _scopes(item: Published, _held: Snapshot) -> Mapping[str, str]:
    scope = item.definition.data["handle_scope"]
    return {scope: str(SCOPES[scope])}


def _online(item: Published, _held: Snapshot) -> Mapping[str, str]:
    found = {"online": _("全程网办")} if item.definition.data["online_depth"] == words.FULLY_ONLINE else {}
    return found | ({"instant": _("当场办结")} if item.definition.instant else {})


FACETS: dict[str, tuple[str, Values]] = {
    "audience": (later("服务对象"), _audiences),
    "online": (later("办理方式"), _online),
    "theme": (later("主题"), _themes),
    "event": (later("人生大事"), _life_events),
    "agency": (later("部门"), _agencies),
    "scope": (later("办理范围"), _scopes),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet as a link: followed, it narrows the results, or widens them again when it was chosen."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A way to narrow the results."""

    name: str
    label: str
    choices: Sequence[Choice]
    chosen: bool


def narrowed(
    items: Sequence[Published], chosen: Mapping[str, str], held: Snapshot, but: str = ""
) -> list[Published]:
    """The items that have every chosen value, the facet `but` left aside."""
    wanted = {name: value for name, value in chosen.items() if value and name != but}
    return [
        item for item in items if all(value in FACETS[name][1](item, held) for name, value in wanted.items())
    ]


def facets(items: Sequence[Published], chosen: Mapping[str, str], query: str, held: Snapshot) -> list[Facet]:
    """All facets that would change something, each with what remains of the results under the other choices."""
    drawn = []
    for name, (label, of) in FACETS.items():
        counts: dict[str, int] = {}
        labels: dict[str, str] = {}
        inside = narrowed(items, chosen, held, but=name)
        for item in inside:
            for value, text in of(item, held).items():
                labels[value] = text
                counts[value] = counts.get(value, 0) + 1
        current = chosen[name]
        if not current and not any(count < len(inside) for count in counts.values()):
            continue
        choices = [
            Choice(
                labels[value],
                count,
                address(query, {**chosen, name: "" if value == current else value}),
                value == current,
            )
            for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], labels[pair[0]]))
        ]
        if choices:
            drawn.append(Facet(name, str(label), choices, bool(current)))
    return drawn


def kinds(answer: FoundItems, items: int, chosen: str, query: str) -> Facet | None:
    """What was found by kind, each with how many; None where there are only items, or hardly anything else to choose."""
    counts = {kind: sum(one.kind == kind for one in answer.others) for kind in (POLICY,)}
    if not any(counts.values()):
        return None
    choices = [Choice(_("服务事项"), items, address(query, {}), chosen=False)] if items and chosen else []
    choices += [
        Choice(
            str(KIND_LABELS[kind]),
            many,
            address(query, {"kind": "" if kind == chosen else kind}),
            kind == chosen,
        )
        for kind, many in counts.items()
        if many
    ]
    return Facet("kind", _("种类"), choices, bool(chosen))


def address(query: str, chosen: Mapping[str, str]) -> str:
    """The address of the search page for a query and choices."""
    return f"?{urlencode({'q': query, **{name: value for name, value in chosen.items() if value}})}"
