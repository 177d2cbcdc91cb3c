"""Routes, on networks and terrain drawn below, with sums that can be done in the head."""

import dataclasses

import numpy as np
import pytest
import rasterio
import shapely
from drawing import CRS, ORIGIN, TO_LON_LAT, draw, segment
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import from_origin

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract
from geo.routing.route import Route, find_routes
from geo.routing.trip import Trip
from layers.errors import DataError, NoRoadError, NoRouteError
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile
from layers.tables.places import Place
from layers.terrain.terrain import Terrain, open_terrain

SLOPE = 0.05


@pytest.fixture(scope="module")
def ramp(tmp_path_factory) -> Terrain:
    """Make ground that is 400 m high at the picture's left edge and rises 5 % to the right."""
    path = tmp_path_factory.mktemp("ramp") / "ramp.tif"
    size, cell = 300, 30.0
    west, north = ORIGIN[0] - 1500, ORIGIN[1] + 1500
    x = west + (np.arange(size) + 0.5) * cell
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
    ) as raster:
        height = 400 + SLOPE * (x - ORIGIN[0])
        raster.write(np.broadcast_to(height, (size, size)).astype("float32"), 1)
    return open_terrain(path)


def trip(road: RoadNetwork, vehicle: str = "car", optimise: str = "distance") -> Trip:
    chosen = load_vehicle(vehicle)
    costs = edge_costs(road, chosen)
    return Trip(road, contract(road), costs, chosen, optimise=optimise)


def spot(road: RoadNetwork, name: str, fraction: float, *, aside: float = 0.0) -> Place:
    """Return a place on a road, or so many metres above it."""
    line = road.segments.geometry.iloc[segment(road, name)]
    point = line.interpolate(fraction, normalized=True)
    lon, lat = TO_LON_LAT.transform(point.x, point.y + aside)
    label = f"{name} {fraction:g}"
    return Place("", label, label, "point", lon, lat)


def junction(road: RoadNetwork, letter: str) -> Place:
    """Return a junction as a place of that name."""
    names = road.segments["name"].astype(str)
    name = next(name for name in names if letter in name)
    return dataclasses.replace(spot(road, name, float(name[0] != letter)), name_en=letter)


def route(road: RoadNetwork, letters: str, **kwargs) -> Route:
    """Return the best route from letter to letter."""
    (found,) = find_routes(trip(road, **kwargs), [junction(road, letter) for letter in letters])
    return found


def in_metres(route: Route) -> shapely.LineString:
    """Return the geometry of a route in metres from the picture's upper left corner."""
    back = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    x, y = back.transform(*np.array(route.geometry.coords).T)
    return shapely.LineString(np.column_stack([x, y]) - ORIGIN)


def test_climb_and_descent_on_a_ramp(ramp):
    road = draw("A-----B-----C", terrain=ramp)  # 1,200 m at 5 %: 60 m up
    up, down = route(road, "AC"), route(road, "CA")
    assert (up.distance_m, up.climb_m, up.descent_m) == pytest.approx((1200, 60, 0), abs=0.02)
    assert (down.distance_m, down.climb_m, down.descent_m) == pytest.approx((1200, 0, 60), abs=0.02)
    assert up.max_grade_pct == pytest.approx(5, abs=0.01)
    assert down.max_grade_pct == pytest.approx(5, abs=0.01)
    assert up.fuel_l > down.fuel_l


def test_climb_of_a_part(ramp):
    road = draw("A-----B-----C", terrain=ramp)
    (found,) = find_routes(trip(road), [spot(road, "AB", 0.5), spot(road, "BC", 0.25)])
    assert found.distance_m == pytest.approx(300 + 150, abs=0.01)
    assert (found.climb_m, found.descent_m) == pytest.approx((22.5, 0), abs=0.02)
    assert found.profile.elevation_m[[0, -1]] == pytest.approx([415, 437.5], abs=0.02)


def test_whole_segments_take_what_their_costs_say(ramp):
    road = draw("A-----B-----C", terrain=ramp, highway={"BC": "track"})
    going = trip(road)
    for letters, way in (("AC", 0), ("CA", 1)):
        found = route(road, letters)
        for name in ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb"):
            expected = getattr(going.costs, name)[:, way].sum()
            assert getattr(found, name) == pytest.approx(expected, rel=1e-6)


