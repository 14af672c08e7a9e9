"""Privacy classes of model fields (house rule 18)."""

from enum import StrEnum


class PrivacyClass(StrEnum):
    """How far the content of a field may travel; screens, exports and scrubbed dumps read the same mark."""

    PUBLIC = "public"  # may be shown to anyone
    INTERNAL = "internal"  # staff and the machinery
    PERSONAL = "personal"  # says something of one person; masked by default
    SENSITIVE = "sensitive"  # encrypted in the database; shown only with a purpose
