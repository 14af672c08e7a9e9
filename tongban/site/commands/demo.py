"""`tongban demo`: fill in a synthetic city."""

import argparse


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """How large, and which of the many possible cities."""
    parser.add_argument("--people", type=int, default=30, help="invented people beside the named ones")
    parser.add_argument("--firms", type=int, default=8, help="invented firms")
    parser.add_argument("--cases", type=int, default=48, help="cases at every stage")
    parser.add_argument("--seed", type=int, default=2026, help="the same number makes the same city")


def run(options: argparse.Namespace) -> int:
    """Seed the city once; a second call finds it and does nothing."""
    from django.conf import settings

    from tongban.site.demo import seed

    made = seed(
        settings.PACK, people=options.people, firms=options.firms, cases=options.cases, number=options.seed
    )
    print(
        f"{made.people} people, {made.firms} firms, {made.staff} officers, {made.cases} cases, {made.ratings} ratings"
    )
    return 0
