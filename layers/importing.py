"""Make an area, or the roads of one, from files alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.area import Area, check_slug, find_areas, load_area, read_boundary, read_polygon
from layers.crs import LON_LAT, Bounds, extent, utm_for
from layers.drape import drape
from layers.errors import DataError, WriteError
from layers.facilities import facility_kinds
from layers.files import existing_file, fingerprint, writing_folder
from layers.network import RoadNetwork, Source
from layers.osm import OsmRoads, scan_osm, to_roads
from layers.osm_points import scan_points
from layers.osm_water import scan_water
from layers.profile import SPACING_M, Repairs
from layers.store import (
    FORMAT,
    imported_folder,
    read_network,
    read_stored,
    save_network,
    save_points,
)
from layers.terrain import Terrain, copy_window, open_terrain

Progress = Callable[[str], None]

BOUNDARY = "boundary.geojson"
"""Name of the boundary file of a new area."""


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import made.

    Attributes
    ----------
    area
        The area, new or as it was.
    network
        Its roads.
    fresh
        False if the same files had been imported before and nothing was done.
    """

    area: Area
    network: RoadNetwork
    fresh: bool


def import_area(  # noqa: PLR0913
    name: str,
    osm: Path,
    *,
    dem: tuple[Path, ...] = (),
    boundary: Path | None = None,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> Imported:
    """Import roads and terrain from files into the user's data folder.

    An area that is there already keeps its boundary and tables and gets roads; a new
    one is made, with a UTM zone chosen from the extent. Everything appears at once or
    not at all. Files imported before are recognised by their content.

    Parameters
    ----------
    name
        Slug of the area.
    osm
        `.osm.pbf`, `.osm` or `.osm.gz`.
    dem
        GeoTIFF, HGT, zipped HGT, or folders of them; without any, roads are flat.
    boundary
        Polygon of a new area, any vector file; the extent of the roads by default.
    overwrite
        Whether roads imported before may be replaced.
    progress
        Told in a few words what is being done.

    Returns
    -------
    imported
        The area and its roads.

    Raises
    ------
    DataError
        A file cannot be used; nothing was written.
    WriteError
        Roads are there already and `overwrite` was not given, or the disk is full.
    """
    check_slug(name)
    existing_file(osm, "an OpenStreetMap file")
    area = load_area(name) if name in find_areas() else None
    shape = _boundary(area, boundary)
    terrain = open_terrain(*dem) if dem else None
    folder = imported_folder(name)
    if area is None and folder.parent.exists():
        raise WriteError(
            f"{folder.parent}: is there already but holds no area.toml; "
            "move it away or choose another name"
        )
    if area is not None and folder.is_dir() and not overwrite:
        key = _key(osm, terrain, area.crs, area.margin_km, area.layers.boundary)
        if read_stored(folder).fingerprint != key:
            raise WriteError(f"{folder}: roads of other files are there; --overwrite replaces them")
        return Imported(area, read_network(folder), fresh=False)
    wide = _widened(shape, area.margin_km if area else Area.margin_km)
    raw = scan_osm(osm, bounds=wide.bounds if wide else None, progress=progress)
    crs = area.crs if area else utm_for(shape.bounds if shape else raw.bounds)
    roads = to_roads(raw, crs=crs, within=wide)
    extent_of_roads = _extent(roads)
    if terrain is not None:
        _check_overlap(terrain, dem, extent_of_roads)
    progress(f"draping {len(roads.segments):,} segments over the terrain")
    points = scan_points(osm, within=wide, terrain=terrain, progress=progress)
    water = scan_water(osm, within=wide, progress=progress)
    nodes, profile = drape(roads.nodes, roads.segments, terrain)
    source = _source(osm, roads, terrain, profile.repairs)
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, source)
    progress("writing")
    with writing_folder(folder if area else folder.parent, replace=overwrite) as temporary:
        inner = temporary if area else temporary / "network"
        inner.mkdir(exist_ok=True)
        if area is None:
            _write_area(temporary, name, crs, shape or shapely.box(*extent_of_roads))
            key = _key(osm, terrain, crs, Area.margin_km, temporary / BOUNDARY)
        else:
            key = _key(osm, terrain, crs, area.margin_km, area.layers.boundary)
        save_network(network, inner, key)
        tables = {"facilities": points.facilities, "settlements": points.settlements}
        save_points(tables | {"water": water}, inner)
        if terrain is not None:
            copy_window(terrain, extent_of_roads, inner / "terrain.tif")
    return Imported(area or load_area(name), network, fresh=True)


