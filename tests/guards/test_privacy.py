"""Every column says how private it is, and what is sensitive is encrypted."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models

from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record

CLASSES = ("public", "internal", "personal", "sensitive")
ENCRYPTED = (EncryptedTextField, EncryptedJSONField)
BY_DEFAULT = {"id"}


def columns(model: type[models.Model]) -> dict[str, models.Field]:
    """The concrete fields of a table, by name."""
    return {field.name: field for field in model._meta.concrete_fields}


def faults(name: str, fields: dict[str, object], privacy: object) -> list[str]:
    """What is wrong with one table's declaration: fields without a class, with two, unknown or not encrypted."""
    declared = {kind: set(getattr(privacy, kind, ())) for kind in CLASSES}
    named = [field for kind in CLASSES for field in declared[kind]]
    found = [
        f"{name}.{field} has no privacy class" for field in sorted(set(fields) - set(named) - BY_DEFAULT)
    ]
    found += [
        f"{name}.{field} has {named.count(field)} classes"
        for field in sorted(set(named))
        if named.count(field) > 1
    ]
    found += [f"{name}.{field} is declared and does not exist" for field in sorted(set(named) - set(fields))]
    found += [
        f"{name}.{field} is sensitive and not encrypted"
        for field in sorted(declared["sensitive"] & set(fields))
        if not isinstance(fields[field], ENCRYPTED)
    ]
    return found


def our_models() -> list[type[models.Model]]:
    """Every table of ours, those made by a many-to-many field too."""
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("tongban.")]


def test_every_table_is_a_record():
    assert [model.__name__ for model in our_models() if not issubclass(model, Record)] == []


def test_every_column_has_one_privacy_class():
    assert our_models(), "no tables"
    found = [
        line for m in our_models() for line in faults(m.__name__, columns(m), getattr(m, "Privacy", None))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("privacy", "expected"),
    [
        (SimpleNamespace(internal={"state"}, sensitive={"id_no"}), []),
        (SimpleNamespace(sensitive={"id_no"}), ["Person.state has no privacy class"]),
        (
            SimpleNamespace(internal={"state"}, public={"state"}, sensitive={"id_no"}),
            ["Person.state has 2 classes"],
        ),
        (
            SimpleNamespace(internal={"state", "ghost"}, sensitive={"id_no"}),
            ["Person.ghost is declared and does not exist"],
        ),
        (SimpleNamespace(sensitive={"state", "id_no"}), ["Person.state is sensitive and not encrypted"]),
    ],
)
def test_planted_faults_are_found(privacy, expected):
    fields = {"id": models.UUIDField(), "state": models.CharField(), "id_no": EncryptedTextField()}
    assert faults("Person", fields, privacy) == expected