def test_a_part_of_a_segment_takes_its_share(ramp):
    road = draw("A-----B", terrain=ramp)
    whole = route(road, "BA")
    (half,) = find_routes(trip(road), [spot(road, "AB", 0.75), spot(road, "AB", 0.25)])
    for name in ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb", "descent_m"):
        assert getattr(half, name) == pytest.approx(getattr(whole, name) / 2, rel=1e-3), name


def test_places_beside_the_road_start_on_it():
    road = draw("A-----B")
    stops = [spot(road, "AB", 0.25, aside=80), spot(road, "AB", 0.75, aside=-50)]
    (found,) = find_routes(trip(road), stops)
    assert found.distance_m == pytest.approx(300, abs=0.01)
    assert in_metres(found).bounds == pytest.approx((150, 0, 450, 0), abs=1e-3)
    assert (found.from_place, found.to_place, found.via) == (stops[0], stops[1], ())


def test_legs_join_one_number():
    picture = "A---B-----C---D--E--F"
    stops = [junction(draw(picture), letter) for letter in "AF"]
    road = draw(
        picture,
        ref={"AB": "1095", "BC": "1095"},
        name={"CD": "Khunlum", "DE": "Khunlum", "EF": "Khunlum"},
        highway={"EF": "track"},
        name_th={"AB": "ปางมะผ้า", "BC": "ปางมะผ้า"},
    )
    (found,) = find_routes(trip(road), stops)
    assert [(leg.ref, leg.name, leg.highway) for leg in found.legs] == [
        ("1095", "", "primary"),  # its sections AB and BC have names of their own
        ("", "Khunlum", "primary"),
        ("", "Khunlum", "track"),
    ]
    assert found.legs[0].name_th == "ปางมะผ้า"
    assert [leg.distance_m for leg in found.legs] == pytest.approx([1000, 700, 300], abs=0.01)
    assert sum(leg.time_s for leg in found.legs) == pytest.approx(found.time_s)


def test_a_number_that_comes_back_is_a_leg_of_its_own():
    road = draw("A---B---C---D", ref={"AB": "108", "BC": "1095", "CD": "108"})
    assert [leg.ref for leg in route(road, "AD").legs] == ["108", "1095", "108"]


def test_legs_climb_what_the_route_climbs(ramp):
    road = draw("A---B------C", terrain=ramp)  # 400 m and 700 m at 5 %
    found = route(road, "CA")
    assert [leg.descent_m for leg in found.legs] == pytest.approx([35, 20], abs=0.02)
    assert [leg.climb_m for leg in found.legs] == pytest.approx([0, 0], abs=0.02)


BENDS = """
A---+
    |   C
    |   |
    B---+
"""


def test_geometry_follows_the_bends():
    road = draw(BENDS)  # A at (0, -100): the picture begins with an empty row
    found = route(road, "AC")
    corners = [(0, -100), (400, -100), (400, -400), (800, -400), (800, -200)]
    assert np.array(in_metres(found).coords) == pytest.approx(np.array(corners), abs=1e-3)
    assert found.distance_m == pytest.approx(400 + 300 + 400 + 200, abs=0.01)
    back = np.array(in_metres(route(road, "CA")).coords)
    assert back == pytest.approx(np.array(corners[::-1]), abs=1e-3)


def test_geometry_is_cut_at_both_ends():
    road = draw(BENDS)
    # AB is 700 m: 500 m on is 100 m below the bend. The road to C is 600 m, its bend at 400 m.
    name = next(name for name in road.segments["name"] if "C" in name)
    half = 450 / 600 if name == "BC" else 150 / 600
    start, goal = spot(road, "AB", 500 / 700), spot(road, name, half)
    corners = np.array([(400, -200), (400, -400), (800, -400), (800, -350)])
    for stops, expected in (([start, goal], corners), ([goal, start], corners[::-1])):
        (found,) = find_routes(trip(road), stops)
        assert np.array(in_metres(found).coords) == pytest.approx(expected, abs=1e-3)
        assert found.distance_m == pytest.approx(200 + 400 + 50, abs=0.01)


def test_geometry_through_stops_on_one_straight_road():
    road = draw("A---------B")  # nothing is drawn between its ends: every corner is a stop
    stops = [spot(road, "AB", fraction) for fraction in (0.2, 0.5, 0.7, 0.4)]
    (found,) = find_routes(trip(road), stops)
    start, _ = in_metres(found).coords[0]
    along = np.array(in_metres(found).coords)[:, 0] - start
    assert along == pytest.approx([0, 300, 500, 200], abs=1e-3)


