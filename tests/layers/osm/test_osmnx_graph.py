"""Roads as a graph of OSMnx, and back."""

from dataclasses import replace

import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely
from drawing import CRS, draw, hilly

from layers.area import load_area
from layers.errors import DataError
from layers.osm.osmnx_graph import from_osmnx, to_osmnx
from layers.osm.roads import read_osm
from layers.roads.inference import infer
from layers.roads.schema import SEGMENT_COLUMNS
from layers.store.store import load_network

SQUARE = "A-->-B---C\n|    |   |\nD--<-E---F"


def tagged():
    return draw(
        SQUARE,
        cell=200.0,
        oneway={"DE": "backward"},
        highway={"AB": "primary", "CF": "ferry"},
        ref={"AB": "1095;108"},
        name={"BE": "ถนน <ก> & ค"},
        name_th={"BE": "ก"},
        maxspeed_kph={"AB": 50.0, "BE": 37.5},
        surface={"AD": "dirt"},
        tracktype={"AD": "grade3"},
        lanes={"AB": 4.0},
        width_m={"BE": 3.5},
        bridge={"BC": True},
        tunnel={"EF": True},
        maxweight_t={"EF": 12.5},
        access={"AD": "private"},
        crossing={"BC": "mae_sot"},
    )


def assert_same(road, again):
    for column in SEGMENT_COLUMNS:
        if column in {"component", "source"}:
            continue
        old, new = road.segments[column], again.segments[column]
        assert old.astype(str).tolist() == new.astype(str).tolist(), column
    distance = shapely.hausdorff_distance(
        road.segments.geometry.to_numpy(), again.segments.geometry.to_numpy()
    )
    assert distance.max() < 1e-3
    first = [
        shapely.get_coordinates(shapely.get_point(n.segments.geometry.to_numpy(), 0))
        for n in (road, again)
    ]
    assert first[0] == pytest.approx(first[1], abs=1e-3)
    for column in ("x", "y", "lon", "lat", "osm_id", "elevation_m"):
        old, new = (n.nodes[column].to_numpy() for n in (road, again))
        assert old == pytest.approx(new, abs=1e-3), column


@pytest.mark.parametrize("saved", [False, True])
def test_a_network_comes_back_as_it_was(tmp_path, saved):
    road = tagged()
    graph = to_osmnx(road)
    if saved:
        osmnx.save_graphml(graph, tmp_path / "a.graphml")
        graph = osmnx.load_graphml(tmp_path / "a.graphml")
    assert_same(road, from_osmnx(graph, crs=CRS, source=road.source))


def test_the_embedded_area_comes_back_as_it_was():
    area = load_area("mae_hong_son")
    roads = infer(load_network(area, "strategic"), area.country)
    again = from_osmnx(to_osmnx(roads), crs=area.crs, source=roads.source)
    assert_same(roads, again)
    assert (again.nodes["component"] == roads.nodes["component"]).all()


def test_osmnx_works_on_it():
    road = tagged()
    graph = to_osmnx(road)
    assert graph.graph["crs"] == "EPSG:4326"
    both = (road.segments["oneway"] == "both").sum()
    assert graph.number_of_edges() == len(road.segments) + both
    lon, lat = road.nodes[["lon", "lat"]].iloc[4]
    assert osmnx.distance.nearest_nodes(graph, lon, lat) == 4
    nodes, edges = osmnx.graph_to_gdfs(graph)
    assert len(nodes) == len(road.nodes)
    measured = osmnx.distance.great_circle(
        *(
            nodes[c].loc[list(edges.index.get_level_values(end))].to_numpy()
            for end in ("u", "v")
            for c in ("y", "x")
        )
    )
    assert measured == pytest.approx(edges["length"].to_numpy(), rel=5e-3)
    # B to A leads round by E and D, against nobody's direction.
    found = nx.shortest_path_length(graph, 1, 0, weight="length")
    assert found == pytest.approx(1000 + 2 * 400)
    assert nx.shortest_path_length(graph, 0, 1, weight="length") == pytest.approx(1000)
    with_speeds = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(graph))
    assert with_speeds.edges[0, 1, 0]["speed_kph"] == 50


def test_heights_go_by_the_nodes():
    road = hilly("A----+\n     |\nB----+")
    again = from_osmnx(to_osmnx(replace(road, nodes=road.nodes.assign(elevation_m=[500.0, 560.0]))))
    ends = again.profile.elevation_m[[0, -1]]
    assert ends.tolist() == [500, 560]
    assert np.diff(again.profile.elevation_m) == pytest.approx(
        60 / (len(again.profile.segment) - 1)
    )


