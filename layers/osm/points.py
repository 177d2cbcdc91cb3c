"""Read facilities and settlements of an OpenStreetMap file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.io.unseen import one_line
from layers.osm.near import NearNodes
from layers.osm.objects import read_objects, shape_of
from layers.tables.facility_kinds import (
    FACILITY_COLUMNS,
    SETTLEMENT_COLUMNS,
    SETTLEMENTS,
    facility_kinds,
)
from layers.terrain.terrain import Terrain

TITLE: Final = "OpenStreetMap"
_MOST: Final = 1e9
"""No place has more people, beds or metres; a number of hundreds of digits is infinite."""

CAPACITY: Final = ("beds", "capacity:beds", "capacity")
Progress = Callable[[str], None]
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class OsmPoints:
    """What people go to, and where they live.

    Attributes
    ----------
    facilities
        Columns `layers.tables.facility_kinds.FACILITY_COLUMNS`.
    settlements
        Columns `layers.tables.facility_kinds.SETTLEMENT_COLUMNS`.
    """

    facilities: pd.DataFrame
    settlements: pd.DataFrame


def scan_points(
    path: Path,
    *,
    within: BaseGeometry | None = None,
    near: NearNodes | None = None,
    terrain: Terrain | None = None,
    progress: Progress = lambda _: None,
) -> OsmPoints:
    """Read the facilities and settlements of a file.

    Nodes, ways and multipolygons count; of what has an area, its centroid. What is drawn
    twice, as a node within an outline of the same kind, is one facility. The order of
    objects in the file does not matter.

    Parameters
    ----------
    path
        A file with one of `layers.osm.file.ENDINGS`.
    within
        Polygons in lon, lat; only what lies in them is kept.
    near
        Nodes of the file in and around `within`, if they are there; the rest is not looked at.
    terrain
        Tells the height of settlements that are not tagged with one.
    progress
        Called with a short sentence.

    Returns
    -------
    points
        Both tables sorted by id; without rows if there is nothing.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is damaged or no OpenStreetMap file.
    """
    progress(f"{path.name}: reading facilities and settlements")
    tags = [tag for kind in facility_kinds().values() for tag in kind.tags()]
    tags += [("place", value) for value in SETTLEMENTS]
    found = read_objects(path, osmium.filter.TagFilter(*tags), near=near)
    shapes = {
        key: shape for key in sorted(found.tags) if (shape := shape_of(found, key)) is not None
    }
    settled = {key for key in shapes if _is_settlement(key, found.tags[key])}
    kinds = {key: kind for key in shapes if (kind := _kind(found.tags[key]))}
    facilities = [
        _row(key, found.tags[key], shapes[key])
        | {"kind": kind, "capacity": _first_number(found.tags[key], CAPACITY), "district": ""}
        for key, kind in kinds.items()
    ]
    people = [
        _row(key, found.tags[key], shapes[key])
        | {
            "kind": found.tags[key]["place"],
            "elevation_m": _first_number(found.tags[key], ("ele",)),
            "population": _first_number(found.tags[key], ("population",)),
            "district": "",
            "tambon": "",
            "quality": "",
        }
        for key in sorted(settled)
    ]
    return OsmPoints(
        _inside(_table(_once(facilities, shapes), FACILITY_COLUMNS), within),
        _with_heights(_inside(_table(people, SETTLEMENT_COLUMNS), within), terrain),
    )


def number(text: str) -> float:
    """Read the number that a tag begins with, NaN if it begins with none.

    Commas and spaces between groups of three digits are those of thousands.

    Examples
    --------
    >>> number("1,234 (2010)"), number("24 678"), number("~300"), number("12.5 m"), number("no")
    (1234.0, 24678.0, 300.0, 12.5, nan)
    """
    match = re.match(r"[\s~]*((?:\d{1,3}(?:[ ,]\d{3})+|\d+)(?:\.\d+)?)", text)
    value = float(re.sub(r"[ ,]", "", match[1])) if match else math.nan
    return value if value <= _MOST else math.nan


def _is_settlement(key: str, tags: Mapping[str, str]) -> bool:
    """Say whether an object is a settlement: a node, since outlines double it."""
    return key.startswith("n") and tags.get("place") in SETTLEMENTS


def _kind(tags: Mapping[str, str]) -> str:
    """Return the first kind of facility that a tag names, empty if none."""
    for name, kind in facility_kinds().items():
        if any(tags.get(key) == value for key, value in kind.tags()):
            return name
    return ""


def _first_number(tags: Mapping[str, str], keys: Iterable[str]) -> float:
    """Return the first number that one of the keys has, else NaN."""
    values = (number(tags.get(key, "")) for key in keys)
    return next((value for value in values if not np.isnan(value)), float("nan"))


def _row(key: str, tags: Mapping[str, str], shape: BaseGeometry) -> Row:
    """Return what facilities and settlements have in common."""
    centre = shape.centroid
    names = {"name": "name", "name_en": "name:en", "name_th": "name:th"}
    return {
        "id": key,
        **{column: one_line(tags.get(tag, "")) for column, tag in names.items()},
        "lon": centre.x,
        "lat": centre.y,
        "source": TITLE,
    }


def _table(rows: list[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    """Turn rows into a table with typed columns."""
    return pd.DataFrame(rows, columns=list(columns)).astype(dict(columns))


def _once(facilities: list[Row], shapes: Mapping[str, BaseGeometry]) -> list[Row]:
    """Leave out what lies in an outline of the same kind and has its name or none.

    An outline without a name takes that of the one named thing of its kind in it; one
    without a capacity takes that of what it takes in.
    """
    tree = shapely.STRtree([shapely.Point(row["lon"], row["lat"]) for row in facilities])
    area = [shapes[row["id"]].area for row in facilities]
    rows: list[Row | None] = list(facilities)
    for at in sorted(range(len(rows)), key=lambda at: -area[at]):
        outer = rows[at]
        if outer is None or not area[at]:
            continue
        hits = tree.query(shapes[outer["id"]], predicate="contains").tolist()
        inside = {hit: row for hit in sorted(hits) if hit != at and (row := rows[hit])}
        inside = {hit: row for hit, row in inside.items() if row["kind"] == outer["kind"]}
        names = {row["name"] for row in inside.values()} - {""}
        name = names.pop() if not outer["name"] and len(names) == 1 else outer["name"]
        double = {hit: row for hit, row in inside.items() if row["name"] in {"", name}}
        named = next((row for row in double.values() if row["name"]), outer)
        source = named if not outer["name"] else outer
        beds = [row["capacity"] for row in (outer, *double.values())]
        rows[at] = outer | {
            **{column: source[column] for column in ("name", "name_en", "name_th")},
            "capacity": next((value for value in beds if not np.isnan(value)), float("nan")),
        }
        for hit in double:
            rows[hit] = None
    return [row for row in rows if row is not None]


def _inside(table: pd.DataFrame, within: BaseGeometry | None) -> pd.DataFrame:
    """Return the rows that lie within an area."""
    if within is None:
        return table
    inside = shapely.intersects_xy(within, table["lon"].to_numpy(), table["lat"].to_numpy())
    return table[inside].reset_index(drop=True)


def _with_heights(settlements: pd.DataFrame, terrain: Terrain | None) -> pd.DataFrame:
    """Fill heights that are not tagged from the terrain."""
    if terrain is None or settlements.empty:
        return settlements
    ground = terrain.sample(settlements["lon"].to_numpy(), settlements["lat"].to_numpy())
    known = settlements["elevation_m"]
    return settlements.assign(elevation_m=known.where(known.notna(), ground))
