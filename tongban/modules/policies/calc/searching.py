"""What policies give to search: an entry for each item, by its names, the words people use for it and what it says. Pure."""

from tongban.kernel.search.calc import Entry
from tongban.modules.policies.calc.definition import Policies

POLICY = "policy"  # the kind of its entries in the search index


def policy_entries(policies: Policies) -> list[Entry]:
    """The items of all policies; their codes are those of their pages."""
    return [
        Entry(
            POLICY,
            item.code,
            item.name.zh,
            [one for one in (item.name.en, policy.name.zh, policy.name.en, policy.number) if one],
            list(item.words),
            [one for one in (item.summary.zh, item.summary.en) if one],
            [f"audience:{item.audience}", f"agency:{policy.agency}"],
        )
        for policy in policies.policies
        for item in policy.items
    ]
