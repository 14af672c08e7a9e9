"""A provincial platform for demonstrations and tests: takes the city's messages, answers, and fails when told to.

It speaks with the city over HTTP only, by the same package as the city does. What it does wrong is switched at
/control/, which answers on this machine only.
"""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.db import close_old_connections

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.exchange import actions, queries
from tongban.kernel.exchange.actions import Said
from tongban.kernel.exchange.models import Holding, InMessage, OutRecord, Ticket
from tongban.kernel.exchange.queries.wire import CARRIERS, Answer, HttpCarrier
from tongban.kernel.exchange.states import HELLO, MOST_BYTES
from tongban.kernel.exchange.tasks import every_day

ADDRESS, CONTROL = "/api/exchange/", "/control/"
MOODS = ("well", "down", "slow", "twice", "lost")
SLOW_SECONDS = 6  # longer than a peer waits for an answer


class Mood:
    """What the platform does wrong at present."""

    def __init__(self) -> None:
        self.now = "well"


MOOD = Mood()


@CARRIERS.register("moody", label="HTTP, twice when told to")
class MoodyCarrier:
    """Over the network; in the mood `twice` everything is brought a second time, and the second answer counts."""

    def post(self, url: str, content: bytes) -> Answer:
        first = HttpCarrier().post(url, content)
        return HttpCarrier().post(url, content) if MOOD.now == "twice" else first


class Handler(BaseHTTPRequestHandler):
    """Messages, and the switch."""

    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
        """Say nothing for each request."""

    def do_POST(self) -> None:  # the standard library's name
        """Take a message in, or a word at the switch."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES or self.path not in (ADDRESS, CONTROL):
            self._answer(404, b"{}")
            return
        if self.path == ADDRESS and MOOD.now == "down":
            self.close_connection = True
            return
        content = self.rfile.read(length)
        close_old_connections()
        try:
            if self.path == CONTROL:
                self._answer(200, json.dumps(control(json.loads(content))).encode())
            else:
                self._take(content)
        except Problem as problem:
            body = {"error": {"code": problem.code, "sentence": problem.sentence_en}}
            self._answer(problem.status, json.dumps(body).encode())
        except (ValueError, KeyError, TypeError):
            self._answer(400, b"{}")
        finally:
            close_old_connections()

    def _take(self, content: bytes) -> None:
        if MOOD.now == "slow":
            threading.Event().wait(SLOW_SECONDS)
        status, answer = actions.take(content)
        if MOOD.now == "twice":
            status, answer = actions.take(content)
        if MOOD.now == "lost":
            self.close_connection = True
            return
        self._answer(status, answer)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def control(word: dict[str, Any]) -> dict[str, Any]:
    """Change the mood, say something to the city, do the day's work; the answer says how things stand."""
    peer = queries.peers()[0]
    if "mood" in word:
        if word["mood"] not in MOODS:
            raise ValueError(word["mood"])
        MOOD.now = word["mood"]
    if "say" in word:
        payload = word["payload"]
        stream = f"{word['say'].split('.')[0]}|{payload['item']}|{payload.get('subject', '')}"
        again = queries.last_seq(peer, stream) + 1
        said = Said(word["say"], f"{word['say']}|{stream}|{again}", stream, payload)
        actions.put(peer_code=peer.code, said=[said], by=SYSTEM)
    if "day" in word:
        every_day(date.fromisoformat(word["day"]))
    return {
        "mood": MOOD.now,
        "day": time.today().isoformat(),
        "taken": InMessage.objects.count(),
        "holdings": [
            [row.kind, row.item, row.fen, row.times] for row in Holding.objects.order_by("key").iterator()
        ],
        "said": [
            [row.kind, row.state] for row in OutRecord.objects.order_by("id").iterator() if row.kind != HELLO
        ],
        "tickets": Ticket.objects.filter(closed_at__isnull=True).count(),
        "faults": [*queries.doubled(), *queries.disagreeing()],
    }


def introduce(*, peers: list[dict[str, Any]], city_url: str, own_url: str, city_var: Path) -> None:
    """Let both sides know each other: the city's code from the pack turned around, our key where the city looks for it.

    Then call the city, which sends from now on to where the call says.
    """
    known = peers[0]
    city = {**known, "code": known["me"], "me": known["code"], "url": city_url, "public_key": ""}
    actions.load_peers(peers=[city], by=SYSTEM)
    folder = city_var / "peers"
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / f"{known['code']}.pub").write_text(queries.own_public_key(), encoding="ascii")
    peer = queries.peers()[0]
    again = queries.last_seq(peer, HELLO) + 1
    said = Said(HELLO, f"{HELLO}|{again}", HELLO, {"address": own_url})
    actions.put(peer_code=peer.code, said=[said], by=SYSTEM)


def serve(port: int, stop: threading.Event) -> None:
    """Answer on this machine until `stop` is set."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    server.shutdown()
