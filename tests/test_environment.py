"""One list of dependencies, written for pip and for conda."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"osmium": "pyosmium"}
PIP_ONLY = {
    "axe-core-python",
    "opening-hours-py",
    "playwright",
    "resvg_py",
    "routingkit-cch",
    "types-shapely",
    "xstatic-leaflet",
}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wanted() -> dict[str, str]:
    rows = project()["dependencies"] + project()["optional-dependencies"]["test"]
    return dict(split(row) for row in rows)


def split(requirement: str) -> tuple[str, str]:
    name, bound = re.fullmatch(r"([A-Za-z0-9_.-]+?)((?:[<>=!~].*)?)", requirement.strip()).groups()
    return name.lower(), bound


def conda() -> tuple[dict[str, str], dict[str, str]]:
    """Read environment.yml: what comes from conda-forge, and what under `pip:`."""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    forge = re.findall(r"^  - ([^\s:]+)$", text, re.MULTILINE)
    pip = re.findall(r"^      - (?!-e)(\S+)$", text, re.MULTILINE)
    return dict(map(split, forge)), dict(map(split, pip))


def test_both_files_name_the_same_dependencies_and_bounds():
    forge, pip = conda()
    forge.pop("conda-forge")
    forge.pop("pip")
    assert forge.pop("python") == project()["requires-python"]
    back = {conda: pip for pip, conda in CONDA_NAMES.items()}
    forge = {back.get(name, name): bound for name, bound in forge.items()}
    assert not set(forge) & set(pip)
    assert forge | pip == wanted()
    assert set(pip) == PIP_ONLY


def test_the_project_itself_is_installed_by_conda():
    assert re.search(
        r"^      - -e \.$", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_every_dependency_is_pinned_for_make():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {split(line)[0].replace("_", "-") for line in lines if line and not line.startswith("#")}
    assert {name.replace("_", "-") for name in wanted()} <= pins


def test_each_further_dependency_has_a_reason():
    given = {"geopandas", "shapely", "osmnx", "folium", "rasterio", "pytest", "click", "pyproj"}
    given |= {"osmium", "routingkit-cch", "numba", "platformdirs"}
    design = (ROOT / "DESIGN.md").read_text(encoding="utf-8").lower()
    for name in set(wanted()) - given:
        assert f"`{name}`" in design, f"DESIGN.md gives no reason for {name}"
