"""The strategic network: numbered highways with published lengths, from an area's tables."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.area import Area
from layers.crs import from_lon_lat
from layers.errors import in_file
from layers.roads.network import RoadNetwork, Source, components, empty_restrictions
from layers.roads.schema import SEGMENT_COLUMNS
from layers.strategic.profile import (
    Controls,
    lined_by_houses,
    read_terrain_classes,
    strategic_profile,
)
from layers.strategic.sections import Sections, parse_summits, read_sections
from layers.tables.crossings import read_crossings

NOTE = "Strategic network: published lengths, grades and bends by class of terrain; not a survey."

NO_TERRAIN = (
    "No terrain raster: heights along roads are those known of towns and passes, with the waves "
    "of a class of terrain between; ground that is walked counts as flat, and new roads and "
    "landslides know none."
)

HOME_KINDS = ("province_capital", "district", "tambon")
"""Kinds of places that lie in the area's own country."""


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
    to_metric = from_lon_lat(area.crs)
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
        raise in_file(area.layers.highways, [f"sections without extent: {', '.join(bad)}"])
    published = table["length_km"].to_numpy() * 1000.0
    length = published[part_section] * drawn / whole[part_section]

    segments = _segments(table.iloc[part_section], lines, area.crs)
    segments = segments.assign(u=u.astype(np.int64), v=v.astype(np.int64), length_m=length)
    known = sections.gazetteer.loc[node_ids]
    nx, ny = to_metric.transform(known["lon"].to_numpy(), known["lat"].to_numpy())
    ends = np.column_stack([u, v])
    label = components(len(node_ids), ends)
    segments["component"] = label[u]
    segments = _at_border(segments, ends, node_ids, read_crossings(area), sections.gazetteer)
    controls = _controls(sections, part_section, length, u, v, node_ids)
    terrain = table["terrain"].to_numpy(str)[part_section]
    classes = read_terrain_classes()
    profile, elevation = strategic_profile(controls, length, terrain, classes)
    lined = np.array([classes[name].built_up_share for name in terrain])
    segments["built_up"] = lined_by_houses(lined, published[part_section])
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
        "maxlength_m": rows["maxlength_m"],
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
    gazetteer: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Mark the segments that leave the country, and close those of closed crossings.

    Abroad is what is cut off from the largest part once all crossings are taken out, unless
    it holds a `HOME_KINDS` place: a river pier may stand before the last village of its road.
    """
    gate = np.isin(node_ids, crossings["id"].to_numpy(str))
    inner = ends[~gate[ends].any(axis=1)]
    part = components(len(node_ids), inner)
    home = gazetteer["kind"].loc[list(node_ids)].isin(HOME_KINDS).to_numpy()
    abroad = ~np.isin(part, [0, *part[home]])
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


def _controls(
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


def _source(area: Area, table: pd.DataFrame) -> Source:
    """Say where the strategic network comes from."""
    dates = [date for date in table["date"] if date]
    return Source(
        kind="strategic",
        title=f"{area.title_en}: strategic network",
        date=max(dates, default=""),
        licence="; ".join(dict.fromkeys(source.licence for source in area.sources)),
        attribution="; ".join(dict.fromkeys(source.attribution for source in area.sources)),
        notes=(NOTE,) if area.layers.terrain else (NOTE, NO_TERRAIN),
    )
