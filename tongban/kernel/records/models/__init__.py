"""The base of every table, guarded against writes from outside an action, and the encrypted columns."""

import json
import uuid
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, migrations, models

from tongban.foundation.ids import uuid7
from tongban.kernel.records.models import within as _within  # noqa: F401  # brings the lookup `within`
from tongban.kernel.records.models import writing

in_action: ContextVar[bool] = ContextVar("tongban_writing", default=False)


class WriteOutsideAction(RuntimeError):
    """Something wrote to a table without an action: move the write into the package's `actions.py`."""


def require_action(model: type[models.Model]) -> None:
    """Raise WriteOutsideAction unless an action is running."""
    if not in_action.get():
        raise WriteOutsideAction(f"{model.__name__} may only be written by a function decorated with @action")


class GuardedQuerySet(models.QuerySet):
    """A queryset whose bulk writes need a running action."""

    def update(self, **values: Any) -> int:
        require_action(self.model)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_action(self.model)
        return super().delete()

    def erase(self, name: str, value: Any) -> int:
        """Delete the rows of which the field `name` has the value; nothing may point at the table. How many they were."""
        require_action(self.model)
        return writing.delete(self.model, name, value, self.db)

    def increase(self, name: str, **key: Any) -> int:
        """Add one to the column `name` of the rows whose fields have these values, a tuple's any; how many they were.

        Of the whole table only: raises TypeError after a `filter`, which its SQL, written once, would not contain.
        """
        require_action(self.model)
        if self.query.where:
            raise TypeError("increase asks for its rows by the values that it is given, not by a filter")
        return writing.increase(self.model, name, key, self.db)

    def bulk_create(self, objs, *args: Any, **kwargs: Any):
        require_action(self.model)
        rows = list(objs)
        if args or kwargs or not 0 < len(rows) <= writing.MOST_ROWS or not writing.is_plain(rows):
            return super().bulk_create(rows, *args, **kwargs)
        writing.insert(rows, self.db)
        return rows

    def bulk_update(self, objs, *args: Any, **kwargs: Any):
        require_action(self.model)
        return super().bulk_update(objs, *args, **kwargs)


class Record(models.Model):
    """A row with a time-ordered identifier made by us, so that encryption can bind to it before the insert."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    class Privacy:
        public = {"id"}

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_action(type(self))
        using = self._state.db or DEFAULT_DB_ALIAS
        whole = not self.get_deferred_fields() and writing.is_plain([self])
        if whole and not args and kwargs == {"force_insert": True}:
            writing.insert([self], using)
        elif not (
            whole and not args and not kwargs and not self._state.adding and writing.update(self, using)
        ):
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        require_action(type(self))
        return super().delete(*args, **kwargs)


def _place(field: models.Field, row: models.Model) -> str:
    return _place_of(field, row.pk)


def _place_of(field: models.Field, pk: Any) -> str:
    key = pk if isinstance(pk, uuid.UUID) else uuid.UUID(str(pk))
    return f"{field.model._meta.db_table}|{field.column}|{key}"


def place_of(model: type[models.Model], column: str, pk: uuid.UUID) -> str:
    """What an encrypted value of this column and row is bound to."""
    return _place_of(model._meta.get_field(column), pk)


def unsealed(model: type[models.Model], column: str, pk: uuid.UUID, sealed: Any) -> Any:
    """What an encrypted column of the row `pk` says, for reads that name their columns and make no row of the answer."""
    field = model._meta.get_field(column)
    return field.to_plain(settings.KEY_RING.decrypt(bytes(sealed), _place_of(field, pk)))


class _Unsealing:
    """Attribute of an encrypted column: decrypts on first read, so a list that never shows it never pays."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type | None = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, (bytes, memoryview)):
            value = self.field.to_plain(settings.KEY_RING.decrypt(bytes(value), _place(self.field, row)))
            row.__dict__[name] = value
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):
    """Text encrypted under the key ring and bound to table, column and row."""

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        setattr(cls, self.attname, _Unsealing(self))

    def to_plain(self, text: str) -> Any:
        """From the decrypted text to the value the program sees."""
        return text

    def to_text(self, value: Any) -> str:
        """From the value the program sees to the text that is encrypted."""
        return str(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, (bytes, memoryview)):
            return value  # unread since it was loaded: the ciphertext stays as it is
        return settings.KEY_RING.encrypt(self.to_text(value), _place(self, model_instance))

    def value_from_object(self, obj: models.Model) -> Any:
        return getattr(obj, self.attname)

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else (None if self.null else "")


