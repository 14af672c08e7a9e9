"""The building blocks of the editor's pages: controls, lists of entries, places. `offered` puts them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.terminals.console import words
from tongban.terminals.ui.texts import later

Label = Any
Choices = Mapping[Any, Label]


@dataclass(frozen=True)
class Control:
    """One value. `key` is its path below the place, `kind` how it is typed, `options` a mapping or a named source."""

    key: str
    label: Label
    kind: str = "text"  # text textarea rule int number choice choices yesno lines waiver validity
    hint: Label = ""
    options: Choices | str = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True)
class Listing:
    """A list below the place. With `controls` its entries are edited on the spot, without on pages of their own."""

    key: str
    title: Label
    one: Label
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Place:
    """One page of the editor."""

    title: Label
    controls: tuple[Control, ...] = ()
    lists: tuple[Listing, ...] = ()


ZH, EN = later("中文"), later("英文")
RULE_HINT = later("写法如 situation.business = 'catering'；留空表示总是适用。")
ID_HINT = later("小写字母、数字和下划线，以字母开头；发布以后不能修改。")


@dataclass(frozen=True)
class Tongue:
    """The label of a text in one of its languages."""

    label: Label
    tongue: Label

    def __str__(self) -> str:
        return f"{self.label} · {self.tongue}"


def said(
    key: str, label: Label, kind: str = "text", *, optional: bool = False, english: bool = False
) -> tuple[Control, ...]:
    """A text in Chinese and in English; `english` where English may not be left out."""
    return (
        Control(f"{key}.zh", Tongue(label, ZH), kind, optional=optional),
        Control(f"{key}.en", Tongue(label, EN), kind, optional=optional or not english),
    )


def both(key: str, label: Label, kind: str = "text", *, optional: bool = False) -> tuple[Control, ...]:
    """A text that must be in both languages."""
    return said(key, label, kind, optional=optional, english=True)


IDENTIFIER = Control("id", later("标识"), hint=ID_HINT)
WHEN = Control("when", later("适用条件"), "rule", RULE_HINT, optional=True)
SAMPLE = Control("illustrative", later("示例数据（未核实）"), "yesno", optional=True)
OPTIONS = Listing(
    "options",
    later("选项"),
    later("选项"),
    (IDENTIFIER, *both("label", later("选项文字")), *both("hint", later("选项提示"), optional=True)),
)


def span(key: str, *, optional: bool = False) -> tuple[Control, ...]:
    """A length of time."""
    return (
        Control(f"{key}value".lstrip("."), later("时限"), "int", later("当场办结填 0。"), optional=optional),
        Control(
            f"{key}unit".lstrip("."), later("时限单位"), "choice", options=words.UNITS, optional=optional
        ),
    )
