"""`tongban match-city`: who in a whole city or province is entitled to what, and how much, as Parquet. Reads no table."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """The snapshot, the day, where the list goes, and on what it is made."""
    parser.add_argument(
        "--city", type=Path, required=True, help="folder of the snapshot (docs/operations.md)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the list; what is there is replaced"
    )
    parser.add_argument("--as-of", help="the day, YYYY-MM-DD; by default today")
    parser.add_argument("--item", action="append", help="only this subsidy item; may be given again")
    parser.add_argument("--folder", help="the pack's folder; by default the one in use")
    parser.add_argument("--spark", metavar="MASTER", help="on Spark, such as local[2] or spark://host:7077")
    parser.add_argument(
        "--compare", type=Path, metavar="LIST", help="then compare with another list, row by row"
    )
    parser.add_argument(
        "--make", type=int, metavar="ROWS", help="first make an invented city of so many entities"
    )
    parser.add_argument("--json", action="store_true", help="the totals as JSON")


def run(options: argparse.Namespace) -> int:
    """Write the list and print each item's totals; exit code 1 when another list does not say the same."""
    from tongban.modules.policies.actions import everybody
    from tongban.modules.policies.forms import policies_in
    from tongban.modules.policies.queries.snapshots import open_city
    from tongban.site import environment

    folder = Path(options.folder) if options.folder else environment.pack_folder()
    policies = policies_in(folder)
    terms = _terms(policies, options)
    if options.make:
        _make(policies, folder, options, terms.as_of)
    city = open_city(options.city)
    began = time.perf_counter()
    if options.spark:
        everybody.list_on_spark(city=city, offers=terms.offers, folder=options.out, master=options.spark)
    else:
        everybody.list_here(city=city, offers=terms.offers, folder=options.out)
    took = time.perf_counter() - began
    rows = everybody.totals(options.out)
    if options.json:
        keys = ("item", "entitled", "waiting", "fen")
        answer = {"as_of": terms.as_of.isoformat(), "entities": city.rows, "seconds": round(took, 1)}
        print(json.dumps({**answer, "items": [dict(zip(keys, row, strict=True)) for row in rows]}, indent=1))
    else:
        for row in rows:
            print(*row, sep="\t")
        print(f"{city.rows:,} entities × {len(terms.offers)} items in {took:.1f} s", file=sys.stderr)
    return _compared(options) if options.compare else 0


def _compared(options: argparse.Namespace) -> int:
    from tongban.modules.policies.actions.everybody import differences

    apart = differences(options.out, options.compare)
    for item, (here, there) in apart.items():
        print(f"{item}: {here} rows only here, {there} only in {options.compare}", file=sys.stderr)
    if not apart:
        print("both lists have the same rows", file=sys.stderr)
    return 1 if apart else 0


def _terms(policies: Any, options: argparse.Namespace) -> Any:
    from dataclasses import replace

    from tongban.modules.policies.calc import terms_on
    from tongban.modules.policies.calc.profiles import BadProfile
    from tongban.site.commands.match import day_of

    terms = terms_on(policies, day_of(options.as_of), audience="organisation")
    wanted = set(options.item or ())
    strange = wanted - {offer.code for offer in terms.offers}
    if strange:
        raise BadProfile(
            sentence_zh=f"{terms.as_of} 没有这些面向企业的补贴项目：{'、'.join(sorted(strange))}。",
            sentence_en=f"On {terms.as_of} there is no such item for organisations: {', '.join(sorted(strange))}.",
            todo_zh="请改正编码或日期。",
            todo_en="Correct the code or the day.",
        )
    offers = tuple(one for one in terms.offers if not wanted or one.code in wanted)
    return replace(terms, offers=offers)


def _make(policies: Any, folder: Path, options: argparse.Namespace, as_of: Any) -> None:
    from tongban.foundation.packs import read_yaml
    from tongban.kernel.catalogue.calc import plain_data
    from tongban.modules.policies.actions.snapshots import write_city
    from tongban.modules.policies.calc.planning import plan_of

    places = plain_data(read_yaml(folder / "places" / "places.yaml").data)["places"]
    towns = [place["code"] for place in places if place["kind"] != "city"]
    write_city(plan=plan_of(policies, as_of, options.make, towns), folder=options.city)
