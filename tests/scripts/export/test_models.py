"""`chaidaen export` for transport models: GMNS there and back, times between places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openmatrix
import pandas as pd
import pytest
from commands import done, osm_file, problem, run
from valley import write_valley

from geo.access.nearest import door_to_door, water_of
from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.export.gmns import gmns_tables
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import Snapped
from geo.study import open_study
from layers.errors import DataError, MissingFileError
from layers.osm.gmns import from_gmns
from layers.osm.roads import read_osm
from layers.roads.network import RoadNetwork
from layers.terrain.drape import drape

CAR = load_vehicle("car")
# A cross with a house at each end: from the west one may not turn to the south.
CROSS = {"W": (98.0, 19.0), "M": (98.01, 19.0), "E": (98.02, 19.0), "N": (98.01, 19.01),
         "S": (98.01, 18.99)}  # fmt: skip
STREETS = (
    ("WM", {"highway": "primary", "name": 'ถนน "ก", a', "lanes": "4", "ref": "1"}),
    ("ME", {"highway": "primary", "oneway": "yes", "maxspeed": "40"}),
    ("NM", {"highway": "track", "surface": "gravel"}),
    ("SM", {"highway": "residential", "oneway": "-1"}),
)
BAN = (
    '<relation id="7"><member type="way" ref="100" role="from"/>'
    '<member type="node" ref="2" role="via"/><member type="way" ref="102" role="to"/>'
    '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation></osm>'
)


@pytest.fixture
def cross(tmp_path):
    path = osm_file(tmp_path / "a.osm", CROSS, STREETS)
    path.write_text(path.read_text(encoding="utf-8").replace("</osm>", BAN), encoding="utf-8")
    roads = read_osm(path, crs="EPSG:32647")
    nodes, profile = drape(roads.nodes, roads.segments, None)
    from layers.roads.network import Source

    return RoadNetwork(nodes, roads.segments, profile, roads.restrictions, Source("x", "x"))


def tables_of(network, folder):
    """Write a network as GMNS and return its tables."""
    tables = gmns_tables(network, edge_costs(network, CAR), name="cross", vehicle="car")
    folder.mkdir()
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return tables


def between_nodes(network):
    """Return seconds from every node to every other, by its place."""
    ends, count = network.ends, len(network.nodes)
    at = [np.argwhere(ends == node)[0] for node in range(count)]
    segment, end = np.array(at).T
    stops = Snapped(segment, end.astype(float), np.zeros(count))
    costs = edge_costs(network, CAR)
    metric = customise(contract(network).obeying(costs.obeyed), costs.time_s)
    return matrix(metric, stops, stops)


def by_place(network, seconds):
    """Put nodes into the order of where they lie."""
    order = np.lexsort([network.nodes["lat"].round(6), network.nodes["lon"].round(6)])
    return seconds[np.ix_(order, order)]


def test_gmns_there_and_back_is_the_same_network(cross, tmp_path):
    tables = tables_of(cross, tmp_path / "g")
    again = from_gmns(tmp_path / "g", crs="EPSG:32647")
    assert len(again.segments) == len(cross.segments) == 4
    for name in ("ref", "name", "highway", "surface"):
        assert (
            again.segments[name].astype(str).tolist() == cross.segments[name].astype(str).tolist()
        )
    for name in ("lanes", "maxspeed_kph"):
        np.testing.assert_array_equal(again.segments[name], cross.segments[name])
    np.testing.assert_allclose(again.length_m, cross.length_m, atol=1e-3)
    assert again.source.title == "cross"
    np.testing.assert_allclose(
        by_place(again, between_nodes(again)), by_place(cross, between_nodes(cross)), rtol=1e-4
    )
    # Four lanes of a road both ways are two of a link; a one-way street is one link.
    link = tables["link"].set_index(["from_node_id", "to_node_id"])
    assert len(link) == 6
    assert link.loc[link["osmid"] == 100, "lanes"].tolist() == [2, 2]
    assert (link["free_speed"] * link["travel_time_s"] / 3600 - link["length"]).abs().max() < 1e-4


def test_a_banned_turn_is_no_movement(cross, tmp_path):
    tables = tables_of(cross, tmp_path / "g")
    link, movement = tables["link"], tables["movement"]
    way = link.set_index("link_id")["osmid"]
    turns = {(way[row.ib_link_id], way[row.ob_link_id]): row.type for row in movement.itertuples()}
    assert set(movement["node_id"]) == {1}
    # By drawing: from W on along E, from N left to E and right to W, S is an exit alone.
    assert (100, 102) not in turns
    assert turns[100, 101] == "thru"
    assert turns[102, 101] == "left"
    assert turns[102, 100] == "right"
    assert turns[100, 103] == "right"
    assert turns[100, 100] == turns[102, 102] == "uturn"
    again = from_gmns(tmp_path / "g")
    assert len(again.restrictions) == 1


FOREIGN = {
    "node": "node_id,name,x_coord,y_coord\na,,-71.0,42.0\nb,,-71.01,42.0\nc,,-71.01,42.01\n",
    "link": "link_id,from_node_id,to_node_id,directed,length,facility_type,free_speed,lanes\n"
    "1,a,b,1,0.52,Major Arterial,30,1\n2,b,a,1,0.52,Major Arterial,30,1\n"
    "3,b,c,0,,boulevard,25,2\n",
    "config": "dataset_name,short_length,long_length,speed,crs\nTown,ft,mi,mph,EPSG:4326\n",
}


@pytest.fixture
def foreign(tmp_path):
    for name, text in FOREIGN.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return tmp_path


def test_gmns_of_others_is_read_in_its_own_units(foreign):
    roads = from_gmns(foreign)
    assert roads.segments["highway"].astype(str).tolist() == ["primary", "road"]
    assert roads.segments["oneway"].astype(str).tolist() == ["both", "both"]
    assert roads.length_m[0] == pytest.approx(0.52 * 1609.344)
    # A hundredth of a degree of latitude is some 1,111 m.
    assert roads.length_m[1] == pytest.approx(1111, rel=0.003)
    assert roads.segments["maxspeed_kph"].tolist() == pytest.approx([30 * 1.609344, 25 * 1.609344])
    assert roads.source.title == "Town"
    told = " ".join(roads.source.notes)
    assert "1 links without length" in told
    assert "boulevard" in told


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("link", "1,a,b", "1,a,z", r"link\.csv: row 2, column to_node_id: no node is called 'z'"),
        ("link", ",1,0.52", ",maybe,0.52", "row 2, column directed: 'maybe': give true or false"),
        ("link", "0.52", "half", "row 2, column length: 'half' is no number"),
        ("link", "from_node_id", "start", "has no column 'from_node_id'; it has link_id"),
        ("node", "-71.01,42.0\n", "nan,42.0\n", "row 3, column x_coord: 'nan' is no number"),
        ("node", "b,,", "a,,", "column node_id: 'a' stands twice"),
        ("config", "mph", "knots", "column speed: 'knots' is none of km/h"),
        ("config", "EPSG:4326", "Mars", "column crs: 'Mars'"),
    ],
)
def test_faults_of_gmns_are_named(foreign, name, old, new, expected):
    path = foreign / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        from_gmns(foreign)


def test_a_folder_without_links_is_named(foreign):
    (foreign / "link.csv").unlink()
    with pytest.raises(MissingFileError, match=r"link\.csv: no such file"):
        from_gmns(foreign)


def test_times_between_places_are_those_of_access(home, tmp_path):
    write_valley(home)
    done("export", "valley", "--format", "matrix", "--vehicle", "car", "--output", tmp_path / "m")
    times = pd.read_csv(tmp_path / "m" / "travel_times.csv")
    study = open_study("valley")
    people = study.tables.settlements
    trip = study.trip("car")
    expected = door_to_door(trip, people, people, study.rules.seasons, water_of(study, "dry"))
    assert times["from_id"].tolist() == expected["from_id"].tolist()
    apart = (times["from_id"] != times["to_id"]).to_numpy()
    np.testing.assert_allclose(
        times["travel_time_s"][apart],
        expected["travel_time_s"].replace(np.inf, np.nan)[apart],
        atol=0.006,
    )
    assert (times["travel_time_s"][~apart] == 0).all()


def test_open_matrix_is_read_by_its_own_library(home, tmp_path):
    write_valley(home)
    places = tmp_path / "p.csv"
    places.write_text("id,lon,lat,name\nก,98.5,19.3,x\n7,98.51,19.3,y\nfar,120,50,z\n", "utf-8")
    told = ("export", "valley", "--places", places, "--vehicle", "car")
    done(*told, "--format", "omx", "--output", tmp_path / "t.omx")
    done(*told, "--format", "matrix", "--output", tmp_path / "m")
    table = pd.read_csv(tmp_path / "m" / "travel_times.csv", dtype={"from_id": str, "to_id": str})
    with openmatrix.open_file(str(tmp_path / "t.omx")) as file:
        assert file.version() == b"0.2"
        assert file.shape() == (3, 3)
        assert file.list_matrices() == ["travel_time_s"]
        assert [zone.decode() for zone in file.map_entries("id")] == ["ก", "7", "far"]
        seconds = np.array(file["travel_time_s"])
    np.testing.assert_array_equal(seconds.ravel(), table["travel_time_s"])
    assert np.isnan(seconds[2, :2]).all()
    # The same files with every run.
    first = (tmp_path / "t.omx").read_bytes()
    done(*told, "--format", "omx", "--output", tmp_path / "t.omx", "--overwrite")
    assert (tmp_path / "t.omx").read_bytes() == first


def test_places_are_for_times_alone_and_faults_are_named(home, tmp_path):
    write_valley(home)
    places = tmp_path / "p.csv"
    places.write_text("id,lon,lat\na,98.5,19.3\na,198.5,19.3\n", "utf-8")
    assert run("export", "valley", "--places", places).exit_code == 2
    said = problem("export", "valley", "--format", "omx", "--places", places)
    assert "p.csv" in said
    assert "198.5" in said


def test_geojson_is_of_lon_and_lat(home, tmp_path):
    write_valley(home)
    done("export", "valley", "--format", "geojson", "--output", tmp_path / "r.geojson")
    roads = gpd.read_file(tmp_path / "r.geojson")
    assert roads.crs.to_epsg() == 4326
    assert roads.total_bounds[0] > 90
    assert {"time_s_forward", "cost_thb_backward", "passable"} <= set(roads.columns)
