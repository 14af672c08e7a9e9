"""The numbers beside entries of the navigation: what waits for who looks; None where nothing does."""

from django.http import HttpRequest

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.exchange import queries as exchange
from tongban.kernel.notices import queries as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import queries as appeals
from tongban.modules.correspondence import queries as correspondence
from tongban.modules.looks import queries as looks
from tongban.modules.matching import queries as matching
from tongban.modules.policies.queries import awards
from tongban.modules.policies.queries import drafts as policies
from tongban.modules.projects import queries as projects
from tongban.modules.ratings import queries as ratings
from tongban.modules.supervision import queries as supervision

MOST_COUNTED = 1000  # beside an entry of the navigation a larger number says no more


def unread(request: HttpRequest) -> int | None:
    """Notices not yet read."""
    return notices.unread(request.actor) or None


def _shown(found: int) -> int | None:
    """A number counted to one more than is shown: as the queue counts it, so that a page asks once for both."""
    return min(found, MOST_COUNTED) or None


def waiting(request: HttpRequest) -> int | None:
    """Cases to be handled."""
    return _shown(cases.waiting(request.actor, time.today(), MOST_COUNTED + 1))


def proposed(request: HttpRequest) -> int | None:
    """Items that wait for publishing."""
    return catalogue.proposed(request.actor).count() or None


def policy_drafts(request: HttpRequest) -> int | None:
    """Policies that wait for publishing."""
    if not request.actor.can(Permission.POLICY_PUBLISH):
        return None
    return policies.submitted(request.actor).count() or None


def red(request: HttpRequest) -> int | None:
    """Cases past their day."""
    return _shown(cases.waiting(request.actor, time.today(), MOST_COUNTED + 1, red=True))


def bad_ratings(request: HttpRequest) -> int | None:
    """Bad ratings to be answered."""
    return ratings.owed(request.actor) or None


def new_messages(request: HttpRequest) -> int | None:
    """Cases with unread messages."""
    return correspondence.unread_cases(request.actor) or None


def licence_proposals(request: HttpRequest) -> int | None:
    """Acts on licences that wait for the head of the office."""
    if not request.actor.can(Permission.CASE_HEAD):
        return None
    return len(credentials.proposals(request.actor)) or None


def red_cards(request: HttpRequest) -> int | None:
    """Open red cards."""
    return _shown(supervision.open_red(request.actor, MOST_COUNTED + 1))


def look_alarms(request: HttpRequest) -> int | None:
    """Alarms about who looked at what."""
    return looks.open_alarms(request.actor) or None


def asked_opinions(request: HttpRequest) -> int | None:
    """Opinions asked of the office."""
    return awards.asked(request.actor) or None


def exchange_tickets(request: HttpRequest) -> int | None:
    """Open tickets of exchange."""
    if not request.actor.can(Permission.EXCHANGE_MANAGE):
        return None
    return exchange.open_tickets(request.actor) or None


def fact_disputes(request: HttpRequest) -> int | None:
    """Open disputes about facts."""
    if not request.actor.can(Permission.FACT_ANSWER):
        return None
    return parties.open_disputes(request.actor) or None


def late_appeals(request: HttpRequest) -> int | None:
    """Appeals past their day."""
    return appeals.open_count(request.actor, time.today()) or None


def led(request: HttpRequest) -> int | None:
    """Questions in a leader's hand."""
    return appeals.in_hand(appeals.of_leader(request.actor)).count() or None


def asked_matches(request: HttpRequest) -> int | None:
    """Matches that wait for the enterprise."""
    return matching.waiting_for(request.actor) or None


def waiting_posts(request: HttpRequest) -> int | None:
    """Posts that wait for the office."""
    if not request.actor.can(Permission.MATCHING_MANAGE):
        return None
    return matching.office_posts(request.actor).count() or None


def project_matters(request: HttpRequest) -> int | None:
    """Issues, decisions and needs of projects that wait within the officer's reach."""
    return _shown(projects.count(projects.matters(request.actor)))
