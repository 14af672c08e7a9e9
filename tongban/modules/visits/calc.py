"""Lists of enterprises as the pack says them, who is on which, and lights of days. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongban.foundation.criteria import Criterion, FactType, parse
from tongban.kernel.catalogue.calc import Text
from tongban.modules.visits.states import Light


@dataclass(frozen=True)
class ServiceList:
    """A list. Without a rule it is filled by hand. Its enterprises are visited every so many months."""

    code: str
    name: Text
    rule: Criterion | None
    every_months: int


@dataclass(frozen=True)
class Settings:
    """The lists by code, what a visit may be for, and how many days before its day something turns yellow."""

    lists: Mapping[str, ServiceList]
    purposes: Mapping[str, Text]
    yellow_days: int

    @property
    def by_rule(self) -> list[ServiceList]:
        """The lists that data fill."""
        return [one for one in self.lists.values() if one.rule is not None]


def read_settings(data: Mapping[str, Any], facts: Mapping[str, FactType]) -> Settings:
    """From the pack's data, which the schema has checked. Raises CriteriaProblem."""
    lists = [
        ServiceList(
            one["code"],
            _text(one["name"]),
            parse(one["rule"], facts) if one.get("rule") else None,
            one["every_months"],
        )
        for one in data["lists"]
    ]
    return Settings(
        {one.code: one for one in lists},
        {one["id"]: _text(one["name"]) for one in data["purposes"]},
        data["yellow_days"],
    )


def _text(data: Mapping[str, str]) -> Text:
    return Text(data["zh"], data.get("en", ""))


def lists_of(settings: Settings, facts: Mapping[str, Any]) -> frozenset[str]:
    """The lists on which an enterprise is by its data; what is not known puts it on none. Raises WrongValue."""
    return frozenset(
        one.code for one in settings.by_rule if one.rule is not None and one.rule.evaluate(facts).verdict
    )


def light_of(due_on: date, today: date, yellow_days: int) -> Light:
    """Red from the day after, yellow so many natural days before."""
    if today > due_on:
        return Light.RED
    return Light.YELLOW if today >= due_on - timedelta(days=yellow_days) else Light.GREEN
