"""The strategic network: numbered highways with published lengths, from an area's tables."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from layers.area import Area
from layers.crs import LON_LAT
from layers.errors import DataError, in_file
from layers.network import RoadNetwork, Source, components, empty_restrictions
from layers.places import PROVENANCE, gazetteer, read_crossings
from layers.schema import HIGHWAYS, SEGMENT_COLUMNS, SURFACES
from layers.strategic_profile import Controls, read_terrain_classes, strategic_profile
from layers.tables import LON_LAT as LON_LAT_COLUMNS
from layers.tables import Column, read_table

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
    Column("toll", "flag"),
    *PROVENANCE,
)
WAYPOINT_COLUMNS = (
    Column("section", required=True),
    Column("seq", "number", required=True, low=0),
    *LON_LAT_COLUMNS,
    Column("node"),
    Column("source"),
)
NOTE = "Strategic network: published lengths, grades and bends by class of terrain; not a survey."


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


def read_strategic(area: Area) -> RoadNetwork:
    """Build the strategic network of an area from its tables.

    Every section runs from a place to a place, through its waypoints; a waypoint that
    names a node splits it. The published length is kept exactly and shared among the
    parts by their geometry.

    Parameters
    ----------
    area
        With `highways` and `waypoints` among its layers.

    Returns
    -------
    network
        In the area's CRS.

    Raises
    ------
    DataError
        The area has no such tables, or they name what is not there.
    """
    sections = read_sections(area)
    points, table = sections.points, sections.table
    to_metric = Transformer.from_crs(LON_LAT, area.crs, always_xy=True)
    x, y = to_metric.transform(points["lon"].to_numpy(), points["lat"].to_numpy())
    x, y = np.asarray(x), np.asarray(y)
    is_node = (points["node"] != "").to_numpy()
    section = points["section"].to_numpy()
    node_ids, node = np.unique(points["node"].to_numpy(str)[is_node], return_inverse=True)

    # A part runs from one named point of a section to the next.
    at_node = np.flatnonzero(is_node)
    together = section[at_node[:-1]] == section[at_node[1:]]
    start, stop = at_node[:-1][together], at_node[1:][together]
    u, v = node[:-1][together], node[1:][together]
    part_section = section[start]
    counts = stop - start + 1
    index = np.repeat(np.arange(len(start)), counts)
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    vertex = np.repeat(start, counts) + inside
    lines: NDArray[np.object_] = np.asarray(
        shapely.linestrings(np.column_stack([x[vertex], y[vertex]]), indices=index)
    )
    drawn = shapely.length(lines)
    whole = np.bincount(part_section, drawn, len(table))
    if (whole == 0).any():
        bad = table["id"][whole == 0].tolist()
        raise DataError(f"{area.layers.highways}: sections without extent: {', '.join(bad)}")
    published = table["length_km"].to_numpy() * 1000.0
    length = published[part_section] * drawn / whole[part_section]

    segments = _segments(table.iloc[part_section], lines, area.crs)
    segments = segments.assign(u=u.astype(np.int64), v=v.astype(np.int64), length_m=length)
    known = sections.gazetteer.loc[node_ids]
    nx, ny = to_metric.transform(known["lon"].to_numpy(), known["lat"].to_numpy())
    ends = np.column_stack([u, v])
    label = components(len(node_ids), ends)
    segments["component"] = label[u]
    segments = _at_border(segments, ends, node_ids, read_crossings(area))
    controls = _controls(sections, part_section, length, u, v, node_ids)
    profile, elevation = strategic_profile(
        controls,
        length,
        table["terrain"].to_numpy(str)[part_section],
        read_terrain_classes(),
    )
    nodes = pd.DataFrame(
        {
            "x": nx,
            "y": ny,
            "lon": known["lon"].to_numpy(),
            "lat": known["lat"].to_numpy(),
            "elevation_m": elevation,
            "osm_id": np.zeros(len(node_ids), np.int64),
            "component": label,
        }
    )
    return RoadNetwork(nodes, segments, profile, empty_restrictions(), _source(area, table))


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
    inner = shape[["seq", "lon", "lat", "node"]].assign(section=shape["section"].map(number))
    points = pd.concat([ends[0], inner, ends[1]], ignore_index=True)
    points = points.sort_values(["section", "seq"], kind="stable", ignore_index=True)
    # A named waypoint lies where its place is, so that all its roads meet.
    named = points["node"] != ""
    for column in ("lon", "lat"):
        points.loc[named, column] = places.loc[points["node"][named], column].to_numpy()
    return points


def _segments(rows: pd.DataFrame, lines: NDArray[np.object_], crs: str) -> gpd.GeoDataFrame:
    """Fill the columns of segments from rows of the table of highways."""
    count = len(rows)
    known = {
        "ref": rows["ref"],
        "name": rows["name_th"].where(rows["name_th"] != "", rows["name_en"]),
        "name_th": rows["name_th"],
        "name_en": rows["name_en"],
        "highway": rows["highway"],
        "surface": rows["surface"],
        "lanes": rows["lanes"],
        "width_m": rows["width_m"],
        "maxspeed_kph": rows["maxspeed_kph"],
        "hgv": rows["hgv"],
        "maxweight_t": rows["maxweight_t"],
        "toll": rows["toll"] == "yes",
    }
    fixed = {"oneway": "both", "source": "strategic"}
    empty = {"category": "", "float64": np.nan, "bool": False, "int64": 0, "int32": 0}
    columns = {}
    for name, kind in SEGMENT_COLUMNS.items():
        values = known.get(name)
        filled = [fixed.get(name, empty[kind])] * count if values is None else values.to_numpy()
        column = pd.Series(filled, dtype="str" if kind == "category" else kind)
        columns[name] = column.astype("category") if kind == "category" else column
    return gpd.GeoDataFrame(columns, geometry=lines, crs=crs)


def _at_border(
    segments: gpd.GeoDataFrame,
    ends: NDArray[np.int64],
    node_ids: NDArray[np.str_],
    crossings: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Mark the segments that leave the country, and close those of closed crossings.

    Abroad is what is cut off from the largest part once all crossings are taken out.
    """
    gate = np.isin(node_ids, crossings["id"].to_numpy(str))
    inner = ends[~gate[ends].any(axis=1)]
    abroad = components(len(node_ids), inner) != 0
    other = np.where(gate[ends[:, 0]], ends[:, 1], ends[:, 0])
    leaves = gate[ends].any(axis=1) & abroad[other] & ~gate[other]
    at = np.where(gate[ends[:, 0]], ends[:, 0], ends[:, 1])
    crossing = np.where(leaves, node_ids[at], "")
    shut = crossings["id"][crossings["status"] == "closed"].to_numpy(str)
    access = np.where(np.isin(crossing, shut), "no", segments["access"].astype(str))
    return segments.assign(
        crossing=pd.Series(crossing, dtype="str").astype("category"),
        access=pd.Series(access, dtype="str").astype("category"),
    )


