"""What a result was made from: inputs with their hashes, versions, parameters."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict, fields
from importlib import metadata
from pathlib import Path
from typing import Any

import geo
import layers
import maps
import scripts
from geo.driving import vehicle
from geo.scenario.scenario_file import find_scenarios
from geo.study import Study
from layers.errors import DataError
from layers.store.store import imported_folder
from scripts.report.check import sha256
from scripts.report.part import Asked

PACKAGES = (
    "folium",
    "geopandas",
    "numba",
    "numpy",
    "pandas",
    "pyogrio",
    "pyproj",
    "python-docx",
    "rasterio",
    "resvg_py",
    "routingkit-cch",
    "scipy",
    "shapely",
    "xlsxwriter",
)
"""Whose versions may change a figure or a byte."""


SHIPPED = "shipped"
"""In place of a file of priorities: the one that ships."""

MOST = 3
"""So many files are named that changed."""

CODE = {".py", ".toml", ".html", ".js", ".css"}
"""Endings of the files that are the program."""


def version() -> str:
    """Return the version of the toolkit."""
    return metadata.version("chaidaen")


def code() -> str:
    """Return a hash of the code, its parameters and its words: what one version gives, it gives."""
    digest = hashlib.sha256()
    for package in (geo, layers, maps, scripts):
        root = Path(str(package.__file__)).parent
        for path in sorted(one for one in root.rglob("*") if one.suffix in CODE):
            if "areas" not in path.relative_to(root).parts:
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def provenance(study: Study, asked: Asked, skip: tuple[str, ...], created: str) -> dict[str, Any]:
    """Return what a report was made from, so that it can be made again.

    Parameters
    ----------
    study, asked, skip
        What was reported on, for whom, and what was left out.
    created
        Date, ISO.

    Returns
    -------
    provenance
        `command` makes the same report again from the same inputs, with the environment of
        `environment`; `inputs` has the SHA-256 of every file by where it lies.
    """
    area = study.area
    return {
        "area": area.slug,
        "title": [area.title_en, area.title_th],
        "date": created,
        "command": _command(study, asked, skip),
        "environment": {"SOURCE_DATE_EPOCH": "any second of the date, to repeat it"},
        "parameters": {key: value for key, value in asdict(asked).items() if key != "quiet"},
        "skip": sorted(skip),
        "roads": asdict(study.network.source),
        "sources": [asdict(source) for source in area.sources],
        "inputs": inputs_of(study, asked),
        "versions": {
            "chaidaen": version(),
            "code": code(),
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in PACKAGES},
        },
    }


def _command(study: Study, asked: Asked, skip: tuple[str, ...]) -> list[str]:
    kind = "strategic" if study.network.source.kind == "strategic" else "osm"
    said = ["chaidaen", "report", study.area.slug, "--source", kind]
    if asked.surfaces != "likely":
        said += ["--surfaces", asked.surfaces]
    for option, values in (
        ("--to", asked.kinds),
        ("--scenario", asked.scenarios),
        ("--world", asked.worlds),
        ("--skip", skip),
    ):
        for value in values:
            said += [option, value]
    for option, one in (("--home", asked.home), ("--rank", asked.rank)):
        if one:
            said += [option, *([one] if one != SHIPPED else [])]
    if asked.budget is not None:
        said += ["--budget", f"{asked.budget:.15g}"]
    said += ["--vehicle", asked.vehicle, "--minutes", ",".join(map(str, asked.minutes))]
    return [*said, "--resolution", f"{asked.resolution_m:g}", "--lang", asked.lang]


def unchanged(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Refuse a report of which a part may be of the files before, and a part of those now.

    Raises
    ------
    DataError
        Another run, or a person, changed a file that it is made from while it was made.
    """
    pairs = before.items() ^ now.items()
    names = sorted({name for name, _ in pairs})
    if names:
        more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
        raise DataError(
            f"{', '.join(names[:MOST])}{more}: changed while the report was made from them; "
            "run it again"
        )


def inputs_of(study: Study, asked: Asked) -> dict[str, str]:
    """Hash every file that a figure may hang on, by a name that is the same everywhere."""
    area = study.area
    named = [getattr(area.layers, one.name) for one in fields(area.layers)]
    listed = [path for one in named for path in (one if isinstance(one, tuple) else (one,))]
    found = {"area/area.toml": area.folder / "area.toml"}
    found |= {_named(path, area.folder): path for path in listed if isinstance(path, Path)}
    known = find_scenarios(area)
    for name in (*asked.scenarios, *asked.worlds):
        path = known.get(name, Path(name))
        found[f"scenarios/{path.name}"] = path
    if asked.rank not in {"", SHIPPED}:
        found["priorities"] = Path(asked.rank)
    stored = imported_folder(area.slug)
    if study.network.source.kind != "strategic" and stored.is_dir():
        found |= {f"import/{path.name}": path for path in sorted(stored.iterdir())}
    rules = Path(str(vehicle.__file__)).parents[1]
    found |= {f"geo/{_below(path, rules)}": path for path in sorted(rules.rglob("*.toml"))}
    return {name: sha256(path) for name, path in sorted(found.items()) if path.is_file()}


def _below(path: Path, folder: Path) -> str:
    """Name a file below a folder, or by its own name elsewhere: no path of a machine."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _named(path: Path, folder: Path) -> str:
    """Name a table of an area: its own, one that areas share, or one from elsewhere."""
    for name, root in (("area", folder), ("layers", Path(str(layers.__file__)).parent)):
        if path.is_relative_to(root):
            return f"{name}/{path.relative_to(root).as_posix()}"
    return f"elsewhere/{path.name}"
