"""A policy as it may be published next: numbers and days changed, an edition copied, every fault, what differs. Pure."""

import copy
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongban.foundation.packs import Located, PackError, load_schema, validate
from tongban.kernel.catalogue.calc.parts import Text
from tongban.modules.policies.calc.checking import policy_faults
from tongban.modules.policies.calc.definition import (
    Data,
    Edition,
    Item,
    Policies,
    Policy,
    Span,
    read_policy,
)


@dataclass(frozen=True, slots=True)
class Days:
    """When an edition is in force, and when people may apply; no last day: no end yet, no window: at any time."""

    valid: Span
    window: Span | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a draft changes. `what`: added, removed, number, days, window, condition (its rule), other; before and after as the pack has them."""

    item: Text
    edition: str
    what: str
    label: Text
    unit: str
    before: int | str | None
    after: int | str | None


class NoSuchEdition(LookupError):
    """The policy has no such item, or the item no such edition."""


def with_terms(data: Data, item: str, edition: str, numbers: Mapping[str, int], days: Days) -> dict[str, Any]:
    """The policy with other numbers and days of one edition; numbers it does not have are left out. Raises NoSuchEdition."""
    whole = copy.deepcopy(dict(data))
    _set(_edition(whole, item, edition)[1], numbers, days)
    return whole


def with_edition(
    data: Data, item: str, source: str, name: str, numbers: Mapping[str, int], days: Days
) -> dict[str, Any]:
    """The policy with a new edition copied from another one; editions before it end the day before. Raises NoSuchEdition."""
    whole = copy.deepcopy(dict(data))
    editions, found = _edition(whole, item, source)
    made = copy.deepcopy(found)
    made["edition"] = name
    _set(made, numbers, days)
    eve = (days.valid.begins - dt.timedelta(days=1)).isoformat()
    for one in editions:
        if one["valid"]["from"] <= eve and one["valid"].get("to", "9999-12-31") > eve:
            one["valid"] = {**one["valid"], "to": eve}
            if "window" in one and one["window"]["opens"] <= eve < one["window"]["closes"]:
                one["window"] = {**one["window"], "closes": eve}
    editions.append(made)
    editions.sort(key=lambda one: str(one["valid"]["from"]), reverse=True)
    return whole


def _edition(whole: dict[str, Any], item: str, edition: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    for one in whole["items"]:
        if one["code"] == item:
            for written in one["editions"]:
                if written["edition"] == edition:
                    return one["editions"], written
    raise NoSuchEdition(f"{item}/{edition}")


def edition_in(whole: dict[str, Any], item: str, edition: str) -> dict[str, Any]:
    """An edition of an item as the policy's data have it, to be changed in place. Raises NoSuchEdition."""
    return _edition(whole, item, edition)[1]


def _set(edition: dict[str, Any], numbers: Mapping[str, int], days: Days) -> None:
    for name, value in numbers.items():
        if name in edition.get("parameters", {}):
            edition["parameters"][name]["value"] = value
    edition["valid"] = _span(days.valid, "from", "to")
    edition.pop("window", None)
    if days.window is not None:
        edition["window"] = _span(days.window, "opens", "closes")


def _span(span: Span, begins: str, ends: str) -> dict[str, str]:
    found = {begins: span.begins.isoformat()}
    if span.ends is not None:
        found[ends] = span.ends.isoformat()
    return found


def beside(policy: Policy, known: Policies) -> Policies:
    """All policies, with this one in its place."""
    return replace(
        known, policies=tuple(policy if one.code == policy.code else one for one in known.policies)
    )


def faults(data: Data, known: Policies, themes: Sequence[str]) -> list[PackError]:
    """Every fault that a pack with this policy would have, and editions of one item that begin on the same day."""
    located = Located(f"policies/{data.get('code', '')}.yaml", dict(data), {})
    found = validate(located, load_schema("policy"), located.file)
    if found:
        return found
    policy = read_policy(data)
    found = policy_faults(policy, located, beside(policy, known), themes)
    for i, item in enumerate(policy.items):
        begun = [one.valid.begins for one in item.editions]
        if len(set(begun)) < len(begun):
            found.append(
                located.error(
                    ("items", i, "editions"),
                    f"two editions of '{item.code}' begin on the same day",
                    "choose another day",
                    what_zh=f"“{item.name.zh}”有两个版次同一天开始",
                    todo_zh="请换一个生效日期",
                )
            )
    return found


def differences(old: Policy, new: Policy) -> list[Change]:
    """What the new one changes: editions that come and go, numbers, days, and that something else differs."""
    before = {item.code: item for item in old.items}
    found: list[Change] = []
    for item in new.items:
        earlier = before.pop(item.code, None)
        found += _item(earlier, item)
    found += [Change(item.name, "", "removed", item.name, "", item.code, None) for item in before.values()]
    if _rest(old.data) != _rest(new.data):
        found.append(Change(new.name, "", "other", new.name, "", None, None))
    return found


def _rest(data: Data) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "items"}


def _item(old: Item | None, new: Item) -> Iterator[Change]:
    if old is None:
        yield Change(new.name, "", "added", new.name, "", None, new.code)
        return
    before = {one.name: one for one in old.editions}
    for place, edition in enumerate(new.editions):
        earlier = before.pop(edition.name, None)
        if earlier is None:
            yield Change(new.name, edition.name, "added", new.name, "", None, edition.name)
            # A new edition is told by what it does otherwise than the one that it follows.
            earlier = next((one for one in new.editions[place + 1 :]), None)
        if earlier is not None:
            yield from _terms(new, earlier, edition)
    for gone in before.values():
        yield Change(new.name, gone.name, "removed", new.name, "", gone.name, None)


def _terms(item: Item, old: Edition, new: Edition) -> Iterator[Change]:
    for name, one in new.parameters.items():
        had = old.parameters.get(name)
        if had is None or had.value != one.value:
            was = None if had is None else had.value
            yield Change(item.name, new.name, "number", one.label, one.unit, was, one.value)
    if old.valid != new.valid:
        yield Change(
            item.name, new.name, "days", Text("有效期", "In force"), "", _said(old.valid), _said(new.valid)
        )
    if old.window != new.window:
        yield Change(
            item.name,
            new.name,
            "window",
            Text("申报期", "Applications"),
            "",
            _said(old.window),
            _said(new.window),
        )
    yield from _conditions(item, old, new)
    if _terms_only(old.data) != _terms_only(new.data):
        yield Change(
            item.name, new.name, "other", Text("材料或者其他", "Materials or other terms"), "", None, None
        )


def _conditions(item: Item, old: Edition, new: Edition) -> Iterator[Change]:
    held = {one.id: one for one in old.conditions}
    for one in new.conditions:
        earlier = held.pop(one.id, None)
        if one != earlier:
            before = earlier.rule if earlier else None
            yield Change(item.name, new.name, "condition", one.text, "", before, one.rule)
    for gone in held.values():
        yield Change(item.name, new.name, "condition", gone.text, "", gone.rule, None)


def _said(span: Span | None) -> str | None:
    if span is None:
        return None
    return f"{span.begins.isoformat()} – {span.ends.isoformat() if span.ends else ''}".rstrip()


def _terms_only(data: Data) -> dict[str, Any]:
    """An edition without what is told by itself: its name, its days, its conditions, the values of its numbers."""
    told = ("edition", "valid", "window", "conditions")
    rest = {key: value for key, value in data.items() if key not in told}
    numbers = {name: {**one, "value": None} for name, one in rest.pop("parameters", {}).items()}
    return {**rest, "parameters": numbers}
