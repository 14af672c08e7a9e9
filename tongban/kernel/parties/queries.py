"""Reads of parties: who somebody is, for whom they may act, and what is known of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from tongban.kernel.access.calc import ANONYMOUS, Actor
from tongban.kernel.access.queries import live_grants
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import rules
from tongban.kernel.parties.calc import KnownFact, Profile, age_on
from tongban.kernel.parties.models import Account, Fact, FactDispute, Mandate, Organisation, Person
from tongban.kernel.parties.states import DisputeState, FactState, MandateSource
from tongban.kernel.records.models import blind_index, unsealed
from tongban.kernel.records.queries import Kept

_ACCOUNT: Kept[Account] = Kept(lambda account_id: Account.objects.filter(pk=account_id, is_active=True))
_NAMES: Kept[tuple[uuid.UUID, str]] = Kept(
    lambda ids: Account.objects.filter(pk__in=ids).order_by("id").values_list("pk", "display_name")
)
_MANDATED: Kept[tuple[uuid.UUID, list[str]]] = Kept(
    lambda person_id, today: (
        live_mandates(person_id, today).order_by("id").values_list("organisation_id", "items")
    )
)
_FACTS: Kept[tuple[uuid.UUID, str, bytes, str, datetime, str]] = Kept(
    lambda subjects: (
        Fact.objects.filter(subject_id__in=subjects)
        .order_by("id")
        .values_list("id", "name", "value", "source", "as_of", "state")
    )
)
_PERSON: Kept[Person] = Kept(lambda person_id: Person.objects.filter(pk=person_id))
_ORGANISATION: Kept[Organisation] = Kept(
    lambda organisation_id: Organisation.objects.filter(pk=organisation_id)
)


def live_mandates(person_id: uuid.UUID, today: date):
    """Mandates under which a person may act on a day."""
    return Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), agent_id=person_id, starts_on__lte=today
    )


def actor_for(account: Account, today: date, organisation_id: uuid.UUID | None = None) -> Actor:
    """The actor behind an account, acting for an organisation when a live mandate allows it, else for themself."""
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
    # A mandate for some items only must not open everything: until rules read its items, it opens nothing.
    mandates = _MANDATED.all(account.person_id, today) if account.person_id else []
    represents = tuple(organisation for organisation, items in mandates if not items)
    return Actor(
        kind=ActorKind.PERSON,
        account_id=account.pk,
        person_id=account.person_id,
        organisation_id=organisation_id if organisation_id in represents else None,
        name=account.display_name,
        level=account.level,
        represents=represents,
    )


def account_by_username(username: str) -> Account | None:
    """The active account of that name, or None."""
    if "\x00" in username:  # PostgreSQL has no NUL in text and says so with an error
        return None
    return Account.objects.filter(username=username, is_active=True).first()


def account(account_id: uuid.UUID) -> Account | None:
    """The active account, or None."""
    return _ACCOUNT.first(account_id)


def accounts():
    """All accounts for the console, staff first."""
    return Account.objects.select_related("person").order_by("-agency", "username")


def account_names(ids) -> dict[uuid.UUID, str]:
    """Display names by account, in one query."""
    wanted = list(set(ids))
    return dict(_NAMES.all(wanted)) if wanted else {}


def accounts_of_person(person_id: uuid.UUID) -> list[uuid.UUID]:
    """The accounts of one person."""
    return list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))


def person(person_id: uuid.UUID) -> Person:
    """One person; raises Person.DoesNotExist."""
    found = _PERSON.first(person_id)
    if found is None:
        raise Person.DoesNotExist
    return found


def person_by_id_no(id_no: str) -> Person | None:
    """The person with this number, found through the blind index."""
    return Person.objects.filter(id_no_index=blind_index(Person, "id_no", id_no)).first()


def organisation(organisation_id: uuid.UUID) -> Organisation:
    """One organisation; raises Organisation.DoesNotExist."""
    found = _ORGANISATION.first(organisation_id)
    if found is None:
        raise Organisation.DoesNotExist
    return found


def organisation_by_uscc(uscc: str) -> Organisation | None:
    """The organisation with this code."""
    return Organisation.objects.filter(uscc=uscc).first()


def organisations_by_uscc(codes: Sequence[str]) -> dict[str, uuid.UUID]:
    """The organisations with these codes, by code; those that nobody has are left out."""
    rows = Organisation.objects.filter(uscc__in=set(codes)).order_by("pk")
    return dict(rows.values_list("uscc", "pk"))


def organisations_named(text: str, most: int) -> list[uuid.UUID]:
    """Up to `most` organisations of whose name the text is part."""
    return list(Organisation.objects.filter(name__contains=text).values_list("pk", flat=True)[:most])


def names_with(text: str, most: int) -> list[str]:
    """Up to `most` names of registered organisations of which the text is part."""
    return list(Organisation.objects.filter(name__contains=text).values_list("name", flat=True)[:most])


def organisations_of(actor: Actor) -> list[Organisation]:
    """The organisations the actor may act for, by name."""
    return list(Organisation.objects.filter(pk__in=actor.represents).order_by("name"))


def accounts_of_holder(holder_id: uuid.UUID, today: date) -> list[uuid.UUID]:
    """The accounts of a person, or of those who may act for an organisation on a day."""
    people = [holder_id, *agents_of(holder_id, today)]
    rows = Account.objects.filter(person_id__in=people, is_active=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


def agents_of(organisation_id: uuid.UUID, today: date) -> list[uuid.UUID]:
    """Persons who may act for an organisation on a day."""
    return list(
        Mandate.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            organisation_id=organisation_id,
            starts_on__lte=today,
        ).values_list("agent_id", flat=True)
    )


@dataclass(frozen=True)
class Agent:
    """Somebody who may act for an organisation; `legal`: as its legal representative."""

    person_id: uuid.UUID
    name: str
    legal: bool


def agents(organisation_id: uuid.UUID, today: date) -> list[Agent]:
    """Everybody who may act for an organisation in everything on a day, in the order of their ids; one query."""
    rows = Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        organisation_id=organisation_id,
        starts_on__lte=today,
        items=[],
    ).order_by("agent_id", "id")
    found: dict[uuid.UUID, Agent] = {}
    for person_id, name, source in rows.values_list("agent_id", "agent__name", "source"):
        legal = source == MandateSource.LEGAL_REPRESENTATIVE
        before = found.get(person_id)
        found[person_id] = Agent(person_id, name, legal or (before is not None and before.legal))
    return list(found.values())


def accounts_of_people(people: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The active accounts of some people."""
    rows = Account.objects.filter(person_id__in=people, is_active=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


def organisations() -> QuerySet[Organisation]:
    """All organisations in the order of their ids, for packages that narrow them by their own rules."""
    return Organisation.objects.order_by("id")


def organisations_after(last: uuid.UUID | None, most: int) -> list[tuple[uuid.UUID, str, str]]:
    """The next organisations (id, name, place) in the order of their ids, for work that goes through all."""
    return _after(Organisation.objects.all(), last, most)


def persons_after(last: uuid.UUID | None, most: int) -> list[tuple[uuid.UUID, str, str]]:
    """The next persons (id, name, place) in the order of their ids, for work that goes through all."""
    return _after(Person.objects.all(), last, most)


def _after(rows, last: uuid.UUID | None, most: int) -> list[tuple[uuid.UUID, str, str]]:
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.order_by("pk").values_list("pk", "name", "place_path")[:most])


