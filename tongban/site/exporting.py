"""Joins what can be exported to the modules that write files, and pages to those without: neither knows the other."""

from tongban.modules.dossiers import queries as dossiers
from tongban.modules.exports import queries
from tongban.terminals.desk.townsources import SOURCES
from tongban.terminals.portal import readable


def configure() -> None:
    """Register the sources beside the cases, and who writes the page of a copy of one's own data."""
    for source in SOURCES:
        queries.register(source)
    dossiers.register(readable.page)
