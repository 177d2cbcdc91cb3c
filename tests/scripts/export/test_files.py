"""`chaidaen export`: what is written opens elsewhere and says the same roads, costs and ways."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest
import rasterio
from commands import done, problem
from drawing import CRS, ORIGIN, TO_LON_LAT, build, draw
from pyproj import Geod
from rasterio.transform import from_origin
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from valley import write_valley

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.export.skims import place_times
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import Snapped
from geo.study import open_study
from layers.errors import UnknownNameError, WriteError
from layers.io.results import writing_files
from layers.osm.drawn_ways import draw_ways
from layers.osm.roads import read_osm
from layers.roads.schema import SEGMENT_COLUMNS
from layers.terrain.terrain import open_terrain
from maps.qgis.roads import road_style
from scripts.export.files import FORMATS, Priced, write

# A one-way loop, a bend, two straight roads between the same two, a track and a spur.
PICTURE = """
A----B----+
|    v    |
C->--D----+
|    |
+----E----F"""
AREA = "mae_hong_son"


@pytest.fixture(scope="module")
def drawn():
    network = draw(
        PICTURE,
        maxspeed_kph={"AB": 50.0, "BD": 30.0},
        width_m={"AB": 6.5},
        name_th={"AB": "ถนน <ก> & \x07"},
        highway={"EF": "track", "CE": "motorway"},
        surface={"AB": "asphalt", "BD": "gravel"},
        inferred={"BD": "surface"},
        bridge={"AB": True},
        osm_id={"AB": 2**33},
    )
    return Priced(network, edge_costs(network, load_vehicle("car")), _about("drawn", "car"))


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """Export the embedded area in every format, and return the folder and our own costs."""
    study = open_study(AREA, roads="strategic")
    trip = study.trip("truck_10w", "dry", 1.0, "time")
    folder = tmp_path_factory.mktemp("ส่งออก ข้อมูล")
    places = study.tables.settlements.iloc[::40]
    priced = Priced(
        study.network,
        trip.costs,
        _about(AREA, "truck_10w"),
        lambda: place_times(study, trip, places),
    )
    for form in FORMATS.values():
        write(priced, form, folder / form.name, overwrite=False)
    return folder, priced


def _about(area, vehicle):
    return {"area": area, "vehicle": vehicle, "load": 1.0, "season": "dry", "scenario": []}


def ours(priced, sources):
    """Return the engine's seconds from some nodes to all."""
    ends, count = priced.network.ends, len(priced.network.nodes)
    first = np.full(count, -1)
    first[ends.ravel()[::-1]] = np.arange(ends.size)[::-1]
    at = Snapped(first // 2, (first % 2).astype(float), np.zeros(count))
    pick = Snapped(at.segment[sources], at.fraction[sources], np.zeros(len(sources)))
    return matrix(customise(contract(priced.network), priced.costs.time_s), pick, at)


def by_dijkstra(count, start, stop, seconds, sources):
    """Return seconds over single arcs; of several between two nodes the fastest counts."""
    arcs = pd.DataFrame({"a": start, "b": stop, "s": seconds}).groupby(["a", "b"])["s"].min()
    a, b = (arcs.index.get_level_values(name).to_numpy() for name in "ab")
    return dijkstra(coo_array((arcs.to_numpy(), (a, b)), shape=(count, count)), indices=sources)


def agree(found, expected, rtol=1e-6):
    """Compare times; the engine counts in milliseconds."""
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=0.05)


def of_table(segments, sources, count):
    parts = [
        segments.loc[segments[f"open_{way}"].astype(bool), [*ends, f"time_s_{way}"]].to_numpy()
        for way, ends in (("forward", ("u", "v")), ("backward", ("v", "u")))
    ]
    start, stop, seconds = np.concatenate(parts).astype(float).T
    return by_dijkstra(count, start.astype(int), stop.astype(int), seconds, sources)


def of_osrm(folder, sources):
    """Return seconds that a router finds in the speeds alone, measuring the .osm itself."""
    at = {}
    for line in (folder / "roads.osm").read_text(encoding="utf-8").splitlines():
        if line.startswith("<node"):
            parts = line.split('"')
            at[int(parts[1])] = (float(parts[7]), float(parts[5]))
    table = pd.read_csv(folder / "speeds.csv", header=None, names=["a", "b", "kph"])
    lon, lat = np.array([at[node] for node in range(1, len(at) + 1)]).round(6).T
    a, b = table["a"].to_numpy() - 1, table["b"].to_numpy() - 1
    metres = Geod(ellps="WGS84").inv(lon[a], lat[a], lon[b], lat[b])[2]
    open_ = table["kph"].to_numpy() > 0
    seconds = metres[open_] / table["kph"].to_numpy()[open_] * 3.6
    return by_dijkstra(len(at), a[open_], b[open_], seconds, sources)


