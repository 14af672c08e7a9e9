"""Pages of the three administrators, of recusal and of emergencies, with something of each kind on them."""

import re
import uuid
from typing import Any

ALLOWANCE: dict[str, Any] = {"item": "old-age-allowance"}


def _account(guide: Any, username: str) -> str:
    [(id,)] = guide.product.ask(f"SELECT id FROM parties_account WHERE username = '{username}'")  # ours
    return str(uuid.UUID(str(id)))


def rights(guide: Any) -> None:
    """A right that waits for its second person, a reset that waits, an emergency that waits for its review."""
    clerk = _account(guide, "clerk-changan")
    own = f"/console/grants/officers/{clerk}/"
    guide.act(
        "security-admin", f"{own}give/", {"role": "decider", "agency": "market-regulation", "place": ""}
    )
    guide.tour.add("security-admin", "/console/grants/", own)
    guide.tour.add("security-admin-2", "/console/grants/", own)
    lost = f"/console/officers/{_account(guide, 'receiver-humen')}/"
    guide.act("system-admin", f"{lost}act/", {"what": "ask", "reason": "本人带工作证到场。"})
    guide.tour.add("system-admin", "/console/officers/", "/console/officers/new/", lost)
    guide.tour.add("system-admin-2", "/console/officers/", lost)

    case = guide.file("liang", ALLOWANCE)
    page = guide.person("clerk-civil").get(f"/desk/cases/{case}/").text
    found = re.search(r"DG\d{8}-\d+", page)
    assert found
    form = {"number": found.group(0), "reason": "主办人员联系不上，申请人在窗口等。"}
    opened = guide.act("clerk-changan", "/desk/emergency/", form)
    guide.tour.add("clerk-changan", opened, "/desk/emergency/")
    seen = f"/desk/cases/{case}/seen/"
    guide.tour.add("clerk-civil", f"/desk/cases/{case}/recusal/", seen, "/desk/seen/")
    guide.tour.add("supervisor", "/desk/emergency/reviews/", seen)
    guide.tour.add("liang", f"/cases/{case}/seen/")
    record = ["/console/audit/", "/console/audit/?name=grant.made", "/console/audit/rights/"]
    held = f"/console/audit/rights/?who={clerk}"
    guide.tour.add("audit-admin", *record, held, "/console/audit/emergencies/", seen)