@pytest.mark.parametrize("stops", [(0.0, 1.0), (0.37, 0.93), (0.93, 0.37), (0.501, 0.502)])
def test_profile_runs_from_start_to_goal(ramp, stops):
    road = draw("A---------B", terrain=ramp)
    (found,) = find_routes(trip(road), [spot(road, "AB", fraction) for fraction in stops])
    profile = found.profile
    assert profile.distance_m[0] == pytest.approx(0, abs=1e-6)
    assert profile.distance_m[-1] == pytest.approx(found.distance_m)
    steps = np.diff(profile.distance_m)
    assert steps.min() > -1e-9
    assert steps.max() <= 20 + 1e-6
    # Heights are those of the ramp at the places where the samples lie.
    way = 1 if stops[1] > stops[0] else -1
    at = 1000 * stops[0] + way * profile.distance_m
    assert profile.elevation_m == pytest.approx(400 + SLOPE * at, abs=0.02)
    lengths = {len(profile.distance_m), len(profile.speed_kph), len(profile.limit)}
    assert lengths == {len(profile.elevation_m)}


def test_speeds_of_the_profile_add_up_to_the_time(ramp):
    road = draw("A-----B-----C", terrain=ramp, highway={"BC": "track"})
    for letters in ("AC", "CA"):
        found = route(road, letters, vehicle="truck_10w")
        seconds = np.diff(found.profile.distance_m) / (found.profile.speed_kph[:-1] / 3.6)
        assert seconds.sum() == pytest.approx(found.time_s, rel=1e-6)


TEE = """
A---B---C
    |
    |
    D--E
"""


def test_via_in_the_order_given():
    road = draw(TEE)  # AB 400, BC 400, BD 300, DE 300
    first = route(road, "ACDE")
    assert first.distance_m == pytest.approx(800 + 700 + 300, abs=0.01)
    other = route(road, "ADCE")
    assert other.distance_m == pytest.approx(700 + 700 + 1000, abs=0.01)
    assert [place.name_en for place in other.via] == ["D", "C"]
    assert other.profile.distance_m[-1] == pytest.approx(other.distance_m)


@pytest.mark.parametrize("letters", ["AA", "ABB", "AACB"])
def test_same_place_twice_in_a_row(letters):
    with pytest.raises(DataError, match=f"same place: {letters[1]}$"):
        route(draw(TEE), letters)


def test_there_and_back_is_no_same_place():
    assert route(draw(TEE), "ABA").distance_m == pytest.approx(800, abs=0.01)


def test_not_connected_names_both():
    road = draw("A---B   C---D")
    with pytest.raises(NoRouteError, match="from A to D: they lie on roads that are not conn"):
        route(road, "AD")


def test_closed_names_both_and_the_vehicle():
    road = draw("A---B-<-C---D")
    assert route(road, "DA").distance_m == pytest.approx(1200, abs=0.01)
    with pytest.raises(NoRouteError, match="from A to D for car: every way is closed"):
        route(road, "AD")


def test_no_route_names_the_leg_that_fails():
    with pytest.raises(NoRouteError, match="from B to D"):
        route(draw("A---B   C---D"), "ABD")


def test_too_far_names_the_place():
    road = draw("A---B")
    with pytest.raises(NoRoadError, match="'AB 1' is 30 km"):
        find_routes(trip(road), [spot(road, "AB", 0), spot(road, "AB", 1, aside=30_000)])


BYPASS = """
A---B---C---D
    |   |
    |   |
    +---+
"""


@pytest.mark.parametrize(
    "sign",
    [
        {"maxweight_t": {"BC": 10.0}},
        {"maxheight_m": {"BC": 3.0}},
        {"width_m": {"BC": 2.0}},
        {"hgv": {"BC": "no"}},
    ],
)
def test_truck_goes_round_what_is_closed_to_it(sign):
    road = draw(BYPASS, **sign)
    assert route(road, "AD", vehicle="car").distance_m == pytest.approx(1200, abs=0.01)
    # 300 down, 400, 300 up instead of 400 straight.
    assert route(road, "AD", vehicle="truck_10w").distance_m == pytest.approx(1800, abs=0.01)
    dead_end = draw("A---B---C---D", **sign)
    with pytest.raises(NoRouteError, match="from A to D for truck_10w"):
        route(dead_end, "AD", vehicle="truck_10w")


