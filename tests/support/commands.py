"""Run the command line as a person does, and draw the files it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import rasterio
from click.testing import CliRunner, Result
from rasterio.transform import from_origin

from scripts.cli import chaidaen

ROOT = Path(__file__).parents[2]

# A straight road of 22 km from A by B to C, and D off it to the north.
POINTS = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.2, 19.0), "D": (98.1, 19.05)}
ROADS = (("AB", {"highway": "primary"}), ("BC", {"highway": "primary"}), ("BD", {}))


def run(*args: str | Path) -> Result:
    """Run `chaidaen` in this process; stdout and stderr apart."""
    return CliRunner().invoke(chaidaen, [str(arg) for arg in args], prog_name="chaidaen")


def done(*args: str | Path) -> Result:
    """Run `chaidaen`, which must end well."""
    result = run(*args)
    assert result.exit_code == 0, f"{result.stderr}\n{result.exception!r}"
    return result


def problem(*args: str | Path) -> str:
    """Run `chaidaen`, which must end with one clear line and no result; return the line."""
    result = run(*args)
    assert result.exit_code == 1, f"exit {result.exit_code}: {result.stdout}{result.exception!r}"
    assert isinstance(result.exception, SystemExit), f"traceback: {result.exception!r}"
    assert result.stdout == ""
    *before, line = result.stderr.splitlines()
    assert all(text.startswith("…") for text in before), result.stderr
    assert line.startswith("chaidaen: ")
    return line


def process(*args: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `chaidaen` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.cli", *map(str, args)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        timeout=900,
        check=False,
    )


def osm_file(
    path: Path,
    points: Mapping[str, tuple[float, float]] = POINTS,
    roads: Iterable[tuple[str, Mapping[str, str]]] = ROADS,
) -> Path:
    """Write an OSM XML file; a road is the letters of its points and its tags."""
    number = {name: at for at, name in enumerate(points, start=1)}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    lines += [
        f'<node id="{number[name]}" lon="{lon}" lat="{lat}" version="1"/>'
        for name, (lon, lat) in points.items()
    ]
    for at, (names, tags) in enumerate(roads, start=100):
        refs = "".join(f'<nd ref="{number[name]}"/>' for name in names)
        every = {"highway": "secondary", **tags}
        words = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in every.items())
        lines.append(f'<way id="{at}" version="1">{refs}{words}</way>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def dem_file(
    path: Path, *, west: float = 97.9, crs: str | None = "EPSG:4326", slope=0.0, cell=0.001
) -> Path:
    """Write terrain of 400 cells each way that rises to the east, `slope` metres per cell."""
    cells = np.tile(500 + slope * np.arange(400, dtype=np.float32), (400, 1))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=400,
        height=400,
        count=1,
        dtype="float32",
        crs=crs,
        nodata=-9999,
        transform=from_origin(west, 19.2, cell, cell),
    ) as raster:
        raster.write(cells, 1)
    return path


def polygon_file(path: Path, west: float, south: float, east: float, north: float) -> Path:
    """Write a rectangle as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps(feature), encoding="utf-8")
    return path


def content(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below a folder, with when it was written and what it holds."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def nothing_written(home: Path) -> bool:
    """Say whether a data folder holds no area, not even part of one."""
    return not [path for path in home.rglob("*") if path.name != "areas"]
