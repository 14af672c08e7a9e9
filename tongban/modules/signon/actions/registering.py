"""The register of systems: who may send people here to sign in, and where they may be sent back to."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.signon import calc, queries, rules, states
from tongban.modules.signon.models import RelyingSystem
from tongban.modules.signon.states import Realm, Scope

_TEXTS = ("agency", "name_zh", "name_en", "purpose_zh", "purpose_en")
_LISTS = ("redirect_uris", "logout_uris")
_LEVELS = range(1, 5)


class NotRegistered(Problem):
    """The registration of a system says something that cannot be; `about` names the field."""

    code = "signon.not_registered"
    status = 422


def _wrong(about: str, zh: str, en: str) -> NotRegistered:
    return NotRegistered(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请改正后再保存。",
        todo_en="Correct it and save again.",
        about=about,
    )


def _apply(row: RelyingSystem, data: Mapping[str, Any]) -> None:
    """Write what a registration says into the row. Raises NotRegistered."""
    for name in _TEXTS:
        value = str(data.get(name, "")).strip()
        most = RelyingSystem._meta.get_field(name).max_length
        if not value or len(value) > most or not value.isprintable():
            raise _wrong(
                name,
                f"这一栏必须填写，至多 {most} 个字",
                f"This must be filled in, with at most {most} signs",
            )
        setattr(row, name, value)
    for name in _LISTS:
        setattr(row, name, list(dict.fromkeys(data.get(name, ()))))
    row.backchannel_uri = data.get("backchannel_uri") or ""
    row.sector = data.get("sector") or row.client_id
    row.least_level = int(data.get("least_level", 1))
    row.scopes = list(calc.described({Scope.OPENID, *data.get("scopes", ())}))
    if not row.redirect_uris:
        raise _wrong("redirect_uris", "至少要有一个回跳地址", "There must be at least one redirect address")
    if row.least_level not in _LEVELS:
        raise _wrong("least_level", "没有这个实名等级", "There is no such level")
    for name, addresses in (
        ("redirect_uris", row.redirect_uris),
        ("logout_uris", row.logout_uris),
        ("backchannel_uri", [row.backchannel_uri] if row.backchannel_uri else []),
    ):
        for one in addresses:
            if fault := calc.fault_of_address(one, loopback=settings.DEMO):
                zh, en = calc.ADDRESS_FAULTS[fault]
                raise _wrong(
                    name, f"地址“{one}”不能登记：{zh}", f"The address '{one}' cannot be registered: {en}"
                )


def _state(row: RelyingSystem) -> tuple[Any, ...]:
    lists = tuple(tuple(getattr(row, name)) for name in (*_LISTS, "scopes"))
    return (
        *(getattr(row, name) for name in _TEXTS),
        *lists,
        row.backchannel_uri,
        row.sector,
        row.least_level,
    )


@action
def register_system(
    *, client_id: str, realm: str, data: Mapping[str, Any], by: Actor
) -> tuple[RelyingSystem, str]:
    """Register a system; returns it with its secret, which is shown this once. Raises NotAllowed, NotRegistered."""
    if by is not SYSTEM:
        rules.require_registrar(by)
    row = _new(client_id, realm)
    _apply(row, data)
    secret = _fresh_secret(row)
    row.save(force_insert=True)
    events.record(name=states.SYSTEM_REGISTERED, about=row, by=by, payload={"system": row.client_id})
    return row, secret


def _new(client_id: str, realm: str) -> RelyingSystem:
    if not calc.is_client_id(client_id):
        raise _wrong(
            "client_id",
            "系统标识只能用小写字母、数字和连字符，3 到 40 位",
            "The name of a system has 3 to 40 small letters, digits and hyphens",
        )
    if realm not in set(Realm):
        raise _wrong("realm", "没有选择给谁用", "It is not chosen whom the system is for")
    if queries.system_by_client_id(client_id):
        raise _wrong("client_id", "这个系统标识已经有了", "There is a system of that name already")
    return RelyingSystem(client_id=client_id, realm=realm, registered_at=time.now())


def _fresh_secret(row: RelyingSystem) -> str:
    secret = secrets.token_urlsafe(32)
    row.secret_digest = queries.digest("secret", row.client_id, secret)
    return secret


@action
def change_system(*, system_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> RelyingSystem:
    """Change what is registered; name and realm stay. Raises NotAllowed, NoSuchSystem, NotRegistered."""
    row = queries.system(by, system_id)
    _write(row, data, by)
    return row


def _write(row: RelyingSystem, data: Mapping[str, Any], by: Actor) -> bool:
    before = _state(row)
    _apply(row, data)
    if _state(row) == before:
        return False
    row.save()
    events.record(name=states.SYSTEM_CHANGED, about=row, by=by, payload={"system": row.client_id})
    return True


@action
def renew_secret(*, system_id: uuid.UUID, by: Actor) -> tuple[RelyingSystem, str]:
    """Give a system another secret and return it, this once; the one before is worth nothing from now on."""
    row = queries.system(by, system_id)
    secret = _fresh_secret(row)
    row.save()
    events.record(name=states.SECRET_RENEWED, about=row, by=by, payload={"system": row.client_id})
    return row, secret


@action
def stop_system(*, system_id: uuid.UUID, by: Actor) -> None:
    """Let nobody sign on to a system any more; its tokens are worth nothing. A second time changes nothing."""
    row = queries.system(by, system_id)
    if RelyingSystem.objects.filter(pk=row.pk, stopped_at__isnull=True).update(stopped_at=time.now()):
        events.record(name=states.SYSTEM_STOPPED, about=row, by=by, payload={"system": row.client_id})


@action
def resume_system(*, system_id: uuid.UUID, by: Actor) -> None:
    """Let a stopped system in again. A second time changes nothing."""
    row = queries.system(by, system_id)
    if RelyingSystem.objects.filter(pk=row.pk, stopped_at__isnull=False).update(stopped_at=None):
        events.record(name=states.SYSTEM_RESUMED, about=row, by=by, payload={"system": row.client_id})


@action
def load_systems(*, systems: Sequence[Mapping[str, Any]], by: Actor) -> int:
    """Bring the systems that a pack names in line with it; returns how many changed.

    A new one has no secret, so it lets nobody in until an officer makes one. One that is gone from the pack stays.
    """
    changed = 0
    for one in systems:
        data = {
            **one,
            **{f"{name}_{lang}": one[name][lang] for name in ("name", "purpose") for lang in ("zh", "en")},
        }
        row = queries.system_by_client_id(one["client_id"])
        if row is not None:
            changed += _write(row, data, by)
            continue
        row = _new(one["client_id"], one["realm"])
        _apply(row, data)
        row.save(force_insert=True)
        events.record(name=states.SYSTEM_REGISTERED, about=row, by=by, payload={"system": row.client_id})
        changed += 1
    return changed
