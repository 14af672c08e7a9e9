"""The worker: takes jobs by lease and runs their listeners."""

import logging
import os
import socket
import threading
from datetime import date, timedelta

from tongban.foundation import time
from tongban.kernel.events import actions, queries, states
from tongban.kernel.events.models import Job

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.2
DAILY_LOOK_SECONDS = 60
OFTEN_SECONDS = 60


def run_job(job: Job) -> bool:
    """Run one leased job; True when its effect is in the database. A failure is kept on the job, never raised.

    A listener that asks to be called later is.
    """
    try:
        handler = states.HANDLERS[job.handler]
        event = queries.event(job.event_id)
        prepared = handler.prepare(event) if handler.prepare else None
        actions.finish(job=job, apply=handler.apply, event=event, prepared=prepared)
    except states.Later as later:
        actions.postpone(job=job, until=later.until)
        return False
    except Exception as error:  # whatever a listener raises, the next job must still run
        log.exception("job %s (%s) failed", job.pk, job.handler)
        actions.fail(job=job, error=f"{type(error).__name__}: {error}")
        return False
    return True


def run_waiting(worker: str = "", stop: threading.Event | None = None) -> int:
    """Run jobs until none waits, or until `stop` is set and what was claimed is done; returns how many ran."""
    name = worker or f"{socket.gethostname()}:{os.getpid()}"
    total = 0
    while not (stop and stop.is_set()) and (jobs := actions.claim(worker=name)):
        for job in jobs:
            run_job(job)
        total += len(jobs)
    return total


def run_daily(day: date) -> int:
    """Do what is due once on this day and not done yet; returns how many pieces were done. A failure is logged."""
    done = 0
    for name, run in states.DAILY.items():
        if not actions.lease_day(name=name, day=day):
            continue
        try:
            run(day)
        except Exception:  # the others must still run; this one is tried again when its lease ends
            log.exception("daily work %s failed on %s", name, day)
        else:
            actions.finish_day(name=name, day=day)
            done += 1
    return done


def run_often() -> None:
    """Do what is due about each minute. A failure is logged, and the next minute tries again."""
    for name, run in states.OFTEN.items():
        try:
            run()
        except Exception:  # the others must still run
            log.exception("work of each minute %s failed", name)


def work(stop: threading.Event) -> None:
    """Run jobs until `stop` is set, looking again every IDLE_SECONDS when there are none, and each day's work.

    What is due each minute begins a minute after the start, which has more urgent things to do.
    """
    sealed = time.now()
    looked = time.now() - timedelta(seconds=DAILY_LOOK_SECONDS)
    while not stop.is_set():
        if time.now() - looked >= timedelta(seconds=DAILY_LOOK_SECONDS):
            looked = time.now()
            run_daily(time.today())
        if abs(time.now() - sealed) >= timedelta(seconds=OFTEN_SECONDS):
            sealed = time.now()
            run_often()
        if not run_waiting(stop=stop):
            stop.wait(IDLE_SECONDS)
