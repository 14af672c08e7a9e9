"""Acting for others: given by the principal, accepted by the agent, ended by either at once; nobody passes one on."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import birth_date
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries, rules, states
from tongban.kernel.parties.calc.people import Appointed, Fault, read_people
from tongban.kernel.parties.models import Mandate, Organisation, Person
from tongban.kernel.parties.states import GIVEN_DUTIES, OF_PERSONS, ON_PAPER, Duty, MandateSource
from tongban.kernel.records.actions import action

MAJORITY = 18  # 民法典 art. 17
MOST_ITEMS = 20


class BadMandate(Problem):
    """A mandate that cannot be: nobody of that name and number, oneself, days the wrong way round, no such duty."""

    code = "mandate.bad"
    status = 422


class NotYoursToGive(Problem):
    """Only the principal gives: a person for themself, for an organisation its legal representative or a manager."""

    code = "mandate.not_yours_to_give"
    status = 403


@dataclass(frozen=True)
class Terms:
    """For what and how long: item codes (none: all), duties in an organisation (none: everything), days."""

    source: str
    items: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


def _bad(
    zh: str, en: str, todo_zh: str = "请核对后重新提交。", todo_en: str = "Check it and send it again."
) -> BadMandate:
    return BadMandate(sentence_zh=f"{zh}。", sentence_en=f"{en}.", todo_zh=todo_zh, todo_en=todo_en)


def day_of(text: str) -> date | None:
    """A day as it was typed; None for nothing. Raises BadMandate."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise _bad("日期没有填对", "A day is wrong") from wrong


def known_person(name: str, id_no: str) -> Person:
    """Who is meant; the same answer for an unknown number and for another's name. Raises BadMandate."""
    found = queries.person_by_id_no(id_no.strip().upper()) if id_no.strip() else None
    if found is None or found.name != name.strip():
        raise _bad(
            "没有找到姓名和身份证号码都一致的人",
            "Nobody is known by this name and number together",
            "请对照证件核对；对方要先注册账号，或者到任一窗口登记。",
            "Compare them with the card; the other person registers first, here or at a window.",
        )
    return found


@action
def give(
    *, organisation_id: uuid.UUID | None, agent_name: str, agent_id_no: str, terms: Terms, by: Actor
) -> Mandate:
    """Let somebody act for the actor, or for an organisation that the actor governs. It holds once they accept.

    Appointing somebody with duties holds at once. Raises NotYoursToGive, BadMandate.
    """
    firm = queries.organisation(organisation_id) if organisation_id in by.governs else None
    if by.person_id is None or (organisation_id is not None and firm is None):
        raise _not_yours()
    if terms.source in ON_PAPER or terms.source == MandateSource.LEGAL_REPRESENTATIVE:
        raise _bad("这种授权要到窗口登记", "This kind of mandate is noted at a window")
    if firm is not None:
        _duties(firm, terms, by)
    principal = None if firm else queries.person(by.person_id)
    agent = known_person(agent_name, agent_id_no)
    return _write(firm, principal, agent, terms, by, accepted=terms.source == MandateSource.APPOINTED)


def _duties(firm: Organisation, terms: Terms, by: Actor) -> None:
    if terms.source == MandateSource.APPOINTED and not terms.duties:
        raise _bad("没有选择分工", "No duty was chosen")
    if not set(terms.duties) <= set(GIVEN_DUTIES):
        raise _bad("没有这样的分工", "There is no such duty")
    if Duty.MANAGER in terms.duties and firm.legal_representative_id != by.person_id:
        raise _not_yours()


def _not_yours() -> NotYoursToGive:
    return NotYoursToGive(
        sentence_zh="授权由委托人本人给出；单位的由法定代表人或者管理人员给出，管理人员由法定代表人指定。",
        sentence_en="A mandate is given by its principal; an organisation's by its legal representative or a manager, "
        "and managers are named by the legal representative.",
        todo_zh="请委托人登录后授权。",
        todo_en="Ask the principal to sign in and give it.",
    )


class BadPeople(Problem):
    """A table of people with faults; `faults` says each with its line. Nothing of it was taken."""

    code = "mandate.bad_people"
    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(
            sentence_zh=f"表里有 {len(faults)} 处错误，没有导入任何人。",
            sentence_en=f"The table has {len(faults)} faults; nobody was taken in.",
            todo_zh="请按下面逐行列出的内容改正后，重新导入整张表。",
            todo_en="Correct the lines listed below and send the whole table again.",
        )


@action
def appoint_all(*, organisation_id: uuid.UUID, content: bytes, by: Actor) -> int:
    """Appoint everybody of a table, whole or not at all; returns how many. Raises NotYoursToGive, BadPeople."""
    people, faults = read_people(content)
    if organisation_id not in by.governs:
        raise _not_yours()
    if not faults:
        faults = [fault for one in people if (fault := _appointed(organisation_id, one, by)) is not None]
    if faults:
        raise BadPeople(faults)
    return len(people)


def _appointed(organisation_id: uuid.UUID, one: Appointed, by: Actor) -> Fault | None:
    terms = Terms(MandateSource.APPOINTED, (), one.duties, one.starts_on, one.ends_on)
    try:
        give(organisation_id=organisation_id, agent_name=one.name, agent_id_no=one.id_no, terms=terms, by=by)
    except (BadMandate, NotYoursToGive) as wrong:
        return Fault(one.line, wrong.sentence_zh + wrong.todo_zh, f"{wrong.sentence_en} {wrong.todo_en}")
    return None


