"""Isochrones: outlines that follow the cells, nest, and share their borders."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from scipy.ndimage import gaussian_filter

from geo.surface.grid import Grid
from geo.surface.isochrones import isochrones
from geo.surface.surface import Surface
from layers.errors import DataError

CRS = "EPSG:32647"
CELL = 30.0
WEST, NORTH = 400_000.0, 2_130_000.0


def surface(minutes, cell: tuple[float, float] = (CELL, CELL)) -> Surface:
    """Make a surface from minutes, inf where unreachable."""
    minutes = np.asarray(minutes, np.float64)
    grid = Grid(Affine(cell[0], 0, WEST, 0, -cell[1], NORTH), minutes.shape, CRS)
    return Surface(grid, (minutes * 60).astype(np.float32), np.zeros(minutes.shape, np.int32))


def cone(size: int = 41) -> np.ndarray:
    """Return minutes that grow by one for every cell from the middle."""
    middle = size // 2
    return np.hypot(*np.mgrid[-middle : size - middle, -middle : size - middle])


def exact(found: Surface, minutes, **options):
    """Draw outlines with every corner and every sliver."""
    return isochrones(found, minutes, min_area_m2=0.0, tolerance_m=0.0, **options)


def test_columns_and_system():
    table = isochrones(surface(cone()), [5, 10])
    assert list(table.columns) == ["minutes", "geometry"]
    assert table["minutes"].tolist() == [5.0, 10.0]
    assert table.crs == CRS


@pytest.mark.parametrize("cell", [(30.0, 30.0), (20.0, 50.0)])
def test_exact_areas_are_those_of_the_cells(cell):
    minutes = cone()
    for bands, low in ((False, [-1, -1, -1]), (True, [-1, 4, 9])):
        table = exact(surface(minutes, cell), [4, 9, 15], bands=bands)
        counts = [
            ((minutes > a) & (minutes <= b)).sum() for a, b in zip(low, [4, 9, 15], strict=True)
        ]
        assert table.area.to_numpy() == pytest.approx(np.array(counts) * cell[0] * cell[1])


def test_simplified_areas_stay_near_and_corners_become_few():
    found = surface(cone(81))
    fine, plain = exact(found, [10, 20, 35]), isochrones(found, [10, 20, 35])
    assert plain.area.to_numpy() == pytest.approx(fine.area.to_numpy(), rel=0.03)
    corners = [shapely.get_num_coordinates(t.geometry.to_numpy()).sum() for t in (fine, plain)]
    assert corners[1] < corners[0] / 2
    radius = plain.geometry.iloc[2].minimum_clearance
    assert radius > 1.0


def test_it_lies_where_the_cells_lie():
    minutes = np.full((5, 9), np.inf)
    minutes[1:3, 4:8] = 1
    table = exact(surface(minutes), [2])
    assert table.total_bounds.tolist() == [
        WEST + 4 * CELL,
        NORTH - 3 * CELL,
        WEST + 8 * CELL,
        NORTH - 1 * CELL,
    ]
    assert len(table.geometry.iloc[0].exterior.coords) == 5


def test_holes_are_kept_and_never_a_hull():
    """A lake in the middle, and a bay: neither belongs to what is reached."""
    minutes = np.ones((30, 30))
    minutes[10:20, 10:20] = np.inf
    minutes[25:, 5:12] = np.inf
    area = isochrones(surface(minutes), [5]).geometry.iloc[0]
    assert len(area.interiors) == 1
    assert area.area < (900 - 100 - 25) * CELL**2
    assert not area.contains(shapely.Point(WEST + 15 * CELL, NORTH - 15 * CELL))
    assert area.area < 0.9 * area.convex_hull.area


def test_slivers_go_and_small_holes_are_filled():
    minutes = np.full((40, 40), np.inf)
    minutes[5:20, 5:20] = 1
    minutes[10:12, 10:12] = np.inf
    minutes[30:33, 30:33] = 1
    minutes[35:39, 30:33] = 1
    table = isochrones(surface(minutes), [5], tolerance_m=0)
    assert table.area.iloc[0] == pytest.approx((225 + 12) * CELL**2)
    kept = isochrones(surface(minutes), [5], min_area_m2=4 * CELL**2, tolerance_m=0)
    assert kept.area.iloc[0] == pytest.approx((225 - 4 + 9 + 12) * CELL**2)


def test_nothing_within_the_time():
    table = isochrones(surface(np.full((5, 5), np.inf)), [5, 10])
    assert table.geometry.is_empty.all()
    assert len(table) == 2
    later = isochrones(surface(np.full((9, 9), 7.0)), [5, 10])
    assert later.geometry.is_empty.tolist() == [True, False]
    assert isochrones(surface(np.full((9, 9), 7.0)), [5, 10], bands=True).area.iloc[1] > 0


@pytest.mark.parametrize("minutes", [[], [0], [-5, 5], [10, 5], [5, 5]])
def test_minutes_that_do_not_rise_are_refused(minutes):
    with pytest.raises(DataError, match="rise"):
        isochrones(surface(cone()), minutes)


@pytest.mark.parametrize(
    "options", [{"min_area_m2": -1.0}, {"tolerance_m": -1.0}, {"tolerance_m": np.nan}]
)
def test_sizes_below_nothing_are_refused(options):
    with pytest.raises(DataError, match="at least 0"):
        isochrones(surface(cone()), [5], **options)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 0.7, 3.0]),
    st.sampled_from([0.0, 1.0, 3.0]),
    st.sampled_from([0, 1, 10]),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_outlines_are_valid_nest_and_share_borders(seed, smooth, tolerance, fewest, shape):
    rng = np.random.default_rng(seed)
    minutes = gaussian_filter(rng.normal(0, 1 + smooth * 3, shape), smooth) * 20 + 25
    minutes[rng.random(shape) < 0.1] = np.inf
    found = surface(np.maximum(minutes, 0))
    options = {"tolerance_m": tolerance * CELL, "min_area_m2": fewest * CELL**2}
    limits = [10, 20, 40]
    within = isochrones(found, limits, **options).geometry.to_numpy()
    bands = isochrones(found, limits, bands=True, **options).geometry.to_numpy()
    for outline in (*within, *bands):
        assert outline.is_valid
        assert outline.geom_type in {"Polygon", "MultiPolygon"}
    for inner, outer in itertools.pairwise(within):
        assert inner.difference(outer).area <= 1e-3
    for one, other in itertools.combinations(bands, 2):
        assert one.intersection(other).area <= 1e-3
    assert shapely.area(bands).cumsum() == pytest.approx(shapely.area(within))
    held = bands[~shapely.is_empty(bands)]
    assert shapely.coverage_is_valid(held) or not len(held)
    if tolerance == 0 and fewest <= 1:
        counts = [(found.time_s <= limit * 60).sum() * CELL**2 for limit in limits]
        assert shapely.area(within) == pytest.approx(counts)
