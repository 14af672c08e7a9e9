"""Policies for those they are made for: what there is, what fits, what is missing."""
