"""Server and worker are killed during 200 submissions: what was acknowledged is there, once (invariants I1, I2)."""

import http.client
import os
import queue
import random
import secrets
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.faults.chaos import Chaos
from tests.running import Product, Visitor

pytestmark = pytest.mark.faults

SUBMISSIONS = 200
CLIENTS = 6
AGAIN = 0.15  # the part of the submissions that is sent once more after it was acknowledged
PATIENCE_SECONDS = 150.0  # for all clients together
PAUSE_SECONDS = 0.1  # before the same submission is sent again
THINK_SECONDS = (
    0.3  # at the most before another one, so that the run lasts long enough to be killed many times
)
LEAST_KILLS = 4  # of a run that deserves its name

SHOP = {
    "has_name": False,
    "shop_name": "晓雯小吃店",
    "shop_place": "441900113",
    "shop_address": "大朗镇美景中路 88 号 1 栋 105 铺",
    "trade": "catering",
    "scope": "餐饮服务",
    "staff": 3,
}
# One that a clerk has to accept, one known from data, two decided and sealed on the spot.
APPLICATIONS: list[tuple[str, dict[str, Any]]] = [
    (
        "chen",
        {
            "item": "sole-trader",
            "situation": {"form": "individual", "place": "shop"},
            "answers": SHOP,
            "signed": ["place"],
        },
    ),
    ("liang", {"item": "old-age-allowance", "situation": {}, "answers": {}, "signed": []}),
    ("he", {"item": "tax-proof", "situation": {}, "answers": {}, "signed": []}),
    (
        "he",
        {"item": "social-insurance-proof", "situation": {"purpose": "school"}, "answers": {}, "signed": []},
    ),
]
WEIGHTS = [5, 3, 1, 1]


@dataclass
class Acknowledged:
    """What clients were told, by submission, and how often they could not tell what had become of one."""

    receipts: dict[uuid.UUID, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    unknown: int = 0
    refused: list[str] = field(default_factory=list)


class Clients:
    """Several clients that send submissions until each has its acknowledgement."""

    def __init__(self, product: Product, seed: int) -> None:
        dice = random.Random(seed)
        self.base = product.base
        self.cookies = {name: product.visitor(name).cookies for name in {who for who, _ in APPLICATIONS}}
        self.work: queue.SimpleQueue[tuple[uuid.UUID, str, dict[str, Any], bool]] = queue.SimpleQueue()
        for _ in range(SUBMISSIONS):
            who, application = dice.choices(APPLICATIONS, WEIGHTS)[0]
            id = uuid.UUID(int=dice.getrandbits(128), version=4)
            self.work.put((id, who, application, dice.random() < AGAIN))
        self.think = lambda: dice.uniform(0, THINK_SECONDS)
        self.told = Acknowledged()
        self.end = time.monotonic() + PATIENCE_SECONDS

    def run(self) -> Acknowledged:
        """All submissions; returns what the clients were told."""
        threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.told

    def _client(self) -> None:
        visitors = {name: Visitor(self.base) for name in self.cookies}
        for name, visitor in visitors.items():
            visitor.cookies = dict(self.cookies[name])
        while time.monotonic() < self.end:
            try:
                id, who, application, again = self.work.get_nowait()
            except queue.Empty:
                return
            time.sleep(self.think())
            for _ in range(2 if again else 1):
                self._until_known(visitors[who], id, application)

    def _until_known(self, visitor: Visitor, id: uuid.UUID, application: dict[str, Any]) -> None:
        while time.monotonic() < self.end:
            try:
                answer = visitor.post_json("/api/cases/", {"submission_id": str(id), **application})
            except (OSError, http.client.HTTPException):
                self.told.unknown += 1
                time.sleep(PAUSE_SECONDS)
                continue
            self.told.statuses[answer.status] += 1
            if answer.status in {200, 201}:
                self.told.receipts[id].append(answer.json)
                return
            if answer.status < 500:
                self.told.refused.append(f"{answer.status} {answer.text[:300]}")
                return
            time.sleep(PAUSE_SECONDS)


def test_what_was_acknowledged_is_there_once(product: Product) -> None:
    seed = int(os.environ.get("TONGBAN_TEST_SEED") or secrets.randbelow(10**6))
    print(f"seed {seed} (repeat it with TONGBAN_TEST_SEED={seed})")
    product.wait_for_jobs()
    before = {uuid.UUID(str(row[0])) for row in product.ask("SELECT id FROM cases_case")}
    clients = Clients(product, seed)

    start = time.monotonic()
    with Chaos(product, random.Random(seed + 1)) as chaos:
        told = clients.run()
    lasted = time.monotonic() - start
    print(
        f"kills {dict(chaos.kills)} in {lasted:.0f} s, answers {dict(told.statuses)}, unknown outcomes {told.unknown}"
    )

    assert told.refused == []
    assert {status for status in told.statuses if status >= 500} == set(), product.log_end()
    assert len(told.receipts) == SUBMISSIONS
    assert chaos.kills.total() >= LEAST_KILLS
    product.wait_for_jobs()
    print(f"jobs done after {time.monotonic() - start - lasted:.0f} s more")

    kept = {
        uuid.UUID(str(id)): (number, fingerprint)
        for id, number, fingerprint in product.ask("SELECT id, short_no, fingerprint FROM cases_case")
    }
    fresh = {id: row for id, row in kept.items() if id not in before}
    assert set(fresh) == set(told.receipts)
    wrong = [
        id
        for id, receipts in told.receipts.items()
        for receipt in receipts
        if (receipt["short_no"], receipt["fingerprint"]) != fresh[id]
    ]
    assert wrong == []
    receipts = Counter(
        uuid.UUID(str(row[0]))
        for row in product.ask("SELECT about_id FROM documents_letter WHERE kind = 'receipt'")
    )
    assert {id: receipts[id] for id in fresh} == dict.fromkeys(fresh, 1)
    given_up = product.ask("SELECT handler, error FROM events_job WHERE dead_at IS NOT NULL")
    assert given_up == []
    checked = product.tongban("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
