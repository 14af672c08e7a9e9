"""The service items by which subsidies are applied for, kept in line with the policies in force."""

import datetime as dt

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue import queries as items
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.records.actions import action
from tongban.modules.claims.calc import Setting, editions_of, item_of
from tongban.modules.policies.calc import Item, Policies, Policy, offer
from tongban.modules.policies.calc.definition import Edition
from tongban.modules.policies.queries import published


@action
def publish_items(*, by: Actor) -> int:
    """Make of each edition that can be applied for a version of a service item; returns how many items changed.

    The edition of today is in force, the next one takes over on its day; without either the item can be applied for no
    more, and cases go on under their own version. A pack that says nothing of claims has none.
    """
    setting = _setting()
    if setting is None:
        return catalogue.publish_derived(wanted=[], by=by)
    held, today = published.in_force().policies, time.today()
    wanted = [
        _derived(held, policy, item, setting, today)
        for policy in held.policies
        if policy.agency in setting.agencies
        for item in policy.items
        if editions_of(held, policy, item)
    ]
    return catalogue.publish_derived(wanted=wanted, by=by)


def _setting() -> Setting | None:
    pack = items.snapshot().pack
    said = pack.get("claims")
    if said is None:
        return None
    city = pack["city"]
    return Setting(
        credential=said["credential"],
        catalogue_prefix=said["catalogue_prefix"],
        phone=f"{city['area_code']}-{city['hotline']}",
        agencies=items.documents(DocumentKind.AGENCY),
    )


def _derived(
    held: Policies, policy: Policy, item: Item, setting: Setting, today: dt.date
) -> catalogue.Derived:
    editions = editions_of(held, policy, item)
    now = next((one for one in editions if one.valid.covers(today) and policy.valid.covers(today)), None)
    later = next((one for one in editions if one.valid.begins > today), None)

    def made(edition: Edition | None) -> dict[str, object] | None:
        if edition is None:
            return None
        return item_of(offer(held, policy, item, edition, edition.valid.begins), held, setting)

    return catalogue.Derived(item.code, made(now), made(later))
