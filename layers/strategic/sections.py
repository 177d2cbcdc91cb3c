"""Sections of highway and their waypoints, as an area's tables have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.area import Area
from layers.errors import DataError, in_file
from layers.io.tables import LON_LAT, PROVENANCE, Column, Misfit, checked, known_in, read_table
from layers.roads.schema import HIGHWAYS, SURFACES
from layers.tables.places import gazetteer

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
    if not highways or not waypoints:
        raise DataError(
            f"{area.folder / 'area.toml'}: table 'layers' names no 'highways' and 'waypoints', "
            f"so {area.slug!r} has no strategic network"
        )
    places = gazetteer(area).set_index("id")
    known = known_in(set(places.index), "a place or crossing")
    columns = checked(HIGHWAY_COLUMNS, from_id=known, to_id=known)
    table = read_table(highways, columns, what="a table of highways", rules=_highway_rules)
    if table.empty:
        raise in_file(highways, ["holds no section"])
    columns = checked(
        WAYPOINT_COLUMNS, section=known_in(set(table["id"]), "a section of highway"), node=known
    )
    shape = read_table(
        waypoints, columns, what="a table of waypoints", rules=_waypoint_rules, key="section"
    )
    return Sections(table, _points(table, shape, places), places)


def _highway_rules(table: pd.DataFrame) -> Iterator[Misfit]:
    """Find sections that lead nowhere."""
    for at in np.flatnonzero(table["from_id"] == table["to_id"]).tolist():
        yield at, "to_id", f"{table['to_id'][at]!r} is also its from_id"


def _waypoint_rules(table: pd.DataFrame) -> Iterator[Misfit]:
    """Find points that stand twice."""
    for at in np.flatnonzero(table.duplicated(["section", "seq"])).tolist():
        yield at, "seq", f"{table['seq'][at]:g} stands twice"


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
