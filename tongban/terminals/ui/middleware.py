"""Per request: the visitor's preferences, and the headers that keep pages from being misused."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from tongban.terminals.ui import preferences

Next = Callable[[HttpRequest], HttpResponseBase]

# No inline script or style anywhere: what an attacker smuggles into a page is not run.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}


def _with_files(policy: str) -> str:
    """Pictures may come, and answers to forms may lead, also to where files are served."""
    for name in ("img-src 'self'", "form-action 'self'"):
        policy = policy.replace(name, f"{name} {settings.FILES_URL}")
    return policy


class PreferencesMiddleware:
    """Sets `request.prefs` and speaks the chosen language while the request is answered."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        prefs = preferences.of(request.COOKIES)
        request.prefs = prefs  # type: ignore[attr-defined]  # requests carry what middleware learns
        with translation.override(prefs.language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", prefs.html_lang)
        return response


class SecurityHeadersMiddleware:
    """Adds HEADERS, and keeps pages of a signed-in person out of every cache: halls share computers."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.FILES_URL:
            response.headers["Content-Security-Policy"] = _with_files(response["Content-Security-Policy"])
        if getattr(getattr(request, "actor", None), "is_signed_in", False):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
