"""Where the money of a batch comes from: the budget lines of its fund, the city's and the towns'."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.ledger import queries as ledger
from tongban.modules.policies.calc.definition import Edition, Policies
from tongban.modules.policies.calc.lists import shares_of
from tongban.modules.policies.models import AwardBatch
from tongban.modules.policies.queries import awards as queries


class NoPurse(Problem):
    """The fund of an edition has no budget of its year."""

    code = "award.no_purse"
    status = 409


@dataclass(frozen=True)
class Purse:
    """The lines of one fund and year: the whole city's and those of towns, what is free in each (fen), who funds how much."""

    fund: str
    city: uuid.UUID
    towns: Mapping[str, uuid.UUID]
    free: Mapping[uuid.UUID, Fen]
    funders: Mapping[str, int]
    short: str

    def shares(self, place_path: str, fen: Fen) -> dict[uuid.UUID, Fen]:
        """An amount for somebody at a place, as parts of lines. Without a line of the town's own the city bears its part.

        What the province gives was handed to the city's line.
        """
        town = next((line for path, line in self.towns.items() if place_path.startswith(path)), self.city)
        return shares_of(fen, self.funders, {"province": self.city, "city": self.city, "town": town})


def purse_of(batch: AwardBatch) -> Purse:
    """The purse of a batch's edition. Raises NoPurse."""
    _matcher, policies = queries.terms_of(batch)
    return purse(policies, queries.offer_of(batch).edition, batch.as_of.year)


def purse(policies: Policies, edition: Edition, year: int) -> Purse:
    """The purse of an edition; `year` where its fund names none. Raises NoPurse."""
    fund = policies.funds.get(edition.fund, {})
    lines = ledger.lines_of(edition.fund, fund.get("year", year), SYSTEM)
    city = next((line for line in lines if not line.place_path), None)
    if city is None:
        raise NoPurse(
            sentence_zh="这项资金还没有下达预算。",
            sentence_en="The fund has no budget yet.",
            todo_zh="请财务先设立资金、下达预算。",
            todo_en="Have finance open the fund and its budget first.",
            about=edition.fund,
        )
    return Purse(
        fund=edition.fund,
        city=city.pk,
        towns={line.place_path: line.pk for line in lines if line.place_path},
        free={line.pk: line.available_fen for line in lines},
        funders=edition.funders,
        short=fund.get("short", "refuse"),
    )
