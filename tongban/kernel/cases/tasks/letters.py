"""The letters of the law: each follows its event, is rendered and sealed outside the transaction, then kept."""

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import papers
from tongban.kernel.cases.queries.letters import letter_content
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import new_code, number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.seals import actions as seals


def render(case: Case, kind: LetterKind, **extra: str) -> papers.Paper:
    """The sealed letter of this kind about the case as it stands; `extra` are further words of its sentences."""
    letter, data = letter_content(case, kind, extra)
    number = number_from(
        letter["number_format"],
        documents.take_serial(kind=kind, agency=case.agency, year=time.today().year),
        time.today(),
        short=catalogue.agency(case.agency).get("number_word", ""),
        town=papers.town_digits(case.place_path),
    )
    return papers.seal(letter["template"], data, agency=case.agency, number=number, code=new_code())


def keep(event: Event, kind: LetterKind, paper: papers.Paper) -> None:
    """Keep a letter with its event as effect key, and log the use of the seal."""
    case = queries.case(event.subject_id)
    row = documents.issue_letter(
        about=case,
        kind=kind,
        number=paper.number,
        pdf=paper.pdf,
        sealed_by=paper.agency,
        verify_code=paper.verify_code,
        effect_key=f"{event.id}:{kind}",
    )
    if row is not None:
        seals.log_use(agency=paper.agency, about=row, digest=row.file.sha256, by=SYSTEM)


def _wanted(kind: LetterKind, case: Case, event: Event) -> bool:
    """Whether this letter has anything to say in this case."""
    # A proof made on the spot is itself the answer: of the letters it has only the receipt.
    by_rule = {LetterKind.ACCEPTANCE, LetterKind.DELIVERY_RECEIPT, LetterKind.PAYMENT_NOTICE}
    if kind in by_rule and (event.payload.get("rule") or (case.decided_at and case.decided_by is None)):
        return False
    match kind:
        case LetterKind.TOLERANCE_PROMISE:
            return bool(queries.deferrals_of(case))
        case LetterKind.COMMITMENT:
            # 国办发〔2020〕42号: what is believed now and looked at later. Other undertakings stay in the application.
            definition = queries.version_of(case).definition
            return any(
                data["id"] in case.signed and "check" in data for data in definition.data["commitments"]
            )
        case LetterKind.PAYMENT_NOTICE:
            return bool(queries.version_of(case).definition.data["fee"]["charged"])
    return True


def _follow(name: str, kind: LetterKind) -> None:
    def prepare(event: Event) -> papers.Paper | None:
        case = queries.case(event.subject_id)
        return render(case, kind) if _wanted(kind, case, event) else None

    def apply(event: Event, paper: papers.Paper | None) -> None:
        if paper is not None:
            keep(event, kind, paper)

    # Two verbs can end in the same letter; each is a listener of its own.
    key = f"letter_{kind.value}"
    apply.__qualname__ = f"{key}_{name.rsplit('.', 1)[-1]}" if key in _listeners else key
    _listeners.add(key)
    subscribe(name, prepare=prepare)(apply)


_listeners: set[str] = set()
# The letters that stand in the table of transitions; the grant's follows with its credential (outcomes.py).
for _row in states.TRANSITIONS.values():
    if _row.letter and _row.letter not in {LetterKind.GRANT, LetterKind.DENY}:
        _follow(_row.event, LetterKind(_row.letter))
# What the applicant signed comes back to them as a paper, and so does what there is to pay.
_follow(states.SUBMITTED, LetterKind.TOLERANCE_PROMISE)
_follow(states.SUBMITTED, LetterKind.COMMITMENT)
_follow(states.ACCEPTED, LetterKind.PAYMENT_NOTICE)