@action
def give_on_paper(
    *, principal: Person, agent: Person, terms: Terms, file_id: uuid.UUID, by: Actor
) -> Mandate:
    """A window has seen both persons and the paper, which is kept as a scan; it holds at once.

    That somebody is the guardian of a minor ends with the day before the minor comes of age. Raises NotAllowed, BadMandate.
    """
    require(by, Permission.CASE_RECEIVE)
    if terms.source not in ON_PAPER:
        raise _bad("窗口只登记授权委托书和监护关系", "A window notes mandates on paper and guardians")
    if terms.source == MandateSource.GUARDIAN:
        terms = _until_of_age(principal, terms)
    return _write(None, principal, agent, terms, by, accepted=True, file_id=file_id)


def _until_of_age(ward: Person, terms: Terms) -> Terms:
    born, today = birth_date(ward.id_no), time.today()
    # Born on 29 February one comes of age on 1 March.
    of_age = (
        date(born.year + MAJORITY, 3, 1)
        if (born.month, born.day) == (2, 29)
        else born.replace(year=born.year + MAJORITY)
    )
    if of_age <= today:
        return terms
    last = of_age - timedelta(days=1)
    ends_on = min(terms.ends_on, last) if terms.ends_on else last
    return Terms(terms.source, terms.items, terms.duties, terms.starts_on, ends_on)


def _write(
    firm: Organisation | None,
    principal: Person | None,
    agent: Person,
    terms: Terms,
    by: Actor,
    *,
    accepted: bool,
    file_id: uuid.UUID | None = None,
) -> Mandate:
    now, today = time.now(), time.today()
    starts_on = terms.starts_on or today
    if principal is not None and principal.pk == agent.pk:
        raise _bad("不能委托自己", "Nobody gives a mandate to themself")
    if principal is not None and (terms.source not in OF_PERSONS or terms.duties):
        raise _bad("个人不能这样授权", "A person cannot give such a mandate")
    if terms.ends_on is not None and terms.ends_on < max(starts_on, today):
        raise _bad("结束日期早于开始日期或者今天", "It would end before it begins, or before today")
    if len(terms.items) > MOST_ITEMS:
        raise _bad(f"一次最多授权 {MOST_ITEMS} 个事项", f"At most {MOST_ITEMS} items at a time")
    row = Mandate(
        organisation=firm,
        principal=principal,
        agent=agent,
        items=sorted(set(terms.items)),
        duties=sorted(set(terms.duties)),
        source=terms.source,
        starts_on=starts_on,
        ends_on=terms.ends_on,
        given_at=now,
        given_by=by.account_id,
        accepted_at=now if accepted else None,
        file_id=file_id,
    )
    same = Mandate.objects.filter(
        organisation=firm, principal=principal, agent=agent, source=row.source, ended_at__isnull=True
    ).order_by("id")
    for other in same:  # sent twice it is one mandate
        if (other.items, other.duties, other.ends_on) == (row.items, row.duties, row.ends_on):
            return other
    row.save(force_insert=True)
    events.record(
        name=states.MANDATE_GIVEN, about=row, by=by, payload={"source": row.source, "items": row.items}
    )
    return row


@action
def accept(*, mandate_id: uuid.UUID, by: Actor) -> Mandate:
    """The agent takes the mandate on; a second time changes nothing. Raises NoSuchMandate."""
    rows = rules.mandates(by, "agent").filter(ended_at__isnull=True).select_for_update()
    row = rules.mandate_found(rows.filter(pk=mandate_id).first())
    if row.accepted_at is None:
        row.accepted_at = time.now()
        row.save(update_fields=["accepted_at"])
        events.record(name=states.MANDATE_ACCEPTED, about=row, by=by)
    return row


@action
def end(*, mandate_id: uuid.UUID, by: Actor) -> Mandate:
    """The principal takes the mandate back, or the agent gives it up; with the next request it opens nothing any more.

    A second time changes nothing. What the register says is ended by the register. Raises NoSuchMandate, BadMandate.
    """
    given, held = rules.mandates(by, "own"), rules.mandates(by, "agent")
    row = rules.mandate_found((given | held).select_for_update().filter(pk=mandate_id).first())
    if row.source == MandateSource.LEGAL_REPRESENTATIVE:
        raise _bad("法定代表人以登记为准，不能在这里终止", "The legal representative stands in the register")
    if Duty.MANAGER in row.duties and row.agent_id != by.person_id:
        firm = queries.organisation(row.organisation_id)
        if firm.legal_representative_id != by.person_id:
            raise _not_yours()
    if row.ended_at is None:
        row.ended_at, row.ended_by = time.now(), by.account_id
        row.save(update_fields=["ended_at", "ended_by"])
        gave_up = row.agent_id == by.person_id
        events.record(name=states.MANDATE_ENDED, about=row, by=by, payload={"by_agent": gave_up})
    return row


@action
def change_duties(*, mandate_id: uuid.UUID, duties: Collection[str], by: Actor) -> Mandate:
    """Give somebody of an organisation other duties, from the next request on. Raises NoSuchMandate, NotYoursToGive, BadMandate."""
    rows = rules.mandates(by, "own").filter(source=MandateSource.APPOINTED, ended_at__isnull=True)
    row = rules.mandate_found(rows.select_for_update().filter(pk=mandate_id).first())
    firm = queries.organisation(row.organisation_id)
    terms = Terms(MandateSource.APPOINTED, duties=tuple(duties))
    if Duty.MANAGER in row.duties and firm.legal_representative_id != by.person_id:
        raise _not_yours()
    _duties(firm, terms, by)
    row.duties = sorted(set(duties))
    row.save(update_fields=["duties"])
    events.record(name=states.MANDATE_CHANGED, about=row, by=by, payload={"duties": row.duties})
    return row
