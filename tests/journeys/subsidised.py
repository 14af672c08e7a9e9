"""The part of the tour that goes through policies: the laboratory, lists of awards, claims."""

import uuid
from datetime import timedelta
from typing import Any

from tongban.foundation import time


def subsidies(guide: Any) -> None:
    """Drafts of policies, awards without applications, claims of firms."""
    _policies(guide)
    _awards(guide)
    _claims(guide)


def _policies(guide: Any) -> None:
    """The laboratory over the demonstration's city, and a draft on its way."""
    lab, day = "/console/policies/items/scale-up-new/", time.today() + timedelta(days=7)
    numbers = {"m-growth": "20", "m-award": "60000"}
    form = {**numbers, "name": "next", "begins": day.isoformat(), "ends": f"{day.year + 1}-12-31"}
    draft = guide.act("policy-drafter", f"{lab}draft/?edition=2026", form)
    tried, edition = "?edition=2026&m-growth=20", "edition/?item=scale-up-new&edition=next"
    pages = ["/console/policies/", lab + tried, f"{lab}report/{tried}", f"{lab}draft/{tried}"]
    condition = draft + edition.replace("edition/", "condition/", 1)
    guide.tour.add(
        "policy-drafter", *pages, draft, draft + edition, condition, f"{condition}&condition=growth"
    )
    guide.act("policy-drafter", f"{draft}submit/", {})
    guide.tour.add("policy-publisher", "/console/policies/", draft)


def _awards(guide: Any) -> None:
    """Lists in public and of the officers, one of them on which departments are asked, and what waits for a word."""
    # A list of what no journey's enterprise applies for: who is on one cannot apply, and who has applied is on none.
    maker = "award-jobs"
    batch = guide.act(maker, "/desk/awards/start/", {"item": "graduate-bonus"})
    guide.product.wait_for_jobs()
    listed = guide._links(maker, batch, "/desk/awards/one/")
    for one in guide._links(maker, f"{batch}?sampled=1", "/desk/awards/one/"):
        guide.act(maker, f"{one}look/", {"right": "yes"})
    guide.act(maker, f"{batch}sampled/", {})
    guide.tour.add(maker, "/desk/awards/", batch, listed[0])
    asked = guide._links("opinion-market", "/desk/awards/", "/desk/awards/opinions/")
    guide.tour.add("opinion-market", "/desk/awards/", asked[0])
    guide.tour.add("fund", "/desk/awards/", "/desk/payments/")
    lists = guide._links("", "/policies/lists/", "/policies/lists/")
    guide.tour.add("", "/policies/lists/", lists[0], "/policies/figures/")
    # Lin's notices may be on a later page of the inbox by now: other journeys have gone through the same city.
    firm = "SELECT id FROM policies_award WHERE name LIKE '%台信示例%' ORDER BY id LIMIT 1"
    [(id,)] = guide.product.ask(firm)
    guide.tour.add("lin", "/policies/awards/", f"/policies/awards/{uuid.UUID(str(id))}/")


def _claims(guide: Any) -> None:
    """Claims of officers, of the firm that made one, and in public notice."""
    own = guide._links("claim-review", "/desk/claims/", "/desk/claims/")
    guide.tour.add("claim-review", "/desk/claims/", own[0])
    guide.tour.add("finance-science", "/desk/payments/paid/")
    shown = guide._links("", "/policies/notices/", "/policies/notices/")
    guide.tour.add("", "/policies/notices/", shown[0])
    [(id,)] = guide.product.ask("SELECT id FROM claims_claim WHERE name LIKE '%华晟%'")
    guide.tour.add("sun", "/policies/claims/", f"/policies/claims/{uuid.UUID(str(id))}/")
