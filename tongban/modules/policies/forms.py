"""Reads and checks all policies of a pack before anything of them is used; every fault with file, line and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import PackReading, Text, plain_data
from tongban.kernel.catalogue.forms import read_declared
from tongban.modules.policies.calc import checking
from tongban.modules.policies.calc.definition import (
    ExclusionSet,
    Policies,
    Policy,
    read_exclusions,
    read_facts,
    read_policy,
)
from tongban.modules.policies.calc.whole import PolicyReading

SHARED = {"exclusions": "exclusions", "funds": "funds", "routes": "routes"}
EXAMPLES = "examples/policies"


def read_policies(pack: PackReading) -> PolicyReading:
    """Read every policy of the pack and check it against what the pack declares; faults are collected, never raised."""
    folder = pack.folder
    agencies = {one["code"]: Text(one["name"]["zh"], one["name"].get("en", "")) for one in pack.agencies}
    reading = PolicyReading(folder)
    shared = {name: _read(reading, f"policies/{name}.yaml", schema) for name, schema in SHARED.items()}
    documents: list[tuple[Policy, Located]] = []
    for path in sorted((folder / "policies").glob("*.yaml")):
        if path.stem not in SHARED:
            located = _read(reading, f"policies/{path.name}", "policy")
            if located is not None:
                documents.append((_policy(reading, located), located))
    reading.policies = Policies(
        policies=tuple(policy for policy, _ in documents),
        exclusions=_exclusions(shared["exclusions"]),
        funds=_by_code(shared["funds"], "funds"),
        routes=_by_code(shared["routes"], "routes"),
        facts=read_facts(pack.facts),
        agencies=agencies,
    )
    whole = not reading.errors  # what policies refer to was read, so an unknown name is their own fault
    known = reading.policies
    checks: dict[str, Callable[[Located, Policies], list[PackError]]] = {
        "exclusions": checking.exclusion_faults,
        "funds": checking.fund_faults,
        "routes": checking.route_faults,
    }
    for name, one in shared.items():
        if one is not None and whole:
            reading.errors += checks[name](one, known)
    themes = [theme["id"] for theme in pack.pack.get("policy_themes", [])]
    for policy, located in documents if whole else []:
        reading.errors += checking.policy_faults(policy, located, known, themes)
    _read_examples(reading, check=whole)
    return reading


def _read_examples(reading: PolicyReading, *, check: bool) -> None:
    for path in sorted((reading.folder / EXAMPLES).glob("*.yaml")):
        located = _read(reading, f"{EXAMPLES}/{path.name}", "policy-example")
        if located is not None:
            reading.examples[path.name] = plain_data(located.data)
            if check:
                reading.errors += checking.example_faults(located, reading.policies)


def _policy(reading: PolicyReading, located: Located) -> Policy:
    policy = read_policy(plain_data(located.data))
    if Path(located.file).stem != policy.code:
        reading.errors.append(
            located.error(
                ("code",),
                f"the file is called {located.file} but the code is '{policy.code}'",
                "give both the same name",
                what_zh=f"文件名与编码“{policy.code}”不一致",
                todo_zh="请改为一致",
            )
        )
    return policy


def _exclusions(located: Located | None) -> Mapping[str, ExclusionSet]:
    return {} if located is None else read_exclusions(plain_data(located.data))


def _by_code(located: Located | None, key: str) -> Mapping[str, Mapping[str, Any]]:
    return {} if located is None else {one["code"]: one for one in plain_data(located.data)[key]}


def _read(reading: PolicyReading, name: str, schema: str) -> Located | None:
    path = reading.folder / name
    if not path.exists():
        return None
    try:
        located = read_yaml(path, name=name)
    except PackProblem as problem:
        reading.errors += problem.errors
        return None
    faults = validate(located, load_schema(schema), name)
    reading.errors += [replace(fault, file=name) for fault in faults]
    if faults:
        return None
    reading.located[name] = located
    return located


def policies_in(folder: Path) -> Policies:
    """The policies of a pack's folder, for calculations without a database. Raises PackProblem with every fault."""
    declared = read_declared(folder)
    reading = read_policies(declared)
    if errors := [*declared.errors, *reading.errors]:
        raise PackProblem(errors)
    return reading.policies
