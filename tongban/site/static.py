"""Static files: hashed names when they have been collected, plain names from the source otherwise."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed names after `collectstatic`; without a manifest (tests, first start) the names themselves."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        if not self.hashed_files or settings.DEBUG:
            return name
        return super().stored_name(name)
