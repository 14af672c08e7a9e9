"""What follows when papers travel: the sealed list, word of what went wrong, a daily look at bags that do not arrive."""

import uuid
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from tongban.foundation.time import SHANGHAI
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents.calc import new_code
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.outcomes import actions as outcomes
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.halls import queries, states
from tongban.modules.halls.models import Bag
from tongban.modules.halls.states import CONDITION_NAMES, Condition, PaperState


def _list(event: Any) -> papers.Paper:
    """The hand-over list as a sealed letter of the sending hall."""
    bag = queries.bag_of(event)
    start, end = places.hall(bag.from_hall), places.hall(bag.to_hall)
    letter = catalogue.document("letter", LetterKind.PAPER_TRANSFER)
    words = {"count": bag.count, "from_hall": start.name_zh, "to_hall": end.name_zh}
    sender = parties.account_names([bag.sent_by]).get(bag.sent_by, "")
    at = bag.sent_at.astimezone(SHANGHAI)
    lines = [
        ("袋号", bag.number),
        ("移出大厅", start.name_zh),
        ("接收大厅", end.name_zh),
        ("递送方式", bag.carrier),
        ("运单号", bag.waybill or "无"),
        ("移交人", sender),
        ("移交时间", f"{papers.day(bag.sent_at)}{at:%H:%M}"),
        ("封口状况", CONDITION_NAMES[Condition(bag.sent_condition)][0]),
    ]
    data = {
        "title": letter["name"]["zh"],
        "short_no": bag.number,
        "date": at.date().isoformat(),
        "paragraphs": [text.format_map(words) for text in letter["paragraphs"]],
        "lines": [{"label": label, "value": value} for label, value in lines],
        "materials": [
            {
                "name": f"{cases.case(one.case_id).short_no}　{one.name}",
                "how": f"{'原件' if one.original else '复印件'} {one.count} 份",
            }
            for one in queries.contents(bag)
        ],
    }
    return papers.seal(letter["template"], data, agency=start.agency, number=bag.number, code=new_code())


@subscribe(states.BAG_SENT, prepare=_list)
def list_sealed(event: Any, paper: papers.Paper) -> None:
    """Keep the list with its bag."""
    bag = queries.bag_of(event)
    outcomes.keep_letter(event=event, about=bag, kind=LetterKind.PAPER_TRANSFER, paper=paper)


@subscribe(states.PAPERS_SENT)
def told_sent(event: Any, prepared: None) -> None:
    """Tell the applicant that their papers are on their way."""
    case, end = cases.case(event.subject_id), places.hall(event.payload["to"])
    notices.notify(
        account_id=case.account_id,
        title=(f"纸质材料已移交：{case.item_name}", f"Papers sent on: {case.item_name}"),
        body=(
            f"编号 {case.short_no}，{event.payload['count']} 份纸质材料正在送往{end.name_zh}。",
            f"Number {case.short_no}: {event.payload['count']} papers are on their way to {end.name_en}.",
        ),
        about=case,
        effect_key=f"{event.id}:notice",
    )


@subscribe(states.PAPERS_ARRIVED)
def told_wrong(event: Any, prepared: None) -> None:
    """Papers that are missing or damaged: say so to the applicant and to who sent them; all well needs no word."""
    missing, damaged = event.payload[PaperState.MISSING], event.payload[PaperState.DAMAGED]
    if not missing and not damaged:
        return
    case = cases.case(event.subject_id)
    sender = next((one.bag.sent_by for one in queries.papers_of(case.pk) if one.bag_id), None)
    for account in dict.fromkeys(one for one in (case.account_id, sender) if one):
        notices.notify(
            account_id=account,
            title=(f"纸质材料交接有问题：{case.item_name}", f"Papers missing or damaged: {case.item_name}"),
            body=(
                f"编号 {case.short_no}：缺失 {missing} 份，破损 {damaged} 份。收件大厅正在核查，会与您联系；不影响已经提交的电子材料。",
                f"Number {case.short_no}: {missing} missing, {damaged} damaged. The receiving hall looks into it.",
            ),
            about=case,
            effect_key=f"{event.id}:wrong:{account}",
        )


@daily
def remind_of_bags(day: date) -> None:
    """Ask both ends for every bag that should have arrived; each day once."""
    begin = datetime.combine(day, clock_time(), SHANGHAI)
    for bag in queries.late(begin - timedelta(days=queries.remind_days() - 1)):
        for account in _both_ends(bag, day):
            notices.notify(
                account_id=account,
                title=(f"物料袋还没有签收：{bag.number}", f"Bag not received: {bag.number}"),
                body=(
                    f"{papers.day(bag.sent_at)}移交，共 {bag.count} 份，运单号 {bag.waybill or '无'}。请与递送方和对方大厅核对。",
                    f"Sent on {bag.sent_at.astimezone(SHANGHAI):%Y-%m-%d}, {bag.count} papers. Ask the carrier.",
                ),
                about=bag,
                effect_key=f"bag:{bag.pk}:{day}:{account}",
            )


def _both_ends(bag: Bag, day: date) -> list[uuid.UUID]:
    """Who sent it, and who receives at the other end."""
    roles = [role.name for role in ROLES.values() if Permission.CASE_RECEIVE in role.permissions]
    there = [
        grant.account_id
        for grant in access.holders(roles, day).order_by("id")
        if bag.to_path.startswith(grant.place_path) and grant.agency in ("", bag.agency)
    ]
    return list(dict.fromkeys([bag.sent_by, *there]))