def test_parquet_holds_every_column_cost_and_sample(drawn, tmp_path):
    write(drawn, FORMATS["parquet"], tmp_path / "a", overwrite=False)
    segments = gpd.read_parquet(tmp_path / "a" / "segments.parquet")
    assert segments.crs == CRS
    assert set(SEGMENT_COLUMNS) <= set(segments)
    network, costs = drawn.network, drawn.costs
    for column in SEGMENT_COLUMNS:
        told = network.segments[column]
        kind = "str" if told.dtype == "category" else told.dtype
        pd.testing.assert_series_equal(
            segments[column].astype(kind), told.astype(kind), check_names=False
        )
    for name in ("time_s", "fuel_l", "co2_kg", "cost_thb"):
        for at, way in enumerate(("forward", "backward")):
            expected = getattr(costs, name)[:, at]
            found = segments[f"{name}_{way}"].fillna(np.inf)
            np.testing.assert_array_equal(found, expected)
    assert segments.geometry.geom_equals(network.segments.geometry).all()
    profile = pd.read_parquet(tmp_path / "a" / "profile.parquet")
    assert len(profile) == network.profile.offsets[-1]
    assert profile.groupby("segment")["distance_m"].max().tolist() == pytest.approx(
        network.length_m.tolist()
    )
    about = json.loads((tmp_path / "a" / "about.json").read_text(encoding="utf-8"))
    assert (about["vehicle"], about["source"]["kind"]) == ("car", "drawn")
    sources = np.arange(len(network.nodes))
    agree(of_table(segments, sources, len(sources)), ours(drawn, sources))


def test_geopackage_holds_the_same_and_opens_with_styles(drawn, tmp_path):
    path = tmp_path / "ถนน.gpkg"
    write(drawn, FORMATS["gpkg"], path, overwrite=False)
    segments, points = (gpd.read_file(path, layer=name) for name in ("segments", "nodes"))
    np.testing.assert_array_equal(
        segments["time_s_forward"].fillna(np.inf), drawn.costs.time_s[:, 0]
    )
    assert segments["osm_id"].max() == 2**33
    assert segments["name_th"].tolist() == drawn.network.segments["name_th"].astype(str).tolist()
    assert points["node"].tolist() == list(range(len(drawn.network.nodes)))
    sources = np.arange(len(points))
    agree(of_table(segments, sources, len(sources)), ours(drawn, sources))
    database = sqlite3.connect(path)
    styles = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())
    told = database.execute("SELECT description FROM gpkg_contents").fetchall()
    database.close()
    assert set(styles) == {"segments", "nodes"}
    assert "closed to the vehicle" in styles["segments"]
    assert ("drawn, car, dry, load 1; roads: drawn, undated",) in [
        (t.split(" (")[0],) for (t,) in told
    ]


def test_graphml_is_a_graph_of_osmnx(drawn, tmp_path):
    write(drawn, FORMATS["graphml"], tmp_path / "a.graphml", overwrite=False)
    graph = osmnx.load_graphml(tmp_path / "a.graphml")
    assert graph.graph["crs"] == "EPSG:4326"
    assert graph.number_of_edges() == int(np.isfinite(drawn.costs.time_s).sum())
    found = np.full((len(graph), len(graph)), np.inf)
    for source, times in nx.all_pairs_dijkstra_path_length(graph, weight="travel_time"):
        found[source, list(times)] = list(times.values())
    agree(found, ours(drawn, np.arange(len(graph))))
    forth, back = graph.edges[0, 1, 0], graph.edges[1, 0, 0]
    assert (forth["osmid"], forth["maxspeed"], forth["oneway"]) == (2**33, "50.0", False)
    assert (forth["reversed"], back["reversed"]) == (False, True)
    assert list(forth["geometry"].coords) == list(back["geometry"].coords)[::-1]
    assert forth["name_th"] == "ถนน <ก> & "
    one_way = next(d for *_, d in graph.edges(data=True) if d["name"] == "BD2")
    assert one_way["oneway"]
    assert one_way["length"] / one_way["travel_time"] * 3.6 == pytest.approx(one_way["speed_kph"])
    assert nx.read_graphml(tmp_path / "a.graphml").number_of_nodes() == len(graph)
    frames = osmnx.graph_to_gdfs(graph)
    assert len(frames[1]) == graph.number_of_edges()


