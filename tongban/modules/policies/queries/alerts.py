"""Alerts: whose they are, and which still wait."""

import uuid

from django.db.models import Q

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.modules.policies.models import Alert


def alerts_of(account_id: uuid.UUID, subject_id: uuid.UUID) -> dict[str, Alert]:
    """The waiting alerts of an account for a subject, by item."""
    rows = Alert.objects.filter(account_id=account_id, subject_id=subject_id, told_at__isnull=True)
    return {row.item: row for row in rows.order_by("id")}


class NoSuchAlert(Problem):
    """Neither the account nor whom it acts for has an alert of this identifier; says nothing of whether another has."""

    code = "policy.unknown_alert"
    status = 404


def alert_of(actor: Actor, alert_id: uuid.UUID) -> Alert:
    """An alert of the actor's own account, or of an enterprise acted for, told or not. Raises NoSuchAlert."""
    own = Q(account_id=actor.account_id) | Q(subject_id__in=actor.represents)
    found = Alert.objects.filter(own, pk=alert_id).first()
    if found is None:
        raise NoSuchAlert(
            sentence_zh="没有这个提醒。",
            sentence_en="There is no such alert.",
            todo_zh="请到惠企政策里查找。",
            todo_en="Look for it among the policies.",
        )
    return found


def subjects_waiting(after: uuid.UUID | None, most: int) -> list[uuid.UUID]:
    """Up to `most` subjects with waiting alerts, in the order of their identifiers, after one of them."""
    rows = Alert.objects.filter(told_at__isnull=True)
    if after is not None:
        rows = rows.filter(subject_id__gt=after)
    return list(rows.order_by("subject_id").values_list("subject_id", flat=True).distinct()[:most])


def waiting_for(subject_id: uuid.UUID) -> list[Alert]:
    """The waiting alerts of a subject, oldest first."""
    return list(Alert.objects.filter(subject_id=subject_id, told_at__isnull=True).order_by("id"))
