"""Who sees and serves which enterprises: their officer and deputy, the town's manager, the enterprise what is promised to it."""

from django.db.models import Q

from tongban.kernel.access.calc import Actor, Own, Policy, Recused, Represented
from tongban.kernel.access.rules import EVERYTHING, NOTHING, allowed, unbarred
from tongban.kernel.access.states import Permission

SERVED = Policy("assignment")
_OWN = ("是该企业的服务专员", "is the enterprise's officer")
_DEPUTY = ("是该企业的代理专员", "is the enterprise's deputy officer")
for _verb in ("view", "serve"):
    SERVED.allow(_verb, Own("officer_id", "account_id"), *_OWN)
    SERVED.allow(_verb, Own("deputy_id", "account_id"), *_DEPUTY)
SERVED.allow("view", Represented("organisation_id"), "代表该企业", "acts for the enterprise")
# Who keeps away from an enterprise neither serves nor visits it (公务员法 art. 76).
_RECUSED = Recused(("organisation_id",))
SERVED.deny(_RECUSED, "已经登记回避", "is recused")


def _in_town(actor: Actor) -> Q:
    """Rows of the places for which the actor manages enterprise service.

    These rows belong to a town, not to an agency or an item, so the grant's place alone decides.
    """
    condition = NOTHING
    for grant in actor.grants:
        if Permission.TOWN_MANAGE in grant.permissions:
            condition |= Q(place_path__within=grant.place_path) if grant.place_path else EVERYTHING
    return condition


def reach(actor: Actor, verb: str = "view") -> Q:
    """Rows (assignments, visits, promises: all carry officer, deputy, enterprise and place) on which `actor` may `verb`."""
    if not (actor.can(Permission.ENTERPRISE_SERVE) or actor.represents):
        return NOTHING
    return allowed(SERVED, actor, verb) | town(actor)


def town(actor: Actor) -> Q:
    """Rows (assignments, visits, promises, entries on lists) of the town that the actor manages."""
    return unbarred(_in_town(actor), [_RECUSED], actor)


def town_firms(actor: Actor) -> Q:
    """The enterprises themselves of the town that the actor manages."""
    return unbarred(_in_town(actor), [Recused(("id",))], actor)


def manages(actor: Actor, place_path: str) -> bool:
    """Whether the actor looks after the enterprise service of a place."""
    return any(
        Permission.TOWN_MANAGE in grant.permissions and place_path.startswith(grant.place_path)
        for grant in actor.grants
    )
