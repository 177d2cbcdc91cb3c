"""RawWays: roads as they were drawn, before anything is cut or joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from layers.arrays import Bools, Floats, Ints
from layers.crs import Bounds
from layers.osm.junctions import Lines
from layers.osm.node_tags import NodeTags
from layers.osm.via_ways import Restriction


@dataclass(frozen=True, eq=False)
class RawWays:
    """Ways as they were drawn, columnar.

    Attributes
    ----------
    path
        The file they are from.
    way_id
        OSM id, shape (ways,).
    tags
        A categorical column for each of `layers.osm.columns.KEYS`, one row per way.
    whole
        Whether all nodes of the way are known, shape (ways,).
    lines
        Runs of known nodes, by OSM id; a whole way is one line.
    line_way
        Row of the way that each line is of, shape (lines,).
    lon, lat
        Degrees, one per vertex of `lines`.
    restrictions
        Turn restrictions of the file.
    found
        How many roads the file has, also outside the bounds that were asked for.
    bounds
        Extent of all of them, degrees; where bounds were asked for, that of all nodes.
    date
        Of the data, ISO, empty if unknown.
    node_tags
        What stands on nodes of roads.
    counts
        What was left out or read otherwise, by the keys of `layers.osm.tally.WORDS`.
    """

    path: Path
    way_id: Ints
    tags: pd.DataFrame
    whole: Bools
    lines: Lines
    line_way: Ints
    lon: Floats
    lat: Floats
    restrictions: tuple[Restriction, ...]
    found: int
    bounds: Bounds
    date: str
    node_tags: NodeTags
    counts: Mapping[str, int]

    @property
    def middle(self) -> Bounds:
        """Where most of the roads are: the median of their vertices, as an extent, degrees."""
        lon, lat = float(np.median(self.lon)), float(np.median(self.lat))
        return lon, lat, lon, lat
