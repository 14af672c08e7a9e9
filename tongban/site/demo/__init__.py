"""A synthetic city: invented people, firms, officers and cases with well-formed numbers, from the pack's demo file."""

from tongban.site.demo.accounts import DemoAccount, accounts
from tongban.site.demo.seeding import DemoReport, seed

__all__ = ["DemoAccount", "DemoReport", "accounts", "seed"]
