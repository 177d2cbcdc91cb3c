"""Networks drawn as pictures, so that the eye can check what a test expects.

    A---B
    |   v
    C->-D

Letters are junctions. A character is `cell` metres wide and high. `-` and `|` are roads
for both ways; a road with `>`, `<`, `v` or `^` in it is one-way. Rows without a road or
letter may be left between.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.engine import Topology, contract
from geo.snap import Snapped
from layers.drape import drape
from layers.network import RoadNetwork, Source, components, empty_restrictions
from layers.schema import SEGMENT_COLUMNS
from layers.terrain import Terrain

CRS = "EPSG:32647"
ORIGIN = (400_000.0, 2_130_000.0)


def draw(
    picture: str,
    *,
    cell: float = 100.0,
    terrain: Terrain | None = None,
    **columns: dict[str, Any],
) -> RoadNetwork:
    """Make a network from a picture.

    `columns` overrides values of segments by their two letters, as in
    `highway={"AB": "track"}`; the first letter of a key is the segment's start.
    """
    rows = picture.split("\n")
    at = {c: (r, k) for r, row in enumerate(rows) for k, c in enumerate(row) if c.isupper()}
    names = sorted(at)
    x = np.array([ORIGIN[0] + cell * at[n][1] for n in names])
    y = np.array([ORIGIN[1] - cell * at[n][0] for n in names])
    roads = [(a, b, way) for a in names for b, way in _roads(rows, at, a)]
    u = np.array([names.index(a) for a, _, _ in roads])
    v = np.array([names.index(b) for _, b, _ in roads])
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    values: dict[str, list[Any]] = {
        name: [{"category": "", "float64": np.nan, "bool": False}.get(kind, 0)] * len(roads)
        for name, kind in SEGMENT_COLUMNS.items()
    }
    values |= {
        "u": list(u),
        "v": list(v),
        "highway": ["primary"] * len(roads),
        "oneway": [way for _, _, way in roads],
        "name": [a + b for a, b, _ in roads],
        "length_m": list(np.hypot(x[u] - x[v], y[u] - y[v])),
        "source": ["drawn"] * len(roads),
    }
    for column, by_name in columns.items():
        for name, value in by_name.items():
            values[column][[a + b for a, b, _ in roads].index(name)] = value
    lines = [shapely.LineString([(x[i], y[i]), (x[j], y[j])]) for i, j in zip(u, v, strict=True)]
    label = components(len(names), np.column_stack([u, v]))
    values["component"] = list(label[u])
    frame = {
        name: pd.Series(values[name], dtype="str" if kind == "category" else kind).astype(kind)
        for name, kind in SEGMENT_COLUMNS.items()
    }
    segments = gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)
    nodes = pd.DataFrame(
        {"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": np.nan, "osm_id": 0}
    ).assign(component=label)
    nodes, profile = drape(nodes, segments, terrain)
    return RoadNetwork(nodes, segments, profile, empty_restrictions(), Source("drawn", "drawn"))


def topology(network: RoadNetwork) -> Topology:
    """Contract a drawn network."""
    return contract(network)


def segment(network: RoadNetwork, name: str) -> int:
    """Return the position of a segment by its two letters."""
    return int(np.flatnonzero(network.segments["name"] == name)[0])


def on(network: RoadNetwork, *where: tuple[str, float]) -> Snapped:
    """Return positions as (segment, fraction) pairs."""
    return Snapped(
        np.array([segment(network, name) for name, _ in where]),
        np.array([fraction for _, fraction in where], np.float64),
        np.zeros(len(where)),
    )


def nodes(network: RoadNetwork, letters: str) -> Snapped:
    """Return junctions, by their letters, as positions on segments."""
    names = network.segments["name"].astype(str)
    found = []
    for letter in letters:
        name = next(n for n in names if letter in n)
        found.append((name, 0.0 if name[0] == letter else 1.0))
    return on(network, *found)


def _roads(rows: list[str], at: dict[str, tuple[int, int]], a: str) -> list[tuple[str, str]]:
    """Follow the roads that leave a letter to the right and downwards."""
    found = []
    for down, right, straight, ahead, back in ((0, 1, "-", ">", "<"), (1, 0, "|", "v", "^")):
        r, k = at[a]
        way = "both"
        while True:
            r, k = r + down, k + right
            here = rows[r][k] if r < len(rows) and k < len(rows[r]) else " "
            if here.isupper():
                found.append((here, way))
                break
            if here == ahead:
                way = "forward"
            elif here == back:
                way = "backward"
            elif here != straight:
                break
    return [(b, way) for b, way in found if abs(at[b][0] - at[a][0]) + abs(at[b][1] - at[a][1]) > 1]
