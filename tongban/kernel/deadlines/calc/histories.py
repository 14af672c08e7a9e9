"""What happened to a clock, read strictly: a history that cannot have been is refused with a reason."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.foundation.errors import Problem
from tongban.kernel.deadlines.states import STOPS, ClockFactKind, ClockKind, PauseReason


class PauseNotAllowed(Problem):
    """The law does not let this reason stop this clock."""

    code = "deadline.pause_not_allowed"
    status = 409


class ImpossibleHistory(Problem):
    """Facts of a clock that cannot have happened; `code` ends with the rule of `_IMPOSSIBLE` they break."""

    status = 409

    def __init__(self, rule: str, day: dt.date | None = None) -> None:
        zh, en, todo_zh, todo_en = (text.format(day=day) for text in _IMPOSSIBLE[rule])
        super().__init__(
            sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en, about=str(day or "")
        )
        self.code = f"deadline.{rule}"


_IMPOSSIBLE = {
    "not_started": (
        "计时没有开始，无法计算到期日。",
        "The clock was never started, so it has no due date.",
        "请先登记开始（如受理）的日期。",
        "Record first the day on which it started, such as the acceptance.",
    ),
    "started_twice": (
        "{day} 重复登记了计时开始。",
        "The clock was started a second time on {day}.",
        "一个计时只能开始一次；如已暂停，请登记恢复。",
        "A clock starts once; if it is paused, record that it was resumed.",
    ),
    "out_of_order": (
        "{day} 的记录排在更晚的记录之后。",
        "The fact of {day} comes after one of a later day.",
        "请按发生日期的先后登记，不要补记过去的日期。",
        "Record facts in the order of their days.",
    ),
    "resumed_without_pause": (
        "{day} 登记了恢复计时，但当时没有因此暂停。",
        "The clock was resumed on {day} although no such pause was open.",
        "请核对暂停的原因和日期；未暂停的计时无需恢复。",
        "Look up the pause and its reason; a clock that runs needs no resumption.",
    ),
    "resumed_unclear": (
        "{day} 登记了恢复计时，但有多个暂停，未说明恢复哪一个。",
        "The clock was resumed on {day}, but several pauses were open and no reason says which one ended.",
        "请写明所恢复的暂停的原因。",
        "Name the reason of the pause that ended.",
    ),
    "after_stop": (
        "计时已结束，{day} 不能再有记录。",
        "The clock has stopped; nothing can happen to it on {day}.",
        "如需重新计时，请另起一个计时。",
        "Start another clock if time has to run again.",
    ),
    "bad_extension": (
        "{day} 的延期没有写明延长多少，或该时限不能延长。",
        "The extension of {day} does not say by how much, or the limit cannot be extended.",
        "请写明大于零的延长数，单位与原时限相同；即办事项不能延期。",
        "Give a number above zero in the unit of the limit; an instant limit cannot be extended.",
    ),
    "extended_late": (
        "{day} 已过到期日，不能再延期。",
        "On {day} the due date had passed; a limit is extended while it runs.",
        "延期须在期限届满前批准（行政许可法第四十二条）；请尽快作出决定。",
        "An extension is approved before the limit ends (Licence Law, art. 42); decide as soon as possible.",
    ),
    "planned_early": (
        "计划恢复的日期早于暂停的日期 {day}。",
        "The pause is planned to end before it begins on {day}.",
        "请填写暂停当日或之后的日期。",
        "Give the day of the pause or a later one.",
    ),
}


@dataclass(frozen=True, slots=True)
class ClockFact:
    """Something that happened to a clock: never changed, only followed by others.

    `reason` belongs to a pause and to its resumption (which may leave it out while only one pause is open),
    `value` to an extension, in the unit of the limit.
    """

    kind: ClockFactKind
    date: dt.date
    reason: PauseReason | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: those after `after` up to and including `until`, or on and on while it is None."""

    after: dt.date
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class History:
    """A clock's facts, put in order; overlapping pauses are made one."""

    started: dt.date
    last: dt.date
    pauses: tuple[Pause, ...]
    added: int
    stopped: dt.date | None

    @property
    def paused(self) -> bool:
        """Whether the clock stands still now; one that has stopped does not."""
        return self.stopped is None and bool(self.pauses) and self.pauses[-1].until is None


