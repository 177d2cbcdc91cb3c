"""Roads without heights, and the one file in which they are kept and shipped.

The file is one of `layers.io.columns_file`. Its columns:

===================== ==========================================================================
`node.lon`, `.lat`    units of `about["unit_deg"]` degrees
`node.osm_id`         0 where there is none
`node.control`        what holds drivers there, as text; missing where nothing does anywhere
`segment.u`, `.v`     positions of its nodes
`segment.points`      number of points between its ends
`point.x`, `.y`       of these, one after the other along all segments: steps from the point
                      before (at first from node u), in units of `about["unit_m"]` metres of
                      the system `about["crs"]`
`segment.length_cm`   its length
`segment.NAME`        text and numbers: position in `about["words"]["segment.NAME"]`, where a
                      number that nobody tagged is null; flags are 0 and 1
`restriction.NAME`    turn restrictions, the same way
===================== ==========================================================================

Heights, parts and what is inferred are not in it: they follow from terrain, rules and tables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import ProjError

from layers.arrays import Bools, Floats, Ints
from layers.crs import from_lon_lat
from layers.errors import DataError
from layers.io.columns_file import Columns, packed_columns, read_columns
from layers.roads.bare_check import check_columns, check_places
from layers.roads.network import RoadNetwork, Source, components
from layers.roads.profile import Profile
from layers.roads.schema import CONTROL, NODE_COLUMNS, RESTRICTION_COLUMNS, SEGMENT_COLUMNS

FORMAT: Final = 1
"""Goes up when the columns change."""

DERIVED: Final = frozenset({"u", "v", "length_m", "component", "inferred"})
"""Columns of segments that are not written as they are."""

ORDERED: Final = frozenset({"node.lon", "node.lat", "node.osm_id", "segment.u", "segment.v"})

WHAT: Final = "a file of roads"


@dataclass(frozen=True, eq=False)
class BareRoads:
    """Roads without heights.

    Attributes
    ----------
    nodes, segments, restrictions
        As in `layers.roads.network.RoadNetwork`; `elevation_m` is NaN, `inferred` empty.
    source
        Where they came from.
    about
        What else the file says: plain JSON, such as where the roads are whole.
    """

    nodes: pd.DataFrame
    segments: gpd.GeoDataFrame
    restrictions: pd.DataFrame
    source: Source
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def ends(self) -> Ints:
        """Node positions `u, v` of every segment, shape (segments, 2)."""
        ends: Ints = self.segments[["u", "v"]].to_numpy(np.int64)
        return ends

    @property
    def length_m(self) -> Floats:
        """Length of every segment, shape (segments,)."""
        length_m: Floats = self.segments["length_m"].to_numpy(np.float64)
        return length_m

    def take(self, kept: Bools, *, also: Ints | None = None) -> BareRoads:
        """Return some of the segments with their nodes, and the nodes in `also`.

        Parameters
        ----------
        kept
            Which segments, shape (segments,).
        also
            Nodes that stay in any case.
        """
        used = np.zeros(len(self.nodes), bool)
        used[self.ends[kept]] = True
        used[also if also is not None else []] = True
        place = np.cumsum(used) - 1
        segments = self.segments[kept].reset_index(drop=True)
        segments = segments.assign(u=place[segments["u"]], v=place[segments["v"]])
        turns = self.restrictions
        row = np.cumsum(kept) - 1
        names = ["from_segment", "to_segment"]
        whole = kept[turns[names].to_numpy(np.int64)].all(axis=1)
        turns = turns[whole].reset_index(drop=True)
        turns = turns.assign(
            via_node=place[turns["via_node"]], **{name: row[turns[name]] for name in names}
        )
        return replace(
            self,
            nodes=self.nodes[used].reset_index(drop=True),
            segments=segments,
            restrictions=turns,
        )

    def flat(self) -> RoadNetwork:
        """Return the roads as a network with a sample at each end and no height."""
        length = self.segments["length_m"].to_numpy(np.float64)
        place = np.column_stack([np.zeros(len(length)), length]).ravel()
        profile = Profile(
            2 * np.arange(len(length) + 1), place, 0 * place, np.full(len(place), np.inf)
        )
        return RoadNetwork(self.nodes, self.segments, profile, self.restrictions, self.source)


def bare_of(network: RoadNetwork, about: Mapping[str, Any]) -> BareRoads:
    """Return the roads of a network without its heights."""
    return BareRoads(network.nodes, network.segments, network.restrictions, network.source, about)


def packed_roads(
    roads: BareRoads, *, unit_deg: float = 1e-7, unit_m: float = 0.01, level: int = 9
) -> bytes:
    """Return a file of roads.

    Parameters
    ----------
    roads
        What is to be written.
    unit_deg, unit_m
        To what positions of nodes and of the points between are rounded.
    level
        How hard zstd tries.
    """
    nodes, segments, turns = roads.nodes, roads.segments, roads.restrictions
    columns: dict[str, Any] = {
        "node.lon": np.rint(nodes["lon"].to_numpy() / unit_deg),
        "node.lat": np.rint(nodes["lat"].to_numpy() / unit_deg),
        "node.osm_id": nodes["osm_id"].to_numpy(),
        "segment.u": segments["u"].to_numpy(),
        "segment.v": segments["v"].to_numpy() - segments["u"].to_numpy(),
        # A road of no length is refused by whoever reads it.
        "segment.length_cm": np.maximum(np.rint(segments["length_m"].to_numpy() * 100), 1),
    }
    words: dict[str, list[Any]] = {}
    if CONTROL in nodes:
        codes, found = pd.factorize(nodes[CONTROL].fillna("").astype(str), sort=True)
        columns[f"node.{CONTROL}"], words[f"node.{CONTROL}"] = codes + 1, [None, *found.tolist()]
    for table, frame, names in (
        ("segment", segments, [name for name in SEGMENT_COLUMNS if name not in DERIVED]),
        ("restriction", turns, list(RESTRICTION_COLUMNS)),
    ):
        for name in names:
            values = frame[name]
            if values.dtype.kind in "biu":
                columns[f"{table}.{name}"] = values.to_numpy()
                continue
            plain = values.astype(object if values.dtype.kind == "f" else str)
            codes, found = pd.factorize(plain, sort=True, use_na_sentinel=True)
            columns[f"{table}.{name}"] = codes + 1
            words[f"{table}.{name}"] = [None, *found.tolist()]
    columns |= _points(roads, unit_m, unit_deg)
    about = {
        "format": FORMAT,
        "unit_deg": unit_deg,
        "unit_m": unit_m,
        "crs": segments.crs.to_string(),
        "source": {
            name: value
            for name, value in dataclasses.asdict(roads.source).items()
            # Where the roads are whole says it, too.
            if name != "streets"
        },
        "words": words,
        "more": dict(roads.about),
    }
    return packed_columns(columns, about, ordered=ORDERED, level=level)


def read_roads(path: Path) -> BareRoads:
    """Read a file of roads.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is damaged, something else, or of another version.
    """
    file = read_columns(path, WHAT)
    if file.about.get("format") != FORMAT:
        raise DataError(f"{path}: was written by another version; make it again")
    try:
        check_columns(file.columns, file.about)
        return _unpacked(file)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ProjError) as error:
        raise DataError(f"{path}: is damaged ({error})") from error


def _unpacked(file: Columns) -> BareRoads:
    columns, about = file.columns, file.about
    unit_deg = float(about["unit_deg"])
    lon, lat = columns["node.lon"] * unit_deg, columns["node.lat"] * unit_deg
    x, y = (np.asarray(one) for one in from_lon_lat(about["crs"]).transform(lon, lat))
    u, v = columns["segment.u"], columns["segment.u"] + columns["segment.v"]
    part = components(len(lon), np.column_stack([u, v]))
    nodes = pd.DataFrame(
        {"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": np.nan}
        | {"osm_id": columns["node.osm_id"], "component": part}
    ).astype(NODE_COLUMNS)
    if f"node.{CONTROL}" in columns:
        nodes[CONTROL] = _column(file, f"node.{CONTROL}", "str")
    length = columns["segment.length_cm"] / 100.0
    check_places(np.column_stack([x, y]), np.column_stack([u, v]), length)
    made = {"u": u, "v": v, "length_m": length, "component": part[u], "inferred": _none(len(u))}
    segments = pd.DataFrame(
        {
            name: made[name] if name in made else _column(file, f"segment.{name}", kind)
            for name, kind in SEGMENT_COLUMNS.items()
        }
    )
    turns = pd.DataFrame(
        {
            name: _column(file, f"restriction.{name}", kind)
            for name, kind in RESTRICTION_COLUMNS.items()
        }
    ).astype(RESTRICTION_COLUMNS)
    lines = _lines(file, x, y, u, v)
    source = Source(**{**about["source"], "notes": tuple(about["source"]["notes"])})
    table = gpd.GeoDataFrame(segments, geometry=lines, crs=about["crs"])
    return BareRoads(nodes, table, turns, source, about["more"])


def _none(count: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([""], dtype="str"))


def _column(file: Columns, name: str, kind: str) -> Any:  # noqa: ANN401
    """Return a column of text or numbers."""
    values = file.columns[name]
    if name not in file.about["words"]:
        return values.astype(kind)
    words = file.about["words"][name]
    if kind == "float64":
        return np.array([np.nan if word is None else word for word in words], float)[values]
    if kind == "category":
        return pd.Categorical.from_codes(values - 1, pd.Index(words[1:], dtype="str"))
    return np.array(words[:1] + words[1:], object)[values]


def _points(roads: BareRoads, unit_m: float, unit_deg: float) -> dict[str, Ints]:
    """Return the steps between the points of all segments, their last ones left out."""
    lon, lat = (
        np.rint(roads.nodes[name].to_numpy() / unit_deg) * unit_deg for name in ("lon", "lat")
    )
    start = np.column_stack(from_lon_lat(roads.segments.crs).transform(lon, lat))
    xy, line = shapely.get_coordinates(roads.segments.geometry.to_numpy(), return_index=True)
    counts = np.bincount(line, minlength=len(roads.segments))
    first = np.cumsum(counts) - counts
    whole = np.rint(xy / unit_m).astype(np.int64)
    whole[first] = np.rint(start[roads.segments["u"].to_numpy()] / unit_m)
    inner = np.ones(len(xy), bool)
    inner[first] = inner[first + counts - 1] = False
    step = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))[inner]
    return {"segment.points": counts - 2, "point.x": step[:, 0], "point.y": step[:, 1]}


def _lines(file: Columns, x: Floats, y: Floats, u: Ints, v: Ints) -> Any:  # noqa: ANN401
    """Draw the segments."""
    unit = float(file.about["unit_m"])
    points = file.columns["segment.points"]
    counts = points + 2
    first = np.cumsum(counts) - counts
    inner = np.ones(int(counts.sum()), bool)
    inner[first] = inner[first + counts - 1] = False
    xy = np.empty((len(inner), 2))
    for axis, (node, name) in enumerate(((x, "point.x"), (y, "point.y"))):
        step = np.zeros(len(inner), np.int64)
        step[inner] = file.columns[name]
        along = np.cumsum(step)
        along += np.repeat(np.rint(node[u] / unit).astype(np.int64) - along[first], counts)
        xy[:, axis] = along * unit
        xy[first, axis], xy[first + counts - 1, axis] = node[u], node[v]
    offsets = np.append(first, len(inner))
    return shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (offsets,))
