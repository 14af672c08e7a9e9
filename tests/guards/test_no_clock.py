"""Only tongban/foundation/time.py asks the machine what time it is; everything else can be moved by a test."""

import ast

from tests.guards.source import Source, dotted_name, sources

CLOCK = "tongban/foundation/time.py"
# Elapsed time (monotonic, perf_counter) is no date and may be measured anywhere.
NAMES = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
FUNCTIONS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("django.utils.timezone", "now"),
    ("django.db.models.functions", "Now"),
}
FIELD_OPTIONS = {"auto_now", "auto_now_add"}


def clocks(source: Source) -> list[str]:
    """Places that read the machine's clock or have the database or Django read it, called or handed on."""
    found = []
    for node in ast.walk(source.tree):
        name = ""
        if isinstance(node, ast.Attribute):
            last_two = ".".join(dotted_name(node).split(".")[-2:])
            name = last_two if last_two in NAMES else ""
        elif isinstance(node, ast.ImportFrom):
            name = ", ".join(a.name for a in node.names if (node.module, a.name) in FUNCTIONS)
        elif isinstance(node, ast.keyword) and node.arg in FIELD_OPTIONS:
            name = node.arg
        if name:
            found.append(f"{source.path}:{node.lineno} {name}")
    return found


def test_there_is_one_clock():
    assert [line for source in sources("tongban") if source.path != CLOCK for line in clocks(source)] == []


def test_planted_clocks_are_found():
    text = """
from time import time
from datetime import datetime
import datetime as dt
a = datetime.now(tz)
b = dt.date.today()
made_at = models.DateTimeField(default=timezone.now)
made_at = models.DateTimeField(auto_now_add=True)
c = time.monotonic()
d = clock.now()
"""
    found = clocks(Source.of("a.py", text))
    assert {line.split(" ", 1)[1] for line in found} == {
        "time",
        "datetime.now",
        "date.today",
        "timezone.now",
        "auto_now_add",
    }
