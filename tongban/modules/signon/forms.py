"""Reads and checks the systems of a pack: systems.yaml."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.foundation.packs import PackError, load_schema, read_yaml, validate
from tongban.modules.signon.calc import ADDRESS_FAULTS, fault_of_address

FILE = "systems.yaml"


def faults_of(addresses: list[str]) -> list[tuple[str, str, str]]:
    """Addresses of a system that cannot be registered, each with the reason in both languages.

    http to this machine passes in a demonstration only.
    """
    found = [(one, fault_of_address(one, loopback=settings.DEMO)) for one in addresses]
    return [(one, *ADDRESS_FAULTS[fault]) for one, fault in found if fault]


def addresses_of(data: Mapping[str, Any]) -> list[str]:
    """Every address that a system's data names."""
    back = data.get("backchannel_uri") or ""
    return [*data["redirect_uris"], *data.get("logout_uris", []), *([back] if back else [])]


def read_systems(folder: Path) -> tuple[list[dict[str, Any]], list[PackError]]:
    """The systems that a pack names, and the faults of its file; a pack without one names none."""
    path = folder / FILE
    if not path.exists():
        return [], []
    located = read_yaml(path, name=FILE)
    if faults := [replace(one, file=FILE) for one in validate(located, load_schema("systems"), FILE)]:
        return [], faults
    systems: list[dict[str, Any]] = list(located.data["systems"])
    seen: set[str] = set()
    errors: list[PackError] = []
    for n, one in enumerate(systems):
        if one["client_id"] in seen:
            errors.append(
                located.error(
                    ("systems", n, "client_id"),
                    f"the system '{one['client_id']}' is there already",
                    "choose another name",
                    what_zh=f"系统“{one['client_id']}”重复",
                    todo_zh="请换一个标识",
                )
            )
        seen.add(one["client_id"])
        errors += [
            located.error(
                ("systems", n, "redirect_uris"),
                f"the address '{address}' cannot be registered: {en}",
                "correct it",
                what_zh=f"地址“{address}”不能登记：{zh}",
                todo_zh="请改正",
            )
            for address, zh, en in faults_of(addresses_of(one))
        ]
    return ([] if errors else systems), errors
