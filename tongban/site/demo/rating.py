"""A few ratings of the made-up city, so that the public figures and the ratings officer's desk are not empty."""

from datetime import timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.parties import queries as parties
from tongban.modules.ratings import actions
from tongban.modules.ratings import queries as ratings
from tongban.site.demo.making import City

# (level, words, published): what people of the demonstration say, the pleased ones more often than the others.
SAID = (
    (1, "在手机上就办好了，没跑一趟。", True),
    (1, "", False),
    (2, "电话里讲得很清楚，当天就受理了。", True),
    (2, "", False),
    (3, "能办成，就是材料说明可以再简单一点。", True),
    (4, "等了好几天才告诉我要补一张图。", True),
)
HOURS_LATER = 3


def rate_some(city: City) -> int:
    """Let the applicants of some decided cases rate them; returns how many did. A rating officer looks at the first words."""
    rows = queries.all_submitted().filter(state__in=[CaseState.GRANTED, CaseState.DENIED]).order_by("id")
    given = 0
    for case, (level, words, publish) in zip(list(rows), SAID, strict=False):
        given += _rate(case, level, words, publish=publish)
    officer = next((one for one in city.data["staff"] if one["role"] == "ratings"), None)
    if officer is not None:
        by = parties.actor_for(city.accounts[officer["username"]], time.today())
        if by.can(Permission.RATING_MANAGE):
            for row in ratings.unlooked(by)[:1]:
                actions.look_at_words(rating_id=row.pk, by=by)
    return given


def _rate(case: Case, level: int, words: str, *, publish: bool) -> int:
    account = parties.account(case.account_id)
    if account is None:
        return 0
    at = min(case.decided_at + timedelta(hours=HOURS_LATER), time.now())
    try:
        with time.freeze(at):
            cases.deliver(case_id=case.pk)
            by = parties.actor_for(account, time.today(), case.organisation_id)
            actions.rate(case_id=case.pk, level=level, words=words, publish=publish, by=by)
    except Problem:
        return 0  # an applicant whose mandate has ended says nothing
    return 1
