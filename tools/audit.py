"""What the product consists of: a bill of materials in CycloneDX JSON, and whether every licence is one that we may ship.

python tools/audit.py [FILE]    writes FILE (build/sbom.cdx.json); ends with 1 when something has to be looked at

The bill holds every package of `requirements.lock` with its version and the digests of the files that may be installed.
Licences come from the packages in .venv as their makers state them.
"""

import hashlib
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
BILL = ROOT / "build/sbom.cdx.json"
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)")
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")

# They ask for notices or for changes to themselves to stay open; none reaches into what is built with them.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LGPL-3.0-only",  # linked, unchanged
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",  # used unchanged
    "OFL-1.1",
    "PSF-2.0",
    "Zlib",
}
# Their metadata name no licence of the SPDX list; what stands here was read in the licence files they bring.
READ = {
    "aiosignal": "Apache-2.0",
    "duckdb": "MIT",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "pyrage": "MIT",  # and what it is built from: MIT, Apache-2.0, BSD-3-Clause, Unlicense or MIT, as its own bill says
    "segno": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
}


@dataclass(frozen=True)
class Pin:
    """One package of the lock."""

    name: str
    version: str
    digests: tuple[str, ...]


def pins(lock: str) -> Iterator[Pin]:
    """The packages of a lock, in its order."""
    for block in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE):
        if found := PIN.match(block):
            yield Pin(found["name"], found["version"], tuple(DIGEST.findall(block)))


def licence_of(name: str) -> str:
    """The licence as an SPDX expression, as far as the installed package states one; empty when it states none."""
    if name in READ:
        return READ[name]
    stated = metadata.metadata(name)
    return stated.get("License-Expression") or stated.get("License") or ""


def may_ship(expression: str) -> bool:
    """True when one of the alternatives of an SPDX expression consists of allowed licences only."""
    alternatives = [re.split(r"\s+AND\s+", one.strip()) for one in re.split(r"\s+OR\s+", expression)]
    return any(ALLOWED.issuperset(part.strip() for part in one) for one in alternatives)


def complaints(found: list[Pin]) -> list[str]:
    """What somebody has to look at: packages that are not installed as locked, and licences that are not allowed."""
    said = []
    for pin in found:
        try:
            installed = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            said.append(f"{pin.name} is in the lock and not installed: run make setup")
            continue
        if installed != pin.version:
            said.append(
                f"{pin.name} is locked at {pin.version}, but {installed} is installed: run make setup"
            )
        licence = licence_of(pin.name)
        if not may_ship(licence):
            said.append(
                f"{pin.name} has the licence {licence[:60]!r}: read it, then allow it or leave the package out"
            )
    return said


def bill(found: list[Pin], lock: str) -> Bom:
    """The bill of materials. Its number follows from the lock: the same lock has the same."""
    licences = LicenseFactory()
    made = Bom(serial_number=uuid.UUID(bytes=hashlib.sha256(lock.encode()).digest()[:16], version=4))
    made.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name="tongban",
        bom_ref="tongban",
        licenses=[licences.make_from_string("Apache-2.0")],
    )
    for pin in found:
        address = PackageURL("pypi", None, pin.name, pin.version)
        made.components.add(
            Component(
                type=ComponentType.LIBRARY,
                name=pin.name,
                version=pin.version,
                purl=address,
                bom_ref=str(address),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in pin.digests],
                licenses=[licences.make_from_string(licence_of(pin.name))] if licence_of(pin.name) else [],
            )
        )
    made.register_dependency(made.metadata.component, made.components)
    return made


def main(arguments: list[str]) -> int:
    """Write the bill and say what has to be looked at."""
    lock = LOCK.read_text(encoding="utf-8")
    found = list(pins(lock))
    said = complaints(found)
    for line in said:
        print(line)
    if any("not installed" in line for line in said):
        return 1
    target = Path(arguments[0]) if arguments else BILL
    target.parent.mkdir(parents=True, exist_ok=True)
    JsonV1Dot6(bill(found, lock)).output_to_file(str(target), allow_overwrite=True, indent=2)
    print(f"{len(found)} packages, {len(said)} to look at; bill of materials: {target}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
