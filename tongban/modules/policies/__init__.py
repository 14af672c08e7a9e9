"""Policies and subsidy items (惠企惠民政策): who is entitled to what, how much, and what is missing."""
