"""`tongban metrics`: how far the catalogue goes online, and what it spares people."""

import argparse
import json
from dataclasses import asdict, replace
from typing import Any


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """`--json` for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON, with the items behind each figure")


def run(options: argparse.Namespace) -> int:
    """Print the figures of the items in the pack; no database is asked."""
    from django.conf import settings

    from tongban.kernel.catalogue.forms import read_pack
    from tongban.modules.dashboards import queries

    reading = read_pack(settings.PACK)
    items, bundles = reading.items, _bundles(reading)
    if options.json:
        document = {**queries.document(items), "bundles": bundles}
        print(json.dumps(document, ensure_ascii=False, indent=1))
        return 0
    found = queries.figures_of(items)
    rows = [("", found.all), *found.by_agency.items()]
    print(
        f"{'':<28} {'items':>5} {'online':>7} {'wholly':>7} {'visits':>6} {'spared':>7} {'filled':>7} {'faster':>7}"
    )
    for name, one in rows:
        print(
            f"{name or 'all':<28} {one.items:>5} {one.online.percent:>7} {one.wholly_online.percent:>7}"
            f" {one.visits_each:>6} {one.not_asked_materials:>7} {one.not_asked_fields:>7} {one.faster:>7}"
        )
    for one in found.obstacles:
        print(f"  {one.code}: {one.why}")
    for code, one in bundles.items():
        spared = "  ".join(
            f"{name} {one[name][0]} > {one[name][1]}"
            for name in ("forms", "fields", "materials", "visits", "days")
        )
        print(f"{code:<28} agencies {len(one['agencies'])}  {spared}")
    return 0


def _bundles(reading: Any) -> dict[str, dict[str, Any]]:
    """What each bundle of the pack spares in its usual situation, with the members it was computed from."""
    from tongban.kernel.bundles import calc
    from tongban.kernel.catalogue.calc import Definition, compile_definition

    compiled: dict[str, Definition] = {}

    def of(code: str) -> Definition | None:
        return compiled.get(code)

    def promise(code: str, values: Any) -> Any:
        return compiled[code].promised(values)

    for item in reading.items:
        compiled[item["code"]] = replace(compile_definition(item, reading.fact_types), promise_of=promise)
    found = {}
    for code, definition in compiled.items():
        if calc.is_bundle(definition):
            values = definition.values({}, calc.ordinary(definition), {})
            members = [one.definition.code for one in calc.members(definition, of, values)]
            found[code] = {**asdict(calc.saving(definition, of, values)), "members": members}
    return found
