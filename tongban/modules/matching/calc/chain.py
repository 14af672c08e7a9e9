"""How far two industries are from each other along the industry chain (GB/T 4754-2017). Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FAR = 6.0  # nothing links them, or one of them is unknown to the graph
_SAME_GROUP, _SAME_DIVISION = 0.5, 1.0


@dataclass(frozen=True)
class Chain:
    """Steps between divisions (two digits), both ways: who supplies and who buys are equally near."""

    steps: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, edges: Iterable[tuple[str, str]]) -> "Chain":
        """The distances of a graph; one search from each division."""
        near: dict[str, set[str]] = {}
        for one, other in edges:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
        steps: dict[tuple[str, str], int] = {}
        for start in near:
            seen, queue = {start: 0}, deque([start])
            while queue:
                here = queue.popleft()
                for there in near[here] - seen.keys():
                    seen[there] = seen[here] + 1
                    queue.append(there)
            steps |= {(start, end): count for end, count in seen.items()}
        return cls(steps)

    def distance(self, one: str, other: str) -> float | None:
        """0 for the same class, half a step within a group, one within a division or to a neighbour; None when unknown."""
        if len(one) < 2 or len(other) < 2:
            return None
        if one == other:
            return 0.0
        if one[:3] == other[:3] and len(one) > 2 and len(other) > 2:
            return _SAME_GROUP
        if one[:2] == other[:2]:
            return _SAME_DIVISION
        steps = self.steps.get((one[:2], other[:2]))
        return min(FAR, _SAME_DIVISION + steps) if steps is not None else FAR
