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

SETTLED = """
import gc
import tongban.site.wsgi
from django.urls import get_resolver
print(len(gc.get_objects()) < gc.get_freeze_count(), "url_patterns" in get_resolver().__dict__)
"""


def said_by(program, folder):
    """What a process of its own prints; nothing else is said."""
    (folder / "static").mkdir()
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={"TONGBAN_VAR": str(folder), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    return answer.stdout.strip()


@pytest.mark.slow
def test_what_a_server_has_loaded_is_not_walked_through_for_garbage(tmp_path):
    assert said_by(SETTLED, tmp_path) == "True True"


@pytest.mark.slow
def test_serving_loads_neither_numpy_nor_duckdb(tmp_path):
    assert said_by(PROGRAM, tmp_path) == "[]"
