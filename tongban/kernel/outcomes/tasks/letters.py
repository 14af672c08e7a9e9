"""The letters of the law: each follows its event, is rendered and sealed outside the transaction, then kept."""

from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.documents.calc import new_code
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import last_part, subscribe
from tongban.kernel.outcomes import actions
from tongban.kernel.outcomes.queries import letter_content, papers
from tongban.kernel.outcomes.queries.letters import sealed_by
from tongban.kernel.outcomes.states import PAYMENT_ASKED


def render(case: Case, kind: LetterKind, **extra: str) -> papers.Paper:
    """The sealed letter of this kind about the case as it stands; `extra` are further words of its sentences."""
    letter, data = letter_content(case, kind, extra)
    agency = sealed_by(case, kind)
    number = actions.take_number(letter, kind=kind, agency=agency, place_path=case.place_path)
    return papers.seal(letter["template"], data, agency=agency, number=number, code=new_code())


def keep(event: Event, kind: LetterKind, paper: papers.Paper) -> None:
    """Keep a letter about the case of the event."""
    actions.keep_letter(event=event, about=queries.case(event.subject_id), kind=kind, paper=paper)


def _wanted(kind: LetterKind, case: Case, event: Event) -> bool:
    """Whether this letter has anything to say in this case."""
    # A proof made on the spot is itself the answer: of the letters it has only the receipt.
    by_rule = {LetterKind.ACCEPTANCE, LetterKind.DELIVERY_RECEIPT}
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
    own = f"{key}_{last_part(name)}" if key in _listeners else key
    _listeners.add(key)
    subscribe(name, prepare=prepare, name=own)(apply)


_listeners: set[str] = set()
# The letters that stand in the table of transitions; the grant's follows with its credential (outcomes.py).
for _row in states.TRANSITIONS.values():
    if _row.letter and _row.letter not in {LetterKind.GRANT, LetterKind.DENY, LetterKind.DEEMED_RENEWAL}:
        _follow(_row.event, LetterKind(_row.letter))
# What the applicant signed comes back to them as a paper, and so does what there is to pay.
_follow(states.SUBMITTED, LetterKind.TOLERANCE_PROMISE)
_follow(states.SUBMITTED, LetterKind.COMMITMENT)
_follow(PAYMENT_ASKED, LetterKind.PAYMENT_NOTICE)
