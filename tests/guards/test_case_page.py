"""The page about cases says what the table says."""

import subprocess
import sys

from tests.guards.source import ROOT


def test_the_page_about_cases_is_made_from_the_table():
    done = subprocess.run(
        [sys.executable, "tools/states.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
