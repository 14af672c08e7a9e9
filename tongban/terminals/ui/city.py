"""The city that this installation serves, as the user interface shows it. The site sets it from the pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.terminals.ui import texts


@dataclass(frozen=True)
class City:
    """Names, drawings and numbers of a city. `*_url` are addresses in this site; empty means: ours, neutral.

    `townmap` is the pack's schematic map: viewBox (4 numbers), outline (path), towns (code, name, en, d, x, y).
    """

    name_zh: str = "示例市"
    name_en: str = "Sample City"
    brand_zh: str = "政务服务"
    brand_en: str = "Government Services"
    slogan_zh: str = "办事一次就好"
    slogan_en: str = "Get it done in one go"
    lead_zh: str = "说出您要办的事，我们来找事项、找材料、找大厅"
    lead_en: str = "Tell us what you need: we find the service, the papers and the hall"
    search_hint_zh: str = "例如：居住证、参保证明、食品经营许可"
    search_hint_en: str = "For example: residence permit, food licence"
    notice_zh: str = "演示系统，数据均为虚构，不代表任何机关。"
    notice_en: str = "Demonstration. All data are invented; no authority is represented."
    hotline: str = "12345"
    hero_url: str = ""
    mark_url: str = ""
    english: bool = False  # there is an entry page for people who read no Chinese
    townmap: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self._said("name")

    @property
    def brand(self) -> str:
        return self._said("brand")

    @property
    def slogan(self) -> str:
        return self._said("slogan")

    @property
    def lead(self) -> str:
        return self._said("lead")

    @property
    def search_hint(self) -> str:
        return self._said("search_hint")

    @property
    def notice(self) -> str:
        return self._said("notice")

    def _said(self, what: str) -> str:
        """The text in the language of the request."""
        return str(getattr(self, f"{what}_{'en' if texts.language() == texts.ENGLISH else 'zh'}"))


def configure(city: City) -> None:
    """Make `city` the one that is shown. Called once, when the site starts."""
    _shown["city"] = city


def current() -> City:
    """The city that is shown."""
    return _shown["city"]


_shown = {"city": City()}
