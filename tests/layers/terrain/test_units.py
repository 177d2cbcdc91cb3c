"""Terrain as files hold it: scaled, with voids that nothing marks, turned."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from layers.errors import DataError
from layers.terrain.terrain import open_terrain
from layers.terrain.window import copy_by_grain, copy_window


def raster(path, cells, transform=None, **more):
    grid = transform or from_origin(98, 19, 0.01, 0.01)
    about = {
        "crs": more.get("crs", "EPSG:4326"),
        "transform": grid,
        "count": 1,
        "dtype": cells.dtype,
    }
    with rasterio.open(
        path, "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], **about
    ) as out:
        out.write(cells, 1)
        if "scale" in more:
            out.scales, out.offsets = (more["scale"],), (more["offset"],)
        if "unit" in more:
            out.units = (more["unit"],)
    return path


@pytest.mark.parametrize(("scale", "offset", "raw"), [(0.1, 0.0, 5000), (1.0, 200.0, 300)])
def test_scale_and_offset_count(tmp_path, scale, offset, raw):
    cells = np.full((10, 10), raw, np.int16)
    terrain = open_terrain(raster(tmp_path / "a.tif", cells, scale=scale, offset=offset))
    assert terrain.sample(np.array([98.05]), np.array([18.95])) == pytest.approx([500])
    copy_window(terrain, (98.02, 18.92, 98.08, 18.98), tmp_path / "copy.tif")
    copied = open_terrain(tmp_path / "copy.tif")
    assert copied.sample(np.array([98.05]), np.array([18.95])) == pytest.approx([500])


@pytest.mark.parametrize("void", [-32768, -9999, -3.4e38, np.inf, 20_000])
def test_what_no_land_has_is_no_data(tmp_path, void):
    cells = np.full((10, 10), 500, np.float32)
    cells[5, 5] = void
    terrain = open_terrain(raster(tmp_path / "a.tif", cells))
    found = terrain.sample(np.array([98.055, 98.051, 98.02]), np.array([18.945, 18.949, 18.95]))
    np.testing.assert_allclose(found, [np.nan, 500, 500])


@pytest.mark.parametrize(
    "transform", [Affine(0.01, 0.002, 98, 0.002, -0.01, 19), Affine(0.01, 0, 98, 0, 0.01, 18.9)]
)
def test_a_turned_or_upside_down_terrain_is_refused(tmp_path, transform):
    path = raster(tmp_path / "a.tif", np.full((10, 10), 500, np.int16), transform)
    with pytest.raises(DataError, match="turned or upside down; write it north up first"):
        open_terrain(path)


@pytest.mark.parametrize(
    ("unit", "metres"),
    [("ft", 0.3048), ("foot", 0.3048), ("US survey foot", 1200 / 3937), ("metre", 1.0), ("m", 1.0)],
)
def test_feet_are_feet(tmp_path, unit, metres):
    """1 ft = 0.3048 m exactly, 1 US survey foot = 1200/3937 m (NIST Handbook 44, appendix C)."""
    cells = np.full((10, 10), 2000, np.int16)
    terrain = open_terrain(raster(tmp_path / "a.tif", cells, unit=unit))
    at = np.array([98.05]), np.array([18.95])
    assert terrain.sample(*at) == pytest.approx([2000 * metres])
    copy_window(terrain, (98.02, 18.92, 98.08, 18.98), tmp_path / "copy.tif")
    assert open_terrain(tmp_path / "copy.tif").sample(*at) == pytest.approx([2000 * metres])


def test_tiles_of_two_coordinate_systems_and_resolutions(tmp_path):
    west = raster(tmp_path / "west.tif", np.full((10, 10), 500, np.int16))
    grid = from_origin(521_000.0, 2_110_000.0, 500.0, 500.0)
    east = raster(tmp_path / "east.tif", np.full((60, 60), 800, np.int16), grid, crs="EPSG:32647")
    terrain = open_terrain(west, east)
    lon, lat = np.array([98.05, 99.25]), np.array([18.95, 19.0])
    assert terrain.sample(lon, lat) == pytest.approx([500, 800])
    copy_by_grain(terrain, (98.02, 18.92, 99.3, 19.02), tmp_path)
    copied = open_terrain(*sorted(tmp_path.glob("terrain*.tif")))
    assert copied.sample(lon, lat) == pytest.approx([500, 800])
