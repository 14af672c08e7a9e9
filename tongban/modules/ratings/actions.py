"""Writes of ratings."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.ratings import states
from tongban.modules.ratings.models import Rating

RATEABLE = {CaseState.REFUSED, CaseState.DELIVERED, CaseState.CLOSED, CaseState.DENIED}


class NotRateable(Problem):
    """The case is not handled yet, or has its rating."""

    code = "rating.not_possible"
    status = 409


class RatingIncomplete(Problem):
    """No level, or a bad level without a reason."""

    code = "rating.incomplete"
    status = 422


@action
def rate(*, case_id: uuid.UUID, level: int, words: str, by: Actor) -> Rating:
    """Rate a handled case once. Raises NoSuchCase, NotRateable, RatingIncomplete."""
    case = cases.case_for(by, case_id, "rate")
    if level not in states.RatingLevel._value2member_map_:
        raise RatingIncomplete(
            sentence_zh="请选择满意程度。",
            sentence_en="Choose how satisfied you are.",
            todo_zh="从五个等级中选择一个。",
            todo_en="Choose one of the five levels.",
        )
    if level in states.NEEDS_REASON and not words.strip():
        raise RatingIncomplete(
            sentence_zh="不满意的评价需要写明原因。",
            sentence_en="A rating of dissatisfied needs its reason.",
            todo_zh="请写一句哪里没有办好，便于整改和回访。",
            todo_en="Write in a sentence what went wrong, so that it can be put right.",
        )
    if case.state not in RATEABLE or Rating.objects.filter(case_id=case.pk).exists():
        raise NotRateable(
            sentence_zh="这个办件现在不能评价。",
            sentence_en="This case cannot be rated now.",
            todo_zh="办结后可以评价，每个办件评价一次。",
            todo_en="A case can be rated once, after it has been handled.",
        )
    row = Rating(
        case_id=case.pk,
        item_code=case.item_code,
        agency=case.agency,
        place_path=case.place_path,
        level=level,
        words=words.strip() or None,
        given_by=by.account_id,
        given_at=time.now(),
    )
    row.save(force_insert=True)
    events.record(name=states.RATED, about=row, by=by, payload={"case": str(case.pk), "level": level})
    return row
