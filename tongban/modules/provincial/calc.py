"""What is said of items and awards, as the exchange wants it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def item_said(
    *, code: str, name: str, policy: str, level: str, edition: str, begins: date, ends: date | None
) -> dict[str, Any]:
    """One item in force: what it is called, from which policy and level, and when its edition holds."""
    said: dict[str, Any] = {
        "item": code,
        "name": name[:200],
        "policy": policy,
        "level": level,
        "edition": edition,
        "begins": begins.isoformat(),
    }
    return {**said, "ends": ends.isoformat()} if ends else said


def award_said(*, item: str, subject: str, batch: str, fen: int, on: date) -> dict[str, Any]:
    """One award: the item, the credit code or a number without a name, the batch, how much, on which day."""
    return {"item": item, "subject": subject, "batch": batch, "fen": fen, "on": on.isoformat()}


def award_stream(said: Mapping[str, Any]) -> str:
    """The stream of all words about one award: item, credit code and batch, which never change."""
    return f"award|{said['item']}|{said['subject']}|{said['batch']}"


def news(
    now: Mapping[str, Mapping[str, Any]], before: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """What has to be said so that a peer who heard `before` (kind, content by item) knows `now`: (kind, content)."""
    said: list[tuple[str, Mapping[str, Any]]] = []
    for code, content in sorted(now.items()):
        kind, known = before.get(code, ("item.ended", {}))
        if kind == "item.ended":
            said.append(("item.published", content))
        elif known != content:
            said.append(("item.changed", content))
    for code, (kind, content) in sorted(before.items()):
        if code not in now and kind != "item.ended":
            said.append(("item.ended", content))
    return said
