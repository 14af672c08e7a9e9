"""Reads of parties: who somebody is, for whom they may act, and what is known of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import rules
from tongban.kernel.parties.calc import KnownFact, Profile, age_on
from tongban.kernel.parties.models import (
    Account,
    Fact,
    FactDispute,
    Mandate,
    Organisation,
    Person,
    SignInCode,
)
from tongban.kernel.parties.queries.actors import (
    actor_for,
    holds,
    live,
    live_mandates,
    people_concerned,
    staff_actors,
)
from tongban.kernel.parties.states import DisputeState, FactState, MandateSource
from tongban.kernel.records.models import blind_indexes, unsealed
from tongban.kernel.records.queries import Kept, once

__all__ = [
    "Agent",
    "account",
    "account_by_username",
    "account_names",
    "accounts",
    "accounts_about",
    "accounts_of_holder",
    "accounts_of_people",
    "accounts_of_person",
    "actor_for",
    "agents",
    "agents_of",
    "dispute",
    "disputes",
    "holds",
    "live",
    "live_mandates",
    "mandate_for",
    "mandates_given",
    "mandates_held",
    "names_with",
    "officer",
    "officers",
    "open_disputes",
    "organisation",
    "organisation_by_uscc",
    "organisations",
    "organisations_after",
    "organisations_by_uscc",
    "organisations_named",
    "organisations_of",
    "own_disputes",
    "people_concerned",
    "people_of",
    "person",
    "person_by_id_no",
    "persons_after",
    "principals",
    "profile",
    "profiles",
    "staff_actors",
    "subject_name",
    "subject_names",
]

_ACCOUNT: Kept[Account] = Kept(lambda account_id: Account.objects.filter(pk=account_id, is_active=True))
_NAMES: Kept[tuple[uuid.UUID, str]] = Kept(
    lambda ids: Account.objects.filter(pk__in=ids).order_by("id").values_list("pk", "display_name")
)
_FIRM_NAMES: Kept[tuple[uuid.UUID, str]] = Kept(
    lambda ids: Organisation.objects.filter(pk__in=ids).order_by("name", "id").values_list("pk", "name")
)
_PERSON_NAMES: Kept[tuple[uuid.UUID, str]] = Kept(
    lambda ids: Person.objects.filter(pk__in=ids).order_by("id").values_list("pk", "name")
)
_FACTS: Kept[tuple[uuid.UUID, str, bytes, str, datetime, str]] = Kept(
    lambda subjects: (
        Fact.objects.filter(subject_id__in=subjects)
        .order_by("id")
        .values_list("id", "name", "value", "source", "as_of", "state")
    )
)
_NAMED: Kept[tuple[uuid.UUID, str, bytes]] = Kept(
    lambda subject_id, names: (
        Fact.objects.filter(subject_id=subject_id, name__in=names)
        .order_by("id")
        .values_list("id", "name", "value")
    )
)
_PERSON: Kept[Person] = Kept(lambda person_id: Person.objects.filter(pk=person_id))
_ORGANISATION: Kept[Organisation] = Kept(
    lambda organisation_id: Organisation.objects.filter(pk=organisation_id)
)


def account_by_username(username: str) -> Account | None:
    """The active account of that name, or None."""
    if "\x00" in username:  # PostgreSQL has no NUL in text and says so with an error
        return None
    return Account.objects.filter(username=username, is_active=True).first()


def account(account_id: uuid.UUID) -> Account | None:
    """The active account, or None."""
    return _ACCOUNT.first(account_id)


def officers(text: str = "") -> QuerySet[Account]:
    """The officers' accounts, closed ones too, by name; those of whose account or name the text is part."""
    rows = Account.objects.exclude(agency="").order_by("username")
    return rows.filter(Q(username__contains=text) | Q(display_name__contains=text)) if text else rows


def officer(account_id: uuid.UUID) -> Account | None:
    """One officer's account, closed or not; None for any other."""
    return Account.objects.exclude(agency="").filter(pk=account_id).first()


def dead_codes(now: datetime) -> int:
    """How many one-time codes ran out a day ago or more."""
    return SignInCode.objects.filter(expires_at__lt=now - timedelta(days=1)).count()


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
    return Person.objects.filter(id_no_index__in=blind_indexes(Person, "id_no", id_no)).first()


def organisation(organisation_id: uuid.UUID) -> Organisation:
    """One organisation; raises Organisation.DoesNotExist."""
    found = once(("organisation", organisation_id), lambda: _ORGANISATION.first(organisation_id))
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
    ids = tuple(actor.represents)
    rows = Organisation.objects.filter(pk__in=ids).order_by("name")
    # A page names them in its head, in its strip and in itself.
    return once(("organisations", ids), lambda: list(rows))


def principals(actor: Actor) -> dict[uuid.UUID, str]:
    """All for whom the actor may act in whatever: organisations by name, then persons; at most two queries."""
    people = [one.principal_id for one in actor.mandates if one.person]
    firms = [*actor.represents, *(one.principal_id for one in actor.mandates if not one.person)]
    found = dict(_FIRM_NAMES.all(list(dict.fromkeys(firms)))) if firms else {}
    return found | (dict(_PERSON_NAMES.all(list(dict.fromkeys(people)))) if people else {})


