"""The embedded area: its facts against their sources, and that everything can be reached."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Geod

from geo.driving.cost import edge_costs
from geo.driving.limit_names import LIMITS
from geo.driving.vehicle import find_vehicles, load_vehicle
from geo.routing.engine import contract, customise, matrix
from geo.routing.route import find_routes
from geo.routing.snap import snap
from geo.routing.trip import Trip
from layers.area import load_area, read_boundary
from layers.roads.network import RoadNetwork
from layers.setup.checking import check_area
from layers.store.store import load_network
from layers.strategic.sections import read_sections
from layers.tables.crossings import read_crossings, read_dwell
from layers.tables.hazards import read_hazards
from layers.tables.places import find_place, gazetteer, place_by_id, read_places
from layers.tables.terrain_table import rebuild_terrain
from layers.terrain.terrain import open_terrain

PUBLISHED = Path(__file__).parents[1] / "data" / "published_lengths.csv"


@pytest.fixture(scope="module")
def area():
    return load_area("mae_hong_son")


@pytest.fixture(scope="module")
def network(area):
    return load_network(area, "strategic")


@pytest.fixture(scope="module")
def table(area):
    return gazetteer(area)


@pytest.fixture(scope="module")
def shortest(network):
    """Return kilometres between places along the roads, through places on the way."""
    graph = contract(network)
    length = np.repeat(network.length_m[:, None], 2, axis=1)
    metric = customise(graph, length, step=1e-2)

    def km(gazetteer, *ids: str) -> float:
        places = [place_by_id(one, gazetteer) for one in ids]
        at = snap(network, np.array([p.lon for p in places]), np.array([p.lat for p in places]))
        hops = matrix(metric, at, at)
        return sum(hops[i, i + 1] for i in range(len(ids) - 1)) / 1000

    return km


@pytest.fixture(scope="module")
def trips(network: RoadNetwork):
    graph = contract(network)
    return {
        name: Trip(network, graph, edge_costs(network, load_vehicle(name)), load_vehicle(name))
        for name in ("car", "truck_10w")
    }


def published():
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_of_the_area_is_sound(area):
    assert check_area(area).problems == ()


@pytest.mark.parametrize(
    "row", published(), ids=lambda r: f"{r['from_id']}-{r['via_ids']}-{r['to_id']}"
)
def test_lengths_are_the_published_ones(shortest, table, row):
    via = [one for one in row["via_ids"].split(";") if one]
    found = shortest(table, row["from_id"], *via, row["to_id"])
    tolerance = float(row["tolerance_pct"]) / 100
    assert found == pytest.approx(float(row["km"]), rel=tolerance), row["source"]


@pytest.mark.parametrize(("via", "km"), [("pai", 245.0), ("mae_sariang", 349.0)])
def test_the_two_ways_to_mae_hong_son(shortest, table, via, km):
    """Road signs: 245 km by 107 and 1095 through Pai, 349 km by 108 through Mae Sariang."""
    assert shortest(table, "chiang_mai", via, "mae_hong_son") == pytest.approx(km, rel=0.01)


def test_each_section_keeps_its_published_length(area, network):
    """The parts that a section is split into add up to the table's length exactly."""
    table = read_sections(area).table
    total = network.segments.groupby("name_en", observed=True)["length_m"].sum()
    wanted = table.groupby("name_en")["length_km"].sum() * 1000
    assert total.to_dict() == pytest.approx(wanted.to_dict(), rel=1e-9)


def test_no_road_is_shorter_than_its_line_on_the_map(network):
    """A road cannot be shorter than its traced line, except for the trace's own error."""
    lines = network.segments.geometry.to_crs("EPSG:4326")
    geod = Geod(ellps="WGS84")
    drawn = np.array([geod.geometry_length(line) for line in lines])
    assert (network.length_m / drawn).min() > 0.97


