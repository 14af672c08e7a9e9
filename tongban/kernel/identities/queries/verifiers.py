"""Who confirms that somebody is who they say they are: the population base, a comparison of faces, certificates.

Each is an adapter by name. The ones here are made up and say so: `fake` is True, and the page shows it. Of a face nothing
comes here but the answer, its moment and the verifier's own number for it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from tongban.foundation.registries import Registry
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import AssuranceLevel

# In this order the page offers them: kind → the level that it leads to.
LEADS_TO = {
    "population": AssuranceLevel.MATCHED,
    "face": AssuranceLevel.FACE_MATCHED,
    "certificate": AssuranceLevel.CERTIFICATE,
}
NEEDS_CONSENT = frozenset(
    {"face"}
)  # separate consent: 个人信息保护法 art. 29, 人脸识别技术应用安全管理办法 art. 7


@dataclass(frozen=True)
class Asked:
    """Of whom a verifier is asked."""

    name: str
    id_type: str
    id_no: str
    phone: str


@dataclass(frozen=True)
class Answer:
    """What a verifier says, and under which number it keeps that."""

    matched: bool
    trace: str


class Verifier(Protocol):
    """Asked once for each try; raises what it likes when it is out of order, and then nothing is decided."""

    fake: bool

    def ask(self, who: Asked, said: Mapping[str, str]) -> Answer:
        """Whether it is this person. `said` is what the form of the page sent besides."""
        ...

    def forget(self, trace: str) -> None:
        """Delete what was kept under this number: the person has taken their consent back. Known no more: nothing."""
        ...


VERIFIERS: Registry = Registry("verifiers")


def verifier(kind: str) -> Verifier:
    """The verifier that the installation has chosen for a kind. Raises UnknownKey."""
    return VERIFIERS.get(settings.VERIFIERS[kind])()


def _trace() -> str:
    return f"FAKE-{secrets.token_hex(8)}"


@VERIFIERS.register("fake-population", label="人口库（虚构）")
class FakePopulation:
    """Knows the persons of this installation; of anybody else it says yes, but for the name 查无此人."""

    fake = True

    def ask(self, who: Asked, said: Mapping[str, str]) -> Answer:
        known = parties.person_by_id_no(who.id_no)
        if known is None:
            return Answer(who.name != "查无此人", _trace())
        # The telephone too: a name and a number stand on many papers, and a match opens what is known of somebody.
        same = (known.name, known.id_type, known.phone or who.phone) == (who.name, who.id_type, who.phone)
        return Answer(same, _trace())

    def forget(self, trace: str) -> None:
        """Keeps nothing."""


class _Chosen:
    """Says what the visitor of the demonstration has chosen that it should say."""

    fake = True

    def ask(self, who: Asked, said: Mapping[str, str]) -> Answer:
        return Answer(said.get("outcome") == "matched", _trace())

    def forget(self, trace: str) -> None:
        """Keeps nothing."""


@VERIFIERS.register("fake-face", label="人脸比对（虚构）")
class FakeFace(_Chosen):
    """Opens no camera and sees no face."""


@VERIFIERS.register("fake-certificate", label="数字证书（虚构）")
class FakeCertificate(_Chosen):
    """Reads no certificate."""
