"""One condition of an edition in a draft: built from attributes, comparisons and values, or typed, and read back in words."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue.calc import Text
from tongban.modules.policies import actions
from tongban.modules.policies.calc import Item, Policies, Policy
from tongban.modules.policies.calc import composing as built
from tongban.modules.policies.calc.composing import COMPARISONS, WITHOUT_VALUE, Line
from tongban.modules.policies.calc.definition import Condition, Edition, read_policy
from tongban.modules.policies.calc.drafting import beside
from tongban.modules.policies.calc.reading import WrongTerm
from tongban.modules.policies.queries import drafts, published
from tongban.terminals.console import policywords as words
from tongban.terminals.console.rulesaid import Spoken
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later

MOST_LINES, MOST_TEXT, MOST_RULE = 8, 300, 1000
OPS = {
    "=": later("等于"),
    "<>": later("不等于"),
    ">=": later("大于或等于"),
    ">": later("大于"),
    "<=": later("小于或等于"),
    "<": later("小于"),
    "in": later("是其中之一"),
    "not_in": later("不是其中任何一个"),
    "yes": later("是"),
    "no": later("否"),
    "has": later("里有"),
    "has_not": later("里没有"),
    "known": later("查得到"),
    "unknown": later("查不到"),
}
_TIMES = {FactType.MONEY: 100}  # what an officer types, in what the rule counts in


@dataclass(frozen=True)
class Typed:
    """What stands in the form: of the condition as it is, or as it was typed."""

    clause: str
    zh: str
    en: str
    expert: bool
    every: bool
    rule: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Place:
    """Where the condition stands."""

    draft: Any
    policies: Policies
    policy: Policy
    item: Item
    edition: Edition
    condition: Condition | None

    def tree(self, rule: str, *, folding: bool) -> Any:
        """The rule, read. Raises WrongTerm."""
        day = self.edition.valid.begins
        return built.read_rule(rule, self.policies, self.edition.parameters, day, folding=folding)


def address(draft: Any, item: str, edition: str, condition: str = "") -> str:
    """The page of a condition; without a name, of a new one."""
    query = {"item": item, "edition": edition, **({"condition": condition} if condition else {})}
    return f"{reverse('console-policy-condition', args=[draft.pk])}?{urlencode(query)}"


@staff(Permission.POLICY_DRAFT)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Add, change or remove a condition; "look" reads what was typed back in words and keeps nothing."""
    place = _place(request, id)
    if request.method == "GET":
        return _form(request, place, _as_it_is(place))
    do, seen = request.POST.get("do", ""), request.POST.get("revision", "")
    typed, errors = _typed(request.POST, place)
    written: Condition | None = None
    if do != "remove":
        rule, wrong = _rule(place, typed)
        errors = _unsaid(typed, place) + (errors or wrong) if do != "look" else errors or wrong
        if errors or do == "look":
            return _form(request, place, typed, errors=errors, rule=rule, looked=do == "look")
        advice = place.condition.advice if place.condition else None
        written = Condition("", typed.clause, rule, Text(typed.zh, typed.en), advice)
    try:
        actions.set_condition(
            draft_id=id,
            item=place.item.code,
            edition=place.edition.name,
            id=place.condition.id if place.condition else "",
            condition=written,
            by=request.actor,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        lang = texts.language()
        errors = [parts.ErrorLink("zh", f"{problem.sentence(lang)}{problem.todo(lang)}")]
        return _form(request, place, typed, errors=errors)
    return redirect("console-policy-draft", id)


def _place(request: HttpRequest, id: uuid.UUID) -> Place:
    draft = drafts.draft_for(request.actor, id, "draft")
    policy = read_policy(draft.data)
    item = next((one for one in policy.items if one.code == request.GET.get("item")), None)
    named = [one for one in item.editions if one.name == request.GET.get("edition")] if item else []
    wanted = request.GET.get("condition", "")
    found = next((one for one in named[0].conditions if one.id == wanted), None) if named else None
    if item is None or not named or (wanted and found is None):
        raise drafts.no_such_policy(draft.policy)
    known = beside(policy, published.in_force().policies)
    return Place(draft, known, policy, item, named[0], found)


def _as_it_is(place: Place) -> Typed:
    one = place.condition
    if one is None:
        return Typed(clause="", zh="", en="", expert=False, every=True, rule="", lines=())
    try:
        found = built.decomposed(place.tree(one.rule, folding=False))
    except WrongTerm:
        found = None
    allowed = built.vocabulary(place.policies, place.item.audience)
    if found is not None and (
        len(found[1]) > MOST_LINES or any(line.fact not in allowed for line in found[1])
    ):
        found = None
    every, lines = found or (True, ())
    return Typed(one.clause, one.text.zh, one.text.en, found is None, every, one.rule, lines)


# ------------------------------------------------------------------------------------------------------- what was typed


def _typed(post: QueryDict, place: Place) -> tuple[Typed, list[parts.ErrorLink]]:
    """What was typed, sums in fen; lines without an attribute are left out."""
    allowed = built.vocabulary(place.policies, place.item.audience)
    lines = []
    for i in range(MOST_LINES + 1):
        fact = post.get(f"fact-{i}", "")
        if fact:
            kind = allowed.get(fact, FactType.TEXT)
            given = post.getlist(f"value-{i}")
            if kind in (FactType.TEXT, FactType.LIST):  # several are typed with commas between them
                given = [part for one in given for part in re.split("[,，、]", one)]
            values = [one.strip()[:80] for one in given if one.strip()]
            if kind in _TIMES:
                values = [f"{int(one) * _TIMES[kind]}" if _whole(one) else one for one in values]
            fits = COMPARISONS[kind]
            op = post.get(f"op-{i}", "")
            # Another attribute was chosen: what was compared before does not fit it any more.
            if post.get(f"was-{i}", fact) != fact and op not in fits:
                op, values = fits[0], []
            parameter = post.get(f"param-{i}", "")
            lines.append(Line(fact, op or fits[0], tuple(values), parameter if kind in _NUMBERS else ""))
    typed = Typed(
        clause=post.get("clause", ""),
        zh=post.get("zh", "").strip()[:MOST_TEXT],
        en=post.get("en", "").strip()[:MOST_TEXT],
        expert=post.get("mode") == "expert",
        every=post.get("joined") != "any",
        rule=" ".join(post.get("rule", "").split())[:MOST_RULE],
        lines=tuple(lines[:MOST_LINES]),
    )
    errors = []
    for i, line in enumerate(typed.lines):
        if line.parameter and line.values and not typed.expert:
            errors.append(
                parts.ErrorLink(
                    f"value-{i}", _("第 {number} 行：值和参数只能选一个，请清空其中一个", number=i + 1)
                )
            )
    return typed, errors


_NUMBERS = (FactType.INT, FactType.MONEY, FactType.DECIMAL, FactType.DATE)


def _whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 16


def _rule(place: Place, typed: Typed) -> tuple[str, list[parts.ErrorLink]]:
    """The rule that was built or typed, and what the checker says against it, by the field concerned."""
    lang = texts.language()
    allowed = built.vocabulary(place.policies, place.item.audience)
    rule = typed.rule
    if not typed.expert:
        try:
            rule = built.composed(typed.lines, allowed, every=typed.every)
        except WrongTerm as problem:
            i, field = problem.path
            said = _("第 {number} 行：{what}", number=int(i) + 1, what=problem.sentence(lang))
            return "", [parts.ErrorLink(f"{field}-{i}", f"{said}{problem.todo(lang)}")]
    field = "rule" if typed.expert else "fact-0"
    if not rule:
        return "", [parts.ErrorLink("rule", _("请写出条件的表达式，例如 org.patents >= 3"))]
    try:
        place.tree(rule, folding=True)
    except WrongTerm as problem:
        return "", [parts.ErrorLink(field, f"{problem.sentence(lang)}{problem.todo(lang)}")]
    other = sorted(set(re.findall(r"[a-z]\w*\.\w+", rule)) & (place.policies.facts.keys() - allowed.keys()))
    if other:
        said = _("这个项目不是给这类对象的，不能用 {name}，请换一个属性", name=other[0])
        return "", [parts.ErrorLink(field, said)]
    return rule, []


def _unsaid(typed: Typed, place: Place) -> list[parts.ErrorLink]:
    found = []
    if typed.clause not in place.policy.clauses:
        found.append(parts.ErrorLink("clause", _("请选择条件依据的条款")))
    if not typed.zh:
        found.append(parts.ErrorLink("zh", _("请用中文写出这个条件")))
    if not typed.en:
        found.append(parts.ErrorLink("en", _("请用英文写出这个条件")))
    return found


# ------------------------------------------------------------------------------------------------------------ the form


def _form(
    request: HttpRequest,
    place: Place,
    typed: Typed,
    *,
    errors: list[parts.ErrorLink] | None = None,
    rule: str = "",
    looked: bool = False,
) -> HttpResponse:
    if not rule and not errors and place.condition is not None and request.method == "GET":
        rule = place.condition.rule
    spoken = ""
    if rule:
        try:
            spoken = Spoken(place.policies).rule(place.tree(rule, folding=True))
        except WrongTerm:
            spoken = rule
    lines = [*typed.lines, Line("", "")] if len(typed.lines) < MOST_LINES else list(typed.lines)
    wrong = {one.anchor: one.text for one in errors or []}
    context = {
        "draft": place.draft,
        "title": f"{words.said(place.item.name)} · {place.edition.name}",
        "new": place.condition is None,
        "typed": replace(typed, rule=typed.rule or rule),
        "groups": _groups(place),
        "lines": [_drawn(i, one, place, wrong) for i, one in enumerate(lines)],
        "clauses": [
            (one.id, f"{words.said(one.ref)} {words.said(one.text)}") for one in place.policy.clauses.values()
        ],
        "spoken": spoken,
        "looked": looked,
        "errors": errors or [],
        "wrong": wrong,
    }
    status = 422 if errors and not looked else 200
    return render(request, "console/policy_condition.html", context, status=status)


def _groups(place: Place) -> list[tuple[str, list[tuple[str, str]]]]:
    """The vocabulary by the agency that answers for it, in plain names."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in built.vocabulary(place.policies, place.item.audience):
        label, source = words.fact(name, place.policies)
        found.setdefault(source, []).append((name, label))
    return sorted((source, sorted(names, key=lambda one: one[1])) for source, names in found.items())


def _drawn(i: int, line: Line, place: Place, wrong: dict[str, str]) -> dict[str, Any]:
    fact = place.policies.facts.get(line.fact)
    if fact is None:
        return {"i": i, "number": i + 1, "fact": "", "wrong": wrong.get(f"fact-{i}", "")}
    shown = line.values
    if fact.type in _TIMES:
        shown = tuple(f"{int(one) // _TIMES[fact.type]}" if _whole(one) else one for one in shown)
    unit = _("元") if fact.type is FactType.MONEY else words.said(fact.unit)
    same = [
        one
        for one in place.edition.parameters.values()
        if one.type is fact.type or fact.type is FactType.MONEY
    ]
    return {
        "i": i,
        "number": i + 1,
        "fact": line.fact,
        "ops": [(op, str(OPS[op]), op == line.op) for op in COMPARISONS[fact.type]],
        "options": [(id, words.said(label), id in line.values) for id, label in fact.options.items()],
        "bare": line.op in WITHOUT_VALUE and fact.type is FactType.BOOL,
        "value": ", ".join(shown) if len(shown) > 1 else "".join(shown),
        "unit": unit,
        "date": fact.type is FactType.DATE,
        "parameters": [(one.name, f"{words.said(one.label)}（{words.number(one.value, one.unit)}）", one.name == line.parameter)
                       for one in same] if fact.type in _NUMBERS else [],
        "wrong": next((wrong[f"{field}-{i}"] for field in ("fact", "op", "value") if f"{field}-{i}" in wrong), ""),
    }  # fmt: skip


def lines_of(draft: Any, item: Item, edition: Edition) -> list[tuple[str, str]]:
    """The conditions of an edition in a draft, each with the page on which it is changed."""
    return [
        (words.said(one.text), address(draft, item.code, edition.name, one.id)) for one in edition.conditions
    ]


def speaker(where: str, edition: str, base: Policy, policy: Policy) -> Callable[[str], str]:
    """What says the rules of a changed edition in words, with the numbers that the draft gives them."""
    known = beside(policy, published.in_force().policies)
    held = [
        one
        for each in (*base.items, *policy.items)
        if each.name.zh == where
        for one in each.editions
        if one.name == edition
    ]
    numbers = {name: one for each in held for name, one in each.parameters.items()}

    def said(rule: str) -> str:
        try:
            return Spoken(known).rule(
                built.read_rule(rule, known, numbers, held[-1].valid.begins, folding=True)
            )
        except WrongTerm:
            return rule  # a fault is shown by itself, in the list of faults

    return said