def profiles(subjects: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, Profile]:
    """What is known of each of many subjects, in one query: for lists, where `profile` would ask for each."""
    found: dict[uuid.UUID, dict[str, KnownFact]] = {subject: {} for subject in subjects}
    rows = Fact.objects.filter(subject_id__in=subjects).order_by("id")
    for row in rows:
        found[row.subject_id][row.name] = KnownFact(
            row.name, row.value, row.source, row.as_of, FactState(row.state)
        )
    return {subject: Profile(_with_age(facts, today)) for subject, facts in found.items()}


def _with_age(facts: dict[str, KnownFact], today: date) -> dict[str, KnownFact]:
    born = facts.get("person.birth_date")
    if born:
        facts["person.age"] = replace(born, name="person.age", value=age_on(born.value, today))
    return facts


def profile(person_id: uuid.UUID | None, organisation_id: uuid.UUID | None, today: date) -> Profile:
    """What is known of a person and of the organisation they act for, as one file of facts.

    The age is derived on the day, never stored.
    """
    subjects = [s for s in (person_id, organisation_id) if s]
    facts = {
        name: KnownFact(name, unsealed(Fact, "value", id, value), source, as_of, FactState(state))
        for id, name, value, source, as_of, state in (_FACTS.all(subjects) if subjects else [])
    }
    return Profile(_with_age(facts, today))


def disputes(actor: Actor) -> QuerySet[FactDispute]:
    """The disputes that wait for the actor's agency and those it has answered, open ones first, oldest first among them."""
    return rules.disputes(actor).order_by(F("answered_at").desc(nulls_first=True), "id")


def dispute(actor: Actor, dispute_id: uuid.UUID) -> FactDispute:
    """One dispute that the actor answers. Raises NoSuchDispute."""
    return rules.found(rules.disputes(actor).filter(pk=dispute_id).first())


def open_disputes(actor: Actor) -> int:
    """How many disputes wait for the actor's agency."""
    return rules.disputes(actor).filter(state=DisputeState.OPEN).count()


def own_disputes(actor: Actor, subject_id: uuid.UUID) -> dict[str, FactDispute]:
    """The newest dispute of each fact of a subject that the actor is or acts for, by the name of the fact."""
    return {
        row.name: row for row in rules.disputes(actor, "own").filter(subject_id=subject_id).order_by("id")
    }


def subject_names(rows: Sequence[FactDispute]) -> dict[uuid.UUID, str]:
    """The names of those whom disputes are about, in two queries."""
    ids = [row.subject_id for row in rows]
    names = dict(Organisation.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))
    return names | dict(Person.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))
