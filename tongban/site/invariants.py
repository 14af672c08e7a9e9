"""What must always be true (design.md), as checks over the database that return sentences, none when all is well."""

from collections import Counter
from collections.abc import Callable

from tongban.foundation.ids import check_case_no
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import states as case_states
from tongban.kernel.cases.calc import fingerprint
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import queries as documents
from tongban.kernel.events import queries as events
from tongban.kernel.evidence import queries as evidence
from tongban.kernel.exchange import queries as exchange
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.records.queries import encrypted
from tongban.modules.appeals import queries as appeals
from tongban.modules.looks import queries as looks

# Each state that a case can have shown to people, and the event by which it got there.
_ARRIVALS = {
    row.target: {other.event for other in case_states.TRANSITIONS.values() if other.target == row.target}
    for row in case_states.TRANSITIONS.values()
}


def submissions() -> list[str]:
    """I1: every acknowledged submission exists once, with the digest that its acknowledgement carries."""
    faults = []
    acknowledged: Counter = Counter()
    for event in events.by_name(case_states.SUBMITTED).iterator():
        acknowledged[event.subject_id] += 1
    for case in cases.all_submitted().iterator():
        if acknowledged.pop(case.pk, 0) != 1:
            faults.append(f"case {case.short_no}: not exactly one submission event")
        digest = fingerprint(**cases.content_of(case, case.materials.all()))
        # Corrections under way stay apart until they are handed in, so the digest is the old one until then.
        if case.state != case_states.CaseState.SUPPLEMENT_REQUESTED and digest != case.fingerprint:
            faults.append(f"case {case.short_no}: content does not have the digest of its receipt")
    return faults + [f"submission event of {subject} has no case" for subject in acknowledged]


def effects() -> list[str]:
    """I2: one effect per key. Unique columns hold the keys; here the effects themselves are counted."""
    keys = Counter(events.finished_keys())
    faults = [f"effect {key} happened {count} times" for key, count in keys.items() if count > 1]
    return faults + documents.doubled() + credentials.doubled()


def state_changes() -> list[str]:
    """I8, first half: the last state of each case was reached by an event of its own, and each digest is right."""
    faults = [f"event {pk}: its content does not have its digest" for pk in events.altered()]
    for case in cases.all_submitted().iterator():
        names = [event.name for event in events.history(case.pk)]
        if not set(names) & _ARRIVALS.get(case_states.CaseState(case.state), set()):
            faults.append(f"case {case.short_no}: state {case.state} without an event that leads there")
    return faults


def numbers() -> list[str]:
    """I15: numbers given to people are unique and well-formed."""
    rows = list(cases.all_submitted().values_list("case_no", "short_no"))
    faults = [
        f"case number {number}: {check_case_no(number).why_en}"
        for number, _ in rows
        if not check_case_no(number).ok
    ]
    for column in (0, 1):
        faults += [
            f"number {n} was given twice" for n, c in Counter(row[column] for row in rows).items() if c > 1
        ]
    return faults


def clocks() -> list[str]:
    """I9: of cases and of appeals."""
    return deadlines.wrong() + appeals.wrong()


INVARIANTS: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "I1": ("every acknowledged submission exists once, with the digest in its receipt", submissions),
    "I2": ("one effect and one answer per idempotency key", effects),
    "I3": ("per sender and message one row and one answer; what was applied has no gap", exchange.doubled),
    "I4": ("both sides of an exchange agree day by day, or a ticket says where not", exchange.disagreeing),
    "I5": ("no record for another platform is late without a ticket", exchange.silently_late),
    "I6": ("the books add up, balances are what entries say, no claim is paid twice", ledger.broken),
    "I7": ("every payout was made, checked and sent by three persons", ledger.one_person),
    "I8": (
        "each state change and each look has exactly one event, and what was sealed gives the signed heads",
        lambda: state_changes() + looks.broken() + evidence.broken(),
    ),
    "I9": ("each stored due date equals the recomputed one; none falls on a day off", clocks),
    "I10": ("every file matches its digest", documents.damaged),
    "I12": (
        "every encrypted value opens in its place under a key of the ring, and is found by its blind index",
        lambda: encrypted.unreadable() + encrypted.not_found_again(),
    ),
    "I15": ("numbers given to people are unique", numbers),
}
