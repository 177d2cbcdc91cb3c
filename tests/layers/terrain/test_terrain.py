"""Elevation rasters: what is read at a point, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from layers.errors import CrsError, DataError, MissingFileError
from layers.terrain.sampling import weighted_mean
from layers.terrain.terrain import open_terrain
from layers.terrain.window import copy_window


def tif(
    path: Path, cells, *, west=98.0, north=19.0, cell=0.001, crs="EPSG:4326", nodata=-9999
) -> Path:
    """Write a raster whose upper left corner is at `west`, `north`."""
    cells = np.asarray(cells, np.float32)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=cells.shape[0],
        width=cells.shape[1],
        count=1,
        dtype="float32",
        crs=crs,
        transform=from_origin(west, north, cell, cell),
        nodata=nodata,
    ) as raster:
        raster.write(cells, 1)
    return path


def hgt(path: Path, value: int) -> Path:
    """Write an SRTM3 tile of one height; its name tells where it lies."""
    np.full((1201, 1201), value, ">i2").tofile(path)
    return path


def test_between_cell_centres_the_height_is_bilinear(tmp_path):
    terrain = open_terrain(tif(tmp_path / "a.tif", [[0, 10], [20, 30]]))
    # Centres lie at 98.0005, 98.0015 east and 18.9995, 18.9985 north.
    lon = np.array([98.0005, 98.0015, 98.0010, 98.0010])
    lat = np.array([18.9995, 18.9985, 18.9990, 18.9995])
    assert terrain.sample(lon, lat) == pytest.approx([0, 30, 15, 5], abs=1e-4)


def test_nodata_is_not_a_height(tmp_path):
    """Valhalla's published check: the mean elevation of 0, 15 and nodata is 7.5."""
    terrain = open_terrain(tif(tmp_path / "a.tif", [[0, -9999], [-9999, 15]]))
    middle = terrain.sample(np.array([98.0010]), np.array([18.9990]))
    assert middle[0] == pytest.approx(7.5, abs=1e-4)
    assert weighted_mean(np.array([0.0, 15.0, np.nan]), np.ones(3)) == pytest.approx(7.5)
    empty = open_terrain(tif(tmp_path / "b.tif", np.full((2, 2), -9999)))
    assert np.isnan(empty.sample(np.array([98.0010]), np.array([18.9990]))[0])


def test_outside_there_is_no_height(tmp_path):
    terrain = open_terrain(tif(tmp_path / "a.tif", np.full((10, 10), 500.0)))
    found = terrain.sample(np.array([98.005, 99.0, 0.0]), np.array([18.995, 18.995, 0.0]))
    assert found[0] == pytest.approx(500)
    assert np.isnan(found[1:]).all()


def test_several_tiles_are_one_terrain(tmp_path):
    west = tif(tmp_path / "west tile.tif", np.full((10, 10), 100.0))
    east = tif(tmp_path / "ตะวันออก.tif", np.full((10, 10), 200.0), west=98.01)
    for terrain in (open_terrain(west, east), open_terrain(tmp_path)):
        lon = np.array([98.001, 98.0099, 98.0101, 98.019])
        assert terrain.sample(lon, np.full(4, 18.995)) == pytest.approx([100, 100, 200, 200])
        assert terrain.bounds == pytest.approx((98.0, 18.99, 98.02, 19.0))


def test_a_point_block_in_a_large_raster_reads_the_same(tmp_path):
    cells = np.add.outer(np.arange(2500.0), np.arange(2500.0) / 7)
    terrain = open_terrain(tif(tmp_path / "a.tif", cells, cell=0.0001))
    rng = np.random.default_rng(7)
    row, column = rng.uniform(0, 2499, (2, 500))
    found = terrain.sample(98.0 + (column + 0.5) * 1e-4, 19.0 - (row + 0.5) * 1e-4)
    assert found == pytest.approx(row + column / 7, abs=1e-2)


