"""The spread over the ground, against a search built on its own from the stated rule."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.speed import walking_kph
from geo.surface.ground import (
    CYCLING,
    MOTORISED,
    TOBLER,
    WALKING,
    Ground,
    cycling_slowness,
    walking_slowness,
)
from geo.surface.spread import spread
from layers.errors import DataError

INF = np.inf
NONE = np.zeros(0)
some = settings(max_examples=60, deadline=None)


def flat(picture: str, cell: float = 30.0, kph: float = 5.0) -> Ground:
    """Draw level ground: `#` is impassable."""
    rows = [list(row) for row in picture.split()]
    speed = np.where(np.array(rows) == "#", 0.0, kph)
    return Ground(np.zeros(speed.shape), speed, np.ones(speed.shape, np.int8), (cell, cell))


def from_one(ground: Ground, row: int, column: int, **options):
    return spread(ground, np.array([[row, column]]), np.zeros(1), **options)[0]


def cycling_mps(grade: float, flat_mps: float) -> float:
    """Solve AccessMod's balance by bisection: 95 kg, Crr 0.012, 0.445 m², 20 °C, 500 m."""
    weight, drag = 931.0, 0.2225 * (1.293 - 0.0852) * math.exp(-1 / 14)
    cosine = 1 / math.hypot(1, grade)
    power = flat_mps * (weight * 0.012 + drag * flat_mps**2)
    low, high = 0.0, 2 * flat_mps
    for _ in range(80):
        middle = (low + high) / 2
        needed = middle * (weight * cosine * (0.012 + grade) + drag * middle**2)
        low, high = (middle, high) if needed < power else (low, middle)
    return high


def pace(ground: Ground, cell: tuple[int, int], grade: float) -> float:
    """Return seconds per metre of a cell, inf where impassable."""
    kph, mode = float(ground.speed_kph[cell]), int(ground.mode[cell])
    if not kph > 0 or (mode != MOTORISED and math.isnan(ground.elevation_m[cell])):
        return INF
    if mode == WALKING:
        kph *= math.exp(-3.5 * abs(grade + 0.05)) / math.exp(-3.5 * 0.05)
    return 1 / cycling_mps(grade, kph / 3.6) if mode == CYCLING else 3.6 / kph


def seconds(ground: Ground, there: tuple[int, int], here: tuple[int, int]) -> float:
    """Return the time of one move between cells, from first principles."""
    dr, dc = there[0] - here[0], there[1] - here[1]
    length = math.hypot(dr * ground.cell_m[1], dc * ground.cell_m[0])
    rise = float(ground.elevation_m[here] - ground.elevation_m[there])
    grade = 0.0 if math.isnan(rise) else rise / length
    crossed = [there, here]
    if max(abs(dr), abs(dc)) == 2:  # the two cells between, nearest to the straight line
        between = [(here[0] + dr * share, here[1] + dc * share) for share in (1 / 3, 2 / 3)]
        crossed += [(round(r), round(c)) for r, c in between]
    elif dr and dc:
        corners = [(there[0], here[1]), (here[0], there[1])]
        if all(pace(ground, corner, 0.0) == INF for corner in corners):
            return INF
    return length * sum(pace(ground, cell, grade) for cell in crossed) / len(crossed)


def by_the_rule(ground: Ground, cells, initial, neighbours: int) -> np.ndarray:
    """Search cell by cell with a heap."""
    found = np.full(ground.elevation_m.shape, INF)
    rows, columns = found.shape
    steps = [(r, c) for r in range(-2, 3) for c in range(-2, 3) if (r, c) != (0, 0)]
    steps = [
        s for s in steps if max(map(abs, s)) == 1 or (neighbours == 16 and abs(s[0] * s[1]) == 2)
    ]
    assert len(steps) == neighbours
    queue = [(t, tuple(c)) for c, t in zip(cells.tolist(), initial.tolist(), strict=True)]
    heapq.heapify(queue)
    while queue:
        now, here = heapq.heappop(queue)
        if found[here] < INF:
            continue
        found[here] = now
        for dr, dc in steps:
            there = (here[0] + dr, here[1] + dc)
            if 0 <= there[0] < rows and 0 <= there[1] < columns:
                then = now + seconds(ground, there, here)
                if then < found[there]:
                    heapq.heappush(queue, (then, there))
    return found


