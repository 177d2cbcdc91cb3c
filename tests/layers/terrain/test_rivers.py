"""Rivers are where the water of a terrain gathers."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from layers.area import load_area, read_boundary
from layers.store.rivers import load_rivers
from layers.terrain.rivers import rivers
from layers.terrain.terrain import open_terrain

SIDE = 1 / 300

BANK = shapely.box(97.3, 17.8, 97.76, 18.35)
"""Within it the border runs in the Salween."""


def terrain_of(path, height):
    """Write heights, north first, from 98° E and 19° N southwards, and open them."""
    rows, columns = height.shape
    meta = {"height": rows, "width": columns, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(
        path, "w", driver="GTiff", transform=from_origin(98.0, 19.0, SIDE, SIDE), **meta
    ) as file:
        file.write(height.astype(np.float32), 1)
    return open_terrain(path)


def extent(height):
    rows, columns = height.shape
    return 98.0, 19.0 - rows * SIDE, 98.0 + columns * SIDE, 19.0


def winding_valley():
    """Return a valley that falls southwards, winding, and the column of its middle by row."""
    row, column = np.mgrid[0:90, 0:61]
    middle = 30 + 8 * np.sin(np.arange(90) / 9)
    return 1000.0 - 3.0 * row + 10.0 * np.abs(column - middle[:, None]), middle


def test_a_valley_has_one_river_down_its_middle(tmp_path):
    """All its water runs along the middle and out at the southern edge."""
    height, middle = winding_valley()
    found = rivers(terrain_of(tmp_path / "v.tif", height), extent(height), 100.0)
    (line,) = found.lines
    lon, lat = shapely.get_coordinates(line).T
    where = np.interp((19.0 - lat) / SIDE - 0.5, np.arange(90), middle)
    assert np.abs(lon - (98.0 + (where + 0.5) * SIDE)).max() < 2 * SIDE
    assert lat[0] > lat[-1], "downstream"
    assert lat[-1] == pytest.approx(19.0 - 89.5 * SIDE, abs=SIDE)
    side = SIDE * 111.32
    whole = 90 * 61 * side * side * np.cos(np.radians(18.85))
    assert found.basin_km2[0] == pytest.approx(whole, rel=0.2)


def test_a_hollow_spills_over_where_its_rim_is_lowest(tmp_path):
    """A valley dammed 40 m high goes on below the dam: hollows hold no river up."""
    height, _ = winding_valley()
    height[45] += 40.0
    found = rivers(terrain_of(tmp_path / "d.tif", height), extent(height), 100.0)
    lowest = min(shapely.get_coordinates(line)[:, 1].min() for line in found.lines)
    assert lowest == pytest.approx(19.0 - 89.5 * SIDE, abs=SIDE)
    assert found.basin_km2.max() > 500, "above the dam 350 gather"


def test_a_plain_has_no_rivers_as_straight_as_a_ruler(tmp_path):
    level = np.full((90, 90), 300.0)
    found = rivers(terrain_of(tmp_path / "p.tif", level), extent(level), 20.0)
    for line in found.lines:
        ends = shapely.get_coordinates(line)[[0, -1]]
        assert np.hypot(*(ends[1] - ends[0])) <= max(0.08, 0.97 * line.length)


def test_the_salween_is_the_border_and_the_pai_and_the_yuam_are_where_their_towns_are():
    """Towns on their banks; the border of Mae Sariang and Sop Moei runs in the Salween and Moei."""
    area = load_area("mae_hong_son")
    found = load_rivers(area)
    whole = shapely.union_all(found.lines)
    for name, lon, lat in (
        ("Pai at Mae Hong Son (Ban Pang Mu)", 97.96, 19.33),
        ("Pai at Pai", 98.44, 19.36),
        ("Yuam at Mae La Noi", 97.93, 18.38),
        ("Yuam at Mae Sariang", 97.93, 18.16),
        ("Salween at Mae Sam Laep", 97.73, 17.97),
    ):
        assert shapely.distance(whole, shapely.Point(lon, lat)) < 0.035, name
    border = read_boundary(area).boundary
    southwest = shapely.line_merge(shapely.intersection(border, BANK))
    points = shapely.points(
        [southwest.interpolate(at, normalized=True).coords[0] for at in np.linspace(0, 1, 200)]
    )
    near = shapely.distance(whole, points) < 0.02
    assert near.mean() > 0.9
    again = load_rivers(area)
    assert again.lines.tolist() == found.lines.tolist()
    assert again.basin_km2.tolist() == found.basin_km2.tolist()
