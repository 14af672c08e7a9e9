"""What every verb shares: the locked row, the step of the table, the entry, the owner and the next date, the event."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import MOST_ATTACHED
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries, states
from tongban.modules.appeals.models import Appeal, AppealCause, AppealEntry, AppealFile, AppealTally
from tongban.modules.appeals.states import MOST_WORDS, OWNERS, TO_FIRM, Measure, State, Verb, Who


class WordsMissing(Problem):
    """A step without the words that whoever comes next needs, or with too many."""

    code = "appeal.words_missing"
    status = 422


class TooLate(Problem):
    """The limit of a dispute or of an extension has passed."""

    code = "appeal.too_late"
    status = 409


def required(words: str, zh: str, en: str) -> str:
    """The words, stripped. Raises WordsMissing."""
    words = words.strip()
    if not words or len(words) > MOST_WORDS:
        raise WordsMissing(
            sentence_zh=f"请填写{zh}，不超过 {MOST_WORDS} 个字。",
            sentence_en=f"Write {en}, in {MOST_WORDS} characters at the most.",
            todo_zh=f"请写明{zh}。",
            todo_en=f"Write {en}.",
        )
    return words


def locked(appeal_id: uuid.UUID, verb: Verb, by: Actor) -> Appeal:
    """The appeal, locked, on which the actor may do this now. Raises NoSuchAppeal, StepNotPossible."""
    appeal = queries.appeal_for(by, appeal_id, states.TABLE[verb].who, lock=True)
    states.require(appeal.state, verb)
    return appeal


def workday(days: int) -> date:
    """The working day that lies `days` working days ahead; today or the next one for 0."""
    return deadlines.calendar().add_workdays(time.today(), days).date


def show_dates(appeal: Appeal) -> None:
    """Reckon the dates of the present cycle anew from its steps."""
    started, steps = queries.course(appeal)
    dates = calc.dates(steps, started, queries.clocks_of(appeal), deadlines.calendar())
    appeal.reply_on, appeal.close_on, appeal.supervise_on = dates.reply_on, dates.close_on, dates.supervise_on


class BadFiles(Problem):
    """Files of a step that are too many, are not the actor's own, or go with another step already."""

    code = "appeal.bad_files"
    status = 422


def own_files(files: Sequence[uuid.UUID], by: Actor) -> list[tuple[uuid.UUID, str]]:
    """The identifiers and names of stored files that the actor has just uploaded. Raises BadFiles."""
    held = documents.attachable(by, files)
    if held is None or AppealFile.objects.filter(file_id__in=files).exists():
        raise BadFiles(
            sentence_zh=f"附件最多 {MOST_ATTACHED} 个，只能是自己刚上传、还没有用过的文件。",
            sentence_en=f"At most {MOST_ATTACHED} files, each uploaded by yourself and not used before.",
            todo_zh="请重新选择文件。",
            todo_en="Choose the files again.",
        )
    return [(one.pk, one.name) for one in held]


@action
def note(
    appeal: Appeal,
    verb: Verb,
    by: Actor,
    *,
    words: str = "",
    value: int | None = None,
    agency: str = "",
    files: Sequence[uuid.UUID] = (),
) -> None:
    """The next entry of the course, with its files. Raises BadFiles."""
    row = _entry(appeal, verb, by, words, value, agency)
    _attach(row, files, by)
    row.save(force_insert=True)


def _attach(row: AppealEntry, files: Sequence[uuid.UUID], by: Actor) -> None:
    for file_id, name in own_files(files, by) if files else []:
        AppealFile(entry=row, file_id=file_id, name=name).save(force_insert=True)


def _entry(
    appeal: Appeal, verb: Verb, by: Actor, words: str = "", value: int | None = None, agency: str = ""
) -> AppealEntry:
    who = states.TABLE[verb].who
    return AppealEntry(
        appeal=appeal,
        cycle=appeal.cycle,
        verb=verb,
        at=time.now(),
        by=by.account_id,
        agency=agency or {Who.OFFICE: appeal.agency, Who.DESK: appeal.desk}.get(who, ""),
        value=value,
        words=words or None,
    )


@dataclass(frozen=True)
class Filing:
    """That an appeal was filed, as it stood then: its first entry and event, written by the step that assigns it."""

    entry: AppealEntry
    told: events.Happened


@action
def begin(appeal: Appeal, by: Actor, files: Sequence[uuid.UUID]) -> Filing:
    """The first step of an appeal, to be written with the next one or by itself. Raises BadFiles."""
    row = _entry(appeal, Verb.FILE, by)
    _attach(row, files, by)
    return Filing(row, _told(appeal, Verb.FILE, by))


@action
def write_filing(held: Filing) -> None:
    """Write the first step down by itself: nobody is assigned."""
    held.entry.save(force_insert=True)
    events.record_all(happened=[held.told])


