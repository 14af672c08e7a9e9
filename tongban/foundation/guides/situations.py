"""What an item promises in every situation: steps that fit the promise, a promise that fits the law, a decision. Pure."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from typing import Any

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.foundation.packs import Located, PackError, Step

_MOST = 2000  # situations looked at; more questions than that make no guide
# Limits of different units are compared in calendar days. Five working days take seven: holidays make it more.
_DAYS = {"instant": Fraction(0), "days": Fraction(1), "workdays": Fraction(7, 5)}
_UNITS = {"days": "日", "workdays": "个工作日"}


def situation_faults(
    located: Located, item: Mapping[str, Any], names: Mapping[str, FactType]
) -> Iterator[PackError]:
    """Each broken promise once, in the first situation in which it is broken."""
    said: set[str] = set()
    rules = _Rules(names)
    asked = [[(question["id"], option) for option in question["options"]] for question in item["situations"]]
    for chosen in islice(product(*asked), _MOST):
        values = {f"situation.{id}": option["id"] for id, option in chosen}
        labels = (
            "、".join(o["label"]["zh"] for _, o in chosen),
            ", ".join(o["label"]["en"] for _, o in chosen),
        )
        for kind, error in _in_situation(located, item, rules, values, labels):
            if kind not in said:
                said.add(kind)
                yield error


class _Rules:
    """Rules, each parsed once."""

    def __init__(self, names: Mapping[str, FactType]) -> None:
        self._names, self._read = names, dict[str, Criterion]()

    def verdict(self, text: str, values: Mapping[str, Any]) -> bool | None:
        """What the rule says of these values alone."""
        if text not in self._read:
            self._read[text] = parse(text, self._names)
        return self._read[text].evaluate(values).verdict


def _in_situation(
    located: Located,
    item: Mapping[str, Any],
    rules: _Rules,
    values: Mapping[str, Any],
    labels: tuple[str, str],
) -> Iterator[tuple[str, PackError]]:
    zh, en = (f"“{labels[0]}”：", f"{labels[1]}: ") if labels[0] else ("", "")
    legal = item["limits"]["statutory"]
    where, promise = _promise(item, rules, values)
    if _days(promise) > _days(legal):
        yield (
            "promise",
            located.error(
                where,
                f"{en}the promise of {_said_en(promise)} is longer than the law's {_said_en(legal)}",
                "shorten the promise",
                what_zh=f"{zh}承诺{_said(promise)}，比法定{_said(legal)}长",
                todo_zh="缩短承诺时限",
            ),
        )
    # A condition that still needs an answer keeps its step.
    steps = [s for s in item["procedure"] if "when" not in s or rules.verdict(s["when"], values) is not False]
    needed = _longest(steps)
    if needed > _days(promise):
        yield (
            "steps",
            located.error(
                where,
                f"{en}the steps take {_rounded(needed)} calendar days, the promise is {_said_en(promise)}",
                "shorten a step or lengthen the promise",
                what_zh=f"{zh}各环节合计 {_rounded(needed)} 日（按自然日折算），超过承诺的{_said(promise)}",
                todo_zh="缩短环节时限，或者延长承诺时限",
            ),
        )
    late = _after_decision(steps)
    if late:
        yield (
            "late",
            located.error(
                ("procedure",),
                f"{en}the step '{late}' comes after the decision, which then nobody can take",
                "let the decision be the last step; making and delivery follow from it by themselves",
                what_zh=f"{zh}环节“{late}”排在决定之后，决定就无法作出",
                todo_zh="让决定成为最后一个环节；制证和送达在决定之后自动进行",
            ),
        )
    if not any(_decides(step) for step in steps):
        yield (
            "decision",
            located.error(
                ("procedure",),
                f"{en}no step decides",
                "add a step that decides, or widen the condition of one",
                what_zh=f"{zh}没有作出决定的环节",
                todo_zh="增加决定环节，或者放宽它的条件",
            ),
        )


def _after_decision(steps: list[Any]) -> str:
    """A step that would begin only after the decision; a decision ends the case's examination, so nobody could take it."""
    deciding = {step["id"] for step in steps if "who" in step and step["who"]["permission"] == "case.decide"}
    return next((step["id"] for step in steps if deciding & set(step["after"])), "")


def _decides(step: Mapping[str, Any]) -> bool:
    """Whether a step decides; where other items' cases are opened, theirs decide."""
    return "child" in step or step["who"]["permission"] == "case.decide"


def _promise(
    item: Mapping[str, Any], rules: _Rules, values: Mapping[str, Any]
) -> tuple[tuple[Step, ...], Mapping[str, Any]]:
    """The promise of a situation and where it stands."""
    promised = item["limits"]["promised"]
    for i, case in enumerate(promised.get("cases", [])):
        if rules.verdict(case["when"], values) is True:
            return ("limits", "promised", "cases", i), case
    return ("limits", "promised"), promised


def _longest(steps: list[Any]) -> Fraction:
    """Calendar days from acceptance to the end of the last step, each beginning after those before it."""
    within = {step["id"] for step in steps}
    ends: dict[str, Fraction] = {}
    while len(ends) < len(within):
        for step in steps:
            before = [one for one in step["after"] if one in within]
            if step["id"] not in ends and all(one in ends for one in before):
                begins = max((ends[one] for one in before), default=Fraction(0))
                # A case of another item takes as long as that one promises, which its own check looks at.
                ends[step["id"]] = begins + (_days(step["limit"]) if "limit" in step else 0)
    return max(ends.values(), default=Fraction(0))


def _days(limit: Mapping[str, Any]) -> Fraction:
    return _DAYS[limit["unit"]] * int(limit["value"])


def _rounded(days: Fraction) -> str:
    return f"{float(days):.1f}".removesuffix(".0")


def _said(limit: Mapping[str, Any]) -> str:
    return "当场办结" if limit["unit"] == "instant" else f" {limit['value']} {_UNITS[limit['unit']]}"


def _said_en(limit: Mapping[str, Any]) -> str:
    if limit["unit"] == "instant":
        return "on the spot"
    return f"{limit['value']} {'working days' if limit['unit'] == 'workdays' else 'days'}"
