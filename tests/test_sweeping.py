"""A test that really commits leaves the pack, the triggers and nothing else."""

import pytest
from django.db import DatabaseError, connection

from tests import city, sweeping
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_finds_the_pack_and_nothing_of_the_other(time, clock):
    assert Person.objects.count() == 0
    assert len(catalogue.items()) == 12
    city.person()
    assert Person.objects.count() == 1


def test_the_triggers_are_there_again():
    tables = ("catalogue_itemversion", "deadlines_clockentry", "events_event")
    wanted = [f"{table}_no_{verb}" for table in tables for verb in ("delete", "update")]
    assert [name for name, _ in sweeping.triggers()] == (wanted if connection.vendor == "sqlite" else [])
    for statement in ("DELETE FROM {}", "UPDATE {} SET id = id"):
        for table in ("catalogue_itemversion", "events_event"):
            with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement.format(table))
