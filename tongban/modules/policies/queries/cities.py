"""Snapshots of the city: which is the newest, which is being made, and where the files of one are."""

import uuid
from pathlib import Path

from django.conf import settings

from tongban.modules.policies.models import CitySnapshot

STANDS_FOR = 1_700_000  # entities of the city for which a demonstration's sample stands
SAMPLE = 60_000


def newest() -> CitySnapshot | None:
    """The newest snapshot that is whole."""
    return CitySnapshot.objects.filter(made_at__isnull=False).order_by("-id").first()


def being_made() -> CitySnapshot | None:
    """The one that is being made now."""
    return CitySnapshot.objects.filter(made_at__isnull=True).order_by("-id").first()


def city(id: uuid.UUID) -> CitySnapshot:
    """A snapshot, made or being made; raises CitySnapshot.DoesNotExist."""
    return CitySnapshot.objects.get(pk=id)


def folder_of(id: uuid.UUID) -> Path:
    """Where the files of a snapshot are or shall be."""
    return settings.VAR / "city" / str(id)
