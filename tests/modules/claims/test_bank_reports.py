"""Banks report interest: every row is checked, all are taken or none, firms' profiles say it with the bank as source, wrong ones go back."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.modules.policies.awarding import firm
from tests.terminals.console.filling import body
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions as parties
from tongban.kernel.records.actions import action
from tongban.modules.claims import actions, calc
from tongban.modules.claims.actions.checking import NotNow
from tongban.modules.claims.models import BankLoan, BankReport
from tongban.modules.claims.queries import reports as queries
from tongban.modules.claims.rules import NoSuchClaim
from tongban.modules.policies.queries import published

pytestmark = pytest.mark.django_db
FACT, PAGE = "org.loan_interest_y0", "/policies/interest/"
KIND = calc.Kind(FACT, "经营贷款", "Business loans", 120)
HEAD = "uscc,loan_no,principal,interest,from,to"
CODE = make_uscc("91441900MA5TEXT01")


def table(*rows):
    return "\r\n".join([HEAD, *rows])


def row(code=CODE, loan="L1", principal="1000000", interest="40000", begins="2025-01-01", ends="2025-12-31"):
    return ",".join([code, loan, principal, interest, begins, ends])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (row(code="91441900MA5TEXT019"), "credit code"),
        (row(loan=" "), "loan number"),
        (row(loan="x" * 41), "loan number"),
        (row(principal="0"), "principal"),
        (row(principal="1e6"), "principal"),
        (row(interest="-5"), "interest"),
        (row(interest="0.001"), "interest"),
        (row(begins="2025/01/01"), "YYYY-MM-DD"),
        (row(ends="2025-02-30"), "YYYY-MM-DD"),
        (row(begins="2024-12-31"), "within 2025"),
        (row(ends="2026-01-01"), "within 2025"),
        (row(begins="2025-07-01", ends="2025-06-30"), "within 2025"),
        (row(interest="120000.01"), "12 %"),
        (row(interest="40000", begins="2025-12-01"), "12 %"),
        ("a,b", "6 columns"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line(wrong, word):
    loans, faults = calc.read_table(table(row(), wrong.replace("L1", "L2")), KIND, 2025)
    assert [one.line for one in loans] == [2]
    assert [one.line for one in faults] == [3]
    assert word in faults[0].en


def test_tables_that_are_none():
    for text in ("", "a,b\r\n", HEAD, "\r\n".join([HEAD, *[row(loan=f"L{n}") for n in range(501)]])):
        loans, faults = calc.read_table(text, KIND, 2025)
        assert (loans, [one.line for one in faults]) == ([], [0])
    loans, faults = calc.read_table(table(row(), "", row()), KIND, 2025)
    assert [one.line for one in loans] == [2]
    assert "line 2" in faults[0].en
    assert len(calc.read_table("\ufeff" + table(row(interest="120000")), KIND, 2025)[0]) == 1, (
        "exactly the highest"
    )


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.integers(1, 365))
def test_the_highest_interest_is_reckoned_without_dividing(principal, interest, days):
    ends = dt.date(2025, 1, 1) + dt.timedelta(days=days - 1)
    yuan = [f"{fen // 100}.{fen % 100:02}" for fen in (principal, interest)]
    text = table(row(principal=yuan[0], interest=yuan[1], ends=ends.isoformat()))
    loans, _faults = calc.read_table(text, KIND, 2025)
    assert bool(loans) == (interest * 1000 * 365 <= principal * 120 * days)


@pytest.fixture
def bank(clock):
    """Somebody who acts for the bank that the pack names, and a browser in which they do."""
    published.forget()
    code = queries._setting()["banks"][0]
    head = city.person("李晓峰")
    bank = parties.register_organisation(
        name="示例银行股份有限公司", uscc=code, kind="company", legal_representative=head, by=SYSTEM
    )
    account = city.account(head)
    browser = city.signed_in(account)
    browser.post("/act-for/", {"for": str(bank.pk), "next": "/"})
    yield city.actor(account, bank), browser
    published.forget()


def send(by, *rows):
    return actions.send_report(fact=FACT, content=table(*rows).encode(), by=by)


def known(one):
    found = published.profile_of(person_id=None, organisation_id=one.row.pk).known.get(FACT)
    return (found.value, found.source) if found else None


def test_a_report_is_known_of_each_firm_with_the_bank_as_source(bank):
    by, _browser = bank
    one, other = firm(), firm()
    report = send(
        by,
        row(one.row.uscc, "L1"),
        row(one.row.uscc, "L2", interest="1234.56"),
        row(other.row.uscc, "L3", interest="99.99"),
    )
    assert (report.many, report.interest_fen, report.year) == (3, 4_133_455, 2025)
    name = "示例银行股份有限公司"
    assert (known(one), known(other)) == ((4_123_456, name), (9_999, name))
    more = send(by, row(other.row.uscc, "L4", interest="1"))
    assert known(other) == (10_099, name), "what is reported later is added"
    actions.withdraw_report(report_id=more.pk, by=by)
    assert known(other) == (9_999, name)
    with pytest.raises(NotNow):
        actions.withdraw_report(report_id=more.pk, by=by)
    send(by, row(other.row.uscc, "L4", interest="2"))
    assert known(other) == (10_199, name), "withdrawn, it can be sent again"


def test_the_item_reads_what_the_bank_said(bank):
    by, _browser = bank
    one = firm()
    send(by, row(one.row.uscc))
    profile = published.profile_of(person_id=None, organisation_id=one.row.pk)
    item = next(
        one for one in published.matches(profile, "organisation") if one.offer.code == "farm-loan-interest"
    )
    assert FACT not in item.missing
    assert item.explained.known[FACT] == 4_000_000


def test_one_wrong_row_and_nothing_is_taken(bank):
    by, _browser = bank
    one = firm()
    send(by, row(one.row.uscc, "L9"))
    with pytest.raises(actions.BadTable) as failed:
        send(
            by, row(one.row.uscc, "L1"), row(CODE, "L2"), row(one.row.uscc, "L9"), row(one.row.uscc, "", "x")
        )
    assert [(fault.line, fault.en.split()[0]) for fault in failed.value.faults] == [
        (3, "no"),
        (4, "this"),
        (5, "a"),
        (5, "the"),
    ]
    assert (BankReport.objects.count(), BankLoan.objects.count()) == (1, 1)
    for content in (b"\xff\xfe\x00", table(row(one.row.uscc, "L5")).encode("utf-16")):
        with pytest.raises(actions.BadTable):
            actions.send_report(fact=FACT, content=content, by=by)
    with pytest.raises(actions.BadTable):
        actions.send_report(fact="org.revenue_y0", content=table(row(one.row.uscc, "L6")).encode(), by=by)
    assert BankReport.objects.count() == 1


def test_nobody_but_the_bank(bank):
    by, _browser = bank
    one = firm()
    report = send(by, row(one.row.uscc))
    stranger = city.signed_in(one.account)
    stranger.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    for path in (PAGE, f"{PAGE}template.csv"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{PAGE}{report.pk}/withdraw/").status_code == 404
    officer = city.actor(city.officer("claim_decider", agency="finance-office", place=""))
    for actor in (one.by, officer):
        with pytest.raises(NoSuchClaim):
            send(actor, row(one.row.uscc, "L7"))
        with pytest.raises(NoSuchClaim):
            actions.withdraw_report(report_id=report.pk, by=actor)
    assert "报送付息数据" not in body(stranger.get("/policies/mine/"))


def test_pages(bank):
    _by, browser = bank
    one = firm()
    assert PAGE in body(browser.get("/policies/mine/"))
    assert body(browser.get(f"{PAGE}template.csv")).strip() == HEAD

    def post(text, **more):
        file = SimpleUploadedFile("interest.csv", text.encode(), "text/csv")
        return browser.post(PAGE, {"kind": FACT, "table": file, **more})

    refused = body(post(table(row(one.row.uscc, principal="无"), row(CODE, "L2"))), 422)
    assert "第 2 行" in refused
    assert "第 3 行" in refused
    assert "不是本市登记的企业" in refused
    assert browser.post(PAGE, {"kind": FACT}).status_code == 422
    counts = []
    for loans in (["L1"], ["L2"], ["L3"]):
        assert post(table(*(row(one.row.uscc, loan) for loan in loans))).status_code == 302
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            page = body(browser.get(f"{PAGE}?done=sent"))
        counts.append(len(found))
    assert counts[0] == counts[2]
    assert "已报送 3" in page
    last = BankReport.objects.order_by("-id").first()
    assert browser.post(f"{PAGE}{last.pk}/withdraw/").status_code == 302
    assert body(browser.get(PAGE)).count("已撤回") == 1
    assert browser.post(f"{PAGE}{last.pk}/withdraw/").status_code == 409


def test_a_loan_counts_once_and_tables_hold(bank):
    by, _browser = bank
    one = firm()
    report = send(by, row(one.row.uscc))
    loan = BankLoan.objects.get(report=report)
    for wrong in ({"interest_fen": 0}, {"ends_on": dt.date(2024, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            action(lambda wrong=wrong: BankLoan.objects.filter(pk=loan.pk).update(**wrong))()
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: BankReport.objects.filter(pk=report.pk).update(state="withdrawn"))()