def subject_name(subject_id: uuid.UUID) -> str:
    """What an organisation or a person is called; "" for neither."""
    firm = _FIRM_NAMES.all([subject_id])
    return dict(firm or _PERSON_NAMES.all([subject_id])).get(subject_id, "")


def mandates_given(actor: Actor, organisation_id: uuid.UUID | None) -> QuerySet[Mandate]:
    """The mandates that the actor has given, for themself or for an organisation that they govern, newest first."""
    rows = rules.mandates(actor, "own").filter(organisation_id=organisation_id)
    return rows.select_related("agent").order_by("-id")


def people_of(actor: Actor, organisation_id: uuid.UUID, text: str = "") -> QuerySet[Mandate]:
    """The people of an organisation that the actor governs, by name: its legal representative and whom it appointed."""
    rows = mandates_given(actor, organisation_id).filter(
        source__in=(MandateSource.LEGAL_REPRESENTATIVE, MandateSource.APPOINTED), ended_at__isnull=True
    )
    return (rows.filter(agent__name__contains=text) if text else rows).order_by("agent__name", "id")


def mandates_held(actor: Actor) -> QuerySet[Mandate]:
    """The mandates under which the actor acts or is asked to, those that wait for their word first."""
    rows = rules.mandates(actor, "agent").filter(ended_at__isnull=True)
    return rows.select_related("organisation", "principal").order_by(
        F("accepted_at").asc(nulls_first=True), "-id"
    )


def mandate_for(actor: Actor, mandate_id: uuid.UUID) -> Mandate:
    """A mandate that the actor gave or holds. Raises NoSuchMandate."""
    rows = rules.mandates(actor, "own") | rules.mandates(actor, "agent")
    return rules.mandate_found(rows.filter(pk=mandate_id).first())


def accounts_of_holder(holder_id: uuid.UUID, today: date) -> list[uuid.UUID]:
    """The accounts of a person, or of those who may act for an organisation on a day."""
    people = [holder_id, *agents_of(holder_id, today)]
    rows = Account.objects.filter(person_id__in=people, is_active=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


def agents_of(organisation_id: uuid.UUID, today: date, item: str = "") -> list[uuid.UUID]:
    """Persons who may act for an organisation on a day; with `item` those too who may for that item alone."""
    rows = live(today).filter(organisation_id=organisation_id).order_by("id")
    return [agent for agent, items in rows.values_list("agent_id", "items") if not items or item in items]


def accounts_about(
    account_id: uuid.UUID, person_id: uuid.UUID, organisation_id: uuid.UUID | None, item: str, today: date
) -> list[uuid.UUID]:
    """Who is told of an application: whose hands filled it in while they may act for its applicant, and the applicant.

    A person always hears of what others do for them; an organisation's legal representative where its agent is one no more.
    """
    hands = account(account_id)
    if organisation_id is not None:
        agents_now = agents_of(organisation_id, today, item)
        if hands is None or hands.person_id in agents_now:
            return [account_id]
        legal = [one.person_id for one in agents(organisation_id, today) if one.legal]
        return accounts_of_people(legal)
    if hands is None or hands.person_id == person_id:
        return [account_id]
    rows = (
        live_mandates(hands.person_id, today).filter(principal_id=person_id).values_list("items", flat=True)
    )
    still = any(not items or item in items for items in rows)
    return [*([account_id] if still else []), *accounts_of_person(person_id)]


@dataclass(frozen=True)
class Agent:
    """Somebody who may act for an organisation; `legal`: as its legal representative. Duties as mandates name them."""

    person_id: uuid.UUID
    name: str
    legal: bool
    duties: tuple[str, ...] = ()


def agents(organisation_id: uuid.UUID, today: date) -> list[Agent]:
    """Everybody of an organisation on a day, but for agents of single items, in the order of their ids; one query."""
    rows = live(today).filter(organisation_id=organisation_id, items=[]).order_by("agent_id", "id")
    found: dict[uuid.UUID, Agent] = {}
    for person_id, name, source, duties in rows.values_list("agent_id", "agent__name", "source", "duties"):
        before = found.get(person_id, Agent(person_id, name, legal=False))
        legal = before.legal or source == MandateSource.LEGAL_REPRESENTATIVE
        found[person_id] = Agent(person_id, name, legal, tuple(sorted({*before.duties, *duties})))
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


def values(subject_id: uuid.UUID, names: Sequence[str]) -> dict[str, object]:
    """What is known of a person or an organisation by these names; the others of its facts are not read, and none is derived."""
    rows = _NAMED.all(subject_id, list(names)) if names else []
    return {name: unsealed(Fact, "value", id, value) for id, name, value in rows}


def disputes(actor: Actor) -> QuerySet[FactDispute]:
    """The disputes that wait for the actor's agency and those it has answered, open ones first, oldest first among them."""
    return rules.disputes(actor).order_by(F("answered_at").desc(nulls_first=True), "id")


def dispute(actor: Actor, dispute_id: uuid.UUID, verb: str = "answer") -> FactDispute:
    """One dispute that the actor may `verb`. Raises NoSuchDispute."""
    return rules.found(rules.disputes(actor, verb).filter(pk=dispute_id).first())


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
