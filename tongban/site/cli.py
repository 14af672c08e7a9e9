"""The command line `tongban`: one word a command, plain output, exit code 0 only when all is well."""

import argparse
import os
import sys
from importlib import import_module

# command → (module, whether it needs Django, help)
COMMANDS = {
    "run": ("serve", False, "set up, then serve web and worker together"),
    "worker": ("serve", True, "run background jobs only"),
    "pack": ("packs", True, "check or load the city's pack"),
    "demo": ("demo", True, "fill in a synthetic city"),
    "verify": ("verify", True, "say whether a sealed file is genuine"),
    "credentials": ("credentials", True, "take over older licences from a table"),
    "due": ("calculations", False, "a dated history as YAML on standard input → due dates as JSON"),
    "ids": ("calculations", False, "an identifier → kind, verdict and why, as JSON"),
    "match": ("match", False, "a profile → what it is entitled to, how much, why, what is missing"),
    "match-city": ("everybody", True, "everybody in a snapshot → who gets what, here or on Spark"),
    "search": ("catalogue", True, "find items by words"),
    "items": ("catalogue", True, "list the items"),
    "metrics": ("metrics", True, "how far the catalogue goes online, with the items behind each figure"),
    "province": ("province", False, "play the provincial platform, or tell the one that runs what to do"),
    "keys": ("keys", True, "the key ring: which keys there are, exchange the one in use"),
    "administrators": ("administrators", True, "the first system, security and audit administrators"),
    "log": ("log", True, "seal what happened; the sealed log as lines of JSON"),
    "retention": ("retention", True, "what is past its time; deletes it only when told"),
    "backup": ("backup", False, "make, check, bring back and try out backups; put the keys away"),
    "check": ("invariants", True, "check the invariants"),
    "row-security": ("rowsecurity", True, "let the database check whose rows are read; show how that stands"),
}


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; each module adds its own arguments."""
    top = argparse.ArgumentParser(prog="tongban", description="Tongban 通办: a city's government services.")
    below = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, _, text) in COMMANDS.items():
        one = below.add_parser(name, help=text, description=text)
        import_module(f"tongban.site.commands.{module}").arguments(name, one)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; a foreseen failure is a sentence on standard error and exit code 1."""
    from tongban.foundation.errors import Problem
    from tongban.foundation.readers import reading_everything

    options = parser().parse_args(argv)
    module, needs_django, _ = COMMANDS[options.command]
    try:
        if needs_django:
            start_django()
        with reading_everything():  # whoever can run a command can read the database
            return import_module(f"tongban.site.commands.{module}").run(options) or 0
    except Problem as problem:
        print(
            f"{problem.sentence_zh} {problem.todo_zh}\n{problem.sentence_en} {problem.todo_en}",
            file=sys.stderr,
        )
        return 1
    except BrokenPipeError:
        return 0


def start_django() -> None:
    """Load the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
