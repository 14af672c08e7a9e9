"""Drives a real case through a dated history: the officers' verbs on their days, the night's work before each of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests import city
from tests.kernel.cases.filling import filed
from tests.kernel.cases.stages import Office, office
from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.cases.tasks import days
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.documents.models import Letter
from tongban.kernel.outcomes.queries import papers

KINDS = {
    "receipt": "receipt",
    "decision_statutory": "statutory",
    "decision_promised": "promised",
    "delivery": "delivery",
}
# Histories whose letters are really set and sealed; among them every kind of letter occurs. The others only need to
# know which letters there are.
SET = {
    "一次性告知补正，补齐后受理",
    "不属于本机关职权：不予受理",
    "补正期间申请人撤回",
    "周六提交又逾期告知：从周一起视为受理",
    "停表恢复之后批准延期",
    "听证：自申请之日停，举行之日恢复",
    "告知承诺：当场出证",
    "容缺的材料到期没有补交：终止",
}
BASIS = "行政许可法第四十五条"


def unset(
    template: str, data: Mapping[str, Any], *, agency: str, number: str, code: str, signed: str = ""
) -> papers.Paper:
    """What stands in for a paper that nobody reads."""
    return papers.Paper(number, code, agency, f"%PDF-1.7 {template} {number}".encode())


class Drive:
    """One history with its officers; each method is an event, called on its day with the rest of the event."""

    def __init__(self, example: Mapping[str, Any]) -> None:
        self.example, self.events = example, example["given"]["events"]
        self.of: Office = office()
        self.case: Case | None = None

    def run(self, word_of: Any) -> None:
        """All events in their order; what the machinery does follows at once, a decision's papers when it is delivered."""
        for at, event in enumerate(self.events):
            word = word_of(event)
            text = event[word]
            moment = time.moment(text if "T" in text else f"{text}T10:00")
            at_least = time.now() if self.case is not None else moment
            time.shift(max(moment, at_least) - time.now())
            if self.case is not None:
                days.catch_up()
            later = {word_of(one): one[word_of(one)] for one in self.events[at + 1 :]}
            getattr(self, word)(event, later)
            if word != "decided":
                city.run_jobs()
            self.case = city.again(self.case)

    def submitted(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        given = self.example["given"]
        deferred = []
        if event.get("tolerated"):
            definition = catalogue.item(self.example["item"]).definition
            deferred = [one.id for one in definition.materials if one.necessity == "deferrable"]
        self.case, self.of.applicant = filed(
            self.example["item"], given.get("situation"), deferred=deferred, **given.get("facts", {})
        )

    def accepted(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.accept(case_id=self.case.pk, by=self.of.clerk)

    def deemed_accepted(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        assert city.again(self.case).accepted_by is None  # the night did it

    def lapsed(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        assert city.again(self.case).state == CaseState.TERMINATED  # the night did it

    def terminated(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        if not self.case.deferred:  # else the night did it
            actions.terminate(case_id=self.case.pk, reasons="申请人死亡", by=self.of.decider)
        assert city.again(self.case).state == CaseState.TERMINATED

    def refused(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.refuse(case_id=self.case.pk, reasons="不属于本机关职权范围", by=self.of.clerk)

    def withdrawn(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.withdraw(case_id=self.case.pk, by=self.of.applicant)

    def supplement_requested(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        point = {"kind": "material", "id": self.material, "note": "看不清"}
        actions.request_supplement(case_id=self.case.pk, points=[point], message="请补正", by=self.of.clerk)

    @property
    def material(self) -> str:
        """A material of the item that can be asked for again."""
        return queries.version_of(self.case).definition.materials[0].id

    def supplied(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        by = self.of.applicant
        actions.add_material(
            case_id=self.case.pk, material=self.material, file=city.letter_pdf(1, by=by), by=by
        )
        actions.resubmit(case_id=self.case.pk, by=by)

    def deferred_supplied(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        by = self.of.applicant
        for row in queries.deferrals_of(self.case):
            file = city.letter_pdf(1, by=by)
            actions.supply(case_id=self.case.pk, material=row.material, file=file, by=by)

    def suspended(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        planned, today = dt.date.fromisoformat(event["planned"]), time.today()
        calendar = deadlines.calendar()
        workdays = calendar.position(planned) - calendar.position(today)
        actions.propose_pause(
            case_id=self.case.pk,
            kind=event["reason"],
            basis=BASIS,
            reasons="需要送检",
            planned_days=max(workdays, 1),
            by=self.of.reviewer,
        )
        actions.approve(case_id=self.case.pk, by=self.of.head)

    promise_stopped = suspended

    def resumed(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.end_pause(case_id=self.case.pk, result="已完成", by=self.of.reviewer)

    promise_resumed = resumed

    def extension_approved(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        assert queries.version_of(self.case).definition.extension.value == event["value"]
        actions.propose_extension(case_id=self.case.pk, reasons="案情复杂", by=self.of.reviewer)
        actions.approve(case_id=self.case.pk, by=self.of.head)

    def hearing_offered(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.offer_hearing(case_id=self.case.pk, matter="拟不予许可", by=self.of.decider)

    def hearing_asked(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.ask_hearing(case_id=self.case.pk, by=self.of.applicant)

    def hearing_scheduled(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.schedule_hearing(
            case_id=self.case.pk,
            takes_place_at=time.moment(f"{later['hearing_held']}T09:30"),
            place="三楼会议室",
            chair=self.of.head.account_id,
            by=self.of.decider,
        )

    def hearing_held(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        actions.hold_hearing(case_id=self.case.pk, record="双方陈述……", by=self.of.decider)

    def decided(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        while any(
            step.state == "open" and step.permission == "case.review" for step in queries.steps_of(self.case)
        ):
            actions.complete_step(
                case_id=self.case.pk,
                opinion="符合",
                second_officer=self.of.other.account_id,
                by=self.of.reviewer,
            )
        if event["result"] == "grant":
            actions.grant(case_id=self.case.pk, by=self.of.decider)
        else:
            actions.deny(case_id=self.case.pk, reasons="不符合条件", by=self.of.decider)

    def delivered(self, event: Mapping[str, Any], later: Mapping[str, str]) -> None:
        """The papers are made, which delivers."""

    def outcome(self) -> dict[str, Any]:
        """What a history expects: its clocks, which of them are provisional or late, its letters and closing code."""
        today = time.today()
        clocks = {
            KINDS[row.kind]: row for row in Clock.objects.filter(subject_id=self.case.pk).order_by("id")
        }
        found: dict[str, Any] = {
            "clocks": {name: row.due_on and row.due_on.isoformat() for name, row in clocks.items()},
            "letters": list(Letter.objects.order_by("id").values_list("kind", flat=True)),
        }
        late = [
            name
            for name, row in clocks.items()
            if deadlines.state_of(row, list(row.entries.all()), today).overdue_on(today)
        ]
        provisional = [name for name, row in clocks.items() if row.provisional]
        found |= {"late": late} if late else {}
        found |= {"provisional_clocks": provisional} if provisional else {}
        found |= {"closing_code": self.case.closing_code} if self.case.closing_code else {}
        return found
