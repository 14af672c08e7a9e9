"""Putting the pack's book in force."""

from tongban.foundation import time
from tongban.foundation.packs import PackProblem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.events.calc import digest
from tongban.kernel.records.actions import action
from tongban.modules.matching import queries
from tongban.modules.matching.calc.reading import MatchingReading
from tongban.modules.matching.models import MatchingBook
from tongban.modules.matching.states import MATCHING_LOADED


@action
def load(*, reading: MatchingReading, by: Actor) -> int:
    """Put what was read in force; returns 1 when it differs from what was, else 0. Raises PackProblem."""
    if reading.errors:
        raise PackProblem(reading.errors)
    data = reading.book
    new = digest(data)
    held = MatchingBook.objects.order_by("-id").values_list("digest", flat=True).first()
    if not data or held == new:
        return 0
    row = MatchingBook(digest=new, data=data, loaded_at=time.now())
    row.save(force_insert=True)
    queries.forget()
    events.record(name=MATCHING_LOADED, about=row, by=by, payload={"digest": new})
    return 1
