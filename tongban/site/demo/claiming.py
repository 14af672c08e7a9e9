"""Leaves claims of subsidies at two points: in public notice, and after it, to be decided."""

from typing import Any

from tongban.foundation import time
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as known
from tongban.modules.claims import actions
from tongban.site.demo.awarding import day, officer, renew
from tongban.site.demo.making import City

# Working days back from today: when a claim was handed in, examined, and its notice ended.
HANDED_IN, EXAMINED, OVER = 10, 9, 2
SHORTER = 8  # of a claim whose notice runs
ACCOUNT, BANK = "2010000000000456", "示例银行松山湖支行"


def claim_some(city: City) -> int:
    """The claims that the demo file asks for; none where the item is not taken on those days."""
    made = sum(_claim(city, one) for one in city.data.get("claims", []))
    renew(city)
    return made


def _claim(city: City, wanted: dict[str, Any]) -> int:
    """One claim, as far as the demo file wants it."""
    firm = city.firms.get(wanted["firm"])
    if firm is None or wanted["item"] not in catalogue.snapshot().derived:
        return 0
    owner = next(a for a in city.accounts.values() if a.person_id == firm.legal_representative_id)
    over = wanted["stands"] == "to_decide"
    less = 0 if over else SHORTER - 2
    with time.freeze(day(HANDED_IN - less)):
        renew(city)
        by = known.actor_for(owner, time.today(), firm.pk)
        case = cases.open_draft(item_code=wanted["item"], by=by)
        cases.save(case_id=case.pk, by=by, answers={"account": ACCOUNT, "bank": BANK})
        application = queries.application(queries.case_for(by, case.pk), time.today())
        cases.save(case_id=case.pk, by=by, signed=list(application.unsigned))
        try:
            case = cases.submit(case_id=case.pk, by=by)
        except cases.NotComplete:
            cases.delete_draft(case_id=case.pk, by=by)
            return 0
    with time.freeze(day(EXAMINED - less)):
        renew(city)
        cases.accept(case_id=case.pk, by=officer(city, "claim_clerk", case.agency))
        reviewer = officer(city, "claim_reviewer", case.agency, whole=True)
        cases.complete_step(case_id=case.pk, opinion="数据一致，符合条件。", by=reviewer)
        actions.begin_notice(case_id=case.pk)
    if over:
        with time.freeze(day(OVER)):
            for step in queries.steps_of(case):
                if step.state == "open":
                    cases.let_silence_speak(step_id=step.pk)
    return 1
