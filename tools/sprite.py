"""Rebuild the icon sprite of the user interface from an unpacked lucide-static package.

Use: python tools/sprite.py <folder of lucide-static>   (npm pack lucide-static, then tar xzf)
Reads the names in static/ui/VENDOR.toml, writes static/ui/icons.svg and prints its hash for VENDOR.toml.
"""

import hashlib
import re
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tongban/terminals/ui/static/ui"
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)


def main(package: Path) -> None:
    """Write the sprite. Ends with KeyError or FileNotFoundError when a named icon is not in the package."""
    vendor = tomllib.loads((FOLDER / "VENDOR.toml").read_text(encoding="utf-8"))
    names = sorted(set(vendor["files"][0]["icons"].split()))
    symbols = []
    for name in names:
        drawing = (package / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        shapes = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.index("</svg>")]
        shapes = re.sub(r"\s+", " ", shapes).replace("> <", "><").strip()
        symbols.append(SYMBOL.format(name=name, shapes=shapes))
    licence = "<!-- Icons of Lucide, ISC licence: see VENDOR.toml beside this file. -->"
    text = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', licence, *symbols, "</svg>", ""])
    (FOLDER / "icons.svg").write_text(text, encoding="utf-8")
    print(len(names), "icons, sha256 =", hashlib.sha256(text.encode()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
