"""`tongban administrators`: the first administrators of an installation, of each kind apart; later ones come by the pages."""

import argparse

SIDES = {"system": "system_admin", "security": "security_admin", "audit": "audit_admin"}


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Who they are."""
    parser.add_argument("--agency", required=True, help="code of the agency to which they belong")
    for side in SIDES:
        parser.add_argument(
            f"--{side}", action="append", default=[], metavar="ACCOUNT=NAME", help=f"a {side} administrator"
        )


def run(options: argparse.Namespace) -> int:
    """Open their accounts with their one role; exit code 1 for a kind of which there is somebody already, or a bad name."""
    from tongban.foundation import time
    from tongban.foundation.errors import Problem
    from tongban.kernel.access import queries as access
    from tongban.kernel.catalogue import queries as catalogue
    from tongban.kernel.identities import actions

    if options.agency not in catalogue.snapshot().documents.get("agency", {}):
        print(f"there is no agency {options.agency!r} in the pack")
        return 1
    failed = 0
    for side, role in SIDES.items():
        wanted = getattr(options, side)
        if wanted and access.holders([role], time.today()).exists():
            print(f"{side}: there is an administrator already; others are made on the pages")
            failed = 1
            continue
        for text in wanted:
            username, _, name = text.partition("=")
            try:
                actions.first_administrator(username=username, name=name, agency=options.agency, role=role)
            except Problem as problem:
                print(f"{side} {text}: {problem.sentence('en')} {problem.todo('en')}")
                failed = 1
            else:
                print(f"{side}: {username}; signs in with a code and enrols a second factor")
    return failed