def test_hgt_and_zipped_hgt(tmp_path):
    plain = hgt(tmp_path / "N19E097.hgt", 321)
    zipped = tmp_path / "N19E097.hgt.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(plain, "N19E097.hgt")
    for path in (plain, zipped):
        terrain = open_terrain(path)
        assert terrain.sample(np.array([97.5]), np.array([19.5]))[0] == 321
        assert 80 < terrain.cell_m < 100


def test_utm_raster(tmp_path):
    path = tif(
        tmp_path / "a.tif",
        np.full((50, 50), 700.0),
        west=400_000,
        north=2_130_000,
        cell=30,
        crs="EPSG:32647",
    )
    west, south, east, north = open_terrain(path).bounds
    middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    assert open_terrain(path).sample(*middle)[0] == pytest.approx(700)
    assert open_terrain(path).cell_m == pytest.approx(30, rel=0.1)


def test_slope_of_a_ramp(tmp_path):
    # 1 m up per cell eastwards; a cell is 0.001° = 105.3 m wide at 18.95° N.
    ramp = np.tile(np.arange(100.0), (100, 1))
    terrain = open_terrain(tif(tmp_path / "a.tif", ramp))
    slope = terrain.slope(np.array([98.05]), np.array([18.95]))
    assert slope[0] == pytest.approx(1 / (111_320 * 0.001 * np.cos(np.radians(18.95))), rel=0.01)


def test_copy_keeps_cells(tmp_path):
    cells = np.arange(400.0).reshape(20, 20)
    terrain = open_terrain(tif(tmp_path / "a.tif", cells))
    copy_window(terrain, (98.005, 18.985, 98.015, 18.995), tmp_path / "copy.tif")
    lon, lat = np.array([98.0075, 98.0123]), np.array([18.9925, 18.9871])
    copied = open_terrain(tmp_path / "copy.tif")
    assert copied.sample(lon, lat) == pytest.approx(terrain.sample(lon, lat))
    assert copied.bounds == pytest.approx((98.005, 18.985, 98.015, 18.995), abs=1e-6)


def test_what_is_refused(tmp_path):
    (tmp_path / "text.tif").write_text("not a raster")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"PK but no archive")
    with pytest.raises(MissingFileError, match="none.tif: no such file"):
        open_terrain(tmp_path / "none.tif")
    with pytest.raises(
        DataError, match="text.tif: cannot be read as terrain: it is no GeoTIFF, HGT"
    ):
        open_terrain(tmp_path / "text.tif")
    with pytest.raises(DataError, match="empty: holds no terrain; endings read: .hgt"):
        open_terrain(tmp_path / "empty")
    with pytest.raises(DataError, match="bad.zip: is no ZIP file"):
        open_terrain(tmp_path / "bad.zip")
    with pytest.raises(CrsError, match="no coordinate reference system"):
        open_terrain(tif(tmp_path / "bare.tif", [[1, 2], [3, 4]], crs=None))
    far = open_terrain(tif(tmp_path / "far.tif", np.ones((5, 5))))
    with pytest.raises(
        DataError, match=r"lies elsewhere: it covers lon 98.00 .* the roads lon 1.00"
    ):
        copy_window(far, (1.0, 42.0, 2.0, 43.0), tmp_path / "out.tif")


def test_cells_too_fine_for_the_area_are_refused_and_not_read(tmp_path):
    """A sparse raster of a million cells each way is a few kilobytes on disk, 4 TB in memory."""
    path = tmp_path / "fine.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=1_000_000,
        height=1_000_000,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=from_origin(98.0, 20.0, 1e-6, 1e-6),
        tiled=True,
        blockxsize=8192,
        blockysize=8192,
        sparse_ok=True,
        BIGTIFF="YES",
    ):
        pass
    with pytest.raises(DataError, match=r"fine\.tif: cells of 0\.1.* m are too fine"):
        copy_window(open_terrain(path), (98.1, 19.1, 98.9, 19.9), tmp_path / "out.tif")
    assert not (tmp_path / "out.tif").exists()
