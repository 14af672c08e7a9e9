"""Reads of looks and alarms."""

import hashlib
import hmac
import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from tongban.kernel.access.calc import Actor
from tongban.kernel.events import queries as events
from tongban.kernel.records.queries import Kept
from tongban.modules.looks import calc, rules, states
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.models import Look, LookAlarm

_KNOWN: Kept[tuple[uuid.UUID]] = Kept(
    lambda once: Look.objects.filter(once=once).order_by("id").values_list("id")[:1]
)
_STANDING: Kept[tuple[uuid.UUID]] = Kept(
    lambda officer: (
        LookAlarm.objects.filter(officer=officer, closed_at__isnull=True).order_by("id").values_list("id")
    )
)


def once_of(seen: Seen, account_id: uuid.UUID, now: datetime) -> str:
    """The keyed digest that all looks of one visit share: of what was searched for nothing can be read from it."""
    text = calc.once_of(seen, account_id, now, settings.LOOK_VISIT_MINUTES)
    return hmac.new(settings.SECRET_KEY.encode(), f"look:{text}".encode(), hashlib.sha256).hexdigest()


def is_known(once: str) -> bool:
    """Whether this visit is on record already."""
    return _KNOWN.first(once) is not None


def is_stopped(account_id: uuid.UUID) -> bool:
    """Whether an alarm stands, so that looks without a piece of work are closed to this officer."""
    return _STANDING.first(account_id) is not None


def unbound(account_id: uuid.UUID, now: datetime) -> tuple[int, datetime]:
    """How many looks without a piece of work an officer has had in the last span, and since when these are counted.

    Those before the last answered alarm count no more: a supervisor has seen them.
    """
    since = now - timedelta(minutes=settings.LOOKS_MINUTES)
    answered = (
        LookAlarm.objects.filter(officer=account_id, closed_at__gt=since).order_by("-closed_at").first()
    )
    since = answered.closed_at if answered is not None else since
    rows = Look.objects.filter(looked_by=account_id, about_id__isnull=True, at__gt=since)
    return rows.exclude(kind=states.Kind.EXPORT).count(), since


def alarms(actor: Actor) -> QuerySet[LookAlarm]:
    """The alarms within the supervisor's reach, open ones first, the newest first among them."""
    return rules.alarms(actor).order_by(F("closed_at").desc(nulls_first=True), "-id")


def open_alarms(actor: Actor) -> int:
    """How many alarms wait for the supervisor."""
    return rules.alarms(actor).filter(closed_at__isnull=True).count()


def alarm(actor: Actor, alarm_id: uuid.UUID, *, lock: bool = False) -> LookAlarm:
    """One alarm within the supervisor's reach. Raises NoSuchAlarm."""
    rows = rules.alarms(actor).filter(pk=alarm_id)
    return rules.found((rows.select_for_update() if lock else rows).first())


def looks_behind(row: LookAlarm) -> QuerySet[Look]:
    """The looks that raised an alarm, newest first."""
    rows = Look.objects.filter(
        looked_by=row.officer, about_id__isnull=True, at__gt=row.since, at__lte=row.raised_at
    )
    return rows.order_by("-id")


def at_data_of(actor: Actor, subject_id: uuid.UUID) -> QuerySet[Look]:
    """Who looked at the data of the actor, or of an organisation they act for; newest first."""
    return rules.own(actor).filter(whose_id=subject_id).order_by("-id")


def over(day: date, most: int) -> list[uuid.UUID]:
    """Looks that need be kept no longer, at most so many."""
    return list(Look.objects.filter(keep_until__lt=day).order_by("id").values_list("pk", flat=True)[:most])


def broken() -> list[str]:
    """Looks that differ from what the sealed log says of them (invariant I8)."""
    faults = []
    for row in Look.objects.order_by("id").iterator():
        said = [one for one in events.history(row.pk) if one.name == states.LOOK_RECORDED]
        if len(said) != 1 or said[0].actor_id != row.looked_by or said[0].payload != payload_of(row):
            faults.append(f"look {row.pk}: the log says something else of it")
    return faults


def payload_of(row: Look) -> dict[str, str]:
    """What the log keeps of a look."""
    parts = {
        "kind": row.kind,
        "door": row.door,
        "whose": row.whose_id,
        "about": row.about_id,
        "role": row.role,
        "agency": row.agency,
        "purpose": row.purpose,
    }
    return {name: str(value) for name, value in parts.items() if value}
