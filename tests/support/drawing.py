"""Networks drawn as pictures, so that the eye can check what a test expects.

    A---B---+
    |   v   |
    C->-D---+

Letters are junctions. A character is `cell` metres wide and high. `-` and `|` are roads
for both ways, `+` is a bend; a road with `>`, `<`, `v` or `^` in it is one-way. A road runs
from its left or upper end; one with bends from the letter that it leaves to the right, else
downwards, else to the left. It is named by its two letters, a second one between the same
two `AB2`; a loop is `AA`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.routing.engine import contract
from geo.routing.graph import RoadGraph
from geo.routing.snap import Snapped
from layers.roads.network import RoadNetwork, Source, components, empty_restrictions
from layers.roads.profile import Profile
from layers.roads.schema import SEGMENT_COLUMNS
from layers.terrain.drape import drape
from layers.terrain.terrain import Terrain

CRS = "EPSG:32647"
ORIGIN = (400_000.0, 2_130_000.0)
TO_LON_LAT = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))
ARROWS = ">v<^"


def draw(
    picture: str,
    *,
    cell: float = 100.0,
    terrain: Terrain | None = None,
    **columns: dict[str, Any],
) -> RoadNetwork:
    """Make a network from a picture.

    `columns` overrides values of segments by their name, as in `highway={"AB": "track"}`;
    the first letter of a name is the segment's start.
    """
    rows = picture.split("\n")
    at = {c: (r, k) for r, row in enumerate(rows) for k, c in enumerate(row) if c.isupper()}
    letters = sorted(at)
    roads = [road for letter in letters for road in _roads(rows, at, letter)]
    names: list[str] = []
    for a, b, _, _ in roads:
        twins = sum(name[:2] == a + b for name in names)
        names.append(a + b + (str(twins + 1) if twins else ""))
    values: dict[str, list[Any]] = {"name": list(names), "oneway": [road[2] for road in roads]}
    for column, by_name in columns.items():
        values.setdefault(column, [_blank(column)] * len(roads))
        for name, value in by_name.items():
            values[column][names.index(name)] = value
    return build(
        np.array([_metres(*at[letter], cell) for letter in letters]),
        np.array([[letters.index(a), letters.index(b)] for a, b, _, _ in roads]),
        lines=[shapely.LineString([_metres(*p, cell) for p in points]) for *_, points in roads],
        terrain=terrain,
        **values,
    )


def build(
    xy: Any,
    ends: Any,
    *,
    lines: list[shapely.LineString] | None = None,
    terrain: Terrain | None = None,
    **columns: list[Any],
) -> RoadNetwork:
    """Make a network from nodes in metres and the nodes `u, v` of its segments.

    `columns` holds a value for every segment. Segments are straight without `lines`.
    """
    xy, ends = np.asarray(xy, np.float64), np.asarray(ends, np.int64)
    u, v = ends.T
    if lines is None:
        lines = [shapely.LineString(xy[pair]) for pair in ends]
    values = {name: [_blank(name)] * len(ends) for name in SEGMENT_COLUMNS} | {
        "u": list(u),
        "v": list(v),
        "length_m": list(shapely.length(lines)),
        "component": list(components(len(xy), ends)[u]),
    }
    values |= columns
    frame = {
        name: _texts(values[name]) if kind == "category" else np.array(values[name], kind)
        for name, kind in SEGMENT_COLUMNS.items()
    }
    segments = gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)
    x, y = xy.T
    lon, lat = TO_LON_LAT.transform(x, y)
    nodes = pd.DataFrame(
        {"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": np.nan, "osm_id": 0}
    ).assign(component=components(len(xy), ends))
    nodes, profile = drape(nodes, segments, terrain)
    return RoadNetwork(nodes, segments, profile, empty_restrictions(), Source("drawn", "drawn"))


def graph(network: RoadNetwork) -> RoadGraph:
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


def _metres(row: int, column: int, cell: float) -> tuple[float, float]:
    """Return where a character is."""
    return ORIGIN[0] + cell * column, ORIGIN[1] - cell * row


def _blank(column: str) -> Any:
    """Return the value of a column where nothing is said."""
    usual = {"highway": "primary", "oneway": "both", "source": "drawn"}
    kind = SEGMENT_COLUMNS[column]
    return usual.get(column, {"category": "", "float64": np.nan, "bool": False}.get(kind, 0))


def _texts(values: list[str]) -> pd.Categorical:
    """Return texts as a column of categories."""
    known = sorted(set(values))
    codes = [known.index(value) for value in values]
    return pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype="str"))


def _roads(
    rows: list[str], at: dict[str, tuple[int, int]], a: str
) -> list[tuple[str, str, str, list[tuple[int, int]]]]:
    """Follow the roads that start at a letter: its ends, its direction, its corners."""
    found = []
    for rank, step in enumerate(STEPS):
        road = _follow(rows, at[a], step)
        if road is None:
            continue
        way, points, last = road
        back = STEPS.index((-last[0], -last[1]))
        if (rank, points[0]) < (back, points[-1]):
            r, k = points[-1]
            found.append((a, rows[r][k], way, points))
    return found


def _follow(
    rows: list[str], start: tuple[int, int], step: tuple[int, int]
) -> tuple[str, list[tuple[int, int]], tuple[int, int]] | None:
    """Follow one road to the letter at its other end."""

    def cell(at: tuple[int, int]) -> str:
        inside = 0 <= at[0] < len(rows) and 0 <= at[1] < len(rows[at[0]])
        return rows[at[0]][at[1]] if inside else " "

    def ahead(at: tuple[int, int], step: tuple[int, int]) -> tuple[int, int]:
        return at[0] + step[0], at[1] + step[1]

    def is_road(at: tuple[int, int], step: tuple[int, int]) -> bool:
        return cell(at) in ("-+<>" if step[0] == 0 else "|+v^")

    way, points, here = "both", [start], ahead(start, step)
    if not is_road(here, step):
        return None
    while not cell(here).isupper():
        if cell(here) == "+":
            points.append(here)
            sides = [(step[1], step[0]), (-step[1], -step[0])]
            turns = [
                s for s in sides if is_road(ahead(here, s), s) or cell(ahead(here, s)).isupper()
            ]
            if len(turns) != 1:
                raise ValueError(f"the bend at {here} does not turn to one side")
            step = turns[0]
        elif cell(here) in ARROWS:
            way = "forward" if STEPS[ARROWS.index(cell(here))] == step else "backward"
        here = ahead(here, step)
        if not (is_road(here, step) or cell(here).isupper()):
            raise ValueError(f"a road ends at {here} without a letter")
    return way, [*points, here], step


def hilly(picture: str, seed: int = 1, cell: float = 500.0) -> RoadNetwork:
    """Draw a network and give it heights and bends that differ from sample to sample."""
    road = draw(picture, cell=cell)
    rng = np.random.default_rng(seed)
    at = road.profile
    height = 500 + np.cumsum(rng.uniform(-1, 1, len(at.distance_m)))
    radius = rng.choice([40.0, 120.0, np.inf], len(at.distance_m))
    return replace(road, profile=Profile(at.offsets, at.distance_m, height, radius))


def positions(count: int, segments: int, seed: int) -> Snapped:
    """Draw random positions on segments."""
    rng = np.random.default_rng(seed)
    return Snapped(rng.integers(0, segments, count), rng.random(count), np.zeros(count))