def test_each_optimum_is_least_in_what_it_optimises():
    road = draw(BYPASS, surface={"BC": "mud"})
    found = {what: route(road, "AD", optimise=what) for what in ("distance", "time", "cost")}
    assert found["distance"].distance_m == pytest.approx(1200, abs=0.01)
    assert found["time"].distance_m == pytest.approx(1800, abs=0.01)
    for what, column in (("distance", "distance_m"), ("time", "time_s"), ("cost", "cost_thb")):
        best = min(getattr(other, column) for other in found.values())
        assert getattr(found[what], column) == pytest.approx(best)


def test_a_way_within_the_country_is_preferred():
    road = draw(BYPASS, crossing={"BC": "huai_phueng"})
    assert route(road, "AD").distance_m == pytest.approx(1800, abs=0.01)
    # Where there is none, the border is crossed.
    only = draw("A---B---C", crossing={"BC": "huai_phueng"})
    assert route(only, "AC").distance_m == pytest.approx(800, abs=0.01)


@pytest.mark.parametrize("oneway", ["both", "forward", "backward"])
def test_two_places_at_one_position(oneway):
    """A shop on either side of the street: nothing to drive, and nothing is no number."""
    road = draw("A---B", oneway={"AB": oneway})
    stops = [spot(road, "AB", 0.5, aside=20), spot(road, "AB", 0.5, aside=-20)]
    (found,) = find_routes(trip(road), stops)
    for name in ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb", "climb_m"):
        # The two are transformed to degrees and back: a micrometre may lie between.
        assert getattr(found, name) == pytest.approx(0, abs=1e-6)


def test_two_places_round_one_corner():
    """Both are nearest to B, one by the end of AB, the other by the start of BC."""
    road = draw("A---B\n    |\n    |\n    C")
    corner = junction(road, "B")
    stops = [corner, dataclasses.replace(corner, lon=corner.lon + 1e-4, lat=corner.lat + 1e-4)]
    (found,) = find_routes(trip(road), stops)
    assert found.distance_m == pytest.approx(0, abs=1e-6)
    assert len(found.legs) == 1


def diamond(tail: int, depth: int) -> RoadNetwork:
    """Draw two ways round; over C it is twice (depth - 2) cells longer than over B.

        +--B--+
        |     |
    S---A     D---T
        |     |         depth
        +--C--+
    """
    indent, tails = " " * (tail + 2), "-" * tail
    rows = [
        f"{indent}+--B--+",
        f"{indent}|     |",
        f" S{tails}A     D{tails}T",
        *[f"{indent}|     |"] * (depth - 1),
        f"{indent}+--C--+",
    ]
    return draw("\n".join(rows), cell=500.0)


def ways(road: RoadNetwork, wanted: int) -> tuple[Route, ...]:
    stops = [junction(road, letter) for letter in "ST"]
    return find_routes(trip(road), stops, alternatives=wanted)


@pytest.mark.parametrize("wanted", [1, 2, 5])
def test_the_two_ways_of_a_diamond(wanted):
    # Over B 4 + 10 + 4 cells, over C 4 + 12 + 4; 8 of these 20 are shared: 40 %.
    found = ways(diamond(3, 3), wanted)
    assert [way.distance_m for way in found] == pytest.approx([9000, 10_000], abs=0.1)
    best, other = (in_metres(way) for way in found)
    shared = best.buffer(1).intersection(other).length / other.length
    assert shared == pytest.approx(0.4, abs=0.001)


def test_no_alternative_was_asked_for():
    assert len(ways(diamond(3, 3), 0)) == 1


def test_an_alternative_that_shares_too_much_is_none():
    # 13 + 12 + 13 cells, of which 26 are shared: 68 %.
    assert len(ways(diamond(12, 3), 2)) == 1


def test_an_alternative_that_is_too_long_is_none():
    # 10 cells over B, 6 + 2 · 9 over C, and 4 on each side: 32 against 18.
    assert len(ways(diamond(3, 9), 2)) == 1


def test_a_single_road_has_no_alternative():
    road = draw("S-----A-----T\n      |\n      |\n      B", cell=500.0)
    assert len(ways(road, 3)) == 1