class EncryptedJSONField(EncryptedTextField):
    """A JSON document encrypted as a whole."""

    def to_plain(self, text: str) -> Any:
        return json.loads(text)

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else (None if self.null else {})


class BlindIndexField(models.CharField):
    """Keyed digest of another column, kept in step on every save; equality search only.

    `copies` are columns of the same row into which it may have been written: they go to another key together.
    """

    def __init__(self, *args: Any, source: str = "", copies: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        self.source, self.copies = source, tuple(copies)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if isinstance(model_instance.__dict__.get(self.source), (bytes, memoryview)):
            return model_instance.__dict__.get(self.attname, "")  # source unread, so unchanged
        plain = getattr(model_instance, self.source)
        digest = blind_index(self.model, self.source, plain) if plain else ""
        setattr(model_instance, self.attname, digest)
        return digest


def blind_index(model: type[models.Model], source: str, plain: str) -> str:
    """The digest that the blind index of `model.source` has for `plain` when it is written now."""
    return settings.KEY_RING.blind_index(f"{model._meta.db_table}.{source}", plain)


def blind_indexes(model: type[models.Model], source: str, plain: str) -> list[str]:
    """The digests under which `plain` is found in the blind index of `model.source`: two while keys are exchanged."""
    return settings.KEY_RING.blind_indexes(f"{model._meta.db_table}.{source}", plain)


def exchanging_indexes() -> bool:
    """Whether equal values may stand under two digests in one blind index: its key is being exchanged."""
    return len(settings.KEY_RING.index_keys) > 1


_SQLITE_REFUSAL = [
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
]
_SQLITE_NEW_KEYS = [
    "DROP TRIGGER {table}_no_update",
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed}
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
]
_POSTGRESQL_NEW_KEYS = [
    "DROP TRIGGER {table}_append_only ON {table}",
    """CREATE TRIGGER {table}_append_only BEFORE DELETE ON {table}
       FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
    """CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table}
       FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_refuse()""",
]
_POSTGRESQL_REFUSAL = [
    """CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '{table} is append-only'; END $$""",
    """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
       FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
]


def bears_new_keys(table: str, rest: Sequence[str]) -> migrations.RunPython:
    """A migration operation after which an append-only table lets its encrypted columns be written under another key.

    The `rest` of its columns stays refused. What was encrypted is held by a digest among them, so that another text is found.
    """

    def forward(apps: Any, schema_editor: Any) -> None:
        sqlite = schema_editor.connection.vendor == "sqlite"
        changed = " OR ".join(
            f"NEW.{name} IS NOT OLD.{name}" if sqlite else f"NEW.{name} IS DISTINCT FROM OLD.{name}"
            for name in (f'"{one}"' for one in rest)
        )
        for statement in _SQLITE_NEW_KEYS if sqlite else _POSTGRESQL_NEW_KEYS:
            schema_editor.execute(statement.format(table=table, changed=changed))

    return migrations.RunPython(forward, migrations.RunPython.noop)


def append_only(table: str) -> migrations.RunPython:
    """A migration operation after which the database itself refuses to change or delete rows of `table`."""

    def forward(apps: Any, schema_editor: Any) -> None:
        sqlite = schema_editor.connection.vendor == "sqlite"
        for statement in _SQLITE_REFUSAL if sqlite else _POSTGRESQL_REFUSAL:
            schema_editor.execute(statement.format(table=table))

    return migrations.RunPython(forward, migrations.RunPython.noop)


def kept_until(table: str, column: str) -> migrations.RunPython:
    """A migration operation after `bears_new_keys`: rows of the append-only `table` may be deleted after the day in `column`.

    By the database's own day, so that nobody's clock shortens what has to be kept.
    """

    def forward(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            statements = [
                f"DROP TRIGGER {table}_no_delete",
                f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN OLD.{column} >= date('now')
                    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
            ]
        else:
            statements = [
                f"DROP TRIGGER {table}_append_only ON {table}",
                f"""CREATE TRIGGER {table}_append_only BEFORE DELETE ON {table} FOR EACH ROW
                    WHEN (OLD.{column} >= CURRENT_DATE) EXECUTE FUNCTION {table}_refuse()""",
            ]
        for statement in statements:
            schema_editor.execute(statement)

    return migrations.RunPython(forward, migrations.RunPython.noop)
