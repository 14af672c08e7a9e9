"""Small files, small functions, small packages, shallow inheritance (docs/decisions/0001).

What must be larger is named in a decision by a line `Size: <path> up to <n> lines`, which then is its limit.
"""

import ast
import re
from collections import defaultdict

from tests.guards.source import ROOT, Source, files, functions, sources

FILE, FUNCTION, PACKAGE, KERNEL = 400, 60, 1_500, 6_000
INHERITANCE = 2
EXEMPTION = re.compile(r"^Size: `?([\w./-]+)`? up to ([\d,]+) lines", re.MULTILINE)
FOLDERS = ("tongban", "tests", "tools", "bench")


def exemptions() -> dict[str, int]:
    """Limits that decisions set for single files or packages."""
    texts = [path.read_text(encoding="utf-8") for path in files("docs/decisions", suffix=".md")]
    return {
        path.rstrip("/"): int(n.replace(",", "")) for text in texts for path, n in EXEMPTION.findall(text)
    }


def lines_of(source: Source) -> int:
    """Lines of the file as they stand, blank ones and comments too."""
    return len((ROOT / source.path).read_text(encoding="utf-8").splitlines())


def long_functions(source: Source) -> list[str]:
    """Functions over the limit, decorators not counted."""
    return [
        f"{source.path}:{function.lineno} {function.name} has {function.end_lineno - function.lineno + 1} lines"
        for function in functions(source.tree)
        if function.end_lineno - function.lineno + 1 > FUNCTION
    ]


def _own_bases(all_sources: list[Source]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Of each class (module, name): the bases that are classes of ours."""
    bases: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for source in all_sources:
        module = source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        origin: dict[str, tuple[str, str]] = {}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                origin |= {a.asname or a.name: (node.module, a.name) for a in node.names}
            elif isinstance(node, ast.ClassDef):
                origin.setdefault(node.name, (module, node.name))
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                names = [base.id for base in node.bases if isinstance(base, ast.Name)]
                bases[module, node.name] = [origin[name] for name in names if name in origin]
    return bases


def deep_classes(all_sources: list[Source]) -> list[str]:
    """Classes of ours at the end of a chain of more than two classes of ours."""
    bases = _own_bases(all_sources)

    def depth(name: tuple[str, str], seen: frozenset[tuple[str, str]] = frozenset()) -> int:
        if name not in bases or name in seen:
            return 0
        return 1 + max((depth(base, seen | {name}) for base in bases[name]), default=0)

    return [f"{module}.{name}" for module, name in bases if depth((module, name)) > INHERITANCE]


def test_files_are_short():
    allowed = exemptions()
    counted = {source.path: lines_of(source) for source in sources(*FOLDERS)}
    assert {path: n for path, n in counted.items() if n > allowed.get(path, FILE)} == {}


def test_functions_are_short():
    assert [line for source in sources(*FOLDERS) for line in long_functions(source)] == []


def test_packages_are_small():
    allowed, counted = exemptions(), defaultdict(int)
    for source in sources("tongban"):
        parts = source.path.split("/")
        if len(parts) > 3:
            counted["/".join(parts[:3])] += lines_of(source)
    assert {path: n for path, n in counted.items() if n > allowed.get(path, PACKAGE)} == {}


def test_the_kernel_is_small():
    total = sum(map(lines_of, sources("tongban/kernel")))
    assert total <= exemptions().get("tongban/kernel", KERNEL)


def test_inheritance_is_shallow():
    assert deep_classes(sources("tongban")) == []


def test_planted_long_function_is_found():
    text = "def long():\n" + "    x = 1\n" * 60 + "def short():\n    return 1\n"
    assert long_functions(Source.of("a.py", text)) == ["a.py:1 long has 61 lines"]


def test_planted_deep_class_is_found():
    first = Source.of("tongban/a.py", "class A: ...\nclass B(A): ...\n")
    second = Source.of("tongban/b.py", "from tongban.a import B\nclass C(B): ...\nclass D(dict): ...\n")
    assert deep_classes([first, second]) == ["tongban.b.C"]


def test_an_exemption_is_a_line_in_a_decision():
    assert EXEMPTION.findall("Because.\n\nSize: `tongban/site/cli.py` up to 450 lines\n") == [
        ("tongban/site/cli.py", "450")
    ]
