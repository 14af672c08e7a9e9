"""E-licences: issue, wallet, verify."""
