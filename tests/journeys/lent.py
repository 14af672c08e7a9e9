"""The part of the tour on licences in use: a licence lent to a bank, and the officer's pages of what was issued."""

import re
from typing import Any


def licences(guide: Any, wallet: str) -> None:
    """A licence lent to a bank, as both sides see it, and the officer's pages of what was issued."""
    firms = re.findall(r'<option value="([0-9a-f-]{36})"', guide.person("bank").get("/lent/").text)
    guide.act("bank", "/act-for/", {"for": firms[0]})
    [(code,)] = guide.product.ask("SELECT uscc FROM parties_organisation WHERE name LIKE '%示例银行%'")
    page = guide.person("chen").get(f"{wallet}lend/").text
    days = re.findall(r'type="date" value="([^"]+)"', page)
    lent = {"uscc": code, "purpose": "开立账户", "reason": "核对", "scope": "face"}
    guide.act("chen", f"{wallet}lend/", {**lent, "starts_on": days[0], "ends_on": days[1]})
    own = guide.person("chen").get(wallet).text
    back = re.search(r'href="(/wallet/lendings/[0-9a-f-]{36}/withdraw/)"', own)
    seen = re.search(r'href="(/lent/[0-9a-f-]{36}/)"', guide.person("bank").get("/lent/").text)
    assert back
    assert seen
    guide.tour.add("chen", f"{wallet}lend/", "/wallet/lendings/", back.group(1))
    guide.tour.add("bank", "/lent/", "/lent/ask/", seen.group(1))
    # The proof that was lent came from the tax office, whose decider answers for the whole city's.
    board = guide.person("tax-decider").get("/desk/licences/").text
    issued = re.search(r'href="(/desk/licences/[0-9a-f-]{36}/)"', board)
    assert issued
    guide.tour.add("tax-decider", "/desk/licences/", issued.group(1))
