"""Dossiers and how far they are; the file itself lies encrypted beside the stored files."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import Record
from tongban.modules.dossiers.states import DossierState


class Dossier(Record):
    """A copy of all that is held of a person or an enterprise, for who asked for it alone."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=DossierState.RUNNING)
    done = models.PositiveSmallIntegerField(default=0)  # of the steps
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    delete_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_by", "-id"], name="dossier_own")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind__in=["person", "organisation"]), name="dossier_subject_kind"
            ),
            models.CheckConstraint(
                condition=Q(state=DossierState.RUNNING, ended_at__isnull=True)
                | Q(state=DossierState.READY, ended_at__isnull=False, delete_on__isnull=False)
                | Q(state=DossierState.DELETED, ended_at__isnull=False),
                name="dossier_state",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "subject_id"],
                condition=Q(state=DossierState.RUNNING),
                name="dossier_running_once",
            ),
        ]

    class Privacy:
        internal = {
            "subject_kind",
            "subject_id",
            "asked_by",
            "asked_at",
            "language",
            "state",
            "done",
            "size",
            "sha256",
            "ended_at",
            "delete_on",
        }
