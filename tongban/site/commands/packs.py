"""`tongban pack check` and `tongban pack load`."""

import argparse
import sys
from typing import Any


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do with the pack, and which."""
    parser.add_argument("what", choices=["check", "load"])
    parser.add_argument("--folder", help="the pack's folder; by default the one in use")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the faults")


def run(options: argparse.Namespace) -> int:
    """Check the pack; load it when that was asked for and no fault was found."""
    from pathlib import Path

    from django.conf import settings

    from tongban.kernel.catalogue.forms import read_pack
    from tongban.kernel.catalogue.queries import ahead_of_pack

    folder = Path(options.folder) if options.folder else settings.PACK
    reading = read_pack(folder)
    for error in reading.errors:
        print(error.text(options.lang), file=sys.stderr)
    if reading.errors:
        print(
            f"{len(reading.errors)} 处错误，没有载入 / {len(reading.errors)} faults, nothing loaded",
            file=sys.stderr,
        )
        return 1
    print(
        f"{folder.name}: {len(reading.items)} items, {len(reading.credentials)} credential types: no faults"
    )
    if options.what == "load":
        print(f"{load(reading)} changes")
        for kept in ahead_of_pack(reading.items):
            print(kept, file=sys.stderr)
    return 0


def load(reading: Any) -> int:
    """Load a faultless reading: places, calendars, lights, catalogue, and a seal for each agency. Repeatable."""
    from tongban.kernel.access.calc import SYSTEM
    from tongban.kernel.catalogue import actions as catalogue
    from tongban.kernel.deadlines import actions as deadlines
    from tongban.kernel.places import actions as places
    from tongban.kernel.seals import actions as seals

    changed = places.load(places=reading.places, halls=reading.halls, by=SYSTEM)
    changed += deadlines.load_calendars(years=reading.calendars, by=SYSTEM)
    changed += deadlines.load_lights(lights=reading.pack.get("lights", {}), by=SYSTEM)
    loaded = catalogue.load(reading=reading, by=SYSTEM)
    changed += loaded.changed if loaded else 0
    authority = f"{reading.pack['name']['zh']}演示证书机构"
    changed += seals.ensure(
        agencies={agency["code"]: agency["name"]["zh"] for agency in reading.agencies},
        authority_name=authority,
    )
    return changed