def _boundary(area: Area | None, path: Path | None) -> BaseGeometry | None:
    """Return what roads are clipped to, None if nothing; a known area keeps its own."""
    given = read_polygon(path) if path else None
    if area is None:
        return given
    own = read_boundary(area)
    if given is not None and not given.normalize().equals_exact(own.normalize(), 1e-9):
        raise DataError(
            f"area {area.slug!r} is there already, with a boundary of its own; "
            "leave out --boundary or choose another name"
        )
    return own


def _key(osm: Path, terrain: Terrain | None, crs: str, margin_km: float, boundary: Path) -> str:
    """Hash everything that the roads of an area depend on, the area itself among it."""
    rasters = tuple(tile.path for tile in terrain.tiles) if terrain else ()
    parts = (FORMAT, SPACING_M, crs, margin_km, len(rasters), facility_kinds())
    return fingerprint(*parts, files=(osm, boundary, *rasters))


def _widened(shape: BaseGeometry | None, margin_km: float) -> BaseGeometry | None:
    """Widen a boundary by the margin, measured on the ground."""
    if shape is None:
        return None
    there = gpd.GeoSeries([shape], crs=LON_LAT).to_crs(utm_for(shape.bounds))
    return cast("BaseGeometry", there.buffer(margin_km * 1000).to_crs(LON_LAT).iloc[0])


def _extent(roads: OsmRoads) -> Bounds:
    """Return the extent of the roads in lon, lat."""
    west, south, east, north = roads.segments.to_crs(LON_LAT).total_bounds
    return float(west), float(south), float(east), float(north)


def _check_overlap(terrain: Terrain, dem: tuple[Path, ...], roads: Bounds) -> None:
    """Refuse terrain that lies elsewhere on Earth."""
    west, south, east, north = terrain.bounds
    if west >= roads[2] or east <= roads[0] or south >= roads[3] or north <= roads[1]:
        raise DataError(
            f"{', '.join(map(str, dem))}: terrain lies elsewhere: it covers "
            f"{extent(terrain.bounds)}, the roads {extent(roads)}"
        )


def _source(osm: Path, roads: OsmRoads, terrain: Terrain | None, repairs: Repairs) -> Source:
    """Say where imported roads come from and what was mended."""
    notes = list(roads.notes)
    if terrain is None:
        notes.append("No terrain was given: all roads are flat.")
    elif repairs.filled_samples:
        share = repairs.filled_samples / max(1, repairs.samples)
        notes.append(
            f"The terrain has no data for {share:.1%} of the road samples; "
            f"{repairs.flat_segments:,} segments are flat for that reason."
        )
    if repairs.clamped_samples:
        notes.append(f"{repairs.clamped_samples:,} samples steeper than 30 % were held to it.")
    return Source(
        kind="osm file",
        title=f"OpenStreetMap ({osm.name})",
        date=roads.date,
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors",
        notes=tuple(notes),
    )


def _write_area(folder: Path, name: str, crs: str, shape: BaseGeometry) -> None:
    """Write the `area.toml` and boundary of a new area."""
    title = name.replace("_", " ").title()
    feature = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name_en": title},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
        ],
    }
    (folder / BOUNDARY).write_text(json.dumps(feature), encoding="utf-8")
    (folder / "area.toml").write_text(
        f"""# Written by `chaidaen import`; yours to edit. Add tables under [layers]:
# places, crossings, highways, waypoints, hazards, products.
title_en = "{title}"
title_th = "{title}"
crs = "{crs}"
country = ""

[layers]
boundary = "{BOUNDARY}"

[[sources]]
name = "OpenStreetMap"
licence = "ODbL 1.0"
attribution = "© OpenStreetMap contributors"
url = "https://www.openstreetmap.org/copyright"
""",
        encoding="utf-8",
        newline="\n",
    )
