"""Reads of the bank of key enterprises' questions. Lights and counts are those of appeals: `by_lamp`, `lamps`, `in_hand`."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import rules
from tongban.modules.appeals.models import KeyQuestion, KeyQuestionEntry
from tongban.modules.appeals.states import Owner
from tongban.modules.appeals.states.questions import TABLE, Move, Part

LEADER = "leader"


def questions(actor: Actor) -> QuerySet[KeyQuestion]:
    """The questions that a member of staff may look at, next date first."""
    return KeyQuestion.objects.filter(rules.questions(actor)).order_by("next_on", "id")


def questions_found(rows: QuerySet[KeyQuestion], asked: dict[str, str]) -> QuerySet[KeyQuestion]:
    """Those of a town, an office, a leader (by account), a source, a state, an enterprise's name or a number."""
    for name in ("town", "agency", "source", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("leader"):
        rows = rows.filter(leader_id=asked["leader"]) if _is_id(asked["leader"]) else rows.none()
    if words := asked.get("q", "").replace("\x00", "").strip():
        named = rows.filter(organisation__contains=words)
        rows = named | rows.filter(number=words.upper())
    return rows


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def question_for(
    actor: Actor, question_id: uuid.UUID, verb: str = "look", *, lock: bool = False
) -> KeyQuestion:
    """The question on which the actor may `verb`. Raises NoSuchQuestion."""
    rows = KeyQuestion.objects.filter(rules.questions(actor, verb), pk=question_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise rules.no_such_question()
    return found


def question(question_id: uuid.UUID) -> KeyQuestion:
    """A question for the machinery. Raises KeyQuestion.DoesNotExist."""
    return KeyQuestion.objects.get(pk=question_id)


def moves_of(actor: Actor, row: KeyQuestion) -> set[Move]:
    """What the actor can do to the question now, for offering; the actions check it again."""
    parts = {
        part
        for part in (Part.KEEPER, Part.WORK, Part.FIRM)
        if KeyQuestion.objects.filter(rules.questions(actor, part), pk=row.pk).exists()
    }
    return {move for move, step in TABLE.items() if step.part in parts and row.state in step.sources}


def question_course(row: KeyQuestion) -> list[KeyQuestionEntry]:
    """Every step of a question, oldest first."""
    return list(KeyQuestionEntry.objects.filter(question=row).order_by("id"))


def of_leader(actor: Actor) -> QuerySet[KeyQuestion]:
    """What the actor answers for as a leader, what ended too; next date first."""
    return KeyQuestion.objects.filter(leader_id=actor.account_id).order_by("next_on", "id")


def questions_of_firm(actor: Actor, organisation_id: uuid.UUID) -> QuerySet[KeyQuestion]:
    """The questions of an enterprise that the actor may act for, newest first."""
    rows = KeyQuestion.objects.filter(rules.questions(actor, Part.FIRM), organisation_id=organisation_id)
    return rows.order_by("-opened_at", "-id")


def questions_for_firm(actor: Actor, organisation_id: uuid.UUID) -> int:
    """How many wait for the enterprise's word."""
    return questions_of_firm(actor, organisation_id).filter(owner=Owner.FIRM).count()


def question_of_appeal(actor: Actor, appeal_id: uuid.UUID) -> KeyQuestion | None:
    """The question that an appeal became, when the actor may look at it."""
    return KeyQuestion.objects.filter(rules.questions(actor), appeal_id=appeal_id).first()


def leaders(place_path: str, day: date) -> dict[uuid.UUID, str]:
    """The leaders who can answer for an enterprise of a place, of any place for "": accounts with names, by name."""
    held = [
        one.account_id
        for one in access.holders([LEADER], day).order_by("id")
        if not place_path or place_path.startswith(one.place_path)
    ]
    names: dict[uuid.UUID, Any] = parties.account_names(held)
    return dict(sorted(names.items(), key=lambda one: (one[1], str(one[0]))))
