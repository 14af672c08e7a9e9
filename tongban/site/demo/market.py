"""Offers and needs of the named enterprises: published ones that fit each other, and one that waits to be looked at."""

from typing import Any

from tongban.foundation import time
from tongban.kernel.parties import queries as known
from tongban.modules.matching import actions, queries
from tongban.modules.matching.calc.posts import typed_post
from tongban.modules.matching.states import PostSide
from tongban.site.demo.awarding import officer
from tongban.site.demo.making import City


def post_some(city: City) -> int:
    """The posts that the demo file asks for; the worker matches them after the start."""
    return sum(_post(city, one) for one in city.data.get("market", []))


def _post(city: City, wanted: dict[str, Any]) -> int:
    firm = city.firms.get(wanted["firm"])
    book = queries.book()
    if firm is None or wanted["kind"] not in book.kinds:
        return 0
    owner = next(a for a in city.accounts.values() if a.person_id == firm.legal_representative_id)
    by = known.actor_for(owner, time.today(), firm.pk)
    given = {
        **{name: wanted[name] for name in ("category", "title", "text", "place")},
        **wanted["values"],
        "contact_name": owner.display_name,
        "contact_phone": "0769-00003009",
    }
    side = PostSide(wanted["side"])
    typed = typed_post(book.kinds[wanted["kind"]], side, given, book.towns)
    row = actions.save_post(post_id=None, kind=wanted["kind"], side=side, typed=typed, by=by)
    actions.submit_post(post_id=row.pk, by=by)
    if wanted["published"]:
        actions.publish_post(post_id=row.pk, by=officer(city, "matching_officer", row.agency, whole=True))
    return 1
