"""Border crossings: where they are, when and for whom they are open, how long they take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from layers.area import SHARED, Area
from layers.crs import LON_LAT as LON_LAT_CRS
from layers.io.tables import (
    LON_LAT,
    NAMES,
    PROVENANCE,
    Column,
    Misfit,
    checked,
    known_in,
    list_of,
    misfits,
    read_table,
)
from layers.roads.network import RoadNetwork
from layers.roads.schema import VEHICLE_CLASSES
from layers.tables.opening_hours import parse_hours

CROSSING_COLUMNS = (
    Column("id", "id", required=True),
    *NAMES,
    Column("province"),
    Column("neighbour", required=True),
    Column("other_side"),
    *LON_LAT,
    Column("elevation_m", "number", low=-500, high=9000),
    Column("type", required=True, choices=("permanent", "temporary", "trade_point")),
    Column("status", required=True, choices=("open", "closed", "unknown")),
    Column("status_date"),
    Column("hours", check=parse_hours),
    Column("goods", "flag"),
    Column("persons", "flag"),
    Column("vehicles", "flag"),
    Column("classes", check=list_of(VEHICLE_CLASSES), optional=True),
    Column("max_gross_t", "number", low=0.1, high=200, optional=True),
    Column("transload", "flag"),
    Column("transload_min", "number", low=0, high=10080, optional=True),
    Column("transload_thb_per_t", "number", low=0, high=100_000, optional=True),
    Column("fee_thb", "number", low=0, high=1_000_000, optional=True),
    Column("beyond", optional=True),
    Column("note"),
    *PROVENANCE,
)
"""`classes` lists the vehicles that may pass, with `;` between: empty, no class is known to
be turned back. `fee_thb` is paid per vehicle. `beyond` is the place id of the first foreign
city."""

DWELL_COLUMNS = (
    Column("id", "id", required=True),
    Column("crossing_id", required=True),
    Column("vehicle_class", required=True, choices=VEHICLE_CLASSES),
    Column("median_min", "number", required=True, low=0, high=43_200),
    Column("p90_min", "number", required=True, low=0, high=43_200),
    Column("note"),
    *PROVENANCE,
)
"""Minutes from reaching an open gate to leaving it on the other side, without transloading."""


def read_crossings(area: Area) -> pd.DataFrame:
    """Read the crossings of an area, columns as `CROSSING_COLUMNS`; none if it has no table.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`; hours and classes are checked too.
    """
    return read_table(area.layers.crossings, CROSSING_COLUMNS, what="a table of crossings")


def check_crossings(area: Area, places: pd.DataFrame) -> None:
    """Check the crossings against the places, and how long they take against the crossings.

    Parameters
    ----------
    area
        The area.
    places
        Table of `layers.tables.places.read_places`; crossings are not among them.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`, also where `beyond` is no id of a place, and as `read_dwell`.
    """
    columns = checked(CROSSING_COLUMNS, beyond=known_in(set(places["id"]), "a place"))
    read_table(area.layers.crossings, columns, what="a table of crossings")
    read_dwell(area)


def read_dwell(area: Area) -> pd.DataFrame:
    """Read how long vehicles take at crossings.

    Parameters
    ----------
    area
        The area.

    Returns
    -------
    dwell
        One row per crossing and class of vehicle, columns `DWELL_COLUMNS`; none if the area
        has no such table.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`; also an unknown crossing, a pair that stands twice, a median that is
        not above 0 or a 90th percentile below it. One message names them all.
    """
    known = set(read_crossings(area)["id"]) if area.layers.dwell else set()
    columns = checked(DWELL_COLUMNS, crossing_id=known_in(known, "a crossing"))
    return read_table(area.layers.dwell, columns, what="a table of dwell times", rules=_dwell_rules)


def _dwell_rules(table: pd.DataFrame) -> Iterator[Misfit]:
    """Find medians of 0, percentiles below them, and pairs that stand twice."""
    for at in np.flatnonzero(table["median_min"] == 0).tolist():
        yield at, "median_min", "'0' is not above 0"
    for at in np.flatnonzero(table["p90_min"] < table["median_min"]).tolist():
        median = table["median_min"][at]
        yield at, "p90_min", f"'{table['p90_min'][at]:g}' is below the median {median:g}"
    for at in np.flatnonzero(table.duplicated(["crossing_id", "vehicle_class"])).tolist():
        crossing, kind = table["crossing_id"][at], table["vehicle_class"][at]
        yield at, "vehicle_class", f"{kind!r} stands twice for {crossing!r}"


def near_roads(
    area: Area, crossings: pd.DataFrame, network: RoadNetwork, limit_m: float
) -> pd.DataFrame:
    """Return the crossings that roads come near, and refuse rows of the area's own that none does.

    The tables that areas share have the crossings of the whole country. Roads that were imported
    or fetched end at the margin of the area: shared crossings beyond are no mistake of anybody's.

    Parameters
    ----------
    area
        Whose tables they are in.
    crossings
        Table of `read_crossings`.
    network
        The roads.
    limit_m
        How far is too far.

    Returns
    -------
    near
        Rows of `crossings`.

    Raises
    ------
    DataError
        Rows of the area's own lie too far away; one message names them all by file, row and
        column.
    """
    to_metric = Transformer.from_crs(LON_LAT_CRS, network.segments.crs, always_xy=True)
    x, y = to_metric.transform(crossings["lon"].to_numpy(), crossings["lat"].to_numpy())
    tree = shapely.STRtree(network.segments.geometry.to_numpy())
    _, distance = tree.query_nearest(shapely.points(x, y), all_matches=False, return_distance=True)
    far = distance > limit_m
    if not far.any():
        return crossings
    files = tuple(path for path in area.layers.crossings if not path.is_relative_to(SHARED))
    own = crossings["id"].isin(
        read_table(files, CROSSING_COLUMNS, what="a table of crossings")["id"]
    )
    most = f"from the nearest road (at most {limit_m / 1000:g})"
    wrong = [
        (at, "lon", f"{crossings['id'][at]!r} is {distance[at] / 1000:,.0f} km {most}")
        for at in np.flatnonzero(far & own.to_numpy()).tolist()
    ]
    if wrong:
        raise misfits(area.layers.crossings, CROSSING_COLUMNS, wrong, what="a table of crossings")
    return crossings[~far].reset_index(drop=True)
