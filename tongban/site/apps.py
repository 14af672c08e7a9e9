"""Puts the house together when Django starts: listeners, the shell around the pages, the city's face."""

from importlib import import_module

from django.apps import AppConfig

LISTENERS = [
    "tongban.kernel.parties.tasks",
    "tongban.kernel.identities.tasks",
    "tongban.kernel.evidence.tasks",
    "tongban.kernel.deadlines.tasks",
    "tongban.kernel.notices.tasks",
    "tongban.kernel.catalogue.tasks",
    "tongban.kernel.documents.tasks",
    "tongban.kernel.credentials.tasks",
    "tongban.kernel.signatures.tasks",
    "tongban.kernel.ledger.tasks",
    "tongban.kernel.cases.tasks",
    "tongban.kernel.outcomes.tasks",
    "tongban.kernel.bundles.tasks",
    "tongban.kernel.exchange.tasks",
    "tongban.modules.ratings.tasks",
    "tongban.modules.supervision.tasks",
    "tongban.modules.policies.tasks",
    "tongban.modules.appeals.tasks",
    "tongban.modules.claims.tasks",
    "tongban.modules.matching.tasks",
    "tongban.modules.correspondence.tasks",
    "tongban.modules.exports.tasks",
    "tongban.modules.looks.tasks",
    "tongban.modules.dossiers.tasks",
    "tongban.modules.halls.tasks",
    "tongban.modules.provincial.tasks",
    "tongban.modules.projects.tasks",
    "tongban.modules.visits.tasks",
    "tongban.modules.signon.tasks",
]


class SiteConfig(AppConfig):
    """The wiring."""

    name = "tongban.site"
    label = "site"

    def ready(self) -> None:
        """Import every package's listeners, so that whoever records an event knows who follows it."""
        for module in LISTENERS:
            import_module(module)
        # A scanner that is not there must stop the start, not the first upload.
        import_module("tongban.kernel.documents.queries.scanners").scanner()
        import_module("tongban.site.face").configure()
        import_module("tongban.site.exporting").configure()
        import_module("tongban.site.backup.nightly")
