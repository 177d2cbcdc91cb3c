"""How fine a terrain really is: told, estimated, kept, and rasters thinned to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy.interpolate import CubicSpline

from layers.area import load_area
from layers.errors import DataError
from layers.store.store import load_terrain
from layers.terrain.geotiff import write_heights
from layers.terrain.grain import estimated_grain_m, thinned
from layers.terrain.terrain import open_terrain
from layers.terrain.window import copy_by_grain

STEP = 1 / 1200
"""Three seconds of arc."""


def written(path: Path, cells, west=98.0, north=19.0, step=STEP, grain_m=0.0) -> Path:
    transform = rasterio.transform.from_origin(west, north, step, step)
    write_heights(path, np.asarray(cells, np.float32), transform, "EPSG:4326", grain_m=grain_m)
    return path


def rough(cells: int, seed: int = 1) -> np.ndarray:
    """Draw ground that is rough at every scale, as hills are (Brownian by its spectrum)."""
    rng = np.random.default_rng(seed)
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(cells), np.fft.fftfreq(cells)))
    k[0, 0] = np.inf
    return np.fft.ifft2(np.fft.fft2(rng.normal(size=(cells, cells))) / k**1.7).real * 20


def finer(cells: np.ndarray, times: int) -> np.ndarray:
    """Interpolate by cubic splines, as rasters of coarse posts are made fine."""
    at = np.arange((len(cells) - 1) * times + 1) / times
    across = CubicSpline(np.arange(len(cells)), cells)(at)
    return CubicSpline(np.arange(cells.shape[1]), across, axis=1)(at)


def test_a_grain_that_is_told_is_kept_and_never_finer_than_cells(tmp_path):
    path = written(tmp_path / "a.tif", np.zeros((40, 40)))
    assert open_terrain(path).finest_m == pytest.approx(92.8, rel=0.01)
    assert open_terrain(path, grain_m=(900.0,)).finest_m == 900
    assert open_terrain(path, grain_m=(10.0,)).finest_m == pytest.approx(92.8, rel=0.01)
    says = written(tmp_path / "b.tif", np.zeros((40, 40)), grain_m=500)
    assert open_terrain(says).finest_m == 500
    with pytest.raises(DataError, match="2 rasters and 1 grains"):
        open_terrain(path, says, grain_m=(900.0,))
    with rasterio.open(says, "r+") as raster:
        raster.update_tags(GRAIN_M="fine")
    with pytest.raises(DataError, match=r"GRAIN_M is 'fine', no number of metres"):
        open_terrain(says)


def test_every_point_has_the_grain_of_the_raster_that_tells_it(tmp_path):
    fine = written(tmp_path / "fine.tif", np.full((40, 40), 7.0))
    coarse = written(tmp_path / "coarse.tif", np.full((80, 80), 9.0), grain_m=926)
    terrain = open_terrain(fine, coarse)
    lon, lat = np.array([98.01, 98.05, 99.0]), np.array([18.99, 18.95, 18.95])
    height, grain = terrain.sample_with_grain(lon, lat)
    assert height[:2].tolist() == [7, 9]
    assert grain[:2] == pytest.approx([92.8, 926], rel=0.01)
    assert np.isnan(height[2])
    assert np.isnan(grain[2])
    assert terrain.usual_grain_m((98.0, 18.934, 98.066, 19.0)) == 926
    assert terrain.usual_grain_m((98.0, 18.98, 98.02, 19.0)) == pytest.approx(92.8, rel=0.01)


def test_kept_with_an_area_each_raster_keeps_its_grain(tmp_path):
    fine = written(tmp_path / "fine.tif", np.full((40, 40), 7.0))
    coarse = written(tmp_path / "coarse.tif", np.full((80, 80), 9.0), grain_m=926)
    far = written(tmp_path / "far.tif", np.zeros((9, 9)), west=10.0)
    folder = tmp_path / "kept"
    folder.mkdir()
    terrain = open_terrain(fine, far, coarse)
    copy_by_grain(terrain, (98.001, 18.94, 98.06, 18.999), folder)
    kept = open_terrain(*(folder / name for name in ("terrain.tif", "terrain_2.tif")))
    assert [round(tile.grain_m) for tile in kept.tiles] == [93, 926]
    lon, lat = np.array([98.01, 98.05]), np.array([18.99, 18.95])
    assert kept.sample(lon, lat).tolist() == [7, 9]


@pytest.mark.parametrize("times", [4, 6])
def test_interpolated_cells_betray_themselves(tmp_path, times):
    posts = rough(120)
    true = written(tmp_path / "true.tif", posts)
    (tile,) = open_terrain(true).tiles
    assert estimated_grain_m(tile) == tile.cell_m
    (tile,) = open_terrain(written(tmp_path / "fine.tif", finer(posts, times))).tiles
    assert estimated_grain_m(tile) / tile.cell_m == pytest.approx(times, rel=0.25)


def test_level_ground_tells_nothing(tmp_path):
    (tile,) = open_terrain(written(tmp_path / "sea.tif", np.zeros((300, 300)))).tiles
    assert estimated_grain_m(tile) == tile.cell_m


def test_the_rasters_of_the_thai_hills_and_andorra(sample_data):
    """Two are true SRTM; the third has DTED posts every 30″ (926 m) over most of it."""
    for name in ("mhs_dem/srtm3_n18e098.tif", "andorra/andorra_srtm3.tif"):
        (tile,) = open_terrain(sample_data / name).tiles
        assert estimated_grain_m(tile) == tile.cell_m
    (tile,) = open_terrain(sample_data / "mhs_dem/mhs_dem_public_domain_6s.tif").tiles
    assert estimated_grain_m(tile) == pytest.approx(926, rel=0.15)


@pytest.mark.parametrize("first", [(0, 0), (1, 2)])
def test_thinned_rasters_keep_the_posts_where_they_are(first):
    posts = rough(40)
    step = 0.001
    cells = finer(posts, 4)[first[0] :, first[1] :]
    transform = rasterio.transform.from_origin(
        98 + (first[1] - 0.5) * step, 19 - (first[0] - 0.5) * step, step, step
    )
    kept, where = thinned(cells, transform, 4)
    skipped = [1 if one else 0 for one in first]
    assert kept == pytest.approx(posts[skipped[0] :, skipped[1] :], abs=1e-6)
    lon, lat = where * (0.5, 0.5)
    assert (lon, lat) == pytest.approx(
        (98 + 4 * skipped[1] * step, 19 - 4 * skipped[0] * step), abs=1e-9
    )


def test_mae_hong_son_ships_terrain_that_says_how_fine_it_is():
    """Doi Inthanon is 2,565 m (true tile); Mae Hong Son town 264 m lies on coarse posts."""
    area = load_area("mae_hong_son")
    terrain = load_terrain(area)
    assert [round(tile.grain_m, -1) for tile in terrain.tiles] == [90, 930, 2230]
    assert sum(path.stat().st_size for path in area.layers.terrain) < 3_000_000
    lon, lat = np.array([98.4867, 97.9687]), np.array([18.5875, 19.3012])
    height, grain = terrain.sample_with_grain(lon, lat)
    assert grain == pytest.approx([92.8, 926], rel=0.01)
    assert height[0] == pytest.approx(2565, abs=30)
    assert height[1] == pytest.approx(264, abs=90)
