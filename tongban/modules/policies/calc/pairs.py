"""Who gets which item, as SQL over a snapshot in columns: one row for each pair of entity and item. Pure.

The same rows as the bitmaps' (`columnwise.payout`): the fen of whoever is entitled, NULL for whoever waits for data.
"""

from collections.abc import Iterable, Sequence, Set

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.sql import Dialect, Layout, rule_sql
from tongban.foundation.criteria.tree import Contains, Missing, Tree, atoms, facts_of, values_of
from tongban.modules.policies.calc.amounts import Amount, facts_in, parts_of
from tongban.modules.policies.calc.sql import amount_sql
from tongban.modules.policies.calc.terms import Offer

ENTITY = "row"  # the column of a snapshot that numbers its entities


def columns_read(offers: Iterable[Offer]) -> dict[str, str]:
    """Every column that the offers read, with its type in SQL."""
    found: dict[str, str] = {}
    for offer in offers:
        found |= columns_of_rule(offer.tree) | columns_of_amount(offer.amount)
    return found


def columns_of_amount(amount: Amount) -> dict[str, str]:
    """The columns that an amount is reckoned from, those of its conditions with them, with their types in SQL."""
    facts = [fact for fact in facts_in(amount).values() if fact.type is not FactType.LIST]
    found = {fact.name: "BOOLEAN" if fact.type is FactType.BOOL else "BIGINT" for fact in facts}
    for part in parts_of(amount):
        found |= columns_of_rule(part.when) if part.when is not None else {}
    return found


def columns_of_rule(rule: Tree) -> dict[str, str]:
    """The columns that a rule reads, a fact's own or that of an option of a list, with their types in SQL."""
    found: dict[str, str] = {}
    for atom in atoms(rule):
        if isinstance(atom, Contains):
            # The empty option says whether the list is known where nobody has the one asked for.
            found |= dict.fromkeys(
                (f"{atom.value.name}={atom.option.value}", f"{atom.value.name}="), "BOOLEAN"
            )
        elif isinstance(atom, Missing) and atom.value.type is FactType.LIST:
            found[f"{atom.value.name}="] = "BOOLEAN"
        else:
            for fact in (fact for value in values_of(atom) for fact in facts_of(value)):
                found[fact.name] = "BOOLEAN" if fact.type is FactType.BOOL else "BIGINT"
    return found


def pairs_sql(offers: Sequence[Offer], layout: Layout, *, table: str, held: Set[str]) -> str:
    """A query for (item, row, fen) of all offers over a table that holds these columns; the others are unknown."""
    lacking = {name: kind for name, kind in columns_read(offers).items() if name not in held}
    source = (
        f"SELECT *{''.join(f', CAST(NULL AS {kind}) AS {layout.column(n)}' for n, kind in lacking.items())}"
    )
    asked = ", ".join(
        f"{rule_sql(offer.tree, layout)} AS h{n}, {amount_sql(offer.amount, layout)} AS a{n}"
        for n, offer in enumerate(offers)
    )
    entity = layout.column(ENTITY)
    rows = [
        f"struct('{offer.code}' AS item, h{n} AS holds, CAST(a{n} AS BIGINT) AS fen)"
        for n, offer in enumerate(offers)
    ]
    if layout.dialect is not Dialect.SPARK:
        rows = [
            f"{{'item': '{offer.code}', 'holds': h{n}, 'fen': CAST(a{n} AS BIGINT)}}"
            for n, offer in enumerate(offers)
        ]
    opened = (
        f"SELECT entity, inline(array({', '.join(rows)})) FROM"
        if layout.dialect is Dialect.SPARK
        else f"SELECT entity, unnest([{', '.join(rows)}], recursive := true) FROM"
    )
    return (
        f"SELECT item, entity AS {entity}, CASE WHEN holds THEN fen END AS fen FROM ("  # noqa: S608 - of checked policies
        f"{opened} (SELECT {entity} AS entity, {asked} FROM ({source} FROM {table}))"
        f") WHERE holds IS NULL OR holds"
    )
