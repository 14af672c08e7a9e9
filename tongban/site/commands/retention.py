"""`tongban retention`: what is past its time, kind by kind; with --apply it goes now instead of at the next daily run."""

import argparse


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Nothing is deleted without --apply."""
    parser.add_argument("--apply", action="store_true", help="delete what is past its time")


def run(options: argparse.Namespace) -> int:
    """Print each kind with its period, its basis and how many are past it."""
    from tongban.site.retention import kinds

    for kind in kinds():
        over = kind.over()
        print(f"{over:>8}  {kind.name}: {kind.period} ({kind.basis})")
        if options.apply and over:
            kind.clear()
    print("deleted" if options.apply else "nothing was deleted; --apply deletes what is past its time")
    return 0
