"""Dependencies written as text point down too: the import linter cannot see these.

Foreign keys by name, `apps.get_model`, dotted paths, migrations, templates that extend or include others.
"""

import ast
import re
from collections.abc import Iterator

from tests.guards.source import Source, dotted_name, files, may_know, package_by_label, relative, sources

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "GenericRelation"}
DOTTED = re.compile(r"tongban(\.[a-z_]\w*)+(\.\w+)*")
TEMPLATE = re.compile(r"""\{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _named_models(source: Source) -> Iterator[tuple[int, str]]:
    """Line and `label.Model` (or label) of each model that the file names in a text."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted_name(node.func).split(".")[-1]
        if name in RELATIONS:
            to = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "to"), None)
            if "." in _text(to):
                yield node.lineno, _text(to)
        elif name == "get_model" and node.args:
            yield node.lineno, _text(node.args[0])


def upward_models(source: Source, labels: dict[str, str]) -> list[str]:
    """Models named in a text that stand above the file's package, or beside it."""
    return [
        f"{source.path}:{line} names {model}"
        for line, model in _named_models(source)
        if model.split(".")[0] in labels and not may_know(source.package, labels[model.split(".")[0]])
    ]


def upward_paths(source: Source) -> list[str]:
    """Texts that are a dotted path of ours pointing up or sideways (`import_string` and the like)."""
    return [
        f"{source.path}:{node.lineno} names {node.value}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and DOTTED.fullmatch(node.value)
        and not may_know(source.package, node.value)
    ]


def upward_migrations(source: Source, labels: dict[str, str]) -> list[str]:
    """Migrations that wait for one of a package above."""
    found = []
    for node in ast.walk(source.tree):
        if not (
            isinstance(node, ast.Assign) and dotted_name(node.targets[0]) in {"dependencies", "run_before"}
        ):
            continue
        for pair in ast.walk(node.value):
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                label = _text(pair.elts[0])
                if label in labels and not may_know(source.package, labels[label]):
                    found.append(f"{source.path}:{pair.lineno} depends on {label}")
    return found


def foreign_templates(path: str, text: str) -> list[str]:
    """Templates of another terminal that this template extends or includes."""
    own = path.split("/")[2]
    return [
        f"{path} uses {name}"
        for name in TEMPLATE.findall(text)
        if not may_know(f"tongban.terminals.{own}", f"tongban.terminals.{name.split('/')[0]}")
    ]


def test_models_named_in_texts_point_down():
    labels = package_by_label()
    assert [line for s in sources("tongban", migrations=True) for line in upward_models(s, labels)] == []


def test_dotted_paths_in_texts_point_down():
    assert [line for s in sources("tongban") if s.package != "tongban.site" for line in upward_paths(s)] == []


def test_migrations_wait_only_for_packages_below():
    labels = package_by_label()
    found = [s for s in sources("tongban", migrations=True) if "/migrations/" in s.path]
    assert [line for s in found for line in upward_migrations(s, labels)] == []


def test_templates_use_only_their_own_terminal_and_ui():
    found = []
    for path in files("tongban/terminals", suffix=".html"):
        found += foreign_templates(relative(path), path.read_text(encoding="utf-8"))
    assert found == []


def test_only_terminals_have_pages():
    pages = [relative(path) for path in files("tongban", suffix=".html")]
    assert [path for path in pages if not path.startswith("tongban/terminals/")] == []


LABELS = {"cases": "tongban.kernel.cases", "parties": "tongban.kernel.parties"}


def test_planted_foreign_key_upward():
    text = "a = models.ForeignKey('cases.Case', on_delete=PROTECT)\nb = models.ForeignKey(to='cases.Case')\n"
    assert upward_models(Source.of("tongban/kernel/parties/models.py", text), LABELS) == [
        "tongban/kernel/parties/models.py:1 names cases.Case",
        "tongban/kernel/parties/models.py:2 names cases.Case",
    ]
    assert upward_models(Source.of("tongban/kernel/cases/models.py", text), LABELS) == []


def test_planted_get_model_upward():
    text = "apps.get_model('cases', 'Case')\napps.get_model('cases.Case')\n"
    assert len(upward_models(Source.of("tongban/kernel/parties/actions.py", text), LABELS)) == 2


def test_planted_dotted_path_upward():
    source = Source.of("tongban/kernel/events/tasks.py", "import_string('tongban.kernel.cases.tasks')")
    assert upward_paths(source) == ["tongban/kernel/events/tasks.py:1 names tongban.kernel.cases.tasks"]
    down = Source.of("tongban/kernel/cases/tasks.py", "import_string('tongban.kernel.events.tasks')")
    assert upward_paths(down) == []


def test_planted_migration_upward():
    text = (
        "class Migration:\n    dependencies = [('cases', '0001_initial'), ('contenttypes', '0001_initial')]\n"
    )
    source = Source.of("tongban/kernel/parties/migrations/0001_initial.py", text)
    assert upward_migrations(source, LABELS) == [f"{source.path}:2 depends on cases"]


def test_planted_template_across_terminals():
    text = '{% extends "ui/page.html" %}{% include "desk/queue.html" %}{% include "portal/card.html" %}'
    path = "tongban/terminals/portal/templates/portal/home.html"
    assert foreign_templates(path, text) == [f"{path} uses desk/queue.html"]
