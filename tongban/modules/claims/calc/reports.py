"""A bank's table of loans and the interest paid on them, read row by row; everything that is wrong with a row is said. Pure."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation.ids import check_uscc
from tongban.foundation.money import BadAmount, Fen, parse_yuan

COLUMNS = ("uscc", "loan_no", "principal", "interest", "from", "to")
MOST_ROWS, MOST_NUMBER = 500, 40
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Kind:
    """Of which loans a bank reports: the fact that the sum becomes, and the highest interest a year in permille."""

    fact: str
    zh: str
    en: str
    most_permille: int


@dataclass(frozen=True, slots=True)
class Loan:
    """One row that is right: whose loan, its number, principal and interest in fen, from when to when interest was paid."""

    line: int
    uscc: str
    loan_no: str
    principal: Fen
    interest: Fen
    begins: dt.date
    ends: dt.date


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (0: with the table), in Chinese and English."""

    line: int
    zh: str
    en: str


def kinds_of(data: Sequence[Mapping[str, Any]]) -> dict[str, Kind]:
    """The kinds of the pack, by fact."""
    found = [Kind(one["fact"], one["name"]["zh"], one["name"]["en"], one["most_permille"]) for one in data]
    return {one.fact: one for one in found}


def read_table(text: str, kind: Kind, year: int) -> tuple[list[Loan], list[Fault]]:
    """The loans of a table (CSV, first row the names of the columns) of one year, and every fault that needs no other data."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        named = ", ".join(COLUMNS)
        return [], [Fault(0, f"第一行应为列名：{named}", f"the first row must name the columns: {named}")]
    filled = [(line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if not 0 < len(filled) <= MOST_ROWS:
        return [], [
            Fault(
                0,
                f"应有 1 到 {MOST_ROWS} 笔贷款，现有 {len(filled)} 笔",
                f"1 to {MOST_ROWS} loans are expected",
            )
        ]
    loans: list[Loan] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, row in filled:
        loan, wrong = _row(line, row, kind, year)
        if loan is not None and loan.loan_no in seen:
            first = seen[loan.loan_no]
            wrong = [
                Fault(line, f"贷款编号与第 {first} 行重复", f"the loan number stands in line {first} too")
            ]
        if wrong:
            faults += wrong
        elif loan is not None:
            seen[loan.loan_no] = line
            loans.append(loan)
    return loans, faults


def _row(line: int, row: Sequence[str], kind: Kind, year: int) -> tuple[Loan | None, list[Fault]]:
    if len(row) != len(COLUMNS):
        return None, [Fault(line, f"应有 {len(COLUMNS)} 列", f"{len(COLUMNS)} columns are expected")]
    cells = [cell.strip() for cell in row]
    verdict = check_uscc(cells[0])
    principal, interest = (_fen(cell) for cell in cells[2:4])
    begins, ends = (_day(cell) for cell in cells[4:6])
    faults = [
        Fault(line, zh, en)
        for wrong, zh, en in (
            (
                not verdict.ok,
                f"统一社会信用代码不正确：{verdict.why_zh}",
                f"the credit code is wrong: {verdict.why_en}",
            ),
            (
                not 0 < len(cells[1]) <= MOST_NUMBER,
                f"贷款编号应为 1 到 {MOST_NUMBER} 个字符",
                f"a loan number has 1 to {MOST_NUMBER} characters",
            ),
            (principal is None, "贷款本金应为大于零的元", "the principal must be yuan above zero"),
            (interest is None, "实付利息应为大于零的元", "the interest must be yuan above zero"),
            (begins is None or ends is None, "起止日期应为 YYYY-MM-DD", "the days must be YYYY-MM-DD"),
        )
        if wrong
    ]
    if faults or principal is None or interest is None or begins is None or ends is None:
        return None, faults
    if begins > ends or begins.year != year or ends.year != year:
        return None, [
            Fault(
                line,
                f"付息期间应在 {year} 年内，起在前、止在后",
                f"the period must lie within {year}, its first day first",
            )
        ]
    days = (ends - begins).days + 1
    # Interest above the rate: interest / principal > permille / 1000 × days / 365, without dividing.
    if interest * 1000 * YEAR_DAYS > principal * kind.most_permille * days:
        rate = f"{kind.most_permille / 10:g} %"
        return None, [Fault(line, f"利息超过年利率 {rate} 的上限", f"the interest is above {rate} a year")]
    return Loan(line, verdict.value, cells[1], principal, interest, begins, ends), []


def _fen(cell: str) -> Fen | None:
    try:
        fen = parse_yuan(cell)
    except BadAmount:
        return None
    return fen if fen > 0 else None


def _day(cell: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        return None
