"""A case that renews a licence, as its applicant sees it."""

from typing import Any

from tongban.kernel.cases.states import OPEN_STATES
from tongban.kernel.outcomes import queries as outcomes


def of_case(case: Any) -> dict[str, Any]:
    """Which licence is renewed, until when it must be decided, and whether silence renews it."""
    row = outcomes.renewal_of(case) if case.submitted_at is not None else None
    return {"renewal": row, "renewal_open": row is not None and case.state in OPEN_STATES}
