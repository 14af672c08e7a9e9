"""What time itself does to cases, looked for once a day: deemed acceptance, lapsed promises, silence that agrees."""

from datetime import date

from tongban.foundation import time
from tongban.kernel.cases import actions, queries
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


def catch_up() -> None:
    """Today's work, now: for demonstrations and tests that move the clock."""
    every_day(time.today())
