"""Shares to the fen, short pools, warnings, and the recomputation itself: pure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.calc import (
    BadShares,
    Books,
    Claim,
    Finding,
    Line,
    Move,
    Paid,
    Planned,
    book_faults,
    findings,
    in_proportion,
    person_faults,
    split,
)
from tongban.kernel.ledger.states import Account, PayoutState, PostingKind, WarningKind

WEIGHTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10**9), min_size=1).filter(
    lambda weights: sum(weights.values()) > 0
)
CLAIMS = st.lists(st.integers(0, 10**12), max_size=30).map(
    lambda sums: [Claim(f"c{number:02}", fen) for number, fen in enumerate(sums)]
)


@given(st.integers(0, 10**14), WEIGHTS)
def test_shares_add_up_and_are_within_a_fen_of_exact(fen, weights):
    shares, total = split(fen, weights), sum(weights.values())
    assert sum(shares.values()) == fen
    assert all(abs(shares[key] * total - fen * weights[key]) < total for key in weights)
    assert shares == split(fen, dict(reversed(weights.items())))


@given(st.integers(0, 10**13), CLAIMS, st.randoms())
def test_a_pool_is_given_out_whole_and_nobody_gets_more_than_claimed(pool, claims, dice):
    shares = in_proportion(pool, claims)
    assert sum(shares.values()) == min(pool, sum(claim.fen for claim in claims))
    assert all(0 <= shares[claim.key] <= claim.fen for claim in claims)
    shuffled = list(claims)
    dice.shuffle(shuffled)
    assert in_proportion(pool, shuffled) == shares


def test_three_funders_by_hand():
    assert split(16_049, {"province": 57, "city": 24, "town": 19}) == {
        "province": 9_148,  # 9147.93
        "city": 3_852,  # 3851.76
        "town": 3_049,  # 3049.31
    }


@pytest.mark.parametrize(("fen", "weights"), [(-1, {"a": 1}), (1, {"a": 0}), (1, {"a": 2, "b": -1}), (1, {})])
def test_shares_that_cannot_be(fen, weights):
    with pytest.raises(BadShares):
        split(fen, weights)


def test_one_claim_twice_cannot_be_shared_out():
    with pytest.raises(BadShares):
        in_proportion(1, [Claim("a", 1), Claim("a", 1)])


PLAIN = Planned("p1", "li", "acc-li", 5_000, "invoice-1", "acc-li")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (PLAIN, []),
        (
            replace(PLAIN, account="acc-x"),
            [(WarningKind.ACCOUNT_CHANGED, ()), (WarningKind.SHARED_ACCOUNT, ("e1",))],
        ),
        (replace(PLAIN, payee="wang", fen=700, item_key="i7"), [(WarningKind.SAME_AGAIN, ("e2",))]),
        (replace(PLAIN, payee="bad"), [(WarningKind.STOP_LIST, ())]),
        (replace(PLAIN, fen=10_000), []),
        (replace(PLAIN, fen=9_999), [(WarningKind.JUST_UNDER, ())]),
        (replace(PLAIN, fen=9_500), [(WarningKind.JUST_UNDER, ())]),
        (replace(PLAIN, fen=9_499), []),
    ],
)
def test_warnings(row, expected):
    earlier = [
        Planned("e1", "zhao", "acc-x", 1, ""),
        Planned("e2", "wang", "acc-li" if row.payee == "wang" else "y", 700, "i7"),
    ]
    found = findings([row], earlier, stopped=frozenset({"bad"}), thresholds=[10_000])
    assert found == [Finding("p1", kind, others) for kind, others in expected]


LINE = Line("l", 100, {Account.AVAILABLE: 60, Account.RESERVED: 0, Account.PAYABLE: 0, Account.PAID: 40})
PAYOUT = Paid("p", "c", 40, PayoutState.PAID, 40, "m", "c", "f")


def _pair(posting, kind, source, target, fen, payout=""):
    return [Move(posting, kind, "l", source, -fen, payout), Move(posting, kind, "l", target, fen, payout)]


SOUND = Books(
    [
        *_pair("1", PostingKind.BUDGET, Account.FUND, Account.AVAILABLE, 100),
        *_pair("2", PostingKind.RESERVE, Account.AVAILABLE, Account.RESERVED, 40, "p"),
        *_pair("3", PostingKind.COMMIT, Account.RESERVED, Account.PAYABLE, 40, "p"),
        *_pair("4", PostingKind.PAY, Account.PAYABLE, Account.PAID, 40, "p"),
    ],
    [LINE],
    [PAYOUT],
)


def test_sound_books_have_no_faults():
    assert book_faults(SOUND) == [] == person_faults(SOUND)


@pytest.mark.parametrize(
    ("books", "faults"),
    [
        (replace(SOUND, moves=SOUND.moves[:-1]), 3),  # the posting, the line and the payout
        (replace(SOUND, lines=[replace(LINE, budget=101)]), 2),
        (replace(SOUND, payouts=[replace(PAYOUT, shares=39)]), 1),
        (replace(SOUND, payouts=[replace(PAYOUT, state=PayoutState.UNKNOWN)]), 2),
    ],
)
def test_planted_faults_are_found(books, faults):
    assert len(book_faults(books)) == faults


def test_a_claim_paid_twice_is_found():
    twice = replace(SOUND, payouts=[PAYOUT, replace(PAYOUT, id="q")])
    assert "claim c: 2 live payouts" in book_faults(twice)


@pytest.mark.parametrize(
    "persons", [("m", "m", "f"), ("m", "c", "c"), ("m", "c", "m"), ("m", "c", ""), ("", "c", "f")]
)
def test_fewer_than_three_persons_are_found(persons):
    maker, checker, finance = persons
    row = replace(PAYOUT, maker=maker, checker=checker, finance=finance)
    assert len(person_faults(replace(SOUND, payouts=[row]))) == 1
