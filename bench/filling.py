"""Fills an installation with very many cases: `python -m bench.filling NUMBER`, in the environment of a product.

The cases of the demo city, which its actions made, are copied where they lie. What is encrypted is bound to its row:
open cases and one in twenty of the others get columns of their own, which pages can decrypt, with their materials and
history; the rest keep the bytes of their model, as long as real ones and unreadable.
"""

import hashlib
import random
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

OPEN_SHARE = 0.05
READABLE_EVERY = 20
CASES_OF_A_PERSON = 10
CASES_OF_A_FIRM = 50
YEARS = 3

# Every second case is this agency's, whose officers are measured: a large department of a large city.
AGENCY = "market-regulation"
_PLAN = """
CREATE UNLOGGED TABLE bench_case AS
WITH model AS (
  SELECT id, is_open, submitted_at, place_path, organisation_id IS NOT NULL AS of_firm,
         mine, row_number() OVER (PARTITION BY is_open, mine ORDER BY id) - 1 AS number,
         count(*) OVER (PARTITION BY is_open, mine) AS many
  FROM (SELECT *, closed_at IS NULL AND decided_at IS NULL AS is_open, agency = %(agency)s AS mine
        FROM cases_case WHERE state <> 'draft') AS one
), town AS (
  SELECT path, row_number() OVER (ORDER BY path) - 1 AS number, count(*) OVER () AS many
  FROM places_place WHERE path LIKE '%%/%%/' AND path NOT LIKE '%%/%%/%%/'
), spread AS (
  SELECT n, n >= %(ended)s AS is_open, n >= %(ended)s OR n %% %(every)s = 0 AS readable,
         CASE WHEN n >= %(ended)s THEN n %% 12 ELSE 30 + (%(days)s * (1 - n / %(ended)s::float))::int END AS back
  FROM generate_series(0, %(cases)s - 1) AS n
), dated AS (
  SELECT spread.n, spread.is_open, spread.readable, model.id AS model, model.of_firm,
         CASE WHEN spread.is_open THEN -back
              ELSE current_date - back - model.submitted_at::date END AS shift,
         CASE WHEN model.place_path LIKE '%%/%%/' THEN town.path ELSE model.place_path END AS place,
         model.submitted_at
  FROM spread
  JOIN model ON model.is_open = spread.is_open AND model.mine = (spread.n %% 2 = 0)
    AND model.number = spread.n / 2 %% model.many
  JOIN town ON town.number = (spread.n / 7) %% town.many
)
SELECT n, is_open, readable, model, of_firm, shift, place,
  (lpad(to_hex((extract(epoch FROM submitted_at + shift * interval '1 day') * 1000)::bigint), 12, '0') || '7'
   || lpad(to_hex(n & 4095), 3, '0') || '8' || substr(md5('case' || n), 1, 15))::uuid AS id,
  CASE WHEN readable THEN n %% %(known)s ELSE %(known)s + n %% (%(people)s - %(known)s) END AS person,
  CASE WHEN readable THEN n %% %(known_firms)s ELSE %(known_firms)s + n %% (%(firms)s - %(known_firms)s) END AS firm
FROM dated
"""
# Tables of a case: their column that leads to it, and whether every case has its rows or only the readable ones.
_BELOW = [
    ("cases_casestep", "case_id", False),
    ("cases_supplement", "case_id", False),
    ("deadlines_clock", "subject_id", True),
    ("cases_workitem", "case_id", True),
    ("cases_casematerial", "case_id", True),
    ("cases_deferral", "case_id", True),
    ("cases_pause", "case_id", True),
    ("cases_extension", "case_id", True),
    ("cases_hearing", "case_id", True),
    ("cases_commitmentcheck", "case_id", True),
    ("events_event", "subject_id", True),
]
_NEW_ID = (
    "(substr(replace(b.id::text, '-', ''), 1, 12) || '7' || substr(md5(b.n || {0}::text), 1, 3) || '8'"
    " || substr(md5(b.n || {0}::text), 4, 15))::uuid"
)

