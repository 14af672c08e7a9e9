"""What can be wrong with repeating groups and signers of an item: names of fields and columns that are not there. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.foundation.packs import Located, PackError, Step

_NUMBERS = {"int", "decimal", "money"}


def faults_of_groups(located: Located, item: Mapping[str, Any]) -> Iterator[PackError]:
    """Columns that share a name, sums and differences over columns that are not there, signers whom nothing names."""
    fields: dict[str, Mapping[str, Any]] = {}
    for i, part in enumerate(item["form"]):
        for j, one in enumerate(part["fields"]):
            fields[one["id"]] = one
            if "fields" in one:
                yield from _columns(located, ("form", i, "fields", j), one)
    for i, one in enumerate(item.get("signers", {}).get("who", [])):
        yield from _signer(located, ("signers", "who", i), one, fields)


def _columns(located: Located, where: tuple[Step, ...], field: Mapping[str, Any]) -> Iterator[PackError]:
    columns: dict[str, Mapping[str, Any]] = {}
    for k, one in enumerate(field["fields"]):
        if one["id"] in columns:
            yield located.error(
                (*where, "fields", k, "id"),
                f"the identifier '{one['id']}' is taken",
                "choose another one",
                what_zh=f"标识“{one['id']}”已经用过",
                todo_zh="请换一个",
            )
        columns[one["id"]] = one
    if field.get("unique_by", field["fields"][0]["id"]) not in columns:
        yield _missing(located, (*where, "unique_by"), field["unique_by"])
    total = field.get("total")
    if total and columns.get(total["of"], {}).get("type") not in _NUMBERS:
        yield _missing(located, (*where, "total", "of"), total["of"])
    if field.get("min_rows", 0) > field.get("max_rows", 50):
        yield located.error(
            (*where, "min_rows"),
            "more rows are needed than there may be",
            "correct one of the two",
            what_zh="最少行数大于最多行数",
            todo_zh="请改正其中一个",
        )


def _signer(
    located: Located, where: tuple[Step, ...], one: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[PackError]:
    group = one.get("rows")
    if group is not None and "fields" not in fields.get(group, {}):
        yield _missing(located, (*where, "rows"), group)
        return
    known = {column["id"]: column for column in fields[group]["fields"]} if group else fields
    for key in ("name", "id_no"):
        if one[key] not in known:
            yield _missing(located, (*where, key), one[key])


def _missing(located: Located, where: tuple[Step, ...], name: str) -> PackError:
    return located.error(
        where,
        f"there is no field '{name}' that fits here",
        "name one that the form has",
        what_zh=f"没有合适的字段“{name}”",
        todo_zh="请填写表单中已有的字段",
    )
