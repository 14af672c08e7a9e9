"""Which texts of an item somebody who reads no Chinese cannot read. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.foundation.packs import Located, PackError, Step

# Texts that are words in Chinese with their English beside them: laws are looked up by their Chinese names.
_BESIDE = {"law": "law_en", "article": "article_en"}


def without_english(node: Any, where: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The places of all texts that readers see and that have Chinese alone, in the order of the item.

    Search words, rules and what somebody might type as an example are no texts of the guide.
    """
    if isinstance(node, Mapping):
        if "zh" in node:
            if not node.get("en"):
                yield where
            return
        for key, below in node.items():
            if key in _BESIDE and _BESIDE[key] not in node and isinstance(below, str):
                yield (*where, key)
            yield from without_english(below, (*where, key))
    elif isinstance(node, list | tuple):
        for index, below in enumerate(node):
            if where == ("illustrative",) and isinstance(below, str):
                yield (*where, index)
            yield from without_english(below, (*where, index))


def english_faults(located: Located, item: Mapping[str, Any]) -> Iterator[PackError]:
    """What keeps an item out of the English edition, text by text."""
    for where in without_english(item):
        yield located.error(
            where,
            "the item is listed for people from abroad, but this text has no English",
            "write the English, or take the item off the list `english` in pack.yaml",
            what_zh="事项在英文版名单里，这里却没有英文",
            todo_zh="补上英文，或者从 pack.yaml 的 english 名单去掉这个事项",
        )


def listed_faults(
    located: Located, edition: Mapping[str, Any], items: Collection[str], halls: Collection[str]
) -> Iterator[PackError]:
    """Items and halls that the edition lists twice, or that the pack does not have; `located` is its pack.yaml."""
    listed: list[tuple[tuple[Step, ...], str, Collection[str]]] = [
        (("english", "groups", i, "items", j), code, items)
        for i, group in enumerate(edition["groups"])
        for j, code in enumerate(group["items"])
    ]
    listed += [(("english", "halls", i), code, halls) for i, code in enumerate(edition.get("halls", []))]
    seen: set[str] = set()
    for where, code, known in listed:
        twice = code in seen
        seen.add(code)
        if twice or code not in known:
            yield located.error(
                where,
                f"'{code}' is listed twice" if twice else f"there is no '{code}'",
                "remove it" if twice else "remove it, or write the code of one that exists",
                what_zh=f"“{code}”重复" if twice else f"“{code}”不存在",
                todo_zh="删去一处" if twice else "删去，或者改为已有的代码",
            )
