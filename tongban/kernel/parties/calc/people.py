"""A table of an organisation's people, read row by row; everything that is wrong with a row is said. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongban.foundation.ids import check_resident_id
from tongban.kernel.parties.states import DUTY_NAMES, GIVEN_DUTIES

COLUMNS = ("姓名", "身份证号码", "分工", "从", "到")
MOST_ROWS = 1_000
_DUTIES = {said.lower(): duty for duty in GIVEN_DUTIES for said in (duty.value, *DUTY_NAMES[duty])}
_PARTED = str.maketrans(dict.fromkeys(";；、/|", ";"))


@dataclass(frozen=True, slots=True)
class Appointed:
    """One row that is right."""

    line: int
    name: str
    id_no: str
    duties: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (0: with the table), and what to do."""

    line: int
    zh: str
    en: str


def read_people(content: bytes) -> tuple[list[Appointed], list[Fault]]:
    """The people of a table (CSV in UTF-8 or GB 18030, first row the names of the columns), and every fault of it."""
    text = _text(content)
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        rows = []
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        named = "、".join(COLUMNS)
        return [], [
            Fault(
                0, f"第一行应为列名：{named}，请下载空表填写", f"The first row must name the columns: {named}"
            )
        ]
    filled = [(line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if not 0 < len(filled) <= MOST_ROWS:
        wrong = f"应有 1 到 {MOST_ROWS} 人，现有 {len(filled)} 人，请分批导入"
        return [], [Fault(0, wrong, f"1 to {MOST_ROWS} people are expected, there are {len(filled)}")]
    people: list[Appointed] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, row in filled:
        read = _row(line, row)
        if isinstance(read, Fault):
            faults.append(read)
        elif read.id_no in seen:
            first = seen[read.id_no]
            faults.append(
                Fault(
                    line,
                    f"和第 {first} 行是同一个人，请合成一行",
                    f"the same person as in line {first}: make it one row",
                )
            )
        else:
            seen[read.id_no] = line
            people.append(read)
    return people, faults


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _row(line: int, row: Sequence[str]) -> Appointed | Fault:
    if len(row) != len(COLUMNS):
        return Fault(
            line,
            f"应有 {len(COLUMNS)} 列，现有 {len(row)} 列，请对照列名补齐",
            f"{len(COLUMNS)} columns are expected, there are {len(row)}",
        )
    name, id_no, duties, begins, ends = (cell.strip() for cell in row)
    verdict = check_resident_id(id_no)
    if not verdict.ok:
        return Fault(
            line,
            f"身份证号码不正确：{verdict.why_zh}，请对照证件核对",
            f"wrong identity number: {verdict.why_en}",
        )
    if not name:
        return Fault(line, "没有写姓名，请填写", "the name is missing")
    asked = [one.strip().lower() for one in duties.translate(_PARTED).split(";") if one.strip()]
    unknown = [one for one in asked if one not in _DUTIES]
    if unknown or not asked:
        known = "、".join(DUTY_NAMES[duty][0] for duty in GIVEN_DUTIES)
        english = ", ".join(DUTY_NAMES[duty][1] for duty in GIVEN_DUTIES)
        said = f"没有“{unknown[0]}”这个分工" if unknown else "没有写分工"
        english_said = f"there is no duty '{unknown[0]}'" if unknown else "the duty is missing"
        return Fault(line, f"{said}，可以写：{known}", f"{english_said}; known are: {english}")
    try:
        days = [date.fromisoformat(one) if one else None for one in (begins, ends)]
    except ValueError:
        return Fault(line, "日期应为 YYYY-MM-DD，请改正", "days are written YYYY-MM-DD")
    given = tuple(sorted({_DUTIES[one].value for one in asked}))
    return Appointed(line, name, verdict.value, given, days[0], days[1])
