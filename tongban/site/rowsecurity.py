"""Lets the database guard rows: the role, its rights, and a policy for every table that declares whose its rows are (ADR 0047)."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from tongban.foundation.errors import Problem
from tongban.foundation.readers import NOBODY, reading_as, reading_everything
from tongban.kernel.records.rules import PREFIX, REACH, Table, unguarded
from tongban.site.databases import databases


class NoRowSecurity(Problem):
    """The database cannot guard rows, or was not told for which role."""

    code = "row_security.none"
    status = 409


def require_postgresql() -> None:
    """Raise NoRowSecurity where the database has none."""
    if connection.vendor != "postgresql":
        raise NoRowSecurity(
            sentence_zh="SQLite 没有行级安全。",
            sentence_en="SQLite has no row security.",
            todo_zh="请改用 PostgreSQL（TONGBAN_DATABASE）。",
            todo_en="Use PostgreSQL (TONGBAN_DATABASE).",
        )


def tables() -> list[Table]:
    """Every table that says whose its rows are, by name, with what other tables say of it."""
    every = {model: declared(model) for model in apps.get_models(include_auto_created=True)}
    said = {model: list(rows.seen) for model, rows in every.items() if rows is not None}
    for rows in every.values():
        for opened, lines in getattr(rows, "opens", {}).items():
            said[apps.get_model(opened) if isinstance(opened, str) else opened].extend(lines)
    found = [Table(model._meta.db_table, lines) for model, lines in said.items()]
    return sorted(found, key=lambda one: one.name)


def declared(model: type[models.Model]) -> Any:
    """What a model itself says of its rows, or None."""
    return model.__dict__.get("Rows")


@contextmanager
def as_owner() -> Iterator[None]:
    """Within, this process works in the database as the owner of its tables, and reads for the platform."""
    if not settings.ROW_SECURITY:
        with reading_everything():
            yield
        return
    before = connection.settings_dict
    owner = databases(settings.OWNER_ADDRESS, settings.VAR)["default"]
    _reconnect(
        {**deepcopy(before), **{k: owner[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}}
    )
    try:
        with reading_everything():
            yield
    finally:
        _reconnect(before)


def _reconnect(options: dict[str, Any]) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict = options


def guard(role: str) -> int:
    """Make the role, give it its rights, guard every table that declares whose its rows are; returns how many. Repeatable.

    As the owner, in one transaction: nobody meets half of it.
    """
    require_postgresql()
    found = tables()
    with transaction.atomic(), connection.cursor() as cursor:
        _make(cursor, role)
        _unguard(cursor)
        cursor.execute(REACH)
        for table in found:
            for statement in table.statements():
                cursor.execute(statement)
    return len(found)


def _make(cursor: Any, role: str) -> None:
    """The role: no login of its own unless somebody gave it one, no power over rows, no table of its own."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    name = connection.ops.quote_name(role)
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {name} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    cursor.execute("SELECT current_user, current_schema()")
    owner, schema = cursor.fetchone()
    cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [owner, role])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {name} TO {connection.ops.quote_name(owner)}")
    where = connection.ops.quote_name(schema)
    rights = "SELECT, INSERT, UPDATE, DELETE"
    for statement in (
        f"GRANT USAGE ON SCHEMA {where} TO {name}",
        f"GRANT {rights} ON ALL TABLES IN SCHEMA {where} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {where} TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {where} GRANT {rights} ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {where} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
    ):
        cursor.execute(statement)


def _unguard(cursor: Any) -> int:
    """Take policies and functions of ours away; returns how many tables were guarded."""
    ours = PREFIX.replace("_", "\\_") + "%"
    cursor.execute(
        "SELECT DISTINCT tablename FROM pg_policies"
        " WHERE schemaname = current_schema() AND policyname LIKE %s ORDER BY tablename",
        [ours],
    )
    names = [name for (name,) in cursor.fetchall()]
    for name in names:
        for statement in unguarded(name):
            cursor.execute(statement)
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND proname LIKE %s",
        [ours],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {name}")
    return len(names)


def unguard() -> int:
    """Take every guard away again, as the owner; the role stays. Returns how many tables had one."""
    require_postgresql()
    with transaction.atomic(), connection.cursor() as cursor:
        return _unguard(cursor)


@dataclass(frozen=True)
class Standing:
    """How the database guards rows: in which role we work, what stands against that role, which tables are guarded."""

    role: str
    powers: tuple[str, ...]
    guarded: tuple[str, ...]
    missing: tuple[str, ...]
    open_to_nobody: bool
    login: str = (
        ""  # a login that could lay the role off and be the owner or a superuser; empty: it could not
    )

    @property
    def holds(self) -> bool:
        """Whether the guard is whole."""
        return not self.powers and not self.missing and self.open_to_nobody


def standing() -> Standing:
    """How it stands, asked in the role in which the program works."""
    require_postgresql()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, session_user,"
            " (SELECT outer_role.rolsuper FROM pg_roles outer_role WHERE outer_role.rolname = session_user)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role, *powers, login, mighty = cursor.fetchone()
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, pg_get_userbyid(relowner)"
            " FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        known = {name: (on, owner) for name, on, owner in cursor.fetchall()}
    owners = {owner for _, owner in known.values()}
    said = {one.name for one in tables()}
    names = [name for name, held in zip(("SUPERUSER", "BYPASSRLS"), powers, strict=True) if held]
    names += ["OWNER"] if role in owners else []
    freed = login if mighty or login in owners else ""
    guarded = tuple(sorted(name for name in said if known.get(name, (False,))[0]))
    missing = tuple(sorted(said - set(guarded)))
    return Standing(role, tuple(names), guarded, missing, _nothing_unsaid(guarded), freed)


def _nothing_unsaid(names: tuple[str, ...]) -> bool:
    """Whether whoever does not say for whom they read reads nothing."""
    with reading_as(NOBODY), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')  # noqa: S608  # names of our own tables
            if cursor.fetchone()[0]:
                return False
    return True
