"""Looking at a claim again: what the rule says, on what values, kept for ever at each point of its way."""

from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action
from tongban.modules.claims import states
from tongban.modules.claims.models import Claim, ClaimCheck
from tongban.modules.claims.queries.judging import Looked, of_claim
from tongban.modules.claims.states import Stage


class NotNow(Problem):
    """The claim is at another point than the one this would take."""

    code = "claim.not_now"
    status = 409


class ReasonMissing(Problem):
    """A claim is taken off, or an objection answered, without a word."""

    code = "claim.reason_missing"
    status = 422


def not_now(zh: str, en: str, todo_zh: str = "", todo_en: str = "") -> NotNow:
    """The failure for a step that does not fit, with the reason in two languages."""
    return NotNow(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh=todo_zh or "请刷新页面，看看它现在到了哪一步。",
        todo_en=todo_en or "Reload the page to see where it stands now.",
    )


@action
def check(claim: Claim, stage: Stage, by: Actor, *, looked: Looked | None = None) -> Looked:
    """Look at a locked claim by what is known today, and keep what was found."""
    found = looked or of_claim(claim)
    values = _plain(found.values)
    ClaimCheck(
        claim=claim,
        stage=stage,
        verdict=found.verdict,
        fen=found.fen,
        fails=list(found.fails),
        missing=list(found.match.missing),
        said=list(found.said),
        values=values,
        digest=digest({"values": dict(sorted(values.items()))}),
        as_of=time.today(),
        taken_at=time.now(),
        taken_by=by.account_id,
    ).save(force_insert=True)
    return found


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | str | list) else str(value)
        for name, value in values.items()
    }


@action
def note_check(claim: Claim, stage: Stage, by: Actor, *, looked: Looked | None = None) -> Looked:
    """The same, with an event of its own: nobody's verb is under way."""
    found = check(claim, stage, by, looked=looked)
    payload = {"stage": stage, "verdict": found.verdict}
    events.record(name=states.CLAIM_CHECKED, about=claim, by=by, payload=payload)
    return found
