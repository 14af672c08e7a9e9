"""Weights learned from outcomes: proposed with a report, published by another person."""

import uuid

import numpy as np

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.matching import queries, rules, states
from tongban.modules.matching.calc import PARTS
from tongban.modules.matching.calc.learning import TooFew, learn
from tongban.modules.matching.calc.scoring import UNKNOWN
from tongban.modules.matching.models import MatchWeights
from tongban.modules.matching.states import MatchState, WeightState


class NothingToLearn(Problem):
    """Too few outcomes, or a proposal that waits."""

    code = "matching.nothing_to_learn"
    status = 409


class DecidedByAnother(Problem):
    """Weights are published by another person than had them learned."""

    code = "matching.decided_by_another"
    status = 409


@action
def propose_weights(*, by: Actor) -> MatchWeights:
    """Learn weights from all outcomes so far and propose them. Raises NotAllowed, NothingToLearn."""
    require(by, Permission.MATCHING_MANAGE)
    if MatchWeights.objects.filter(state=WeightState.PROPOSED).exists():
        raise NothingToLearn(
            sentence_zh="已有一份权重在等待发布。",
            sentence_en="A proposal waits to be published.",
            todo_zh="请先发布或者放弃它。",
            todo_en="Publish or drop it first.",
        )
    rows = queries.outcomes()
    parts = np.array(
        [[UNKNOWN if said[part] is None else said[part] for part in PARTS] for said, _ in rows]
    ).reshape(len(rows), len(PARTS))
    agreed = np.array([state == MatchState.AGREED for _, state in rows], dtype=bool)
    least = queries.book().limits["learn_from"]
    before = {part: float(value) for part, value in queries.weights()[1].items()}
    try:
        found = learn(parts, agreed, before, least)
    except TooFew:
        raise NothingToLearn(
            sentence_zh=f"有结果的对接只有 {len(rows)} 个（达成 {int(agreed.sum())} 个），不够学习。",
            sentence_en=f"There are {len(rows)} outcomes, {int(agreed.sum())} of them agreed: too few to learn from.",
            todo_zh=f"至少要有 {least} 个结果，达成和未达成的各不少于五个。",
            todo_en=f"At least {least} are needed, and five of either sort.",
        ) from None
    last = MatchWeights.objects.order_by("-version").values_list("version", flat=True).first() or 0
    row = MatchWeights(
        version=last + 1,
        weights=found.weights,
        report={
            "many": found.many,
            "agreed": found.agreed,
            "before": round(found.before, 4),
            "after": round(found.after, 4),
            "old": before,
        },
        made_by=by.account_id,
        made_at=time.now(),
    )
    row.save(force_insert=True)
    payload = {"version": row.version, "many": found.many}
    events.record(name=states.WEIGHTS_PROPOSED, about=row, by=by, payload=payload)
    return row


def _proposal(weights_id: uuid.UUID, permission: Permission, by: Actor) -> MatchWeights:
    require(by, permission)
    row: MatchWeights = rules.found(MatchWeights.objects.select_for_update().filter(pk=weights_id).first())
    if row.state != WeightState.PROPOSED:
        raise states.NotPossibleNow(
            sentence_zh="这份权重已经处理过。",
            sentence_en="These weights were decided on already.",
            todo_zh="请刷新页面。",
            todo_en="Reload the page.",
        )
    row.decided_by, row.decided_at = by.account_id, time.now()
    return row


@action
def publish_weights(*, weights_id: uuid.UUID, by: Actor) -> MatchWeights:
    """Put proposed weights in force for what is matched from now on. Raises NotAllowed, NoSuchPost, DecidedByAnother."""
    row = _proposal(weights_id, Permission.MATCHING_PUBLISH, by)
    if row.made_by == by.account_id:
        raise DecidedByAnother(
            sentence_zh="不能发布自己学得的权重。",
            sentence_en="Nobody publishes weights that they had learned themselves.",
            todo_zh="请由另一位有审定权限的人发布。",
            todo_en="Let another person who may publish do it.",
        )
    row.state = WeightState.PUBLISHED
    row.save()
    events.record(name=states.WEIGHTS_PUBLISHED, about=row, by=by, payload={"version": row.version})
    return row


@action
def drop_weights(*, weights_id: uuid.UUID, by: Actor) -> MatchWeights:
    """Drop a proposal. Raises NotAllowed, NoSuchPost, NotPossibleNow."""
    row = _proposal(weights_id, Permission.MATCHING_MANAGE, by)
    row.state = WeightState.DROPPED
    row.save()
    events.record(name=states.WEIGHTS_DROPPED, about=row, by=by, payload={"version": row.version})
    return row
