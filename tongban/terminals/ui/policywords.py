"""Policies in the words of people: kinds, levels, values of facts, how an amount is reckoned."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation.criteria.tree import Arithmetic, Cap, Fact, FactType, Literal, Value
from tongban.kernel.catalogue.calc import Text
from tongban.modules.policies.calc import amounts
from tongban.modules.policies.calc.definition import Policies, Policy
from tongban.terminals.ui import texts
from tongban.terminals.ui.factwords import value
from tongban.terminals.ui.texts import _, later

KINDS = {
    "award": later("奖励"),
    "subsidy": later("补贴"),
    "interest": later("贴息"),
    "relief": later("减免"),
    "qualification": later("资格认定"),
    "allowance": later("津贴"),
}
AUDIENCES = {"organisation": later("企业"), "person": later("个人")}
LEVELS = {"national": later("国家"), "province": later("省级"), "city": later("市级"), "town": later("镇街")}
FUNDERS = {"nation": later("中央"), "province": later("省级"), "city": later("市级"), "town": later("镇街")}
_OPERATORS = {"+": "＋", "-": "－", "*": "×"}


def said(text: Text) -> str:
    """A text in the language of the request."""
    return text.of(texts.language())


def agency(policy: Policy, policies: Policies) -> str:
    """Who issued it."""
    return said(policies.agencies[policy.agency])


def after_days(days: int | None) -> str:
    """How long after the decision an instalment is due; nothing for the first."""
    return _("审定后 {days} 天", days=days) if days else ""


def label(name: str, policies: Policies) -> str:
    """What people call a fact."""
    fact = policies.facts.get(name)
    return said(fact.label) if fact else _("已经兑付的金额")


def reckoning(amount: amounts.Amount, policies: Policies) -> list[str]:
    """How much there is, line by line."""
    operator = amount.operator
    match operator:
        case amounts.Sum(parts=parts):
            return [line for part in parts for line in reckoning(part, policies)]
        case amounts.Highest(parts=parts):
            lines = [line for part in parts for line in reckoning(part, policies)]
            return [_("下面各项取最高的一项："), *lines]
        case amounts.LessEarlier(amount=inner):
            return [*reckoning(inner, policies), _("减去以前就同类项目已经得到的金额。")]
        case amounts.Pool(amount=inner):
            return [*reckoning(inner, policies), _("资金不足时，所有人按同一比例减少。")]
    return [_plain(operator, policies)]


def _plain(operator: amounts.Operator, policies: Policies) -> str:
    def read(one: Value) -> str:
        return _value(one, policies)

    match operator:
        case amounts.Fixed(value=fixed):
            return read(fixed)
        case amounts.Tiers(of=of, steps=steps):
            return _("按{what}分档：{steps}", what=read(of), steps=_steps(steps, of, policies))
        case amounts.Rate():
            text = _("{base}的 {share}", base=read(operator.of), share=_share(operator))
            if operator.floor is not None:
                text = _("{text}，最少 {amount}", text=text, amount=read(operator.floor))
            if operator.cap is not None:
                text = _("{text}，最多 {amount}", text=text, amount=read(operator.cap))
            return text
        case amounts.PerStep():
            text = _(
                "{what}每超过 {above} 一个 {step}，给 {amount}",
                what=read(operator.of),
                above=read(operator.above),
                step=read(operator.step),
                amount=read(operator.amount),
            )
            return (
                text
                if operator.cap is None
                else _("{text}，最多 {amount}", text=text, amount=read(operator.cap))
            )
        case amounts.ShareOf(percent=percent):
            return _("上级已兑付金额的 {percent}%", percent=read(percent))
    return ""


def _share(rate: amounts.Rate) -> str:
    sign = "%" if rate.whole == 100 else "‰"
    return f"{rate.share.value if isinstance(rate.share, Literal) else ''}{sign}"


def _steps(steps: Sequence[tuple[Value, Value]], of: Value, policies: Policies) -> str:
    kind = of.type
    lines = [
        _(
            "达到 {least} 的 {amount}",
            least=_value(least, policies, kind),
            amount=_value(amount, policies, FactType.MONEY),
        )
        for least, amount in steps
    ]
    return texts.listed(lines)


def _value(one: Value, policies: Policies, kind: FactType | None = None) -> str:
    """A value of a rule in words: names of facts, figures with their unit, arithmetic with its signs."""
    match one:
        case Literal(value=found):
            return value(found, kind or one.type, None)
        case Fact(name=name):
            return _("“{name}”", name=label(name, policies))
        case Arithmetic(op=op, left=left, right=right):
            return f"{_value(left, policies)} {_OPERATORS[op]} {_value(right, policies)}"
        case Cap(value=inner, limit=limit):
            return _(
                "{what}（最多按 {limit} 算）", what=_value(inner, policies), limit=_value(limit, policies)
            )
    return ""


def said_data(data: Mapping[str, Any] | None) -> str:
    """A text of the pack's data in the language of the request; empty where there is none."""
    return texts.local(data) if data else ""
