"""Tables are written only in `actions.py` (or the folder `actions/`), inside a function marked `@action`.

At run time the tables refuse anything else (tongban.kernel.records); this guard says so before anything runs.
"""

import ast
from collections.abc import Iterator

from tests.guards.source import Source, dotted_name, functions, sources

ALWAYS = {"bulk_create", "bulk_update", "erase", "get_or_create", "update_or_create"}
ALWAYS |= {f"a{name}" for name in ALWAYS} | {"asave", "acreate", "aupdate", "adelete"}
# These names also belong to dictionaries, files and pictures: only a queryset or a manager makes them a write.
ON_QUERYSETS = {"create", "update", "delete"}
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "select_for_update", "using", "order_by"}


def _actions_modules(tree: ast.AST) -> set[str]:
    """Names under which a file knows an `actions` module: calling its functions is the way a write should go."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "actions"
    }


def _is_write(call: ast.Call, actions: set[str] = frozenset()) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, dotted_name(call.func.value)
    if receiver in actions:
        return False
    if receiver == "super" or receiver.split(".")[-1] == "session":
        return False  # a table that overrides its own method; the visitor's session
    if name in ALWAYS:
        return True
    words = set(receiver.split("."))
    on_queryset = bool(words & QUERYSET_WORDS) or receiver.endswith("_set")
    if name == "save":
        return not call.args  # a row is saved by keywords, a picture or a document into something
    if name == "delete":
        return on_queryset or not (call.args or call.keywords)
    return name in ON_QUERYSETS and on_queryset


def _writes(tree: ast.AST) -> Iterator[ast.Call]:
    actions = _actions_modules(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_write(node, actions):
            yield node


def _is_actions_file(source: Source) -> bool:
    return source.path.endswith("/actions.py") or "/actions/" in source.path


def _is_marked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(dotted_name(d).split(".")[-1] == "action" for d in function.decorator_list)


def misplaced(source: Source) -> list[str]:
    """Writes, and functions marked as actions, in a file that is not for them."""
    if _is_actions_file(source):
        return []
    found = [f"{source.path}:{call.lineno} calls .{call.func.attr}()" for call in _writes(source.tree)]
    marked = [f for f in functions(source.tree) if _is_marked(f)]
    return found + [f"{source.path}:{f.lineno} marks {f.name} as an action" for f in marked]


def unmarked(source: Source) -> list[str]:
    """Public functions in an actions file that write without being marked; private ones are called by marked ones."""
    if not _is_actions_file(source):
        return []
    return [
        f"{source.path}:{function.lineno} {function.name} writes and is not marked @action"
        for function in source.tree.body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not function.name.startswith("_")
        and not _is_marked(function)
        and next(_writes(function), None)
    ]


def test_writes_stand_only_in_actions():
    assert [line for source in sources("tongban") for line in misplaced(source)] == []


def test_what_writes_is_marked():
    assert [line for source in sources("tongban") for line in unmarked(source)] == []


def test_planted_writes_are_found():
    text = """
case.save(update_fields=["state"])
Case.objects.create(state="draft")
Case.objects.filter(state="draft").update(state="submitted")
person.mandate_set.all().delete()
row.delete()
Case.objects.bulk_create(rows)
Case.objects.get_or_create(id=1)
@action
def close(): ...
"""
    found = misplaced(Source.of("tongban/terminals/desk/views.py", text))
    assert [line.split(" ", 1)[1] for line in found] == [
        "calls .save()",
        "calls .create()",
        "calls .update()",
        "calls .delete()",
        "calls .delete()",
        "calls .bulk_create()",
        "calls .get_or_create()",
        "marks close as an action",
    ]


def test_other_things_of_the_same_name_pass():
    text = """
values.update(state="draft")
picture.save(stream)
digest.update(part)
shelf.create(name)
storage.delete(name)
super().save(*args, **kwargs)
request.session.save()
"""
    assert misplaced(Source.of("tongban/terminals/desk/views.py", text)) == []


def test_planted_unmarked_action_is_found():
    text = "def close(case):\n    case.save()\ndef _part(case):\n    case.save()\n@action\ndef open(case):\n    case.save()\n"
    source = Source.of("tongban/kernel/cases/actions.py", text)
    assert unmarked(source) == [f"{source.path}:1 close writes and is not marked @action"]