def test_grades_go_with_the_direction(tmp_path):
    west = TO_LON_LAT.transform(*ORIGIN)[0] - 0.05
    cells = np.tile(500 + 5.0 * np.arange(400, dtype=np.float32), (400, 1))
    with rasterio.open(
        tmp_path / "t.tif",
        "w",
        driver="GTiff",
        width=400,
        height=400,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=from_origin(west, 19.4, 0.001, 0.001),
    ) as raster:
        raster.write(cells, 1)
    network = draw("A---------B", terrain=open_terrain(tmp_path / "t.tif"))
    priced = Priced(network, edge_costs(network, load_vehicle("car")), _about("hill", "car"))
    write(priced, FORMATS["graphml"], tmp_path / "a.graphml", overwrite=False)
    graph = osmnx.load_graphml(tmp_path / "a.graphml")
    up, down = graph.edges[0, 1, 0], graph.edges[1, 0, 0]
    # 5 m of rise in 0.001 degrees of longitude, about 105 m at 19.26 N.
    assert up["grade"] == pytest.approx(0.0475, rel=0.02)
    assert down["grade"] == -up["grade"]
    assert float(up["climb_m"]) == float(down["descent_m"])
    assert float(up["climb_m"]) == pytest.approx(47.5, rel=0.02)
    assert float(up["fuel_l"]) > float(down["fuel_l"])


def test_osrm_files_are_read_by_our_own_importer(drawn, tmp_path):
    write(drawn, FORMATS["osrm"], tmp_path / "o", overwrite=False)
    roads = read_osm(tmp_path / "o" / "roads.osm", crs=CRS)
    ours_ = drawn.network.segments.assign(name=drawn.network.segments["name"].astype(str))
    mine = ours_.set_index("name").sort_index()
    back = roads.segments.assign(name=roads.segments["name"].astype(str)).set_index("name")
    back = back.sort_index()
    assert back.index.tolist() == mine.index.tolist()
    # Lengths drawn in metres of UTM are 0.04 % off the ground; see the scale of the zone.
    np.testing.assert_allclose(back["length_m"], mine["length_m"], rtol=1e-3)
    np.testing.assert_allclose(back.geometry.length, mine.geometry.length, atol=0.1)
    for column in ("highway", "oneway", "bridge", "maxspeed_kph", "width_m"):
        assert back[column].astype(str).tolist() == mine[column].astype(str).tolist(), column
    # What was inferred is no tag.
    assert mine.loc["BD", "surface"] == "gravel"
    assert back["surface"].astype(str).loc[["AB", "BD"]].tolist() == ["asphalt", ""]
    assert len(roads.nodes) == len(drawn.network.nodes)
    number = roads.nodes["osm_id"].to_numpy() - 1
    pairs = {tuple(sorted(pair)) for pair in number[roads.segments[["u", "v"]].to_numpy()].tolist()}
    assert pairs == {tuple(sorted(pair)) for pair in drawn.network.ends.tolist()}


def test_speeds_of_osrm_make_our_times(drawn, tmp_path):
    write(drawn, FORMATS["osrm"], tmp_path / "o", overwrite=False)
    sources = np.arange(len(drawn.network.nodes))
    found = of_osrm(tmp_path / "o", sources)[:, sources]
    agree(found, ours(drawn, sources), rtol=1e-3)
    text = (tmp_path / "o" / "speeds.csv").read_text()
    rows = [line.split(",") for line in text.splitlines()]
    # No header, no empty line, every pair once: what OSRM's parser takes.
    assert all(len(row) == 3 and int(row[0]) > 0 and float(row[2]) >= 0 for row in rows)
    assert len({(a, b) for a, b, _ in rows}) == len(rows)
    assert any(float(kph) == 0 for *_, kph in rows)


def test_two_straight_roads_between_two_places_are_two_pairs():
    xy = [(500_000, 2_100_000), (500_300, 2_100_000)]
    network = build(xy, [[0, 1], [0, 1], [1, 0]])
    ways = draw_ways(network)
    assert np.diff(ways.lines.offsets).tolist() == [3, 3, 3]
    assert len(set(ways.lines.node.tolist()) - {0, 1}) == 3
    assert ways.share.tolist() == pytest.approx([0, 0.5, 1] * 3)


