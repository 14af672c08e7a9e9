"""Bank statements as they come: a table of comma-separated values, read line by line, each fault with its line."""

import csv
import io
from datetime import date

from tongban.foundation.errors import Problem
from tongban.kernel.ledger.calc import Stated

COLUMNS = ("reference", "payout", "fen", "day", "direction")
MOST_LINES = 20_000


class BadStatement(Problem):
    """A statement that cannot be read; says which line."""

    code = "ledger.bad_statement"
    status = 422


def read_statement(text: str) -> list[Stated]:
    """The lines of a statement: reference, payout, fen, day (ISO), direction (out, in). Raises BadStatement."""
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff").strip()))
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise _bad(1, f"第一行应为 {', '.join(COLUMNS)}", f"The first line must be {', '.join(COLUMNS)}")
    found: list[Stated] = []
    for number, row in enumerate(table, 2):
        if len(found) == MOST_LINES:
            raise _bad(number, f"最多 {MOST_LINES} 行", f"At most {MOST_LINES} lines")
        found.append(_line(number, row))
    if not found:
        raise _bad(2, "没有明细", "There is no line")
    return found


def _line(number: int, row: dict[str, str | None]) -> Stated:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not given["reference"] or given["direction"] not in ("out", "in") or not given["fen"].isdecimal():
        raise _bad(
            number,
            "流水号不能为空，金额为整数分，方向为 out 或 in",
            "A reference, whole fen, and out or in are needed",
        )
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        raise _bad(number, "日期应为 2026-01-31 的样式", "A day reads like 2026-01-31") from None
    return Stated(
        given["reference"][:80], given["payout"], int(given["fen"]), day, given["direction"] == "in"
    )


def _bad(line: int, zh: str, en: str) -> BadStatement:
    return BadStatement(
        sentence_zh=f"对账单第 {line} 行：{zh}。",
        sentence_en=f"Line {line} of the statement: {en}.",
        todo_zh="请修正后重新上传，没有任何一行被记账。",
        todo_en="Correct it and upload it again; no line was booked.",
        about=str(line),
    )
