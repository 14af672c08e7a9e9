"""`tongban row-security`: lets the database check whose rows are read, takes that back, says how it stands."""

import argparse

from django.conf import settings

from tongban.kernel.records.rules import REACH


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument(
        "what",
        choices=["set-up", "check", "show", "take-down"],
        help="set-up: make the role and the policies, as the owner; check: exit code 1 unless all of it holds; "
        "show: the statements; take-down: the policies go, the role stays",
    )


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 1 when the check finds something."""
    from tongban.site import rowsecurity

    rowsecurity.require_postgresql()
    if options.what == "show":
        print(f"{REACH};\n")
        for table in rowsecurity.tables():
            print(";\n".join(table.statements()) + ";\n")
        return 0
    if options.what == "check":
        return _check()
    if options.what == "take-down":
        with rowsecurity.as_owner():
            print(f"{rowsecurity.unguard()} tables are guarded no more")
        return 0
    if not settings.ROW_SECURITY:
        print("TONGBAN_ROW_SECURITY names no role: nothing was done")
        return 1
    with rowsecurity.as_owner():
        print(
            f"{rowsecurity.guard(settings.ROW_SECURITY)} tables are guarded for the role {settings.ROW_SECURITY}"
        )
    return 0


def _check() -> int:
    from tongban.site import rowsecurity

    found = rowsecurity.standing()
    print(f"role {found.role}; {len(found.guarded)} tables guarded")
    if found.powers:
        print(f"the role is not bound by policies: {', '.join(found.powers)}")
    for name in found.missing:
        print(f"not guarded: {name}")
    if not found.open_to_nobody:
        print("rows are read without saying for whom")
    if found.login:
        print(
            f"the program signs in as {found.login}, who could lay the role off: see TONGBAN_DATABASE_OWNER"
        )
    return 0 if found.holds else 1
