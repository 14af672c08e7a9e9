"""A hundred thousand calls to the interface for programs, by everybody from a visitor to the data bureau: no answer of ours
is a fault, and none is other than described. `TONGBAN_TEST_CALLS` says how many, `TONGBAN_TEST_SEED` repeats a run.
"""

import logging
import os
import secrets
import time

import pytest
from schemathesis import GenerationMode

from tests.terminals.api import flooding

pytestmark = [pytest.mark.faults, pytest.mark.django_db]
CALLS = int(os.environ.get("TONGBAN_TEST_CALLS", "100000"))
AT_ONCE = 120  # made-up calls, each by every caller; then the rows that came are undone


def test_a_hundred_thousand_calls(clock, settings, capsys):
    logging.getLogger("django.request").setLevel(logging.ERROR)  # each refusal would be a line
    begin = int(os.environ.get("TONGBAN_TEST_SEED", "0")) or secrets.randbelow(2**32)
    flood, since = flooding.Flood(flooding.world(), begin), time.monotonic()
    operations = list(flooding.operations())
    while flood.sent < CALLS:
        before = flood.sent
        for operation in operations:
            for mode in GenerationMode:
                flood.pour(operation, mode, AT_ONCE)
            with capsys.disabled():
                spent = time.monotonic() - since
                print(
                    f"seed {flood.begin}: {flood.sent} calls, {flood.sent / spent:.0f}/s, {len(flood.faults)} faults",
                    flush=True,
                )
        assert flood.sent > before
        flood.begin += 1
    with capsys.disabled():
        print(f"from seed {begin}: {flood.sent} calls by status {dict(sorted(flood.by_status.items()))}")
    assert flood.faults == {}
    assert max(flood.by_status) < 500
