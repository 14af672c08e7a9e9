"""Criteria: the rule language. A boolean expression over declared facts, true, false or in need of data.

    person.age >= 80 AND residence.in_city AND NOT contains(person.benefits, 'old-age')

It is a small part of SQL: AND OR NOT, = <> < <= > >=, IN, BETWEEN, IS NULL, + - * on numbers and money,
`cap(x, limit)`, `contains(list, 'text')`, numbers, 'texts', TRUE, FALSE, DATE 'YYYY-MM-DD', CURRENT_DATE.
Everything else is refused with a reason. Types are checked when the rule is read and nothing is converted:
money is whole fen and so are the numbers it is compared with. A fact that is not known makes a condition
unknown, never false, and unknowns add up as in SQL (Kleene); only IS NULL asks whether a fact is known.
Numbers are exact: there are no binary fractions and there is no division.
"""

from tongban.foundation.criteria.evaluation import Condition, Outcome, WrongValue, evaluate
from tongban.foundation.criteria.faults import CriteriaProblem, Fault
from tongban.foundation.criteria.reading import Criterion, parse, parse_value
from tongban.foundation.criteria.tree import FactType

__all__ = [
    "Condition",
    "CriteriaProblem",
    "Criterion",
    "FactType",
    "Fault",
    "Outcome",
    "WrongValue",
    "evaluate",
    "parse",
    "parse_value",
]
