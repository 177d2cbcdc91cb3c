"""Profiles: grades, climb and bends along a road."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, draw, segment
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin

from layers.roads.profile import MAX_GRADE, radii, sample_fractions, sample_offsets
from layers.terrain.drape import drape, points_along
from layers.terrain.heights import fill_gaps, smooth_along
from layers.terrain.terrain import open_terrain


@pytest.fixture
def ground(tmp_path):
    """Return a function that makes a terrain from a height in metres of x and y."""

    def make(height, *, cell=30.0, hole=None):
        size = int(6000 / cell)
        west, north = ORIGIN[0] - 1000, ORIGIN[1] + 1000
        x = west + (np.arange(size) + 0.5) * cell - ORIGIN[0]
        y = north - (np.arange(size) + 0.5) * cell - ORIGIN[1]
        cells = np.broadcast_to(height(*np.meshgrid(x, y)), (size, size)).astype(np.float32).copy()
        if hole is not None:
            cells[hole(*np.meshgrid(x, y))] = -9999
        path = tmp_path / "ground.tif"
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            height=size,
            width=size,
            count=1,
            dtype="float32",
            crs=CRS,
            transform=from_origin(west, north, cell, cell),
            nodata=-9999,
        ) as raster:
            raster.write(cells, 1)
        return open_terrain(path)

    return make


def test_climb_on_a_ramp_is_rise_one_way_and_nothing_the_other(ground):
    road = draw("A--------------------B", terrain=ground(lambda x, y: 500 + 0.04 * x))
    climb = road.profile.climb_m()
    assert climb[0, 0] == pytest.approx(0.04 * road.length_m[0], rel=1e-3)
    assert climb[0, 1] == pytest.approx(0.0, abs=0.05)
    assert road.nodes["elevation_m"].to_numpy() == pytest.approx([500, 584], abs=0.1)


def test_a_pass_with_equal_ends_is_not_flat(ground):
    """4 % up to the middle of 2,100 m, then down: 42 m each way, less the rounded top."""
    road = draw("A--------------------B", terrain=ground(lambda x, y: 42 - 0.04 * abs(x - 1050)))
    climb = road.profile.climb_m()
    assert climb[0] == pytest.approx([41, 41], abs=1.5)
    assert road.nodes["elevation_m"].to_numpy() == pytest.approx([0, 0], abs=0.2)


def test_noise_is_smoothed_before_it_reads_as_grade(ground):
    rng = np.random.default_rng(1)
    rough = ground(lambda x, y: 500 + 0.03 * x + rng.normal(0, 4, np.shape(x)))
    grade = draw("A--------------------B", terrain=rough).profile.grade()
    # Raw, 4 m of noise between cells of 30 m reads as 4·√2/30 = 19 % of scatter.
    assert grade.std() < 0.05
    assert grade.mean() == pytest.approx(0.03, abs=0.01)


def test_a_bridge_is_straight_over_a_valley_and_a_tunnel_through_a_hill(ground):
    valley = ground(lambda x, y: 500 - 80 * ((x > 900) & (x < 1100)))
    picture = "A------B---C------D"
    for kind in ("bridge", "tunnel"):
        road = draw(picture, terrain=valley, **{kind: {"BC": True}})
        at = road.profile
        low, high = at.offsets[segment(road, "BC") : segment(road, "BC") + 2]
        over = at.elevation_m[low:high]
        straight = np.linspace(over[0], over[-1], high - low)
        assert over == pytest.approx(straight)
        assert at.repairs.levelled_segments == 1
    unbridged = draw(picture, terrain=valley)
    assert unbridged.profile.climb_m()[segment(unbridged, "BC")].max() > 20


def test_a_chain_of_bridges_is_straight_between_its_outer_ends(ground):
    """The ground under B falls away; the two halves of the bridge do not dip to it."""
    gorge = ground(lambda x, y: 500 + 0.02 * x - 200 * ((x > 850) & (x < 1350)))
    road = draw("A-------B----C----D-------E", terrain=gorge, bridge={"BC": True, "CD": True})
    height = road.nodes["elevation_m"].to_numpy()
    assert height[2] == pytest.approx((height[1] + height[3]) / 2)
    assert height[2] > 480


def test_gaps_are_filled_along_the_segment(ground):
    hole = ground(lambda x, y: 500 + 0.04 * x, hole=lambda x, y: (x > 800) & (x < 1200))
    road = draw("A--------------------B", terrain=hole)
    assert road.profile.repairs.filled_samples > 10
    assert not np.isnan(road.profile.elevation_m).any()
    assert road.profile.climb_m()[0, 0] == pytest.approx(0.04 * road.length_m[0], rel=0.01)


def test_a_segment_wholly_without_data_is_flat_and_counted(ground):
    road = draw(
        "A----B\n\n\n\n\nC----D",
        terrain=ground(lambda x, y: x * 0 + 300, hole=lambda x, y: y > -200),
    )
    assert road.profile.repairs.flat_segments == 1
    assert road.profile.climb_m()[segment(road, "AB")].max() == pytest.approx(0, abs=1e-9)


def test_cliffs_are_clamped_and_counted(ground):
    cliff = draw("A--------------------B", terrain=ground(lambda x, y: 400.0 * (x > 1000)))
    assert abs(cliff.profile.grade()).max() == pytest.approx(MAX_GRADE)
    assert cliff.profile.repairs.clamped_samples >= 5


def test_without_terrain_everything_is_flat():
    road = draw("A----B----C")
    assert road.profile.climb_m().max() == 0
    assert road.profile.repairs.flat_segments == 2


def test_roads_that_meet_have_one_height(ground):
    hills = ground(lambda x, y: 400 + 60 * np.sin(x / 150) * np.cos(y / 170))
    road = draw("A-----B-----C\n      |\n      |\n      |\n      D", terrain=hills)
    at = road.profile
    first, last = at.elevation_m[at.offsets[:-1]], at.elevation_m[at.offsets[1:] - 1]
    height = road.nodes["elevation_m"].to_numpy()
    assert first == pytest.approx(height[road.ends[:, 0]])
    assert last == pytest.approx(height[road.ends[:, 1]])


def test_radius_of_a_digitised_circle():
    """A circle of radius 50 m digitised every 10 m reads 50 m ± 5 %."""
    angle = np.arange(0, 2 * np.pi, 10 / 50)
    circle = shapely.LineString(np.column_stack([50 * np.cos(angle), 50 * np.sin(angle)]))
    offsets = sample_offsets(np.array([circle.length]))
    x, y = points_along(np.array([circle]), sample_fractions(offsets), offsets)
    assert radii(x, y, offsets) == pytest.approx(np.full(len(x), 50.0), rel=0.05)


def test_a_straight_road_has_no_radius_and_neighbours_do_not_bend_it():
    """Two straight roads at a right angle: the corner between them belongs to neither."""
    lines = np.array(
        [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (100, 90)])]
    )
    offsets = sample_offsets(shapely.length(lines))
    x, y = points_along(lines, sample_fractions(offsets), offsets)
    assert np.isinf(radii(x, y, offsets)).all()


@given(st.lists(st.floats(1.0, 3000.0), min_size=1, max_size=20))
def test_samples_are_close_and_include_both_ends(lengths):
    length = np.array(lengths)
    offsets = sample_offsets(length)
    fraction = sample_fractions(offsets)
    assert (fraction[offsets[:-1]] == 0).all()
    assert (fraction[offsets[1:] - 1] == 1).all()
    step = np.diff(fraction) * np.repeat(length, np.diff(offsets))[1:]
    assert step.max() <= 20 + 1e-6


@given(
    st.lists(st.integers(2, 9), min_size=1, max_size=6).flatmap(
        lambda counts: st.tuples(
            st.just(counts),
            st.lists(
                st.one_of(st.none(), st.floats(0, 3000)), min_size=sum(counts), max_size=sum(counts)
            ),
        )
    )
)
def test_gaps_take_nothing_from_other_segments(drawn):
    counts, heights = drawn
    offsets = np.concatenate([[0], np.cumsum(counts)])
    height = np.array([np.nan if h is None else h for h in heights])
    distance = np.concatenate([np.arange(n) * 20.0 for n in counts])
    filled, flat = fill_gaps(height, distance, offsets)
    assert not np.isnan(filled).any()
    for at, (low, high) in enumerate(pairwise(offsets)):
        own = height[low:high][~np.isnan(height[low:high])]
        assert flat[at] == (len(own) == 0)
        if len(own):
            assert own.min() - 1e-9 <= filled[low:high].min()
            assert filled[low:high].max() <= own.max() + 1e-9
        else:
            assert np.ptp(filled[low:high]) == 0


@given(st.lists(st.floats(1.0, 2000.0), min_size=1, max_size=8), st.floats(-0.2, 0.2))
def test_smoothing_keeps_ramps(lengths, grade):
    offsets = sample_offsets(np.array(lengths))
    distance = sample_fractions(offsets) * np.repeat(lengths, np.diff(offsets))
    ramp = 700 + grade * distance
    assert smooth_along(ramp, distance, offsets) == pytest.approx(ramp, abs=1e-6)


def test_drape_does_not_write_into_what_it_was_given(ground):
    road = draw("A----B----C")
    nodes, segments = road.nodes.copy(), road.segments.copy()
    drape(road.nodes, road.segments, ground(lambda x, y: x))
    assert road.nodes.equals(nodes)
    assert road.segments.equals(segments)
