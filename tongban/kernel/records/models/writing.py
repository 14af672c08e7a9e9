"""INSERT and UPDATE of whole rows by SQL that is written once for each table (ADR 0012).

The ORM writes the same statement anew for every row, which costs it several times what the database takes to run it.
What a field does to its value on the way (encryption, blind index, adaption to the driver) is done here by the field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections, models, transaction

from tongban.kernel.records.models import prepared

MOST_ROWS = 30  # of one statement; a longer list goes the ORM's own way


@dataclass(frozen=True)
class _Table:
    """The columns of a table in their order, and its statements."""

    fields: tuple[Any, ...]
    columns: str
    one: str  # the placeholders of a row
    insert: str
    update: str
    delete: str


@lru_cache(maxsize=500)
def _table(model: type[models.Model], vendor: str, using: str) -> _Table:
    quote = connections[using].ops.quote_name
    fields = tuple(model._meta.concrete_fields)
    name = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    changed = ", ".join(f"{quote(field.column)} = %s" for field in fields if not field.primary_key)
    key = quote(model._meta.pk.column)
    insert = f"INSERT INTO {name} ({columns}) VALUES "  # noqa: S608  # names of our own tables, values apart
    update = f"UPDATE {name} SET {changed} WHERE {key} = %s"  # noqa: S608
    return _Table(fields, columns, one, insert, update, f"DELETE FROM {name} WHERE ")  # noqa: S608


def _value(field: Any, row: models.Model, connection: Any, *, add: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add), connection=connection)


def insert(rows: Sequence[models.Model], using: str) -> None:
    """Write new rows of one table in one statement."""
    connection = connections[using]
    table = _table(type(rows[0]), connection.vendor, using)
    params = [_value(field, row, connection, add=True) for row in rows for field in table.fields]
    sql = table.insert + ", ".join([table.one] * len(rows))
    with transaction.mark_for_rollback_on_error(using), prepared.cursor(connection) as cursor:
        cursor.execute(sql, params)
    for row in rows:
        row._state.adding, row._state.db = False, using


def update(row: models.Model, using: str) -> bool:
    """Write a whole row over the one that is there; False when there is none."""
    connection = connections[using]
    table = _table(type(row), connection.vendor, using)
    params = [_value(field, row, connection, add=False) for field in table.fields if not field.primary_key]
    params.append(_value(row._meta.pk, row, connection, add=False))
    with transaction.mark_for_rollback_on_error(using), prepared.cursor(connection) as cursor:
        cursor.execute(table.update, params)
        return bool(cursor.rowcount)


def delete(model: type[models.Model], name: str, value: Any, using: str) -> int:
    """Delete the rows of which the field `name` has the value, from a table that no other points at; how many."""
    if any(relation.one_to_many or relation.one_to_one for relation in model._meta.related_objects):
        raise TypeError(
            f"other tables point at {model.__name__}: only the ORM knows what becomes of their rows"
        )
    connection = connections[using]
    field = model._meta.get_field(name)
    sql = f"{_table(model, connection.vendor, using).delete}{connection.ops.quote_name(field.column)} = %s"
    with transaction.mark_for_rollback_on_error(using), prepared.cursor(connection) as cursor:
        cursor.execute(sql, [field.get_db_prep_value(value, connection)])
        return int(cursor.rowcount)


@lru_cache(maxsize=500)
def _increase(
    model: type[models.Model], name: str, shape: tuple[tuple[str, int], ...], vendor: str, using: str
) -> str:
    quote = connections[using].ops.quote_name
    of = model._meta.get_field
    asked = " AND ".join(f"{quote(of(each).column)} IN ({', '.join(['%s'] * many)})" for each, many in shape)
    column = quote(of(name).column)
    return f"UPDATE {quote(model._meta.db_table)} SET {column} = {column} + 1 WHERE {asked}"  # noqa: S608  # as above


def increase(model: type[models.Model], name: str, key: Mapping[str, Any], using: str) -> int:
    """Add one to a column of the rows whose fields have these values (of a tuple any); how many they were."""
    connection = connections[using]
    told = {each: value if isinstance(value, tuple) else (value,) for each, value in key.items()}
    shape = tuple((each, len(value)) for each, value in told.items())
    fields = model._meta.get_field
    params = [
        fields(each).get_db_prep_value(one, connection) for each, value in told.items() for one in value
    ]
    with transaction.mark_for_rollback_on_error(using), prepared.cursor(connection) as cursor:
        cursor.execute(_increase(model, name, shape, connection.vendor, using), params)
        return int(cursor.rowcount)


def is_plain(rows: Sequence[models.Model]) -> bool:
    """Whether every value is one, and not an expression that the database has to compute."""
    return not any(hasattr(value, "resolve_expression") for row in rows for value in row.__dict__.values())
