"""The daily chase, and who is told of what: the firm of every step that concerns it, an office of what waits for it."""

import uuid
from datetime import date
from typing import TYPE_CHECKING

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Granted, covers
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import CALENDAR_LOADED
from tongban.kernel.events.states import daily, last_part, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.states import (
    PROPOSAL_ANSWERED,
    PROPOSED,
    REDATED,
    SCANNED,
    TABLE,
    Owner,
    Verb,
)
from tongban.modules.appeals.states.joining import TOLD
from tongban.modules.appeals.states.questions import TABLE as QUESTIONS
from tongban.modules.appeals.states.questions import Move

if TYPE_CHECKING:
    from tongban.kernel.events.models import Event
    from tongban.modules.appeals.models import Appeal, AppealProposal, KeyQuestion

# The firm is told of these; texts in both languages with the number, never a word of the appeal.
TO_FIRM: dict[Verb, tuple[str, str]] = {
    Verb.ROUTE: ("诉求已分派主办单位", "Your appeal was assigned"),
    Verb.REFUSE: ("诉求不予受理", "Your appeal was not taken"),
    Verb.MERGE: TOLD,
    Verb.CONTACT: ("主办单位已联系您", "The office contacted you"),
    Verb.REPLY: ("诉求有阶段答复", "There is a stage reply to your appeal"),
    Verb.ASK: ("请补充诉求的情况", "Please add to your appeal"),
    Verb.PROPOSE: ("请答复是否同意延期", "Do you agree to an extension?"),
    Verb.APPROVE: ("诉求已答复，请评价", "Your appeal was answered, please rate"),
    Verb.RAISE: ("诉求已提级办理", "Your appeal was raised a level"),
    Verb.SUPERVISE: (
        "诉求到期未办结，已由上级单位督办",
        "Your appeal was not answered by its day: the office above looks on now",
    ),
    Verb.EXPIRE: ("诉求已办结", "Your appeal was closed"),
}
# A firm whose appeal was joined to another is asked for nothing: it is told how far the other one is.
TO_JOINED: dict[Verb, tuple[str, str]] = {
    Verb.ROUTE: ("并案办理的诉求已分派主办单位", "The appeal that yours was joined to was assigned"),
    Verb.MERGE: TO_FIRM[Verb.MERGE],
    Verb.REPLY: ("并案办理的诉求有阶段进展", "There is progress on the appeal that yours was joined to"),
    Verb.APPROVE: ("并案办理的诉求已有办理结果", "The appeal that yours was joined to was answered"),
    Verb.RAISE: ("并案办理的诉求已提级办理", "The appeal that yours was joined to was raised a level"),
    Verb.SUPERVISE: (
        "并案办理的诉求到期未办结，已由上级单位督办",
        "The appeal that yours was joined to was not answered by its day: the office above looks on now",
    ),
}
OFFICE_TEXTS = {
    Verb.ROUTE: ("新的企业诉求，请按时联系企业", "A new appeal: contact the firm in time"),
    Verb.RULE: ("分派异议已裁定，请按时联系企业", "A dispute was ruled on: contact the firm in time"),
    Verb.REOPEN: ("企业不满意，请重新办理", "The firm is dissatisfied: handle it again"),
    Verb.SEND_BACK: ("答复被退回", "An answer was sent back"),
    Verb.SUPPLY: ("企业已补充", "The firm has answered"),
    Verb.CHASE: ("企业诉求超期，请立即办理", "An appeal is overdue: handle it at once"),
}
SUPERVISED = (
    "企业诉求到期未答复，已转督办",
    "An appeal was not answered by its day: it is under supervision",
)
_BODY = ("编号 {number}。请打开诉求查看。", "Number {number}. Open the appeal to read it.")
_QUESTION_BODY = (
    "编号 {number}。请打开重点企业问题查看。",
    "Number {number}. Open the question to read it.",
)


def _tell_firm(verb: Verb) -> None:
    def tell(event: "Event", prepared: None) -> None:
        appeal = queries.by_id(event.subject_id)
        told = [(appeal, TO_FIRM[verb])]
        if verb in TO_JOINED:
            # Those that were joined to one which is itself joined have another lead by now: the event says which.
            joined = queries.joined_to(appeal) + queries.by_ids(event.payload.get("brought", ()))
            told += [(one, TO_JOINED[verb]) for one in joined]
        for one, text in told:
            for account in parties.accounts_of_holder(one.organisation_id, time.today()):
                _notify(one, account, text, f"{event.id}:{one.pk}:{account}")

    name = TABLE[verb].event
    subscribe(name, name=f"firm_{last_part(name)}")(tell)


def _tell_office(verb: Verb) -> None:
    def told(event: "Event", prepared: None) -> None:
        appeal = queries.by_id(event.subject_id)
        for account in _officers(appeal):
            _notify(appeal, account, OFFICE_TEXTS[verb], f"{event.id}:office:{account}")

    name = TABLE[verb].event
    subscribe(name, name=f"office_{last_part(name)}")(told)


def _officers(appeal: "Appeal") -> list:
    """Whoever can act on it now: the officers of the lead, or the coordinators."""
    if appeal.owner == Owner.DESK:
        return _holders("appeal_coordinator", appeal.desk, appeal)
    found = _holders("appeal_officer", appeal.agency, appeal)
    if appeal.agency == appeal.town_agency:
        found += _holders("town_manager", appeal.agency, appeal)
    return list(dict.fromkeys(found))


