"""What of an area is fetched, part by part; what is kept already is not fetched again."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Final

import osmnx
import shapely
from shapely.geometry.base import BaseGeometry

from layers.crs import Bounds, extent
from layers.errors import DataError, ElsewhereError, FetchError, NotThereError
from layers.fetch.download import Order, keep_record, kept
from layers.fetch.fetched import fetched_folder
from layers.fetch.overpass import (
    fetch_tile,
    kept_answers,
    osmnx_settings,
    tile_folder,
    tiles_of,
)
from layers.fetch.overpass_answers import any_way
from layers.fetch.remote_raster import fetch_window
from layers.fetch.sources import Sources, dem_url, population_url
from layers.fetch.web import Amount, Teller, retrying
from layers.io.files import writing
from layers.store.new_area import boundary_text
from layers.terrain.terrain import open_terrain
from layers.terrain.window import copy_window

ONLINE: Final = "run it once without --offline"

AREAL: Final = 2
"""Dimensions of a polygon."""

BEYOND_DEGREES: Final = 0.05
"""How far terrain reaches beyond the extent: roads on its edge are kept whole."""

EDGE_DEGREES: Final = 0.001
"""More than the cell by which tiles of terrain reach over whole degrees."""


@dataclass(frozen=True)
class Job:
    """What every part needs to know.

    Attributes
    ----------
    slug
        Name of the area.
    sources, teller
        Where from, and who is told.
    offline
        Whether nothing may be fetched.
    refresh
        Whether what is kept is fetched anew.
    """

    slug: str
    sources: Sources
    teller: Teller
    offline: bool = False
    refresh: bool = False

    @property
    def folder(self) -> Path:
        """Where the files go."""
        return fetched_folder(self.slug)


def fetch_boundary(job: Job, place: str) -> Path:
    """Fetch the outline of a place by its name, from Nominatim through OSMnx.

    Parameters
    ----------
    job
        What is done.
    place
        As a person would search for it; empty for the one that was fetched before.

    Returns
    -------
    path
        GeoJSON.

    Raises
    ------
    FetchError
        The server cannot be reached, or knows no such place with an outline.
    DataError
        No place was given, and none was fetched before.
    """
    path = job.folder / "boundary.geojson"
    if path.is_file() and (not place or (kept(path, place) and not job.refresh)):
        return path
    if not place:
        raise DataError(
            f"area {job.slug!r} is not known; say where it is: "
            "--place 'NAME OF PROVINCE, COUNTRY', or --boundary FILE"
        )
    if job.offline:
        raise FetchError(f"the outline of {place!r} was never fetched; {ONLINE}")
    job.teller.say(f"boundary: asking for {place!r}")
    shape = retrying(lambda: _geocode(place, job.sources), job.sources.connection, job.teller)
    with writing(path) as temporary:
        temporary.write_text(boundary_text(shape, place), encoding="utf-8")
    keep_record(Order(job.sources.nominatim.url, path, "", place))
    return path


def fetch_osm(job: Job, kind: str, bounds: Bounds) -> list[Path]:
    """Fetch roads, or facilities and water, tile by tile, from Overpass through OSMnx.

    Parameters
    ----------
    job
        What is done.
    kind
        One of `layers.fetch.overpass.KINDS`.
    bounds
        Extent in degrees.

    Returns
    -------
    answers
        JSON of all tiles.

    Raises
    ------
    FetchError
        A tile could not be fetched; those before it are kept. Or there is no road in any tile:
        none is kept, so that the next run asks again.
    """
    tiles = tiles_of(bounds, job.sources.overpass.tile_km)
    there = {tile: [] if job.refresh else kept_answers(kind, tile) for tile in tiles}
    lacking = [tile for tile in tiles if not there[tile]]
    if lacking and job.offline:
        raise FetchError(f"{len(lacking)} of {len(tiles)} tiles were never fetched; {ONLINE}")
    size = 0
    for number, tile in enumerate(lacking, start=1):
        job.teller.say(f"{kind}: tile {number} of {len(lacking)} from {job.sources.overpass.url}")
        try:
            there[tile] = fetch_tile(kind, tile, job.sources, job.teller)
        except FetchError as error:
            raise FetchError(
                f"{error} ({number - 1} of {len(lacking)} tiles were fetched and are kept)"
            ) from error
        size += sum(path.stat().st_size for path in there[tile])
        job.teller.amount(Amount(kind, number / len(lacking), size))
    answers = [path for tile in tiles for path in there[tile]]
    if kind == "roads" and lacking and not any_way(answers):
        for tile in tiles:
            rmtree(tile_folder(kind, tile))
        raise FetchError(
            f"{job.sources.overpass.url}: answers that there is no road at all in "
            f"{extent(bounds)}; is the boundary in its place? Run this again later, or try another "
            "server with --overpass"
        )
    return answers


def kept_osm(job: Job, kind: str, bounds: Bounds) -> list[Path]:
    """Return the answers of an extent that was fetched before, none if a tile is missing."""
    found = [kept_answers(kind, tile) for tile in tiles_of(bounds, job.sources.overpass.tile_km)]
    return [path for paths in found for path in paths] if all(found) else []


def fetch_dem(job: Job, bounds: Bounds) -> Path:
    """Fetch terrain: of every tile of one degree the part within the extent, and merge them.

    Parameters
    ----------
    job
        What is done.
    bounds
        Extent in degrees.

    Returns
    -------
    path
        One GeoTIFF.

    Raises
    ------
    FetchError
        A tile could not be fetched, the others are kept; or there is none, as on the sea.
    """
    beyond, edge = BEYOND_DEGREES, EDGE_DEGREES
    bounds = (bounds[0] - beyond, bounds[1] - beyond, bounds[2] + beyond, bounds[3] + beyond)
    west, south = (math.floor(value - edge) for value in bounds[:2])
    east, north = (math.floor(value + edge) for value in bounds[2:])
    corners = [(x, y) for y in range(south, north + 1) for x in range(west, east + 1)]
    tiles = []
    for number, (lon, lat) in enumerate(corners, start=1):
        what = f"dem: tile {number} of {len(corners)}"
        if tile := _dem_tile(job, lon, lat, bounds, what):
            tiles.append(tile)
    if not tiles:
        raise FetchError("there is no tile of terrain here; is the area in the sea?")
    path = job.folder / "dem.tif"
    asked = " ".join(record.sha256 for tile, asked in tiles if (record := kept(tile, asked)))
    if not kept(path, asked):
        with writing(path) as temporary:
            terrain = open_terrain(*(tile for tile, _ in tiles))
            copy_window(terrain, terrain.bounds, temporary)
        keep_record(Order(job.sources.dem.url, path, "", asked))
    return path


def fetch_population(job: Job, bounds: Bounds, country: str) -> Path:
    """Fetch the part of a country's raster of people that lies within an extent.

    Parameters
    ----------
    job
        What is done.
    bounds
        Extent in degrees.
    country
        ISO 3166 code of two letters.

    Returns
    -------
    path
        One GeoTIFF.

    Raises
    ------
    DataError
        The country is not known.
    FetchError
        It could not be fetched.
    """
    if not country:
        raise DataError("the country of the area is not known; give it, as in --country TH")
    source = job.sources.population
    url = population_url(source, country)
    path, asked = job.folder / "population.tif", _asked(url, bounds)
    if kept(path, asked) and not job.refresh:
        return path
    if job.offline:
        raise FetchError(f"{source.name} was never fetched for this area; {ONLINE}")
    job.teller.say(f"population: {url}")
    order = Order(url, path, "population", asked, source.sha256)
    fetch_window(order, bounds, job.sources.connection, job.teller)
    return path


def _dem_tile(job: Job, lon: int, lat: int, bounds: Bounds, what: str) -> tuple[Path, str] | None:
    """Fetch a tile of terrain; None where there is only sea, or none of its cells is needed."""
    source, teller = job.sources.dem, job.teller
    url = dem_url(source, lon, lat)
    path = job.folder / "dem" / f"{lat:+03d}{lon:+04d}.tif"
    edge = EDGE_DEGREES
    part = (
        max(bounds[0], lon - edge),
        max(bounds[1], lat - edge),
        min(bounds[2], lon + 1 + edge),
        min(bounds[3], lat + 1 + edge),
    )
    asked, none = _asked(url, part), path.with_suffix(".none")
    if not job.refresh and kept(path, asked):
        return path, asked
    if not job.refresh and kept(none, asked):
        return None
    if job.offline:
        raise FetchError(f"{url} was never fetched; {ONLINE}")
    teller.say(f"{what}, {url}")
    try:
        order = Order(url, path, what, asked, source.sha256)
        fetch_window(order, part, job.sources.connection, teller)
    except (NotThereError, ElsewhereError) as error:
        # The extent may only touch the degree of a tile whose cells begin farther on.
        if isinstance(error, NotThereError):
            teller.say(f"{what}: the server has none, as for the sea; left out")
        with writing(none) as temporary:
            temporary.write_bytes(b"")
        keep_record(Order(url, none, "", asked))
        return None
    return path, asked


def _geocode(place: str, sources: Sources) -> BaseGeometry:
    """Ask Nominatim for the outline of a place."""
    with tempfile.TemporaryDirectory() as folder, osmnx_settings(Path(folder), sources):
        try:
            found = osmnx.geocode_to_gdf(place)
        except (TypeError, ValueError, KeyError) as error:
            if isinstance(error, FetchError):
                raise
            raise FetchError(
                f"{sources.nominatim.url} knows no place {place!r} with an outline; "
                "search for it on openstreetmap.org, or give --boundary FILE"
            ) from error
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(found.geometry.iloc[0])))
    shape: BaseGeometry = shapely.union_all(parts[shapely.get_dimensions(parts) == AREAL])
    return shape


def _asked(url: str, bounds: Bounds) -> str:
    """Say what is asked for, for the record."""
    return f"{url} {' '.join(f'{value:.6f}' for value in bounds)}"
