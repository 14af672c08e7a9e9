import datetime as dt

from tongban.foundation import time
from tongban.foundation.ids import uuid7


def test_it_is_a_version_7_uuid_of_the_moment() -> None:
    with time.freeze("2026-03-02T09:00:00.123"):
        made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert dt.datetime.fromtimestamp((made.int >> 80) / 1000, time.SHANGHAI) == time.moment(
        "2026-03-02T09:00:00.123"
    )


def test_a_burst_inside_one_millisecond_is_unique_and_in_order() -> None:
    with time.freeze("2026-03-02T09:00"):
        burst = [uuid7() for _ in range(10_000)]
    assert len(set(burst)) == 10_000
    assert burst == sorted(burst)


def test_a_clock_moved_back_is_followed() -> None:
    with time.freeze("2026-03-02T09:00"):
        later = uuid7()
    with time.freeze("2026-03-01T09:00"):
        assert uuid7() < later


def test_a_small_correction_of_the_clock_does_not_disturb_the_order() -> None:
    with time.freeze("2026-03-02T09:00:05"):
        first = uuid7()
    with time.freeze("2026-03-02T09:00:04"):
        assert uuid7() > first
