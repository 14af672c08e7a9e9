"""A passkey in software: answers what a site asks of a browser, honestly or not, as the test wants it."""

import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from tongban.foundation.ids import uuid7

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Passkey:
    """One credential, and what can be wrong with its answers."""

    def __init__(self, origin: str = "http://localhost:8000", site: str = "localhost") -> None:
        self.origin, self.site = origin, site
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = uuid7().bytes
        self.count = 0
        self.flags = PRESENT | VERIFIED

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int = 0, tail: bytes = b"") -> bytes:
        site = hashlib.sha256(self.site.encode()).digest()
        return site + struct.pack(">BI", self.flags | more, self.count) + tail

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a site that asks for a passkey to be made."""
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData(self._data(ATTESTED, bytes(attested)))
        client = self._client_data("webauthn.create", options["challenge"])
        statement = AttestationObject.create("none", data, {})
        return self._answer(client, {"attestationObject": websafe_encode(bytes(statement))})

    def signed(self, options: dict[str, Any], owner: bytes | None = None) -> dict[str, Any]:
        """The answer to a site that asks for a signature."""
        self.count += 1
        data = self._data()
        client = self._client_data("webauthn.get", options["challenge"])
        text = data + hashlib.sha256(client).digest()
        said = {
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(text, ec.ECDSA(hashes.SHA256()))),
        }
        if owner is not None:
            said["userHandle"] = websafe_encode(owner)
        return self._answer(client, said)

    def _answer(self, client: bytes, said: dict[str, str]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {"clientDataJSON": websafe_encode(client), **said},
            "clientExtensionResults": {},
        }
