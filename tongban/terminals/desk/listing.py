"""A queryset as the queue's pages take it: counted up to a number, so that its cost grows with the page."""

from typing import Any

from tongban.kernel.cases import queries as cases


class Rows:
    """Rows for `queue.Pages`."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self.ordered = True

    def count_up_to(self, most: int) -> int:
        """How many there are, up to a number."""
        return cases.count_up_to(self.rows, most)

    def __getitem__(self, wanted: slice) -> list[Any]:
        return list(self.rows[wanted])
