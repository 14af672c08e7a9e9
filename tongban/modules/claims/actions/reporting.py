"""A bank reports the interest that firms paid: taken whole or not at all, known of each firm from then on, withdrawn where wrong."""

import hashlib
import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as known
from tongban.kernel.parties.states import SubjectKind
from tongban.kernel.records.actions import action
from tongban.modules.claims import states
from tongban.modules.claims.actions.checking import not_now
from tongban.modules.claims.calc import Fault, Loan, read_table
from tongban.modules.claims.models import BankLoan, BankReport
from tongban.modules.claims.queries import reports as queries
from tongban.modules.claims.states import ReportState

SOURCE = 60  # as long as a source may be


class BadTable(Problem):
    """Rows of a bank's table are wrong; nothing of it was taken. `faults` says of each line what."""

    code = "bank_report.bad_table"
    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            sentence_zh=f"表格有 {len(faults)} 处错误，整张没有收下。",
            sentence_en=f"The table has {len(faults)} faults; nothing of it was taken.",
            todo_zh="请按下面逐行改正后重新上传。",
            todo_en="Correct the rows named below and send it again.",
        )
        self.faults = tuple(faults)


@action
def send_report(*, fact: str, content: bytes, by: Actor) -> BankReport:
    """Take a bank's table of last year's interest. All rows are right, or none is taken. Raises NoSuchClaim, BadTable."""
    bank, kind = queries.bank_of(by), queries.kinds().get(fact)
    year = time.today().year - 1
    if kind is None:
        raise BadTable([Fault(0, "没有这一类贷款", "there is no such kind of loans")])
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadTable([Fault(0, "文件不是 UTF-8 编码的 CSV", "the file is no CSV in UTF-8")]) from None
    loans, faults = read_table(text, kind, year)
    firms = known.organisations_by_uscc([one.uscc for one in loans])
    held = queries.known_loans(bank.pk, year, [queries.digest_of(one.loan_no) for one in loans])
    faults += [
        Fault(one.line, "不是本市登记的企业", "no firm of this city has this credit code")
        for one in loans
        if one.uscc not in firms
    ]
    faults += [
        Fault(one.line, "这笔贷款当年已经报送过", "this loan was reported for the year already")
        for one in loans
        if queries.digest_of(one.loan_no) in held
    ]
    if faults:
        raise BadTable(sorted(faults, key=lambda one: one.line))
    row = BankReport(
        bank_id=bank.pk,
        fact=fact,
        year=year,
        digest=hashlib.sha256(content).hexdigest(),
        many=len(loans),
        interest_fen=sum(one.interest for one in loans),
        sent_by=by.account_id,
        sent_at=time.now(),
    )
    row.save(force_insert=True)
    BankLoan.objects.bulk_create([_loan(row, one, firms[one.uscc]) for one in loans])
    _learn(row, sorted({firms[one.uscc] for one in loans}), bank.name, by)
    payload = {"fact": fact, "year": year, "loans": row.many, "digest": row.digest}
    events.record(name=states.REPORT_SENT, about=row, by=by, payload=payload)
    return row


def _loan(report: BankReport, one: Loan, subject: uuid.UUID) -> BankLoan:
    return BankLoan(
        report=report,
        bank_id=report.bank_id,
        fact=report.fact,
        year=report.year,
        line=one.line,
        subject_id=subject,
        loan_no=one.loan_no,
        loan_digest=queries.digest_of(one.loan_no),
        principal_fen=one.principal,
        interest_fen=one.interest,
        begins_on=one.begins,
        ends_on=one.ends,
    )


def _learn(report: BankReport, subjects: Sequence[uuid.UUID], name: str, by: Actor) -> None:
    """What each firm paid by all banks together, with the bank as its source."""
    for subject in subjects:
        fen, banks = queries.interest_of(subject, report.fact, report.year)
        source = name if banks <= 1 else f"{name}等 {banks} 家银行"
        parties.learn(
            subject_kind=SubjectKind.ORGANISATION,
            subject_id=subject,
            facts={report.fact: fen},
            source=source[:SOURCE],
            by=by,
        )


@action
def withdraw_report(*, report_id: uuid.UUID, by: Actor) -> BankReport:
    """Take a wrong report back: its loans count no more and can be sent again. Raises NoSuchClaim, NotNow."""
    row = queries.report(by, report_id, lock=True)
    if row.state != ReportState.IN_FORCE:
        raise not_now("这张表已经撤回", "This table was withdrawn already")
    loans = BankLoan.objects.filter(report=row)
    subjects = sorted(set(loans.values_list("subject_id", flat=True)))
    loans.update(live=False)
    row.state, row.withdrawn_by, row.withdrawn_at = ReportState.WITHDRAWN, by.account_id, time.now()
    row.save()
    _learn(row, subjects, queries.bank_of(by).name, by)
    events.record(name=states.REPORT_WITHDRAWN, about=row, by=by, payload={"loans": row.many})
    return row