@pytest.fixture(scope="module")
def best_s(network, table):
    """Seconds from Mae Hong Son to every place by the soonest vehicle, inf where none gets."""
    graph = contract(network)
    home = place_by_id("mae_hong_son", table)
    best = np.full(len(table), np.inf)
    for name in find_vehicles():
        costs = edge_costs(network, load_vehicle(name))
        metric = customise(graph, costs.time_s)
        usable = costs.speeds.open.any(axis=1)
        start = snap(network, np.array([home.lon]), np.array([home.lat]), usable=usable)
        lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
        goals = snap(network, lon, lat, usable=usable, max_distance_m=np.inf)
        # Who may not use the road of a place is put on another one, kilometres away.
        there = goals.offset_m < 1000
        best = np.minimum(best, np.where(there, matrix(metric, start, goals)[0], np.inf))
    return best


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tambon", "district", "crossing"])
def test_everything_is_reached_by_some_vehicle(table, best_s, kind):
    wanted = (table["kind"] == kind).to_numpy()
    lost = wanted & ~np.isfinite(best_s)
    assert not lost.any(), table["id"][lost].tolist()
    assert {"tambon": 45, "crossing": 52}.get(kind, wanted.sum()) == wanted.sum()


def test_population_of_the_tambon_adds_up_to_the_province(area):
    """DOPA, 31 December 2021: 285,916 people."""
    places = read_places(area)
    tambon = places[places["kind"] == "tambon"]
    assert tambon["population"].sum() == 285_916


def test_boundary_has_the_province_extent_and_area(area):
    """12,681 km² (2003) to 12,784 km²; 13,814 is wrong and widely copied."""
    shape = read_boundary(area)
    assert shape.bounds == pytest.approx((97.3438, 17.6366, 98.6517, 19.8152), abs=0.002)
    square_km = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
    assert 12_681 * 0.97 < square_km < 12_784 * 1.03
    places = read_places(area)
    tambon = places[places["kind"] == "tambon"]
    inside = shapely.contains_xy(shape, tambon["lon"].to_numpy(), tambon["lat"].to_numpy())
    assert inside.all(), tambon["id"][~inside].tolist()


def test_what_is_closed_today_is_closed(area):
    crossings = read_crossings(area).set_index("id")
    cambodia = crossings[crossings["neighbour"] == "Cambodia"]
    assert (cambodia["status"] == "closed").all()
    assert (cambodia["status_date"] == "2025-06-23").all()
    assert crossings.loc["mae_sot_2", "status"] == "closed"
    permanent = crossings[crossings["type"] == "permanent"]
    assert permanent["neighbour"].value_counts().min() >= 3


def test_what_lies_beyond_is_where_the_road_leads(area, network):
    """`beyond` of a crossing is the far end of the one segment that leads across it."""
    crossings = read_crossings(area)
    places = read_places(area).set_index("id")
    segments, nodes = network.segments, network.nodes
    for crossing, beyond in zip(crossings["id"], crossings["beyond"], strict=True):
        across = segments[segments["crossing"] == crossing]
        assert len(across) == bool(beyond), crossing
        if beyond:
            assert places["kind"][beyond] == "foreign_city"
            ends = nodes.loc[across[["u", "v"]].iloc[0], ["lon", "lat"]].to_numpy()
            far = places.loc[beyond, ["lon", "lat"]].to_numpy(float)
            assert abs(ends - far).sum(axis=1).min() < 1e-9, crossing


def test_cargo_crossings_have_dwell_times_of_trucks(area):
    dwell = read_dwell(area).set_index(["crossing_id", "vehicle_class"])
    assert dwell["median_min"].xs("truck", level=1).between(60, 240).all()
    for crossing in ("mae_sot_2", "mae_sai_2", "chiang_khong_bridge", "huai_kon", "khlong_luek"):
        assert (crossing, "truck") in dwell.index


