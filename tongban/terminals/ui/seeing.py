"""Who is let in to one row and by which line of its policy: for the pages of officers, auditors and applicants."""

from typing import Any

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Policy
from tongban.kernel.access.queries import Opening
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import rules
from tongban.kernel.parties import queries as parties


def openings(policy: Policy, row: Any, verb: str, *, person_id: Any, organisation_id: Any) -> list[Opening]:
    """All whom the policy lets in to a row, officers first: by the same conditions as lists and pages."""
    today = time.today()
    officers = parties.staff_actors(access.could_be_let_in(policy, verb, today), today)
    people = parties.people_concerned(person_id, organisation_id, today)
    return access.openings(policy, row, verb, [*officers, *people])


def of_case(case: Any) -> list[Opening]:
    """All who see a case."""
    rows = cases.one_row(case.pk)
    return openings(
        rules.POLICY, rows, "view", person_id=case.person_id, organisation_id=case.organisation_id
    )
