"""Reads and checks the peers of a pack: exchange.yaml."""

from pathlib import Path
from typing import Any

from tongban.foundation.packs import PackError, load_schema, read_yaml, validate

FILE = "exchange.yaml"


def read_peers(folder: Path) -> tuple[list[dict[str, Any]], list[PackError]]:
    """The peers that a pack names, and the faults of its file; a pack without one exchanges with nobody."""
    path = folder / FILE
    if not path.exists():
        return [], []
    located = read_yaml(path, name=FILE)
    faults = validate(located, load_schema("exchange"))
    return ([] if faults else list(located.data["peers"])), faults
