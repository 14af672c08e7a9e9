"""What a fund can pay of what a run costs. Pure."""

from tongban.foundation.money import Fen


def pro_rata(total: Fen, budget: Fen) -> int:
    """Of every ten thousand parts, how many a fund of so much pays of so much: 10,000 where it is enough."""
    return 10_000 if total <= budget else budget * 10_000 // total


def projected(value: int, rows: int, stands_for: int) -> int:
    """What a sum over a sample of so many rows comes to for so many."""
    return value * stands_for // rows if rows else 0
