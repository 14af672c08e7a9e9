"""What the catalogue gives to search: items, their questions, the pack's notices, and how people here speak."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.search.calc import Entry, Understood
from tongban.kernel.search.calc.words import normalised
from tongban.kernel.search.states import ITEM

NOTICE = "notice"  # the kind of its entries in the search index
_LEAST_SHARE, _IN_ANSWER = 0.5, 0.4


def _zh(text: Any) -> str:
    return text["zh"] if isinstance(text, Mapping) else text or ""


def _both(text: Any) -> list[str]:
    return (
        [part for part in (text["zh"], text.get("en", "")) if part] if isinstance(text, Mapping) else [text]
    )


def item_entry(data: Mapping[str, Any]) -> Entry:
    """An item for search: its name, the words for it, and what its guide says and asks."""
    body = [*_both(data["summary"]), *(_zh(material["name"]) for material in data["materials"])]
    for situation in data["situations"]:
        body += [_zh(situation["question"]), *(_zh(option["label"]) for option in situation["options"])]
    body += [part for one in data["guide"]["faq"] for part in (_zh(one["q"]), _zh(one["a"]))]
    tags = [f"audience:{kind}" for kind in data["audience"]]
    tags += [f"agency:{data['agency']}", *(f"theme:{theme}" for theme in data["themes"])]
    names = [data["name"]["en"]] if data["name"].get("en") else []
    return Entry(ITEM, data["code"], data["name"]["zh"], names, list(data["words"]), body, tags)


def near_questions(data: Mapping[str, Any], asked: Understood) -> list[tuple[int, float]]:
    """Questions of an item's guide that are near what was asked: (place in the guide, how near from 0 to 1)."""
    if len(asked.concepts) < 2 and len(asked.core) < len(_zh(data["name"])):
        return []  # one word tells what somebody looks for, not what they ask about it
    found = []
    for place, one in enumerate(data["guide"]["faq"]):
        question, answer = (normalised(" ".join(_both(one[part]))) for part in ("q", "a"))
        value = 0.0
        for concept in asked.concepts:
            terms = [term for term, factor in concept.terms.items() if factor >= _LEAST_SHARE]
            value += max(
                (1.0 if term in question else _IN_ANSWER if term in answer else 0.0 for term in terms),
                default=0.0,
            )
        share = value / len(asked.concepts)
        if share >= _LEAST_SHARE:
            found.append((place, share))
    return found


def notice_entries(pack: Mapping[str, Any]) -> list[Entry]:
    """The notices of the pack."""
    found = []
    for one in pack.get("notices", []):
        title, *english = _both(one["title"])
        found.append(Entry(NOTICE, one["id"], title, english, [], _both(one["text"])))
    return found


def speech_of(
    documents: Mapping[str, Mapping[str, Mapping[str, Any]]], place_names: Mapping[str, Any]
) -> dict[str, Any]:
    """The pack's synonyms, with the offices by name and the places, so that neither is taken for what is wanted."""
    speech = dict(documents.get(DocumentKind.PACK, {}).get("synonyms", {}))
    offices: dict[str, list[str]] = {code: list(words) for code, words in speech.get("agencies", {}).items()}
    for code, agency in documents.get(DocumentKind.AGENCY, {}).items():
        names = [_zh(agency["name"]), _zh(agency.get("short", ""))]
        offices.setdefault(code, []).extend(name for name in names if name)
    return {**speech, "agencies": offices, "places": [*speech.get("places", []), *_place_names(place_names)]}


def _place_names(names: Mapping[str, Any]) -> list[str]:
    """Names of places, with and without what kind of place it is: 虎门镇 and 虎门."""
    found: dict[str, None] = {}
    for name in names.values():
        text = _zh(name[0] if isinstance(name, tuple | list) else name)
        found[text] = None
        if len(text) > 2 and text[-1] in "市镇区":
            found[text.removesuffix("街道")[:-1]] = None
        if text.endswith("街道") and len(text) > 3:
            found[text.removesuffix("街道")] = None
    return [name for name in found if len(name) > 1]


def near_themes(pack: Mapping[str, Any], words: Iterable[str]) -> list[str]:
    """Themes of the pack whose name or hint has one of the words, most words first."""
    wanted = [word for word in words if len(word) > 1]
    rated = []
    for order, theme in enumerate(pack.get("themes", [])):
        text = " ".join([*_both(theme["name"]), *_both(theme.get("hint", ""))]).lower()
        count = sum(word in text for word in wanted)
        if count:
            rated.append((-count, order, theme["id"]))
    return [code for _count, _order, code in sorted(rated)]
