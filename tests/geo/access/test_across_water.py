"""Nobody walks across a river: tables of settlements say what the surface says."""

import json

import numpy as np
import pandas as pd
import pytest
from commands import done, problem
from diamond import LAT, Drawing, network_of, trip_on
from shapely.geometry import LineString, Point, box, mapping

from geo.access.access import access
from geo.access.rural_access import rural_access
from geo.risk.loaded_roads import load_roads
from geo.routing.ashore import Water
from geo.routing.stops import stops_at
from geo.study import open_study
from geo.surface.to_facilities import travel_time_surface
from layers.crs import from_lon_lat

# A road from west to east with a hospital at its end, a river north of it, a track beyond that
# joins the road over a bridge in the far east.
NODES = {1: (98.0, LAT), 2: (98.05, LAT), 3: (98.05, LAT + 0.02), 4: (98.03, LAT + 0.02)}
ROADS = {"A": (1, 2), "K": (2, 3), "T": (3, 4)}
RIVER = ((97.99, LAT + 0.01), (98.06, LAT + 0.01))
DOORS = {
    "south": (98.02, LAT + 0.002),
    "north": (98.02, LAT + 0.012),  # 1.3 km from A across the river, 1.4 km from the track's end.
    "far": (97.99, LAT + 0.03),  # Farther than an hour on foot from the track.
}


def metric(network, lon_lat):
    return from_lon_lat(network.segments.crs).transform(*map(np.array, zip(*lon_lat, strict=True)))


@pytest.fixture
def trip(tmp_path):
    return trip_on(network_of(Drawing(NODES, ROADS), tmp_path), "pickup")


def places():
    lon, lat = zip(*DOORS.values(), strict=True)
    return pd.DataFrame({"id": list(DOORS), "lon": lon, "lat": lat})


def roads_of(trip, water, reach_m=5000.0):
    stops = stops_at(trip.network, trip.costs, places(), reach_m=reach_m, water=water)
    names = trip.network.segments["name"].to_numpy(str)[stops.snapped.segment]
    return [name if near else "" for name, near in zip(names, stops.near, strict=True)], stops


def test_the_road_on_ones_own_side_counts(trip):
    river = LineString(np.column_stack(metric(trip.network, RIVER)))
    assert roads_of(trip, None)[0] == ["A", "A", "A"]
    names, stops = roads_of(trip, Water.of([river], []))
    assert names == ["A", "T", "T"]
    assert stops.snapped.offset_m[1] == pytest.approx(1380, abs=15)
    assert roads_of(trip, Water.of([river], []), reach_m=1370.0)[0] == ["A", "", ""]


def test_a_road_on_the_other_bank_is_no_rural_access(trip):
    river = LineString(np.column_stack(metric(trip.network, RIVER)))
    water = Water.of([river], [])
    people = places().assign(population=[100.0, 10.0, 1.0])
    south = (trip.network.segments["name"] == "A").to_numpy()
    assert rural_access(trip.network, south, people).near_people == 110
    assert rural_access(trip.network, south, people, water=water).near_people == 100
    # The track on one's own side is 1.4 km away.
    both = np.ones(len(south), bool)
    assert rural_access(trip.network, both, people, water=water).near_people == 110


def test_a_ford_lets_one_across(trip):
    river = LineString(np.column_stack(metric(trip.network, RIVER)))
    ford = Point(*np.ravel(metric(trip.network, [(98.02, LAT + 0.01)])))
    assert roads_of(trip, Water.of([river], [ford]))[0] == ["A", "A", "T"]


def test_who_stands_in_the_water_gets_out_of_it(trip):
    """A raft, or a point beside the bank: the lake that one is in stops nobody, others do."""
    x, y = np.ravel(metric(trip.network, [DOORS["south"]]))
    lake = box(x - 50, y - 50, x + 50, y + 50)
    wall = LineString([(x - 9e3, y - 100), (x + 9e3, y - 100)])
    assert roads_of(trip, Water.of([lake], []))[0][0] == "A"
    assert roads_of(trip, Water.of([lake, wall], []))[0][0] == "T"


def test_without_water_nothing_stops_anybody():
    assert Water.of([], [Point(0, 0)]) is None


def tag(key, value):
    return f'<tag k="{key}" v="{value}"/>'


def osm(*, bridge, track=True, footbridge=False):
    stand = {21: (*DOORS["south"], tag("place", "village") + tag("name", "south"))}
    stand[22] = (*DOORS["north"], tag("place", "village") + tag("name", "north"))
    stand[30] = (98.0, LAT, tag("amenity", "hospital"))
    stand |= {node: (*at, "") for node, at in ({**NODES, 11: RIVER[0], 12: RIVER[1]}).items()}
    road = tag("highway", "primary")
    ways = [((1, 2), road), ((11, 12), tag("waterway", "river"))]
    ways += [((3, 4), road)] if track else []
    ways += [((2, 3), road + tag("bridge", "yes"))] if bridge else []
    ways += [((23, 24), tag("highway", "path") + tag("bridge", "yes"))] if footbridge else []
    stand |= {23: (98.02, LAT + 0.009, ""), 24: (98.02, LAT + 0.011, "")} if footbridge else {}
    nodes = "".join(
        f'<node id="{node}" version="1" lat="{lat}" lon="{lon}">{tags}</node>'
        for node, (lon, lat, tags) in stand.items()
    )
    drawn = "".join(
        f'<way id="{100 + number}" version="1"><nd ref="{u}"/><nd ref="{v}"/>{tags}</way>'
        for number, ((u, v), tags) in enumerate(ways)
    )
    return f'<osm version="0.6">{nodes}{drawn}</osm>'


