"""One appeal: fetched through the policy, with its course and what the actor can do now."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import rules
from tongban.modules.appeals.calc import Clocks, Rulebook, dates
from tongban.modules.appeals.models import Appeal, AppealEntry, AppealTask
from tongban.modules.appeals.states import TABLE, Outcome, State, TaskState, Verb, Who

_held: list[Rulebook] = []
_key_rule: list[tuple[Rulebook, Any, Criterion]] = []
# What a new appeal takes from the facts, besides those that make a key firm.
_ASKED = ("org.business_place", "org.phone", "org.place", "org.size")
# What a rating leads to is not asked for by itself.
_CAUSED = (Verb.FILE, Verb.REOPEN, Verb.RAISE, Verb.FOLLOW, Verb.CHASE, Verb.LAPSE, Verb.EXPIRE)


class NotSetUp(Problem):
    """The loaded pack says nothing of appeals."""

    code = "appeal.not_set_up"
    status = 503


def rulebook() -> Rulebook:
    """The rules of the loaded pack; read once for each load. Raises NotSetUp."""
    data = catalogue.documents(DocumentKind.PACK).get("appeals")
    if not data:
        raise NotSetUp(
            sentence_zh="城市包还没有企业诉求的设置。",
            sentence_en="The loaded pack has no settings for appeals.",
            todo_zh="请管理员执行 tongban pack load。",
            todo_en="Run `tongban pack load`.",
        )
    if not _held or _held[0].data is not data:
        _held[:] = [Rulebook(data)]
    return _held[0]


def firm_values(organisation_id: uuid.UUID) -> dict[str, Any]:
    """What appeals ask of all that the city knows of a firm, by the names of facts: size, place, telephone, whether it is a key firm."""
    return parties.values(organisation_id, sorted({*_ASKED, *_key_firms().facts}))


def place_of(values: dict[str, Any], registered: str) -> str:
    """The path of the place where a firm does business, else of that where it is registered."""
    place = places.by_code(str(values.get("org.business_place") or values.get("org.place") or ""))
    return place.path if place is not None else registered


def facts_about(values: dict[str, Any]) -> tuple[str, bool]:
    """The size of a firm ("" when not known) and whether it is a key firm by the pack's rule."""
    return str(values.get("org.size") or ""), _key_firms().evaluate(values).verdict is True


def _key_firms() -> Criterion:
    """The pack's rule of who is a key firm; read once for each load, as every new appeal asks it."""
    book, facts = rulebook(), catalogue.documents(DocumentKind.FACT)
    if not _key_rule or _key_rule[0][0] is not book or _key_rule[0][1] is not facts:
        declared = {name: FactType(one["type"]) for name, one in facts.items()}
        _key_rule[:] = [(book, facts, parse(book.key_when, declared))]
    return _key_rule[0][2]


def appeal_for(actor: Actor, appeal_id: uuid.UUID, verb: str = "look", *, lock: bool = False) -> Appeal:
    """The appeal on which the actor may `verb`. Raises NoSuchAppeal."""
    rows = Appeal.objects.filter(rules.reach(actor, verb), pk=appeal_id)
    # PostgreSQL locks what the condition asks for too, unless the lock names the row.
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise rules.no_such()
    return found


def one_row(appeal_id: uuid.UUID) -> QuerySet[Appeal]:
    """The appeal as a set of one, for asking who is let in to it."""
    return Appeal.objects.filter(pk=appeal_id)


def by_id(appeal_id: uuid.UUID) -> Appeal:
    """An appeal for the machinery. Raises Appeal.DoesNotExist."""
    return Appeal.objects.get(pk=appeal_id)


@reading_everything()  # who answers for a question knows the number of the appeal behind it, and no more of it
def number_of(appeal_id: uuid.UUID) -> str:
    """The number of an appeal. Raises Appeal.DoesNotExist."""
    return Appeal.objects.values_list("number", flat=True).get(pk=appeal_id)


