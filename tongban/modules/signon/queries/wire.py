"""How a system is told that a sign-on ended: one POST that waits a few seconds and follows nobody."""

import urllib.error
import urllib.request
from urllib.parse import urlencode

TIMEOUT_SECONDS = 5


class NotTold(OSError):
    """The system did not answer with 200 or 204; it is tried again later."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The address that was registered answers itself or not at all."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


# No proxy of the environment either: where a system lives stands in its registration.
_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def tell(url: str, logout_token: str) -> None:
    """Post a logout token; raises NotTold, which names no more than what went wrong."""
    if not url.startswith(("https://", "http://")):
        raise NotTold("address")
    request = urllib.request.Request(  # noqa: S310  # the line above allows http and https only
        url,
        data=urlencode({"logout_token": logout_token}).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        method="POST",
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            if answer.status not in (200, 204):
                raise NotTold(f"HTTP {answer.status}")
    except urllib.error.HTTPError as error:
        with error:
            raise NotTold(f"HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, NotTold):
            raise
        raise NotTold(type(error).__name__) from None
