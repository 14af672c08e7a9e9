"""Postings add up to zero and are never changed; nor are shares, answers, statements and closed months."""

from django.db import migrations

from tongban.kernel.records.models import append_only

# SQLite has no deferred triggers. There a posting is the last row of its transaction: it is refused unless the entries
# that name it add up to zero, and once it stands, no further entry may name it. The reference from entry to posting
# is checked at the commit, so entries without a posting cannot stay either.
_SQLITE = [
    """CREATE TRIGGER ledger_posting_sum BEFORE INSERT ON ledger_posting
       WHEN (SELECT COUNT(*) FROM ledger_ledgerentry WHERE posting_id = NEW.id) < 2
         OR (SELECT SUM(fen) FROM ledger_ledgerentry WHERE posting_id = NEW.id) <> 0
       BEGIN SELECT RAISE(ABORT, 'entries of a posting must add up to zero'); END""",
    """CREATE TRIGGER ledger_entry_closed BEFORE INSERT ON ledger_ledgerentry
       WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id)
       BEGIN SELECT RAISE(ABORT, 'a posting that stands takes no further entry'); END""",
]
_POSTGRESQL = [
    """CREATE FUNCTION ledger_posting_sum() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF (SELECT COUNT(*) < 2 OR SUM(fen) <> 0 FROM ledger_ledgerentry
             WHERE posting_id = CASE TG_TABLE_NAME WHEN 'ledger_posting' THEN (to_jsonb(NEW)->>'id')::uuid
                                ELSE (to_jsonb(NEW)->>'posting_id')::uuid END)
         THEN RAISE EXCEPTION 'entries of a posting must add up to zero'; END IF;
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER ledger_posting_sum AFTER INSERT ON ledger_posting
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_sum()""",
    """CREATE CONSTRAINT TRIGGER ledger_entry_sum AFTER INSERT ON ledger_ledgerentry
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_sum()""",
    """CREATE FUNCTION ledger_entry_closed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id)
         THEN RAISE EXCEPTION 'a posting that stands takes no further entry'; END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_entry_closed BEFORE INSERT ON ledger_ledgerentry
       FOR EACH ROW EXECUTE FUNCTION ledger_entry_closed()""",
]


def hold(apps, schema_editor):
    """Make the triggers of this database."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_money")]
    operations = [
        append_only("ledger_posting"),
        append_only("ledger_ledgerentry"),
        append_only("ledger_payoutshare"),
        append_only("ledger_bankanswer"),
        append_only("ledger_statementline"),
        append_only("ledger_monthclose"),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
