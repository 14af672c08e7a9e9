"""Reads of grants."""

import uuid
from datetime import date

from django.db.models import Q

from tongban.kernel.access.calc import Granted
from tongban.kernel.access.models import Grant
from tongban.kernel.records.queries import Kept

_LIVE: Kept[tuple[str, str, str, list[str]]] = Kept(
    lambda account_id, today: (
        Grant.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today), account_id=account_id, starts_on__lte=today
        )
        .order_by("id")
        .values_list("role", "agency", "place_path", "items")
    )
)


def live_grants(account_id: uuid.UUID, today: date) -> tuple[Granted, ...]:
    """The grants an account holds on a day."""
    return tuple(
        Granted(role, agency, path, tuple(items))
        for role, agency, path, items in _LIVE.all(account_id, today)
    )


def all_grants():
    """Every grant, newest first, for the console."""
    return Grant.objects.order_by("-id")


def holders(permission_roles: list[str], today: date):
    """Live grants of the named roles."""
    return Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), role__in=permission_roles, starts_on__lte=today
    )
