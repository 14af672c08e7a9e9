"""Reads of parties: who somebody is, for whom they may act, and what is known of them."""

import uuid
from datetime import date

from django.db.models import Q

from tongban.kernel.access.calc import ANONYMOUS, Actor
from tongban.kernel.access.queries import live_grants
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties.calc import KnownFact, Profile, age_on
from tongban.kernel.parties.models import Account, Fact, Mandate, Organisation, Person
from tongban.kernel.parties.states import FactState
from tongban.kernel.records.models import blind_index


def live_mandates(person_id: uuid.UUID, today: date):
    """Mandates under which a person may act on a day, with their organisations."""
    return Mandate.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), agent_id=person_id, starts_on__lte=today
    ).select_related("organisation")


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
    mandates = live_mandates(account.person_id, today) if account.person_id else []
    represents = tuple(mandate.organisation_id for mandate in mandates if not mandate.items)
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
    return Account.objects.filter(pk=account_id, is_active=True).first()


def accounts():
    """All accounts for the console, staff first."""
    return Account.objects.select_related("person").order_by("-agency", "username")


def account_names(ids) -> dict[uuid.UUID, str]:
    """Display names by account, in one query."""
    return dict(Account.objects.filter(pk__in=set(ids)).values_list("pk", "display_name"))


def accounts_of_person(person_id: uuid.UUID) -> list[uuid.UUID]:
    """The accounts of one person."""
    return list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))


def person(person_id: uuid.UUID) -> Person:
    """One person; raises Person.DoesNotExist."""
    return Person.objects.get(pk=person_id)


def person_by_id_no(id_no: str) -> Person | None:
    """The person with this number, found through the blind index."""
    return Person.objects.filter(id_no_index=blind_index(Person, "id_no", id_no)).first()


def organisation(organisation_id: uuid.UUID) -> Organisation:
    """One organisation; raises Organisation.DoesNotExist."""
    return Organisation.objects.get(pk=organisation_id)


def organisation_by_uscc(uscc: str) -> Organisation | None:
    """The organisation with this code."""
    return Organisation.objects.filter(uscc=uscc).first()


def organisations_named(text: str, most: int) -> list[uuid.UUID]:
    """Up to `most` organisations of whose name the text is part."""
    return list(Organisation.objects.filter(name__contains=text).values_list("pk", flat=True)[:most])


def organisations_of(actor: Actor) -> list[Organisation]:
    """The organisations the actor may act for, by name."""
    return list(Organisation.objects.filter(pk__in=actor.represents).order_by("name"))


def agents_of(organisation_id: uuid.UUID, today: date) -> list[uuid.UUID]:
    """Persons who may act for an organisation on a day."""
    return list(
        Mandate.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            organisation_id=organisation_id,
            starts_on__lte=today,
        ).values_list("agent_id", flat=True)
    )


def profile(person_id: uuid.UUID | None, organisation_id: uuid.UUID | None, today: date) -> Profile:
    """What is known of a person and of the organisation they act for, as one file of facts.

    The age is derived on the day, never stored.
    """
    subjects = [s for s in (person_id, organisation_id) if s]
    facts = {
        row.name: KnownFact(row.name, row.value, row.source, row.as_of, FactState(row.state))
        for row in Fact.objects.filter(subject_id__in=subjects)
    }
    born = facts.get("person.birth_date")
    if born:
        facts["person.age"] = KnownFact(
            "person.age", age_on(born.value, today), born.source, born.as_of, born.state
        )
    return Profile(facts)
