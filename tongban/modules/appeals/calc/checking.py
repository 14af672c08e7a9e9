"""What must hold of routes and towns beyond the schema; the pack and what a town writes itself pass the same checks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, FactType, parse
from tongban.foundation.packs import Located, PackError
from tongban.modules.appeals.calc.rulebook import TOWN


def unknown(located: Located, path: tuple[Any, ...], en: str, zh: str, code: str) -> PackError:
    """The fault of a code that nothing has."""
    return located.error(
        path,
        f"there is no {en} '{code}'",
        "correct the code",
        what_zh=f"没有{zh}“{code}”",
        todo_zh="请改正编码",
    )


def parsed(
    located: Located, path: tuple[Any, ...], text: str, facts: Mapping[str, FactType]
) -> Iterator[PackError]:
    """The fault of a condition that cannot be read, if it has one."""
    try:
        parse(text, facts)
    except CriteriaProblem as problem:
        yield located.error(
            path,
            f"the condition cannot be read: {problem.sentence_en}",
            problem.todo_en,
            what_zh=f"条件读不懂：{problem.sentence_zh}",
            todo_zh=problem.todo_zh,
        )


def routes(
    located: Located,
    rows: Sequence[Mapping[str, Any]],
    facts: Mapping[str, FactType],
    offices: Collection[str],
    path: tuple[Any, ...] = (),
) -> Iterator[PackError]:
    """The faults of routes: their conditions, and offices that there are not."""
    for n, row in enumerate(rows):
        here = (*path, "routes", n)
        yield from parsed(located, (*here, "when"), row["when"], facts)
        for code in (row["lead"], *row.get("assists", ())):
            if code != TOWN and code not in offices:
                yield unknown(located, here, "agency", "机关", code)
