"""Measurements of the running product on one core, beside the numbers of its peers. Asserts nothing."""