def test_turn_restrictions_come_back(tmp_path):
    network = draw("A---B---C\n    |\n    D")
    turn = pd.DataFrame(
        {
            "from_segment": [0],
            "via_node": [1],
            "to_segment": [2],
            "kind": ["no_right_turn"],
            "except_vehicles": ["bus"],
            "osm_id": [7],
        }
    )
    network = replace(network, restrictions=turn)
    priced = Priced(network, edge_costs(network, load_vehicle("car")), _about("t", "car"))
    write(priced, FORMATS["osrm"], tmp_path / "o", overwrite=False)
    roads = read_osm(tmp_path / "o" / "roads.osm", crs=CRS)
    assert len(roads.restrictions) == 1
    row = roads.restrictions.iloc[0]
    names = roads.segments["name"].astype(str)
    assert (names[row["from_segment"]], names[row["to_segment"]]) == ("AB", "BD")
    assert (row["kind"], row["except_vehicles"]) == ("no_right_turn", "bus")


def test_the_embedded_area_has_the_same_ways_in_every_format(embedded):
    folder, priced = embedded
    count = len(priced.network.nodes)
    sources = np.arange(0, count, 97)
    expected = ours(priced, sources)
    agree(
        of_table(gpd.read_parquet(folder / "parquet" / "segments.parquet"), sources, count),
        expected,
    )
    agree(
        of_table(gpd.read_file(folder / "network.gpkg", layer="segments"), sources, count), expected
    )
    found = of_osrm(folder / "osrm", sources)[:, :count]
    agree(found, expected, rtol=1e-4)
    link = pd.read_csv(folder / "gmns" / "link.csv")
    pairs = (link[name].to_numpy() for name in ("from_node_id", "to_node_id", "travel_time_s"))
    agree(by_dijkstra(count, *pairs, sources), expected, rtol=1e-4)
    graph = osmnx.load_graphml(folder / "network.graphml")
    times = nx.single_source_dijkstra_path_length(graph, 0, weight="travel_time")
    one = np.full(count, np.inf)
    one[list(times)] = list(times.values())
    agree(one, expected[0])


def test_the_command_writes_where_it_is_told_and_refuses_before_computing(home, tmp_path):
    write_valley(home)
    folder = tmp_path / "ผล ลัพธ์"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep", encoding="utf-8")
    told = done("export", "valley", "--output", folder, "--vehicle", "semi_trailer").stdout
    assert "network.gpkg: " in told
    whole, open_ = (float(told.replace(",", "").split()[at]) for at in (-8, -1))
    # No semi-trailer from Town to Hub, 30 km.
    assert whole - open_ >= 30
    refused = problem("export", "valley", "--output", folder)
    assert "is already there; --overwrite" in refused
    assert "nowhere" in problem("export", "nowhere", "--output", tmp_path / "other")
    done("export", "valley", "--format", "osrm", "--output", folder)
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "keep"
    (folder / "roads.osm").unlink()
    assert "speeds.csv: is already there" in problem(
        "export", "valley", "--format", "osrm", "--output", folder
    )
    assert not (folder / "roads.osm").exists()
    assert "segment_speed" in (folder / "README.txt").read_text().replace("-", "_")


def test_season_load_and_scenario_change_the_costs(home, tmp_path):
    write_valley(home)

    def seconds(*more):
        path = tmp_path / "a.gpkg"
        done("export", "valley", "--output", path, "--overwrite", *more)
        return gpd.read_file(path, layer="segments").set_index("name_en")

    base = seconds()
    town, village = "Road to the hub", "Road to the village"
    assert seconds("--load", "0").loc[town, "fuel_l_forward"] < base.loc[town, "fuel_l_forward"]
    wet = seconds("--season", "wet")
    assert wet.loc[village, "time_s_forward"] > base.loc[village, "time_s_forward"]
    assert wet.loc[village, "passable"] < base.loc[village, "passable"] == 1
    cut = tmp_path / "cut.toml"
    cut.write_text(
        'title_en = "cut"\ntitle_th = "ขาด"\nsource = "x"\nquality = "E"\n'
        '[[changes]]\nkind = "close-roads"\nwhere = { ref = "1095" }\n',
        encoding="utf-8",
    )
    shut = seconds("--scenario", cut)
    assert not shut.loc[town, "open_forward"]
    assert np.isnan(shut.loc[town, "time_s_forward"])


def test_files_of_a_folder_come_back_if_one_cannot_be_put_there(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "in the way").write_text("x")
    with (
        pytest.raises((WriteError, OSError)),
        writing_files(tmp_path, ("a", "c"), replace=True) as made,
    ):
        (made / "a").write_text("new")  # and no c
    assert (tmp_path / "a").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_layer_without_style_is_named():
    with pytest.raises(UnknownNameError, match=r"'rivers' has no style; layers: segments, nodes"):
        road_style("rivers")
