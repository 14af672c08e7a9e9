"""The database's address as Django wants it."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# So often a statement whose SQL is written once (records.models.prepared) is sent whole, before the server keeps it.
PREPARED_AFTER = 2


def databases(address: str, var: Path, *, prepared: bool = True) -> dict[str, dict[str, Any]]:
    """SQLite in the var folder for an empty address, else PostgreSQL (postgresql://user:password@host:port/name).

    `prepared`: the server may keep statements for as long as a connection is open.
    """
    if not address.startswith("postgres"):
        return {"default": _sqlite(address, var)}
    return {"default": _postgresql(address, PREPARED_AFTER if prepared else None)}


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
