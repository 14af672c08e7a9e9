"""Writes of dedicated service: lists, officers, visits and what was promised on them, duty."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.visits import queries, rules, states
from tongban.modules.visits.models import (
    Assignment,
    Duty,
    ListRun,
    Promise,
    ServiceEntry,
    ServiceOfficer,
    Visit,
)
from tongban.modules.visits.states import VisitState

DAYS_OF_MONTH = 30  # of the plan of visits; the day itself is set by people
MOST_PROMISES = 5  # on one form; more make another record


class BadInput(Problem):
    """Something of the form is missing or not possible."""

    code = "visits.bad_input"
    status = 422


class NotPossible(Problem):
    """The visit, promise or list is not in the state for it."""

    code = "visits.not_possible"
    status = 409


def _bad(zh: str, en: str, todo_zh: str, todo_en: str) -> BadInput:
    return BadInput(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


def _require_town(by: Actor, path: str, firm: uuid.UUID | None = None) -> None:
    if firm in by.recused or not rules.manages(by, path):
        raise NotAllowed(
            sentence_zh="您的岗位不管理这个镇街的企业服务。",
            sentence_en="Your role does not look after this town.",
            todo_zh="请由该镇街的管理员办理。",
            todo_en="Leave it to the town's manager.",
        )


@action
def begin_lists(*, day: date, by: Actor = SYSTEM) -> ListRun | None:
    """Begin to renew the lists that rules fill; None when that was begun on this day already."""
    if queries.run_of(day) is not None or not queries.settings().by_rule:
        return None
    row = ListRun(day=day)
    row.save(force_insert=True)
    events.record(name=states.LIST_ASKED, about=row, by=by)
    return row


@action
def renew_lists(
    *, run_id: uuid.UUID, judged: Sequence[tuple[uuid.UUID, str, str, frozenset[str]]], last: uuid.UUID | None
) -> None:
    """Put the enterprises that were judged on the lists and take them off those they are on no more.

    `last` is where the run stood when they were judged: a part that was noted already changes nothing.
    """
    row, today = queries.run(run_id, lock=True), time.today()
    if row.last_id != last or row.ended_at is not None:
        return
    standing = queries.standing([id for id, *_ in judged])
    fresh, gone = [], []
    for id, name, path, wanted in judged:
        fresh += [
            ServiceEntry(code=code, organisation_id=id, name=name, place_path=path, since=today)
            for code in sorted(wanted - standing[id].keys())
        ]
        gone += [one.pk for code, one in standing[id].items() if code not in wanted]
    by_hand = set(
        ServiceEntry.objects.filter(
            organisation_id__in=[one.organisation_id for one in fresh], until__isnull=True, by_hand=True
        ).values_list("organisation_id", "code")
    )
    fresh = [one for one in fresh if (one.organisation_id, one.code) not in by_hand]
    ServiceEntry.objects.bulk_create(fresh)
    ServiceEntry.objects.filter(pk__in=gone).update(until=today)
    row.judged, row.changed = row.judged + len(judged), row.changed + len(fresh) + len(gone)
    if len(judged) < states.CHUNK:
        row.ended_at = time.now()
    else:
        row.last_id = judged[-1][0]
    row.save()
    payload = {"judged": row.judged, "changed": row.changed, "ended": row.ended_at is not None}
    events.record(name=states.LIST_ADVANCED, about=row, by=SYSTEM, payload=payload)


@action
def put_on_list(*, code: str, uscc: str, by: Actor) -> ServiceEntry:
    """Put an enterprise of the own town on a list by hand. Raises BadInput, NotAllowed, NotPossible."""
    firm = parties.organisation_by_uscc(uscc.strip().upper()) if "\x00" not in uscc else None
    if code not in queries.settings().lists or firm is None:
        raise _bad(
            "没有这家企业或者没有这个名单。",
            "There is no such enterprise or list.",
            "请核对统一社会信用代码，从名单中选择。",
            "Check the credit code and choose a list.",
        )
    _require_town(by, firm.place_path, firm.pk)
    if any(one.code == code for one in queries.lists_of(firm.pk)):
        raise NotPossible(
            sentence_zh="这家企业已经在名单上。",
            sentence_en="The enterprise is on the list already.",
            todo_zh="请在名单中查找。",
            todo_en="Look it up in the list.",
        )
    row = ServiceEntry(
        code=code,
        organisation_id=firm.pk,
        name=firm.name,
        place_path=firm.place_path,
        by_hand=True,
        since=time.today(),
    )
    row.save(force_insert=True)
    events.record(name=states.LISTED, about=row, by=by, payload={"list": code})
    return row


@action
def take_off_list(*, entry_id: uuid.UUID, by: Actor) -> ServiceEntry:
    """End what was put on by hand; what a rule put there, the data end. Raises NotServed, NotPossible."""
    row = queries.entry(by, entry_id)
    if not row.by_hand:
        raise NotPossible(
            sentence_zh="这家企业是按数据条件列入的。",
            sentence_en="Data put the enterprise on this list.",
            todo_zh="数据有误的，请企业提出数据异议；更新后自动移出。",
            todo_en="If the data are wrong, the enterprise disputes them; it then leaves by itself.",
        )
    row.until = time.today()
    row.save()
    events.record(name=states.UNLISTED, about=row, by=by, payload={"list": row.code})
    return row


@action
def name_officer(*, account_id: uuid.UUID, phone: str, place_path: str, by: Actor) -> ServiceOfficer:
    """Name somebody who serves enterprises of a place, with the telephone that these call; again changes it.

    Raises NotAllowed, BadInput.
    """
    if by is not SYSTEM:
        _require_town(by, place_path)
    account = parties.account(account_id)
    actor = parties.actor_for(account, time.today()) if account else None
    if account is None or actor is None or not actor.can(Permission.ENTERPRISE_SERVE):
        raise _bad(
            "这个人没有企业服务的岗位。",
            "This person has no role in enterprise service.",
            "请先由权限管理员授予岗位。",
            "Have the role granted first.",
        )
    if not 5 <= len(phone.strip()) <= 40:
        raise _bad(
            "没有写电话。", "There is no telephone.", "请写办公电话。", "Write the office's telephone."
        )
    row = queries.officer(account_id) or ServiceOfficer(account_id=account_id, since=time.today())
    row.name, row.phone, row.place_path = account.display_name, phone.strip(), place_path
    row.save()
    events.record(name=states.OFFICER_NAMED, about=row, by=by, payload={"account": str(account_id)})
    return row


@action
def assign(
    *, organisation_id: uuid.UUID, officer_id: uuid.UUID, deputy_id: uuid.UUID | None = None, by: Actor
) -> Assignment:
    """Give an enterprise an officer and a deputy; visits and promises that are open go over with it.

    Raises NotAllowed, BadInput.
    """
    firm, today = parties.organisation(organisation_id), time.today()
    if by is not SYSTEM:
        _require_town(by, firm.place_path, firm.pk)
    known = queries.officers_by_account([officer_id, deputy_id])
    wanted = [officer_id, deputy_id] if deputy_id else [officer_id]
    if any(one not in known or known[one].until for one in wanted) or officer_id == deputy_id:
        raise _bad(
            "专员和代理专员应是两位已经登记的服务专员。",
            "Officer and deputy are two named service officers.",
            "请从本镇街的专员中选择。",
            "Choose from the town's officers.",
        )
    if {one.account_id for one in access.recusals([firm.pk])} & set(wanted):
        raise _bad(
            "所选的专员已经登记对这家企业回避。",
            "An officer who was chosen is recused from this enterprise.",
            "请选择其他专员。",
            "Choose another officer.",
        )
    before = queries.assignment_of(organisation_id)
    if before is not None:
        before.until = today
        before.save()
    row = Assignment(
        organisation_id=firm.pk,
        name=firm.name,
        place_path=firm.place_path,
        officer_id=officer_id,
        deputy_id=deputy_id,
        since=today,
        visited_on=before.visited_on if before else None,
        next_on=before.next_on if before else today + timedelta(days=DAYS_OF_MONTH),
    )
    row.save(force_insert=True)
    moved = {"officer_id": officer_id, "deputy_id": deputy_id}
    Visit.objects.filter(organisation_id=firm.pk, state=VisitState.PLANNED).update(**moved)
    Promise.objects.filter(organisation_id=firm.pk, kept_on__isnull=True).update(**moved)
    payload = {"organisation": str(firm.pk), "officer": str(officer_id), "deputy": str(deputy_id or "")}
    events.record(name=states.ASSIGNED, about=row, by=by, payload=payload)
    return row


@action
def plan_visit(*, organisation_id: uuid.UUID, purpose: str, on: date | None, by: Actor) -> Visit:
    """Plan a visit to an enterprise in one's care. Raises NotServed, BadInput."""
    row = queries.assignment(by, organisation_id)
    if purpose not in queries.settings().purposes or on is None or on < time.today():
        raise _bad(
            "走访的目的或者日期不对。",
            "Purpose or day of the visit are not possible.",
            "请选择目的，日期为今天或者以后。",
            "Choose a purpose and a day from today on.",
        )
    visit = Visit(
        organisation_id=row.organisation_id,
        name=row.name,
        place_path=row.place_path,
        officer_id=row.officer_id,
        deputy_id=row.deputy_id,
        purpose=purpose,
        planned_on=on,
        planned_by=by.account_id,
    )
    visit.save(force_insert=True)
    events.record(name=states.VISIT_PLANNED, about=visit, by=by, payload={"on": str(on), "purpose": purpose})
    return visit


