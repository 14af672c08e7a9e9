"""Short words for tests: appeals that stand where a test begins."""

from typing import Any

from tongban.modules.appeals import actions
from tongban.modules.appeals.models import Appeal


def filed(by: Any, firm: Any, category: str = "rights", **more: Any) -> Appeal:
    """An appeal of the firm; of a category that no route knows, it waits in the pool."""
    values = {"title": "客户拖欠货款", "words": "一家大型企业拖欠货款三百万元。", **more}
    return actions.file_appeal(organisation_id=firm, category=category, by=by, **values)


def routed(by: Any, firm: Any, desk: Any, lead: str = "industry", assists: tuple[str, ...] = ()) -> Appeal:
    """Assigned by hand."""
    return actions.route(appeal_id=filed(by, firm).pk, lead=lead, assists=assists, by=desk)


def answered(row: Appeal, by: Any, outcome: str = "solved", **more: Any) -> Appeal:
    """Contacted where that is owed, and answered."""
    if row.state == "assigned":
        actions.contact(appeal_id=row.pk, words="已电话联系。", by=by)
    return actions.answer(
        appeal_id=row.pk, words="已协调解决。", outcome=outcome, cause="slow_process", by=by, **more
    )
