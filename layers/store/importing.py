"""Make an area, or the roads of one, from files alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, cast

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from layers.area import Area, DataSource, check_slug, find_areas, load_area, read_boundary
from layers.crs import LON_LAT, Bounds, extent, utm_for
from layers.errors import DataError, WriteError
from layers.io.files import existing_file, fingerprint
from layers.io.folders import writing_folder
from layers.io.vector import read_polygon
from layers.osm.near import near_nodes
from layers.osm.points import scan_points
from layers.osm.roads import OsmRoads, scan_osm, to_roads
from layers.osm.water import scan_water
from layers.roads.bare import BareRoads
from layers.roads.network import RoadNetwork, Source
from layers.roads.profile import SPACING_M
from layers.store.lock import writing_area
from layers.store.new_area import BOUNDARY, OSM, box_of, write_area
from layers.store.points import save_points
from layers.store.store import (
    FORMAT,
    imported_folder,
    read_network,
    read_stored,
    read_stored_roads,
    save_roads,
)
from layers.store.tally import Counted, count_all, read_tally, save_tally
from layers.tables.facility_kinds import facility_kinds
from layers.terrain.grain import estimated_grain_m
from layers.terrain.terrain import Terrain, open_terrain
from layers.terrain.window import copy_by_grain, ground_of

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Origin:
    """Where the files of an import came from; by default from the user's disk.

    Attributes
    ----------
    kind, title, date
        As `layers.roads.network.Source`; by default told by the file.
    sources
        Who is to be named with the roads.
    others
        Who else, in the table of a new area.
    country, shared
        Of a new area: where it is, and whether it names the tables that areas share.
    """

    kind: str = "osm file"
    title: str = ""
    date: str = ""
    sources: tuple[DataSource, ...] = (OSM,)
    others: tuple[DataSource, ...] = ()
    country: str = ""
    shared: bool = False


FROM_DISK: Final = Origin()


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import made.

    Attributes
    ----------
    area
        The area, new or as it was.
    roads
        Its roads, not draped over the terrain yet.
    fresh
        False if the same files had been imported before and nothing was done.
    tally
        What was read, inferred, mended and left out.
    """

    area: Area
    roads: BareRoads
    fresh: bool
    tally: tuple[Counted, ...] = ()

    @cached_property
    def network(self) -> RoadNetwork:
        """The roads with their heights."""
        return read_network(imported_folder(self.area.slug))