# The same for rows that are read in the order in which they were made; `turn` is their number among those of their case.
_ORDERED_ID = (
    "(substr(replace(b.id::text, '-', ''), 1, 12) || '7' || lpad(to_hex(r.turn), 3, '0')"
    " || '8' || substr(md5(b.n || r.id::text), 4, 15))::uuid"
)


class Filling:
    """One filling, over one connection."""

    def __init__(self, connection: Any, cases: int) -> None:
        from django.conf import settings

        self.db, self.cases, self.ring = connection, cases, settings.KEY_RING
        self.people, self.firms = max(cases // CASES_OF_A_PERSON, 20), max(cases // CASES_OF_A_FIRM, 20)
        self.known, self.known_firms = self.people // 10, self.firms // 10
        self.dice = random.Random(cases)
        self._begun = time.perf_counter()

    def run(self) -> None:
        """All of it."""
        # Keys to other tables are not looked up again for each copied row, and the disk is awaited once, at the end.
        self.db.execute("SET session_replication_role = replica")
        self.db.execute("SET synchronous_commit = off")
        self.db.execute("SET work_mem = '256MB'")
        self.db.execute("SET maintenance_work_mem = '512MB'")
        self._people()
        self._firms()
        self._say("people and firms")
        numbers = {
            "agency": AGENCY,
            "cases": self.cases,
            "ended": int(self.cases * (1 - OPEN_SHARE)),
            "every": READABLE_EVERY,
            "days": 365 * YEARS,
            "people": self.people,
            "known": self.known,
            "firms": self.firms,
            "known_firms": self.known_firms,
        }
        self.db.execute(_PLAN, numbers)
        self.db.execute("CREATE UNIQUE INDEX ON bench_case (n)")
        self.db.execute("ANALYZE bench_case")
        indexes = self._without_indexes("cases_case", "cases_casestep")
        self._cases()
        self._say("cases")
        for table, key, readable in _BELOW:
            self._below(table, key, readable=readable)
        self._entries()
        self._say("steps, tasks, clocks, history")
        for definition in indexes:
            self.db.execute(definition)
        self._say("indexes")
        self.db.execute("RESET session_replication_role")
        self.db.execute("VACUUM ANALYZE")
        self._say("VACUUM ANALYZE")

    def _without_indexes(self, *tables: str) -> list[str]:
        """Drop what is slower to keep than to make anew; returns how to make it."""
        rows = self.db.execute(
            "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_class t ON t.oid = x.indrelid WHERE t.relname = ANY(%s) AND NOT x.indisunique",
            [list(tables)],
        ).fetchall()
        for name, _ in rows:
            self.db.execute(f'DROP INDEX "{name}"')
        return [definition for _, definition in rows]

    def _say(self, what: str) -> None:
        print(f"  {what}: {time.perf_counter() - self._begun:.0f} s", flush=True)

    def _copy(self, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self.db.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _seal(self, text: str, table: str, column: str, id: uuid.UUID) -> bytes:
        return self.ring.encrypt(text, f"{table}|{column}|{id}")

    def _people(self) -> None:
        from tongban.foundation.ids import make_resident_id, uuid7
        from tongban.foundation.packs import read_yaml
        from tongban.site.environment import pack_folder

        words = read_yaml(pack_folder() / "demo.yaml", name="demo.yaml").data["random"]
        self.words = words
        now = self.db.execute("SELECT now()").fetchone()[0]
        ids = [uuid7() for _ in range(self.people)]

        def rows() -> Iterator[tuple[Any, ...]]:
            for number, id in enumerate(ids):
                day = (
                    f"{1940 + number // 323_676:04}{number // 26_973 % 12 + 1:02}{number // 999 % 27 + 1:02}"
                )
                # Registered elsewhere, or a number may be that of somebody in the demo city.
                id_no = make_resident_id(f"442000{day}{number % 999:03}")
                phone = f"137{number:08}"
                name = self.dice.choice(words["surnames"]) + "".join(self.dice.choices(words["given"], k=2))
                yield (
                    id,
                    name,
                    "111",
                    self._seal(id_no, "parties_person", "id_no", id),
                    self.ring.blind_index("parties_person.id_no", id_no),
                    self._seal(phone, "parties_person", "phone", id),
                    self.ring.blind_index("parties_person.phone", phone),
                    "441900/",
                    now,
                )

        columns = "id, name, id_type, id_no, id_no_index, phone, phone_index, place_path, registered_at"
        self._copy("parties_person", columns, rows())
        self._numbered("bench_person", ids)
        self._facts("person", ids[: self.known])

    def _firms(self) -> None:
        from tongban.foundation.ids import make_uscc, uuid7

        now = self.db.execute("SELECT now()").fetchone()[0]
        ids = [uuid7() for _ in range(self.firms)]
        trades = [trade["word"] for trade in self.words["trades"]]

        def rows() -> Iterator[tuple[Any, ...]]:
            for number, id in enumerate(ids):
                name = "东莞市" + self.dice.choice(self.words["firm_words"])
                name += "".join(self.dice.choices(self.words["given"], k=2)) + self.dice.choice(trades)
                yield id, name, make_uscc(f"91441900MB{number:07}"), "company", "441900/", now

        self._copy("parties_organisation", "id, name, uscc, kind, place_path, registered_at", rows())
        self._numbered("bench_firm", ids)
        self._facts("organisation", ids[: self.known_firms])

    def _numbered(self, table: str, ids: list[uuid.UUID]) -> None:
        self.db.execute(f"CREATE UNLOGGED TABLE {table} (n int PRIMARY KEY, id uuid)")
        self._copy(table, "n, id", enumerate(ids))

    def _facts(self, kind: str, ids: list[uuid.UUID]) -> None:
        """What is known of the subject of whom most is known, for each of these, under its own keys."""
        from django.db.models import Count

        from tongban.foundation.ids import uuid7
        from tongban.kernel.parties.models import Fact

        most = Fact.objects.filter(subject_kind=kind).values("subject_id").annotate(many=Count("pk"))
        of = most.order_by("-many")[0]["subject_id"]
        field = Fact._meta.get_field("value")
        known = [(f, field.to_text(f.value)) for f in Fact.objects.filter(subject_id=of)]

        def rows() -> Iterator[tuple[Any, ...]]:
            for subject in ids:
                for fact, text in known:
                    id = uuid7()
                    value = self._seal(text, "parties_fact", "value", id)
                    yield id, kind, subject, fact.name, value, fact.source, fact.as_of, fact.state

        self._copy("parties_fact", "id, subject_kind, subject_id, name, value, source, as_of, state", rows())

    def _cases(self) -> None:
        own = {
            "id": "b.id",
            "person_id": "p.id",
            "organisation_id": "CASE WHEN b.of_firm THEN f.id END",
            "applicant_name": "CASE WHEN b.of_firm THEN fo.name ELSE po.name END",
            "place_path": "b.place",
            "short_no": "regexp_replace(r.short_no, '[0-9]{8}-.*', '') || 'X' || lpad(b.n::text, 8, '0')",
            "case_no": "substr(r.case_no, 1, 31) || lpad(b.n::text, 8, '0')",
        }
        joins = (
            "JOIN bench_person p ON p.n = b.person JOIN parties_person po ON po.id = p.id"
            " JOIN bench_firm f ON f.n = b.firm JOIN parties_organisation fo ON fo.id = f.id"
        )
        self._insert("cases_case", "id", own, joins, readable=False)

    def _below(self, table: str, key: str, *, readable: bool) -> None:
        own = {"id": _NEW_ID.format("r.id"), key: "b.id"}
        if table == "events_event":  # a history is read in the order of its identifiers
            own["id"] = _ORDERED_ID
        if table in ("cases_casestep", "cases_workitem"):
            own["place_path"] = "CASE WHEN r.place_path LIKE '%%/%%/' THEN b.place ELSE r.place_path END"
        if table == "cases_workitem":
            own["step_id"] = "CASE WHEN r.step_id IS NOT NULL THEN " + _NEW_ID.format("r.step_id") + " END"
        self._insert(table, key, own, "", readable=readable)

    def _insert(self, table: str, key: str, own: dict[str, str], joins: str, *, readable: bool) -> None:
        columns = self.db.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY 1",
            [table],
        ).fetchall()
        values = dict(own)
        for name, kind in columns:
            if name in values:
                continue
            values[name] = f"r.{_quoted(name)}"
            if kind == "date":
                values[name] = f"r.{name} + b.shift"
            elif kind.startswith("timestamp"):
                values[name] = f"r.{name} + b.shift * interval '1 day'"
            elif kind == "bytea":
                sealed = self._sealed(table, key, name)
                joins += f" LEFT JOIN {sealed} s_{name} ON s_{name}.n = b.n AND s_{name}.model = r.id"
                values[name] = f"coalesce(s_{name}.value, r.{name})"
        models = f"(SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY id) AS turn FROM {table}"
        models += f" WHERE {key} IN (SELECT model FROM bench_case))"
        self.db.execute(
            f"INSERT INTO {table} ({', '.join(map(_quoted, values))}) SELECT {', '.join(values.values())}"
            f" FROM bench_case b JOIN {models} r ON r.{key} = b.model {joins}"
            f" {'WHERE b.readable' if readable else ''} ORDER BY b.n"
        )

    def _sealed(self, table: str, key: str, column: str) -> str:
        """A table of the column's values for the readable cases, each encrypted for the row that it will stand in."""
        rows = self.db.execute(
            f"SELECT id, {key}, {column} FROM {table} WHERE {column} IS NOT NULL"
            f" AND {key} IN (SELECT model FROM bench_case)"
        ).fetchall()
        plain: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {}
        for id, of, value in rows:
            text = self.ring.decrypt(bytes(value), f"{table}|{column}|{id}")
            plain.setdefault(of, []).append((id, text))
        name = f"bench_{table}_{column}"
        self.db.execute(f"CREATE UNLOGGED TABLE {name} (n int, model uuid, value bytea)")
        cases = self.db.execute("SELECT n, id, model FROM bench_case WHERE readable").fetchall()

        def sealed() -> Iterator[tuple[Any, ...]]:
            for n, case, model in cases:
                for old, text in plain.get(model, ()):
                    new = case if table == "cases_case" else _new_id(case, n, old)
                    yield n, old, self._seal(text, table, column, new)

        self._copy(name, "n, model, value", sealed())
        self.db.execute(f"CREATE INDEX ON {name} (n)")
        self.db.execute(f"ANALYZE {name}")
        return name

    def _entries(self) -> None:
        """The facts of the readable cases' clocks, which are read in the order of their identifiers."""
        clock, own = _NEW_ID.format("r.clock_id"), _ORDERED_ID
        kept = "kind, reason, basis, value, approved_by"
        self.db.execute(
            f"INSERT INTO deadlines_clockentry (id, clock_id, day, planned_until, due_on, at, {kept})"
            f" SELECT {own}, {clock}, r.day + b.shift, r.planned_until + b.shift, r.due_on + b.shift,"
            f" r.at + b.shift * interval '1 day', {', '.join('r.' + name for name in kept.split(', '))}"
            " FROM bench_case b JOIN deadlines_clock c ON c.subject_id = b.model"
            " JOIN (SELECT *, row_number() OVER (PARTITION BY clock_id ORDER BY id) AS turn FROM deadlines_clockentry"
            "  WHERE clock_id IN (SELECT id FROM deadlines_clock WHERE subject_id IN (SELECT model FROM bench_case))) r"
            " ON r.clock_id = c.id WHERE b.readable"
        )


def _quoted(column: str) -> str:
    return f'"{column}"'


def _new_id(case: uuid.UUID, n: int, old: uuid.UUID) -> uuid.UUID:
    """As `_NEW_ID`."""
    digest = hashlib.md5(f"{n}{old}".encode(), usedforsecurity=False).hexdigest()
    return uuid.UUID(f"{case.hex[:12]}7{digest[:3]}8{digest[3:18]}")


def main() -> int:
    """Fill the installation that the environment names; only PostgreSQL."""
    import django
    import psycopg

    django.setup()
    from tongban.site import environment

    with psycopg.connect(environment.value("TONGBAN_DATABASE"), autocommit=True) as connection:
        Filling(connection, int(sys.argv[1])).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
