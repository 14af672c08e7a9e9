"""The bank of key enterprises' questions: gathered, assigned to a leader, worked on, closed by the enterprise's word alone."""

import uuid
from dataclasses import dataclass
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries, rules
from tongban.modules.appeals.actions import assigning, moving
from tongban.modules.appeals.models import KeyQuestion, KeyQuestionEntry
from tongban.modules.appeals.states import BATCH
from tongban.modules.appeals.states.questions import OWNERS, TABLE, Move, Source, Stand, require

_PREFIX = "ZD"


class BadQuestion(Problem):
    """A question without a title, an enterprise or a leader, or one that is in the bank already."""

    code = "key_question.incomplete"
    status = 422


@dataclass(frozen=True)
class Charge:
    """Who answers for a question: the leader's post, the account behind it where there is one, the office, by when."""

    post: str
    agency: str
    target_on: str
    leader: uuid.UUID | None = None


def _bad(zh: str, en: str) -> BadQuestion:
    return BadQuestion(
        sentence_zh=zh, sentence_en=en, todo_zh="请改正后再提交。", todo_en="Correct it and send it again."
    )


@action
def open_question(
    *,
    organisation_id: uuid.UUID,
    title: str,
    words: str,
    charge: Charge,
    by: Actor,
    appeal_id: uuid.UUID | None = None,
    visit_id: uuid.UUID | None = None,
    category: str = "",
) -> KeyQuestion:
    """Put a question of a key enterprise into the bank; whether it is one, the page that asks has looked up.

    From an appeal that the actor may see, its enterprise, category and confidence go along. An appeal or a visit makes
    one question, however often it is sent. Raises NoSuchAppeal, NoSuchQuestion, BadQuestion, NoSuchOffice, BadDay.
    """
    appeal = queries.appeal_for(by, appeal_id) if appeal_id else None
    firm = parties.organisation(appeal.organisation_id if appeal else organisation_id)
    place = appeal.place_path if appeal else firm.place_path
    if firm.pk in by.recused or not rules.keeps(by, place):
        raise rules.no_such_question()
    before = KeyQuestion.objects.filter(
        **({"appeal": appeal} if appeal else {"came_from": visit_id or uuid.UUID(int=0)})
    ).first()
    if before is not None:
        raise _bad(
            f"已经列入问题库，编号 {before.number}。", f"It is in the bank already, number {before.number}."
        )
    town = places.town_of(place)
    row = KeyQuestion(
        id=uuid7(),
        source=Source.APPEAL if appeal else Source.VISIT if visit_id else Source.HAND,
        appeal=appeal,
        came_from=None if appeal else visit_id,
        organisation_id=firm.pk,
        organisation=firm.name,
        town=town.code if town else "",
        place_path=place,
        category=appeal.category if appeal else category if category in queries.rulebook().categories else "",
        confidential=appeal.confidential if appeal else False,
        title=_text(title, 80, "标题", "a title"),
        words=moving.required(words, "问题内容", "what the question is"),
        moved_on=time.today(),
        opened_by=by.account_id,
        opened_at=time.now(),
    )
    row.number = calc.number_of(_PREFIX, time.today(), row.pk)
    _charge(row, charge)
    row.next_on = row.target_on
    row.save(force_insert=True)
    return _noted(row, Move.OPEN, by, _said(row))


def _text(text: str, most: int, zh: str, en: str) -> str:
    text = text.strip()
    if not text or len(text) > most:
        raise _bad(f"请填写{zh}，不超过 {most} 个字。", f"Write {en}, in {most} characters at the most.")
    return text


def _charge(row: KeyQuestion, charge: Charge) -> None:
    """Leader, office and day, checked: an account must hold the role of a leader in the enterprise's place."""
    row.leader_post = _text(charge.post, 80, "挂点领导的职务", "the leader's post")
    if charge.leader is not None and charge.leader not in queries.leaders(row.place_path, time.today()):
        raise _bad("没有这位挂点领导。", "There is no such leader.")
    row.leader_id = charge.leader
    row.agency = assigning.known_office(charge.agency, "责任单位", "the responsible office")
    row.target_on = calc.require_day(charge.target_on, time.today())


