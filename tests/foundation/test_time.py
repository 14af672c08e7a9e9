import datetime as dt
import threading

import pytest

from tongban.foundation import time
from tongban.foundation.time import SHANGHAI, BadMoment, moment, offset_from


def test_now_is_aware_and_in_shanghai() -> None:
    assert time.now().tzinfo is SHANGHAI
    assert time.now().utcoffset() == dt.timedelta(hours=8)


def test_freeze_stops_the_clock_and_lets_it_go() -> None:
    with time.freeze("2026-03-02T09:00") as frozen:
        assert time.now() == frozen == dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
        assert time.today() == dt.date(2026, 3, 2)
        with time.freeze(dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)):
            assert time.today() == dt.date(2026, 3, 3)  # one in the morning in Shanghai
        assert time.now() == frozen
    assert time.now() != frozen


def test_freeze_holds_in_other_threads() -> None:
    seen = []
    with time.freeze("2026-03-02T09:00") as frozen:
        thread = threading.Thread(target=lambda: seen.append(time.now()))
        thread.start()
        thread.join()
    assert seen == [frozen]


def test_freeze_reads_a_moment_without_zone_as_shanghai_time() -> None:
    with time.freeze(dt.datetime(2026, 3, 2, 9, 0)) as frozen:  # noqa: DTZ001  # the very thing tested
        assert frozen.isoformat() == "2026-03-02T09:00:00+08:00"


def test_shift_moves_the_frozen_moment_and_ends_with_it() -> None:
    before = time.now()
    with time.freeze("2026-03-02T23:30"):
        time.shift(dt.timedelta(hours=1))
        assert time.now().isoformat() == "2026-03-03T00:30:00+08:00"
    assert time.now() - before < dt.timedelta(minutes=1)


def test_shift_moves_the_running_clock_until_moved_back() -> None:
    before = time.now()
    time.shift(dt.timedelta(days=10))
    try:
        assert dt.timedelta(days=10) <= time.now() - before < dt.timedelta(days=10, minutes=1)
    finally:
        time.shift(dt.timedelta(days=-10))
    assert time.now() - before < dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-02", "2026-03-02T00:00:00+08:00"),
        ("2026-03-02T09:00", "2026-03-02T09:00:00+08:00"),
        ("2026-03-02T01:00:00Z", "2026-03-02T09:00:00+08:00"),
    ],
)
def test_moments_are_read_as_shanghai_time_unless_they_say_otherwise(text: str, iso: str) -> None:
    assert moment(text).isoformat() == iso


def test_a_setting_starts_the_clock_elsewhere_and_a_bad_one_is_explained() -> None:
    real = moment("2026-11-22T12:00")
    assert offset_from({}, real) == dt.timedelta()
    assert offset_from({"TONGBAN_NOW": "2026-11-23T12:00"}, real) == dt.timedelta(days=1)
    with pytest.raises(BadMoment) as caught:
        offset_from({"TONGBAN_NOW": "tomorrow"}, real)
    assert caught.value.about == "tomorrow"
    assert "2026-03-02T09:00" in caught.value.todo_en