def _holders(role: str, agency: str, about: "Appeal | AppealProposal | KeyQuestion") -> list:
    found = []
    for grant in access.holders([role], time.today()).order_by("id"):
        held = Granted(grant.role, grant.agency, grant.place_path, tuple(grant.items))
        if covers(held, agency=agency, place_path=about.place_path, item=about.category):
            found.append(grant.account_id)
    return list(dict.fromkeys(found))


def _notify(appeal: "Appeal", account_id, title: tuple[str, str], key: str) -> None:
    zh, en = (text.format(number=appeal.number) for text in _BODY)
    notices.notify(account_id=account_id, title=title, body=(zh, en), about=appeal, effect_key=key)


for _verb in TO_FIRM:
    _tell_firm(_verb)
for _verb in OFFICE_TEXTS:
    _tell_office(_verb)


@subscribe(CALENDAR_LOADED)
def calendar_changed(event: "Event", prepared: None) -> None:
    """A year's days off were announced or corrected."""
    actions.recompute(because=deadlines.year(event.subject_id))


@subscribe(REDATED)
def batch_redated(event: "Event", prepared: None) -> None:
    """Go on after the last appeal of the batch, unless it was the last one."""
    if event.payload["after"] is not None:
        after = uuid.UUID(event.payload["after"])
        actions.recompute(because=deadlines.year(event.subject_id), after=after)


@daily
def every_day(day: date) -> None:
    """Chase what is overdue. Run again on the same day, it finds only what has changed since."""
    actions.scan(day=day)
    while actions.lapse_questions(day=day):  # few are ever asked at once; a batch is a transaction
        pass


@subscribe(SCANNED)
def batch_scanned(event: "Event", prepared: None) -> None:
    """Go on after the last appeal of the batch, unless it was the last one."""
    if event.payload.get("after") is not None:
        day = date.fromisoformat(event.payload["day"])
        actions.scan(day=day, after=uuid.UUID(event.payload["after"]))


@subscribe(TABLE[Verb.SUPERVISE].event)
def supervised(event: "Event", prepared: None) -> None:
    """The office above is told, and the lead that the office above looks on."""
    appeal = queries.by_id(event.subject_id)
    above = _holders("appeal_coordinator", appeal.above, appeal)
    for account in dict.fromkeys([*above, *_officers(appeal)]):
        _notify(appeal, account, SUPERVISED, f"{event.id}:above:{account}")


@subscribe(PROPOSED)
def proposed(event: "Event", prepared: None) -> None:
    """The office that is to answer a proposal is told of it."""
    row = queries.proposal(event.subject_id)
    for account in _holders("appeal_officer", row.agency, row):
        _tell(
            row, account, "收到政策改进建议，请按期答复", "A change of policy was proposed: answer it", event
        )


@subscribe(PROPOSAL_ANSWERED)
def proposal_answered(event: "Event", prepared: None) -> None:
    """Whoever proposed it is told that it was answered."""
    row = queries.proposal(event.subject_id)
    _tell(row, row.opened_by, "政策改进建议已答复", "A proposal to change a policy was answered", event)


def _tell(row: "AppealProposal", account: uuid.UUID, zh: str, en: str, event: "Event") -> None:
    body = ("请在诉求的政策改进建议中查看。", "Open the proposals of appeals to read it.")
    key = f"{event.id}:proposal:{account}"
    notices.notify(account_id=account, title=(zh, en), body=body, about=row, effect_key=key)


@subscribe(QUESTIONS[Move.OPEN].event)
def question_opened(event: "Event", prepared: None) -> None:
    """The leader and the office are told of a question that is theirs."""
    _tell_charged(event)


@subscribe(QUESTIONS[Move.ASSIGN].event)
def question_assigned(event: "Event", prepared: None) -> None:
    """So are those to whom it goes over."""
    _tell_charged(event)


def _tell_charged(event: "Event") -> None:
    row = queries.question(event.subject_id)
    told = [*([row.leader_id] if row.leader_id else []), *_holders("appeal_officer", row.agency, row)]
    for account in dict.fromkeys(told):
        _tell_question(
            row, account, "有重点企业问题等您推进", "A key enterprise's question waits for you", event
        )


@subscribe(QUESTIONS[Move.ASK].event)
def question_asked(event: "Event", prepared: None) -> None:
    """The enterprise is asked for its word."""
    row = queries.question(event.subject_id)
    for account in parties.accounts_of_holder(row.organisation_id, time.today()):
        _tell_question(
            row, account, "请确认反映的问题是否已经解决", "Is the question that you raised solved?", event
        )


@subscribe(QUESTIONS[Move.DECLINE].event)
def question_declined(event: "Event", prepared: None) -> None:
    """The leader hears that it is not solved."""
    row = queries.question(event.subject_id)
    if row.leader_id:
        _tell_question(
            row, row.leader_id, "企业认为问题没有解决", "The enterprise says it is not solved", event
        )


def _tell_question(row: "KeyQuestion", account: uuid.UUID, zh: str, en: str, event: "Event") -> None:
    body = tuple(text.format(number=row.number) for text in _QUESTION_BODY)
    key = f"{event.id}:question:{account}"
    notices.notify(account_id=account, title=(zh, en), body=body, about=row, effect_key=key)
