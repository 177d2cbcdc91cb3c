"""The house: imports point one way, modules stay small, start-up is instant."""

from __future__ import annotations

import ast
import re
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
    assert [path.relative_to(ROOT).as_posix() for path in users] == ["geo/routing/engine.py"]


def numbers_in(node: ast.AST) -> list[ast.expr]:
    """Return what a node parses as a number, or takes where there is nothing."""
    if isinstance(node, ast.BoolOp):
        parts = node.values[1:]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
        parts = node.args
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
        parts = node.args[1:]
    else:
        parts = []
    return [part for part in parts if getattr(part, "value", None) == "nan"]


def named_areas(code: str, areas: set[str]) -> list[str]:
    """Return texts of a module, docstrings aside, that name an area as a whole word.

    `nan` is also how a number is written that is not there: alone, it is one where it is
    parsed or stands in for an empty cell.
    """
    tree = ast.parse(code)
    kinds = ast.Module | ast.FunctionDef | ast.ClassDef
    docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, kinds)}
    numbers = {id(part) for node in ast.walk(tree) for part in numbers_in(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value not in docs
        and id(node) not in numbers
        and set(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)*", node.value)) & areas
    ]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("x = load_area('tak')", True),
        ("x = 'areas/nan/area.toml'", True),
        ("x = slug == 'nan'", True),
        ("x = f'{home}/chiang_rai'", True),
        ("x = 'take', 'nanmean', 'tak_bai', 'financial'", False),
        ("x = areas.get('nan')", True),
        ("x = float('nan'), cell or 'nan', cells.get('lanes', 'nan')", False),
        ("'Only a docstring says tak.'", False),
    ],
)
def test_naming_an_area_is_noticed(code, names):
    assert bool(named_areas(code, {"tak", "nan", "chiang_rai"})) == names


def test_no_area_is_named_in_code():
    areas = {path.parent.name for path in (ROOT / "layers" / "areas").glob("*/area.toml")}
    assert len(areas) > 1
    for path in MODULES:
        named = named_areas(path.read_text(encoding="utf-8"), areas)
        assert not named, f"{path}: {named}"


def test_the_heavy_stack_is_not_imported_at_start():
    for path in (ROOT / "scripts").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name not in {"cli.py", "options.py"} or path.parent.name != "scripts":
            continue
        heads = {str(n.module) for n in tree.body if isinstance(n, ast.ImportFrom)}
        heads |= {alias.name for n in tree.body if isinstance(n, ast.Import) for alias in n.names}
        ours_or_click = {h for h in heads if h.split(".")[0] not in sys.stdlib_module_names}
        assert ours_or_click <= {"click", "scripts.options"}, path
