"""Service items, their immutable published versions, forms, situations, search."""
