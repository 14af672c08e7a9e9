"""The full-text index (FTS5 or tsvector on the same tokens), and versions that cannot be changed."""

from django.db import migrations

from tongban.kernel.records.models import append_only

SQLITE = [
    """CREATE VIRTUAL TABLE catalogue_search USING fts5(
         item_code UNINDEXED, title, words, body, pinyin UNINDEXED, tokenize = "unicode61 remove_diacritics 0")""",
]
POSTGRESQL = [
    """CREATE TABLE catalogue_search (
         item_code varchar(60) PRIMARY KEY, title text NOT NULL, words text NOT NULL, body text NOT NULL,
         pinyin text NOT NULL,
         vector tsvector GENERATED ALWAYS AS (
           setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', words), 'B') ||
           setweight(to_tsvector('simple', body), 'D')) STORED)""",
    "CREATE INDEX catalogue_search_vector ON catalogue_search USING gin (vector)",
]


def make_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [
        migrations.RunPython(make_index, migrations.RunPython.noop),
        append_only("catalogue_itemversion"),
    ]
