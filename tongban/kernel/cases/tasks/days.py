"""What time itself does to cases, looked for once a day: deemed acceptance, lapsed promises, silence that agrees."""

from datetime import date, timedelta

from tongban.foundation import time
from tongban.kernel.cases import actions, queries
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events.states import daily


@daily
def every_day(day: date) -> None:
    """Do to each case what the law says follows when nobody acts by a day. Each in a transaction of its own."""
    for case_id in queries.unanswered(day):
        actions.deem_accepted(case_id=case_id)
    for case_id in queries.unsupplied(day):
        actions.lapse(case_id=case_id)
    for case_id in queries.unkept(day):
        actions.end_for_want_of_material(case_id=case_id)
    for step_id in queries.silent_steps(day):
        actions.let_silence_speak(step_id=step_id)


@daily
def old_drafts(day: date) -> None:
    """Delete drafts that nobody came back to, after as many days as the pack says."""
    days = catalogue.kept_days("drafts")
    if days is None:
        return
    before = time.now() - timedelta(days=days)
    for case_id in queries.old_drafts(before).values_list("pk", flat=True):
        actions.forget_draft(case_id=case_id, before=before)


def catch_up() -> None:
    """Today's work, now: for demonstrations and tests that move the clock."""
    every_day(time.today())
