"""What stands on a credential: fields, number, validity. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tongban.foundation.ids import mask_id, mask_name, mask_phone
from tongban.foundation.money import format_yuan


def until(start: date, valid: Any) -> date | None:
    """The last day of a validity ({forever: true}, {years: n} or {days: n}) that begins on `start`."""
    if valid.get("forever"):
        return None
    if "days" in valid:
        return start + timedelta(days=valid["days"] - 1)
    years = valid["years"]
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + years, day=28) + timedelta(days=1)
    return end - timedelta(days=1)


def shown(value: Any, options: Mapping[str, str] | None = None, kind: str = "") -> str:
    """A value as it is printed: choices by their labels, yes and no, yuan for money, days in Chinese."""
    options = options or {}
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(options.get(str(part), str(part)) for part in value)
    if kind == "money":
        return f"{format_yuan(int(value))} 元"
    if kind == "date" and isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return options.get(str(value), str(value))


def masked(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields as a stranger sees them: personal values masked, sensitive ones left out."""
    rows = []
    for field in fields:
        if field["privacy"] in {"public", "internal"}:
            rows.append(dict(field))
        elif field["privacy"] == "personal":
            rows.append({**field, "value": _mask(str(field["value"]))})
    return rows


def _mask(text: str) -> str:
    if len(text) in {15, 18} and text[:-1].isdigit():
        return mask_id(text)
    if len(text) == 11 and text.isdigit():
        return mask_phone(text)
    return mask_name(text) if len(text) <= 4 else text[:3] + "*" * min(len(text) - 3, 8)
