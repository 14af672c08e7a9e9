"""An item as the text of a pack file: one text for one content, whatever order a database keeps keys in. Pure."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

WIDTH = 118
# Words that other readers of YAML take for truth values or nothing.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_PLAIN = re.compile(r"[^\W\d][\w \-./，。、；：！？（）《》“”·—…]*[\w，。、；：！？（）《》“”·—…]|[^\W\d]")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def write_item(data: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The text of an item's file. Keys stand in the order of the schema; reading it back gives equal data."""
    lines: list[str] = []
    _block(data, schema, schema, "", lines)
    return "\n".join(lines) + "\n"


def _below(schema: Mapping[str, Any], root: Mapping[str, Any], key: str | None) -> Mapping[str, Any]:
    """The schema of a key's value, or of the entries of a list where `key` is None."""
    found: Any = schema.get("items", {}) if key is None else schema.get("properties", {}).get(key, {})
    while "$ref" in found:
        found = root["$defs"][found["$ref"].rsplit("/", 1)[-1]]
    below: Mapping[str, Any] = found
    return below


def _ordered(data: Mapping[str, Any], schema: Mapping[str, Any]) -> list[tuple[str, Any]]:
    known = {key: at for at, key in enumerate(schema.get("properties", {}))}
    return sorted(data.items(), key=lambda pair: (known.get(pair[0], len(known)), pair[0]))


def _flow(data: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    if isinstance(data, Mapping):
        pairs = (
            f"{_scalar(key)}: {_flow(one, _below(schema, root, key), root)}"
            for key, one in _ordered(data, schema)
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_flow(one, _below(schema, root, None), root) for one in data) + "]"
    return _scalar(data)


def _block(
    data: Any, schema: Mapping[str, Any], root: Mapping[str, Any], indent: str, lines: list[str]
) -> None:
    pairs: list[tuple[str, Any, Mapping[str, Any]]]
    if isinstance(data, Mapping):
        pairs = [(f"{_scalar(k)}:", one, _below(schema, root, k)) for k, one in _ordered(data, schema)]
    else:
        pairs = [("-", one, _below(schema, root, None)) for one in data]
    for head, one, inner in pairs:
        flow = f"{indent}{head} {_flow(one, inner, root)}"
        if _is_small(one) and (len(flow) <= WIDTH or not one or not isinstance(one, dict | list)):
            lines.append(flow)
        elif head == "-" and isinstance(one, dict):
            at = len(lines)
            _block(one, inner, root, f"{indent}  ", lines)
            lines[at] = f"{indent}- {lines[at][len(indent) + 2 :]}"
        else:
            lines.append(f"{indent}{head}")
            _block(one, inner, root, f"{indent}  ", lines)


def _is_small(data: Any) -> bool:
    """A value, a text in two languages, an entry whose parts are such: one line reads better than five."""
    if isinstance(data, Mapping):
        return all(_is_leafy(one) for one in data.values())
    if isinstance(data, list):
        return all(not isinstance(one, dict | list) for one in data)
    return True


def _is_leafy(data: Any) -> bool:
    return not isinstance(data, dict | list) or (
        all(not isinstance(one, dict | list) for one in (data.values() if isinstance(data, dict) else data))
    )


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def plain_data(node: Any) -> Any:
    """What a pack file's reader gives, as JSON can keep it: decimals become numbers."""
    if isinstance(node, dict):
        return {key: plain_data(one) for key, one in node.items()}
    if isinstance(node, list):
        return [plain_data(one) for one in node]
    if isinstance(node, Decimal):
        return int(node) if node == node.to_integral_value() else float(node)
    return node
