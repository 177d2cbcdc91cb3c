"""Profiles: grades, climb and bends along a road."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, draw, segment
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin

from layers.roads.profile import radii, sample_fractions, sample_offsets
from layers.terrain.along import smoother
from layers.terrain.drape import drape, points_along
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


def test_cliffs_are_cut_and_filled_and_counted(ground):
    """A drawn road is a primary one: 16 % at most, and as much is cut as is filled."""
    cliff = draw("A--------------------B", terrain=ground(lambda x, y: 400.0 * (x > 1000)))
    assert abs(cliff.profile.grade()).max() == pytest.approx(0.16)
    assert cliff.profile.elevation_m.mean() == pytest.approx(400 * 1100 / 2100, abs=12)
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


@given(st.lists(st.floats(1.0, 900.0), min_size=1, max_size=8), st.floats(-0.15, 0.15))
def test_smoothing_keeps_ramps_wherever_they_are_cut(lengths, grade):
    """A straight line stays one between ends whose height is given."""
    length = np.array(lengths)
    offsets = sample_offsets(length)
    start = np.concatenate([[0.0], np.cumsum(length)])
    counts = np.diff(offsets)
    place = sample_fractions(offsets) * np.repeat(length, counts) + np.repeat(start[:-1], counts)
    ends = np.column_stack([np.arange(len(length)), np.arange(len(length)) + 1])
    along = smoother(
        offsets,
        ends,
        length,
        len(length) + 1,
        reach_m=np.full(len(length), 100.0),
        weight=np.ones(len(place)),
        held=np.array([0, len(length)]),
    )
    sample, node = along.smooth(700 + grade * place, 700 + grade * start[[0, -1]])
    assert sample == pytest.approx(700 + grade * place, abs=0.05)
    assert node == pytest.approx(700 + grade * start, abs=0.05)


def test_smoothing_a_wave_lowers_it_as_theory_says():
    """sin(x/l) averaged with weights exp(-|s|/r) is 1/(1 + (r/l)²) as high."""
    offsets = sample_offsets(np.array([6000.0]))
    place = sample_fractions(offsets) * 6000
    along = smoother(
        offsets,
        np.array([[0, 1]]),
        np.array([6000.0]),
        2,
        reach_m=np.array([150.0]),
        weight=np.ones(len(place)),
    )
    sample, _ = along.smooth(40 * np.sin(place / 200))
    inner = (place > 1500) & (place < 4500)
    theory = 40 * np.sin(place / 200) / (1 + (150 / 200) ** 2)
    assert sample[inner] == pytest.approx(theory[inner], abs=0.2)


def test_drape_does_not_write_into_what_it_was_given(ground):
    road = draw("A----B----C")
    nodes, segments = road.nodes.copy(), road.segments.copy()
    drape(road.nodes, road.segments, ground(lambda x, y: x))
    assert road.nodes.equals(nodes)
    assert road.segments.equals(segments)
