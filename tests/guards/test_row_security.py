"""A table with personal columns says whose its rows are, or stands here with the reason why the database does not guard it yet."""

import pytest
from django.db import models

from tests.guards.test_privacy import our_models
from tongban.kernel.records.rules import PREFIX, Line, Table, account, behind, granted, people, within
from tongban.site.rowsecurity import declared, tables

# What no policy in the database guards: "Who reads it", and so why a coarse line was not found yet. Only ever shorter.
UNGUARDED = {
    "Account": "read before anybody is known; names of officers stand on every page",
    "AppealProposal": "of a cause, not of a firm",
    "Bag": "whoever sees a paper sees on its way which bag it is in",
    "BankLoan": "a bank's table, read by reckoning alone",
    "CaseSignature": "found by the number of whoever has to sign, who may have no account yet",
    "ChaseEntry": "words between offices",
    "Card": "words between offices",
    "Export": "an officer's own list",
    "FactorReset": "asked and answered by administrators alone",
    "Factor": "read before anybody is known",
    "GivenIdentity": "read while somebody shows who they are",
    "GlassReview": "an officer's reason, read by whoever reviews it",
    "Grant": "read before anybody is known",
    "Label": "words between offices",
    "Look": "written for every reader; its persons are identifiers",
    "LookAlarm": "of an officer, read by whoever supervises",
    "Match": "of two firms that found each other",
    "Message": "words between an office and an applicant",
    "Note": "words between offices",
    "Opinion": "words between offices",
    "Organisation": "public, but for the reference to its representative",
    "Pairing": "read before anybody is known",
    "Payment": "a fee, read with its case",
    "PaymentWarning": "read with its payout",
    "Person": "names stand on many pages; number and telephone are encrypted",
    "Post": "published in the market",
    "Posting": "sums without names",
    "Project": "of several offices and a firm",
    "ProjectEntry": "of several offices and a firm",
    "Promise": "of an officer's visits",
    "Rating": "published without names",
    "RemedyEntry": "words between offices",
    "SavedView": "an officer's own list",
    "SealKey": "read by sealing alone; encrypted",
    "ServiceOfficer": "named to every firm that they serve",
    "SignIn": "read before anybody is known",
    "SignedText": "found by the number of whoever has to sign, who may have no account yet",
    "SigningKey": "read by signing alone; encrypted",
    "StatementLine": "a bank's line, read by reckoning alone",
    "StoredFile": "joined to whatever it belongs to; its content is not in the database",
    "Visit": "of an officer's visits",
}


def personal(privacy: object) -> set[str]:
    """The columns that say something of somebody."""
    return {*getattr(privacy, "personal", ()), *getattr(privacy, "sensitive", ())}


def silent(found: list[type[models.Model]]) -> set[str]:
    """Tables with personal columns that do not say whose their rows are."""
    return {model.__name__ for model in found if personal(model.Privacy) and declared(model) is None}


def test_every_table_with_personal_columns_says_whose_its_rows_are():
    assert silent(our_models()) == set(UNGUARDED)
    assert all(reason.strip() for reason in UNGUARDED.values())


def test_a_planted_table_is_found():
    class Planted:
        class Privacy:
            personal = {"name"}

    class Guarded(Planted):
        class Rows:
            seen = ()

    class Heir(Guarded):
        """What a parent says counts for the parent alone."""

    assert silent([Planted, Guarded, Heir]) == {"Planted", "Heir"}


def test_columns_and_tables_that_are_asked_for_exist():
    names = {model._meta.db_table: {f.column for f in model._meta.concrete_fields} for model in our_models()}
    for table in tables():
        for line in table.lines:
            own = names[line.table] if line.table else names[table.name]
            asked = {part.split('"')[0] for part in line.sql.split('{row}."')[1:]}
            assert asked <= own, (table.name, line)
            assert not line.table or line.key in own
            assert {part.split('"')[0] for part in line.sql.split('FROM "')[1:]} <= set(names)


@pytest.mark.parametrize(
    ("line", "sql"),
    [
        (account("made_by"), '"t"."made_by" = (SELECT nullif('),
        (people("person_id", but="organisation_id"), '"t"."organisation_id" IS NULL'),
        (
            granted("case.view", "case.head"),
            '(\'|\' || "t"."agency" || \'|\' || "t"."place_path") LIKE ANY ((SELECT ',
        ),
        (within("case_id", "cases_case"), 'upper_row."id" = "t"."case_id"'),
        (behind("b", "t_id", account("who")), f'{PREFIX}t_0("t"."id")'),
    ],
)
def test_a_line_is_about_the_row(line: Line, sql: str):
    table = Table("t", [line])
    condition = table.condition()
    assert sql in condition
    assert "{row}" not in condition + "".join(table.functions)
    assert condition.startswith("(SELECT current_setting('reader.kind', true)) = 'system'\n OR ")
