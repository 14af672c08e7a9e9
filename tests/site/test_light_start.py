"""What only the laboratory needs is loaded by the laboratory: every process that serves pages starts without it."""

import subprocess
import sys

import pytest

from tests.running import ROOT

HEAVY = ("duckdb", "numpy", "pyspark")
PROGRAM = f"""
import sys
from tongban.site.cli import start_django
start_django()
import tongban.site.urls
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in {HEAVY} if name in sys.modules])
"""


@pytest.mark.slow
def test_serving_loads_neither_numpy_nor_duckdb(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"TONGBAN_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")
