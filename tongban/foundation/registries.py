"""Registries: how things of one kind (signers, adapters, indicators) are named once and found by name."""

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from tongban.foundation.errors import Problem

T = TypeVar("T")

_KEY = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")


class BadKey(Problem):
    """A key is malformed or taken; raised at import, so a faulty registration never reaches people."""

    code = "registry.bad_key"
    status = 500


class UnknownKey(Problem):
    """Nothing is registered under the key asked for."""

    code = "registry.unknown_key"
    status = 404


class Registry(Generic[T]):
    """Things of one kind by key, each with a label for people.

    `check` is called with key and thing at registration and raises what it objects to. Make a second instance
    for a test instead of touching the first.
    """

    def __init__(self, name: str, *, check: Callable[[str, T], None] | None = None) -> None:
        self.name = name
        self._check = check
        self._things: dict[str, T] = {}
        self._labels: dict[str, str] = {}

    def register(self, key: str, *, label: str) -> Callable[[T], T]:
        """A decorator that registers what it decorates and returns it unchanged. Raises BadKey."""
        if not _KEY.fullmatch(key):
            raise self._bad(key, "格式不对", "is malformed", "用小写英文名", "Use a lower-case English name")
        if key in self._things:
            raise self._bad(key, "已被登记", "is taken", "请换一个键", "Choose another key")

        def keep(thing: T) -> T:
            if self._check is not None:
                self._check(key, thing)
            self._things[key] = thing
            self._labels[key] = label
            return thing

        return keep

    def get(self, key: str) -> T:
        """The thing under `key`. Raises UnknownKey, which lists the known keys."""
        try:
            return self._things[key]
        except KeyError:
            known = ", ".join(self.keys()) or "-"
            raise UnknownKey(
                sentence_zh=f"“{self.name}”中没有“{key}”。",
                sentence_en=f"There is no '{key}' in '{self.name}'.",
                todo_zh=f"可用的有：{known}。",
                todo_en=f"Known: {known}.",
                about=key,
            ) from None

    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._things)

    def label(self, key: str) -> str:
        """The label for people of the thing under `key`. Raises UnknownKey."""
        self.get(key)
        return self._labels[key]

    def __contains__(self, key: object) -> bool:
        return key in self._things

    def __len__(self) -> int:
        return len(self._things)

    def _bad(self, key: str, why_zh: str, why_en: str, todo_zh: str, todo_en: str) -> BadKey:
        return BadKey(
            sentence_zh=f"“{self.name}”的键“{key}”{why_zh}。",
            sentence_en=f"The key '{key}' of '{self.name}' {why_en}.",
            todo_zh=f"{todo_zh}。",
            todo_en=f"{todo_en}.",
            about=key,
        )
