"""The route of a policy as the procedure of a case: acceptance and payment lie outside it, so they are cut out. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]

# What stands before acceptance or after the decision is the case's own, or the ledger's.
_OUTSIDE = {"intake", "list", "confirm", "order"}
_TYPES = {
    "town_review": "review",
    "review": "review",
    "consult": "consult",
    "audit": "review",
    "site_check": "site_check",
    "expert_review": "expert_review",
    "public_notice": "public_notice",
    "approve": "approve",
    "city_decision": "approve",
}
_PERMISSIONS = {"claim.accept": "case.accept", "claim.review": "case.review", "claim.decide": "case.decide"}


def steps_of(route: Data) -> list[dict[str, Any]]:
    """The steps between acceptance and decision; whoever came after a step that is cut out comes after what was before it."""
    before = {one["id"]: list(one["after"]) for one in route["steps"]}
    outside = {one["id"] for one in route["steps"] if one["kind"] in _OUTSIDE}

    def after(id: str) -> list[str]:
        found: list[str] = []
        for other in before[id]:
            found += after(other) if other in outside else [other]
        return list(dict.fromkeys(found))

    return [_step(one, after(one["id"])) for one in route["steps"] if one["id"] not in outside]


def _step(data: Data, after: Sequence[str]) -> dict[str, Any]:
    kind = _TYPES[data["kind"]]
    who = data["who"]
    step: dict[str, Any] = {
        "id": data["id"],
        "type": kind,
        "title": dict(data["name"]),
        "who": {
            "permission": _PERMISSIONS[who["permission"]],
            "at": "town" if who.get("at") == "town" else "city",
            **({"agency": who["agency"]} if "agency" in who else {}),
        },
        "after": list(after),
        "limit": dict(data.get("limit", {"value": 5, "unit": "workdays"})),
    }
    if kind == "public_notice":
        step["stops"] = "public_notice"
    if kind == "consult":
        step["silence"] = "agree" if data.get("silence") == "no_objection" else "wait"
    return step


def at_town(route: Data) -> bool:
    """Whether the town takes the application in."""
    return any(one["kind"] == "intake" and one["who"].get("at") == "town" for one in route["steps"])


def order_days(route: Data) -> int:
    """Within how many working days of the decision the order to pay is given."""
    limits = [one["limit"]["value"] for one in route["steps"] if one["kind"] == "order" and "limit" in one]
    return int(limits[0]) if limits else 5
