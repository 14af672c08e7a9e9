"""Putting texts in force: those of a pack, where what is gone is in force no more, and one that an officer drafted."""

from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.foundation.packs import PackProblem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action
from tongban.kernel.search import actions as search_index
from tongban.kernel.search import queries as search
from tongban.modules.policies.calc.definition import Policies, read_policy
from tongban.modules.policies.calc.searching import POLICY, policy_entries
from tongban.modules.policies.calc.whole import PolicyReading
from tongban.modules.policies.models import PolicyHolding, PolicyLoad, PolicyText
from tongban.modules.policies.queries.drafts import digests_before, published_texts
from tongban.modules.policies.queries.published import forget
from tongban.modules.policies.states import POLICIES_LOADED, TextKind


@action
def load(*, reading: PolicyReading, by: Actor) -> int:
    """Bring what is in force in line with a reading without faults; returns how many documents changed.

    A second time changes nothing. What an officer published stays while the pack says only what was in force before it.
    Raises PackProblem when the reading has faults.
    """
    if reading.errors:
        raise PackProblem(reading.errors)
    held = {(row.kind, row.code): row for row in PolicyHolding.objects.select_related("text")}
    drafted = published_texts()
    changed, wanted = 0, reading.documents()
    for order, (kind, code, data) in enumerate(wanted):
        row = held.pop((kind, code), None) or PolicyHolding(kind=kind, code=code)
        new = digest(data)
        if row.text_id in drafted and new in digests_before(row.text):
            new = row.text.digest
        if row.text_id is not None and row.text.digest == new and row.order == order:
            continue
        if row.text_id is None or row.text.digest != new:
            text = PolicyText(kind=kind, code=code, data=data, digest=new, published_at=time.now())
            text.save(force_insert=True)
            row.text = text
        row.order = order
        row.save()
        changed += 1
    for gone in held.values():
        gone.delete()
        changed += 1
    if changed:
        whole = digest({"documents": [[kind, code, digest(data)] for kind, code, data in wanted]})
        done = PolicyLoad(digest=whole, changed=changed, loaded_at=time.now())
        done.save(force_insert=True)
        forget()
    if changed or not search.is_current(POLICY):
        _index()
    if changed:
        events.record(name=POLICIES_LOADED, about=done, by=by, payload={"changed": changed, "digest": whole})
    return changed


@action
def put_in_force(*, kind: str, code: str, data: Mapping[str, Any]) -> PolicyText:
    """Within an action, which records the event: a new text in the place of the one in force, and caches told."""
    held = PolicyHolding.objects.get(kind=kind, code=code)
    text = PolicyText(kind=kind, code=code, data=dict(data), digest=digest(data), published_at=time.now())
    text.save(force_insert=True)
    held.text = text
    held.save(update_fields=["text"])
    PolicyLoad(digest=text.digest, changed=1, loaded_at=time.now()).save(force_insert=True)
    forget()
    _index()
    return text


def _index() -> None:
    """Write what search finds of policies anew, by the texts that are in force now."""
    rows = PolicyHolding.objects.filter(kind=TextKind.POLICY).select_related("text").order_by("order")
    policies = Policies(policies=tuple(read_policy(row.text.data) for row in rows))
    search_index.replace(kind=POLICY, entries=policy_entries(policies))
