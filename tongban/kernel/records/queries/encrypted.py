"""What stands encrypted, and in blind indexes: for the exchange of keys and for the check that everything opens."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.db import models

from tongban.kernel.records.models import (
    BlindIndexField,
    EncryptedTextField,
    blind_indexes,
    place_of,
    unsealed,
)

Columns = list[tuple[type[models.Model], str]]


def encrypted_columns() -> Columns:
    """Every encrypted column of every table, in a fixed order."""
    return _columns(EncryptedTextField)


def indexes() -> Columns:
    """Every blind index of every table, in a fixed order."""
    return _columns(BlindIndexField)


def _columns(kind: type[models.Field]) -> Columns:
    rows = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, kind)
    ]
    return sorted(rows, key=lambda row: (row[0]._meta.db_table, row[1]))


def sealed(model: type[models.Model], column: str, pks: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, bytes]]:
    """What stands in an encrypted column of these rows, as it stands there; empty values are left out."""
    rows = model._base_manager.filter(pk__in=list(pks)).exclude(**{f"{column}__isnull": True})
    return [(pk, bytes(value)) for pk, value in rows.values_list("pk", column)]


def pages_of(model: type[models.Model], most: int) -> Iterator[list[uuid.UUID]]:
    """The keys of all rows of a table in blocks, rising."""
    last: uuid.UUID | None = None
    while True:
        rows = model._base_manager.order_by("pk")
        block = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:most])
        if not block:
            return
        yield block
        last = block[-1]


def rewritten(model: type[models.Model], column: str, pk: uuid.UUID, value: bytes) -> bytes | None:
    """A value under the key in use; None when it is so already."""
    ring = settings.KEY_RING
    if ring.written_under(value) == ring.current:
        return None
    return ring.reencrypted(value, place_of(model, column, pk))


def under_other_keys(most: int = 500) -> int:
    """How many values are not written under the key in use."""
    ring = settings.KEY_RING
    return sum(
        ring.written_under(value) != ring.current
        for model, column in encrypted_columns()
        for block in pages_of(model, most)
        for _, value in sealed(model, column, block)
    )


def unreadable(most: int = 500) -> list[str]:
    """Encrypted values that no key on the ring opens in their place (invariant I12)."""
    faults = []
    for model, column in encrypted_columns():
        for block in pages_of(model, most):
            for pk, value in sealed(model, column, block):
                try:
                    settings.KEY_RING.decrypt(value, place_of(model, column, pk))
                except (ValueError, InvalidTag, IndexError) as error:
                    faults.append(f"{model._meta.db_table}.{column} of {pk}: {type(error).__name__}")
    return faults


@dataclass(frozen=True)
class Indexed:
    """One row's blind index: what stands encrypted beside it, what it is, what it ought to be, and its copies elsewhere in the row."""

    pk: uuid.UUID
    sealed: bytes | None
    index: str
    wanted: str
    copies: tuple[str, ...]  # columns that say the same as it does, under another key than the one in use
    known: bool  # whether it is a digest of what stands beside it, under any key of the ring

    @property
    def stale(self) -> bool:
        """Whether anything here stands under another key than the one in use."""
        return self.index != self.wanted or bool(self.copies)


def indexed(model: type[models.Model], name: str, pks: Sequence[uuid.UUID]) -> list[Indexed]:
    """The blind index `name` of these rows, but for those whose value no key opens: `unreadable` names them."""
    field = model._meta.get_field(name)
    found = []
    rows = model._base_manager.filter(pk__in=list(pks)).values_list("pk", field.source, name, *field.copies)
    for pk, value, index, *copies in rows:
        content = None if value is None else bytes(value)
        try:
            plain = "" if content is None else unsealed(model, field.source, pk, content)
        except (ValueError, InvalidTag, IndexError):
            continue
        wanted, *old = blind_indexes(model, field.source, plain) if plain else [""]
        behind = tuple(one for one, copy in zip(field.copies, copies, strict=True) if copy in old)
        found.append(Indexed(pk, content, index, wanted, behind, index in (wanted, *old)))
    return found


def under_other_index_keys(most: int = 500) -> int:
    """How many blind indexes are not what they would be under the key in use."""
    return sum(
        one.stale
        for model, name in indexes()
        for block in pages_of(model, most)
        for one in indexed(model, name, block)
    )


def not_found_again(most: int = 500) -> list[str]:
    """Rows that nobody finds: their blind index is no digest of what stands encrypted beside it (invariant I12)."""
    return [
        f"{model._meta.db_table}.{name} of {one.pk} is not the index of its value"
        for model, name in indexes()
        for block in pages_of(model, most)
        for one in indexed(model, name, block)
        if not one.known
    ]
