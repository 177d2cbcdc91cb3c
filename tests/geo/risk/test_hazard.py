"""Hazards on roads: lengths in cells, landslides, expected losses, worth of protection."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, TO_LON_LAT, build, draw
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import Affine

from geo.risk.exposure import exposure, on_cells
from geo.risk.hazard import (
    expected_annual,
    flood_days,
    landslide_days,
    landslide_index,
    landslide_on_roads,
    read_risk,
    worth_of_protection,
)
from layers.errors import CrsError, DataError, MissingFileError
from layers.rasters.hazard import HazardRaster, read_hazard_raster
from layers.terrain.terrain import open_terrain

RISK = read_risk()
WEST, NORTH = ORIGIN


def grid(values, cell=100.0, west=WEST, north=NORTH, crs=CRS):
    return HazardRaster(np.asarray(values, float), Affine(cell, 0, west, 0, -cell, north), crs)


def test_a_road_across_cells():
    """250 m east from the corner: 100, 100 and 50 m, half a cell down."""
    network = build([[WEST, NORTH - 50], [WEST + 250, NORTH - 50]], [[0, 1]])
    pieces = on_cells(network, grid([[1, 2, 3, 4]]))
    assert pieces["value"].tolist() == [1, 2, 3]
    assert pieces["length_m"].tolist() == pytest.approx([100, 100, 50])


def test_no_data_is_none_and_the_published_length_counts():
    network = build([[WEST, NORTH - 50], [WEST + 300, NORTH - 50]], [[0, 1]], length_m=[600.0])
    pieces = on_cells(network, grid([[1, np.nan, 3]]))
    assert pieces["length_m"].tolist() == pytest.approx([200, 200])
    table = exposure(pieces, network.length_m, above=1.0)
    assert table.iloc[0].tolist() == pytest.approx([200, 400, 2, 3])
    away = exposure(on_cells(network, grid([[1.0]], west=0.0)), network.length_m)
    assert away["exposed_m"].tolist() == away["known_m"].tolist() == [0]
    assert away[["mean", "largest"]].isna().all(axis=None)


def one_line(points):
    line = shapely.LineString(points)
    return build(points[[0, -1]], [[0, 1]], lines=[line]), line


POINTS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=2, max_size=6, unique=True
)


@settings(max_examples=60, deadline=None)
@given(POINTS, st.floats(0.01, 0.99))
def test_lengths_in_cells_are_those_of_shapely(points, shift):
    points = np.array(points) * [97.0, 89.0] + [WEST + shift * 100, NORTH - 1000 + shift * 77]
    network, line = one_line(points)
    found = on_cells(network, grid(np.zeros((10, 10))))
    left, top = (
        origin + found[name].to_numpy() * size
        for origin, name, size in ((WEST, "column", 100.0), (NORTH, "row", -100.0))
    )
    cells = shapely.box(left, top - 100, left + 100, top)
    steps = np.array([shapely.LineString(step) for step in itertools.pairwise(points)])
    expected = shapely.length(shapely.intersection(steps[:, None], cells[None])).sum(axis=0)
    assert found["length_m"].to_numpy() == pytest.approx(expected, abs=1e-6)
    assert found["length_m"].sum() == pytest.approx(line.length)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_along_edges_and_through_corners_nothing_counts_twice(points):
    network, line = one_line(np.array(points) * 100.0 + [WEST + 100, NORTH - 900])
    found = on_cells(network, grid(np.zeros((10, 10))))
    assert found["length_m"].sum() == pytest.approx(line.length)


def test_a_raster_in_another_system():
    """In degrees, over a sloping line of 4 km: all of it, shares as along the line."""
    network = build([[WEST, NORTH], [WEST + 4000, NORTH - 1000]], [[0, 1]])
    lon, lat = TO_LON_LAT.transform([WEST, WEST + 4000], [NORTH, NORTH - 1000])
    cell = 0.003
    transform = Affine(cell, 0, min(lon) - cell / 2, 0, -cell, max(lat) + cell / 2)
    raster = HazardRaster(np.arange(200.0).reshape(10, 20), transform, "EPSG:4326")
    pieces = on_cells(network, raster)
    assert pieces["length_m"].sum() == pytest.approx(network.length_m[0], rel=1e-9)
    to_metric = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    for _, piece in pieces.iterrows():
        edge = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + piece[["column", "row"]].to_numpy(float)
        x, y = edge.T * [[transform.a], [transform.e]] + [[transform.c], [transform.f]]
        inside = shapely.Polygon(np.column_stack(to_metric.transform(x, y)))
        expected = network.segments.geometry[0].intersection(inside).length
        assert piece["length_m"] == pytest.approx(expected, abs=0.05)


def write(path, values, crs=CRS, count=1, nodata=-1.0):
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=values.shape[1],
        height=values.shape[0],
        count=count,
        dtype="float32",
        crs=crs,
        nodata=nodata,
        transform=Affine(100, 0, WEST, 0, -100, NORTH),
    ) as file:
        for band in range(count):
            file.write(values.astype("float32"), band + 1)
    return path


def test_reading_a_raster(tmp_path):
    values = np.arange(100.0).reshape(10, 10)
    values[0, 1] = -1
    path = write(tmp_path / "น้ำท่วม.tif", values)
    lon, lat = TO_LON_LAT.transform([WEST + 120, WEST + 480], [NORTH - 480, NORTH - 50])
    part = read_hazard_raster(path, (lon[0], lat[0], lon[1], lat[1]))
    assert part.cells.shape[0] < 10
    network = build([[WEST + 130, NORTH - 60], [WEST + 430, NORTH - 60]], [[0, 1]])
    assert on_cells(network, part)["value"].tolist() == [2, 3, 4]
    assert on_cells(network, part)["length_m"].tolist() == pytest.approx([100, 100, 30])


def test_rasters_that_are_none(tmp_path):
    here = (*TO_LON_LAT.transform(WEST, NORTH - 900), *TO_LON_LAT.transform(WEST + 900, NORTH))
    values = np.ones((10, 10))
    with pytest.raises(DataError, match="elsewhere"):
        read_hazard_raster(write(tmp_path / "a.tif", values), (10.0, 10.0, 11.0, 11.0))
    with pytest.raises(DataError, match="3 bands"):
        read_hazard_raster(write(tmp_path / "b.tif", values, count=3), here)
    with pytest.raises(CrsError, match="coordinate"):
        read_hazard_raster(write(tmp_path / "c.tif", values, crs=None), here)
    with pytest.raises(MissingFileError):
        read_hazard_raster(tmp_path / "d.tif", here)
    (tmp_path / "e.tif").write_text("no")
    with pytest.raises(DataError, match="cannot be read"):
        read_hazard_raster(tmp_path / "e.tif", here)
    with pytest.raises(CrsError, match="nowhere"):
        HazardRaster(values, Affine.identity(), "nowhere")
    with pytest.raises(DataError, match="rows and columns"):
        HazardRaster(values[0], Affine.identity(), CRS)


def test_index_of_ground():
    """Flat 0; half way between the slopes 0.35; the steepest hollow 1; not known NaN."""
    slides = RISK.landslide
    half = (slides.slope_low + slides.slope_high) / 2
    slope = np.array([0.0, half, 2.0, 2.0, half, np.nan])
    hollow = np.array([1.0, 0.0, 0.0, 1.0, np.nan, 0.0])
    index = landslide_index(slope, hollow, slides)
    assert index[:5].tolist() == pytest.approx([0, 0.35, 0.7, 1, 0.35])
    assert np.isnan(index[5])


def test_landslides_on_a_slope_and_on_the_flat(tmp_path):
    """West flat, east rising 60 %: the road there has the index of that slope."""
    x = np.arange(100) * 100.0 + 50
    values = np.repeat(np.maximum(x - 5000, 0)[None] * 0.6, 100, axis=0)
    terrain = open_terrain(write(tmp_path / "dem.tif", values))
    network = draw("A---------B\n\n\n\n\n                              C---------D", cell=200.0)
    moved = network.segments.translate(500, -500)
    network = replace(network, segments=network.segments.set_geometry(moved))
    index = landslide_on_roads(network, terrain)
    slides = RISK.landslide
    expected = (0.6 - slides.slope_low) / (slides.slope_high - slides.slope_low) * 0.7
    assert index[0] == pytest.approx(0, abs=1e-6)
    assert index[1] == pytest.approx(expected, rel=0.02)
    days = landslide_days(index, network.length_m)
    assert days[1] == pytest.approx(index[1] * 0.01 * network.length_m[1] / 1000 * 2)
    assert landslide_days(np.array([np.nan]), np.array([1e4])).tolist() == [0]


def test_expected_annual_damage():
    """As published: 1000 at 100 years and 2000 at 200 make 7.5 a year; order is free."""
    assert expected_annual(np.array([200.0, 100.0]), np.array([2000.0, 1000.0])) == 7.5
    assert expected_annual(np.array([10.0]), np.array([1e6])) == 0
    many = expected_annual(np.array([10.0, 100.0]), np.array([[0.0, 1.0], [2.0, 1.0]]))
    assert many.tolist() == pytest.approx([0.09, 0.09])
    for years, loss in (([100, 100], [1, 2]), ([0.5, 2], [1, 2]), ([10, 20], [1])):
        with pytest.raises(DataError):
            expected_annual(np.array(years), np.array(loss))


def test_days_of_flood():
    depth = np.array([[0.2, 0.5, np.nan], [0.4, 0.6, np.nan]])
    days = flood_days(depth, np.array([10.0, 100.0]))
    assert days.tolist() == pytest.approx([2 / 2 * 0.09, 2 * 0.09, 0])


def test_worth_of_protection():
    critical = pd.DataFrame(
        {"extra_demand_s": [36000.0, 7200.0, 0.0, 0.0], "cut_off_demand": [0.0, 0.0, 50.0, 0.0]}
    )
    days, length = np.array([2.0, 2.0, 1.0, 3.0]), np.array([10_000.0, 1000.0, 1000.0, 1000.0])
    table = worth_of_protection(critical, days, length)
    assert table["lost_h"].tolist() == pytest.approx([20, 4, 0, 0])
    # 20 and 4 hours of a person at 78.5 baht.
    assert table["worth_thb"].tolist() == pytest.approx([1570, 314, 0, 0])
    annuity = 0.12 / (1 - 1.12**-20)
    assert table["cost_thb"][1] == pytest.approx(5e6 * annuity)
    assert table["cut_off_days"].tolist() == [0, 0, 50, 0]
    # A tenth of the length for a fifth of the hours: the short one comes first.
    assert table["rank"].tolist() == [2, 1, 3, 0]
    free = replace(RISK, protection=replace(RISK.protection, discount_rate=0.0))
    assert worth_of_protection(critical, days, length, free)["cost_thb"][1] == pytest.approx(
        5e6 / 20
    )
    for wrong in (days[:2], -days, days * np.nan):
        with pytest.raises(DataError):
            worth_of_protection(critical, wrong, length)
