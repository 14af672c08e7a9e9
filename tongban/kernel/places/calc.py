"""Paths in the tree of places. Pure."""


def path_of(code: str, parents: dict[str, str | None]) -> str:
    """The path from the root to a place, each code closed by a slash, so that a prefix is an area.

    Raises KeyError for an unknown code and ValueError for a circle.
    """
    steps: list[str] = []
    current: str | None = code
    while current:
        if current in steps:
            raise ValueError(f"the place {code} lies within itself")
        steps.append(current)
        current = parents[current]
    return "".join(f"{step}/" for step in reversed(steps))


def codes_on(path: str) -> list[str]:
    """The codes from the root down to the place."""
    return [code for code in path.split("/") if code]
