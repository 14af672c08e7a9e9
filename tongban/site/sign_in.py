"""The seam where identity comes in: today codes, passwords and passkeys; later the city's identity service beside them."""

import uuid

from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Account


class CodeBackend:
    """Finds the account of a session. Who may begin one is decided by the pages of signing in."""

    def authenticate(self, request, **credentials) -> Account | None:
        """Codes, passwords and passkeys are checked by actions, which are counted, before a session begins; nothing signs in here."""
        return None

    def get_user(self, user_id: uuid.UUID) -> Account | None:
        """The active account behind a session; a closed account's sessions end at once."""
        return parties.account(user_id)
