"""The day's work on credentials: suspensions that are over, and codes that older credentials lack."""

from datetime import date

from django.conf import settings

from tongban.kernel.credentials import actions, queries
from tongban.kernel.events.states import daily
from tongban.kernel.seals.queries import NoSeal

BATCH = 200


@daily
def suspensions_end(day: date) -> None:
    """A suspension that had an end is over after its last day."""
    actions.end_suspensions(day=day)


@daily
def codes_are_signed(day: date) -> None:
    """Credentials from before codes carried a signed body get one, batch by batch."""
    sealless: set[str] = set()  # issuers that no longer stand in the pack
    while rows := queries.unsigned(BATCH, sealless):
        for row in rows:
            try:
                body = actions.signed_body(row, sample=settings.DEMO)
            except NoSeal:
                sealless.add(row.issuer)
                continue
            actions.add_signed_body(credential=row, body=body)
