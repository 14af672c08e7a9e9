"""`tongban check`: the invariants of design.md that hold so far, each with its faults."""

import argparse
import json
import sys


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Which invariants; all without any."""
    parser.add_argument("only", nargs="*", help="for example I1 I9")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print each invariant with the number of its faults; exit code 1 when there is one."""
    from tongban.site.invariants import INVARIANTS

    wanted = {name.upper() for name in options.only} or set(INVARIANTS)
    unknown = wanted - set(INVARIANTS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(INVARIANTS)}", file=sys.stderr)
        return 2
    report = {name: check() for name, (_, check) in INVARIANTS.items() if name in wanted}
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for name, faults in report.items():
            print(f"{name:<4} {'ok' if not faults else f'{len(faults)} FAULTS'}  {INVARIANTS[name][0]}")
            for fault in faults[:20]:
                print(f"     {fault}")
    return 1 if any(report.values()) else 0
