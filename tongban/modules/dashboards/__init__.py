"""Dashboards: figures of the city computed from what is published, each traceable to the items behind it."""
