"""The real product as a process group of its own: started, asked over HTTP, killed and started again.

Stands on the standard library only, because faults, journeys, measurements and screenshots all use it, and none of
them may share a process, a database or a clock with what they look at.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = (
    300.0  # a limit against hanging, not a measurement: a loaded machine takes long to make the demo city
)
STOP_SECONDS = 20.0
ANSWER_SECONDS = 30.0
KEPT_SECONDS = 5.0  # a connection that was idle for longer may have been closed by the server: take another
DRAIN_SECONDS = 150.0
PATIENCE_SECONDS = 240.0
# Walks and measurements sign in all the time, from one address, as the same few people.
UNLIMITED = " ".join(
    f"{step}.{over}=1000000/3600"
    for step in ("ask", "try")
    for over in ("account", "place", "address", "device")
)


@dataclass
class Product:
    """One installation: its folder, its database, its port, and the processes that serve it.

    `prefix` goes before the command (for example taskset), `settings` are further TONGBAN_ variables.
    """

    var: Path
    database: str = ""
    prefix: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.port = self.port or _free_port()

    @property
    def base(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
        own = {
            "TONGBAN_VAR": str(self.var),
            "TONGBAN_DATABASE": self.database,
            "TONGBAN_PORT": str(self.port),
            "TONGBAN_DEMO": "1",
            "TONGBAN_SIGN_IN_LIMITS": UNLIMITED,
            "TONGBAN_REQUEST_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "tongban.site.settings",
            "PYTHONPATH": str(ROOT),
        }
        return {**kept, **own, **self.settings}

    @property
    def log(self) -> Path:
        """What all processes print."""
        return self.var / "product.log"

    def start(self) -> None:
        """Start server and worker and wait for the first answer; raises RuntimeError with the end of the log."""
        command = [*self.prefix, sys.executable, "-m", "tongban.site.cli", "run"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self, seconds: float = START_SECONDS) -> None:
        """Return at the first HTTP answer; raises RuntimeError when there is none in time."""
        with contextlib.suppress(AssertionError):
            until(lambda: self._ended() or self._answers(), seconds)
        if self._ended() or not self._answers():
            raise RuntimeError(f"the product does not answer at {self.base}; its log ends:\n{self.log_end()}")

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        try:
            with contextlib.closing(self.visitor()) as visitor:
                visitor.get("/")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def log_end(self, size: int = 4000) -> str:
        """The last characters of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-size:] if self.log.exists() else ""

    def stop(self) -> None:
        """End everything as an operator does; kill what does not end in time."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill_all()

    def kill_all(self) -> None:
        """SIGKILL for the whole process group: what a power cut does to the processes."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def servers(self) -> list[int]:
        """The processes that answer requests."""
        return [pid for pid, words in self._children() if "run" in words]

    def workers(self) -> list[int]:
        """The processes that run background jobs."""
        return [pid for pid, words in self._children() if "worker" in words]

    def kill_server(self) -> int:
        """SIGKILL for every process that answers requests; returns how many there were."""
        return _kill(self.servers())

    def kill_worker(self) -> int:
        """SIGKILL for every process that runs jobs; returns how many there were."""
        return _kill(self.workers())

    def _children(self) -> list[tuple[int, list[str]]]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                stat = (folder / "stat").read_text()
                parent = int(stat[stat.rindex(")") + 2 :].split()[1])
                if self.process is not None and parent == self.process.pid:
                    found.append((int(folder.name), (folder / "cmdline").read_text().split("\0")))
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a reading statement, straight from the database, whatever the processes are doing."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(sql).fetchall()
        path = f"file:{self.var / 'tongban.sqlite3'}?mode=ro"
        with contextlib.closing(sqlite3.connect(path, uri=True, timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def unfinished_jobs(self) -> int:
        """Background jobs that are neither done nor given up."""
        return int(
            self.ask("SELECT count(*) FROM events_job WHERE done_at IS NULL AND dead_at IS NULL")[0][0]
        )

    def wait_for_jobs(self, seconds: float = DRAIN_SECONDS) -> None:
        """Return when no job is left; raises RuntimeError when some still are after `seconds`."""
        try:
            until(lambda: not self.unfinished_jobs(), seconds)
        except AssertionError as late:
            rows = self.ask("SELECT handler, tries, error FROM events_job WHERE done_at IS NULL LIMIT 5")
            raise RuntimeError(
                f"jobs are unfinished after {seconds:.0f} s: {rows}\n{self.log_end()}"
            ) from late

    def tongban(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `tongban …` in this installation; never raises for its exit code."""
        return subprocess.run(
            [sys.executable, "-m", "tongban.site.cli", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, source: str) -> str:
        """Run a few lines inside this installation, with Django set up; returns what they print."""
        script = f"import django\ndjango.setup()\n{source}"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def visitor(self, username: str = "") -> "Visitor":
        """Somebody at this site, signed in when a demo account is named."""
        visitor = Visitor(self.base)
        if username:
            visitor.sign_in(username)
        return visitor


def _kill(pids: list[int]) -> int:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """A browser without a window: one kept connection, cookies, no redirects followed."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}
        self._used = time.monotonic()
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=ANSWER_SECONDS
        )

    def close(self) -> None:
        """Give the connection back; the next request opens another."""
        self._connection.close()

    def __del__(self) -> None:
        self.close()

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; raises OSError or HTTPException when no whole answer came back: its outcome is unknown."""
        sent = {"Cookie": self.cookie, "Referer": self.base + "/", **(headers or {})}
        if method != "GET":
            sent["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        if time.monotonic() - self._used > KEPT_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, path, body=body, headers=sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        self._used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """GET; header names are given with underscores."""
        return self.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})

    def post(self, path: str, form: Mapping[str, Any]) -> Answer:
        """POST as a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(form, doseq=True).encode(), kind)

    def post_json(self, path: str, document: Any) -> Answer:
        """POST as JSON."""
        return self.request("POST", path, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def sign_in(self, username: str) -> None:
        """As at the sign-in page of the demo, which shows the code; raises RuntimeError when it does not let us in."""
        self.get("/sign-in/")
        self.post("/sign-in/", {"username": username})
        shown = re.search(r'class="num">(\d{6})<', self.get("/sign-in/code/").text)
        answer = self.post("/sign-in/code/", {"code": shown.group(1) if shown else ""})
        further = answer.headers.get("location", "")
        if further in ("/sign-in/second/", "/sign-in/enrol/"):  # an officer; the second time or the first
            shown = re.search(r'class="num">(\d{6})<', self.get(further).text)
            answer = self.post(further, {"code": shown.group(1) if shown else ""})
        if answer.status != (200 if further == "/sign-in/enrol/" else 302):  # there recovery codes are shown
            raise RuntimeError(f"{username} cannot sign in: {answer.status} {answer.text[-2000:]}")


def until(holds: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become so; AssertionError when it does not. The one place where tests look again and again."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not become so in time"
        # What is looked at happens in another process, of which nothing else tells.
        time.sleep(0.1)


@contextlib.contextmanager
def running(
    database: str = "",
    *,
    prefix: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Product]:
    """The product, running, with the demo city in a folder and a database of its own; both are gone afterwards.

    `database` is the address of a PostgreSQL server on which a database may be made; empty means SQLite.
    """
    with (
        tempfile.TemporaryDirectory(prefix="tongban-running-", ignore_cleanup_errors=True) as folder,
        _database(database) as own,
    ):
        product = Product(Path(folder), own, prefix, dict(settings or {}))
        try:
            product.start()
            yield product
        finally:
            product.stop()


@contextlib.contextmanager
def _database(server: str) -> Iterator[str]:
    """A database of its own on the server; an empty address for an empty one."""
    if not server:
        yield ""
        return
    import psycopg
    from psycopg import sql

    name = f"tongban_running_{os.getpid()}_{time.monotonic_ns() % 10**9}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
