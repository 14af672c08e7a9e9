"""A rule with its numbers written back as a sentence: what an officer reads beside the author's own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Fact,
    FactType,
    Holds,
    Literal,
    Missing,
    Tree,
    Value,
    Within,
)
from tongban.modules.policies.calc import Policies
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

_SIGNS = {"<>": "≠", ">=": "≥", "<=": "≤"}
_ARITHMETIC = {"*": "×", "-": "−", "+": "＋"}


@dataclass(frozen=True)
class Spoken:
    """The words for the rules of a city's policies."""

    policies: Policies

    def rule(self, tree: Tree, *, inside: bool = False) -> str:
        """A whole rule; `inside` another one its parts stand in brackets."""
        match tree:
            case Constant(value=value):
                return _("总是成立") if value else _("从不成立")
            case All(parts=parts):
                return self._joined(parts, _(" 并且 "), brackets=inside)
            case Any(parts=parts):
                return self._joined(parts, _(" 或者 "), brackets=inside)
            case Compare(op=op, left=left, right=right):
                kind, of = left.type, left if isinstance(left, Fact) else None
                return f"{self.value(left)} {_SIGNS.get(op, op)} {self.value(right, kind, of)}"
            case Between(value=value, low=low, high=high, negated=negated):
                span = f"{self.value(low, value.type)} – {self.value(high, value.type)}"
                said = _("{what}不在 {span}") if negated else _("{what}在 {span}")
                return said.format(what=self.value(value), span=span)
            case Within(value=value, options=options, negated=negated):
                of = value if isinstance(value, Fact) else None
                listed = texts.listed(self.value(one, value.type, of) for one in options)
                said = _("{what}不属于 {listed}") if negated else _("{what}属于 {listed}")
                return said.format(what=self.value(value), listed=listed)
            case Missing(value=value, negated=negated):
                return (_("查到了{what}") if negated else _("没有查到{what}")).format(what=self.value(value))
            case Holds(value=value, negated=negated):
                return f"{self.value(value)}：{_('否') if negated else _('是')}"
            case Contains(value=value, option=option, negated=negated):
                said = _("{what}里没有 {option}") if negated else _("{what}里有 {option}")
                return said.format(what=self.value(value), option=self._option(str(option.value), value))

    def _joined(self, parts: Sequence[Tree], word: str, *, brackets: bool) -> str:
        said = word.join(self.rule(part, inside=True) for part in parts)
        return f"（{said}）" if brackets and len(parts) > 1 else said

    def value(self, one: Value, kind: FactType | None = None, of: Fact | None = None) -> str:
        """A value; a number beside a sum of money is money, a text beside a choice is its option."""
        match one:
            case Fact(name=name):
                declared = self.policies.facts.get(name)
                return declared.label.of(texts.language()) if declared else _("已经兑付的金额")
            case Literal(value=str(found)):
                return self._option(found, of)
            case Literal(value=found):
                if kind is FactType.MONEY and isinstance(found, int):
                    return _("{amount} 元", amount=f"{found // 100:,}")
                # A year is a number that is not grouped.
                return f"{found:,}" if isinstance(found, int) and found >= 10_000 else str(found)
            case Arithmetic(op=op, left=left, right=right):
                plain = None if op == "*" else FactType.MONEY if one.type is FactType.MONEY else None
                return f"{self.value(left, plain)} {_ARITHMETIC[op]} {self.value(right, plain)}"
            case Cap(value=inner, limit=limit):
                return _("{what}（最多 {limit}）").format(
                    what=self.value(inner), limit=self.value(limit, one.type)
                )

    def _option(self, id: str, of: Fact | None) -> str:
        declared = self.policies.facts.get(of.name) if of else None
        if declared and id in declared.options:
            return f"“{declared.options[id].of(texts.language())}”"
        item = next((one for one in self.policies.items if one.code == id), None)
        return f"“{item.name.of(texts.language()) if item else id}”"