@dataclass(frozen=True)
class Report:
    """What came of a visit: whom the officer met, what was said, what was promised by which days."""

    met: str
    words: str
    on: date | None = None
    promises: Sequence[tuple[str, date | None]] = ()


@action
def record_visit(*, visit_id: uuid.UUID, report: Report, by: Actor) -> Visit:
    """Record a visit that was made, with the promises given on it. Raises NotServed, NotPossible, BadInput."""
    visit, today = _planned(visit_id, by), time.today()
    on = report.on or today
    if not report.words.strip() or not report.met.strip() or on > today:
        raise _bad(
            "没有写见了谁、谈了什么，或者日期还没有到。",
            "Whom you met, what was said, or a day that has come is missing.",
            "请补全后再提交。",
            "Complete it and send it again.",
        )
    given = [(words.strip()[:500], due) for words, due in report.promises if words.strip()][:MOST_PROMISES]
    if any(due is None or due < on for _words, due in given):
        raise _bad(
            "有一项承诺没有期限，或者期限早于走访。",
            "A promise has no day, or one before the visit.",
            "请为每项承诺写明期限。",
            "Give each promise its day.",
        )
    visit.state, visit.done_on = VisitState.DONE, on
    visit.met, visit.words = report.met.strip()[:200], report.words.strip()[:2000]
    visit.recorded_by, visit.recorded_at = by.account_id, time.now()
    visit.save()
    for words, due in given:
        Promise(
            visit=visit,
            organisation_id=visit.organisation_id,
            name=visit.name,
            place_path=visit.place_path,
            officer_id=visit.officer_id,
            deputy_id=visit.deputy_id,
            words=words,
            due_on=due,
        ).save(force_insert=True)
    served = queries.assignment_of(visit.organisation_id)
    if served is not None:
        served.visited_on = max(on, served.visited_on or on)
        months = queries.every_months(visit.organisation_id)
        served.next_on = served.visited_on + timedelta(days=months * DAYS_OF_MONTH)
        served.save()
    events.record(
        name=states.VISIT_RECORDED, about=visit, by=by, payload={"on": str(on), "promises": len(given)}
    )
    return visit


