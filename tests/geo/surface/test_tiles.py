"""Surfaces in tiles are those of the whole, whatever lies across the seams."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawing import CRS, ORIGIN, TO_LON_LAT, draw
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.surface.grid import Grid
from geo.surface.ground import MOTORISED, WALKING, OffRoad
from geo.surface.large import large_surface
from geo.surface.surface import Destinations, surface_with_roads
from geo.surface.tiles import tiles_of
from layers.errors import DataError

CELL = 100.0
SPEEDS = {0: (0.0, WALKING), 1: (5.0, WALKING), 2: (1.5, WALKING), 3: (15.0, MOTORISED)}
ROADS = """
A---------B       E
          |       |
     C----D-------F
"""


def grid(rows: int, columns: int) -> Grid:
    west, north = ORIGIN[0] - 5.5 * CELL, ORIGIN[1] + 5.5 * CELL
    return Grid(Affine(CELL, 0, west, 0, -CELL, north), (rows, columns), CRS)


def part_of(whole: Grid, dem: np.ndarray):
    """Return what reads the heights of a part of a grid."""

    def read(part: Grid) -> np.ndarray:
        left = round((part.transform.c - whole.transform.c) / CELL)
        top = round((whole.transform.f - part.transform.f) / CELL)
        return dem[top : top + part.shape[0], left : left + part.shape[1]]

    return read


@pytest.fixture(scope="module")
def road():
    network = draw(ROADS, cell=CELL, bridge={"BD": True})
    return network, edge_costs(network, load_vehicle("pickup"))


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    side=st.sampled_from([7, 11, 16]),
    neighbours=st.sampled_from([8, 16]),
    cover=st.booleans(),
)
def test_tiles_are_equal_to_the_whole_within_rounding(road, seed, side, neighbours, cover):
    network, costs = road
    rng = np.random.default_rng(seed)
    cells = grid(18, 26)
    dem = np.cumsum(rng.normal(0, 6, cells.shape), axis=1)
    dem[rng.random(cells.shape) < 0.02] = np.nan
    x, y = ORIGIN[0] + 100 * rng.uniform(-4, 22, 40), ORIGIN[1] - 100 * rng.uniform(-4, 10, 40)
    river = shapely.LineString(np.column_stack([np.sort(x[:12]), y[:12]]))
    lon, lat = TO_LON_LAT.transform(x[-4:], y[-4:])
    doors = Destinations(np.asarray(lon), np.asarray(lat), rng.uniform(0, 600, 4))
    classes = rng.choice(4, cells.shape, p=[0.05, 0.6, 0.25, 0.1]) if cover else None
    way = OffRoad(
        landcover=classes,
        speeds=SPEEDS if cover else {},
        barriers=[river],
        crossings=[river.interpolate(0.3, normalized=True)],
        neighbours=neighbours,
    )
    whole = surface_with_roads(cells, dem, network, costs, doors, off_road=way, max_s=20_000)
    into = np.full(cells.shape, np.inf), np.full(cells.shape, -1, np.int32)
    spreads = large_surface(
        cells,
        part_of(cells, dem),
        network,
        costs,
        doors,
        into,
        tile_cells=side,
        off_road=way,
        max_s=20_000,
    )
    assert spreads >= len(tiles_of(cells.shape, side))
    np.testing.assert_array_equal(np.isfinite(into[0]), np.isfinite(whole.time_s))
    np.testing.assert_allclose(into[0].astype(np.float32), whole.time_s, rtol=1e-6)
    differs = into[1] != whole.allocation
    assert differs.mean() < 0.02, "only where two doors are equally near"


def test_a_way_that_winds_through_many_tiles_is_found():
    """A wall with gaps at either end in turn: from corner to corner one crosses every tile."""
    cells = grid(24, 12)
    cover = np.ones(cells.shape, int)
    for row in range(3, 24, 4):
        cover[row] = 0
        cover[row, -1 if row % 8 == 3 else 0] = 1
    west, north = ORIGIN[0] - 500, ORIGIN[1] + 500
    lon, lat = TO_LON_LAT.transform(west, north)
    door = Destinations(np.array([lon]), np.array([lat]))
    network = draw("A-B", cell=1.0)
    costs = edge_costs(network, load_vehicle("pickup"))
    way = OffRoad(landcover=cover, speeds=SPEEDS)
    level = np.zeros(cells.shape)
    whole = surface_with_roads(cells, level, network, costs, door, off_road=way)
    into = np.full(cells.shape, np.inf), np.full(cells.shape, -1, np.int32)
    large_surface(
        cells, part_of(cells, level), network, costs, door, into, tile_cells=6, off_road=way
    )
    assert np.isfinite(into[0][-1, 0])
    np.testing.assert_allclose(into[0].astype(np.float32), whole.time_s, rtol=1e-6)


@pytest.mark.parametrize(("side", "halo"), [(0, 2), (4, 1)])
def test_tiles_without_cells_or_with_a_halo_too_narrow_are_refused(side, halo):
    with pytest.raises(DataError, match="tiles: "):
        tiles_of((9, 9), side, halo)


def test_every_cell_is_one_tile_s_own():
    count = np.zeros((17, 11), int)
    for tile in tiles_of(count.shape, 4, 3):
        top, bottom, left, right = tile.own
        count[top:bottom, left:right] += 1
        inner = np.zeros((tile.window[1] - tile.window[0], tile.window[3] - tile.window[2]))
        inner[tile.inner] = 1
        assert inner.sum() == (bottom - top) * (right - left)
    assert (count == 1).all()
