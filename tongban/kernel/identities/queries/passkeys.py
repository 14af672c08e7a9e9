"""Passkeys (WebAuthn, level 3): what a browser is asked, and whether its answer holds. Nothing is kept here."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tongban.foundation.errors import Problem


class BadPasskey(Problem):
    """An answer of a browser that does not hold: unknown key, wrong site, old question, bad signature."""

    code = "signin.bad_passkey"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            sentence_zh="通行密钥没有通过验证。",
            sentence_en="The passkey was not accepted.",
            todo_zh="请再试一次；还是不行的，用验证码登录，再到“登录与安全”移除后重新登记。",
            todo_en="Try again; otherwise sign in by code, remove the passkey under “Signing in and security” and add it anew.",
        )


def _server() -> Fido2Server:
    site = PublicKeyCredentialRpEntity(name=settings.PASSKEY_SITE, id=settings.PASSKEY_SITE)
    return Fido2Server(site, verify_origin=lambda origin: origin == settings.PASSKEY_ORIGIN)


def asked_to_make(account: Any, known: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a browser is asked so that it makes a passkey, and what has to be remembered of it meanwhile.

    `known` are the credentials that the account has already: one device does not make two.
    """
    user = PublicKeyCredentialUserEntity(
        id=account.pk.bytes, name=account.username, display_name=account.display_name
    )
    options, state = _server().register_begin(
        user,
        [_described(one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), dict(state)


def _described(credential_id: str) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(credential_id)
    )


def asked_to_sign() -> tuple[dict[str, Any], dict[str, Any]]:
    """What a browser is asked so that a passkey of its owner's choice signs, and what has to be remembered meanwhile."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), dict(state)


def registered(state: Mapping[str, Any], answer: Mapping[str, Any]) -> AttestedCredentialData:
    """The credential that a browser has made. Raises BadPasskey."""
    try:
        data = _server().register_complete(state, answer).credential_data
    except _BROKEN as error:
        raise BadPasskey from error
    if data is None:
        raise BadPasskey
    return data


def credential_of(answer: Mapping[str, Any]) -> str:
    """Which credential an answer says it is of. Raises BadPasskey."""
    try:
        return websafe_encode(AuthenticationResponse.from_dict(answer).raw_id)
    except _BROKEN as error:
        raise BadPasskey from error


def asserted(state: Mapping[str, Any], answer: Mapping[str, Any], kept: str, owner: uuid.UUID) -> int:
    """The signature counter of an answer that holds for the kept credential of this owner. Raises BadPasskey."""
    try:
        credential = AttestedCredentialData(websafe_decode(kept))
        _server().authenticate_complete(state, [credential], answer)
        response = AuthenticationResponse.from_dict(answer).response
    except _BROKEN as error:
        raise BadPasskey from error
    if response.user_handle is not None and response.user_handle != owner.bytes:
        raise BadPasskey
    return response.authenticator_data.counter


# What the library raises for answers that are no answers at all; all of it is the browser's doing.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
