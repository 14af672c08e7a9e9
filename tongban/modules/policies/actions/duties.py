"""An enterprise says who of its people is told of what; it is told of what it can newly have."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties.states import GIVEN_DUTIES, Duty
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.models import FirmDuty, FirmNotices
from tongban.modules.policies.queries import duties as queries
from tongban.modules.policies.queries import published
from tongban.modules.policies.states import Topic

NAMED = 3  # items that a notice names; the page has them all
_TEXTS = (
    "{firm} 新增 {many} 项可以享受的政策",
    "{many} more items that {firm} can have",
    "按最新数据，{firm}现在还可以享受：{items}。请到“我能享受的政策”查看怎么享受。",
    "By the newest data {firm} can also have: {items_en}. See Policies for how to get them.",
)


class OnlyTheLegalRepresentative(Problem):
    """Who is told of an enterprise's money is said by its legal representative alone."""

    code = "policy.only_the_legal_representative"
    status = 403


class BadDuties(Problem):
    """A duty that nobody can be given, a person who does not act for the enterprise, or a topic that goes to nobody."""

    code = "policy.bad_duties"
    status = 422


def may_set(organisation_id: uuid.UUID, by: Actor) -> bool:
    """Whether the actor is the enterprise's legal representative and acts for it."""
    people = queries.colleagues(organisation_id, time.today())
    own = next((one for one in people if one.person_id == by.person_id), None)
    return by.organisation_id == organisation_id and own is not None and Duty.LEGAL in own.duties


@action
def set_duties(
    *,
    organisation_id: uuid.UUID,
    given: Mapping[uuid.UUID, Collection[str]],
    routes: Mapping[str, Collection[str]],
    watching: bool,
    by: Actor,
) -> FirmNotices:
    """Say who does what in the enterprise, which duties hear of which topic, and whether of every new match.

    Whoever is not named keeps no duty. Raises OnlyTheLegalRepresentative, BadDuties.
    """
    if not may_set(organisation_id, by):
        raise OnlyTheLegalRepresentative(
            sentence_zh="企业内部分工由法定代表人设置。",
            sentence_en="Only the legal representative says who is told of what.",
            todo_zh="请法定代表人登录并代表本企业后设置。",
            todo_en="Ask the legal representative to sign in and set it.",
        )
    people = {one.person_id for one in queries.colleagues(organisation_id, time.today())}
    if not set(given) <= people:
        raise _bad("名单里有不能代表本企业的人", "Somebody named does not act for this enterprise")
    if not all(set(one) <= {*GIVEN_DUTIES} for one in given.values()):
        raise _bad("没有这样的分工", "There is no such duty")
    if set(routes) != {*Topic} or not all(one and set(one) <= {*Duty} for one in routes.values()):
        raise _bad("每一类通知至少选一种分工", "Every kind of notice goes to at least one duty")
    FirmDuty.objects.filter(organisation_id=organisation_id).delete()
    now = time.now()
    rows = [
        FirmDuty(
            organisation_id=organisation_id, person_id=person, duty=duty, given_by=by.account_id, given_at=now
        )
        for person in sorted(given)
        for duty in sorted(set(given[person]))
    ]
    FirmDuty.objects.bulk_create(rows)
    row = FirmNotices.objects.select_for_update().filter(organisation_id=organisation_id).first()
    fresh = row is None
    row = row or FirmNotices(organisation_id=organisation_id)
    if watching and not row.watching:
        row.known, row.looked_on = can_have(organisation_id), time.today()
    row.routes = {topic: sorted(set(duties)) for topic, duties in sorted(routes.items())}
    row.watching, row.set_by, row.set_at = watching, by.account_id, now
    row.save(force_insert=fresh)
    payload = {"duties": len(rows), "watching": watching}
    events.record(name=states.FIRM_SET, about=row, by=by, payload=payload)
    return row


def _bad(zh: str, en: str) -> BadDuties:
    return BadDuties(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请核对后重新提交。",
        todo_en="Check it and send it again.",
    )


def can_have(organisation_id: uuid.UUID) -> list[str]:
    """The codes of what an enterprise can have today, in order: fits, is open, and nothing of its group outdoes it."""
    profile = published.profile_of(person_id=None, organisation_id=organisation_id)
    today = time.today()
    return sorted(
        one.offer.code
        for one in published.matches(profile, "organisation")
        if one.verdict
        and not one.outdone_by
        and (one.offer.edition.window is None or one.offer.edition.window.covers(today))
    )


@action
def tell_matches(
    *, organisation_id: uuid.UUID, found: Iterable[str], name: str, accounts: Iterable[uuid.UUID]
) -> list[str]:
    """Note what an enterprise can have, and tell the accounts of what is new since it was last looked at; returns the new.

    What it could have before and cannot any more is forgotten, so that it is told when it comes back.
    """
    row = (
        FirmNotices.objects.select_for_update().filter(organisation_id=organisation_id, watching=True).first()
    )
    if row is None:
        return []
    codes = sorted(set(found))
    new = [code for code in codes if code not in row.known]
    if codes == row.known:
        return []
    row.known, row.looked_on = codes, time.today()
    row.save()
    if not new:
        return []
    items = [published.in_force().item(code)[1].name for code in new]
    for account in accounts:
        notices.tell(
            _TEXTS,
            account_id=account,
            about=row,
            effect_key=f"policy-matches:{row.pk}:{row.looked_on}:{account}",
            firm=name,
            many=len(new),
            items="、".join(one.zh for one in items[:NAMED]),
            items_en=", ".join(one.en or one.zh for one in items[:NAMED]),
        )
    events.record(name=states.FIRM_TOLD, about=row, by=SYSTEM, payload={"items": new})
    return new