def test_a_semi_trailer_goes_round_1095(network, trips, table):
    """Road signs: 245 km through Pai; 16 m of semi-trailer must take 108, 349.4 km."""
    stops = [place_by_id(one, table) for one in ("mae_hong_son", "pai", "chiang_mai")]
    (truck,) = find_routes(trips["truck_10w"], stops)
    assert truck.distance_m / 1000 == pytest.approx(245, rel=0.01)
    vehicle = load_vehicle("semi_trailer")
    graph = trips["truck_10w"].graph
    trip = Trip(network, graph, edge_costs(network, vehicle), vehicle)
    (long,) = find_routes(trip, stops[::2])
    assert long.distance_m / 1000 == pytest.approx(349.4, rel=0.001)


def test_talat_thai_stands_on_the_road_to_bangkok(shortest, table):
    """Kilometre 42 of Phahonyothin Road."""
    assert shortest(table, "bangkok", "talat_thai") == pytest.approx(42, rel=0.1)


@pytest.mark.parametrize(
    ("start", "goal", "vehicle", "low_h", "high_h"),
    [
        ("chiang_mai", "pai", "car", 2.5, 3.5),  # 3 h, The Nation road guide and Asian Trails
        ("mae_sot", "umphang", "car", 3.0, 4.0),  # 3 to 4 h, Mae Sot municipality
        ("mae_hong_son", "mae_sariang", "truck_10w", 3.2, 4.5),  # 4 h by bus
        ("tak", "mae_sot", "car", 1.2, 2.0),  # 1.5 h, Mae Sot municipality
        ("chiang_mai", "lampang", "car", 0.9, 1.5),  # 1 h
        ("bangkok", "tak", "car", 4.4, 5.3),  # 4.5 h, Mae Sot municipality
        ("chiang_mai", "chiang_rai", "truck_10w", 2.7, 4.0),  # 3 to 4 h by bus
    ],
)
def test_hours_are_those_that_people_need(trips, table, start, goal, vehicle, low_h, high_h):
    stops = [place_by_id(start, table), place_by_id(goal, table)]
    (route,) = find_routes(trips[vehicle], stops)
    assert low_h <= route.driving_s / 3600 <= high_h


def test_a_laden_truck_is_slower_than_a_car_and_slower_up_than_down(trips, table):
    """Chiang Mai - Pai: car 3 h ± 15 %; the truck within 1.1 to 1.6 times that."""
    stops = [place_by_id(one, table) for one in ("chiang_mai", "pai")]
    (car,), (truck,) = (find_routes(trips[name], stops) for name in ("car", "truck_10w"))
    assert car.time_s / 3600 == pytest.approx(3.0, rel=0.15)
    assert 1.1 < truck.time_s / car.time_s < 1.6
    (back,) = find_routes(trips["truck_10w"], stops[::-1])
    # The flank of the summit (1,426 m) towards Pai: 8 km, driven down and driven up.
    down, up = flank(truck.profile, after=True), flank(back.profile, after=False)
    assert up < down
    # And the flank towards Chiang Mai: driven up and driven down.
    assert flank(truck.profile, after=False) < flank(back.profile, after=True)


def flank(profile, *, after: bool) -> float:
    """Return the mean speed over 8 km before or after the highest point."""
    top = int(profile.elevation_m.argmax())
    assert profile.elevation_m[top] == pytest.approx(1426, abs=25)
    past = profile.distance_m[:-1] - profile.distance_m[top]
    here = (past >= 0) & (past < 8000) if after else (past < 0) & (past >= -8000)
    run = np.diff(profile.distance_m)[here]
    return float(run.sum() / (run / profile.speed_kph[:-1][here]).sum())


