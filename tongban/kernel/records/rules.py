"""Whose rows a table holds, in coarse words that the database itself checks: the backstop beneath the policies (ADR 0047).

A table declares it beside its columns:

    class Rows:
        seen = [people("person_id"), firms("organisation_id"), granted("case.view", "case.review")]
        opens = {Letter: [within("about_id", "cases_case")]}

Each line opens rows; a row that no line opens does not exist for the reader. What a table opens of one below it stands in
`opens` (a module names a table of the kernel by its label), because the lower one does not know of it. The lines are wider than the policies of
`kernel.access`, and never narrower: a policy says what may be done, a line here only whose affair a row is. What the
platform reads for itself (`foundation.readers`) is open by a line that every table has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

PREFIX = "tongban_"  # of every policy and function of ours in the database
_PEOPLE = "((SELECT string_to_array(current_setting('reader.people', true), ','))::uuid[])"
_FIRMS = "((SELECT string_to_array(current_setting('reader.firms', true), ','))::uuid[])"
_ACCOUNT = "(SELECT nullif(current_setting('reader.account', true), '')::uuid)"
_KIND = "(SELECT current_setting('reader.kind', true))"
EVERYTHING = f"{_KIND} = 'system'"
# Of the reader's grants those with one of the rights, as patterns for `|agency|place`; NULL where there is none.
REACH = f"""CREATE FUNCTION {PREFIX}reach(rights text[]) RETURNS text[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT array_agg(substr(held, strpos(held, '|')))
    FROM unnest(string_to_array(current_setting('reader.reach', true), E'\\n')) held
    WHERE split_part(held, '|', 1) = ANY (rights) $$"""  # noqa: S608  # nothing in it comes from outside


@dataclass(frozen=True)
class Line:
    """One reason for which a row may be read: SQL over the row, in which `{row}` stands for the table.

    `key` and `table`: the SQL is about the rows of `table` that point here by the column `key`, and is asked by a function
    of the database's own, because the policy of that table asks for this one in turn.
    """

    sql: str
    table: str = ""
    key: str = ""


def people(column: str, *, but: str = "") -> Line:
    """The row is of a person for whom the reader acts, or of the reader; not where the column `but` is filled."""
    alone = f' AND {{row}}."{but}" IS NULL' if but else ""
    return Line(f'{{row}}."{column}" = ANY ({_PEOPLE}){alone}')


def firms(column: str) -> Line:
    """The row is of an organisation for which the reader acts, in whatever area."""
    return Line(f'{{row}}."{column}" = ANY ({_FIRMS})')


def account(column: str) -> Line:
    """The row is of the reader's account."""
    return Line(f'{{row}}."{column}" = {_ACCOUNT}')


def granted(*rights: str, agency: str = "agency", place: str = "place_path", when: str = "") -> Line:
    """A grant with one of the rights covers the row's agency and place, and the row is such (SQL over `{row}`)."""
    found = (
        f"""('|' || {{row}}."{agency}" || '|' || {{row}}."{place}") LIKE ANY (({_reach(rights)})::text[])"""
    )
    return Line(f"{found} AND {when}" if when else found)


def holding(*rights: str) -> Line:
    """The reader holds one of the rights, wherever: for duties that reach the whole city."""
    return Line(f"({_reach(rights)}) IS NOT NULL")


def _reach(rights: Sequence[str]) -> str:
    named = ", ".join(f"'{right}'" for right in rights)
    return f"SELECT {PREFIX}reach(ARRAY[{named}])"


def such(sql: str) -> Line:
    """Rows of this kind are open to whoever reads, as what is published is: SQL over `{row}`."""
    return Line(f"({sql})")


def within(column: str, table: str, key: str = "id") -> Line:
    """The reader sees the row of `table` to which the column points."""
    where = f'upper_row."{key}" = {{row}}."{column}"'
    return Line(f'EXISTS (SELECT 1 FROM "{table}" upper_row WHERE {where})')  # noqa: S608  # names of our own tables


def through(column: str, table: str, line: Line) -> Line:
    """The row of `table` to which the column points is opened by `line`; within `behind`, past the policy of that table."""
    where = f'far_row."id" = {{row}}."{column}" AND ({line.sql.replace("{row}", "far_row")})'
    return Line(f'EXISTS (SELECT 1 FROM "{table}" far_row WHERE {where})')  # noqa: S608


def behind(table: str, column: str, line: Line) -> Line:
    """Some row of `table` points here by the column, and `line` opens that row."""
    return Line(line.sql, table=table, key=column)


@dataclass
class Table:
    """What the database is told of one table."""

    name: str
    lines: Sequence[Line]
    functions: list[str] = field(default_factory=list)

    def condition(self) -> str:
        """The condition for reading a row; `functions` then holds what it calls."""
        row = f'"{self.name}"'
        parts = [EVERYTHING]
        for number, line in enumerate(self.lines):
            if not line.table:
                parts.append(line.sql.replace("{row}", row))
                continue
            name = f"{PREFIX}{self.name}_{number}"
            self.functions.append(_function(name, line))
            parts.append(f'{name}({row}."id")')
        return "\n OR ".join(parts)

    def statements(self) -> list[str]:
        """The statements that guard a table which nothing guards yet."""
        condition = self.condition()
        return [
            *self.functions,
            f'CREATE POLICY {PREFIX}seen ON "{self.name}" FOR SELECT USING ({condition})',
            # A row is written by an action, which reads everything (see kernel.records.actions).
            f'CREATE POLICY {PREFIX}written ON "{self.name}" FOR INSERT WITH CHECK ({EVERYTHING})',
            f'CREATE POLICY {PREFIX}changed ON "{self.name}" FOR UPDATE USING ({EVERYTHING}) WITH CHECK ({EVERYTHING})',
            f'CREATE POLICY {PREFIX}deleted ON "{self.name}" FOR DELETE USING ({EVERYTHING})',
            f'ALTER TABLE "{self.name}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{self.name}" FORCE ROW LEVEL SECURITY',
        ]


def unguarded(table: str) -> list[str]:
    """The statements after which the database guards the table no more."""
    policies = ("seen", "written", "changed", "deleted")
    return [
        *(f'DROP POLICY IF EXISTS {PREFIX}{policy} ON "{table}"' for policy in policies),
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]


def _function(name: str, line: Line) -> str:
    """A function that reads for the platform and answers for the reader: only yes or no leaves it.

    What it says meanwhile it takes back; where it fails, the transaction does. (A SET clause would do so by itself, but of
    settings that no extension declares PostgreSQL lets only superusers put one.)
    """
    where = f'lower_row."{line.key}" = wanted AND ({line.sql.replace("{row}", "lower_row")})'
    query = f'SELECT 1 FROM "{line.table}" lower_row WHERE {where}'  # noqa: S608  # as above
    return f"""CREATE FUNCTION {name}(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE kind text := current_setting('reader.kind', true);
        found_one boolean;
BEGIN
    PERFORM set_config('reader.kind', 'system', true);
    found_one := EXISTS ({query});
    PERFORM set_config('reader.kind', coalesce(kind, ''), true);
    RETURN found_one;
END $$"""
