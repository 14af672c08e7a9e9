"""The bill of materials names what the lock names, and no licence goes unread."""

import json
from importlib import metadata

import pytest

from tests.guards.source import ROOT
from tools import audit

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_nothing_in_the_lock_waits_for_a_look():
    assert audit.complaints(list(audit.pins(LOCK))) == []


def test_the_bill_holds_what_the_lock_holds(tmp_path):
    target = tmp_path / "new" / "bill.json"
    assert audit.main([str(target)]) == 0
    bill = json.loads(target.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {
        (one["purl"], tuple(sorted(each["content"] for each in one["hashes"]))) for one in bill["components"]
    }
    assert listed == {
        (f"pkg:pypi/{pin.name}@{pin.version}", tuple(sorted(pin.digests))) for pin in audit.pins(LOCK)
    }
    assert [one["name"] for one in bill["components"] if not one.get("licenses")] == []
    serial = bill["serialNumber"]
    audit.main([str(target)])
    assert json.loads(target.read_text(encoding="utf-8"))["serialNumber"] == serial


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Apache-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("BSD", False),
        ("", False),
    ],
)
def test_which_licences_may_be_shipped(expression, allowed):
    assert audit.may_ship(expression) is allowed


def test_planted_faults_are_named(monkeypatch):
    lock = (
        "segno==0.1 \\\n    --hash=sha256:"
        + "0" * 64
        + "\nno-such-package==1 \\\n    --hash=sha256:"
        + "1" * 64
    )
    monkeypatch.setattr(audit, "READ", {"segno": "AGPL-3.0-only"})
    assert audit.complaints(list(audit.pins(lock))) == [
        f"segno is locked at 0.1, but {metadata.version('segno')} is installed: run make setup",
        "segno has the licence 'AGPL-3.0-only': read it, then allow it or leave the package out",
        "no-such-package is in the lock and not installed: run make setup",
    ]
