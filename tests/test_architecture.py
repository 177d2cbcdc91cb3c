"""The house: imports point one way, modules stay small, start-up is instant."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "layers": {"layers"},
    "geo": {"geo", "layers"},
    "maps": {"maps", "geo", "layers"},
    "scripts": {"scripts", "maps", "geo", "layers"},
}
MODULES = sorted(path for name in MAY_IMPORT for path in (ROOT / name).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Return the first part of every module that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module).split(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_back_up_the_list(path):
    package = path.relative_to(ROOT).parts[0]
    ours = imports(path) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[package], f"{package} may not import {ours - MAY_IMPORT[package]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_thing(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module says what it is"
    assert len(text.splitlines()) <= 330


@pytest.mark.parametrize("package", ["layers", "geo"])
def test_only_scripts_print(package):
    for path in (ROOT / package).rglob("*.py"):
        calls = [
            n
            for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(n, ast.Call)
        ]
        names = {n.func.id for n in calls if isinstance(n.func, ast.Name)}
        assert "print" not in names, path


def test_folium_is_only_in_maps():
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] != "maps":
            assert not imports(path) & {"folium", "branca", "jinja2"}, path


def test_the_engine_binding_is_touched_by_one_module():
    users = [path for path in MODULES if "routingkit_cch" in imports(path)]
    assert [path.relative_to(ROOT).as_posix() for path in users] == ["geo/engine.py"]


def test_no_area_is_named_in_code():
    areas = {path.parent.name for path in (ROOT / "layers" / "areas").glob("*/area.toml")}
    assert areas
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree)
                if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef)}  # fmt: skip
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        named = [
            t for t in texts if isinstance(t, str) and t not in docs and any(a in t for a in areas)
        ]
        assert not named, f"{path}: {named}"


def test_the_heavy_stack_is_not_imported_at_start():
    for path in (ROOT / "scripts").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.stem not in {"cli", "options"}:
            continue
        heads = {str(n.module) for n in tree.body if isinstance(n, ast.ImportFrom)}
        heads |= {alias.name for n in tree.body if isinstance(n, ast.Import) for alias in n.names}
        ours_or_click = {h for h in heads if h.split(".")[0] not in sys.stdlib_module_names}
        assert ours_or_click <= {"click", "scripts.options"}, path
