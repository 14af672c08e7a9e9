"""Writes of papers and bags: noted at the window, sent in a bag, checked at the other end."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import actions as outcomes
from tongban.kernel.places import queries as places
from tongban.kernel.receptions import queries as receptions
from tongban.kernel.records.actions import action
from tongban.modules.halls import queries, states
from tongban.modules.halls.models import Bag, Paper
from tongban.modules.halls.states import (
    CHECKED,
    LONGEST,
    MOST_PAPERS,
    MOST_SHEETS,
    Condition,
    PaperState,
)


class BadPaper(Problem):
    """A paper without a name or a count."""

    code = "paper.bad"
    status = 422


class BadBag(Problem):
    """A bag that cannot be sent or received like this."""

    code = "bag.bad"
    status = 422


def _bad(zh: str, en: str, todo_zh: str, todo_en: str) -> BadBag:
    return BadBag(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


@action
def note_paper(*, reception_id: uuid.UUID, name: str, count: int, original: bool, by: Actor) -> Paper:
    """Note a paper that the window keeps for the handling office. Raises NoSuchReception, BadPaper."""
    row = receptions.reception_for(by, reception_id)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST // 2 or not 1 <= count <= MOST_SHEETS:
        raise BadPaper(
            sentence_zh="没有写明纸质材料的名称或者份数。",
            sentence_en="The paper's name or count is missing.",
            todo_zh=f"请写名称和 1 到 {MOST_SHEETS} 的份数。",
            todo_en=f"Write its name and a count from 1 to {MOST_SHEETS}.",
        )
    paper = Paper(
        case_id=row.case_id,
        hall=row.hall,
        place_path=row.place_path,
        agency=row.agency,
        item_code=row.item_code,
        name=name,
        count=count,
        original=original,
        noted_at=time.now(),
        noted_by=by.account_id,
    )
    paper.save(force_insert=True)
    events.record(name=states.PAPER_NOTED, about=paper, by=by, payload={"case": str(row.case_id)})
    return paper


@action
def remove_paper(*, paper_id: uuid.UUID, by: Actor) -> None:
    """Remove a paper that was noted by mistake and lies at the hall still; anything else changes nothing."""
    paper = queries.paper(by, paper_id)
    if paper is not None:
        events.record(name=states.PAPER_REMOVED, about=paper, by=by, payload={"case": str(paper.case_id)})
        paper.delete()


@action
def send_bag(
    *,
    from_hall: str,
    to_hall: str,
    paper_ids: Sequence[uuid.UUID],
    carrier: str,
    waybill: str,
    condition: str,
    by: Actor,
) -> Bag:
    """Seal papers into a bag for the hall where their cases are handled; the list follows. Raises BadBag."""
    start, end = places.hall(from_hall), places.hall(to_hall)
    papers = list(queries.held(by, from_hall).filter(pk__in=list(paper_ids)).select_for_update())
    if start is None or end is None or start.code == end.code or not papers:
        raise _bad(
            "没有选择要移交的材料或者接收的大厅。",
            "No papers, or no other hall, were chosen.",
            "请勾选材料，选择办理地的大厅。",
            "Tick the papers and choose the hall where they are handled.",
        )
    if len(papers) != len(set(paper_ids)) or len(papers) > MOST_PAPERS:
        raise _bad(
            "有材料已经移交，或者不在这个大厅。",
            "A paper was sent already, or lies elsewhere.",
            "请刷新页面后重新勾选。",
            "Reload the page and tick them again.",
        )
    by_case = defaultdict(list)
    for paper in papers:
        by_case[paper.case_id].append(paper)
    found = {case_id: cases.case(case_id) for case_id in by_case}
    if any(queries.destination(case) != end.code for case in found.values()) or any(
        receptions.reception_of(case_id) is None for case_id in by_case
    ):
        raise _bad(
            "有材料的办理地不是所选的大厅，或者申请还没有交件。",
            "A paper belongs to another hall, or its application was not handed in yet.",
            "一袋只装送往同一个大厅的材料。",
            "One bag holds papers for one hall.",
        )
    if not carrier.strip() or max(len(carrier), len(waybill)) > 60 or condition not in set(Condition):
        raise _bad(
            "没有写明由谁递送，或者封口状况。",
            "Who carries it, or how it is sealed, is missing.",
            "请填写递送方式和封口状况。",
            "Fill them in.",
        )
    bag = _bag(start, end, papers, by)
    bag.carrier, bag.waybill, bag.sent_condition = carrier.strip(), waybill.strip(), condition
    bag.save(force_insert=True)
    for paper in papers:
        paper.bag, paper.state = bag, PaperState.TRAVELLING
        paper.save(update_fields=["bag", "state"])
    events.record(name=states.BAG_SENT, about=bag, by=by, payload={"to": end.code, "count": bag.count})
    for case_id, own in by_case.items():
        payload = {"bag": str(bag.pk), "count": len(own), "to": end.code}
        events.record(name=states.PAPERS_SENT, about=found[case_id], by=by, payload=payload)
    return bag


def _bag(start, end, papers: list[Paper], by: Actor) -> Bag:
    kind = LetterKind.PAPER_TRANSFER
    letter = catalogue.document("letter", kind)
    agencies, items = {one.agency for one in papers}, {one.item_code for one in papers}
    return Bag(
        number=outcomes.take_number(letter, kind=kind, agency=start.agency, place_path=start.path),
        from_hall=start.code,
        to_hall=end.code,
        from_path=start.path,
        to_path=end.path,
        agency=agencies.pop() if len(agencies) == 1 else "",
        item_code=items.pop() if len(items) == 1 else "",
        count=len(papers),
        sent_at=time.now(),
        sent_by=by.account_id,
    )


@action
def receive_bag(
    *,
    bag_id: uuid.UUID,
    checks: Mapping[uuid.UUID, str],
    condition: str,
    remarks: str,
    by: Actor,
) -> Bag:
    """Receive a bag with a check for each paper: arrived, damaged or missing. Raises NoSuchBag, BadBag."""
    bag = queries.bag_for(by, bag_id, "receive", lock=True)
    papers = queries.contents(bag)
    if bag.received_at is not None:
        raise _bad(
            "这个物料袋已经签收。",
            "The bag was received already.",
            "请刷新页面查看签收记录。",
            "Reload the page to see by whom.",
        )
    complete = {one.pk for one in papers} == set(checks) and set(checks.values()) <= set(CHECKED)
    if not complete or condition not in set(Condition):
        raise _bad(
            "还有材料没有逐份核对。",
            "Not every paper was checked.",
            "请逐份选择完好、破损或者缺失，并登记封口状况。",
            "Say of each whether it is there, damaged or missing, and how the bag looks.",
        )
    wrong = any(state != PaperState.ARRIVED for state in checks.values()) or condition != Condition.INTACT
    if (wrong and not remarks.strip()) or len(remarks) > LONGEST:
        raise _bad(
            "有缺失、破损，需要写明情况。",
            "Something is missing or damaged: say what.",
            f"请在备注里写明，{LONGEST} 字以内。",
            f"Write it into the remarks, in up to {LONGEST} characters.",
        )
    now = time.now()
    bag.received_at, bag.received_by, bag.received_condition = now, by.account_id, condition
    bag.remarks = remarks.strip() or None
    bag.save()
    by_case: dict[uuid.UUID, list[str]] = defaultdict(list)
    for paper in papers:
        paper.state, paper.checked_at = checks[paper.pk], now
        paper.save(update_fields=["state", "checked_at"])
        by_case[paper.case_id].append(paper.state)
    events.record(name=states.BAG_RECEIVED, about=bag, by=by, payload={"condition": condition})
    for case_id, found in by_case.items():
        payload = {"bag": str(bag.pk), "count": len(found)}
        payload |= {one: found.count(one) for one in (PaperState.MISSING, PaperState.DAMAGED)}
        events.record(name=states.PAPERS_ARRIVED, about=cases.case(case_id), by=by, payload=payload)
    return bag
