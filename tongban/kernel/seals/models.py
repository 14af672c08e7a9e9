"""Seal keys of agencies. The private key is encrypted under the key ring."""

from django.db import models

from tongban.kernel.records.models import EncryptedTextField, Record


class SealKey(Record):
    """One agency's key pair and certificate; the row `authority` is the demo authority that issued the others."""

    agency = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    certificate = models.TextField()  # PEM
    private_key = EncryptedTextField()  # PEM, PKCS 8
    sample = models.BooleanField(default=True)  # a demo seal says so on every paper
    made_at = models.DateTimeField()

    class Privacy:
        public = {"id", "agency", "name", "certificate", "sample"}
        internal = {"made_at"}
        sensitive = {"private_key"}
