"""What comparable systems do on one core of a machine like this, measured by us; see README.md for the method."""

from dataclasses import dataclass

# One CPU: application, PostgreSQL, Redis and client pinned to it; closed loop with keep-alive; measured 2026-11-22 on
# 2 vCPU Intel Xeon, Debian bookworm, PostgreSQL 15.20 with its defaults (fsync on). One run per cell, spread 25 %.


@dataclass(frozen=True)
class Peer:
    """One call of one system: answers a second at a number of connections."""

    system: str
    call: str
    rates: dict[int, float]


# Open Zaak 1.30.0+ (90dd5eb0), Django 5.2 and uWSGI with its own configuration, notifications off.
OPEN_ZAAK_CREATE = Peer("Open Zaak", "POST zaak", {1: 21.4, 8: 20.6})
OPEN_ZAAK_STATUS = Peer("Open Zaak", "POST status", {1: 12.4, 8: 10.9})
OPEN_ZAAK_READ = Peer("Open Zaak", "GET zaak (JSON)", {1: 24.9, 8: 22.5})
OPEN_ZAAK_LIST = Peer("Open Zaak", "GET list of 20 (JSON)", {1: 10.8, 8: 15.9})
# Open Forms (5e5813168), two steps, ten components: eight calls make one submission, as in a browser.
OPEN_FORMS_SUBMIT = Peer("Open Forms", "whole submission", {1: 4.56, 8: 5.01})
# Amsterdam's Signals 2.50.12 (adbe8fc7), without looking up the address.
SIGNALS_CREATE = Peer("Signals", "POST signal", {1: 15.1, 8: 15.6})

# The first aim of the project, over Open Zaak's case creation on one core.
AIM = 10

FAIRNESS = """\
Fairness. One submission here is the whole application in one transaction: authorisation (session, account, mandates,
policy), validation of every field against the published form, facts of the register joined in, number, clock, audit
event with digest and queued letters. Open Zaak's POST zaak validates URL-linked resources, checks scopes and writes an
audit trail, but no form; Open Forms goes through a form in eight calls. Letters are made by the worker afterwards, which
stands still while requests are measured, as the peers' Celery did; its cost is the line `background`. Pages are whole
HTML pages; the peers answer JSON. Sessions differ by up to 25 % on shared machines: smaller differences mean nothing."""
