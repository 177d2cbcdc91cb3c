"""A route's time does not hang on how finely the world is cut up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin
from shapely.ops import substring

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from layers.terrain.terrain import open_terrain

SIZE_M = 9000


def hills(path, *, cell, seed):
    """Write a terrain of a few broad ranges of hills, the same for every cell size."""
    rng = np.random.default_rng(seed)
    count = SIZE_M // cell
    x, y = np.meshgrid((np.arange(count) + 0.5) * cell, (np.arange(count) + 0.5) * cell)
    height = np.full(x.shape, 600.0)
    for _ in range(5):
        wave, angle, phase = rng.uniform(1500, 4000), rng.uniform(0, np.pi), rng.uniform(0, 6.28)
        along = np.cos(angle) * x + np.sin(angle) * y
        height += rng.uniform(20, 60) * np.sin(2 * np.pi * along / wave + phase)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=count,
        width=count,
        count=1,
        dtype="float32",
        crs=CRS,
        transform=from_origin(ORIGIN[0] - 500, ORIGIN[1] + SIZE_M / 2, cell, cell),
        nodata=-9999,
    ) as raster:
        raster.write(height.astype(np.float32), 1)
    return open_terrain(path)


def road(seed, *, parts):
    """Draw one winding road of about 7 km, in a number of segments."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 7000, 350)
    y = sum(rng.uniform(20, 120) * np.sin(2 * np.pi * x / w) for w in rng.uniform(300, 2500, 4))
    line = shapely.LineString(np.column_stack([ORIGIN[0] + x, ORIGIN[1] + y]))
    cuts = np.linspace(0, 1, parts + 1)
    lines = [substring(line, a, b, normalized=True) for a, b in pairwise(cuts)]
    points = np.array([line.interpolate(c, normalized=True).coords[0] for c in cuts])
    return points, lines


def drive_time(seed, terrain, *, parts, vehicle):
    """Return seconds from one end to the other and back, driven on a draped network."""
    points, lines = road(seed, parts=parts)
    ends = [(i, i + 1) for i in range(parts)]
    network = build(points, ends, lines=lines, terrain=terrain, highway=["primary"] * parts)
    return edge_costs(network, load_vehicle(vehicle)).time_s.sum(axis=0)


FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FEW
@given(seed=st.integers(0, 10_000), vehicle=st.sampled_from(["car", "truck_10w"]))
def test_splitting_every_segment_in_two_changes_little(tmp_path, seed, vehicle):
    terrain = hills(tmp_path / "ground.tif", cell=30, seed=seed)
    whole = drive_time(seed, terrain, parts=7, vehicle=vehicle)
    halves = drive_time(seed, terrain, parts=14, vehicle=vehicle)
    assert halves == pytest.approx(whole, rel=0.02)


@FEW
@given(seed=st.integers(0, 10_000), vehicle=st.sampled_from(["car", "truck_10w"]))
def test_doubling_the_terrain_resolution_changes_little(tmp_path, seed, vehicle):
    coarse = drive_time(
        seed, hills(tmp_path / "30.tif", cell=30, seed=seed), parts=7, vehicle=vehicle
    )
    fine = drive_time(
        seed, hills(tmp_path / "15.tif", cell=15, seed=seed), parts=7, vehicle=vehicle
    )
    assert fine == pytest.approx(coarse, rel=0.02)
