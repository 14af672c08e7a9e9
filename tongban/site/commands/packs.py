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
    from tongban.kernel.exchange.forms import read_peers
    from tongban.modules.matching.forms import read_matching
    from tongban.modules.policies.forms import read_policies
    from tongban.modules.signon.forms import read_systems

    folder = Path(options.folder) if options.folder else settings.PACK
    reading = read_pack(folder)
    policies = read_policies(reading)
    errors = [*reading.errors, *policies.errors, *read_peers(folder)[1], *read_systems(folder)[1]]
    errors += read_matching(folder, reading.fact_types).errors
    errors += of_modules(reading)
    for error in errors:
        print(error.text(options.lang), file=sys.stderr)
    if errors:
        print(f"{len(errors)} 处错误，没有载入 / {len(errors)} faults, nothing loaded", file=sys.stderr)
        return 1
    print(
        f"{folder.name}: {len(reading.items)} items, {len(reading.credentials)} credential types, "
        f"{len(policies.policies.policies)} policies with {len(policies.policies.items)} subsidy items: no faults"
    )
    if options.what == "load":
        print(f"{load(reading, policies)} changes")
        for kept in ahead_of_pack(reading.items):
            print(kept, file=sys.stderr)
    return 0


def of_modules(reading: Any) -> list[Any]:
    """Read what goes with the pack's own documents and belongs to modules; returns the faults in it."""
    from tongban.modules.appeals.forms import read_appeals
    from tongban.modules.projects.forms import read_projects
    from tongban.modules.visits.forms import read_visits

    return [*read_appeals(reading), *read_projects(reading), *read_visits(reading)]


def load(reading: Any, policies: Any = None) -> int:
    """Load a faultless reading: places, calendars, lights, catalogue, peers, policies, claims, matching, a seal for each agency.

    Repeatable. Without a reading of the policies they are read here. Raises PackProblem when they have faults.
    """
    from django.conf import settings

    from tongban.foundation.packs import PackProblem
    from tongban.kernel.access.calc import SYSTEM
    from tongban.kernel.catalogue import actions as catalogue
    from tongban.kernel.deadlines import actions as deadlines
    from tongban.kernel.exchange import actions as exchange
    from tongban.kernel.exchange.forms import read_peers
    from tongban.kernel.places import actions as places
    from tongban.kernel.seals import actions as seals
    from tongban.kernel.seals.states import LOG
    from tongban.modules.claims import actions as claims
    from tongban.modules.matching import actions as matching
    from tongban.modules.matching.forms import read_matching
    from tongban.modules.policies import actions as offered
    from tongban.modules.policies.forms import read_policies
    from tongban.modules.signon import actions as signon
    from tongban.modules.signon.forms import read_systems

    if faults := of_modules(reading):
        raise PackProblem(faults)
    changed = places.load(places=reading.places, halls=reading.halls, by=SYSTEM)
    changed += deadlines.load_calendars(years=reading.calendars, by=SYSTEM)
    changed += deadlines.load_lights(lights=reading.pack.get("lights", {}), by=SYSTEM)
    loaded = catalogue.load(reading=reading, by=SYSTEM)
    changed += loaded.changed if loaded else 0
    peers, faults = read_peers(reading.folder)
    systems, wrong = read_systems(reading.folder)
    if faults or wrong:
        raise PackProblem([*faults, *wrong])
    changed += exchange.load_peers(peers=peers, address=settings.EXCHANGE_ADDRESS, by=SYSTEM)
    changed += signon.load_systems(systems=systems, by=SYSTEM)
    changed += offered.load(reading=policies or read_policies(reading), by=SYSTEM)
    changed += claims.publish_items(by=SYSTEM)
    changed += matching.load(reading=read_matching(reading.folder, reading.fact_types), by=SYSTEM)
    authority = f"{reading.pack['name']['zh']}演示证书机构"
    changed += seals.ensure(
        agencies={agency["code"]: agency["name"]["zh"] for agency in reading.agencies}
        | {LOG: f"{reading.pack['name']['zh']}事件日志"},
        authority_name=authority,
    )
    return changed
