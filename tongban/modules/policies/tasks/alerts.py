"""Every day: whoever waits for an item and can have it now is told. When it is asked for: a snapshot of the city."""

import shutil
from datetime import date
from importlib import import_module
from typing import Any

from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.policies import actions
from tongban.modules.policies.queries import alerts, cities, duties, published
from tongban.modules.policies.states import CITY_ASKED, Topic

BATCH = 200


@daily
def tell_who_waits(day: date) -> None:
    """Match every subject with waiting alerts once, and tell those whose item turned to yes and can be had that day."""
    after = None
    while subjects := alerts.subjects_waiting(after, BATCH):
        for subject in subjects:
            _tell(subject, day)
        after = subjects[-1]


@daily
def tell_new_matches(day: date) -> None:
    """Match every enterprise that wants to hear of new matches once, and tell those of it whose business that is."""
    last = None
    while rows := duties.watching_after(last, BATCH):
        for row in rows:
            firm = row.organisation_id
            actions.tell_matches(
                organisation_id=firm,
                found=actions.can_have(firm),
                name=parties.organisation(firm).name,
                accounts=duties.accounts_told(firm, "organisation", Topic.MATCHES, day),
            )
        last = rows[-1].organisation_id


def _tell(subject: object, day: date) -> None:
    held = published.in_force()
    for audience in ("organisation", "person"):
        waiting = [row for row in alerts.waiting_for(subject) if held.audience(row.item) == audience]
        if not waiting:
            continue
        of = {"organisation_id": subject} if audience == "organisation" else {"person_id": subject}
        profile = published.profile_of(**{"person_id": None, "organisation_id": None, **of})
        open_now = {
            one.offer.code: one.offer.item
            for one in published.matches(profile, audience)
            if one.verdict and (one.offer.edition.window is None or one.offer.edition.window.covers(day))
        }
        for row in waiting:
            if row.item in open_now:
                name = open_now[row.item].name
                also = duties.accounts_told(row.subject_id, audience, Topic.MATCHES, day)
                actions.tell_alert(alert_id=row.pk, name=(name.zh, name.en), also=also)


def write_city(event: Any) -> str:
    """Write the files of the snapshot that was asked for, outside a transaction; their digest, empty where they stand.

    Older ones are deleted: what was reckoned on them carries their digest, and is not reckoned again.
    """
    row = cities.city(event.subject_id)
    if row.made_at is not None:
        return ""
    # By name: they load NumPy and DuckDB, which nothing else in this process needs.
    planning = import_module("tongban.modules.policies.calc.planning")
    snapshots = import_module("tongban.modules.policies.actions.snapshots")
    towns = [place.code for place in places.towns()]
    plan = planning.plan_of(published.in_force().policies, row.as_of, row.rows, towns)
    folder = cities.folder_of(row.pk)
    snapshots.write_city(plan=plan, folder=folder)
    for old in folder.parent.iterdir():
        if old != folder and old.name < folder.name:  # identifiers rise with time
            shutil.rmtree(old, ignore_errors=True)
    return str(snapshots.digest_of(folder))


@subscribe(CITY_ASKED, prepare=write_city)
def city_written(event: Any, digest: str) -> None:
    """The snapshot can be used."""
    if digest:
        actions.note_city(city_id=event.subject_id, digest=digest)
