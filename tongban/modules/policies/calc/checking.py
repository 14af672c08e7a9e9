"""What a schema cannot see in policies: references, rules, amounts, sums, dates. Every fault with file, line, clause. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.foundation.packs import Located, PackError, Step
from tongban.modules.policies.calc.definition import (
    Edition,
    Item,
    Policies,
    Policy,
    day,
)
from tongban.modules.policies.calc.reading import Reader, WrongTerm

RECEIVED = {
    "organisation": ("org.awards", "org.awards_year"),
    "person": ("person.awards", "person.awards_year"),
}


def policy_faults(
    policy: Policy, located: Located, known: Policies, themes: Sequence[str]
) -> list[PackError]:
    """Every fault of one policy whose schema is kept."""
    found = [*_document(policy, located, known, themes)]
    for i, item in enumerate(policy.items):
        found += _item(policy, item, located, ("items", i), known)
    return found


def exclusion_faults(located: Located, known: Policies) -> list[PackError]:
    """Faults of the shared sets of exclusions."""
    found: list[PackError] = []
    data: Any = located.data
    found += _twice(
        located, [(("exclusions", i, "code"), one["code"]) for i, one in enumerate(data["exclusions"])]
    )
    for i, one in enumerate(data["exclusions"]):
        where: tuple[Step, ...] = ("exclusions", i, "rules")
        found += _twice(located, [((*where, j, "id"), rule["id"]) for j, rule in enumerate(one["rules"])])
        found += _days(located, ("exclusions", i, "valid"), one["valid"])
        keep = _keeper(found, located, lambda _path, one=one: f"exclusions {one['code']}")
        reader = Reader(known.names, {}, day(one["valid"]["from"]), keep=keep)
        for j, rule in enumerate(one["rules"]):
            reader.rule(rule["rule"], (*where, j, "rule"))
    return found


def fund_faults(located: Located, known: Policies) -> list[PackError]:
    """Faults of the funds."""
    data: Any = located.data
    found = [*_twice(located, [(("funds", i, "code"), one["code"]) for i, one in enumerate(data["funds"])])]
    for i, one in enumerate(data["funds"]):
        if one["agency"] not in known.agencies:
            found.append(_unknown(located, ("funds", i, "agency"), one["agency"], "agencies.yaml", "机构"))
        if sum(one.get("towns", {}).values()) > one["budget"]:
            found.append(
                located.error(
                    ("funds", i, "towns"),
                    "the towns' shares are more than the budget",
                    "lower them or raise the budget",
                    what_zh="各镇街份额之和超过预算",
                    todo_zh="请调低份额或调高预算",
                )
            )
    return found


def route_faults(located: Located, known: Policies) -> list[PackError]:
    """Faults of the ways of examining."""
    data: Any = located.data
    found = [*_twice(located, [(("routes", i, "code"), one["code"]) for i, one in enumerate(data["routes"])])]
    for i, one in enumerate(data["routes"]):
        where: tuple[Step, ...] = ("routes", i, "steps")
        found += _twice(located, [((*where, j, "id"), step["id"]) for j, step in enumerate(one["steps"])])
        before: set[str] = set()
        for j, step in enumerate(one["steps"]):
            for id in step.get("after", []):
                if id not in before:
                    found.append(
                        _unknown(located, (*where, j, "after"), id, "the steps before", "前面的环节")
                    )
            agency = step.get("who", {}).get("agency")
            if agency and agency not in known.agencies:
                found.append(_unknown(located, (*where, j, "who", "agency"), agency, "agencies.yaml", "机构"))
            before.add(step["id"])
    return found


def example_faults(located: Located, known: Policies) -> list[PackError]:
    """Examples of items or with facts that are not there, or with values of the wrong type."""
    data: Any = located.data
    items = {item.code for item in known.items}
    names = known.names
    found: list[PackError] = []
    for i, one in enumerate(data):
        if one["item"] not in items:
            found.append(_unknown(located, (i, "item"), one["item"], "policies/", "补贴项目"))
        for fact in one["given"]:
            if fact not in names:
                found.append(_unknown(located, (i, "given", fact), fact, "facts.yaml or facts/", "数据项"))
    return found


def _document(
    policy: Policy, located: Located, known: Policies, themes: Sequence[str]
) -> Iterator[PackError]:
    if policy.agency not in known.agencies:
        yield _unknown(located, ("agency",), policy.agency, "agencies.yaml", "机构")
    for i, theme in enumerate(policy.themes):
        if theme not in themes:
            yield _unknown(located, ("themes", i), theme, "pack.yaml (policy_themes)", "政策主题")
    yield from _days(located, ("valid",), policy.data["valid"])
    clauses = [(("clauses", i, "id"), one["id"]) for i, one in enumerate(policy.data["clauses"])]
    yield from _twice(located, clauses)


def _item(
    policy: Policy, item: Item, located: Located, where: tuple[Step, ...], known: Policies
) -> Iterator[PackError]:
    if Counter(one.code for one in known.items)[item.code] > 1:
        yield located.error(
            (*where, "code"),
            f"the code '{item.code}' is taken in this city",
            "choose another one",
            what_zh=f"补贴项目编码“{item.code}”在本市已经用过",
            todo_zh="请换一个",
        )
    if item.once and item.per_year:
        yield located.error(
            (*where, "per"),
            "an item is granted once ever or once a year, not both",
            "keep one of `once` and `per`",
            what_zh="不能既是一次性又是每年一次",
            todo_zh="once 和 per 只留一个",
        )
    if item.once or item.per_year:
        fact = RECEIVED[item.audience][item.per_year]
        if known.names.get(fact) is not FactType.LIST:
            yield _unknown(located, where, fact, "facts/ (a list)", "数据项")
    names = [((*where, "editions", i, "edition"), one.name) for i, one in enumerate(item.editions)]
    yield from _twice(located, names)
    begun = [one.valid.begins for one in item.editions]
    if begun != sorted(begun, reverse=True):
        yield located.error(
            (*where, "editions"),
            "the newest edition does not stand first",
            "order them by date, newest first",
            what_zh="最新的版次没有排在最前",
            todo_zh="请按日期从新到旧排列",
        )
    for i, edition in enumerate(item.editions):
        yield from _edition(policy, item, edition, located, (*where, "editions", i), known)


def _edition(
    policy: Policy,
    item: Item,
    edition: Edition,
    located: Located,
    where: tuple[Step, ...],
    known: Policies,
) -> Iterator[PackError]:
    found: list[PackError] = []
    found += _days(located, (*where, "valid"), edition.data["valid"])
    found += _references(edition, located, where, known, policy)
    found += _sums(edition, located, where)
    found += _parameters(edition, located, where)
    ids = [((*where, "conditions", i, "id"), one.id) for i, one in enumerate(edition.conditions)]
    found += _twice(located, ids)

    def clause_at(path: tuple[Step, ...]) -> str:
        if "conditions" in path:
            condition = edition.conditions[int(path[path.index("conditions") + 1])]
            clause = policy.clauses.get(condition.clause)
            return f"{item.code}/{edition.name}, {clause.ref.en if clause else condition.clause}"
        return f"{item.code}/{edition.name}, {path[len(where)] if len(path) > len(where) else ''}"

    reader = Reader(
        known.names, edition.parameters, edition.valid.begins, keep=_keeper(found, located, clause_at)
    )
    for i, condition in enumerate(edition.conditions):
        reader.rule(condition.rule, (*where, "conditions", i, "rule"))
    reader.amount(edition.amount, (*where, "amount"))
    unused = [name for name in edition.parameters if f"param.{name}" not in reader.used]
    for name in unused:
        found.append(
            located.error(
                (*where, "parameters", name),
                f"no rule and no amount uses the parameter '{name}'",
                "use it or remove it",
                what_zh=f"没有规则或金额用到参数“{name}”",
                todo_zh="请使用或者删去",
            )
        )
    yield from found


def _references(
    edition: Edition, located: Located, where: tuple[Step, ...], known: Policies, policy: Policy
) -> Iterator[PackError]:
    for i, code in enumerate(edition.exclusions):
        if code not in known.exclusions:
            yield _unknown(located, (*where, "exclusions", i), code, "policies/exclusions.yaml", "排除规则")
    if edition.fund and edition.fund not in known.funds:
        yield _unknown(located, (*where, "fund"), edition.fund, "policies/funds.yaml", "资金")
    if edition.procedure and edition.procedure not in known.routes:
        yield _unknown(located, (*where, "procedure"), edition.procedure, "policies/routes.yaml", "办理流程")
    for i, condition in enumerate(edition.conditions):
        if condition.clause not in policy.clauses:
            path = (*where, "conditions", i, "clause")
            yield _unknown(located, path, condition.clause, "clauses", "条款")
    for path, code in _funds_named(edition.amount, (*where, "amount")):
        if code not in known.funds:
            yield _unknown(located, path, code, "policies/funds.yaml", "资金")
    for i, material in enumerate(edition.data.get("materials", [])):
        fact = material.get("waived_by", {}).get("fact")
        if fact and fact not in known.facts:
            yield _unknown(
                located, (*where, "materials", i, "waived_by"), fact, "facts.yaml or facts/", "数据项"
            )


def _funds_named(node: Any, where: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """The funds of pools in an amount, with their places."""
    below = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for step, one in below:
        if step == "pool":
            yield (*where, "pool", "fund"), one["fund"]
        yield from _funds_named(one, (*where, step))


def _sums(edition: Edition, located: Located, where: tuple[Step, ...]) -> Iterator[PackError]:
    parts = {
        "funders": sum(edition.funders.values()),
        "instalments": sum(one["percent"] for one in edition.data.get("instalments", [{"percent": 100}])),
    }
    for name, total in parts.items():
        if total != 100:
            yield located.error(
                (*where, name),
                f"the percentages add up to {total}, not to 100",
                "correct them",
                what_zh=f"百分比之和是 {total}，不是 100",
                todo_zh="请改正",
            )
    window = edition.window
    if window and window.ends and window.ends < window.begins:
        yield _backwards(located, (*where, "window"))


def _parameters(edition: Edition, located: Located, where: tuple[Step, ...]) -> Iterator[PackError]:
    for name, one in edition.parameters.items():
        low = one.value if one.least is None else one.least
        high = one.value if one.most is None else one.most
        if not low <= one.value <= high:
            yield located.error(
                (*where, "parameters", name),
                f"the value {one.value} is not between {low} and {high}",
                "correct value, min or max",
                what_zh=f"取值 {one.value} 不在 {low} 与 {high} 之间",
                todo_zh="请改正 value、min 或 max",
            )


def _days(located: Located, path: tuple[Step, ...], data: Mapping[str, str]) -> Iterator[PackError]:
    if data.get("to", data["from"]) < data["from"]:
        yield _backwards(located, path)


def _backwards(located: Located, path: tuple[Step, ...]) -> PackError:
    return located.error(
        path,
        "it ends before it begins",
        "correct the days",
        what_zh="结束早于开始",
        todo_zh="请改正日期",
    )


def _twice(located: Located, named: Sequence[tuple[tuple[Step, ...], str]]) -> Iterator[PackError]:
    seen: set[str] = set()
    for path, id in named:
        if id in seen:
            yield located.error(
                path,
                f"the identifier '{id}' is taken",
                "choose another one",
                what_zh=f"标识“{id}”已经用过",
                todo_zh="请换一个",
            )
        seen.add(id)


def _keeper(found: list[PackError], located: Located, place: Any) -> Any:
    """What takes the faults of rules and amounts: with their line, and the clause concerned."""

    def keep(problem: WrongTerm) -> None:
        at = place(problem.path)
        found.append(
            located.error(
                problem.path,
                f"{at}: {problem.sentence_en}".rstrip("."),
                problem.todo_en.rstrip(".") or "Correct the expression",
                what_zh=f"{at}：{problem.sentence_zh}".rstrip("。"),
                todo_zh=problem.todo_zh.rstrip("。") or "请改正表达式",
            )
        )

    return keep


def _unknown(located: Located, where: tuple[Step, ...], code: str, file: str, kind_zh: str) -> PackError:
    return located.error(
        where,
        f"nothing called '{code}' is declared",
        f"declare it in {file} or choose a declared one",
        what_zh=f"没有登记{kind_zh}“{code}”",
        todo_zh=f"在 {file} 中登记，或者改为已登记的",
    )