def test_alternatives_are_for_two_stops_only():
    road = diamond(3, 3)
    stops = [junction(road, letter) for letter in "SDT"]
    assert len(find_routes(trip(road), stops, alternatives=2)) == 1


def with_heights(road: RoadNetwork, height) -> RoadNetwork:
    """Give a network of one straight road a height in metres of the distance along it."""
    flat = road.profile
    heights = np.array([float(height(d)) for d in flat.distance_m])
    profile = Profile(flat.offsets, flat.distance_m, heights, flat.radius_m)
    return dataclasses.replace(road, profile=profile)


@pytest.mark.parametrize(
    ("length", "rise", "steepest"),
    [
        (40, 8, 8),  # 20 % over 40 m is 8 % over 100 m
        (100, 12, 12),
        (160, 12.8, 8),  # a long 8 % is 8 %
    ],
)
def test_steepest_grade_is_measured_over_100_m(length, rise, steepest):
    road = with_heights(draw("A----B"), lambda d: np.clip((d - 200) / length, 0, 1) * rise)
    for letters in ("AB", "BA"):
        found = route(road, letters)
        assert found.max_grade_pct == pytest.approx(steepest)
        assert found.legs[0].max_grade_pct == pytest.approx(steepest)


def test_steepest_grade_of_a_route_shorter_than_100_m():
    road = with_heights(draw("A----B"), lambda d: 0.09 * d)
    (found,) = find_routes(trip(road), [spot(road, "AB", 0.5), spot(road, "AB", 0.6)])
    assert found.max_grade_pct == pytest.approx(9, abs=1e-3)


def test_steepest_grade_of_a_leg_is_its_own():
    road = draw("A-----B-----C")
    height = np.concatenate([0 * road.profile.distance_m[:31], 0.07 * road.profile.distance_m[31:]])
    flat = road.profile
    hilly = Profile(flat.offsets, flat.distance_m, height, flat.radius_m)
    found = route(dataclasses.replace(road, profile=hilly), "AC")
    # The window of 100 m whose middle is B reaches 50 m into the hill.
    assert found.legs[0].max_grade_pct <= 7 / 2 + 0.01
    assert found.legs[1].max_grade_pct == pytest.approx(7)


HILLS = """
A-----+     D
      |     |
      B--C--+
"""

fractions = st.tuples(st.sampled_from(["AB", "BC", "CD"]), st.floats(0, 1))


@settings(max_examples=25, deadline=None)
@given(fractions, fractions)
def test_any_part_of_a_road_adds_up(one, other):
    """Distances and heights along A to D are known, so are those of any part of it."""
    road = draw(HILLS)  # 800, 300 and 500 m
    along = {"AB": 0.0, "BC": 800.0, "CD": 1100.0}

    def where(spot):
        return along[spot[0]] + road.length_m[segment(road, spot[0])] * spot[1]

    def height(at):
        return 20 * np.sin(at / 150) + 0.03 * at

    start, goal = where(one), where(other)
    if abs(start - goal) < 1:
        return
    base = np.repeat([0.0, 800.0, 1100.0], np.diff(road.profile.offsets))
    heights = height(base + road.profile.distance_m)
    profile = Profile(road.profile.offsets, road.profile.distance_m, heights, road.profile.radius_m)
    road = dataclasses.replace(road, profile=profile)
    (found,) = find_routes(trip(road), [spot(road, *one), spot(road, *other)])
    assert found.distance_m == pytest.approx(abs(goal - start), abs=0.01)
    assert in_metres(found).length == pytest.approx(found.distance_m, abs=0.01)
    assert found.profile.distance_m[-1] == pytest.approx(found.distance_m)
    assert np.diff(found.profile.distance_m).min() > -1e-6
    # Between samples 20 m apart, a height is interpolated: the wave bends by 5 cm at most.
    rise = found.profile.elevation_m[-1] - found.profile.elevation_m[0]
    assert rise == pytest.approx(height(goal) - height(start), abs=0.1)
    assert found.climb_m - found.descent_m == pytest.approx(rise, abs=1e-6)
    assert sum(leg.distance_m for leg in found.legs) == pytest.approx(found.distance_m)
    (back,) = find_routes(trip(road), [spot(road, *other), spot(road, *one)])
    assert (back.climb_m, back.descent_m) == pytest.approx((found.descent_m, found.climb_m))
    assert back.profile.elevation_m == pytest.approx(found.profile.elevation_m[::-1], abs=1e-6)
