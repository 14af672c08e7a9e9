"""Who sees papers and bags: the receivers of the hall where a paper lies, and of both ends of a bag."""

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor, ByGrant, Policy
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.modules.halls.models import Bag, Paper

PAPERS = Policy("paper")
PAPERS.allow("send", ByGrant(Permission.CASE_RECEIVE), "在收件的大厅任职", "receives at that hall")
BAGS = Policy("bag")
_FROM = ByGrant(Permission.CASE_RECEIVE, place="from_path")
_TO = ByGrant(Permission.CASE_RECEIVE, place="to_path")
BAGS.allow("view", _FROM, "在移出的大厅任职", "works at the sending hall")
BAGS.allow("view", _TO, "在接收的大厅任职", "works at the receiving hall")
BAGS.allow("receive", _TO, "在接收的大厅任职", "works at the receiving hall")


def papers(actor: Actor) -> QuerySet[Paper]:
    """The papers that this actor may put into a bag."""
    return Paper.objects.filter(allowed(PAPERS, actor, "send"))


def bags(actor: Actor, verb: str = "view") -> QuerySet[Bag]:
    """The bags on which this actor may `verb`."""
    return Bag.objects.filter(allowed(BAGS, actor, verb))
