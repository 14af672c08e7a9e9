"""`place_path__within=path`: rows of the area of a path, by an index on both databases."""

from typing import Any

from django.db import models
from django.db.models.lookups import StartsWith


@models.CharField.register_lookup
class Within(StartsWith):
    """What begins with a path. SQLite looks through every row for a LIKE; the same as a range, its index finds.

    PostgreSQL takes LIKE by an index of the operator class that the tables' indexes on paths have.
    """

    lookup_name = "within"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """LIKE, as for any other text that begins with something."""
        return str(connection.operators["startswith"] % rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """From the path to what would come after everything that begins with it."""
        column, params = self.process_lhs(compiler, connection)
        path = str(self.rhs)
        if not path:
            return f"{column} >= %s", [*params, ""]
        after = path[:-1] + chr(ord(path[-1]) + 1)
        return f"({column} >= %s AND {column} < %s)", [*params, path, *params, after]