def _controls(  # noqa: PLR0913
    sections: Sections,
    part_section: NDArray[np.int64],
    length: NDArray[np.float64],
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    node_ids: NDArray[np.str_],
) -> Controls:
    """Gather the heights that are known along every section."""
    first = np.concatenate([[True], np.diff(part_section) != 0])
    before = np.cumsum(length) - length
    start = before - before[np.maximum.accumulate(np.where(first, np.arange(len(length)), 0))]
    summits = [
        (at, km * 1000.0, height)
        for at, text in enumerate(sections.table["summits"])
        for km, height in parse_summits(text, sections.table["id"][at])
    ]
    heights = sections.gazetteer["elevation_m"].loc[list(node_ids)].to_numpy(np.float64)
    return Controls(
        section=part_section,
        start_m=start,
        ends=np.column_stack([u, v]),
        node_elevation_m=heights,
        summits=np.array(summits, np.float64).reshape(-1, 3),
    )


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


def _source(area: Area, table: pd.DataFrame) -> Source:
    """Say where the strategic network comes from."""
    dates = [date for date in table["date"] if date]
    return Source(
        kind="strategic",
        title=f"{area.title_en}: strategic network",
        date=max(dates, default=""),
        licence="; ".join(dict.fromkeys(source.licence for source in area.sources)),
        attribution="; ".join(dict.fromkeys(source.attribution for source in area.sources)),
        notes=(NOTE,),
    )
