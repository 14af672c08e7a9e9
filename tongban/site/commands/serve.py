"""`tongban run` and `tongban worker`."""

import argparse
import signal
import subprocess
import sys
import threading
from typing import Any

from tongban.foundation.readers import NOBODY, reading_as

RESTART_SECONDS = 1.0
# Of what comes with htmx's package we serve one file; its extensions import each other by names that hashing would break.
UNUSED_STATIC = ["ext", "htmx-4*", "htmax*", "htmx-2.js", "django-htmx.js"]


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Where to listen; the defaults come from the environment."""
    if name == "run":
        parser.add_argument(
            "--no-demo", action="store_true", help="do not fill an empty database with a demo city"
        )


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    return _work() if options.command == "worker" else _serve(options)


def _work() -> int:
    """Run background jobs until SIGTERM or Ctrl-C."""
    from tongban.kernel.events import tasks
    from tongban.site.memory import settle

    settle()
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    tasks.work(stop)
    return 0


def _serve(options: argparse.Namespace) -> int:
    from granian.constants import Interfaces
    from granian.server import Server

    from tongban.site import environment
    from tongban.site.cli import start_django

    host, port = environment.value("TONGBAN_HOST"), environment.whole("TONGBAN_PORT")
    start_django()
    prepare(demo=not options.no_demo)
    _say(f"http://{host}:{port}")
    worker = _Worker()
    worker.start()
    try:
        with reading_as(
            NOBODY
        ):  # the server's processes are forks of this one; each request says for whom it reads
            Server(
                "tongban.site.wsgi:application",
                address=host,
                port=port,
                interface=Interfaces.WSGI,
                workers=environment.whole("TONGBAN_WORKERS"),
                blocking_threads=environment.whole("TONGBAN_THREADS"),
                respawn_failed_workers=True,
                log_access=False,
            ).serve()
    finally:
        worker.end()
    return 0


def prepare(*, demo: bool) -> None:
    """Bring database, pack, seals, static files and, in the demo, the city up to date. Repeatable."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tongban.foundation.packs import PackProblem
    from tongban.kernel.catalogue.forms import read_pack
    from tongban.site import rowsecurity
    from tongban.site.commands.packs import load
    from tongban.site.demo import seed

    with rowsecurity.as_owner():
        call_command("migrate", verbosity=0)
        if settings.ROW_SECURITY:
            rowsecurity.guard(settings.ROW_SECURITY)
    reading = read_pack(settings.PACK)
    if reading.errors:
        raise PackProblem(reading.errors)
    load(reading)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=UNUSED_STATIC)
    if demo and settings.DEMO:
        seed(settings.PACK, people=30, firms=8, cases=48, number=2026)
    # The server's processes are forks of this one: an open connection would be shared by all of them, with the answers
    # of one person's request for another's.
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()


def _say(address: str) -> None:
    """The address, and in the demo the accounts, on standard output."""
    from django.conf import settings

    from tongban.site.demo import accounts

    lines = [f"\n通办 Tongban: {address}\n"]
    if settings.DEMO:
        lines.append(
            "演示账号（验证码显示在登录页上） / demo accounts (the code is shown on the sign-in page):"
        )
        lines += [
            f"  {one.username:<16} {one.name}  {one.role_zh} / {one.role_en}"
            for one in accounts(settings.PACK)
        ]
    print("\n".join(lines), flush=True)


class _Worker:
    """The job worker as a process of its own, started again when it dies."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[Any] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _watch(self) -> None:
        while not self._ending.is_set():
            self._process = subprocess.Popen([sys.executable, "-m", "tongban.site.cli", "worker"])
            self._process.wait()
            self._ending.wait(RESTART_SECONDS)

    def end(self) -> None:
        self._ending.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)
