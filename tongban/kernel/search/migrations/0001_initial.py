"""The full-text index (FTS5 or tsvector on the same tokens), and its state."""

from django.db import migrations, models

import tongban.foundation.ids.uuids

# Items stand in a table of their own: what else can be found is little, and must not wait for their many words.
TABLES = ("search_item", "search_other")
SQLITE = [
    """CREATE VIRTUAL TABLE {table} USING fts5(
         kind UNINDEXED, code UNINDEXED, tags UNINDEXED, label UNINDEXED, phrases UNINDEXED, pinyin UNINDEXED,
         title, words, body, tokenize = "unicode61 remove_diacritics 0")""",
]
POSTGRESQL = [
    """CREATE TABLE {table} (
         kind varchar(20) NOT NULL, code varchar(80) NOT NULL, tags text NOT NULL, label text NOT NULL,
         phrases text NOT NULL, pinyin text NOT NULL, title text NOT NULL, words text NOT NULL, body text NOT NULL,
         vector tsvector GENERATED ALWAYS AS (
           setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', words), 'B') ||
           setweight(to_tsvector('simple', body), 'D')) STORED,
         PRIMARY KEY (kind, code))""",
    "CREATE INDEX {table}_vector ON {table} USING gin (vector)",
]


def make_index(apps, schema_editor):
    for table in TABLES:
        for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
            schema_editor.execute(statement.format(table=table))


def drop_index(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="IndexState",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tongban.foundation.ids.uuids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=20, unique=True)),
                ("form", models.PositiveIntegerField()),
                ("stamp", models.UUIDField()),
                ("speech", models.JSONField(default=dict)),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_index, drop_index),
    ]
