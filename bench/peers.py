"""What comparable systems do on one core of a machine like this, measured by us; see README.md for the method."""

import os
from dataclasses import dataclass

# One CPU: application, PostgreSQL, Redis and client pinned to it; closed loop with keep-alive; Debian bookworm, PostgreSQL 15
# with its defaults (fsync on). One run per cell, spread 25 %. Open Zaak: 2026-11-28 on 2 vCPU AMD EPYC, in the same hour as the
# figures of README.md; on 2 vCPU Intel Xeon on 2026-11-22 it did 21 cases a second. The others are of that slower machine: their ratios on
# a faster one are too high, which their line says.

# Where the peers that are measured in the same run have their databases.
SERVER = os.environ.get("TONGBAN_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True)
class Peer:
    """One call of one system: answers a second at a number of connections."""

    system: str
    call: str
    rates: dict[int, float]
    elsewhere: bool = False


# Open Zaak 1.30.0+ (90dd5eb0), Django 5.2 and uWSGI with its own configuration, notifications off.
OPEN_ZAAK_CREATE = Peer("Open Zaak", "POST zaak", {1: 33.0, 8: 29.6})
OPEN_ZAAK_STATUS = Peer("Open Zaak", "POST status", {1: 19.6, 8: 15.4})
OPEN_ZAAK_READ = Peer("Open Zaak", "GET zaak (JSON)", {1: 37.1, 8: 26.1})
OPEN_ZAAK_LIST = Peer("Open Zaak", "GET list of 20 (JSON)", {1: 10.7, 8: 23.2})
# Open Forms (5e5813168), two steps, ten components: eight calls make one submission, as in a browser.
OPEN_FORMS_SUBMIT = Peer("Open Forms", "whole submission", {1: 4.56, 8: 5.01}, elsewhere=True)
# Amsterdam's Signals 2.50.12 (adbe8fc7), without looking up the address.
SIGNALS_CREATE = Peer("Signals", "POST signal", {1: 15.1, 8: 15.6}, elsewhere=True)

# The first aim of the project, over Open Zaak's case creation on one core.
AIM = 10

FAIRNESS = """\
Fairness. One submission here is the whole application in one transaction: authorisation (session, account, mandates,
policy), validation of every field against the published form, facts of the register joined in, number, clock, audit
event with digest and queued letters. Open Zaak's POST zaak validates URL-linked resources, checks scopes and writes an
audit trail, but no form; Open Forms goes through a form in eight calls. Letters are made by the worker afterwards, which
stands still while requests are measured, as the peers' Celery did; its cost is the line `background`. Pages are whole
HTML pages; the peers answer JSON. Sessions differ by up to 25 % on shared machines: smaller differences mean nothing."""