def import_area(
    name: str,
    osm: Path,
    *,
    dem: tuple[Path, ...] = (),
    dem_grain_m: tuple[float, ...] = (),
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
    dem_grain_m
        How fine the terrain of each really is, if coarser than its cells; by default told by
        the file, else estimated.
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
    with writing_area(name):
        return import_files(
            name,
            osm,
            dem=dem,
            dem_grain_m=dem_grain_m,
            boundary=boundary,
            overwrite=overwrite,
            progress=progress,
        )


def import_files(
    name: str,
    osm: Path,
    *,
    dem: tuple[Path, ...] = (),
    dem_grain_m: tuple[float, ...] = (),
    boundary: Path | None = None,
    overwrite: bool = False,
    origin: Origin = FROM_DISK,
    progress: Progress = lambda _: None,
) -> Imported:
    """Do what `import_area` does, for who holds the lock of the area already."""
    area = load_area(name) if name in find_areas() else None
    shape = _boundary(area, boundary)
    terrain, said = _terrain(dem, dem_grain_m)
    folder = imported_folder(name)
    if area is None and folder.parent.exists():
        raise WriteError(
            f"{folder.parent}: is there already but holds no area.toml; "
            "move it away or choose another name"
        )
    if area is not None and folder.is_dir() and not overwrite:
        if not is_kept(area, osm, dem, dem_grain_m):
            raise WriteError(f"{folder}: roads of other files are there; --overwrite replaces them")
        return Imported(area, read_stored_roads(folder), fresh=False, tally=read_tally(folder))
    wide = widened(shape, area.margin_km if area else Area.margin_km) if shape else None
    # Of a country's file only what is near the area is kept.
    near = near_nodes(osm, wide.bounds, progress=progress) if wide else None
    raw = scan_osm(osm, bounds=wide.bounds if wide else None, near=near, progress=progress)
    crs = area.crs if area else utm_for(shape.bounds if shape else raw.middle)
    roads = to_roads(raw, crs=crs, within=wide)
    extent_of_roads = _extent(roads)
    if terrain is not None:
        _check_overlap(terrain, dem, extent_of_roads)
    points = scan_points(osm, within=wide, near=near, terrain=terrain, progress=progress)
    water = scan_water(osm, within=wide, near=near, progress=progress)
    source = _source(osm, roads, terrain, origin)
    source = replace(source, notes=(*source.notes, *said))
    kept = BareRoads(roads.nodes, roads.segments, roads.restrictions, source)
    progress("writing")
    with writing_folder(folder if area else folder.parent, replace=overwrite) as temporary:
        inner = temporary if area else temporary / "network"
        inner.mkdir(exist_ok=True)
        if area is None:
            write_area(
                temporary,
                name,
                crs,
                shape or box_of(extent_of_roads),
                sources=(*origin.sources, *origin.others),
                country=origin.country,
                shared=origin.shared,
            )
            key = _key(osm, terrain, crs, Area.margin_km, temporary / BOUNDARY)
        else:
            key = _key(osm, terrain, crs, area.margin_km, area.layers.boundary)
        save_roads(kept, inner, key)
        tables = {"facilities": points.facilities, "settlements": points.settlements}
        save_points(tables | {"water": water}, inner)
        tally = count_all(raw, roads, points, water, _unknown(roads, terrain))
        save_tally(inner, tally)
        if terrain is not None:
            copy_by_grain(terrain, ground_of(extent_of_roads, shape), inner)
    return Imported(area or load_area(name), kept, fresh=True, tally=tally)


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


def _terrain(
    dem: tuple[Path, ...], grain_m: tuple[float, ...]
) -> tuple[Terrain | None, tuple[str, ...]]:
    """Open terrain, estimate how fine it is where nobody says so, and say what was estimated."""
    if not dem:
        if grain_m:
            raise DataError("--dem-grain: says how fine a --dem is, and there is none")
        return None, ()
    terrain = open_terrain(*dem, grain_m=grain_m)
    if grain_m:
        return terrain, ()
    tiles = tuple(
        tile if tile.grain_m > tile.cell_m else replace(tile, grain_m=estimated_grain_m(tile))
        for tile in terrain.tiles
    )
    notes = [
        f"{tile.path.name}: cells of {tile.cell_m:,.0f} m, but its heights are interpolated "
        f"between some {tile.grain_m:,.0f} m apart (estimated from its roughness; "
        "--dem-grain says otherwise)."
        for tile, before in zip(tiles, terrain.tiles, strict=True)
        if tile.grain_m > before.grain_m
    ]
    return replace(terrain, tiles=tiles), tuple(notes)


def is_kept(
    area: Area, osm: Path, dem: tuple[Path, ...], dem_grain_m: tuple[float, ...] = ()
) -> bool:
    """Say whether the imported roads of an area are of these very files."""
    terrain, _ = _terrain(dem, dem_grain_m)
    key = _key(osm, terrain, area.crs, area.margin_km, area.layers.boundary)
    return read_stored(imported_folder(area.slug)).fingerprint == key


def _key(osm: Path, terrain: Terrain | None, crs: str, margin_km: float, boundary: Path) -> str:
    """Hash everything that the roads of an area depend on, the area itself among it."""
    rasters = tuple(tile.path for tile in terrain.tiles) if terrain else ()
    grains = tuple(round(tile.grain_m) for tile in terrain.tiles) if terrain else ()
    parts = (FORMAT, SPACING_M, crs, margin_km, len(rasters), grains, facility_kinds())
    return fingerprint(*parts, files=(osm, boundary, *rasters))


def widened(shape: BaseGeometry, margin_km: float) -> BaseGeometry:
    """Widen a boundary by the margin, measured on the ground."""
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


def _unknown(roads: OsmRoads, terrain: Terrain | None) -> int:
    """Count the junctions at which the terrain has no data."""
    if terrain is None:
        return 0
    lon, lat = (roads.nodes[name].to_numpy(np.float64) for name in ("lon", "lat"))
    return int(np.isnan(terrain.sample(lon, lat)).sum())


def _source(osm: Path, roads: OsmRoads, terrain: Terrain | None, origin: Origin) -> Source:
    """Say where imported roads come from and what was mended."""
    notes = list(roads.notes)
    if terrain is None:
        notes.append("No terrain was given: all roads are flat.")
    return Source(
        kind=origin.kind,
        title=origin.title or f"OpenStreetMap ({osm.name})",
        date=origin.date or roads.date,
        licence="; ".join(dict.fromkeys(source.licence for source in origin.sources)),
        attribution="; ".join(dict.fromkeys(source.attribution for source in origin.sources)),
        notes=tuple(notes),
    )
