"""Counts over processes: together they let through what one would, whoever dies, and whoever floods them."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.running import ROOT, Visitor, running, until
from tongban.foundation import time
from tongban.site import counting
from tongban.site.counting import Counts

# Asks as often as a line says, and answers how often it was let through.
ASKING = """
import sys
from pathlib import Path
from tongban.site.counting import Counts
counts = Counts(Path(sys.argv[1]), "secret")
for line in sys.stdin:
    key, times = line.split()
    print(sum(counts.within(key, 1000, 60.0, known=True) for _ in range(int(times))), flush=True)
"""


class Process:
    """Another process that counts in the same folder."""

    def __init__(self, folder: Path) -> None:
        words = [sys.executable, "-c", ASKING, str(folder)]
        self.run = subprocess.Popen(words, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, key: str, times: int) -> None:
        assert self.run.stdin
        self.run.stdin.write(f"{key} {times}\n")
        self.run.stdin.flush()

    def told(self) -> int:
        assert self.run.stdout
        return int(self.run.stdout.readline())

    def within(self, key: str, times: int) -> int:
        self.ask(key, times)
        return self.told()

    def end(self) -> None:
        self.run.kill()
        self.run.communicate()


@contextmanager
def processes(folder: Path, many: int) -> Iterator[list[Process]]:
    with ExitStack() as stack:
        started = []
        for _ in range(many):
            one = Process(folder)
            stack.callback(one.end)
            started.append(one)
        yield started


def test_four_processes_let_through_what_one_would(tmp_path):
    with processes(tmp_path, 4) as all_of_them:
        assert [one.within("a", 10) for one in all_of_them] == [10] * 4
        for one in all_of_them:
            one.ask("a", 900)  # all at once
        let = 40 + sum(one.told() for one in all_of_them)
        assert let <= 1000
        # Two that meet at the last one may both be refused it; whoever asks next has it.
        let += sum(one.within("a", 5) for one in all_of_them)
        assert let == 1000
        assert [one.within("b", 1) for one in all_of_them] == [1] * 4


def test_who_dies_holds_nothing_and_what_it_counted_stays(tmp_path):
    with processes(tmp_path, 2) as (first, second):
        assert (first.within("a", 600), second.within("a", 100)) == (600, 100)
        first.ask("a", 10**9)  # it is counting when it is killed
        until(lambda: second.within("a", 1) == 0)
        first.end()
        with processes(tmp_path, 1) as [again]:
            assert again.within("a", 10) == 0
            assert (again.within("b", 400), second.within("b", 700)) == (400, 600)
    assert areas(tmp_path) == 2, "the area of the dead one was taken over"


def areas(folder: Path) -> int:
    [path] = folder.iterdir()
    return int.from_bytes(path.read_bytes()[:8], sys.byteorder)


class TestFlood:
    """More keys than there are places."""

    @pytest.fixture
    def counts(self, tmp_path) -> Counts:
        return Counts(tmp_path, "secret", known=64, strangers=64)

    def test_strangers_without_a_place_have_one_count_together(self, counts):
        assert [counts.within(f"address {n}", 5, 60.0) for n in range(64 + 9)] == [True] * 69 + [False] * 4
        assert counts.within("address 0", 5, 61.0), "who was there keeps their count"
        assert counts.within("address 99", 5, 120.0), "until the minute is over"

    def test_it_reaches_neither_accounts_nor_known_devices(self, counts):
        mine = [counts.within("account 1", 4, 60.0, known=True) for _ in range(2)]
        for n in range(1000):
            counts.within(f"address {n}", 3, 60.0)
        mine += [counts.within("account 1", 4, 60.0, known=True) for _ in range(3)]
        assert mine == [True] * 4 + [False]
        assert [counts.within("device 1", 1, 60.0, known=True) for _ in range(2)] == [True, False]

    def test_accounts_without_a_place_are_let_in(self, counts):
        assert all(counts.within(f"account {n}", 1, 60.0, known=True) for n in range(100))
        assert not counts.within("account 0", 1, 60.0, known=True)

    def test_memory_stays_what_it_is(self, tmp_path):
        counts = Counts(tmp_path, "secret")
        for n in range(200_000):
            counts.within(f"address {n}", 9, 60.0)
        [path] = tmp_path.iterdir()
        assert path.stat().st_blocks * 512 < 3 * 1024 * 1024


def test_another_minute_begins_anew_and_an_earlier_one_is_forgotten(tmp_path):
    counts = Counts(tmp_path, "secret")
    assert [counts.within("a", 2, now) for now in (60.0, 119.9, 119.9, 120.0)] == [True, True, False, True]


def test_keys_are_kept_as_digests_under_a_secret(tmp_path):
    for secret in ("one", "another"):
        Counts(tmp_path / secret, secret).within("address 192.0.2.7", 5, 60.0)
    kept = [next((tmp_path / secret).iterdir()).read_bytes() for secret in ("one", "another")]
    assert kept[0] != kept[1]
    assert not any(b"192" in one for one in kept)


def test_only_its_owner_can_read_it(tmp_path):
    Counts(tmp_path / "run", "secret").within("a", 5, 60.0)
    [path] = (tmp_path / "run").iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_a_file_the_process_counts_for_itself(tmp_path, caplog):
    (tmp_path / "run").write_text("in the way")
    counts = Counts(tmp_path / "run", "secret")
    assert [counts.within("a", 2, 60.0) for _ in range(3)] == [True, True, False]
    assert "in this process alone" in caplog.text


def test_more_processes_than_areas_still_count(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "AREAS", 1)
    with processes(tmp_path, 1) as [other]:
        assert other.within("a", 400) == 400
        counts = Counts(tmp_path, "secret")
        assert sum(counts.within("a", 1000, 60.0, known=True) for _ in range(1000)) == 600


MOST = 60


@pytest.mark.faults
def test_three_server_processes_hold_one_limit(tmp_path):
    """Over real connections: one account, many at once, within one minute; the same for strangers of one address."""
    # A demonstration takes 20 times as much.
    limits = {"TONGBAN_WORKERS": "3", "TONGBAN_REQUEST_LIMITS": f"account={MOST // 20} address={MOST // 20}"}
    with running(settings=limits) as product:
        chen = product.visitor("chen")
        for cookies in (chen.cookies, {}):
            assert let_through(product.base, cookies) == MOST
        assert areas(product.var / "run") == 3
        assert len(product.servers()) == 3


def let_through(base: str, cookies: dict[str, str]) -> int:
    """How many of three times as many requests as the limit are answered within one whole minute."""
    before = time.wall_clock().minute
    until(lambda: time.wall_clock().minute != before)
    numbers = count()

    def ask(_: int) -> int:
        visitor = Visitor(base)
        visitor.cookies.update(cookies)
        answered = 0
        while next(numbers) < 3 * MOST:
            answered += visitor.get("/api/items/").status == 200
        return answered

    minute = time.wall_clock().minute
    with ThreadPoolExecutor(12) as threads:
        let = sum(threads.map(ask, range(12)))
    let += ask(0)
    # On a machine so busy that it took two minutes nothing was shown.
    return let if time.wall_clock().minute == minute else let_through(base, cookies)
