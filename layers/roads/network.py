"""RoadNetwork: the one currency of roads, whatever they came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.errors import DataError
from layers.roads.drawn import Drawn
from layers.roads.profile import Profile
from layers.roads.schema import NODE_COLUMNS, RESTRICTION_COLUMNS, SEGMENT_COLUMNS

CALLED: Final = ("ref", "name", "name_th", "name_en", "highway")
"""Columns that tell roads apart for a reader."""


@dataclass(frozen=True)
class Source:
    """Where data came from, as maps and tables say it.

    Attributes
    ----------
    kind
        `strategic`, `osm file` or `osm live`.
    title
        What a reader is told, e.g. `OpenStreetMap (andorra.osm.pbf)`.
    date
        Date of the data as far as known, ISO, else empty.
    licence, attribution
        As the licence asks for.
    notes
        Caveats for the reader, one sentence each.
    streets
        Whether roads less than main ones are among them; without, a town is a point beside one.
    flat
        Whether some lie beyond the terrain and are flat for that reason.
    """

    kind: str
    title: str
    date: str = ""
    licence: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()
    streets: bool = True
    flat: bool = False


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads of one area, columnar.

    Attributes
    ----------
    nodes
        One row per junction or end, columns `layers.roads.schema.NODE_COLUMNS`.
    segments
        One row per stretch between junctions, columns `layers.roads.schema.SEGMENT_COLUMNS`
        and `geometry`, in the area's metric CRS; index 0…n-1.
    profile
        Samples of elevation and radius along every segment.
    restrictions
        Turn restrictions, columns `layers.roads.schema.RESTRICTION_COLUMNS`.
    source
        Where the roads came from.
    """

    nodes: pd.DataFrame
    segments: gpd.GeoDataFrame
    profile: Profile
    restrictions: pd.DataFrame
    source: Source

    def __post_init__(self) -> None:
        """Refuse a network whose parts do not fit together.

        Raises
        ------
        DataError
            A column is missing, an end is no node, or the profile has another size.
        """
        for name, frame, columns in (
            ("nodes", self.nodes, NODE_COLUMNS),
            ("segments", self.segments, SEGMENT_COLUMNS),
            ("restrictions", self.restrictions, RESTRICTION_COLUMNS),
        ):
            missing = [column for column in columns if column not in frame.columns]
            if missing:
                raise DataError(f"network: {name} lack the columns {', '.join(missing)}")
        if self.segments.crs is None:
            raise DataError("network: segments have no coordinate reference system")
        if len(self.profile.offsets) != len(self.segments) + 1:
            raise DataError("network: profile and segments differ in number")
        ends = self.ends
        if len(ends) and (ends.min() < 0 or ends.max() >= len(self.nodes)):
            raise DataError("network: a segment ends at a node that is not there")

    @cached_property
    def ends(self) -> Ints:
        """Node positions `u, v` of every segment, shape (segments, 2)."""
        ends: Ints = self.segments[["u", "v"]].to_numpy(np.int64)
        return ends

    @cached_property
    def length_m(self) -> Floats:
        """Length of every segment, shape (segments,)."""
        length: Floats = self.segments["length_m"].to_numpy(np.float64)
        return length

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Geometry of every segment, shape (segments,)."""
        return np.asarray(self.segments.geometry.to_numpy(), object)

    @cached_property
    def crs(self) -> str:
        """The coordinate system of the lines as text: a `CRS` is spelt anew at each look-up."""
        return str(self.segments.crs.to_wkt())

    @cached_property
    def drawn(self) -> Drawn:
        """Points of the lines in degrees, as they are asked for."""
        return Drawn(self.lines, self.crs)

    @cached_property
    def indexes(self) -> dict[bytes, tuple[Ints, shapely.STRtree]]:
        """Spatial indexes by the segments in them; `geo.routing.snap` makes and keeps them."""
        return {}

    @cached_property
    def recent(self) -> list[tuple[object, bool, tuple[Ints, shapely.STRtree]]]:
        """Indexes that were asked for last, and with what; as `indexes`."""
        return []

    @cached_property
    def surroundings(self) -> dict[str, Floats]:
        """What roads are like around each segment; `geo.driving.setting` makes and keeps it."""
        return {}

    @cached_property
    def detached(self) -> dict[bytes, NDArray[np.bool_]]:
        """Detached segments by what is open; `geo.routing.stops` finds and keeps them."""
        return {}

    @cached_property
    def roads(self) -> Ints:
        """Number of the road that a segment belongs to, shape (segments,).

        A numbered highway is one road under all its names; others go by name and class.
        """
        ref, name, highway = (self.segments[one].cat for one in ("ref", "name", "highway"))
        codes = [one.codes.to_numpy().astype(np.int64) for one in (ref, name, highway)]
        named = len(ref.categories) + codes[1] * len(highway.categories) + codes[2]
        numbered = np.asarray(ref.categories != "")[codes[0]]
        road: Ints = np.where(numbered, codes[0], named)
        return road

    @cached_property
    def called(self) -> dict[str, tuple[Ints, NDArray[np.object_]]]:
        """What segments are called: by column, the code of each and the word of every code."""
        columns = {name: self.segments[name].cat for name in CALLED}
        return {
            name: (one.codes.to_numpy().astype(np.int64), one.categories.to_numpy(object))
            for name, one in columns.items()
        }

    @cached_property
    def crosses(self) -> NDArray[np.object_]:
        """Id of the border crossing that a segment leads across, empty within the country."""
        names: NDArray[np.object_] = self.segments["crossing"].astype(str).to_numpy(object)
        return names

    @cached_property
    def inland(self) -> NDArray[np.bool_]:
        """Which segments lead across no border, shape (segments,)."""
        return np.asarray(self.crosses == "", bool)

    @cached_property
    def abroad(self) -> NDArray[np.bool_]:
        """Which segments are known to lie in another country, shape (segments,)."""
        return np.asarray(self.segments["country"].astype(str) != "", bool)


def empty_restrictions() -> pd.DataFrame:
    """Return a table of no turn restrictions."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in RESTRICTION_COLUMNS.items()})


def components(node_count: int, ends: Ints) -> NDArray[np.int32]:
    """Label connected parts, 0 for the one with most nodes.

    Parameters
    ----------
    node_count
        How many nodes there are.
    ends
        Node positions of every segment, shape (segments, 2).

    Returns
    -------
    label
        Shape (node_count,).

    Examples
    --------
    >>> components(5, np.array([[0, 1], [2, 3], [3, 4]])).tolist()
    [1, 1, 0, 0, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if node_count == 0:
        return np.zeros(0, np.int32)
    graph = coo_array(
        (np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(node_count, node_count)
    )
    count, label = connected_components(graph, directed=False)
    by_size = np.argsort(-np.bincount(label, minlength=count), kind="stable")
    rank = np.empty(count, np.int32)
    rank[by_size] = np.arange(count, dtype=np.int32)
    by_node: NDArray[np.int32] = rank[label]
    return by_node
