"""Reads whose SQL is written once: the hot paths ask the same questions in every request, only with other values."""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError

from tongban.foundation.time import SHANGHAI
from tongban.kernel.records.models import prepared

M = TypeVar("M")
R = TypeVar("R")

MOST_SHAPES = 512  # texts of SQL held for one read: one for each set of grants, filters and length of a list
Value = uuid.UUID | date | datetime | str | int | None
_YEARS = (9871, 9872)  # of the moments and days that mark holes

# What was asked so far by the write or the page in work.
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("tongban_answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, what goes through `once` is asked once: the span of one write, or of one page that changes nothing."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(question: Hashable, ask: Callable[[], R]) -> R:
    """The answer of `ask`, asked once where answers are remembered, else every time.

    For settings and counts that many steps of one piece of work look at. Who changes what was asked calls `forget`.
    """
    known = _answers.get()
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    return known[question]


def forget(question: Hashable) -> None:
    """The next `once` asks anew: the rows behind the answer were changed."""
    known = _answers.get()
    if known is not None:
        known.pop(question, None)


class Unordered(TypeError):
    """Many rows were asked for in no order: they come as they happen to lie, and differ between databases."""


@dataclass(frozen=True)
class _Shape:
    """The SQL of a read with holes where its values go, and how to make of an answer what the caller reads."""

    sql: str
    params: tuple[Any, ...]
    holes: tuple[tuple[int, int], ...]  # (position in params, number of the value)
    ordered: bool
    locks: bool
    model: type[models.Model]
    make: Callable[[Any, list[Any]], list[Any]]

    def filled(self, values: Sequence[Any]) -> list[Any]:
        params = list(self.params)
        for position, number in self.holes:
            params[position] = values[number]
        return params


class Kept(Generic[M]):
    """A read that the ORM writes once for each shape, kept as text and filled with values at every call.

    `build` gets the values, then what decides the shape, and returns a queryset; it has to treat the values as
    opaque. Values are identifiers, days, moments, texts and numbers; a list or tuple of them counts as its members,
    and its length belongs to the shape, as it does which values are None. What decides the shape (`by`: grants,
    filters) is any hashable. The policy of a table stays where it is, in the queryset: what is saved is only the
    writing of the same SQL, which costs the ORM several times what a small query costs the database.

    `planned_anew`: the database plans it with its values each time, because of many rows the best way depends on them.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any]], *, planned_anew: bool = False) -> None:
        self.build = build
        self.planned_anew = planned_anew
        self._shapes: OrderedDict[Hashable, _Shape] = OrderedDict()
        self._lock = Lock()

    def all(self, *values: Any, by: tuple[Hashable, ...] = ()) -> list[M]:
        """All rows, in the queryset's order; of `values_list` tuples. Raises Unordered."""
        shape, rows = self._run(values, by)
        if not shape.ordered:
            raise Unordered(f"{shape.model.__name__} is read in no order")
        return shape.make(connections[DEFAULT_DB_ALIAS], rows)

    def first(self, *values: Any, by: tuple[Hashable, ...] = ()) -> M | None:
        """The first row or None."""
        shape, rows = self._run(values, by)
        return next(iter(shape.make(connections[DEFAULT_DB_ALIAS], rows)), None)

    def count(self, *values: Any, by: tuple[Hashable, ...] = ()) -> int:
        """How many rows there are."""
        _shape, rows = self._run(values, by, "SELECT COUNT(*) FROM ({}) counted")
        return int(rows[0][0]) if rows else 0

    def _run(
        self, values: tuple[Any, ...], by: tuple[Hashable, ...], around: str = "{}"
    ) -> tuple[_Shape, list[Any]]:
        connection = connections[DEFAULT_DB_ALIAS]
        flat = list(_flat(values))
        shape = self._shape(connection, values, by)
        if not shape.sql:  # nothing can fulfil the conditions, as with a right that nobody granted
            return shape, []
        if shape.locks and connection.features.has_select_for_update and connection.get_autocommit():
            raise TransactionManagementError("a row can only be locked inside a transaction")
        with prepared.cursor(connection, planned_anew=self.planned_anew) as cursor:
            cursor.execute(around.format(shape.sql), shape.filled([_stored(connection, v) for v in flat]))
            return shape, cursor.fetchall()

    def _shape(self, connection: Any, values: tuple[Any, ...], by: tuple[Hashable, ...]) -> _Shape:
        key = (connection.vendor, by, *map(_form, values))
        with self._lock:
            held = self._shapes.get(key)
            if held is not None:
                self._shapes.move_to_end(key)
                return held
        made = self._write(connection, values, by)
        with self._lock:
            self._shapes[key] = made
            if len(self._shapes) > MOST_SHAPES:
                self._shapes.popitem(last=False)
        return made

    def _write(self, connection: Any, values: tuple[Any, ...], by: tuple[Hashable, ...]) -> _Shape:
        marks = _marks(values)
        rows = self.build(*marks, *by)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return _Shape("", (), (), ordered=True, locks=False, model=rows.model, make=lambda _c, _r: [])
        numbers = {
            _stored(connection, mark): number for number, mark in enumerate(_flat(marks)) if mark is not None
        }
        holes = []
        for position, param in enumerate(params):
            if isinstance(param, Hashable) and param in numbers:
                holes.append((position, numbers[param]))
            elif _is_marked(param):
                raise TypeError(f"a value of a kept read reaches its SQL changed: {param!r}")
        locks = rows.query.select_for_update
        make = _maker(compiler, whole=rows._iterable_class is ModelIterable)
        return _Shape(sql, tuple(params), tuple(holes), rows.ordered, locks, rows.model, make)


def attach(rows: Sequence[Any], relation: str, column: str, children: Iterable[Any]) -> None:
    """Put rows that point here by `column` on those they point at, as if `relation` had been prefetched."""
    held: dict[Any, list[Any]] = {row.pk: [] for row in rows}
    for child in children:
        held[getattr(child, column)].append(child)
    for row in rows:
        found = models.QuerySet(row._meta.get_field(relation).related_model)
        found._result_cache, found._prefetch_done = held[row.pk], True
        row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = found


def _form(value: Any) -> Hashable:
    """What of a value decides the shape: its type; of several their number, and where one of them is None."""
    if not isinstance(value, (list, tuple)):
        return type(value)
    # A condition drops what is None, so a list with one may not lend its SQL to a list without.
    return tuple(one is None for one in value) if None in value else len(value)


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from value
        else:
            yield value


def _marks(values: tuple[Any, ...]) -> list[Any]:
    """Values of the same types that occur nowhere else, by which the holes are found in the SQL's parameters."""
    number = iter(range(10_000))
    return [
        [_mark(one, next(number)) for one in value]
        if isinstance(value, (list, tuple))
        else _mark(value, next(number))
        for value in values
    ]


def _mark(value: Value, number: int) -> Value:
    match value:
        case None:
            return None
        case uuid.UUID():
            return uuid.UUID(int=(0xFACE << 112) + number)
        case datetime():
            return datetime(_YEARS[0], 1, 1, number // 3600, number // 60 % 60, number % 60, tzinfo=SHANGHAI)
        case date():
            return date.fromordinal(date(_YEARS[1], 1, 1).toordinal() + number)
        case str():
            return f"\ue000{number}\ue001"
        case int() if not isinstance(value, bool):
            return -987_654_321_000 - number
    raise TypeError(f"{type(value).__name__} decides the shape of a read; it is not one of its values")


def _is_marked(param: Any) -> bool:
    """Whether a parameter was made of a mark, as a pattern for LIKE is: its value would be lost."""
    text = str(param)
    return "\ue000" in text or "face0000" in text.replace("-", "") or text.startswith(("9871-", "9872-"))


def _stored(connection: Any, value: Any) -> Any:
    """The value as the database's driver takes it."""
    match value:
        case uuid.UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value


def _maker(compiler: Any, *, whole: bool) -> Callable[[Any, list[Any]], list[Any]]:
    """How rows become instances of the model with their related ones, or tuples where the queryset names its columns."""
    converters = list(compiler.get_converters([column[0] for column in compiler.select]).items())
    info = compiler.klass_info

    def converted(connection: Any, rows: list[Any]) -> list[Any]:
        if not converters:
            return rows
        found = [list(row) for row in rows]
        for position, (functions, expression) in converters:
            for row in found:
                value = row[position]
                for function in functions:
                    value = function(value, expression, connection)
                row[position] = value
        return found

    if not whole or info is None:
        return lambda connection, rows: [tuple(row) for row in converted(connection, rows)]
    selected = info["select_fields"]
    first, last = selected[0], selected[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)
    model = info["model"]

    def instances(connection: Any, rows: list[Any]) -> list[Any]:
        found = []
        for row in converted(connection, rows):
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populator in related:
                populator.populate(row, one)
            found.append(one)
        return found

    return instances