@st.composite
def worlds(draw):
    """Draw hilly ground of all modes with holes in it, destinations and their times."""
    shape = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    height = rng.normal(0, draw(st.sampled_from([0.0, 3.0, 30.0, 300.0])), shape)
    height[rng.random(shape) < draw(st.sampled_from([0, 0.2]))] = np.nan
    speed = rng.choice([1.0, 3.0, 5.0, 15.0, 60.0], shape)
    speed[rng.random(shape) < draw(st.sampled_from([0, 0.2, 0.5]))] = 0.0
    modes = draw(st.sampled_from([[1], [2], [3], [1, 2, 3]]))
    cell = draw(st.sampled_from([(30.0, 30.0), (20.0, 90.0)]))
    ground = Ground(height, speed, rng.choice(modes, shape).astype(np.int8), cell)
    count = draw(st.integers(0, 4))
    cells = np.column_stack([rng.integers(0, size, count) for size in shape])
    initial = rng.choice([0.0, 0.0, 17.5, 400.0, 1e6, INF], count)
    return ground, cells, initial


@some
@given(worlds(), st.sampled_from([8, 16]))
def test_every_cell_equals_the_rule(world, neighbours):
    ground, cells, initial = world
    found, _ = spread(ground, cells, initial, neighbours=neighbours)
    assert found == pytest.approx(by_the_rule(ground, cells, initial, neighbours), rel=1e-6)


@some
@given(worlds(), st.sampled_from([8, 16]), st.sampled_from([0.0, 10.0, 100.0, 1e5]))
def test_a_stop_leaves_nearer_cells_as_they_are(world, neighbours, stop):
    ground, cells, initial = world
    whole, _ = spread(ground, cells, initial, neighbours=neighbours)
    cut, which = spread(ground, cells, initial, neighbours=neighbours, max_s=stop)
    assert cut.tolist() == np.where(whole <= stop, whole, INF).tolist()
    assert ((which >= 0) == (whole <= stop)).all()


@some
@given(worlds(), st.sampled_from([8, 16]))
def test_allocation_names_a_destination_of_that_time(world, neighbours):
    ground, cells, initial = world
    whole, which = spread(ground, cells, initial, neighbours=neighbours)
    assert ((which >= 0) == np.isfinite(whole)).all()
    for index in range(len(cells)):
        own, _ = spread(ground, cells[[index]], initial[[index]], neighbours=neighbours)
        mine = which == index
        assert own[mine] == pytest.approx(whole[mine])
        assert (own >= whole - 1e-6).all()


@some
@given(worlds())
def test_arguments_are_not_written_into(world):
    ground, cells, initial = world
    before = [part.copy() for part in (ground.elevation_m, ground.speed_kph, cells, initial)]
    spread(ground, cells, initial)
    after = (ground.elevation_m, ground.speed_kph, cells, initial)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after, strict=True))


def test_flat_ground_is_symmetric():
    ground = flat("......... " * 9)
    for neighbours in (8, 16):
        time = from_one(ground, 4, 4, neighbours=neighbours)
        for turned in (time.T, time[::-1], time[:, ::-1]):
            assert time == pytest.approx(turned)
        assert time[4, 8] == pytest.approx(4 * 30 / (5 / 3.6))
        assert time[8, 8] == pytest.approx(4 * 30 * math.sqrt(2) / (5 / 3.6))
    assert time[6, 5] == pytest.approx(30 * math.sqrt(5) / (5 / 3.6))


@pytest.mark.parametrize("neighbours", [8, 16])
def test_a_river_is_crossed_at_its_bridge(neighbours):
    """The shores are 4 cells apart, but the way leads down to the bridge and back."""
    ground = flat(
        """
        ....#....
        ....#....
        ....#....
        .........
        ....#....
        """
    )
    time = from_one(ground, 0, 2, neighbours=neighbours) / 30 * (5 / 3.6)
    # 2 east and 3 south to the bridge: 2 diagonal and 1 straight, or a knight's and a diagonal.
    half = 2 * math.sqrt(2) + 1 if neighbours == 8 else math.sqrt(2) + math.sqrt(5)
    assert time[3, 4] == pytest.approx(half)
    assert time[0, 6] >= 2 * half - 1e-9
    closed = flat("....#.... " * 5)
    assert np.isinf(from_one(closed, 0, 2, neighbours=neighbours)[:, 4:]).all()


@pytest.mark.parametrize("neighbours", [8, 16])
@pytest.mark.parametrize("turned", [False, True])
def test_a_slanting_river_has_no_gaps(neighbours, turned):
    rows = ["..#....", "..#....", "...#...", "....#..", "....#..", ".....#.", "......#"]
    picture = [row[::-1] for row in rows] if turned else rows
    time = from_one(flat(" ".join(picture)), 6, 6 if turned else 0, neighbours=neighbours)
    assert np.isinf(time[0, 0 if turned else 6])


