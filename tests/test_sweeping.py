"""A test that really commits leaves the pack, the triggers and nothing else."""

import pytest
from django.db import DatabaseError, connection

from tests import city, sweeping
from tests.packs.reading import items as pack_items
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_finds_the_pack_and_nothing_of_the_other(time, clock):
    assert Person.objects.count() == 0
    assert len(catalogue.items()) == len(pack_items())
    city.person()
    assert Person.objects.count() == 1


def test_the_triggers_are_there_again():
    tables = (
        "appeals_appealentry",
        "appeals_keyquestionentry",
        "catalogue_itemversion",
        "claims_claimcheck",
        "claims_poolcut",
        "deadlines_clockentry",
        "events_event",
        *(f"evidence_{one}" for one in ("head", "headstamp", "leaf", "subtree")),
        *(f"ledger_{one}" for one in ("bankanswer", "ledgerentry", "monthclose", "payoutshare", "posting")),
        "ledger_statementline",
        "looks_look",
        "policies_policytext",
        "policies_profilesnapshot",
    )
    wanted = [f"{table}_no_{verb}" for table in tables for verb in ("delete", "update")]
    wanted = sorted([*wanted, "ledger_entry_closed", "ledger_posting_sum"])
    assert [name for name, _ in sweeping.triggers()] == (wanted if connection.vendor == "sqlite" else [])
    for statement in ("DELETE FROM {}", "UPDATE {} SET id = id"):
        for table in ("catalogue_itemversion", "events_event"):
            with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement.format(table))