def _said(row: KeyQuestion) -> str:
    return f"{row.leader_post} · {row.agency} · {row.target_on.isoformat()}"


@action
def _noted(row: KeyQuestion, move: Move, by: Actor, words: str) -> KeyQuestion:
    """The next entry of the course, and the event, which has no word of the question."""
    KeyQuestionEntry(question=row, move=move, at=time.now(), by=by.account_id, words=words or None).save(
        force_insert=True
    )
    payload = {"number": row.number, "state": row.state, "agency": row.agency}
    events.record(name=TABLE[move].event, about=row, by=by, payload=payload)
    return row


def _locked(question_id: uuid.UUID, move: Move, by: Actor) -> KeyQuestion:
    row = queries.question_for(by, question_id, TABLE[move].part, lock=True)
    require(row.state, move)
    return row


@action
def _put(row: KeyQuestion, move: Move, by: Actor, words: str) -> KeyQuestion:
    """Whose turn it is now and by when; saved with its entry and event."""
    target = TABLE[move].target
    if target is not None:
        row.state = target
    if row.state == Stand.CLOSED:
        row.owner, row.next_on, row.ended_at = "", None, time.now()
    else:
        row.owner = OWNERS[Stand(row.state)]
        wait = queries.rulebook().limits["wait"]
        row.next_on = moving.workday(wait) if row.state == Stand.ASKED else row.target_on
    row.save()
    return _noted(row, move, by, words)


@action
def assign_question(*, question_id: uuid.UUID, charge: Charge, words: str, by: Actor) -> KeyQuestion:
    """Another leader, office or day, with the reasons.

    Raises NoSuchQuestion, MoveNotPossible, WordsMissing, BadQuestion, NoSuchOffice, BadDay.
    """
    row = _locked(question_id, Move.ASSIGN, by)
    words = moving.required(words, "调整的理由", "why it is changed")
    _charge(row, charge)
    return _put(row, Move.ASSIGN, by, f"{words}\n{_said(row)}")


@action
def note_progress(*, question_id: uuid.UUID, words: str, by: Actor) -> KeyQuestion:
    """Write down how far it is. Raises NoSuchQuestion, MoveNotPossible, WordsMissing."""
    row = _locked(question_id, Move.NOTE, by)
    words = moving.required(words, "进展", "how far it is")
    row.moved_on = time.today()
    return _put(row, Move.NOTE, by, words)


@action
def ask_enterprise(*, question_id: uuid.UUID, words: str, by: Actor) -> KeyQuestion:
    """Say what was done and ask the enterprise whether that solves it. Raises NoSuchQuestion, MoveNotPossible, WordsMissing."""
    row = _locked(question_id, Move.ASK, by)
    words = moving.required(words, "解决情况", "what was done")
    row.moved_on = time.today()
    return _put(row, Move.ASK, by, words)


@action
def say_solved(*, question_id: uuid.UUID, solved: bool, by: Actor, words: str = "") -> KeyQuestion:
    """The enterprise's word: solved, which closes the question, or not, with what is missing.

    Raises NoSuchQuestion, MoveNotPossible, WordsMissing.
    """
    move = Move.CONFIRM if solved else Move.DECLINE
    row = _locked(question_id, move, by)
    text = words.strip()[:500] if solved else moving.required(words, "还有什么没有解决", "what is not solved")
    return _put(row, move, by, text)


@action
def lapse_questions(*, day: date, by: Actor = SYSTEM) -> int:
    """Questions that an enterprise was asked about and said nothing to go on: silence closes none. How many."""
    rows = KeyQuestion.objects.filter(state=Stand.ASKED, next_on__lt=day).order_by("id")
    late = list(rows.select_for_update()[:BATCH])
    for row in late:
        _put(row, Move.LAPSE, by, "")
    return len(late)
