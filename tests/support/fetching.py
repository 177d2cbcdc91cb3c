"""What the tests of `chaidaen fetch` share: a drawn country on a server of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from commands import osm_file, polygon_file
from overpass import read_data
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from server import Web

EDGE = (97.99, 18.99, 98.21, 19.06)
TILES = {"N18": 18, "N19": 19}
AROUND = ("E097", "E098")


def geotiff(
    cells: np.ndarray,
    west: float,
    north: float,
    cell: float,
    *,
    driver: str = "COG",
    **more: object,
) -> bytes:
    """Return a GeoTIFF in lon, lat; a cloud-optimised one as Copernicus and WorldPop have them."""
    with MemoryFile() as memory:
        with memory.open(
            driver=driver,
            count=1,
            dtype=cells.dtype,
            crs="EPSG:4326",
            height=cells.shape[0],
            width=cells.shape[1],
            transform=from_origin(west, north, cell, cell),
            **more,
        ) as raster:
            raster.write(cells, 1)
        return memory.read()


def plane(west: float, south: float, size: int = 600) -> np.ndarray:
    """Return heights of one degree that rise 1000 m per degree to the east and to the north."""
    at = (np.arange(size) + 0.5) / size
    east, north = np.meshgrid(west + at, south + 1 - at)
    return (1000 * (east - 97 + north - 18)).astype(np.float32)


@cache
def rasters() -> Mapping[str, bytes]:
    """Draw terrain and people once for all tests of a process."""
    files = {
        f"dem/Copernicus_{ns}_00_{ew}_00_DEM.tif": geotiff(
            plane(float(ew[1:]), south), float(ew[1:]), south + 1, 1 / 600
        )
        for ns, south in TILES.items()
        for ew in AROUND
    }
    people = np.full((600, 600), 2, np.float32)
    people[:300] = -99999
    files["pop/2025/THA/tha.tif"] = geotiff(people, 97.7, 19.3, 0.001, nodata=-99999)
    return files


def country(folder: Path, points: Mapping | None = None, roads: tuple = ()) -> Web:
    """Draw what the servers have: roads, four tiles of terrain, people, a province."""
    path = folder / "drawn" / "a.osm"
    drawn = osm_file(path, points, roads) if points else osm_file(path)
    west, south, east, north = EDGE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    places = {"Pai, Thailand": {"type": "Polygon", "coordinates": [ring]}}
    return Web(osm=read_data(drawn), places=places, files=dict(rasters()))


def edge_file(folder: Path) -> Path:
    """Write the outline of the province."""
    return polygon_file(folder / "edge.geojson", *EDGE)
