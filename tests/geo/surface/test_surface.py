"""Travel-time surfaces: grids, times along roads, and both joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, TO_LON_LAT, build, draw, on, segment
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import Snapped
from geo.surface.egress import door_walks
from geo.surface.grid import Grid, grid_for, heights, walls
from geo.surface.ground import CYCLING, MOTORISED, WALKING, OffRoad, ground_of
from geo.surface.road_times import time_to_nearest, times_along
from geo.surface.spread import spread
from geo.surface.surface import Destinations, surface_with_roads, travel_time
from layers.errors import CrsError, DataError
from layers.roads.profile import sample_fractions
from layers.terrain.terrain import open_terrain
from tests.geo.routing.test_engine import all_nodes, worlds

INF = np.inf
WALK = 5 / 3.6
some = settings(max_examples=30, deadline=None)


def grid(rows: int, columns: int, cell: float = 100.0, margin: int = 0) -> Grid:
    """Lay a grid so that a drawn character is in the middle of a cell of 100 m."""
    west, north = ORIGIN[0] - (margin + 0.5) * cell, ORIGIN[1] + (margin + 0.5) * cell
    return Grid(Affine(cell, 0, west, 0, -cell, north), (rows, columns), CRS)


def at(*cells: tuple[float, float], **options) -> Destinations:
    """Return destinations by row and column of a drawing, which may be fractions."""
    rows, columns = np.array(cells, float).T
    lon, lat = TO_LON_LAT.transform(ORIGIN[0] + 100 * columns, ORIGIN[1] - 100 * rows)
    return Destinations(np.asarray(lon), np.asarray(lat), **options)


def drive(road, cells, dest, *, vehicle: str = "pickup", **options):
    """Make the surface of a drawn road over level ground."""
    costs = edge_costs(road, load_vehicle(vehicle))
    return costs, surface_with_roads(cells, np.zeros(cells.shape), road, costs, dest, **options)


# --- AccessMod's analysis -------------------------------------------------------------------


def test_flat_ground_is_distance_by_speed():
    cells = grid(1, 11)
    found = travel_time(
        cells, np.zeros((1, 11)), np.ones((1, 11), int), {1: (5.0, WALKING)}, at((0, 0))
    )
    assert found.time_s[0] == pytest.approx(np.arange(11) * 100 / WALK, rel=1e-6)
    assert found.time_s.dtype == np.float32
    assert (found.allocation == 0).all()


def test_three_by_three_by_hand():
    """A road of 50 km/h across fields of 2.5 km/h, the facility at its left end.

    In the first row the middle is reached by the road, then half a cell of road and half
    of field: 100/50 + (50/50 + 50/2.5) m/(km/h), times 3.6; the diagonal from the middle
    of the road to the corner is longer than from its end straight on.
    """
    cover = np.array([[2, 2, 2], [1, 1, 1], [2, 2, 0]])
    speeds = {0: (0.0, WALKING), 1: (50.0, MOTORISED), 2: (2.5, WALKING)}
    for neighbours in (8, 16):
        found = travel_time(
            grid(3, 3), np.zeros((3, 3)), cover, speeds, at((1, 0)), neighbours=neighbours
        )
        beside = 3.6 * (50 / 50 + 50 / 2.5)
        road = 3.6 * 100 / 50
        expected = [
            [beside, road + beside, 2 * road + beside],
            [0, road, 2 * road],
            [beside, road + beside, INF],
        ]
        assert found.time_s == pytest.approx(np.array(expected), rel=1e-6)


def test_a_knight_and_a_slope_by_hand():
    """Three rows of two cells, 100 m; down 20 m from the upper right to the lower left.

    The knight's move is 223.6 m long and falls 20 m: s = -0.0894, e^(3.5·(0.0394 - 0.05))
    = 0.9636 of the flat time, a quarter in each of its four cells, two of them at half
    speed: 223.6/4 · (2/5 + 2/2.5) km/h · 3.6 · 0.9636 = 232.7 s.
    """
    dem = np.array([[0.0, 20.0], [0.0, 20.0], [0.0, 20.0]])
    cover = np.array([[3, 1], [2, 2], [1, 3]])
    speeds = {1: (5.0, WALKING), 2: (2.5, WALKING), 3: (0.0, WALKING)}
    found = travel_time(grid(3, 2), dem, cover, speeds, at((2, 0)))
    assert found.time_s[0, 1] == pytest.approx(232.7, abs=0.1)
    there = travel_time(grid(3, 2), -dem, cover, speeds, at((2, 0)))
    assert there.time_s[0, 1] > found.time_s[0, 1]


def test_a_class_without_speed_and_wrong_shapes_are_refused():
    cells, level = grid(2, 2), np.zeros((2, 2))
    speeds = {1: (5.0, WALKING), 2: (9.0, CYCLING)}
    with pytest.raises(DataError, match="land cover 7 has no speed; classes with one: 1, 2"):
        travel_time(cells, level, np.full((2, 2), 7), speeds, at((0, 0)))
    with pytest.raises(DataError, match="land cover has shape"):
        travel_time(cells, level, np.ones((2, 3), int), speeds, at((0, 0)))
    with pytest.raises(DataError, match="heights have shape"):
        travel_time(cells, np.zeros((3, 2)), np.ones((2, 2), int), speeds, at((0, 0)))


@pytest.mark.parametrize(
    ("lon", "lat", "wait", "words"),
    [
        ([98.0], [98.0], [0.0], "nowhere on Earth"),
        ([np.nan], [19.0], [0.0], "nowhere on Earth"),
        ([98.0], [19.0], [-1.0], "at least 0"),
        ([98.0], [19.0, 20.0], [0.0], "length"),
    ],
)
def test_destinations_that_are_none_are_refused(lon, lat, wait, words):
    with pytest.raises(DataError, match=words):
        Destinations(np.array(lon), np.array(lat), np.array(wait))


# --- Grids ----------------------------------------------------------------------------------


@given(
    st.floats(97, 98.5),
    st.floats(17, 20),
    st.floats(0.001, 0.5),
    st.sampled_from([30.0, 90.0, 1e3]),
)
def test_a_grid_covers_its_extent_on_whole_multiples(west, south, size, resolution):
    bounds = (west, south, west + size, south + size)
    made = grid_for(bounds, CRS, resolution)
    corners = np.array([(bounds[i], bounds[j]) for i in (0, 2) for j in (1, 3)])
    x, y = TO_LON_LAT.transform(*corners.T, direction="INVERSE")
    across, down = made.centres()
    half = resolution / 2 + 1e-6
    assert (x >= across[0] - half).all()
    assert (x <= across[-1] + half).all()
    assert (y <= down[0] + half).all()
    assert (y >= down[-1] - half).all()
    assert made.cell_m == (resolution, resolution)
    assert made.transform.c % resolution == 0
    cells, inside = made.cells(x, y)
    assert np.abs(across[cells[:, 1]] - x[inside]).max(initial=0) <= half
    assert np.abs(down[cells[:, 0]] - y[inside]).max(initial=0) <= half


def test_grids_that_are_none_are_refused():
    with pytest.raises(DataError, match="wide"):
        grid_for((98, 19, 99, 20), CRS, 0.0)
    with pytest.raises(DataError, match="columns south"):
        Grid(Affine(30, 0, 0, 0, 30, 0), (2, 2), CRS)
    with pytest.raises(DataError, match="no grid"):
        Grid(Affine(30, 0, 0, 0, -30, 0), (0, 2), CRS)
    with pytest.raises(CrsError, match="not in metres"):
        Grid(Affine(30, 0, 0, 0, -30, 0), (2, 2), "EPSG:4326")


def test_heights_are_read_in_the_middle_of_cells(tmp_path):
    x, _ = np.meshgrid(np.arange(100.0), np.arange(600.0))
    path = tmp_path / "ramp.tif"
    transform = Affine(30, 0, ORIGIN[0], 0, -30, ORIGIN[1])
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=600,
        width=100,
        count=1,
        dtype="float32",
        crs=CRS,
        transform=transform,
    ) as raster:
        raster.write(x.astype(np.float32), 1)
    found = heights(Grid(transform, (601, 100), CRS), open_terrain(path))
    assert found[:600] == pytest.approx(x, abs=1e-3)
    assert np.isnan(found[600]).all()


# --- Roads ----------------------------------------------------------------------------------


@some
@given(worlds(), st.lists(st.integers(0, 90), min_size=6, max_size=6))
def test_nearest_is_the_least_of_the_matrix(world, initial):
    road, weight, where = world
    wait = np.array(initial[: len(where)], float)
    metric = customise(contract(road), weight)
    time, which = time_to_nearest(metric, where, wait)
    nodes = all_nodes(metric)
    each = matrix(metric, nodes, where) + wait
    ends = metric.graph.ends
    for row in range(len(nodes)):
        node = ends[nodes.segment[row], int(nodes.fraction[row])]
        assert time[node] == pytest.approx(each[row].min())
        if np.isfinite(time[node]):
            assert each[row, which[node]] == pytest.approx(time[node])
        else:
            assert which[node] == -1


@some
@given(worlds(), st.lists(st.integers(0, 90), min_size=6, max_size=6))
def test_samples_are_positions_as_the_matrix_sees_them(world, initial):
    road, weight, where = world
    wait = np.array(initial[: len(where)], float)
    metric = customise(contract(road), weight)
    time, which = times_along(road, metric, where, wait)
    profile = road.profile
    chosen = np.unique(np.linspace(0, len(time) - 1, 40).astype(int))
    spots = Snapped(
        profile.segment[chosen], sample_fractions(profile.offsets)[chosen], np.zeros(len(chosen))
    )
    each = matrix(metric, spots, where) + wait
    assert time[chosen] == pytest.approx(each.min(axis=1), abs=2e-3)
    found = np.isfinite(time[chosen])
    assert (which[chosen] >= 0).tolist() == found.tolist()
    own = each[np.arange(len(chosen)), which[chosen]]
    assert own[found] == pytest.approx(time[chosen][found], abs=2e-3)


def test_a_road_makes_it_faster_and_the_walk_to_it_counts():
    road = draw("A---------B")
    cells = grid(5, 11)
    costs, found = drive(road, cells, at((0, 0)))
    whole = costs.time_s[0, 1]
    # A cell has the time of its nearest sample: at most half a cell less than its middle.
    assert found.time_s[0] == pytest.approx(np.linspace(0, 1, 11) * whole, abs=0.05 * whole)
    assert (found.time_s[0] <= np.linspace(0, 1, 11) * whole + 1e-3).all()
    # Four cells straight up to the road, then along it.
    assert found.time_s[4, 10] == pytest.approx(400 / WALK + whole, rel=0.01)
    assert found.time_s[4, 10] <= 400 / WALK + whole + 1e-3
    on_foot = travel_time(cells, np.zeros((5, 11)), np.ones((5, 11), int), {1: (5, 1)}, at((0, 0)))
    assert (found.time_s <= on_foot.time_s + 1e-3).all()


def test_a_road_is_reached_by_both_ends():
    """A facility at each end: the cell in the middle drives to the nearer one."""
    road = draw("A---------B")
    costs, found = drive(road, grid(1, 11), at((0, 0), (0, 10)))
    whole = costs.time_s[0, 0]
    expected = np.minimum(np.arange(11), 10 - np.arange(11)) / 10 * whole
    assert found.time_s[0] == pytest.approx(expected, abs=0.05 * whole)
    assert found.allocation[0, [0, 4, 6, 10]].tolist() == [0, 0, 1, 1]


def test_a_one_way_road_is_left_at_its_end():
    """From the middle of AB one drives on to B and round, not back to A."""
    road = draw("A---->----B\n|         |\n+---------+")
    cells = grid(3, 11)
    facility = at((0, 0))
    costs, found = drive(road, cells, facility)
    names = [segment(road, name) for name in ("AB", "AB2")]
    assert costs.time_s[names[0], 1] == INF
    back = costs.time_s[names[1]].max()
    half = costs.time_s[names[0], 0] / 2
    assert found.time_s[0, 5] == pytest.approx(half + back, abs=0.1 * half)
    # Just beside A one walks rather than drive all the way round.
    assert found.time_s[0, 1] == pytest.approx(100 / WALK, rel=1e-3)
    both = drive(draw("A---------B\n|         |\n+---------+"), cells, facility)[1]
    assert (both.time_s <= found.time_s + 1e-3).all()
    assert both.time_s[0, 5] < found.time_s[0, 5]


def test_a_facility_off_the_road_is_walked_to():
    """3 km north of the road: the walk to the door at 5 km/h, by whatever way one comes."""
    road = draw("A---------B")
    cells = Grid(Affine(100, 0, ORIGIN[0] - 50, 0, -100, ORIGIN[1] + 3050), (31, 11), CRS)
    costs, found = drive(road, cells, at((-30, 0), initial_s=np.array([60.0])))
    assert found.time_s[30, 0] == pytest.approx(60 + 3000 / WALK, rel=1e-3)
    # The walk begins anywhere in the door's column of cells, half a cell nearer than its middle.
    whole = costs.time_s[0, 1]
    assert found.time_s[30, 10] == pytest.approx(60 + 3000 / WALK + whole, abs=0.1 * whole)
    assert found.time_s[0, 0] == 60


def test_a_facility_beyond_walking_is_not_driven_to():
    found = drive(draw("A---------B"), grid(1, 11), at((-250, 0)))[1]
    assert np.isinf(found.time_s).all()
    assert (found.allocation == -1).all()


def test_no_facility_and_no_open_road():
    road = draw("A---------B")
    none = Destinations(np.zeros(0), np.zeros(0))
    assert np.isinf(drive(road, grid(1, 11), none)[1].time_s).all()
    closed = replace(edge_costs(road, load_vehicle("pickup")), passable=np.array([0.5]))
    cells = grid(1, 11)
    options = {"passable_at_least": 0.95}
    found = surface_with_roads(cells, np.zeros((1, 11)), road, closed, at((0, 0)), **options)
    assert found.time_s[0] == pytest.approx(np.arange(11) * 100 / WALK, rel=1e-6)
    open_ = surface_with_roads(cells, np.zeros((1, 11)), road, closed, at((0, 0)))
    assert open_.time_s[0, 10] < found.time_s[0, 10] / 5


@pytest.mark.parametrize("bridge", [True, False])
def test_a_river_with_a_road_over_it(bridge):
    """On foot one passes at the bridge, or nowhere; driving needs no ground."""
    road = draw("A---B--C---D", bridge={"BC": bridge})
    cells = grid(9, 12, margin=4)
    cells = replace(cells, shape=(9, 20))
    river = shapely.LineString(
        [(ORIGIN[0] + 550, ORIGIN[1] + 1000), (ORIGIN[0] + 560, ORIGIN[1] - 1000)]
    )
    off_road = OffRoad(barriers=[river])
    ground = ground_of(cells, np.zeros((9, 20)), replace(off_road, crossings=()))
    assert (ground.speed_kph == 0).any(axis=1).all()
    shut = replace(edge_costs(road, load_vehicle("pickup")), passable=np.zeros(3))
    found = surface_with_roads(cells, np.zeros((9, 20)), road, shut, at((0, 0)), off_road=off_road)
    assert np.isfinite(found.time_s[:, 15]).all() == bridge
    driven = drive(road, cells, at((0, 0)), off_road=off_road)[1]
    assert np.isfinite(driven.time_s[:, 15]).all()


def test_one_does_not_get_on_in_a_tunnel():
    road = draw("A--B---------C--D", tunnel={"BC": True})
    cells = grid(1, 17)
    found = drive(road, cells, at((0, 0)))[1]
    middle, mouth = found.time_s[0, 7], found.time_s[0, 3]
    assert middle == pytest.approx(mouth + 400 / WALK, rel=1e-3)
    assert found.time_s[0, 12] < middle


def test_a_way_across_the_border_counts_only_where_no_other_leads():
    """The short way AB leads abroad and back; the long one does not."""
    picture = "A---------B\n|         |\n|         |\n+---------+"
    home, abroad = draw(picture), draw(picture, crossing={"AB": "ban_test"})
    cells, facility = grid(4, 11), at((0, 0))
    short, long = (drive(road, cells, facility)[1].time_s[0, 10] for road in (home, abroad))
    costs = edge_costs(home, load_vehicle("pickup")).time_s
    assert short == pytest.approx(costs[segment(home, "AB"), 1], rel=0.05)
    assert long == pytest.approx(costs[segment(home, "AB2")].min(), rel=0.05)
    alone = draw("A---------B", crossing={"AB": "ban_test"})
    assert drive(alone, grid(1, 11), facility)[1].time_s[0, 10] == pytest.approx(short, rel=1e-3)


def test_a_stop_and_another_system():
    road = draw("A---------B")
    found = drive(road, grid(1, 11), at((0, 0)), max_s=20.0)[1]
    assert found.time_s[np.isfinite(found.time_s)].max() <= 20
    assert np.isinf(found.time_s).any()
    elsewhere = replace(grid(1, 11), crs="EPSG:32648")
    with pytest.raises(DataError, match="roads are in"):
        drive(road, elsewhere, at((0, 0)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_cell_is_slower_than_any_way_one_may_think_of(seed):
    """Walk to any sample, drive, walk to the door: never faster than the surface says."""
    rng = np.random.default_rng(seed)
    road = draw("A---->----B---C\n|         |   |\n+---------+   D")
    cells = grid(5, 17, margin=1)
    places = rng.uniform((-1, -1), (3, 14), (2, 2))
    costs, found = drive(road, cells, at(*places))
    one = [drive(road, cells, at(place))[1].time_s for place in places]
    assert found.time_s == pytest.approx(np.minimum(*one), rel=1e-3, abs=0.05)
    owner = np.where(found.allocation == 0, *one)
    assert owner == pytest.approx(found.time_s, rel=1e-3, abs=0.05)
    # A neighbour is at most the walk between them farther off.
    assert (np.abs(np.diff(found.time_s, axis=1)) <= 100 / WALK + 1e-2).all()
    assert np.isfinite(costs.time_s).any()


# --- Doors ----------------------------------------------------------------------------------


def river(x: float, gap: tuple[float, float] | None = None) -> list[shapely.LineString]:
    """Return a river from north to south at a column of a drawing."""
    east, (_, north) = ORIGIN[0] + 100 * x, ORIGIN
    ends = (
        [(north + 5000, north - 5000)]
        if gap is None
        else [
            (north + 5000, north - 100 * gap[0]),
            (north - 100 * gap[1], north - 5000),
        ]
    )
    return [shapely.LineString([(east, a), (east, b)]) for a, b in ends]


def door(picture: str, place: tuple[float, float], rows: int, *, x: float = 6, **columns):
    """Make surfaces to a place beyond a river: with the river, and without it."""
    road, cells = draw(picture, **columns), grid(rows, 14)
    wet = drive(road, cells, at(place), off_road=OffRoad(barriers=river(x)))[1]
    return wet, drive(road, cells, at(place))[1]


def test_the_door_is_not_reached_straight_across_a_river():
    """The road ends at the river; the bridge is a kilometre south, and so is the way."""
    picture = "A----B\n|\n|\n|\n|\n|\n|\n|\n|\n|\nC---D---E---F"
    wet, dry = door(picture, (0, 8), 11, bridge={"DE": True})
    # From the end of the road, 300 m from the door: round by the bridge and 1 km up on foot.
    assert dry.time_s[0, 5] == pytest.approx(300 / WALK, rel=0.01)
    assert wet.time_s[0, 5] > 1000 / WALK
    assert wet.time_s[0, 5] < 1000 / WALK + 300
    assert wet.time_s[10, 8] == pytest.approx(1000 / WALK, rel=0.02)
    assert (wet.time_s >= dry.time_s - 1e-3).all()


@pytest.mark.parametrize("turned", [False, True])
def test_the_road_on_the_doors_own_side_leads_there(turned):
    """Two roads, one on each bank; the nearer one is the wrong one. The same mirrored."""
    near, far = (5.0, 9.0)
    place, x = ((2, 6.9), 6.2) if not turned else ((2, 13 - 6.9), 13 - 6.2)
    ends = [(near, near), (far, far)] if not turned else [(13 - near,) * 2, (13 - far,) * 2]
    (a, _), (c, _) = ends
    road = build(
        [(ORIGIN[0] + 100 * k, ORIGIN[1] - 100 * r) for k in (a, c) for r in (0, 4)],
        [[0, 1], [2, 3]],
    )
    wet = drive(road, grid(5, 14), at(place), off_road=OffRoad(barriers=river(x)))[1]
    right, wrong = round(c), round(a)
    assert np.isfinite(wet.time_s[:, right]).all()
    assert wet.time_s[2, right] == pytest.approx(abs(c - place[1]) * 100 / WALK, abs=80)
    assert np.isinf(wet.time_s[:, wrong]).all(), "no bridge: nothing leads across"


def test_a_ford_is_as_good_as_a_bridge_for_who_walks():
    road, cells = draw("A----B"), grid(5, 14)
    ford = shapely.Point(ORIGIN[0] + 600, ORIGIN[1] - 400)
    way = OffRoad(barriers=river(6), crossings=[ford])
    found = drive(road, cells, at((0, 8)), off_road=way)[1]
    around = 100 * (np.hypot(3, 4)) / WALK
    assert around < found.time_s[0, 5] < 1.6 * around
    shut = drive(road, cells, at((0, 8)), off_road=replace(way, crossings=()))[1]
    assert np.isinf(shut.time_s[0, 5])


def test_a_door_on_the_road_costs_no_walk():
    """Also between two samples, also where the road shares its cells with the river."""
    road, cells = draw("A---------B"), grid(3, 11)
    costs, found = drive(road, cells, at((0, 4.57)))
    whole = costs.time_s[0].max()
    assert found.time_s[0, 5] <= 0.1 * whole
    assert found.time_s[0] == pytest.approx(
        np.abs(np.arange(11) - 4.57) / 10 * whole, abs=0.05 * whole
    )
    beside = shapely.LineString(
        [(ORIGIN[0] - 500, ORIGIN[1] - 20), (ORIGIN[0] + 2000, ORIGIN[1] - 20)]
    )
    off_road = OffRoad(barriers=[beside])
    level = np.zeros(cells.shape)
    assert not ground_of(cells, level, off_road).passable[0].any()
    north = Grid(Affine(100, 0, cells.transform.c, 0, -100, cells.transform.f + 200), (5, 11), CRS)
    wet = drive(road, north, at((0, 4.57)), off_road=off_road)[1]
    # The road is on the northern bank: from there one gets to it, from the south not.
    assert wet.time_s[0, 9] == pytest.approx(200 / WALK + 0.44 * whole, abs=0.1 * whole)
    assert np.isinf(wet.time_s[3:]).all()


@pytest.mark.parametrize("row", [-1.4, 1.0])
def test_where_the_ground_tells_nothing_the_walk_is_straight(row):
    """Just off the grid, or in the middle of cells without heights."""
    road, cells = draw("A---------B"), grid(4, 11)
    dem = np.zeros((4, 11))
    if row > 0:
        dem[0:3, 2:7] = np.nan
    costs = edge_costs(road, load_vehicle("pickup"))
    found = surface_with_roads(cells, dem, road, costs, at((row, 4)))
    straight = abs(row) * 100 / WALK
    assert found.time_s[0, 10] == pytest.approx(straight + 0.6 * costs.time_s[0, 0], rel=0.05)


def test_a_door_in_a_closed_cell_is_left_on_its_own_side():
    """A hospital on the western bank shares its cell with the river: the east does not get in."""
    cells = grid(5, 13)
    place, x = (2, 5.8), 6.0
    way = OffRoad(barriers=river(x))
    west = draw("A---B")
    found = drive(west, cells, at(place), off_road=way)[1]
    assert np.isfinite(found.time_s[:, :5]).all()
    assert np.isinf(found.time_s[:, 7:]).all()
    assert found.time_s[2, 6] == 0
    assert found.time_s[2, 5] == pytest.approx(100 / WALK, rel=0.01)


def test_doors_are_those_of_a_search_cell_by_cell():
    """The walk from every sample is what the ground says from its cell, at most two hours."""
    rng = np.random.default_rng(4)
    road, cells = draw("A---------B\n|         |\nC---------D"), grid(12, 14)
    dem = rng.normal(0, 15, cells.shape)
    way = OffRoad(barriers=river(3, (2, 4)))
    ground = ground_of(cells, dem, way)
    goals = at((6, 12), (8, 0))
    x, y = goals.metres(cells)
    points = tuple(np.array(p) for p in zip(*road.nodes[["x", "y"]].to_numpy(), strict=True))
    walk, which, stands = door_walks(cells, ground, way, (x, y, goals.initial_s), points)
    time, owner = spread(ground, goals.within(cells)[0], goals.initial_s)
    at_cells, _ = cells.cells(*points)
    assert stands.all()
    assert walk == pytest.approx(time[tuple(at_cells.T)])
    assert which.tolist() == owner[tuple(at_cells.T)].tolist()
    short, _, _ = door_walks(
        cells, ground, way, (x, y, goals.initial_s), points, longest_s=float(np.median(walk))
    )
    assert np.isinf(short).any()
    assert short[np.isfinite(short)] == pytest.approx(walk[np.isfinite(short)])


# --- Walls ----------------------------------------------------------------------------------


def test_walls_keep_narrow_areas_and_open_at_points():
    cells = grid(9, 9)
    x, y = cells.centres()
    sliver = shapely.box(x[4] + 30, y[8] - 50, x[4] + 40, y[0] + 50)
    closed = walls(cells, [sliver], [])
    assert closed[:, 4].all()
    assert closed.sum() == 9
    ford = walls(cells, [sliver], [shapely.Point(x[4] - 60, y[3])])
    assert not ford[3, 4]
    assert ford[[0, 1, 6, 7, 8], 4].all()
    assert not walls(cells, [], []).any()
    assert not walls(cells, [shapely.LineString()], [shapely.Point()]).any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_line_across_a_grid_can_be_passed(seed):
    """Whatever its bends, a river from one edge to the other parts the grid."""
    rng = np.random.default_rng(seed)
    cells = grid(30, 30)
    x, y = cells.centres()
    stops = np.sort(rng.uniform(x[0], x[-1], 6))
    stops[[0, -1]] = x[0] - 200, x[-1] + 200
    river = shapely.LineString(np.column_stack([stops, rng.uniform(y[-3], y[2], 6)]))
    speeds = {1: (5.0, WALKING)}
    level, cover = np.zeros(cells.shape), np.ones(cells.shape, int)
    assert np.isfinite(travel_time(cells, level, cover, speeds, at((0, 0))).time_s).all()
    ground = ground_of(cells, level, OffRoad(barriers=[river]))
    time, _ = spread(ground, np.array([[0, 0]]), np.zeros(1))
    assert np.isinf(time[-1]).all()
    assert np.isfinite(time[0]).all()


@some
@given(
    st.floats(0, np.pi),
    st.floats(-60, 60),
    st.floats(2, 60),
    st.booleans(),
)
def test_a_bridge_opens_a_river_of_any_direction(angle, aside, half, as_point):
    """A bridge of 4 to 120 m square across, or a ford known as a point near the river."""
    cells = grid(30, 30)
    x, y = cells.centres()
    along, across = (
        np.array([np.cos(angle), np.sin(angle)]),
        np.array([-np.sin(angle), np.cos(angle)]),
    )
    middle = np.array([x[14], y[14]]) + aside * across + aside * along
    river = shapely.LineString([middle - 5000 * along, middle + 5000 * along])
    bridge = shapely.LineString([middle - half * across, middle + half * across])
    ford = shapely.Point(middle + min(half, 20) * across)
    banks = [cells.cells(*(middle + side * 600 * across)[:, None])[0] for side in (-1, 1)]
    level = np.zeros(cells.shape)
    for crossings, reached in (([], False), ([ford if as_point else bridge], True)):
        ground = ground_of(cells, level, OffRoad(barriers=[river], crossings=crossings))
        time, _ = spread(ground, banks[0], np.zeros(1))
        assert np.isfinite(time[tuple(banks[1][0])]) == reached


def test_positions_on_a_segment_are_driven_straight_to_a_facility_on_it():
    road = draw("A---------B")
    metric = customise(contract(road), np.array([[100.0, 200.0]]))
    time, which = times_along(
        road, metric, on(road, ("AB", 0.5), ("AB", 0.5)), np.array([7.0, 9.0])
    )
    fraction = sample_fractions(road.profile.offsets)
    expected = np.where(fraction <= 0.5, 100 * (0.5 - fraction), 200 * (fraction - 0.5)) + 7
    assert time == pytest.approx(expected)
    assert (which == 0).all()
