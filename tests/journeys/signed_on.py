"""Pages of signing on to departments' systems: consent, signing out, the own list, the register."""

import re
from typing import Any
from urllib.parse import urlencode

BACK = "http://127.0.0.1:9/back"
ASKED = {
    "response_type": "code",
    "client_id": "tour-system",
    "redirect_uri": BACK,
    "scope": "openid profile realname acting_for",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
SYSTEM = {
    "client_id": "tour-system",
    "realm": "people",
    "agency": "housing-fund",
    "name_zh": "巡检用系统",
    "name_en": "System of the tour",
    "purpose_zh": "看一遍页面",
    "purpose_en": "To look at the pages",
    "redirect_uris": BACK,
    "least_level": "1",
    "scopes": ["profile", "realname", "acting_for"],
}


def signed_on(guide: Any) -> None:
    """A system that is registered, agreed to by one person, and before another who has not answered."""
    register = "/console/systems/"
    answer = guide.person("signon").post(f"{register}new/", SYSTEM)
    assert answer.status == 200, answer.text[-1500:]
    own = re.search(rf'href="({register}[0-9a-f-]{{36}}/)"', answer.text)
    assert own
    guide.tour.add("signon", register, f"{register}new/", own.group(1))
    consent = f"/oidc/people/consent/?{urlencode(ASKED)}"
    agreed = guide.person("lin").post(consent, {"agree": "yes"})
    assert agreed.status == 200, agreed.text[-1500:]
    guide.tour.add("lin", "/oidc/systems/")
    guide.tour.add("sun", "/oidc/systems/", consent, "/oidc/people/logout/?client_id=tour-system")
