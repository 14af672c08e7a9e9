"""`python -m bench.wide`: an item of 200 more fields on one page; what opening and saving that page costs."""

import json
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import yaml

from bench import pinning
from bench.__main__ import POSTGRES, load, reachable, request
from tests.running import ROOT, Product, Visitor, running

FIELDS = 200
SECONDS = 6.0
AIM_MS = 150
PACK = ROOT / "packs" / "dongguan"
ITEM, SECTION, NARROW = "sole-trader", "wide", "business"

_QUERIES = """
import json
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
client = Client()
action(lambda: client.force_login(parties.account_by_username("chen"), backend="tongban.site.sign_in.CodeBackend"))()
found = []
for path, data in {calls!r}:
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(path) if data is None else client.post(path, data)
    found.append(len(captured))
print(json.dumps(found))
"""


def field(number: int) -> dict[str, object]:
    """One of the fields: kinds in turn, every tenth asked for only after another's answer."""
    made: dict[str, object] = {
        "id": f"f{number}",
        "label": {"zh": f"第 {number} 项内容", "en": f"Point {number}"},
        "required": False,
        "editable": True,
    }
    match number % 5:
        case 0:
            made |= {"type": "yesno"}
        case 1:
            made |= {"type": "text", "max_length": 60}
        case 2:
            made |= {"type": "int", "min": 0, "max": 10_000}
        case 3:
            options = [{"id": f"o{n}", "label": {"zh": f"选项 {n}", "en": f"Option {n}"}} for n in range(6)]
            made |= {"type": "choice", "options": options}
        case 4:
            made |= {"type": "date"}
    if number % 10 == 1 and number > 1:
        made["when"] = f"answer.f{number - 1} = TRUE"
    return made


def answer(number: int) -> str:
    """What is typed into a field, as a form sends it."""
    return ("yes", f"内容 {number}", str(number), "o3", "2026-03-07")[number % 5]


def pack(folder: Path) -> Path:
    """The city's pack with the wide section added to one of its items."""
    copy = folder / PACK.name
    shutil.copytree(PACK, copy)
    path = copy / "items" / f"{ITEM}.yaml"
    item = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = [field(number) for number in range(1, FIELDS + 1)]
    item["form"].append({"id": SECTION, "title": {"zh": "很多内容", "en": "Very much"}, "fields": fields})
    path.write_text(yaml.safe_dump(item, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return copy


def draft(visitor: Visitor) -> str:
    """A draft of the item; its address."""
    answered = visitor.post(f"/items/{ITEM}/apply/", {"form": "individual", "place": "shop"})
    found = re.search(r"/applications/[0-9a-f-]{36}/", str(answered.headers))
    if found is None:
        raise RuntimeError(f"no draft: {answered.status} {answered.text[-800:]}")
    return found.group(0)


def measure(product: Product, root: int | None) -> None:
    """The two lines, and the number of queries on the wide page and on one of four fields."""
    visitor = product.visitor("chen")
    address = draft(visitor)
    path = f"{address}sections/{SECTION}/"
    page = visitor.get(path).text
    names = {name for name in re.findall(r'name="([^"]+)"', page) if re.search(r"f\d+$", name)}
    typed = {name: answer(int(name.rsplit("f", 1)[1])) for name in names} | {"then": "list"}
    form = "application/x-www-form-urlencoded"
    saving = [request("POST", path, visitor, urlencode(typed), form)]
    opening = [request("GET", path, visitor)]
    for call, calls, expect in (("save", saving, 302), ("open", opening, 200)):
        load(product, calls, expect, 1, 1.0)
        before = pinning.usage(product, root)
        figures = load(product, calls, expect, 1, SECONDS)
        after = pinning.usage(product, root)
        count = max(figures["count"], 1)
        print(
            f"{call} a page of {len(names)} fields: p50 {figures['p50']:.1f} ms, p95 {figures['p95']:.1f} ms (aim {AIM_MS});"
            f" CPU of the app {1000 * (after.app - before.app) / count:.1f} ms; {figures['statuses']}",
            flush=True,
        )
    narrow = f"{address}sections/{NARROW}/"
    calls = [(path, None), (narrow, None), (path, typed), (narrow, {"then": "list", "staff": "3"})]
    counts = json.loads(product.python(_QUERIES.format(calls=calls)))
    print(
        f"queries: opening {counts[0]} (a page of four fields: {counts[1]}), saving {counts[2]} ({counts[3]})"
    )


def main() -> int:
    """On PostgreSQL where it answers, else on SQLite."""
    with tempfile.TemporaryDirectory(prefix="tongban-wide-") as folder:
        settings = {"TONGBAN_WORKERS": "1", "TONGBAN_PACK": str(pack(Path(folder)))}
        prefix = ("taskset", "-c", str(pinning.CORE))
        with running(POSTGRES if reachable() else "", prefix=prefix, settings=settings) as product:
            product.wait_for_jobs()
            root = pinning.postmaster(product)
            with pinning.pinned(root), pinning.worker_paused(product):
                measure(product, root)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