@pytest.mark.parametrize("bridge", [True, False])
def test_the_table_says_what_the_surface_says(tmp_path, monkeypatch, bridge):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "home"))
    file = tmp_path / "river.osm"
    file.write_text(osm(bridge=bridge), encoding="utf-8")
    done("import", "river", "--osm", file, "--quiet")
    study = open_study("river")
    table = access(study, to="hospital", vehicle="pickup").places.set_index("name_en")
    surface = travel_time_surface(study, "hospital", vehicle="pickup", resolution_m=50)
    for door in ("south", "north"):
        minutes = float(table.loc[door, "minutes_dry"])
        x, y = metric(study.network, [DOORS[door]])
        cell, _ = surface.grid.cells(x, y)
        there = float(surface.time_s[tuple(cell[0])]) / 60
        if door == "north" and not bridge:
            assert np.isnan(minutes)
            assert not there < 60
        else:
            # Over the ground, cell by cell, a walk is up to a tenth longer than straight.
            assert minutes == pytest.approx(there, rel=0.15, abs=1.5)


@pytest.mark.parametrize(
    ("track", "why"),
    [
        # Its own road is a piece by itself.
        (True, "its road leads to no other that bears one"),
        # The only road, 1.3 km away, is beyond the river, for a motorcycle and on foot, too.
        (
            False,
            "water without a bridge or ford lies between it and the nearest road that bears one",
        ),
    ],
)
def test_who_is_not_reached_is_told_why(tmp_path, monkeypatch, track, why):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "home"))
    file = tmp_path / "river.osm"
    file.write_text(osm(bridge=False, track=track), encoding="utf-8")
    done("import", "river", "--osm", file, "--quiet")
    lost = access(open_study("river"), to="hospital", vehicle="pickup").unreached
    assert dict(zip(lost["name_en"], lost["why"], strict=True)) == {
        "north": f"{why}; nobody gets there"
    }


def north_of(*options):
    """Return what `access` tells of who lives north of the river."""
    asked = ("access", "river", "--to", "hospital", "--format", "json", "--quiet", *options)
    rows = json.loads(done(*asked).stdout)["places"]
    return next(row for row in rows if row["name_en"] == "north")


def test_water_that_is_given_or_taken_away_counts_in_tables_too(tmp_path, monkeypatch):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "home"))
    file, given = tmp_path / "river.osm", tmp_path / "my river.geojson"
    file.write_text(osm(bridge=False, track=False), encoding="utf-8")
    done("import", "river", "--osm", file, "--quiet")
    here = north_of()
    assert here["minutes_dry"] is None
    # No day of the rains brings anybody across what stops them in the dry season.
    assert not here["reached_days_wet"]
    dry = north_of("--no-rivers")["minutes_dry"]
    assert 15 < dry < 30
    file.write_text(osm(bridge=False, track=False).replace("waterway", "was"), encoding="utf-8")
    done("import", "river", "--osm", file, "--overwrite", "--quiet")
    assert north_of()["minutes_dry"] == pytest.approx(dry)
    given.write_text(json.dumps(mapping(LineString(RIVER))), encoding="utf-8")
    assert north_of("--rivers", given)["minutes_dry"] is None
    assert "no such file" in problem("access", "river", "--to", "hospital", "--rivers", "x.geojson")


def test_a_footbridge_leads_who_walks_across(tmp_path, monkeypatch):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "home"))
    file = tmp_path / "river.osm"
    file.write_text(osm(bridge=False, track=False, footbridge=True), encoding="utf-8")
    done("import", "river", "--osm", file, "--quiet")
    # 1.3 km on foot, which takes some 20 minutes, and the drive.
    minutes = north_of()["minutes_dry"]
    assert 15 < minutes < 30
    assert north_of("--no-rivers")["minutes_dry"] == pytest.approx(minutes)


def test_nobody_reaches_what_lies_across_in_risk(tmp_path, monkeypatch):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path / "home"))
    file = tmp_path / "river.osm"
    file.write_text(osm(bridge=False, track=False), encoding="utf-8")
    done("import", "river", "--osm", file, "--quiet")
    roads, notes = load_roads(open_study("river"), "people", to=("hospital",))
    assert roads.people.demand.origins["name_en"].tolist() == ["south"]
    assert "n22" in " ".join(notes)
