"""Tables of nothing but what rules read, standing in front of the real ones: any row can be written into them, however odd."""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, UUIDField

from tests.kernel.access.oracle import World
from tongban.kernel.access.calc import (
    All,
    Among,
    ByGrant,
    Either,
    Governed,
    Linked,
    Mandated,
    Missing,
    Never,
    Own,
    Policy,
    Recused,
    Represented,
    Rule,
    Same,
    Touches,
)

NOBODYS = "police"  # an agency for which nobody has a grant


def leaves(rule: Rule) -> Iterator[Rule]:
    """The rules within a rule that read columns of the same row."""
    if isinstance(rule, All | Either):
        for part in rule.parts:
            yield from leaves(part)
    elif isinstance(rule, Never):
        yield from leaves(rule.part)
    else:
        yield rule


class Shadows:
    """Random rows for one policy, in the database and as plain objects."""

    def __init__(self, policy: Policy, model: type[Model], world: World, rows: int) -> None:
        self.world = world
        self._count = itertools.count(1)
        self._keys = [
            uuid.uuid4() for _ in range(12)
        ]  # by which rows hang together that are no parents of each other
        self._stock: dict[type[Model], list[Any]] = {}
        rules = [leaf for line in (*policy.lines, *policy.bars) for leaf in leaves(line.rule)]
        linked = [one for one in rules if isinstance(one, Linked)]
        own = [one for one in rules if not isinstance(one, Linked)]
        self.rows = self._made(model, own, rows, also=self._from_beyond(linked))
        world.rows = [row.pk for row in self.rows]
        self.tables: dict[str, list[Any]] = {}
        for name, column in dict.fromkeys((one.model, one.column) for one in linked):
            read = [leaf for one in linked if one.model == name for leaf in leaves(one.rule)]
            self.tables[name] = self._made(apps.get_model(name), read, rows, {column: self.rows})
        for bar in [one for one in rules if isinstance(one, Touches)]:
            self.tables[bar.model] = self._hanging(bar, rows)

    def _hanging(self, bar: Touches, rows: int) -> list[Any]:
        """Rows on which those of the policy hang: some on no row, where the column may be empty."""
        model = apps.get_model(bar.model)
        keys = [row.pk for row in self.rows] if bar.at == "pk" else self._keys
        empty = [None] * 3 if model._meta.get_field(bar.column).null else []
        values = dict(self._values([Recused(bar.about)])) | {bar.column: [*keys, *empty]}
        return self._written(model, values, rows // 6, {})

    def _from_beyond(self, linked: Sequence[Linked]) -> dict[str, list[Any]]:
        """The columns of our rows that rules of the rows pointing here read back through that pointer."""
        found = {}
        for one in linked:
            back = f"{one.column.removesuffix('_id')}__"
            values = dict(self._values(list(leaves(one.rule))))
            found |= {name.removeprefix(back): some for name, some in values.items() if name.startswith(back)}
        return found

    def _made(
        self,
        model: type[Model],
        rules: Sequence[Rule],
        rows: int,
        pointing: dict[str, list[Any]] | None = None,
        also: dict[str, list[Any]] | None = None,
    ) -> list[Any]:
        values = {**(also or {}), **dict(self._values(rules))}
        own = {name: some for name, some in values.items() if "__" not in name}
        parents = {name.split("__")[0] for name in values if "__" in name}
        if not pointing or not parents <= {column.removesuffix("_id") for column in pointing}:
            for name in parents:
                about = {
                    column.split("__")[1]: some
                    for column, some in values.items()
                    if column.split("__")[0] == name and "__" in column
                }
                to = model._meta.get_field(name).related_model
                pointing = {**(pointing or {}), f"{name}_id": self._written(to, about, 10, {})}
        return self._written(model, own, rows, pointing or {})

    def _values(self, rules: Sequence[Rule]) -> Iterator[tuple[str, list[Any]]]:
        """For each column that the rules read, what may stand in it."""
        world = self.world
        found: dict[str, list[Any]] = {}
        for rule in rules:
            match rule:
                case ByGrant(_, agency, place, item):
                    found.setdefault(agency, []).extend([*world.agencies, NOBODYS])
                    found.setdefault(place, []).extend(world.places)
                    found.setdefault(item, []).extend(world.items)
                case Own(column, "organisation_id") | Represented(column) | Governed(column):
                    found.setdefault(column, []).extend([*world.organisations, None])
                case Own(column, "person_id"):
                    found.setdefault(column, []).extend([*world.people, None])
                case Own(column, "account_id"):
                    found.setdefault(column, []).extend([*world.accounts, None])
                case Recused() | Touches():
                    self._away(rule, found)
                case Among(column, options):
                    yes_no = isinstance(options[0], bool)
                    found.setdefault(column, []).extend(
                        [True, False] if yes_no else [*map(str, options), "other"]
                    )
                case Mandated(person, organisation, item):
                    found.setdefault(person, []).extend([*world.people, None])
                    found.setdefault(organisation, []).extend([*world.organisations, None])
                    found.setdefault(item, []).extend(world.items)
                case Same(column, other):
                    for name in (column, other):
                        found.setdefault(name, []).extend(world.agencies)
                case Missing(column):
                    found.setdefault(column, []).append(None)
        return iter(found.items())

    def _away(self, rule: Recused | Touches, found: dict[str, list[Any]]) -> None:
        """Of whom a row can be, or on what it hangs; its own identifier stands there anyway."""
        if isinstance(rule, Touches):
            if rule.at != "pk":
                found.setdefault(rule.at, []).extend(self._keys)
            return
        columns = rule.columns
        stock = {"person_id": self.world.people, "organisation_id": self.world.organisations}
        anybody = [*self.world.people, *self.world.organisations]
        for column in [one for one in columns if one != "id"]:
            found.setdefault(column, []).extend([*stock.get(column, anybody), None])

    def _written(
        self, model: type[Model], values: dict[str, list[Any]], rows: int, pointing: dict[str, list[Any]]
    ) -> list[Any]:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        pick = self.world.random.choice
        made = []
        for _ in range(rows):
            row = SimpleNamespace(pk=self._key(model._meta.pk))
            for column, options in values.items():
                setattr(row, "pk" if fields[column].primary_key else column, pick(options))
            for column, others in pointing.items():
                other = pick(others)
                setattr(row, column, other.pk)
                setattr(row, column.removesuffix("_id"), other)
            made.append(row)
        row_columns = [name for name in [*values, *pointing] if not fields[name].primary_key]
        table = connection.ops.quote_name(model._meta.db_table)
        columns = {model._meta.pk: "pk", **{fields[name]: name for name in row_columns}}
        names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
        places = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            schema = "public" if connection.vendor == "postgresql" else "main"
            cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {schema}.{table} LIMIT 0")
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})",
                [
                    [
                        field.get_db_prep_save(getattr(row, name), connection)
                        for field, name in columns.items()
                    ]
                    for row in made
                ],
            )
        return made

    def _key(self, field: Any) -> Any:
        return uuid.uuid4() if isinstance(field, UUIDField) else next(self._count)
