"""OpenFisca-core over the same city: two-valued formulas written from the same rules, run by another interpreter.

`python -m bench.policy --openfisca PYTHON` names an interpreter in whose environment openfisca-core and duckdb are installed;
neither is a dependency of ours. Every distinct condition is a variable of its own, so that its cache works as ours does.
OpenFisca has no unknown: what is missing takes the default of its type, so its counts are compared with those of our
bitmaps over the same columns filled in that way.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tongban.foundation.criteria.columns import NOBODY, option_column
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Atom,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Fact,
    Holds,
    Literal,
    Missing,
    Tree,
    Value,
    Within,
    atoms,
)

RUNNER = """
import json, sys, time
import duckdb, numpy
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
from openfisca_core.variables import config
config.VALUE_TYPES[int]["dtype"] = numpy.int64  # amounts in fen pass 32 bits; as delivered they would overflow
asked = json.load(open(sys.argv[1]))
firm = entities.Entity("firm", "firms", "A firm", "")
system = taxbenefitsystems.TaxBenefitSystem([firm])
PERIOD = periods.period("2026-06")
def add(name, kind, formula=None):
    body = {"value_type": kind, "entity": firm, "definition_period": periods.DateUnit.MONTH, "label": name}
    if formula: body["formula"] = formula
    system.add_variable(type(name, (variables.Variable,), body))
columns = {name: [] for name in asked["columns"]}
connection = duckdb.connect()
connection.execute("SET threads = 1")
quoted = ", ".join('"' + name + '"' for name in columns)
for file in asked["files"]:
    found = connection.execute(f"SELECT {quoted} FROM read_parquet(?)", [file]).fetchnumpy()
    for name in columns:
        data = found[name]
        columns[name].append(data.filled(asked["defaults"].get(name, 0)) if isinstance(data, numpy.ma.MaskedArray) else data)
columns = {name: numpy.concatenate(parts) for name, parts in columns.items()}
for name, data in columns.items():
    add(asked["columns"][name], bool if data.dtype == bool else int)
def formula_of(text):
    source = f"def formula(firms, period):\\n    v = lambda name: firms(name, period)\\n    return {text}"
    space = {"numpy": numpy}
    exec(source, space)
    return space["formula"]
for name, text in asked["formulas"]:
    add(name, bool, formula_of(text))
rows = len(next(iter(columns.values())))
simulation = simulations.SimulationBuilder().build_default_simulation(system, rows)
start = time.process_time()
for name, data in columns.items():
    simulation.set_input(asked["columns"][name], PERIOD, data)
given = time.process_time() - start
start = time.process_time()
counts = [int(simulation.calculate(name, PERIOD).sum()) for name in asked["rules"]]
json.dump({"counts": counts, "cpu": time.process_time() - start, "inputs": given}, sys.stdout)
"""


@dataclass(frozen=True)
class Measured:
    """CPU seconds for all rules and for handing the columns over, and how many have each item."""

    cpu: float
    inputs: float
    counts: list[int]


def measured(
    python: str,
    rules: Sequence[Tree],
    files: Iterable[Path],
    defaults: Mapping[str, int],
    codes: Mapping[str, int],
) -> Measured:
    """Evaluate the rules with OpenFisca; `defaults` has every column with what a missing value becomes.

    Raises CalledProcessError when it cannot.
    """
    names = {column: f"c{n}" for n, column in enumerate(sorted(defaults))}
    writer = _Writer(names, codes)
    conditions: dict[Atom, str] = {}
    for rule in rules:
        for atom in atoms(rule):
            conditions.setdefault(atom, f"a{len(conditions)}")
    formulas = [(name, writer.condition(atom)) for atom, name in conditions.items()]
    wanted = []
    for n, rule in enumerate(rules):
        formulas.append((f"r{n}", _joined(rule, conditions)))
        wanted.append(f"r{n}")
    asked = {"files": list(map(str, files)), "columns": names, "formulas": formulas, "rules": wanted}
    asked["defaults"] = dict(defaults)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        (Path(folder) / "runner.py").write_text(RUNNER, encoding="utf-8")
        done = subprocess.run(
            [python, f"{folder}/runner.py", f"{folder}/asked.json"],
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    return Measured(found["cpu"], found["inputs"], found["counts"])


def _joined(tree: Tree, conditions: Mapping[Atom, str]) -> str:
    match tree:
        case All(parts=parts) | Any(parts=parts):
            sign = " * " if isinstance(tree, All) else " + "  # as OpenFisca's own countries write AND and OR
            return "(" + sign.join(_joined(part, conditions) for part in parts) + ")"
        case Constant(value=value):
            return str(value)
    return f"v('{conditions[tree]}')"


class _Writer:
    """Conditions as expressions over whole columns."""

    def __init__(self, names: Mapping[str, str], codes: Mapping[str, int]) -> None:
        self.names, self.codes = names, codes

    def condition(self, atom: Atom) -> str:
        match atom:
            case Compare(op=op, left=left, right=right):
                return self._compared(op, left, right)
            case Between(value=value, low=low, high=high, negated=negated):
                inside = f"({self._compared('>=', value, low)}) * ({self._compared('<=', value, high)})"
                return f"~({inside})" if negated else inside
            case Within(value=value, options=options, negated=negated):
                found = " + ".join(f"({self._compared('=', value, option)})" for option in options)
                return f"~({found})" if negated else found
            case Holds(value=fact, negated=negated):
                return f"{'~' * negated}v('{self.names[fact.name]}')"
            case Contains(value=fact, option=option, negated=negated):
                name = self.names.get(option_column(fact.name, str(option.value)))
                return f"{'~' * negated}v('{name}')" if name else str(negated)
            case Missing():
                raise ValueError("two-valued formulas cannot ask what is missing")

    def _compared(self, op: str, left: Value, right: Value) -> str:
        (first, one), (second, other) = self._value(left), self._value(right)
        return f"({first} * {other}) {dict.get({'=': '==', '<>': '!='}, op, op)} ({second} * {one})"

    def _value(self, value: Value) -> tuple[str, int]:
        """(expression over whole numbers, what it is divided by)."""
        match value:
            case Fact(name=name):
                return f"v('{self.names[name]}')", 1
            case Literal(value=written):
                if isinstance(written, Fraction):
                    return str(written.numerator), written.denominator
                if isinstance(written, str):
                    return str(self.codes.get(written, NOBODY)), 1
                return str(int(written) if isinstance(written, int) else written.toordinal()), 1
            case Arithmetic(op="*", left=left, right=right):
                (first, one), (second, other) = self._value(left), self._value(right)
                return f"({first} * {second})", one * other
            case Arithmetic(op=op, left=left, right=right):
                (first, one), (second, other) = self._value(left), self._value(right)
                return f"({first} * {other} {op} {second} * {one})", one * other
            case Cap(value=inner, limit=limit):
                (first, one), (second, other) = self._value(inner), self._value(limit)
                return f"numpy.minimum({first} * {other}, {second} * {one})", one * other
