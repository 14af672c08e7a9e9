"""The import contracts of pyproject.toml hold, and none of them is weakened by an exception."""

import subprocess
import sys
from pathlib import Path

from tests.guards.source import PROJECT, ROOT, contract, may_know, package_of


def test_import_contracts_are_kept():
    """The same run as `lint-imports`."""
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_no_contract_ignores_an_import():
    for one in PROJECT["tool"]["importlinter"]["contracts"]:
        assert "ignore_imports" not in one, one["name"]


def test_every_layers_contract_is_exhaustive():
    for one in PROJECT["tool"]["importlinter"]["contracts"]:
        if one["type"] == "layers":
            assert one["exhaustive"] is True, one["name"]


def test_modules_are_kept_from_every_table_of_the_kernel():
    """All but the abstract base in kernel.records; a models room may be a file or a folder."""
    rooms = [
        *(ROOT / "tongban/kernel").glob("*/models.py"),
        *(ROOT / "tongban/kernel").glob("*/models/__init__.py"),
    ]
    packages = {path.relative_to(ROOT / "tongban/kernel").parts[0] for path in rooms} - {"records"}
    assert set(contract("module-tables")["forbidden_modules"]) == {
        f"tongban.kernel.{name}.models" for name in packages
    }


def test_a_broken_contract_is_seen(tmp_path):
    """Plant one import upward in a copy of the smallest possible tree, and see the linter refuse it."""
    for name in ("foundation", "site"):
        (tmp_path / "tongban" / name).mkdir(parents=True)
        (tmp_path / "tongban" / name / "__init__.py").write_text("")
    (tmp_path / "tongban" / "__init__.py").write_text("")
    (tmp_path / "tongban/foundation/__init__.py").write_text("def f():\n    import tongban.site\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "tongban"\n'
        '[[tool.importlinter.contracts]]\nname = "tree"\ntype = "layers"\ncontainers = ["tongban"]\n'
        'layers = ["site", "foundation"]\nexhaustive = true\n'
    )
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "tongban.foundation is not allowed to import tongban.site" in run.stdout


def test_the_guards_read_the_same_order_as_the_linter():
    assert package_of("tongban.kernel.cases.actions") == "tongban.kernel.cases"
    assert may_know("tongban.kernel.cases", "tongban.kernel.parties")
    assert not may_know("tongban.kernel.parties", "tongban.kernel.cases")
    assert not may_know("tongban.kernel.parties", "tongban.kernel.places"), "siblings"
    assert not may_know("tongban.terminals.portal", "tongban.terminals.desk"), "siblings"
    assert may_know("tongban.terminals.portal", "tongban.terminals.ui")
    assert may_know("tongban.modules.ratings", "tongban.kernel.cases")
    assert not may_know("tongban.foundation", "tongban.kernel.records")
    assert not may_know("tongban.kernel.cases", "tongban.kernel.unheard_of")