def by_ids(pks: Sequence[str]) -> list[Appeal]:
    """Appeals for the machinery, in the order in which they were made; no query for none."""
    return list(Appeal.objects.filter(pk__in=pks).order_by("id")) if pks else []


def joined_to(appeal: Appeal) -> list[Appeal]:
    """The appeals that were joined to this one."""
    return list(Appeal.objects.filter(main=appeal).order_by("id"))


def own(actor: Actor, appeal_id: uuid.UUID) -> Appeal:
    """An appeal of a firm that the actor may act for. Raises NoSuchAppeal."""
    return appeal_for(actor, appeal_id, Who.FIRM)


def entries(appeal: Appeal) -> list[AppealEntry]:
    """Every step of the appeal's course, oldest first."""
    return list(AppealEntry.objects.filter(appeal=appeal).order_by("id"))


def promised(category: str, town: str, level: int) -> dict[str, int]:
    """What is promised today; above the offices the leader has one limit for everything."""
    book = rulebook()
    clocks = book.clocks(category, town)
    if level:
        raised = book.limits["raised"]
        clocks = replace(clocks, close=raised, supervise=raised, reply=min(clocks.reply, raised))
    return asdict(clocks)


def clocks_of(appeal: Appeal) -> Clocks:
    """The clocks of the appeal, as they were promised."""
    return Clocks(**appeal.promise)


def course(appeal: Appeal) -> tuple[date, list[tuple[Verb, date, int | None]]]:
    """When the present cycle began, and its steps as the clocks read them."""
    rows = [one for one in entries(appeal) if one.cycle == appeal.cycle]
    return _day(rows[0]), [(Verb(one.verb), _day(one), one.value) for one in rows]


def wrong() -> list[str]:
    """Appeals in hand whose dates are not those that their course and the calendar give (invariant I9)."""
    faults, days = [], deadlines.calendar()
    for appeal in Appeal.objects.filter(ended_at=None).order_by("id").iterator():
        started, steps = course(appeal)
        ends = dates(steps, started, clocks_of(appeal), days)
        stored = (appeal.reply_on, appeal.close_on, appeal.supervise_on)
        if stored != (ends.reply_on, ends.close_on, ends.supervise_on):
            faults.append(f"appeal {appeal.number}: stored {stored}, recomputed {ends}")
    return faults


def _day(entry: AppealEntry) -> date:
    return entry.at.astimezone(SHANGHAI).date()


def tasks_of(appeal: Appeal) -> list[AppealTask]:
    """The tasks of assisting offices, oldest first; those that were called off are left out."""
    rows = AppealTask.objects.filter(appeal=appeal).exclude(state=TaskState.CANCELLED)
    return list(rows.order_by("id"))


def roles_of(actor: Actor, appeal: Appeal) -> set[Who]:
    """As whom the actor can act on the appeal; a town's officers who only look have none."""
    return {
        who
        for who in (Who.FIRM, Who.OFFICE, Who.ASSIST, Who.DESK)
        if Appeal.objects.filter(rules.reach(actor, who), pk=appeal.pk).exists()
    }


def verbs_of(appeal: Appeal, roles: set[Who], tasks: Sequence[AppealTask], today: date) -> set[Verb]:
    """What can be done to the appeal now in these roles, for offering; the actions check it again."""
    offered = {
        verb
        for verb, step in TABLE.items()
        if step.who in roles and appeal.state in step.sources and verb not in _CAUSED
    }
    if Verb.DISPUTE in offered and (appeal.dispute_by is None or today > appeal.dispute_by):
        offered.discard(Verb.DISPUTE)
    open_tasks = [one for one in tasks if one.state == TaskState.OPEN]
    if not open_tasks:
        offered.discard(Verb.FINISH)
    else:
        offered.discard(Verb.ANSWER)
    if appeal.extension is None:
        offered -= {Verb.CONSENT, Verb.DECLINE}
    if appeal.extension is not None or appeal.extended:
        offered.discard(Verb.PROPOSE)
    if appeal.state == State.RATING and appeal.outcome == Outcome.PLANNED:
        offered.discard(Verb.WITHDRAW)
    return offered
