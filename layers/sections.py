"""Sections of highway and their waypoints, as an area's tables have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.area import Area
from layers.errors import DataError, in_file
from layers.places import gazetteer
from layers.schema import HIGHWAYS, SURFACES
from layers.tables import LON_LAT, PROVENANCE, Column, read_table

TERRAIN_CLASSES = ("flat", "rolling", "hilly", "mountainous", "very_winding")

HIGHWAY_COLUMNS = (
    Column("id", "id", required=True),
    Column("ref"),
    Column("name_en", required=True),
    Column("name_th"),
    Column("from_id", required=True),
    Column("to_id", required=True),
    Column("length_km", "number", required=True, low=0.01, high=5000),
    Column("highway", required=True, choices=HIGHWAYS),
    Column("terrain", required=True, choices=TERRAIN_CLASSES),
    Column("surface", choices=SURFACES),
    Column("lanes", "number", low=1, high=16),
    Column("width_m", "number", low=1, high=80),
    Column("maxspeed_kph", "number", low=5, high=130),
    Column("summits"),
    Column("hgv", "flag"),
    Column("maxweight_t", "number", low=0.5, high=200),
    Column("maxlength_m", "number", low=1, high=40, optional=True),
    Column("toll", "flag"),
    *PROVENANCE,
)
WAYPOINT_COLUMNS = (
    Column("section", required=True),
    Column("seq", "number", required=True, low=0),
    *LON_LAT,
    Column("node"),
    Column("source"),
)


@dataclass(frozen=True, eq=False)
class Sections:
    """Sections of highway as points in a row.

    Attributes
    ----------
    table
        One row per section, columns `HIGHWAY_COLUMNS`.
    points
        One row per point, in order: `section` (position in `table`), `lon, lat`,
        `node` (place or crossing id, else empty).
    gazetteer
        Places and crossings, indexed by id.
    """

    table: pd.DataFrame
    points: pd.DataFrame
    gazetteer: pd.DataFrame


def read_sections(area: Area) -> Sections:
    """Read and check the tables of sections and waypoints; errors as `read_strategic`."""
    highways, waypoints = area.layers.highways, area.layers.waypoints
    if highways is None or waypoints is None:
        raise DataError(
            f"{area.folder / 'area.toml'}: table 'layers' names no 'highways' and 'waypoints', "
            f"so {area.slug!r} has no strategic network"
        )
    table = read_table(highways, HIGHWAY_COLUMNS, what="a table of highways")
    shape = read_table(waypoints, WAYPOINT_COLUMNS, what="a table of waypoints")
    places = gazetteer(area).set_index("id")
    problems = [
        f"row {row + 2}, column {column!r}: {value!r} is no id of a place or crossing"
        for column in ("from_id", "to_id")
        for row, value in enumerate(table[column])
        if value not in places.index
    ]
    problems += [
        f"row {row + 2}: from_id and to_id are both {table['from_id'][row]!r}"
        for row in np.flatnonzero(table["from_id"] == table["to_id"])
    ]
    if table.empty:
        problems.append("holds no section")
    if problems:
        raise in_file(highways, problems)
    sections = set(table["id"])
    problems = [
        f"row {row + 2}, column 'section': {value!r} is no id in {highways.name}"
        for row, value in enumerate(shape["section"])
        if value not in sections
    ]
    problems += [
        f"row {row + 2}, column 'node': {value!r} is no id of a place or crossing"
        for row, value in enumerate(shape["node"])
        if value and value not in places.index
    ]
    twice = np.flatnonzero(shape.duplicated(["section", "seq"]))
    problems += [f"row {row + 2}: seq {shape['seq'][row]:g} stands twice" for row in twice]
    if problems:
        raise in_file(waypoints, problems)
    return Sections(table, _points(table, shape, places), places)


def _points(table: pd.DataFrame, shape: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Put ends and waypoints of every section in one row of points."""
    number = pd.Series(np.arange(len(table)), index=table["id"])
    ends = [
        pd.DataFrame(
            {
                "section": np.arange(len(table)),
                "seq": seq,
                "lon": places.loc[table[column], "lon"].to_numpy(),
                "lat": places.loc[table[column], "lat"].to_numpy(),
                "node": table[column].to_numpy(),
            }
        )
        for column, seq in (("from_id", -np.inf), ("to_id", np.inf))
    ]
    inner = shape[["seq", "lon", "lat", "node"]].assign(
        section=shape["section"].map(number).astype(np.int64)
    )
    points = pd.concat([ends[0], inner, ends[1]], ignore_index=True)
    points = points.sort_values(["section", "seq"], kind="stable", ignore_index=True)
    # A named waypoint lies where its place is, so that all its roads meet.
    named = points["node"] != ""
    for column in ("lon", "lat"):
        points.loc[named, column] = places.loc[points["node"][named], column].to_numpy()
    return points


def parse_summits(text: str, section: str) -> list[tuple[float, float]]:
    """Read `km:metres;km:metres` of a section.

    Raises
    ------
    DataError
        It is written otherwise.

    Examples
    --------
    >>> parse_summits("58:1426;70.5:1438", "1095_a")
    [(58.0, 1426.0), (70.5, 1438.0)]
    """
    try:
        pairs = [part.split(":") for part in text.split(";") if part.strip()]
        return [(float(km), float(height)) for km, height in pairs]
    except ValueError as error:
        raise DataError(
            f"highways: section {section!r}, column 'summits': {text!r} is not "
            "'km:metres' or several of them with ';' between"
        ) from error
