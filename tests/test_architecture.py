"""The house: rooms in one order, modules stay small, start-up is instant."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "layers": (
        "errors crs arrays io area roads terrain rasters tables strategic osm store goals "
        "fetch setup"
    ),
    "geo": (
        "rules driving routing border scenario study routes calibration surface economics access "
        "freight traffic risk compare quality export goals batch"
    ),
    "maps": "base picture route access freight risk compare qgis quality monitor report",
    "scripts": "",
}
"""Rooms in their order, modules beside them too: each may import those before it."""

ORDER = [
    name
    for package, rooms in ROOMS.items()
    for name in (package, *(f"{package}.{room}" for room in rooms.split()))
]
MODULES = sorted(path for name in ROOMS for path in (ROOT / name).rglob("*.py"))


def module_name(path: Path) -> str:
    """Return how a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {module_name(path): path for path in MODULES}


def imported(code: str, names=frozenset(NAMES)) -> set[str]:
    """Return every module that a file imports, anywhere in it.

    `from a import b` imports `a.b` where that is one of `names`, else `a`.
    """
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & names or {str(node.module)}
    return found


@cache
def every_import() -> dict[str, set[str]]:
    """Return what every module imports; who only lists the tests reads no code."""
    return {name: imported(path.read_text(encoding="utf-8")) for name, path in NAMES.items()}


def imports(path: Path) -> set[str]:
    """Return the first part of every module that a file imports."""
    return {name.split(".")[0] for name in every_import()[module_name(path)]}


def room(name: str) -> str:
    """Return the room of a module; all of `scripts` is one."""
    return ".".join(name.split(".")[: 1 if name.startswith("scripts") else 2])


def climbs(name: str, others: set[str]) -> list[str]:
    """Return the modules that a module imports from rooms after its own."""
    floor = ORDER.index(room(name))
    ours = {other for other in others if other.split(".")[0] in ROOMS}
    return sorted(other for other in ours if ORDER.index(room(other)) > floor)


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_back_up_the_list(name):
    assert not climbs(name, every_import()[name])


def test_every_room_is_in_the_list():
    assert {room(name) for name in NAMES} <= set(ORDER)


@pytest.mark.parametrize(
    ("name", "other", "wrong"),
    [
        ("geo.driving.cost", "geo.rules.risk", False),
        ("geo.driving.cost", "geo.driving.speed", False),
        ("geo.driving.cost", "geo.routing.path", True),
        ("layers.io.files", "layers.area", True),
        ("geo.study", "maps.base.page", True),
        ("scripts.risk.text", "scripts.cli", False),
        ("layers.crs", "pyproj.crs", False),
    ],
)
def test_climbing_is_noticed(name, other, wrong):
    assert climbs(name, {other}) == ([other] if wrong else [])


def test_no_circle_of_modules():
    ours = {name: others & set(NAMES) - {name} for name, others in every_import().items()}
    assert len(list(TopologicalSorter(ours).static_order())) == len(NAMES)


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=str)
def test_a_room_says_in_one_line_what_it_owns(path):
    (only,) = ast.parse(path.read_text(encoding="utf-8")).body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)
    assert only.value.value.endswith(".")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1


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
        if path.name not in {"cli.py", "kinds.py", "options.py"} or path.parent.name != "scripts":
            continue
        heads = {str(n.module) for n in tree.body if isinstance(n, ast.ImportFrom)}
        heads |= {alias.name for n in tree.body if isinstance(n, ast.Import) for alias in n.names}
        ours_or_click = {h for h in heads if h.split(".")[0] not in sys.stdlib_module_names}
        assert ours_or_click <= {
            "click",
            "scripts.kinds",
            "scripts.options",
            "geo.driving.usual",
        }, path


def test_a_notebook_needs_no_scripts():
    front = imported((ROOT / "chaidaen.py").read_text(encoding="utf-8"))
    assert not [name for name in front if name.split(".")[0] in {"scripts", "maps"}]
    for path in (ROOT / "tests" / "geo").rglob("*.py"):
        used = imported(path.read_text(encoding="utf-8"))
        assert not [name for name in used if name.split(".")[0] == "scripts"], path
