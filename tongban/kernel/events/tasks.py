"""The worker: takes jobs by lease and runs their listeners."""

import logging
import os
import socket
import threading

from tongban.kernel.events import actions, queries, states
from tongban.kernel.events.models import Job

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.2


def run_job(job: Job) -> bool:
    """Run one leased job; True when its effect is in the database. A failure is kept on the job, never raised."""
    try:
        handler = states.HANDLERS[job.handler]
        event = queries.event(job.event_id)
        prepared = handler.prepare(event) if handler.prepare else None
        actions.finish(job=job, apply=handler.apply, event=event, prepared=prepared)
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


def work(stop: threading.Event) -> None:
    """Run jobs until `stop` is set, looking again every IDLE_SECONDS when there are none."""
    while not stop.is_set():
        if not run_waiting(stop=stop):
            stop.wait(IDLE_SECONDS)
