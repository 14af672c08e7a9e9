"""Reads for dossiers: whose they are, what goes into them, where the file lies."""

import hashlib
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents import queries as documents
from tongban.kernel.parties import queries as parties
from tongban.modules.dossiers import calc, rules
from tongban.modules.dossiers.models import Dossier
from tongban.modules.dossiers.states import MOST_BYTES, SECTIONS, DossierState
from tongban.modules.looks import queries as looks
from tongban.modules.signon import queries as signon

_SCHEMA = Path(__file__).parent / "schemas" / "data-copy.json"
MOST_LOOKS = 10_000
# Who writes the page for people: a terminal, since modules have no HTML. Registered by the site.
_readable: dict[str, Callable[[Mapping[str, Any]], str]] = {}


def register(readable: Callable[[Mapping[str, Any]], str]) -> None:
    """Let this function write the page for people."""
    _readable["page"] = readable


def mine(actor: Actor) -> QuerySet[Dossier]:
    """The actor's dossiers, newest first."""
    return rules.visible(actor)


def own(actor: Actor, dossier_id: uuid.UUID, *, lock: bool = False) -> Dossier:
    """One of the actor's dossiers. Raises NoSuchDossier."""
    rows = rules.visible(actor).filter(pk=dossier_id)
    return rules.found((rows.select_for_update() if lock else rows).first())


def dossier(dossier_id: uuid.UUID, *, lock: bool = False) -> Dossier:
    """One dossier for the machinery; raises Dossier.DoesNotExist."""
    rows = Dossier.objects.select_for_update() if lock else Dossier.objects
    return rows.get(pk=dossier_id)


def running(actor: Actor, subject_id: uuid.UUID) -> Dossier | None:
    """The dossier of this subject that is being prepared for the actor."""
    return rules.visible(actor).filter(subject_id=subject_id, state=DossierState.RUNNING).first()


def expired(day: date) -> list[Dossier]:
    """Dossiers whose file is to be gone by a day."""
    return list(Dossier.objects.filter(state=DossierState.READY, delete_on__lte=day).order_by("id"))


def asker(row: Dossier) -> Actor | None:
    """Who asked, with the rights they have now; None when they may not have it any more."""
    account = parties.account(row.asked_by)
    if account is None:
        return None
    actor = parties.actor_for(account, time.today(), row.subject_id)
    return actor if rules.visible(actor).filter(pk=row.pk).exists() else None


# ---------------------------------------------------------------------------------------------------- what goes into it


def sections(row: Dossier, actor: Actor) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The sections in their order, one by one, so that progress can be told."""
    readers: dict[str, Callable[[Dossier, Actor], list[dict[str, Any]]]] = {
        "facts": _facts,
        "disputes": _disputes,
        "cases": _cases,
        "licences": _licences,
        "mandates": _mandates,
        "consents": _consents,
        "looks": _looks,
    }
    for name in SECTIONS:
        yield name, [calc.plain(one) for one in readers[name](row, actor)]


def _facts(row: Dossier, _actor: Actor) -> list[dict[str, Any]]:
    firm = row.subject_kind == "organisation"
    person, organisation = (None, row.subject_id) if firm else (row.subject_id, None)
    known = cases.known_of(person, organisation, time.today()).facts
    return [
        {
            "name": one.name,
            "value": one.value,
            "source": one.source,
            "as_of": one.as_of,
            "state": one.state.value,
        }
        for one in known.values()
    ]


def _disputes(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    columns = ("name", "agency", "was", "claimed", "reason", "state", "made_at", "answer", "answered_at")
    found = parties.own_disputes(actor, row.subject_id).values()
    return [{name: getattr(one, name) for name in columns} for one in found]


def own_cases(row: Dossier, actor: Actor) -> QuerySet[Any]:
    """The subject's own cases."""
    own = (
        {"organisation_id": row.subject_id}
        if row.subject_kind == "organisation"
        else {"person_id": row.subject_id, "organisation_id": None}
    )
    return cases.mine(actor).filter(**own).order_by("id")