def test_the_reason_for_the_speed_is_known_all_along(trips, table):
    stops = [place_by_id(one, table) for one in ("mae_hong_son", "chiang_mai")]
    (truck,), (car,) = (find_routes(trips[name], stops) for name in ("truck_10w", "car"))
    shares = {}
    for route in (truck, car):
        run = np.diff(route.profile.distance_m)
        limit = route.profile.limit[:-1]
        shares[route.vehicle] = {
            name: run[limit == at].sum() / run.sum() for at, name in enumerate(LIMITS)
        }
    grades = {name: shares[name]["grade"] + shares[name]["brake"] for name in shares}
    assert grades["truck_10w"] > 3 * grades["car"], "trucks are held by grades"
    assert shares["car"]["curve"] > 0.5, "cars are held by bends"


def test_rain_makes_dirt_roads_doubtful_and_leaves_highways(area, network, table):
    pickup, hazards = load_vehicle("pickup"), read_hazards(area)
    graph = contract(network)
    costs = edge_costs(network, pickup, season="wet", hazards=hazards)
    trip = Trip(network, graph, costs, pickup, "wet")
    ways = {
        goal: find_routes(trip, [place_by_id("mae_hong_son", table), place_by_id(goal, table)])[0]
        for goal in ("chiang_mai", "tambon_sao_hin", "khun_yuam")
    }
    assert ways["chiang_mai"].passable > 0.95
    assert ways["tambon_sao_hin"].passable < 0.9
    # 108 was cut between Mae Hong Son and Khun Yuam in 2021 and 2025.
    assert ways["khun_yuam"].passable < 1.0


def test_the_loop_climbs_as_published(trips, table):
    """Chiang Mai - Pai - Mae Hong Son - Mae Sariang - Hot: about 600 km and 9,000 m (GPS)."""
    ids = ["chiang_mai", "pai", "mae_hong_son", "mae_sariang", "hot", "chiang_mai"]
    (loop,) = find_routes(trips["car"], [place_by_id(one, table) for one in ids])
    assert loop.distance_m / 1000 == pytest.approx(600, rel=0.05)
    assert loop.climb_m == pytest.approx(9000, rel=0.10)


def test_ways_out_of_mae_hong_son_really_differ(trips, table):
    stops = [place_by_id("mae_hong_son", table), place_by_id("chiang_mai", table)]
    found = find_routes(trips["truck_10w"], stops, alternatives=2)
    roads = [{leg.ref for leg in route.legs} for route in found]
    assert any("1095" in refs for refs in roads)
    assert any("1095" not in refs and "108" in refs for refs in roads)


def test_an_inland_route_stays_in_the_country(trips, table, network):
    stops = [place_by_id(one, table) for one in ("mae_hong_son", "nong_khai_bridge")]
    (route,) = find_routes(trips["truck_10w"], stops)
    abroad = network.segments["crossing"].astype(str) != ""
    assert route.distance_m > 900_000
    gates = network.segments.geometry[abroad].to_crs("EPSG:4326")
    assert not gates.within(route.geometry.buffer(1e-6)).any()


@pytest.mark.parametrize("name", ["Pai", "ปาย", "pai", "PAI", " Mae  Hong-Son ", "แม่ฮ่องสอน"])
def test_names_are_found_as_people_type_them(table, name):
    assert find_place(name, table).id in {"pai", "mae_hong_son"}


def test_terrain_is_what_its_tables_say(area, tmp_path):
    """The raster in the repository is the one that the tables rebuild, cell for cell."""
    from dataclasses import replace

    again = replace(area, layers=replace(area.layers, terrain=(tmp_path / "terrain.tif",)))
    path, known, filled = rebuild_terrain(again)
    with rasterio.open(path) as made, rasterio.open(area.layers.terrain[-1]) as there:
        assert made.transform == there.transform
        assert np.array_equal(made.read(), there.read())
    shipped = open_terrain(area.layers.terrain[-1])
    assert known > filled
    # Mae Hong Son town lies at 264 m (SRTM3); the grid is a point every 2 km between hills.
    assert shipped.sample(np.array([97.9687]), np.array([19.3012]))[0] == pytest.approx(
        264, abs=120
    )
