"""Write the roads that an area ships, from OpenStreetMap files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from layers.area import Area, read_boundary
from layers.arrays import Bools, Ints
from layers.crs import LON_LAT, Bounds, from_lon_lat
from layers.errors import DataError
from layers.io.files import write_bytes
from layers.io.tables import LON_LAT as LON_LAT_COLUMNS
from layers.io.tables import PROVENANCE, Column, read_table
from layers.io.toml_file import read_toml
from layers.io.vector import read_polygon
from layers.osm.border import cut_at_border
from layers.osm.chains import join_chains
from layers.osm.numbers import fill_numbers
from layers.osm.roads import read_osm
from layers.osm.seam import sew
from layers.roads.bare import BareRoads, packed_roads
from layers.roads.network import Source, components
from layers.roads.schema import CONTROL, MAIN_HIGHWAYS
from layers.store.importing import widened
from layers.store.onward import onward
from layers.tables.places import read_places

UNIT_DEG: Final = 1e-6
UNIT_M: Final = 0.5
"""To what positions are rounded in what ships: finer than tiles of OpenStreetMap have them."""

SEAM_DEG: Final = 0.02
"""How far within the file of all roads the other one takes over: tiles cut roads at its edge."""

BORDER_COLUMNS: Final = (
    *LON_LAT_COLUMNS,
    Column("way"),
    Column("country", required=True),
    *PROVENANCE,
)

TOWNS: Final = ("province_capital", "district", "town")
"""Kinds of places whose streets are kept."""

STREETS: Final = ("unclassified", "road")
"""Classes of these: through streets, not those of residents."""

RESIDENTIAL: Final = ("residential", "living_street")
"""Classes over which numbered roads go on besides."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What the roads of an area are made of, and what they say of themselves: `roads.toml`.

    Attributes
    ----------
    title, date, licence, attribution, notes
        As `layers.roads.network.Source`.
    country_abroad
        ISO 3166 code of the country across the border.
    border_points
        Table of the places where roads meet the border.
    smallest_part_km
        Roads abroad that are not connected with others are left out where they are shorter.
    towns_km
        So near to a town its through streets are kept, also far from the area: it stands on one.
    onward_km
        A numbered road that ends at a street goes on over it, so far at most, to the next road.
    minor
        Whether the file has the minor roads of the area and its margin; false: main roads alone,
        whatever the area, so that several may share them.
    within
        West, south, east, north of the rectangle of which the file has every main road; that of
        its roads by default, which is too small where the country ends before the rectangle.
    """

    title: str
    date: str
    licence: str
    attribution: str
    country_abroad: str = ""
    border_points: Path | None = None
    smallest_part_km: float = field(default=5.0, metadata={"min": 0, "max": 1000, "unit": "km"})
    towns_km: float = field(default=0.0, metadata={"min": 0, "max": 20, "unit": "km"})
    onward_km: float = field(default=0.0, metadata={"min": 0, "max": 20, "unit": "km"})
    minor: bool = True
    within: tuple[float, ...] = field(default=(), metadata={"min": -180, "max": 180})
    notes: tuple[str, ...] = ()


def rebuild_roads(
    area: Area,
    osm: Path,
    *,
    main: Path | None = None,
    land: Path | None = None,
    progress: Progress = lambda _: None,
) -> tuple[Path, BareRoads]:
    """Write the roads of an area into the file that its `area.toml` names.

    Parameters
    ----------
    area
        With `roads` and `roads_recipe` among its layers.
    osm
        All roads in and around the area.
    main
        Main roads of the country around: used beyond the extent of `osm`.
    land
        Polygons of the home country, to tell on which side of the border roads lie that
        nothing connects with the others; by default they are where the nearest others are.
    progress
        Told in a few words what is being done.

    Returns
    -------
    path, roads
        The file and what is in it.

    Raises
    ------
    DataError
        A file or table cannot be used; nothing was written.
    """
    path, recipe_path = area.layers.roads, area.layers.roads_recipe
    if path is None or recipe_path is None:
        raise DataError(
            f"{area.folder / 'area.toml'}: table 'layers' names no 'roads' and 'roads_recipe', so "
            f"there is nothing to write; chaidaen import {area.slug} gives it roads of its own"
        )
    recipe = read_toml(recipe_path, Recipe, what="a recipe of roads")
    around = widened(read_boundary(area), area.margin_km) if recipe.minor else shapely.Polygon()
    roads = _read(osm, area.crs, progress)
    seam = _inner(roads)
    chosen = _touching(roads, around) | _main(roads)
    if recipe.onward_km > 0:
        streets = np.asarray(roads.segments["highway"].isin((*STREETS, *RESIDENTIAL)), bool)
        chosen |= onward(roads, chosen, streets, recipe.onward_km * 1000)
    if recipe.towns_km > 0 and area.layers.places:
        chosen |= _streets(roads, read_places(area), recipe.towns_km * 1000)
    roads = _at_border(roads.take(chosen), recipe, land)
    extent = _within(recipe, recipe_path) or seam
    if main is not None:
        more = _read(main, area.crs, progress)
        west, south, east, north = _extent(more)
        extent = (
            min(west, seam[0]),
            min(south, seam[1]),
            max(east, seam[2]),
            max(north, seam[3]),
        )
        progress("joining the two files")
        roads, _ = sew(roads, more.take(_main(more)), seam)
    roads = fill_numbers(_whole(roads, recipe.smallest_part_km))
    stay = (roads.nodes["osm_id"] < 0).to_numpy()
    if CONTROL in roads.nodes:
        roads = replace(roads, nodes=roads.nodes.assign(control=roads.nodes[CONTROL].fillna("")))
        stay |= (roads.nodes[CONTROL] != "").to_numpy()
    roads = join_chains(roads, np.flatnonzero(stay))
    about = {
        "main_within": [round(edge, 4) for edge in extent],
        "all_within": shapely.to_wkt(around.simplify(0.005), rounding_precision=3),
        "breaks": _breaks(roads).tolist(),
    }
    roads = replace(
        roads,
        about=about,
        source=Source(
            "osm file", recipe.title, recipe.date, recipe.licence, recipe.attribution, recipe.notes
        ),
        # What was cut, joined and numbered anew is no longer a way of OpenStreetMap.
        nodes=roads.nodes.assign(osm_id=np.int64(0)),
        segments=roads.segments.assign(osm_id=np.int64(0)),
    )
    progress("writing")
    write_bytes(path, packed_roads(roads, unit_deg=UNIT_DEG, unit_m=UNIT_M, level=19))
    return path, roads


def _read(path: Path, crs: str, progress: Progress) -> BareRoads:
    """Read all roads of a file."""
    found = read_osm(path, crs=crs, progress=progress)
    empty = found.restrictions.iloc[:0]
    return BareRoads(found.nodes, found.segments, empty, Source("osm file", path.name))


def _within(recipe: Recipe, path: Path) -> Bounds | None:
    """Return the rectangle that a recipe tells, if it does."""
    if not recipe.within:
        return None
    try:
        west, south, east, north = recipe.within
    except ValueError as error:
        raise DataError(f"{path}: key 'within': wants west, south, east and north") from error
    return west, south, east, north


def _extent(roads: BareRoads) -> Bounds:
    lon, lat = roads.nodes["lon"], roads.nodes["lat"]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _inner(roads: BareRoads) -> Bounds:
    """Return the extent within which a file has all of its roads whole."""
    west, south, east, north = _extent(roads)
    return west + SEAM_DEG, south + SEAM_DEG, east - SEAM_DEG, north - SEAM_DEG


def _touching(roads: BareRoads, around: BaseGeometry) -> Bools:
    """Say which segments touch a polygon in lon, lat."""
    shape = gpd.GeoSeries([around], crs=LON_LAT).to_crs(roads.segments.crs).iloc[0]
    shapely.prepare(shape)
    return np.asarray(shapely.intersects(shape, roads.segments.geometry.to_numpy()))


def _main(roads: BareRoads) -> Bools:
    return np.asarray(roads.segments["highway"].isin(MAIN_HIGHWAYS), bool)


def _streets(roads: BareRoads, places: pd.DataFrame, within_m: float) -> Bools:
    """Say which segments are streets near towns."""
    towns = places[places["kind"].isin(TOWNS)]
    x, y = from_lon_lat(roads.segments.crs).transform(towns["lon"], towns["lat"])
    rows = np.flatnonzero(roads.segments["highway"].isin(STREETS))
    tree = shapely.STRtree(roads.segments.geometry.to_numpy()[rows])
    near = tree.query(shapely.points(x, y), predicate="dwithin", distance=within_m)[1]
    found = np.zeros(len(roads.segments), bool)
    found[rows[near]] = True
    return found


def _at_border(roads: BareRoads, recipe: Recipe, land: Path | None) -> BareRoads:
    """Cut roads at the border, if there is one; numbers of nodes there are -1 and -2, -3 and -4."""
    roads = replace(roads, nodes=roads.nodes.assign(osm_id=np.int64(0)))
    if recipe.border_points is None:
        return roads
    points = read_table(recipe.border_points, BORDER_COLUMNS, what="a table of border points")
    shape = None
    if land is not None:
        home = gpd.GeoSeries([read_polygon(land)], crs=LON_LAT)
        shape = home.to_crs(roads.segments.crs).iloc[0]
    cut = cut_at_border(roads, points, recipe.country_abroad, shape)
    number = np.zeros(len(cut.roads.nodes), np.int64)
    number[cut.breaks.ravel()] = -1 - np.arange(cut.breaks.size)
    return replace(cut.roads, nodes=cut.roads.nodes.assign(osm_id=number))


def _breaks(roads: BareRoads) -> Ints:
    """Return pairs of nodes at the border, at home and abroad, shape (breaks, 2)."""
    number = roads.nodes["osm_id"].to_numpy()
    at = np.flatnonzero(number < 0)
    pair = pd.DataFrame({"pair": (-number[at] - 1) // 2, "side": (-number[at] - 1) % 2, "at": at})
    whole = pair.pivot_table(index="pair", columns="side", values="at").dropna()
    return whole.to_numpy().astype(np.int64).reshape(-1, 2)


def _whole(roads: BareRoads, smallest_km: float) -> BareRoads:
    """Leave out what is connected with nothing: at home all of it, abroad what is short."""
    part = components(len(roads.nodes), roads.ends)
    mine = part[roads.ends[:, 0]]
    away = np.zeros(int(part.max()) + 1, bool)
    away[mine[(roads.segments["country"].astype(str) != "").to_numpy()]] = True
    km = np.bincount(mine, roads.segments["length_m"], len(away)) / 1000
    kept = away & (km >= smallest_km)
    kept[part[(roads.nodes["osm_id"] < 0).to_numpy()]] = True
    kept[0] = True
    return _both_ways(roads.take(kept[mine]))


def _both_ways(roads: BareRoads) -> BareRoads:
    """Leave out roads of the largest part that lead only away from it or only into it.

    A ramp of which a tile lost the end is a one-way road to nowhere, on which a place would
    stand that nobody reaches.
    """
    ends, way = roads.ends, roads.segments["oneway"].astype(str).to_numpy(object)
    tail = np.concatenate([ends[way != "backward", 0], ends[way != "forward", 1]])
    head = np.concatenate([ends[way != "backward", 1], ends[way != "forward", 0]])
    arcs = (np.ones(len(tail), np.int8), (tail, head))
    graph = coo_array(arcs, shape=(len(roads.nodes),) * 2)
    _, strong = connected_components(graph, connection="strong")
    part = components(len(roads.nodes), ends)
    largest = np.bincount(strong[part == 0]).argmax()
    sound = (strong == largest) | (part != 0) | (roads.nodes["osm_id"] < 0).to_numpy()
    return roads.take(sound[ends].all(axis=1))
