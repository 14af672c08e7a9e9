"""Taking the register of village proofs away: names in full, so it has a purpose and stands in the log."""

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import states
from tongban.kernel.outcomes.queries import register
from tongban.kernel.outcomes.states import RegisterPurpose
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action


class NoPurpose(Problem):
    """The register leaves the system with people's names; without a purpose it does not."""

    code = "register.no_purpose"
    status = 422


@action
def export_register(*, purpose: str, by: Actor, text: str = "", agency: str = "") -> bytes:
    """The register as this officer sees it, as a file; who took it, for what and how many lines is logged."""
    if purpose not in set(RegisterPurpose):
        raise NoPurpose(
            sentence_zh="没有选择导出台账的用途。",
            sentence_en="What the register is taken for is missing.",
            todo_zh="台账含个人姓名，请选择用途。",
            todo_en="It holds people's names: choose the purpose.",
        )
    rows = list(register.registered(by, text, agency)[: register.MOST_ROWS])
    account = parties.account(by.account_id)
    payload = {"rows": len(rows), "agency": agency, "purpose": purpose}
    events.record(name=states.REGISTER_EXPORTED, about=account, by=by, payload=payload)
    return register.register_table(rows)
