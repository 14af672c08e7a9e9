"""`tongban log`: seal what was committed, and write the whole log as lines of JSON for a copy kept elsewhere."""

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do, and where to."""
    words = "number and sign what happened; the whole log; the last signed head"
    parser.add_argument("what", choices=["seal", "export", "head"], help=words)
    parser.add_argument("file", nargs="?", help="where to, instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Seal, or write the log (one JSON document a line) or its head; `check_evidence.py --log` reads the former."""
    from tongban.kernel.evidence import queries
    from tongban.kernel.evidence.tasks import seal

    if options.what == "seal":
        seal(everything=True)
        head = queries.newest()
        print(f"{head.size if head else 0} entries, root {head.root if head else 'none'}")
        return 0
    lines = queries.whole_log() if options.what == "export" else iter([queries.evidence([])])
    with Path(options.file).open("w", encoding="utf-8") if options.file else nullcontext(sys.stdout) as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return 0
