"""Joins what can be exported to the module that writes files: neither knows the other."""

from tongban.modules.exports import queries
from tongban.terminals.desk.townsources import SOURCES


def configure() -> None:
    """Register the sources beside the cases."""
    for source in SOURCES:
        queries.register(source)
