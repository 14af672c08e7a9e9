"""Rules in words: the names of what a criterion reads, its options, and the rule with both put in.

For pages that show people why a rule says yes or no (the desk, the console, the guide).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import Condition, Criterion, FactType
from tongban.foundation.money import format_yuan
from tongban.kernel.catalogue.calc import Definition
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

_SIGNS = {"<>": "≠", ">=": "≥", "<=": "≤"}
_WORDS = re.compile(r"<>|>=|<=|\b(?:TRUE|FALSE|AND|OR|NOT)\b")


@dataclass(frozen=True)
class RuleWords:
    """The words for the rules of one item; `facts` are the pack's declared facts by name."""

    definition: Definition
    facts: Mapping[str, Mapping[str, Any]]

    def label(self, name: str) -> str:
        """What people call `answer.area`, `situation.business` or `person.age`; the name itself when unknown."""
        kind, _dot, id = name.partition(".")
        if kind == "answer" and id in self.definition.fields:
            return self.definition.fields[id].label.of(texts.language())
        if kind == "situation":
            asked = (q for q in self.definition.questions if q.id == id)
            return next((q.question.of(texts.language()) for q in asked), name)
        return texts.local(self.facts.get(name, {}).get("label", name))

    def options(self, name: str) -> dict[str, str]:
        """Labels of the choices behind a name; empty for anything that is not a choice."""
        kind, _dot, id = name.partition(".")
        if kind == "answer" and id in self.definition.fields:
            choices = self.definition.fields[id].options
        elif kind == "situation":
            choices = tuple(o for q in self.definition.questions if q.id == id for o in q.options)
        else:
            return {
                option["id"]: texts.local(option["label"])
                for option in self.facts.get(name, {}).get("options", [])
            }
        return {option.id: option.label.of(texts.language()) for option in choices}

    def sensitive(self, name: str) -> bool:
        """True for a fact whose value is not shown without a purpose."""
        return self.facts.get(name, {}).get("privacy") == "sensitive"

    def rule(self, text: str, names: tuple[str, ...]) -> str:
        """A rule's text with labels for the names it reads and for the options it compares with."""
        for name in sorted(names, key=len, reverse=True):
            for id, label in self.options(name).items():
                text = text.replace(f"'{id}'", f"“{label}”")
            text = re.sub(rf"\b{re.escape(name)}\b", lambda _m, name=name: self.label(name), text)
        words = {
            **_SIGNS,
            "TRUE": _("是"),
            "FALSE": _("否"),
            "AND": _("并且"),
            "OR": _("或者"),
            "NOT": _("不是"),
        }
        return _WORDS.sub(lambda match: words[match.group()], text)

    def criterion(self, criterion: Criterion | None) -> str:
        """A whole criterion in words; nothing for no criterion."""
        return self.rule(criterion.text, tuple(criterion.facts)) if criterion is not None else ""

    def found(self, condition: Condition, plain: str) -> str:
        """The value a condition was decided on, in words; `plain` is how it reads when it is no choice or amount."""
        name, value = condition.facts[0] if condition.facts else "", condition.value
        if value is None:
            return _("没有")
        if condition.type is FactType.MONEY and isinstance(value, int):
            return _("{amount} 元", amount=format_yuan(value))
        if isinstance(value, str):
            return self.options(name).get(value, value)
        return f"{plain} {texts.local(self.facts.get(name, {}).get('unit', ''))}".strip()
