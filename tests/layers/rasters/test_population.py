"""People in a raster: counted exactly, on its own grid, and none made or lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine, from_origin

import layers.rasters.population_raster as reading
from geo.access.rural_access import rural_access_of
from layers.errors import CrsError, DataError, MissingFileError
from layers.rasters.population import open_population, people_cells, people_in, people_on_grid

UTM = "EPSG:32647"
LON_LAT = "EPSG:4326"
X, Y = 400_000.0, 2_130_000.0


def write(path, cells, *, crs=UTM, nodata=-9999.0, transform=None, bands=1):
    """Write cells of 100 m with their north-western corner at (X, Y)."""
    cells = np.asarray(cells, np.float32)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        count=bands,
        crs=crs,
        nodata=nodata,
        height=cells.shape[0],
        width=cells.shape[1],
        transform=transform or from_origin(X, Y, 100, 100),
    ) as raster:
        for band in range(1, bands + 1):
            raster.write(cells, band)
    return path


def zones(*boxes, crs=UTM):
    """Return boxes in cells: left, top, right, bottom from the corner."""
    shapes = [
        shapely.box(X + 100 * a, Y - 100 * d, X + 100 * c, Y - 100 * b) for a, b, c, d in boxes
    ]
    return gpd.GeoDataFrame(
        geometry=shapes, index=[f"z{n}" for n in range(len(boxes))], crs=UTM
    ).to_crs(crs)


@pytest.fixture
def square(tmp_path):
    """Four rows of four cells: 0 to 15 people."""
    return open_population(write(tmp_path / "คน.tif", np.arange(16).reshape(4, 4)))


def test_cells_count_by_the_part_inside(square):
    """Half of cell 0 and of cell 1; all 16; a quarter of cell 15."""
    found = people_in(zones((0, 0, 2, 0.5), (0, 0, 4, 4), (3.5, 3.5, 4, 4)), square)
    assert found.to_dict() == pytest.approx({"z0": 0.5, "z1": 120, "z2": 3.75})
    assert found.name == "people"


def test_nodata_nan_and_negative_cells_hold_nobody(tmp_path):
    cells = [[1.0, -9999.0, np.nan], [-5.0, 2.0, -0.001]]
    raster = open_population(write(tmp_path / "a.tif", cells))
    assert people_in(zones((0, 0, 3, 2)), raster)["z0"] == 3


@pytest.mark.parametrize("nodata", [None, -99999.0, 255.0, np.nan])
def test_any_nodata_even_none(tmp_path, nodata):
    """WorldPop marks the sea with -99999, and some files forget to say so."""
    cells = [[7.0, -99999.0 if nodata is None else nodata]]
    raster = open_population(write(tmp_path / "a.tif", cells, nodata=nodata))
    assert people_in(zones((0, 0, 2, 1)), raster)["z0"] == 7


def test_beyond_the_edge_is_not_counted_and_outside_is_not_known(square):
    found = people_in(zones((3, 3, 9, 9), (20, 20, 21, 21)), square)
    assert found["z0"] == 15
    assert np.isnan(found["z1"])


def test_an_empty_zone_holds_nobody(square):
    shapes = gpd.GeoDataFrame(
        geometry=[shapely.Polygon(), shapely.box(X, Y - 400, X + 400, Y)], crs=UTM
    )
    assert people_in(shapes, square).tolist() == [0, 120]
    assert people_in(shapes[:0], square).empty
    assert np.isnan(rural_access_of(people_in(shapes, square).set_axis(["rural", "near"])).index)


@pytest.mark.parametrize("crs", [LON_LAT, "EPSG:24047", "EPSG:3857"])
def test_zones_in_another_system_are_brought_to_the_raster(square, crs):
    found = people_in(zones((0, 0, 2, 0.5), (0, 0, 4, 4), crs=crs), square)
    assert found.to_dict() == pytest.approx({"z0": 0.5, "z1": 120}, rel=1e-3)


def test_a_raster_in_degrees_under_metric_zones(tmp_path):
    """120 people in 12 x 10 cells of 0.01°; two metric halves share them all."""
    grid = from_origin(97.9, 19.35, 0.01, 0.01)
    raster = open_population(
        write(tmp_path / "a.tif", np.ones((10, 12)), crs=LON_LAT, transform=grid)
    )
    whole = gpd.GeoSeries([shapely.box(97.8, 19.2, 98.1, 19.4)], crs=LON_LAT).to_crs(UTM).iloc[0]
    left, _, right, _ = whole.bounds
    middle = (left + right) / 2
    halves = [whole & shapely.box(left, 0, middle, 1e7), whole & shapely.box(middle, 0, right, 1e7)]
    found = people_in(gpd.GeoDataFrame(geometry=halves, crs=UTM), raster)
    assert found.sum() == pytest.approx(120, rel=1e-6)
    assert 0 < found.iloc[0] < 120


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.floats(0.01, 3.99), st.floats(0.01, 3.99))
def test_parts_add_up_to_the_whole(square, right, down):
    corners = [(0, 0, right, down), (right, 0, 4, down), (0, down, right, 4), (right, down, 4, 4)]
    assert people_in(zones(*corners), square).sum() == pytest.approx(120, rel=1e-6)


def test_blocks_do_not_matter(tmp_path, monkeypatch):
    cells = np.random.default_rng(1).uniform(0, 9, (23, 31))
    raster = open_population(write(tmp_path / "a.tif", cells))
    some = zones((0, 0, 31, 23), (2.3, 4.1, 17.9, 12.2), (30.5, 22.5, 31, 23))
    within = zones((2.3, 4.1, 17.9, 12.2), crs=LON_LAT).geometry.iloc[0]
    once = people_in(some, raster)
    points = people_cells(raster, within)
    monkeypatch.setattr(reading, "BLOCK", 5)
    assert people_in(some, raster).to_numpy() == pytest.approx(once.to_numpy(), rel=1e-6)
    assert once["z0"] == pytest.approx(cells.astype(np.float32).sum(dtype=np.float64))
    again = people_cells(raster, within)
    assert again["population"].sum() == pytest.approx(points["population"].sum())


# Other grids.


def test_a_grid_of_its_own_cells_gets_them_back(square):
    found = people_on_grid(square, transform=from_origin(X, Y, 100, 100), shape=(4, 4), crs=UTM)
    assert found == pytest.approx(np.arange(16.0).reshape(4, 4))


@pytest.mark.parametrize("cell", [37.0, 160.0, 1000.0])
def test_a_grid_of_other_cells_has_as_many_people(square, cell, monkeypatch):
    monkeypatch.setattr("layers.rasters.population.CHUNK", 7)
    rows = int(400 // cell) + 1
    found = people_on_grid(
        square, transform=from_origin(X, Y, cell, cell), shape=(rows, rows + 2), crs=UTM
    )
    assert found.shape == (rows, rows + 2)
    assert found.sum() == pytest.approx(120, rel=1e-6)


def test_a_grid_in_degrees_has_as_many_people(square):
    grid = from_origin(98.04, 19.27, 0.0013, 0.0017)
    found = people_on_grid(square, transform=grid, shape=(20, 20), crs=LON_LAT)
    assert found.sum() == pytest.approx(120, rel=1e-6)


def test_a_turned_grid_has_as_many_people(square):
    grid = Affine.translation(X - 300, Y - 200) @ Affine.rotation(30) @ Affine.scale(70, -70)
    found = people_on_grid(square, transform=grid, shape=(20, 20), crs=UTM)
    assert found.sum() == pytest.approx(120, rel=1e-6)


def test_cells_as_points(square):
    zone = zones((0, 0, 2, 0.5), crs=LON_LAT)
    found = people_cells(square, zone.geometry.iloc[0])
    # A sliver of the cells beside it: straight lines in degrees are none in metres.
    large = found[found["population"] > 0.01]
    assert large["population"].tolist() == pytest.approx([0.5], rel=1e-3)
    point = gpd.GeoSeries.from_xy(large["lon"], large["lat"], crs=LON_LAT).to_crs(UTM).iloc[0]
    assert (point.x, point.y) == pytest.approx((X + 150, Y - 50), abs=0.01)
    assert found["population"].sum() == pytest.approx(people_in(zone, square).iloc[0])


# Bad input.


def test_no_overlap_is_told(square):
    away = zones((1000, 1000, 1001, 1001), crs=LON_LAT)
    grid = from_origin(X + 1e5, Y, 100, 100)
    for count in (
        lambda: people_in(away, square),
        lambda: people_cells(square, away.geometry.iloc[0]),
        lambda: people_on_grid(square, transform=grid, shape=(2, 2), crs=UTM),
    ):
        with pytest.raises(DataError, match=r"คน.tif: lies elsewhere: it covers lon 98\.0"):
            count()


def test_bad_zones_are_named(square):
    bow = shapely.Polygon([(X, Y), (X + 100, Y - 100), (X + 100, Y), (X, Y - 100)])
    for shape, told in ((bow, "Self-intersection"), (shapely.Point(X, Y), "Point")):
        with pytest.raises(DataError, match=f"zone 'w' is no valid polygon: .*{told}"):
            people_in(gpd.GeoDataFrame(geometry=[shape], index=["w"], crs=UTM), square)
    with pytest.raises(CrsError, match="zones have no"):
        people_in(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]), square)


def test_bad_rasters_are_named(tmp_path):
    with pytest.raises(MissingFileError):
        open_population(tmp_path / "none.tif")
    text = tmp_path / "text.tif"
    text.write_text("people")
    with pytest.raises(DataError, match="cannot be read as a population raster: it is no G"):
        open_population(text)
    with pytest.raises(CrsError, match="no coordinate reference system"):
        open_population(write(tmp_path / "a.tif", [[1.0]], crs=None))
    with pytest.raises(DataError, match="has 3 bands"):
        open_population(write(tmp_path / "b.tif", [[1.0]], bands=3))
    turned = Affine.translation(X, Y) @ Affine.rotation(10) @ Affine.scale(100, -100)
    with pytest.raises(DataError, match="is turned"):
        open_population(write(tmp_path / "c.tif", [[1.0]], transform=turned))


def test_a_damaged_raster_is_told(tmp_path):
    path = write(tmp_path / "a.tif", np.random.default_rng(1).uniform(0, 9, (500, 500)))
    path.write_bytes(path.read_bytes()[:400_000])
    raster = open_population(path)
    with pytest.raises(DataError, match="a.tif: cannot be read"):
        people_in(zones((0, 0, 500, 500)), raster)