def _planned(visit_id: uuid.UUID, by: Actor) -> Visit:
    visit = queries.visit(by, visit_id, lock=True)
    if visit.state != VisitState.PLANNED:
        raise NotPossible(
            sentence_zh="这次走访已经登记或者取消。",
            sentence_en="This visit is recorded or called off already.",
            todo_zh="请刷新页面查看；要补充的，另外安排一次走访。",
            todo_en="Reload the page; for more, plan another visit.",
        )
    return visit


@action
def call_off(*, visit_id: uuid.UUID, by: Actor) -> Visit:
    """Call a visit off. Raises NotServed, NotPossible."""
    visit = _planned(visit_id, by)
    visit.state = VisitState.CALLED_OFF
    visit.save()
    events.record(name=states.VISIT_CALLED_OFF, about=visit, by=by)
    return visit


@action
def note_appeal(*, visit_id: uuid.UUID, number: str, by: Actor) -> Visit:
    """Keep the number of the appeal that came of a visit. Raises NotServed."""
    visit = queries.visit(by, visit_id, lock=True)
    visit.appeal_no = number.strip()[:40]
    visit.save()
    events.record(name=states.VISIT_RECORDED, about=visit, by=by, payload={"appeal": visit.appeal_no})
    return visit


@action
def keep_promise(*, promise_id: uuid.UUID, words: str, by: Actor) -> Promise:
    """Note that a promise was kept, and how. Raises NotServed, NotPossible, BadInput."""
    row = queries.promise(by, promise_id, lock=True)
    if row.kept_on is not None:
        raise NotPossible(
            sentence_zh="这项承诺已经兑现。",
            sentence_en="This promise is kept already.",
            todo_zh="请刷新页面查看。",
            todo_en="Reload the page.",
        )
    if not words.strip():
        raise _bad("没有写怎样兑现。", "It is not said how.", "请写明结果。", "Write what came of it.")
    row.kept_on, row.kept_words, row.kept_by = time.today(), words.strip()[:1000], by.account_id
    row.save()
    events.record(name=states.PROMISE_KEPT, about=row, by=by)
    return row


@action
def set_duty(*, town: str, day: date | None, account_id: uuid.UUID, by: Actor) -> Duty:
    """Say who of a town answers enterprises on a day; again replaces it. Raises NotAllowed, BadInput."""
    place = places.by_code(town)
    path = place.path if place else ""
    _require_town(by, path or "/")
    known = queries.officer(account_id)
    if day is None or known is None or not known.place_path.startswith(path):
        raise _bad(
            "值班的日期或者人员不对。",
            "Day or person are not possible.",
            "请选择日期和本镇街的专员。",
            "Choose a day and an officer of the town.",
        )
    row = Duty.objects.filter(place_path=path, day=day).first() or Duty(place_path=path, day=day)
    row.account_id = account_id
    row.save()
    events.record(name=states.DUTY_SET, about=row, by=by, payload={"day": str(day)})
    return row
