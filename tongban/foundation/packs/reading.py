"""A strict reader of YAML: less than the standard, no surprises, a line number for everything.

Plain text means what it looks like: only `true` and `false` are truth values (`no` and `on` are words), a
number with a leading zero is a code and stays text, so does a date, a decimal is a `Decimal`. Anchors,
aliases, merge keys, tags, several documents and double keys are faults.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import yaml
from yaml import events as ev

from tongban.foundation.packs.faults import PackError, PackProblem, Step, where

Tree = bool | int | Decimal | str | list["Tree"] | dict[str, "Tree"] | None

_LARGEST_BYTES = 2_000_000
_DEEPEST = 60
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Located:
    """The data of a file, and the line that each part of it stands on."""

    file: str
    data: Tree
    lines: dict[tuple[Step, ...], int]

    def line(self, path: Sequence[Step] = ()) -> int:
        """The line (from 1) of the part at `path`; of the nearest part around it where that is missing."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def error(
        self, path: Sequence[Step], what: str, todo: str, *, what_zh: str = "", todo_zh: str = ""
    ) -> PackError:
        """A fault at `path` of this file."""
        return PackError(self.file, self.line(path), where(path), what, todo, what_zh, todo_zh)


def read_yaml(path: Path, *, name: str | None = None) -> Located:
    """Read one YAML file; faults call it `name`, by default its path. Raises PackProblem with every fault."""
    file = name or str(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise PackProblem(
            [_file_error(file, f"the file cannot be read ({error.strerror})", "文件无法读取")]
        ) from error
    except UnicodeDecodeError as error:
        raise PackProblem([_file_error(file, "the file is not UTF-8", "文件不是 UTF-8 编码")]) from error
    return read_text(text, name=file)


def read_text(text: str, *, name: str) -> Located:
    """Read YAML that is at hand as text; faults call it `name`. Raises PackProblem with every fault."""
    if len(text.encode()) > _LARGEST_BYTES:
        raise PackProblem([_file_error(name, "the file is larger than 2 MB", "文件超过 2 MB")])
    builder = _Builder(name)
    try:
        builder.read(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise PackProblem([*builder.errors, _syntax_error(name, error)]) from error
    if builder.errors:
        raise PackProblem(builder.errors)
    return Located(name, builder.data, builder.lines)


# The C parser is ten times faster where PyYAML has it. Only its events are used: its tree builder recurses in
# C and kills the process on deep nesting.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Open:
    """A mapping or list being read; `key` is the mapping's key that waits for its value."""

    path: tuple[Step, ...]
    value: list[Tree] | dict[str, Tree]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    data: Tree = None
    lines: dict[tuple[Step, ...], int] = field(default_factory=dict)
    errors: list[PackError] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def read(self, stream: Iterator[ev.Event]) -> None:
        documents = 0
        for event in stream:
            if isinstance(event, ev.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault(
                        event, "a second document begins", "Keep one document in a file", "出现第二个文档"
                    )
                    return
            elif isinstance(event, ev.AliasEvent | ev.ScalarEvent | ev.CollectionStartEvent):
                if not self._node(event):
                    return
            elif isinstance(event, ev.CollectionEndEvent):
                self._open.pop()
        if not documents:
            self.errors.append(_file_error(self.file, "the file is empty", "文件是空的"))

    def _node(self, event: ev.NodeEvent) -> bool:
        """Take one scalar, alias or beginning; False when reading must stop."""
        if isinstance(event, ev.AliasEvent) or event.anchor is not None:
            self._fault(event, "anchors and aliases are not read", "Write the value out", "不支持锚点和别名")
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            return self._key(top, event)
        path = () if top is None else (*top.path, top.key if top.key is not None else len(top.value))
        self.lines.setdefault(path, _line(event))
        value = self._value(event)
        if top is None:
            self.data = value
        elif isinstance(top.value, dict):
            assert top.key is not None
            top.value[top.key] = value
            top.key = None
        else:
            top.value.append(value)
        if isinstance(value, list | dict):
            self._open.append(_Open(path, value))
            if len(self._open) > _DEEPEST:
                self._fault(
                    event, f"more than {_DEEPEST} levels are nested", "Flatten the data", "嵌套层数过多"
                )
                return False
        return True

    def _key(self, top: _Open, event: ev.NodeEvent) -> bool:
        if not isinstance(event, ev.ScalarEvent):
            self._fault(event, "a key is not a plain word", "Use a word as key", "键不是普通文本")
            return False
        key = event.value
        path = (*top.path, key)
        if event.tag is not None or key == "<<":
            self._fault(
                event, f"the key '{key}' has a tag or merges", "Use a plain word as key", "键带有标签"
            )
        elif key in top.value:
            self._fault(
                event,
                f"the key '{key}' occurs twice (first on line {self.lines[path]})",
                "Keep one of the two",
                f"键“{key}”重复（首次出现在第 {self.lines[path]} 行）",
                path,
            )
        top.key = key
        self.lines.setdefault(path, _line(event))
        return True

    def _value(self, event: ev.NodeEvent) -> Tree:
        if isinstance(event, ev.SequenceStartEvent | ev.MappingStartEvent):
            if event.tag is not None:
                self._fault(
                    event, f"the tag {event.tag} is not known", "Remove it", f"不支持标签 {event.tag}"
                )
            return [] if isinstance(event, ev.SequenceStartEvent) else {}
        if not isinstance(event, ev.ScalarEvent):
            return None  # an alias: its fault is noted
        text: str = event.value
        if event.tag is not None and event.tag != _TEXT_TAG:
            self._fault(event, f"the tag {event.tag} is not known", "Remove it", f"不支持标签 {event.tag}")
        if event.tag is not None or not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            # A longer run of digits is a number that names something, whose quotes were forgotten.
            return int(text) if len(text) <= 15 else text
        return Decimal(text) if _DECIMAL.fullmatch(text) else text

    def _fault(
        self, event: ev.Event, what: str, todo: str, what_zh: str, path: tuple[Step, ...] | None = None
    ) -> None:
        if path is None:
            path = self._open[-1].path if self._open else ()
        self.errors.append(PackError(self.file, _line(event), where(path), what, todo, what_zh, "请改正"))


def _line(event: ev.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _file_error(file: str, what: str, what_zh: str) -> PackError:
    todo = "Put a readable UTF-8 file of YAML there"
    return PackError(file, 1, where(()), what, todo, what_zh, "请放置可读的 UTF-8 编码 YAML 文件")


def _syntax_error(file: str, error: yaml.YAMLError) -> PackError:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "unreadable text"
    return PackError(
        file,
        mark.line + 1 if mark else 1,
        where(()),
        f"the text is not YAML: {what}",
        "Look at the indentation and the quotes of this line and the one before",
        "不是有效的 YAML",
        "请检查本行和上一行的缩进与引号",
    )
