"""Who acts: the actor behind an account with its grants and mandates, and all who could be let in to something."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from tongban.kernel.access.calc import ANONYMOUS, Actor
from tongban.kernel.access.queries import grants_by_account, live_grants
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties.calc import rights_of
from tongban.kernel.parties.models import Account, Mandate
from tongban.kernel.records.queries import Kept

_MANDATED: Kept[tuple[uuid.UUID | None, uuid.UUID | None, list[str], list[str], str]] = Kept(
    lambda person_id, today: (
        live_mandates(person_id, today)
        .order_by("id")
        .values_list("organisation_id", "principal_id", "items", "duties", "source")
    )
)


def live(today: date) -> QuerySet[Mandate]:
    """Mandates that hold on a day: accepted, begun, not ended."""
    return Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        starts_on__lte=today,
        accepted_at__isnull=False,
        ended_at__isnull=True,
    )


def holds(row: Mandate, today: date) -> bool:
    """Whether one mandate holds on a day: what `live` asks of many."""
    begun = row.accepted_at is not None and row.ended_at is None and row.starts_on <= today
    return begun and (row.ends_on is None or row.ends_on >= today)


def live_mandates(person_id: uuid.UUID, today: date) -> QuerySet[Mandate]:
    """Mandates under which a person may act on a day."""
    return live(today).filter(agent_id=person_id)


def actor_for(account: Account, today: date, principal_id: uuid.UUID | None = None) -> Actor:
    """The actor behind an account, acting for an organisation or a person when a live mandate allows it, else for themself."""
    if not account.is_active:
        return ANONYMOUS
    if account.agency:
        grants = live_grants(account.pk, today)
        return Actor(
            kind=ActorKind.STAFF,
            account_id=account.pk,
            person_id=None,
            name=account.display_name,
            level=account.level,
            grants=grants,
        )
    rows = _MANDATED.all(account.person_id, today) if account.person_id else []
    return _person_actor(account, rows, principal_id)


def _person_actor(account: Account, rows: list[Any], principal_id: uuid.UUID | None) -> Actor:
    areas, governs, held = rights_of(rows)
    return Actor(
        kind=ActorKind.PERSON,
        account_id=account.pk,
        person_id=account.person_id,
        organisation_id=principal_id if principal_id in areas else None,
        name=account.display_name,
        level=account.level,
        represents=tuple(areas),
        limits=tuple(areas.values()) if any(one is not None for one in areas.values()) else (),
        governs=governs,
        mandates=held,
        acting=next((o for o in held if o.principal_id == principal_id and principal_id not in areas), None),
    )


def staff_actors(account_ids: Iterable[uuid.UUID], today: date) -> list[Actor]:
    """The officers behind these accounts with what they hold today, by name; two queries for any number of them."""
    rows = Account.objects.filter(pk__in=list(account_ids), is_active=True).exclude(agency="")
    held = list(rows.order_by("display_name", "id").values_list("pk", "display_name", "level"))
    grants = grants_by_account([pk for pk, _name, _level in held], today)
    return [
        Actor(kind=ActorKind.STAFF, account_id=pk, name=name, level=level, grants=grants.get(pk, ()))
        for pk, name, level in held
    ]


def people_concerned(
    person_id: uuid.UUID | None, organisation_id: uuid.UUID | None, today: date
) -> list[Actor]:
    """Who could be let in to something about a person or an organisation as themself or under a mandate; two queries."""
    agents = live(today).filter(
        Q(principal_id=person_id, principal_id__isnull=False)
        | Q(organisation_id=organisation_id, organisation_id__isnull=False)
    )
    rows = Account.objects.filter(
        Q(person_id=person_id, person_id__isnull=False) | Q(person_id__in=agents.values("agent_id")),
        agency="",
        is_active=True,
    ).order_by("display_name", "id")
    held = list(rows)
    under: dict[uuid.UUID, list[tuple[uuid.UUID | None, uuid.UUID | None, list[str], list[str], str]]] = {}
    mandates = live(today).filter(agent_id__in=[one.person_id for one in held]).order_by("id")
    for agent_id, *row in mandates.values_list(
        "agent_id", "organisation_id", "principal_id", "items", "duties", "source"
    ):
        under.setdefault(agent_id, []).append(tuple(row))  # type: ignore[arg-type]  # the columns of _MANDATED
    return [_person_actor(one, under.get(one.person_id, []), None) for one in held]
