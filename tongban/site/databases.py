"""The database's address as Django wants it."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tongban.site.environment import SettingProblem

# So often a statement whose SQL is written once (records.models.prepared) is sent whole, before the server keeps it.
PREPARED_AFTER = 2
# Django's PostgreSQL, which says in every transaction for whom it reads.
GUARDED = "tongban.site.postgresql"


def databases(
    address: str, var: Path, *, prepared: bool = True, reader: str = ""
) -> dict[str, dict[str, Any]]:
    """SQLite in the var folder for an empty address, else PostgreSQL (postgresql://user:password@host:port/name).

    `prepared`: the server may keep statements for as long as a connection is open. `reader`: the role in which everything
    is done, of which the database checks whose rows it reads (ADR 0047); raises SettingProblem where there is none.
    """
    if not address.startswith("postgres"):
        if reader:
            raise SettingProblem(
                sentence_zh="SQLite 没有行级安全，TONGBAN_ROW_SECURITY 只能用于 PostgreSQL。",
                sentence_en="SQLite has no row security: TONGBAN_ROW_SECURITY is for PostgreSQL only.",
                todo_zh="请改用 PostgreSQL（TONGBAN_DATABASE），或者不设 TONGBAN_ROW_SECURITY。",
                todo_en="Use PostgreSQL (TONGBAN_DATABASE), or leave TONGBAN_ROW_SECURITY empty.",
            )
        return {"default": _sqlite(address, var)}
    found = _postgresql(address, PREPARED_AFTER if prepared else None)
    if reader:
        found["ENGINE"] = GUARDED
        found["OPTIONS"]["assume_role"] = reader
    return {"default": found}


def _sqlite(address: str, var: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": address.removeprefix("sqlite:///") or str(var / "tongban.sqlite3"),
        "OPTIONS": {
            # Writers queue at the start of a transaction instead of failing in the middle of one.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;",
        },
        "CONN_MAX_AGE": None,
    }


def _postgresql(address: str, prepared_after: int | None) -> dict[str, Any]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # The pool keeps connections; Django must then close its own at the end of each request.
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": 20, "timeout": 30},
            "prepare_threshold": prepared_after,
        },
        "CONN_MAX_AGE": 0,
    }
