"""Pages carry no inline script or style, every text has its English, and every template is used."""

import re
import subprocess
import sys
from pathlib import Path

from tests.guards.source import ROOT, files, relative

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script in the page": re.compile(
        r"<script(?![^>]*\ssrc\s*=)(?![^>]*type=.application/json)[^>]*>", re.IGNORECASE
    ),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "text marked safe": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]")
TEXT_TAG = re.compile(r"\{%\s*t\s.*?%\}", re.DOTALL)
# Django looks for these by itself.
BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def inline(path: str, text: str) -> list[str]:
    """What the content security policy would refuse, or what would let a stranger's text through as markup."""
    text = COMMENT.sub("", text)
    return [f"{path} has {what}" for what, pattern in INLINE.items() if pattern.search(text)]


def bare_chinese(text: str) -> list[str]:
    """Chinese that stands in a template outside `{% t %}`, so that nobody could translate it."""
    rest = TEXT_TAG.sub("", COMMENT.sub("", text))
    return [line.strip() for line in rest.splitlines() if HAN.search(line)]


def unused(templates: dict[str, str], texts: list[str]) -> list[str]:
    """Templates (name to path) that no text names."""
    everything = "\n".join(texts)
    names = [name for name in templates if Path(name).name not in BY_NAME]
    return sorted(
        templates[name] for name in names if not re.search(rf"""["']{re.escape(name)}["']""", everything)
    )


def _templates() -> dict[str, Path]:
    return {
        relative(path).split("/templates/", 1)[1]: path
        for path in files("tongban")
        if "/templates/" in relative(path) and path.suffix in {".html", ".txt", ".svg"}
    }


def test_no_inline_script_or_style():
    found = [inline(relative(path), path.read_text(encoding="utf-8")) for path in _templates().values()]
    assert [line for lines in found for line in lines] == []


def test_chinese_stands_only_in_translated_texts():
    found = {relative(path): bare_chinese(path.read_text(encoding="utf-8")) for path in _templates().values()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_every_text_has_its_english():
    """tools/texts.py gathers the texts of templates and programs and compares them with the English ones."""
    run = subprocess.run(
        [sys.executable, "tools/texts.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_template_is_used():
    names = {name: relative(path) for name, path in _templates().items()}
    texts = [p.read_text(encoding="utf-8") for p in [*files("tongban", suffix=".py"), *_templates().values()]]
    assert unused(names, texts) == []


def test_planted_inline_code_is_found():
    page = """<p style="color:red">{{ a|safe }}</p><script>x()</script><a onclick="x()" href="javascript:x">y</a><style>"""
    assert len(inline("a.html", page)) == len(INLINE)
    clean = """{# style="" #}<script src="/static/a.js" defer></script><p class="style on">once = 1</p>"""
    assert inline("a.html", clean) == []


def test_planted_chinese_is_found():
    assert bare_chinese("{# 说明 #}\n<p>{% t '提交' %}</p>\n<p>提交</p>") == ["<p>提交</p>"]


def test_planted_unused_template_is_found():
    templates = {"a/x.html": "t/a/x.html", "a/y.html": "t/a/y.html", "404.html": "t/404.html"}
    assert unused(templates, ["render(request, 'a/x.html')"]) == ["t/a/y.html"]
