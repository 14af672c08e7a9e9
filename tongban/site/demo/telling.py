"""Says in the firms with more than one agent who is told of what, and what banks have reported of firms."""

import uuid
from typing import Any

from tongban.foundation import time
from tongban.kernel.parties import queries as known
from tongban.modules.claims.actions import send_report
from tongban.modules.claims.calc.reports import COLUMNS
from tongban.modules.policies import actions
from tongban.modules.policies.queries import duties
from tongban.site.demo.making import City


def tell_the_right_ones(city: City) -> None:
    """The legal representative gives the duties of the demo file, and asks to hear of new matches."""
    given: dict[str, dict[uuid.UUID, Any]] = {}
    for one in city.data["people"]:
        for acting in one.get("acts_for", []):
            given.setdefault(acting["firm"], {})[city.people[one["username"]].pk] = acting["duties"]
    for handle, people in given.items():
        firm = city.firms[handle]
        head = next(a for a in city.accounts.values() if a.person_id == firm.legal_representative_id)
        actions.set_duties(
            organisation_id=firm.pk,
            given=people,
            routes=duties.routes_for(None),
            watching=True,
            by=known.actor_for(head, time.today(), firm.pk),
        )


def report_interest(city: City) -> None:
    """The tables of the demo file, as their banks would have sent them; those of firms that were not made are left out."""
    year = time.today().year - 1
    for one in city.data.get("interest", []):
        rows = [
            (city.firms[loan["firm"]].uscc, loan["number"], loan["principal"], loan["interest"])
            for loan in one["loans"]
            if loan["firm"] in city.firms
        ]
        bank = city.firms[one["bank"]]
        head = next(a for a in city.accounts.values() if a.person_id == bank.legal_representative_id)
        lines = [",".join((*row, f"{year}-01-01", f"{year}-12-31")) for row in rows]
        if lines:
            table = "\n".join([",".join(COLUMNS), *lines])
            by = known.actor_for(head, time.today(), bank.pk)
            send_report(fact=one["fact"], content=table.encode(), by=by)
