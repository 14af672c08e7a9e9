"""A case as the province's platform takes it."""

from tongban.kernel.cases.models import Case
from tongban.kernel.cases.queries import history, version_of
from tongban.kernel.cases.states import Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.outcomes import calc


def exchange_messages(case: Case) -> list[calc.Message]:
    """The case as the messages 0 to 9 that the province's platform takes (domain.md 2.3)."""
    codes = {Verb.TERMINATE: case.closing_code} if case.closing_code else {}
    return calc.messages(
        history(case),
        case_no=case.case_no or "",
        task_code=version_of(case).definition.data["task_code"],
        division=catalogue.snapshot().pack["city"]["division_code"],
        codes=codes,
    )
