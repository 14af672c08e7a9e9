"""A province that is a process of its own goes down, is slow, answers twice or not at all: everything arrives once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.running import ROOT, Product, until

pytestmark = pytest.mark.faults

FIRMS = 12
PUT = """
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.exchange import actions
from tongban.kernel.exchange.actions import Said
for n in range({many}):
    code = make_uscc(f"91441900MA5T{{n:05}}")
    said = dict(item="scale-up-new", subject=code, batch="{batch}", fen=100_00 + n, on="2026-03-02")
    stream = f"award|scale-up-new|{{code}}|{batch}"
    for kind in ("award.granted", "award.paid"):
        actions.put(peer_code="440000", said=[Said(kind, f"{{kind}}|{{stream}}", stream, said)], by=SYSTEM)
"""
COUNT = """
from tongban.foundation from tongban.kernel.exchange import actions
actions.count_day(peer_code="440000", day=time.today())
"""


@dataclass
class Province:
    """The provincial platform beside a product, on a port of its own."""

    product: Product
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; it calls the city by itself."""
        command = [sys.executable, "-m", "tongban.site.cli", "province", "--port", str(self.port)]
        with (self.product.var / "province.log").open("ab") as out:
            self.process = subprocess.Popen(
                command,
                env=self.product.environment,
                cwd=ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        until(lambda: self.product.tongban("province", "state", "--port", str(self.port)).returncode == 0)

    def kill(self) -> None:
        """What a power cut does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def say(self, *words: str) -> dict[str, Any]:
        """A word to its switch; how things stand."""
        done = self.product.tongban("province", *words, "--port", str(self.port))
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.fixture
def province(product: Product) -> Iterator[Province]:
    """One that runs."""
    one = Province(product, product.port + 1)
    one.start()
    yield one
    one.kill()


def unsettled(product: Product) -> int:
    return int(product.ask("SELECT count(*) FROM exchange_outrecord WHERE settled_at IS NULL")[0][0])


def tried(product: Product) -> int:
    return int(product.ask("SELECT count(*) FROM exchange_outrecord WHERE tries > 0")[0][0])


def put(product: Product, batch: str) -> None:
    """Two words about each of some firms' awards."""
    product.python(PUT.format(many=FIRMS, batch=batch))


def test_all_arrive_once_whatever_the_province_does(product: Product, province: Province) -> None:
    until(lambda: unsettled(product) == 0)  # what waited since the pack was loaded has gone since it called
    for mood in ("lost", "slow", "twice", "down"):
        assert province.say("mood", mood)["mood"] == mood
        before = tried(product)
        put(product, f"batch-{mood}")
        until(
            lambda before=before: tried(product) > before
        )  # a first try, which is all that goes wrong on purpose
        province.say("mood", "well")
        until(lambda: unsettled(product) == 0)
    province.kill()
    put(product, "batch-killed")
    assert product.visitor().get("/policies/").status == 200  # the city works without it
    province.start()
    until(lambda: unsettled(product) == 0)

    found = [row for row in province.say("state")["holdings"] if row[0] == "award.paid"]
    assert len(found) == 5 * FIRMS
    assert {row[3] for row in found} == {2}
    assert sorted(row[2] for row in found) == sorted(5 * [100_00 + n for n in range(FIRMS)])
    states = product.ask("SELECT DISTINCT state FROM exchange_outrecord WHERE kind LIKE 'award.%'")
    assert states == [("acknowledged",)]

    product.python(COUNT)
    until(lambda: unsettled(product) == 0)
    until(lambda: product.ask("SELECT count(*) FROM exchange_daytotal WHERE side = 'ours'")[0][0] >= 2)
    assert product.ask("SELECT count(*) FROM exchange_daytotal WHERE NOT agreed") == [(0,)]
    state = province.say("state")
    assert (state["tickets"], state["faults"]) == (0, [])
    assert product.tongban("check", "I3", "I4", "I5").returncode == 0