def test_an_island_is_never_reached():
    ground = flat(". . . . .".replace(" ", "") + " .###. .#.#. .###. .....")
    time = from_one(ground, 0, 0)
    assert time[2, 2] == INF
    assert np.isinf(time).sum() == 9


def test_a_destination_in_an_impassable_cell_is_there_alone():
    time = from_one(flat("... .#. ..."), 1, 1)
    assert time[1, 1] == 0
    assert np.isinf(np.delete(time.ravel(), 4)).all()


def test_unknown_height_stops_walkers_and_riders_but_no_engine():
    height = np.array([[0.0, np.nan, 0.0]])
    for mode, reached in ((WALKING, False), (CYCLING, False), (MOTORISED, True)):
        ground = Ground(height, np.full((1, 3), 5.0), np.full((1, 3), mode, np.int8), (30, 30))
        assert np.isfinite(from_one(ground, 0, 0)[0, 2]) == reached


def test_the_slope_is_that_of_going_there():
    """10 % up to the destination: Tobler 3.5234 km/h; down to it 5·e^0 = 5.0 km/h."""
    ground = Ground(
        np.array([[0.0, 10.0]]), np.full((1, 2), 5.0), np.ones((1, 2), np.int8), (100,) * 2
    )
    assert from_one(ground, 0, 1)[0, 0] == pytest.approx(100 / 3.5234 * 3.6, rel=1e-4)
    assert from_one(ground, 0, 0)[0, 1] == pytest.approx(100 / 5.0 * 3.6, rel=1e-4)


@some
@given(st.floats(-2, 2))
def test_slopes_slow_as_the_speed_model_says(grade):
    assert TOBLER.base_kph / walking_slowness(grade, TOBLER.best, TOBLER.decay) == pytest.approx(
        walking_kph(np.array([grade]), TOBLER)[0]
    )
    for kph in (5.0, 14.0, 30.0):
        assert kph / 3.6 / cycling_slowness(grade, 3.6 / kph) == pytest.approx(
            cycling_mps(grade, kph / 3.6), rel=1e-6
        )


def test_cycling_keeps_its_flat_speed_and_at_most_doubles_it():
    assert cycling_slowness(0.0, 3.6 / 14) == pytest.approx(1.0)
    assert cycling_slowness(-0.3, 3.6 / 14) == pytest.approx(0.5)
    assert cycling_slowness(0.1, 3.6 / 14) > 4


def test_cliffs_take_their_time_but_no_for_ever():
    """A spike in the heights is a number beyond the queue's slots, or not reached at all."""
    height = np.array([[0.0, 300.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1e6]])
    ground = Ground(height, np.full((3, 3), 5.0), np.ones((3, 3), np.int8), (30.0, 30.0))
    time = from_one(ground, 1, 1)
    assert 1e8 < time[0, 1] < INF
    assert time[2, 2] == INF


def test_nothing_to_go_to_and_nowhere_to_go():
    ground = flat("... ...")
    time, which = spread(ground, np.zeros((0, 2), np.int64), NONE)
    assert np.isinf(time).all()
    assert (which == -1).all()
    walled = flat("### ###")
    assert np.isfinite(from_one(walled, 0, 0)).sum() == 1


@pytest.mark.parametrize(
    ("cells", "initial", "neighbours", "words"),
    [
        ([[0, 3]], [0.0], 16, "outside"),
        ([[-1, 0]], [0.0], 16, "outside"),
        ([[0, 0]], [-1.0], 16, "at least 0"),
        ([[0, 0]], [np.nan], 16, "at least 0"),
        ([[0, 0]], [0.0, 0.0], 16, "number"),
        ([[0, 0]], [0.0], 4, "8 or 16"),
    ],
)
def test_what_makes_no_sense_is_refused(cells, initial, neighbours, words):
    with pytest.raises(DataError, match=words):
        spread(flat("... ..."), np.array(cells), np.array(initial), neighbours=neighbours)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"speed_kph": np.full((2, 3), -1.0)}, "speeds"),
        ({"speed_kph": np.full((2, 2), 1.0)}, "shape"),
        ({"mode": np.full((2, 3), 4, np.int8)}, "modes"),
        ({"cell_m": (0.0, 30.0)}, "cells"),
    ],
)
def test_ground_that_is_none_is_refused(change, words):
    with pytest.raises(DataError, match=words):
        Ground(**(vars(flat("... ...")) | change))
