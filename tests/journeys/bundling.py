"""What offices do with bundles while a journey looks on from the applicant's phone: runs inside the product."""

import json
from typing import Any

from tests.running import Product

_CALL = """
import json
from tests.journeys import bundling
print(json.dumps(bundling.{name}(**json.loads({given!r}))))
"""


def inside(product: Product, name: str, **given: Any) -> Any:
    """Call a function of this file inside the installation, once everything that follows events has been done."""
    product.wait_for_jobs()
    said = product.python(_CALL.format(name=name, given=json.dumps(given)))
    product.wait_for_jobs()
    return json.loads(said.splitlines()[-1])


def people(names: list[str]) -> dict[str, dict[str, str]]:
    """Name and identity number of accounts."""
    from tongban.kernel.parties import queries as parties

    found = {}
    for one in names:
        account = parties.account_by_username(one)
        assert account is not None, one
        found[one] = {"name": account.person.name, "id_no": account.person.id_no}
    return found


def founding(who: str, shop_name: str) -> str:
    """A draft of a company with everything in it but the people, the articles and the commitment."""
    from tests import city
    from tests.kernel.signatures import founding as company
    from tongban.foundation import time
    from tongban.kernel.cases import actions
    from tongban.kernel.parties import queries as parties

    account = parties.account_by_username(who)
    assert account is not None, who
    by = parties.actor_for(account, time.today())
    case = actions.open_draft(item_code="company-start", by=by, situation=company.SITUATION)
    one = parties.person(by.person_id)
    answers = company.answers([one, one, one], shop_name=shop_name, shop_place=city.DALANG)
    people_ids = (
        "shareholders",
        "rep_",
        "director_",
        "has_supervisor",
        "supervisor_",
        "finance_",
        "beneficial",
    )
    kept = {id: value for id, value in answers.items() if not id.startswith(people_ids)}
    actions.save(case_id=case.pk, by=by, answers={**kept, "officer": "何伟"})
    return str(case.pk)


def _officer(name: str) -> Any:
    """An officer for every agency and place, made once."""
    from tests import city
    from tongban.kernel.access import actions as access
    from tongban.kernel.access.calc import SYSTEM
    from tongban.kernel.parties import actions, queries

    row = queries.account_by_username(f"every-{name}")
    if row is None:
        row = actions.open_account(
            username=f"every-{name}", display_name="梁志远", level=4, agency="data-bureau", by=SYSTEM
        )
        access.grant(
            account_id=row.pk,
            role=name.split("-", maxsplit=1)[0],
            agency="",
            place_path=city.CITY,
            items=(),
            by=SYSTEM,
        )
    return city.actor(row)


def accept(case: str) -> str:
    """The window accepts the whole."""
    import uuid

    from tongban.kernel.cases import actions

    return str(actions.accept(case_id=uuid.UUID(case), by=_officer("clerk")).state)


def decide(case: str, step: str) -> str:
    """The office of one part accepts, examines and grants it, where the rule has not done so already."""
    import uuid

    from tongban.kernel.bundles.models import ChildCase
    from tongban.kernel.cases import actions, queries
    from tongban.kernel.cases.states import CaseState

    child = ChildCase.objects.get(parent_id=uuid.UUID(case), step=step).child
    clerk, reviewer, other, decider = map(_officer, ("clerk", "reviewer", "reviewer-2", "decider"))
    if child.state == CaseState.SUBMITTED:
        child = actions.accept(case_id=child.pk, by=clerk)
    while queries.open_step(child, queries.steps_of(child), reviewer, "case.review") is not None:
        actions.complete_step(case_id=child.pk, opinion="符合", by=reviewer, second_officer=other.account_id)
        child = queries.case(child.pk)
    if child.state in {CaseState.ACCEPTED, CaseState.IN_REVIEW}:
        child = actions.grant(case_id=child.pk, by=decider)
    return str(child.state)