def native(*edges, crs="EPSG:4326", nodes="ABCD"):
    """Make a graph as OSMnx does: nodes on a line, 0.01 degrees apart."""
    graph = nx.MultiDiGraph(crs=crs)
    for at, name in enumerate(nodes):
        graph.add_node(1000 + at, x=98.0 + at / 100, y=19.0, name=name)
    for u, v, tags in edges:
        graph.add_edge(1000 + u, 1000 + v, **({"length": 1000.0, "oneway": False} | tags))
    return graph


def test_a_graph_as_osmnx_makes_it():
    both = {
        "osmid": [7, 8],
        "highway": ["primary", "secondary"],
        "maxspeed": ["60", "80"],
        "lanes": ["2", "4"],
        "name": ["a", "b"],
        "bridge": "yes",
    }
    graph = native(
        (0, 1, both | {"reversed": False}),
        (1, 0, both | {"osmid": [8, 7], "reversed": True}),
        (1, 2, {"osmid": 9, "highway": "residential", "oneway": True, "reversed": False}),
        (3, 2, {"osmid": 10, "highway": "track", "oneway": True, "reversed": True}),
        # Two ways that differ in nothing but the way they take.
        (2, 3, {"osmid": 11, "highway": "path", "reversed": False, "length": 900.0}),
        (2, 3, {"osmid": 12, "highway": "path", "reversed": False}),
        (3, 2, {"osmid": 12, "highway": "path", "reversed": True}),
        (3, 2, {"osmid": 11, "highway": "path", "reversed": True, "length": 900.0}),
        (0, 0, {"osmid": 13, "highway": "service", "reversed": False}),
        (0, 0, {"osmid": 13, "highway": "service", "reversed": True}),
    )
    roads = from_osmnx(graph)
    segments = roads.segments
    assert segments.crs.to_epsg() == 32647
    assert roads.nodes["osm_id"].tolist() == [1000, 1001, 1002, 1003]
    found = {row.osm_id: row for row in segments.itertuples()}
    assert sorted(found) == [7, 9, 10, 11, 12, 13]
    assert len(segments) == 6
    first = found[7]
    assert (first.u, first.v, first.highway, first.oneway) == (0, 1, "primary", "both")
    assert (first.maxspeed_kph, first.lanes, first.name, first.bridge) == (70, 2, "a;b", True)
    assert (found[9].u, found[9].v, found[9].oneway) == (1, 2, "forward")
    assert (found[10].u, found[10].v, found[10].oneway) == (2, 3, "backward")
    assert found[13].oneway == "both"
    assert found[10].geometry.coords[0][0] < found[10].geometry.coords[1][0]
    assert np.isnan(found[9].lanes)


def test_a_projected_graph_lies_where_it_did():
    graph = to_osmnx(tagged())
    moved = from_osmnx(osmnx.project_graph(graph), crs=CRS)
    assert_same(tagged(), moved)


def test_a_graph_from_a_file_is_what_our_own_reader_reads(tmp_path):
    path = tmp_path / "a.osm"
    road = tagged()
    path.write_text(
        '<?xml version="1.0"?><osm version="0.6" generator="x">'
        + "".join(
            f'<node id="{n + 1}" version="1" lat="{row.lat:.7f}" lon="{row.lon:.7f}"/>'
            for n, row in enumerate(road.nodes.itertuples())
        )
        + "".join(
            f'<way id="{n + 1}" version="1"><nd ref="{row.u + 1}"/><nd ref="{row.v + 1}"/>'
            f'<tag k="highway" v="tertiary"/></way>'
            for n, row in enumerate(road.segments.itertuples())
        )
        + "</osm>",
        encoding="utf-8",
    )
    ours = read_osm(path, crs=CRS)
    theirs = from_osmnx(osmnx.graph_from_xml(path, simplify=True, retain_all=True), crs=CRS)
    assert theirs.length_m.sum() == pytest.approx(ours.segments["length_m"].sum(), rel=5e-3)
    assert len(theirs.segments) == len(ours.segments)


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        (nx.MultiGraph(crs="EPSG:4326"), "MultiDiGraph"),
        (nx.MultiDiGraph(), "coordinate system"),
        (native(), "no edges"),
        (native((0, 1, {"length": np.nan})), "'length'"),
    ],
)
def test_what_is_no_road_graph_is_refused(graph, told):
    with pytest.raises(DataError, match=told):
        from_osmnx(graph)
