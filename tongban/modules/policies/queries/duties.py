"""Who in an enterprise does what, and to whose accounts a notice goes."""

import uuid
from dataclasses import dataclass
from datetime import date

from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import Duty
from tongban.modules.policies import rules
from tongban.modules.policies.calc.duties import read_routes, told_of
from tongban.modules.policies.models import FirmDuty, FirmNotices
from tongban.modules.policies.states import Topic


@dataclass(frozen=True)
class Colleague:
    """Somebody who may act for an enterprise, and what they do there."""

    person_id: uuid.UUID
    name: str
    duties: tuple[Duty, ...]
    appointed: bool = False  # with duties of the mandate, which are changed where people are appointed


def colleagues(organisation_id: uuid.UUID, today: date) -> list[Colleague]:
    """Everybody who may act for an enterprise on a day, the legal representative first."""
    given: dict[uuid.UUID, list[Duty]] = {}
    for person, duty in (
        FirmDuty.objects.filter(organisation_id=organisation_id)
        .order_by("id")
        .values_list("person_id", "duty")
    ):
        given.setdefault(person, []).append(Duty(duty))
    found = [
        Colleague(
            one.person_id,
            one.name,
            (
                *([Duty.LEGAL] if one.legal else []),
                *sorted({*given.get(one.person_id, []), *map(Duty, one.duties)}),
            ),
            appointed=bool(one.duties),
        )
        for one in parties.agents(organisation_id, today)
    ]
    return sorted(found, key=lambda one: (Duty.LEGAL not in one.duties, one.person_id))


def notices_of(organisation_id: uuid.UUID) -> FirmNotices | None:
    """How an enterprise wants to be told, if it has said so."""
    return FirmNotices.objects.filter(organisation_id=organisation_id).first()


def routes_for(notices: FirmNotices | None) -> dict[Topic, tuple[Duty, ...]]:
    """To which duties each topic goes: as the enterprise says, else as the city's pack says."""
    city = read_routes(catalogue.snapshot().pack.get("policy_notices", {}))
    return city | (read_routes(notices.routes) if notices else {})


def accounts_told(subject_id: uuid.UUID, audience: str, topic: Topic, today: date) -> list[uuid.UUID]:
    """The accounts to which a topic about a subject goes: a person's own, or those of the right people of an enterprise."""
    if audience == "person":
        return parties.accounts_of_holder(subject_id, today)
    people = {one.person_id: one.duties for one in colleagues(subject_id, today)}
    return parties.accounts_of_people(told_of(topic, people, routes_for(notices_of(subject_id))))


def told_notices(actor: Actor, notices_id: uuid.UUID) -> FirmNotices:
    """How an enterprise acted for wants to be told, from a notice about it. Raises NoSuchAward."""
    rows = FirmNotices.objects.filter(pk=notices_id, organisation_id__in=actor.represents)
    return rules.found(rows.first())


def watching_after(last: uuid.UUID | None, most: int) -> list[FirmNotices]:
    """The next enterprises that want to hear of every new match, in the order of their ids."""
    rows = FirmNotices.objects.filter(watching=True)
    if last is not None:
        rows = rows.filter(organisation_id__gt=last)
    return list(rows.order_by("organisation_id")[:most])
