"""The scorecard of offices: shares in whole per mille, of all and not of those who answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.modules.appeals.states import Measure


@dataclass(frozen=True)
class Score:
    """The sums of one office (or of one town, or of all) and the shares that follow from them."""

    agency: str
    counts: Mapping[str, int]

    def of(self, measure: Measure) -> int:
        """How often."""
        return self.counts.get(measure, 0)

    def permille(self, part: Measure, whole: Measure) -> int | None:
        """The share of one measure in another, rounded down: a threshold is not reached by rounding."""
        total = self.of(whole)
        return self.of(part) * 1000 // total if total else None

    @property
    def shares(self) -> dict[str, int | None]:
        """By the names of the pack's thresholds. Satisfied are those who said so, of all that ended."""
        return {
            "contact": self.permille(Measure.CONTACT_ON_TIME, Measure.CONTACTED),
            "on_time": self.permille(Measure.ON_TIME, Measure.ANSWERED),
            "solved": self.permille(Measure.SOLVED, Measure.ENDED),
            "satisfied": self.permille(Measure.SATISFIED, Measure.ENDED),
        }

    def failing(self, thresholds: Mapping[str, int]) -> list[str]:
        """The shares below their threshold (percent)."""
        return [
            name for name, share in self.shares.items() if share is not None and share < thresholds[name] * 10
        ]


def scores(rows: Iterable[tuple[str, str, int]]) -> list[Score]:
    """Sums (office, measure, count) put together by office, the busiest first."""
    found: dict[str, dict[str, int]] = {}
    for agency, measure, count in rows:
        mine = found.setdefault(agency, {})
        mine[measure] = mine.get(measure, 0) + count
    made = [Score(agency, counts) for agency, counts in found.items()]
    return sorted(made, key=lambda one: (-one.of(Measure.ASSIGNED), one.agency))


def total_of(rows: Iterable[Score]) -> Score:
    """All of them in one: the line of the city."""
    total: dict[str, int] = {}
    for one in rows:
        for measure, count in one.counts.items():
            total[measure] = total.get(measure, 0) + count
    return Score("", total)
