"""Amsterdam's Signals measured in the same run: `TONGBAN_BENCH_SIGNALS` names the address at which one is served, pinned to our core.

Set up as the README of this folder says. Its rate then takes the place of the one in `peers.py`.
"""

import json
import os
from urllib.parse import urlsplit

from bench import peers, pinning
from bench.peers import Peer

ADDRESS = os.environ.get("TONGBAN_BENCH_SIGNALS", "")
SECONDS = 6.0
WARM_UP_SECONDS = 2.0
CONNECTIONS = (1, 8)
# A report as its public form sends it, without an address to look up.
REPORT = {
    "source": "online",
    "text": "Transformator vol, graag uitbreiding.",
    "category": {"category_url": "/signals/v1/public/terms/categories/afval/sub_categories/overig-afval"},
    "location": {"geometrie": {"type": "Point", "coordinates": [4.898466, 52.361585]}, "stadsdeel": "A"},
    "reporter": {"email": "a@example.com", "phone": "", "sharing_allowed": False},
    "incident_date_start": "2026-11-27T10:00:00+01:00",
}


def measured() -> dict[str, Peer]:
    """Its creation of a signal at 1 and 8 connections on our core, by the name that `peers` gives it; empty when none is named."""
    if not ADDRESS:
        return {}
    with pinning.pinned(pinning.postmaster_of(peers.SERVER)):
        _rate(8, WARM_UP_SECONDS)
        rates = {each: _rate(each, SECONDS) for each in CONNECTIONS}
    return {"SIGNALS_CREATE": Peer("Signals", peers.SIGNALS_CREATE.call, rates)}


def _rate(connections: int, seconds: float) -> float:
    parts = urlsplit(ADDRESS)
    sent = ("POST", "/signals/v1/public/signals/", json.dumps(REPORT), {"Content-Type": "application/json"})
    spec = {"host": parts.hostname, "port": parts.port, "requests": [sent], "expect": 201}
    figures = pinning.driven({**spec, "connections": connections, "seconds": seconds})
    if len(figures["statuses"]) != 1 or not figures["count"]:
        raise SystemExit(f"Signals answered {figures['statuses']}: {figures['sample']}")
    return float(figures["rate"])
