"""The database's address as Django wants it."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def databases(address: str, var: Path) -> dict[str, dict[str, Any]]:
    """SQLite in the var folder for an empty address, else PostgreSQL (postgresql://user:password@host:port/name)."""
    return {"default": _postgresql(address) if address.startswith("postgres") else _sqlite(address, var)}


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


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # The pool keeps connections; Django must then close its own at the end of each request.
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 20, "timeout": 30}},
        "CONN_MAX_AGE": 0,
    }
