"""The directory: which items are shown, and by what they are narrowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.policies.calc import Item, Policies, Policy
from tongban.modules.policies.calc.definition import Edition
from tongban.modules.policies.queries.published import InForce
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

LONGEST_WORDS = 60


@dataclass(frozen=True)
class Listed:
    """An item as the directory shows it. Without an edition it is not offered at present."""

    policy: Policy
    item: Item
    edition: Edition | None

    @property
    def automatic(self) -> bool:
        """Whether it comes without an application."""
        return "automatic" in self.item.routes

    def open_on(self, day: date) -> bool:
        """Whether somebody could have it that day: in force, and the window of the call, if any, is open."""
        if self.edition is None:
            return False
        return self.automatic or self.edition.window is None or self.edition.window.covers(day)


@dataclass(frozen=True)
class Filter:
    """A question of the directory, its name in the address, and the choices there are."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


def listed(held: InForce, today: date) -> list[Listed]:
    """Every item, those on offer first, in the order of the policies."""
    rows = [
        Listed(policy, item, item.edition_on(today) if policy.valid.covers(today) else None)
        for policy in held.policies.policies
        for item in policy.items
    ]
    return sorted(rows, key=lambda row: row.edition is None)


_TESTS: dict[str, Callable[[Listed, str, date], bool]] = {
    "for": lambda row, asked, _day: row.item.audience == asked,
    "theme": lambda row, asked, _day: asked in row.policy.themes,
    "agency": lambda row, asked, _day: row.policy.agency == asked,
    "level": lambda row, asked, _day: row.policy.level == asked,
    "kind": lambda row, asked, _day: row.item.kind == asked,
    "how": lambda row, asked, day: row.automatic if asked == "automatic" else row.open_on(day),
}


def narrowed(rows: list[Listed], asked: Mapping[str, str], today: date) -> list[Listed]:
    """The rows that fit every question that was answered, and hold the words, wherever they stand."""
    text = asked.get("q", "").strip().lower()[:LONGEST_WORDS]
    return [
        row
        for row in rows
        if all(test(row, asked[name], today) for name, test in _TESTS.items() if asked.get(name))
        and (not text or any(text in one.lower() for one in _spoken(row)))
    ]


def _spoken(row: Listed) -> tuple[str, ...]:
    item, policy = row.item, row.policy
    return (
        item.name.zh,
        item.name.en,
        item.summary.zh,
        item.summary.en,
        policy.name.zh,
        policy.number,
        *item.words,
    )


def filters(rows: list[Listed], policies: Policies, asked: Mapping[str, str]) -> list[Filter]:
    """The questions, each with the choices that some item has."""
    themes = {
        one["id"]: texts.local(one["name"]) for one in catalogue.snapshot().pack.get("policy_themes", [])
    }
    used = {theme for row in rows for theme in row.policy.themes}
    agencies = {row.policy.agency: words.agency(row.policy, policies) for row in rows}
    choices: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("for", _("适用对象"), [(id, str(label)) for id, label in words.AUDIENCES.items()]),
        ("theme", _("主题"), [(id, label) for id, label in themes.items() if id in used]),
        ("agency", _("部门"), sorted(agencies.items(), key=lambda one: one[1])),
        ("level", _("级别"), [(id, str(label)) for id, label in words.LEVELS.items()]),
        ("kind", _("类别"), [(id, str(label)) for id, label in words.KINDS.items()]),
        ("how", _("怎么享受"), [("automatic", _("免申即享")), ("open", _("现在可以享受"))]),
    ]
    return [Filter(name, label, options, asked.get(name, "")) for name, label, options in choices]
