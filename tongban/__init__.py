"""Tongban 通办: a city's government services as one system."""

__version__ = "0.1.0"
