"""How a visitor wants to look at the site: kept in cookies, so that it works before signing in and without script.

The language comes from the cookie alone, not from Accept-Language: on a shared computer in a hall the browser's
language says nothing about the person in front of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from tongban.terminals.ui.texts import CHINESE, ENGLISH, LANGUAGES

# Name of the form field: (cookie, allowed values; the first is the default).
CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "view": ("tb_view", ("std", "elder")),
    "contrast": ("tb_contrast", ("std", "high")),
    "size": ("tb_size", ("std", "big")),
    "language": ("tb_lang", LANGUAGES),
    # Not how to look at the site but at what: in a hall nothing may stay behind in the browser.
    "device": ("tb_device", ("own", "shared")),
}


@dataclass(frozen=True)
class Preferences:
    """The choices of one request."""

    view: str = "std"
    contrast: str = "std"
    size: str = "std"
    language: str = CHINESE
    device: str = "own"

    @property
    def elder(self) -> bool:
        return self.view == "elder"

    @property
    def high_contrast(self) -> bool:
        return self.contrast == "high"

    @property
    def big(self) -> bool:
        return self.size == "big"

    @property
    def shared(self) -> bool:
        return self.device == "shared"

    @property
    def english(self) -> bool:
        return self.language != CHINESE

    @property
    def other(self) -> tuple[str, str, str]:
        """The other language: its value in the cookie, its lang attribute, its own name for itself."""
        return (CHINESE, "zh-CN", "中文") if self.english else (ENGLISH, "en", "English")

    @property
    def html_lang(self) -> str:
        """The value of the lang attribute of the page."""
        return "en" if self.english else "zh-CN"


def named(cookie: str) -> str:
    """The name under which one of our cookies goes to the browser: behind TLS with the prefix that binds it to this host."""
    return f"{settings.COOKIE_PREFIX}{cookie}"


def of(cookies: Mapping[str, str]) -> Preferences:
    """The preferences in these cookies; a value that we do not know counts as the default."""
    chosen = {}
    for name, (cookie, allowed) in CHOICES.items():
        value = cookies.get(named(cookie), "")
        chosen[name] = value if value in allowed else allowed[0]
    return Preferences(**chosen)
