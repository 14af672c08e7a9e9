"""Fills in the editor's forms as a browser without script would: every control of the page is posted."""

import html
import re

from django.conf import settings

from tests import city
from tongban.foundation.packs import read_yaml
from tongban.kernel.catalogue import queries

FOOD = "food-licence"
# The pack goes on; what the tests publish counts from the version that it has.
FIRST: int = read_yaml(settings.PACK / f"items/{FOOD}.yaml").data["version"]


def officer(*roles, agency="market-regulation", name="曾颖"):
    return city.officer(*roles, agency=agency, place=city.CITY, name=name)


def begin(client, code=FOOD):
    """The address of a fresh draft."""
    answer = client.post(f"/console/items/{code}/draft/")
    assert answer.status_code == 302
    return answer["Location"]


def body(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.unescape(answer.content.decode())


def posted(page):
    """The values that a browser would post with a page's form."""
    values = {}
    form = page[page.index("novalidate>") :]
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind[1] in ("radio", "checkbox") and " checked" not in tag):
            value = re.search(r'value="([^"]*)"', tag)
            values.setdefault(name[1], []).append(value[1] if value else "on")
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        values[name] = [text]
    for name, inside in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)" selected', inside)
        values[name] = chosen or [""]
    return values


def save(client, url, op="", **changes):
    """Open a page, change some of its controls (dots written as __), press a button."""
    values = posted(body(client.get(url)))
    for name, value in changes.items():
        values[name.replace("__", ".")] = value if isinstance(value, list) else [value]
    answer = client.post(url, {**values, "op": op} if op else values)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def draft():
    return queries.open_draft_of(FOOD)


def faults(page):
    """Label and sentence of the summary on top."""
    return re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', page)
