"""What tests of backups and of keys stand on."""

import pytest
from django.conf import settings

from tests.conftest import Clock
from tests.keeping import Small
from tongban.site import keys
from tongban.site.backup.archives import Archive


@pytest.fixture
def small(tmp_path, clock: Clock) -> Small:
    """A city small enough to be backed up a thousand times."""
    return Small(tmp_path)


@pytest.fixture
def archive(small: Small) -> Archive:
    """A backup of it."""
    return small.make().archive


@pytest.fixture
def ring(monkeypatch, tmp_path) -> keys.LiveRing:
    """A ring in a file of its own, in use."""
    found = keys.key_ring(tmp_path)
    monkeypatch.setattr(found, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(settings, "KEY_RING", found)
    return found
