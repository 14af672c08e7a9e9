"""How envelopes travel: a POST that waits a few seconds and follows nobody. Carriers are chosen by the settings."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Protocol

from tongban.foundation.registries import Registry
from tongban.kernel.exchange.states import MOST_BYTES, TIMEOUT_SECONDS


@dataclass(frozen=True)
class Answer:
    """What came back: nothing (`reached` says whether the peer may have it all the same), or a status and bytes."""

    status: int = 0
    content: bytes = b""
    reached: bool = True
    error: str = ""


class Carrier(Protocol):
    """Takes bytes to an address."""

    def post(self, url: str, content: bytes) -> Answer:
        """The answer; never raises for what the line does."""
        ...


CARRIERS: Registry = Registry("exchange carriers")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A peer answers itself or not at all."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


# No proxy of the environment either: where a peer lives is said in the pack or by an operator.
_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@CARRIERS.register("http", label="HTTP")
class HttpCarrier:
    """Over the network."""

    def post(self, url: str, content: bytes) -> Answer:
        if not url.startswith(("http://", "https://")):
            return Answer(reached=False, error="address")
        request = urllib.request.Request(  # noqa: S310  # the line above allows http and https only
            url, data=content, headers={"Content-Type": "application/json"}, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return Answer(answer.status, answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(MOST_BYTES), error=f"HTTP {error.code}")
        except urllib.error.URLError as error:
            # A refused connection has carried nothing; after anything else the peer may have read the message.
            refused = isinstance(error.reason, ConnectionRefusedError)
            return Answer(reached=not refused, error=type(error.reason).__name__)
        except OSError as error:
            return Answer(error=type(error).__name__)
        except ValueError:
            return Answer(reached=False, error="address")
