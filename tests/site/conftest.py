"""What tests of backups stand on."""

import pytest

from tests.conftest import Clock
from tests.keeping import Small
from tongban.site.backup.archives import Archive


@pytest.fixture
def small(tmp_path, clock: Clock) -> Small:
    """A city small enough to be backed up a thousand times."""
    return Small(tmp_path)


@pytest.fixture
def archive(small: Small) -> Archive:
    """A backup of it."""
    return small.make().archive