def require_stoppable(kind: ClockKind, reason: PauseReason) -> None:
    """Raise PauseNotAllowed unless `reason` may stop a clock of `kind` (art. 45 and `states.STOPS`)."""
    if kind in STOPS[reason]:
        return
    raise PauseNotAllowed(
        sentence_zh=f"法律没有规定“{reason}”可以停止“{kind}”的计时。",
        sentence_en=f"No law lets '{reason}' stop the clock '{kind}'.",
        todo_zh="请在时限内办理；法定时限只能因行政许可法第四十五条所列事由停止。",
        todo_en="Finish within the limit; only the grounds of article 45 stop the statutory clock.",
        about=reason,
    )


def require_basis(reason: PauseReason, basis: str) -> None:
    """Raise PauseNotAllowed when the reason is another statute and none is named (`states.STOPS`)."""
    if reason is not PauseReason.OTHER_STATUTE or basis.strip():
        return
    raise PauseNotAllowed(
        sentence_zh="以其他法律规定为由停止计时，没有写明是哪部法律。",
        sentence_en="The clock is to stop by another statute, but none is named.",
        todo_zh="请写明法律名称和条款。",
        todo_en="Name the statute and its article.",
        about=reason,
    )


def read(facts: Sequence[ClockFact]) -> History:
    """The history that the facts tell. Raises ImpossibleHistory."""
    reader = _Reader()
    for fact in facts:
        reader.take(fact)
    return reader.history()


class _Reader:
    def __init__(self) -> None:
        self.started: dt.date | None = None
        self.last = dt.date.min
        self.stopped: dt.date | None = None
        self.added = 0
        self.pauses: list[Pause] = []
        self.open: list[PauseReason | None] = []

    def take(self, fact: ClockFact) -> None:
        if fact.date < self.last:
            raise ImpossibleHistory("out_of_order", fact.date)
        if self.stopped is not None:
            raise ImpossibleHistory("after_stop", fact.date)
        if self.started is None and fact.kind is not ClockFactKind.STARTED:
            raise ImpossibleHistory("not_started", fact.date)
        self.last = fact.date
        _TAKE[fact.kind](self, fact)

    def start(self, fact: ClockFact) -> None:
        if self.started is not None:
            raise ImpossibleHistory("started_twice", fact.date)
        self.started = fact.date

    def pause(self, fact: ClockFact) -> None:
        self.open.append(fact.reason)
        if len(self.open) == 1:
            self.pauses.append(Pause(fact.date, None))

    def resume(self, fact: ClockFact) -> None:
        if not self.open or (fact.reason is not None and fact.reason not in self.open):
            raise ImpossibleHistory("resumed_without_pause", fact.date)
        if fact.reason is None and len(self.open) > 1:
            raise ImpossibleHistory("resumed_unclear", fact.date)
        self.open.remove(self.open[0] if fact.reason is None else fact.reason)
        if not self.open:
            self.pauses[-1] = Pause(self.pauses[-1].after, fact.date)

    def extend(self, fact: ClockFact) -> None:
        if fact.value is None or fact.value <= 0:
            raise ImpossibleHistory("bad_extension", fact.date)
        self.added += fact.value

    def stop(self, fact: ClockFact) -> None:
        self.stopped = fact.date

    def history(self) -> History:
        if self.started is None:
            raise ImpossibleHistory("not_started")
        return History(self.started, self.last, tuple(self.pauses), self.added, self.stopped)


_TAKE = {
    ClockFactKind.STARTED: _Reader.start,
    ClockFactKind.PAUSED: _Reader.pause,
    ClockFactKind.RESUMED: _Reader.resume,
    ClockFactKind.EXTENDED: _Reader.extend,
    ClockFactKind.STOPPED: _Reader.stop,
}