def _cases(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    columns = ("short_no", "case_no", "item_code", "item_name", "agency", "state", "channel", "situation")
    columns += (
        "answers",
        "sources",
        "created_at",
        "submitted_at",
        "accepted_at",
        "decided_at",
        "closed_at",
        "reasons",
    )
    return [{name: getattr(one, name) for name in columns} for one in own_cases(row, actor)]


def own_licences(row: Dossier, actor: Actor) -> QuerySet[Any]:
    """The subject's licences, whatever became of them."""
    return credentials.visible(actor).filter(holder_id=row.subject_id).order_by("id")


def _licences(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    columns = (
        "number",
        "identifier",
        "name_zh",
        "issuer",
        "issuer_name",
        "fields",
        "valid_from",
        "valid_until",
        "state",
    )
    return [{name: getattr(one, name) for name in columns} for one in own_licences(row, actor)]


def _mandates(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    columns = ("items", "duties", "source", "starts_on", "ends_on", "accepted_at", "ended_at")
    firm = row.subject_kind == "organisation"
    given = [
        {"side": "given", "agent": one.agent.name} | {name: getattr(one, name) for name in columns}
        for one in parties.mandates_given(actor, row.subject_id if firm else None)
    ]
    if firm:
        return given
    held = [
        {"side": "held", "principal": (one.organisation or one.principal).name}
        | {name: getattr(one, name) for name in columns}
        for one in parties.mandates_held(actor)
    ]
    return [*given, *held]


def _consents(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    if row.subject_kind == "organisation":
        return []
    return [
        {"system": one.system.name_zh, "scopes": one.scopes, "given_at": one.given_at}
        for one in signon.consents(actor)
    ]


def _looks(row: Dossier, actor: Actor) -> list[dict[str, Any]]:
    columns = ("at", "agency", "role", "kind", "door", "about_kind", "about_id", "purpose")
    found = looks.at_data_of(actor, row.subject_id)[:MOST_LOOKS]
    return [{name: getattr(one, name) for name in columns} for one in found]


def files(row: Dossier, actor: Actor) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files that go with it (name, content), and the names of those for which there is no room, or which are not there."""
    kept: list[tuple[str, bytes]] = []
    left: list[str] = []
    room = MOST_BYTES
    for name, file in _files(row, actor):
        if file.size > room:
            left.append(name)
            continue
        try:
            content = documents.content(file)
        except FileNotFoundError:
            left.append(name)
            continue
        room -= len(content)
        kept.append((name, content))
    return kept, left


def _files(row: Dossier, actor: Actor) -> Iterator[tuple[str, Any]]:
    for one in own_licences(row, actor):
        yield calc.safe_name(f"{one.number}-{one.version}-{one.file.name}"), one.file
    for case in own_cases(row, actor):
        named = case.short_no or str(case.pk)
        for number, letter in enumerate(documents.letters_about(case.pk), 1):
            yield calc.safe_name(f"{named}-letter{number}-{letter.file.name}"), letter.file
        for number, material in enumerate(cases.materials_of(case), 1):
            if material.file_id:
                yield calc.safe_name(f"{named}-material{number}-{material.file.name}"), material.file


def archive(row: Dossier, actor: Actor, found: Mapping[str, list[dict[str, Any]]]) -> bytes:
    """The whole archive from the sections that were read."""
    kept, left = files(row, actor)
    name = (
        parties.organisation(row.subject_id).name
        if row.subject_kind == "organisation"
        else parties.person(row.subject_id).name
    )
    document = {
        "format": calc.FORMAT,
        "made_at": time.now().isoformat(),
        "subject": {"kind": row.subject_kind, "id": str(row.subject_id), "name": name},
        **found,
        "files": [one for one, _content in kept],
        "left_out": left,
    }
    with translation.override(row.language):
        page = _readable["page"](document)
    return calc.packed(document, _SCHEMA.read_text(encoding="utf-8"), page, kept)


# ------------------------------------------------------------------------------------------------------ where it lies


def path(dossier_id: uuid.UUID) -> Path:
    """Where the file of a dossier lies."""
    return settings.FILES / "dossiers" / str(dossier_id)


def _place(dossier_id: uuid.UUID) -> str:
    return f"dossiers|file|{dossier_id}"


def sealed(dossier_id: uuid.UUID, content: bytes) -> bytes:
    """The file as it lies there: nobody reads it from a stolen disk."""
    return bytes(settings.KEY_RING.encrypt(b64encode(content).decode(), _place(dossier_id)))


def content(row: Dossier) -> bytes:
    """The file. Raises NoSuchDossier when it is not there, damaged, or under a key that is gone."""
    try:
        if row.state != DossierState.READY:
            raise FileNotFoundError(row.pk)
        found = b64decode(settings.KEY_RING.decrypt(path(row.pk).read_bytes(), _place(row.pk)))
    except (FileNotFoundError, ValueError, InvalidTag, IndexError):
        raise rules.missing() from None
    if hashlib.sha256(found).hexdigest() != row.sha256:
        raise rules.missing()
    return found