def put(appeal: Appeal, target: State | None, step_on: date | None = None) -> None:
    """Set the state with its owner and its next date: the step's own, else that of the clock that runs."""
    state = State(target or appeal.state)
    if target is not None:
        appeal.chased = 0
    appeal.state = state
    if state in states.ENDED:
        appeal.owner, appeal.next_on, appeal.ended_at = "", None, time.now()
        appeal.extension = None
        return
    appeal.owner = OWNERS[state]
    if state == State.WORKING:
        clock = appeal.close_on if appeal.replied_at else appeal.reply_on
        if clock is None:
            raise AssertionError("a clock that runs has its end")
        appeal.next_on = min(clock, appeal.close_on or clock)
    elif step_on is not None:
        appeal.next_on = step_on


@action
def move(
    appeal: Appeal,
    verb: Verb,
    by: Actor,
    *,
    words: str = "",
    value: int | None = None,
    step_on: date | None = None,
    agency: str = "",
    files: Sequence[uuid.UUID] = (),
    filed: Filing | None = None,
) -> Appeal:
    """Write the step down, reckon the dates, set owner and next date, save, tell the log. Raises BadFiles.

    `filed` is the first step, written with this one.
    """
    if filed is not None:
        AppealEntry.objects.bulk_create([filed.entry, _entry(appeal, verb, by, words, value, agency)])
    else:
        note(appeal, verb, by, words=words, value=value, agency=agency, files=files)
    if verb in (Verb.ASK, Verb.SUPPLY, Verb.LAPSE, Verb.CONSENT):
        show_dates(appeal)
    put(appeal, states.TABLE[verb].target, step_on)
    if appeal._state.adding:  # filed and routed by one write
        appeal.save(force_insert=True)
    else:
        appeal.save()
    told = _told(appeal, verb, by)
    events.record_all(happened=[told] if filed is None else [filed.told, told])
    return appeal


@action
def end_all(
    appeals: Sequence[Appeal],
    verb: Verb,
    by: Actor,
    *,
    words: str,
    main: Appeal,
    brought: Sequence[uuid.UUID] = (),
) -> None:
    """Take the step with appeals that end with it and go on as `main`: an entry and an event each, all else written once.

    Each is told to the log as `move` tells it; `brought` are those that had been joined to them and come along.
    """
    AppealEntry.objects.bulk_create([_entry(one, verb, by, words) for one in appeals])
    now = time.now()
    for one in appeals:
        put(one, states.TABLE[verb].target)
        one.main, one.ended_at = main, now
    names = ("state", "owner", "next_on", "ended_at", "extension", "chased", "main")
    same = {name: getattr(appeals[0], name) for name in names}
    Appeal.objects.filter(pk__in=[one.pk for one in appeals]).update(**same)
    told = [_told(one, verb, by) for one in appeals]
    if brought:
        along = {"brought": [str(pk) for pk in brought]}
        told = [replace(one, payload={**one.payload, **along}) for one in told]
    events.record_all(happened=told)


def tell(appeal: Appeal, verb: Verb, by: Actor) -> None:
    """Tell the log."""
    events.record_all(happened=[_told(appeal, verb, by)])


def _told(appeal: Appeal, verb: Verb, by: Actor) -> events.Happened:
    """The event: what happened to which appeal, never a word of it."""
    payload = {"number": appeal.number, "state": appeal.state, "firm": verb in TO_FIRM}
    return events.Happened(states.TABLE[verb].event, appeal, by, payload)


@action
def count(appeal: Appeal, *measures: Measure, agency: str = "") -> None:
    """Add one to the month's sums of the office."""
    month = time.today().replace(day=1)
    for measure in measures:
        key: dict[str, Any] = {
            "month": month,
            "agency": agency or appeal.agency,
            "town": appeal.town,
            "measure": measure,
        }
        _add_one(AppealTally, key)


@action
def count_cause(appeal: Appeal) -> None:
    """Add one to the month's sum of what stood behind the appeals of its category."""
    if appeal.cause:
        key = {"month": time.today().replace(day=1), "agency": appeal.agency, "town": appeal.town}
        _add_one(AppealCause, {**key, "category": appeal.category, "cause": appeal.cause})


def _add_one(model: type[AppealTally] | type[AppealCause], key: dict[str, Any]) -> None:
    """For the town and for all towns; what nobody counted yet begins first, so that two at once both count."""
    towns = tuple(sorted({key.pop("town"), ""}))
    if model.objects.increase("count", **key, town=towns) < len(towns):
        rows = model.objects.filter(**key, town__in=towns)
        missing = set(towns) - set(rows.values_list("town", flat=True))
        model.objects.bulk_create([model(**key, town=one) for one in missing], ignore_conflicts=True)
        model.objects.increase("count", **key, town=tuple(missing))


def by_system(appeal: Appeal, verb: Verb, **more: Any) -> Appeal:
    """A step that time takes, on a row that is locked already."""
    states.require(appeal.state, verb)
    return move(appeal, verb, SYSTEM, **more)
