"""Static files: hashed names when they have been collected, plain names from the source otherwise."""

from django.conf import settings
from django.utils.functional import cached_property
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed names after `collectstatic`; without a manifest (tests, first start) the names themselves."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002  # Django's signature
        if force or settings.DEBUG or not self.hashed_files:
            return super().url(name, force)
        if name not in self._urls:
            self._urls[name] = super().url(name)
        return self._urls[name]

    @cached_property
    def _urls(self) -> dict[str | None, str]:
        """Addresses made once: a page names dozens of files, and their names hold until the next start."""
        return {}

    def stored_name(self, name: str) -> str:
        if not self.hashed_files or settings.DEBUG:
            return name
        return super().stored_name(name)
