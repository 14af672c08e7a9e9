"""The named accounts of the demo, for the console and the sign-in page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.foundation.packs import read_yaml
from tongban.kernel.access.states import ROLES


@dataclass(frozen=True)
class DemoAccount:
    """One account that anybody may try."""

    username: str
    name: str
    role_zh: str
    role_en: str


def accounts(folder: Path) -> list[DemoAccount]:
    """The people and officers named in the pack's demo file; none without that file."""
    path = folder / "demo.yaml"
    if not path.exists():
        return []
    data: Any = read_yaml(path).data
    people = [
        DemoAccount(one["username"], one["name"], one["role"]["zh"], one["role"]["en"])
        for one in data["people"]
    ]
    staff = [
        DemoAccount(
            one["username"],
            one["name"],
            f"{ROLES[one['role']].title_zh} · {one['agency']}",
            f"{ROLES[one['role']].title_en}, {one['agency']}",
        )
        for one in data["staff"]
    ]
    return people + staff
