"""The file: sections as JSON with their schema, the same for people to read, and what goes with them. Pure."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tongban.foundation.time import SHANGHAI

FORMAT = "1"


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value)


def safe_name(text: str) -> str:
    """A name for a file within the archive: no paths, nothing that a system would take for something else."""
    kept = "".join(one if one.isalnum() or one in "-_. " else "_" for one in text).strip(" .")
    return kept[-80:] or "file"


def packed(
    document: Mapping[str, Any], schema: str, readable: str, files: Iterable[tuple[str, bytes]]
) -> bytes:
    """The archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(document, ensure_ascii=False, indent=1))
        archive.writestr("schema.json", schema)
        archive.writestr("index.html", readable)
        for name, content in files:
            archive.writestr(f"files/{name}", content)
    return out.getvalue()
