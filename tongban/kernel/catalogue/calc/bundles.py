"""What can be wrong with the child cases of an item: no such item, a circle, a mapping into nothing. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.foundation.packs import Located, PackError, Step

Items = Mapping[str, Mapping[str, Any]]


def faults_of_children(
    located: Located, item: Mapping[str, Any], items: Items, names: Mapping[str, Any]
) -> Iterator[PackError]:
    """Every fault of the steps that open child cases; `names` is what the item's own rules may name.

    Says nothing while `items` is empty: not all of them could be read, so an unknown one need not be this item's fault.
    """
    if not items:
        return
    for i, step in enumerate(item["procedure"]):
        child = step.get("child")
        if child is None:
            continue
        where: tuple[Step, ...] = ("procedure", i, "child")
        other = items.get(child["item"])
        if other is None:
            yield _fault(
                located,
                (*where, "item"),
                f"there is no item '{child['item']}'",
                f"没有事项“{child['item']}”",
                "choose an item of this pack",
                "请选择本城市包中的事项",
            )
            continue
        if leads_to(child["item"], item["code"], items):
            yield _fault(
                located,
                (*where, "item"),
                "the child cases come back to this item in a circle",
                "子办件绕回了本事项，成了一个圈",
                "choose another item",
                "请换一个事项",
            )
        known = {*names, *(f"result.{id}" for id in before(item, step["id"]))}
        yield from _mapping(located, where, child, item, other, known)
        yield from _fit(located, where, child, item, other)


def before(item: Mapping[str, Any], id: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """The steps with a child case that are done whenever this one begins: of those alone is there a result to name."""
    steps = {one["id"]: one for one in item["procedure"]}
    found: set[str] = set()
    for earlier in steps[id]["after"] if id in steps and id not in seen else ():
        found |= ({earlier} if "child" in steps.get(earlier, {}) else set()) | before(
            item, earlier, seen | {id}
        )
    return found


def leads_to(code: str, target: str, items: Items, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the child cases of an item, or those of theirs, are cases of `target`."""
    if code == target:
        return True
    if code in seen or code not in items:
        return False
    below = [step["child"]["item"] for step in items[code]["procedure"] if "child" in step]
    return any(leads_to(one, target, items, seen | {code}) for one in below)


def _mapping(
    located: Located,
    where: tuple[Step, ...],
    child: Mapping[str, Any],
    item: Mapping[str, Any],
    other: Mapping[str, Any],
    names: Collection[str],
) -> Iterator[PackError]:
    options = {one["id"]: {option["id"] for option in one["options"]} for one in other["situations"]}
    fields = {one["id"] for part in other["form"] for one in part["fields"]}
    ids = {key: {one["id"] for one in item[key]} for key in ("materials", "commitments")}
    theirs = {key: {one["id"] for one in other[key]} for key in ("materials", "commitments")}
    for key, known in (("situation", set(options)), ("answers", fields)):
        for id, origin in child.get(key, {}).items():
            if id not in known:
                yield _unknown(located, (*where, key, id), id, other["code"])
            elif "from" in origin and origin["from"] not in names:
                yield _unknown(located, (*where, key, id, "from"), origin["from"], item["code"])
            elif key == "situation" and "value" in origin and origin["value"] not in options[id]:
                yield _unknown(located, (*where, key, id, "value"), str(origin["value"]), other["code"])
            elif key == "situation":
                for told in set(origin.get("as", {}).values()) - options[id]:
                    yield _unknown(located, (*where, key, id, "as"), told, other["code"])
    # What is promised to follow later is a material of the child and a commitment of this item.
    for key, theirs_of, own_of in (
        ("materials", "materials", "materials"),
        ("signs", "commitments", "commitments"),
        ("defers", "materials", "commitments"),
    ):
        for id, own in child.get(key, {}).items():
            if id not in theirs[theirs_of]:
                yield _unknown(located, (*where, key, id), id, other["code"])
            elif own not in ids[own_of]:
                yield _unknown(located, (*where, key, id), own, item["code"])


def _fit(
    located: Located,
    where: tuple[Step, ...],
    child: Mapping[str, Any],
    item: Mapping[str, Any],
    other: Mapping[str, Any],
) -> Iterator[PackError]:
    """Who applies, and in which unit the child's time is promised."""
    holder_of = child.get("applicant", {}).get("holder_of")
    if holder_of is not None:
        opened = {step["id"] for step in item["procedure"] if "child" in step}
        earlier = set(item["procedure"][int(where[1])]["after"])
        if holder_of not in opened & earlier:
            yield _fault(
                located,
                (*where, "applicant", "holder_of"),
                f"'{holder_of}' is no child case that comes right before",
                f"“{holder_of}”不是紧接在前的子办件",
                "name a step among `after` that opens a child case",
                "请填写 after 中的一个子办件环节",
            )
    elif not set(item["audience"]) <= set(other["audience"]):
        yield _fault(
            located,
            (*where, "item"),
            "the child item is not for everybody who can apply for this one",
            "子办件的服务对象没有包括本事项的全部服务对象",
            "choose another item, or say who applies in the child case",
            "请换一个事项，或者写明由谁申请",
        )
    promised = other["limits"]["promised"]
    if "days" in {promised["unit"], *(one["unit"] for one in promised.get("cases", []))}:
        yield _fault(
            located,
            (*where, "item"),
            "the child item promises natural days, which cannot be added up with working days",
            "子办件的承诺时限以自然日计，不能与工作日相加",
            "let it promise working days",
            "请把它的承诺时限改为工作日",
        )


def _unknown(located: Located, where: tuple[Step, ...], name: str, code: str) -> PackError:
    return _fault(
        located,
        where,
        f"'{code}' has no '{name}'",
        f"事项“{code}”中没有“{name}”",
        "choose one that it has",
        "请改为其中有的",
    )


def _fault(
    located: Located, where: tuple[Step, ...], what: str, what_zh: str, todo: str, todo_zh: str
) -> PackError:
    return located.error(where, what, todo, what_zh=what_zh, todo_zh=todo_zh)
