"""`tongban items` and `tongban search`."""

import argparse
import json
from typing import Any


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Words to search for; `--json` for programs."""
    if name == "search":
        parser.add_argument("words")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the items found, best first; exit code 1 when there are none."""
    from tongban.kernel.catalogue import queries as catalogue

    found = options.command == "search"
    rows = catalogue.find(options.words).items if found else [(item, None) for item in catalogue.items()]
    documents = [_row(item, score) for item, score in rows]
    if options.json:
        print(json.dumps(documents, ensure_ascii=False, indent=1))
    else:
        for one in documents:
            print(f"{one['code']:<28} {one['name']}  {one['task_code']}  v{one['version']}")
    return 0 if documents else 1


def _row(item: Any, score: float | None) -> dict[str, Any]:
    data = item.definition.data
    row = {
        "code": item.code,
        "name": item.definition.name.zh,
        "name_en": item.definition.name.en,
        "version": item.version,
        "task_code": data["task_code"],
        "agency": data["agency"],
        "type": data["type"],
        "kind": data["kind"],
        "online_depth": data["online_depth"],
    }
    return row if score is None else {**row, "score": round(score, 4)}
