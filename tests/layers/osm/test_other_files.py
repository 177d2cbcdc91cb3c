"""Files of another make: JOSM, history, Overpass with geometry, merged extracts, slips."""

from __future__ import annotations

import gzip
import json

import osmium
import pytest
from diamond import LAT, NODES, WAYS, Drawing, diamond
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import DataError
from layers.osm.roads import OsmRoads, read_osm
from layers.osm.scan import scan_osm

CRS = "EPSG:32647"


def names(roads: OsmRoads) -> list[str]:
    return sorted(roads.segments["name"].astype(str))


def read_text(tmp_path, text: str, name: str = "roads.osm") -> OsmRoads:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_osm(path, crs=CRS)


def test_what_josm_deleted_is_gone(tmp_path):
    text = diamond().xml().replace('<way id="101"', "<way action='delete' id='101'")
    assert names(read_text(tmp_path, text)) == ["A", "C", "D"]


def test_what_josm_drew_anew_has_negative_ids(tmp_path):
    text = diamond().xml()
    for node in NODES:
        text = text.replace(f'id="{node}"', f'id="-{node}"').replace(f'f="{node}"', f'f="-{node}"')
    roads = read_text(tmp_path, text.replace('<way id="', '<way id="-'))
    assert names(roads) == ["A", "B", "C", "D"]
    assert roads.notes == ()


def test_of_a_history_the_newest_version_counts(tmp_path):
    moved = (
        diamond()
        .xml()
        .replace(
            '<node id="5" version="1" lat="18.0" lon="98.04"></node>',
            '<node id="5" version="1" lat="18.0" lon="98.9"></node>'
            '<node id="5" version="3" lat="18.0" lon="98.04"></node>'
            '<node id="5" version="2" lat="18.0" lon="98.8"></node>'
            '<node id="6" version="2" visible="false"/>',
        )
    )
    roads = read_text(tmp_path, moved)
    assert float(roads.nodes["lon"].max()) == pytest.approx(98.04)
    assert roads.notes == ("1 road has fewer than two nodes in the file and is left out.",)


def test_a_history_as_pbf(tmp_path):
    path = tmp_path / "h.osh.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "osh.pbf"), header=_history()) as writer:
        for number, (lon, lat) in NODES.items():
            node = osmium.osm.mutable.Node(id=number, version=1, location=(lon, lat))
            writer.add_node(node)
        for number, nodes in enumerate(WAYS.values(), start=100):
            for version in (1, 2):
                gone = number == 101 and version == 2
                tags = {} if gone else {"highway": "primary", "name": f"{number}-{version}"}
                writer.add_way(
                    osmium.osm.mutable.Way(
                        id=number, version=version, visible=not gone, nodes=list(nodes), tags=tags
                    )
                )
    assert names(read_osm(path, crs=CRS)) == ["100-2", "102-2", "103-2"]


def _history() -> osmium.io.Header:
    header = osmium.io.Header()
    header.has_multiple_object_versions = True
    return header


def test_a_way_that_stands_twice_is_one_road(tmp_path):
    whole = diamond().xml()
    ways = whole[whole.index("<way") : whole.index("</osm>")]
    roads = read_text(tmp_path, whole.replace("</osm>", ways + "</osm>"))
    assert names(roads) == ["A", "B", "C", "D"]
    assert roads.notes[0] == "4 ways stand twice in the file; each counts once."


def write_versions(path, tags, order):
    """Write the diamond; its second way stands twice, with other tags in every version."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lon, lat) in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(lon, lat)))
        for number, nodes in enumerate(WAYS.values(), start=100):
            for version in order if number == 101 else (1,):
                told = tags[version] if number == 101 else {"highway": "primary"}
                writer.add_way(
                    osmium.osm.mutable.Way(
                        id=number,
                        version=version,
                        nodes=list(nodes),
                        tags=told | {"name": f"{number}-{version}"},
                    )
                )


@pytest.mark.parametrize("ending", [".osm", ".osm.pbf"])
@pytest.mark.parametrize("order", [(1, 3), (3, 1)])
@pytest.mark.parametrize("other", [{"highway": "proposed"}, {"building": "yes"}, {}])
def test_of_two_versions_of_a_way_the_newest_says_whether_it_is_a_road(
    tmp_path, ending, order, other
):
    road = {"highway": "primary"}
    write_versions(tmp_path / f"no{ending}", {1: road, 3: other}, order)
    gone = read_osm(tmp_path / f"no{ending}", crs=CRS)
    assert names(gone) == ["100-1", "102-1", "103-1"]
    assert gone.notes[0] == "1 way stands twice in the file; it counts once."
    write_versions(tmp_path / f"yes{ending}", {1: other, 3: road}, order)
    assert names(read_osm(tmp_path / f"yes{ending}", crs=CRS)) == [
        "100-1",
        "101-3",
        "102-1",
        "103-1",
    ]


def test_a_file_split_in_two_and_put_together_gives_the_same_roads(tmp_path):
    def part(*wanted: str) -> str:
        drawing = Drawing(ways={name: WAYS[name] for name in wanted})
        text = drawing.xml()
        for name in wanted:  # Numbers as in the whole.
            text = text.replace(f'<way id="{drawing.way_id(name)}"', f'<way id="{name}"')
        for name in wanted:
            text = text.replace(f'<way id="{name}"', f'<way id="{diamond().way_id(name)}"')
        return text[text.index("\n") : text.index("</osm>")]

    merged = read_text(
        tmp_path, f'<osm version="0.6">{part("A", "B", "D")}{part("B", "D", "C")}</osm>', "m.osm"
    )
    whole = read_text(tmp_path, diamond().xml())
    assert names(merged) == names(whole)
    assert merged.segments["length_m"].sum() == whole.segments["length_m"].sum()


@settings(max_examples=12)
@given(st.permutations(["A", "B", "C", "D"]))
def test_the_order_of_ways_changes_nothing(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("order")
    text = diamond({"access": "destination"}, node={"barrier": "gate"}).xml()
    lines = text.splitlines()
    ways = {line.split('k="name" v="')[1][0]: line for line in lines if "<way" in line}
    rest = [line for line in lines if "<way" not in line and line != "</osm>"]
    shuffled = "\n".join([*rest, *(ways[name] for name in order), "</osm>"])
    one, other = (read_text(folder, one) for one in (text, shuffled))
    assert names(one) == names(other)
    assert one.segments["length_m"].sum() == pytest.approx(other.segments["length_m"].sum())


def overpass(*, geom: bool = True, ids: bool = True) -> dict[str, object]:
    """Return the diamond as an answer of Overpass."""
    elements = []
    for number, (name, nodes) in enumerate(WAYS.items(), start=100):
        way = {"type": "way", "id": number, "tags": {"highway": "primary", "name": name}}
        if ids:
            way["nodes"] = list(nodes)
        if geom:
            way["geometry"] = [{"lon": NODES[n][0], "lat": NODES[n][1]} for n in nodes]
        else:
            way["center"] = {"lat": LAT, "lon": 98.0}
        elements.append(way)
    return {"version": 0.6, "elements": elements}


@pytest.mark.parametrize("ids", [True, False])
def test_json_of_overpass_with_geometry(tmp_path, ids):
    roads = read_text(tmp_path, json.dumps(overpass(ids=ids)), "answer.json")
    assert names(roads) == ["A", "B", "C", "D"]
    assert len(roads.nodes) == 4  # As drawn: those that meet are one.


def test_json_with_centres_only_says_what_to_ask_for(tmp_path):
    with pytest.raises(DataError, match="out geom"):
        read_text(tmp_path, json.dumps(overpass(geom=False)), "answer.json")


def test_geojson_is_not_taken_for_it(tmp_path):
    with pytest.raises(DataError, match="no answer of Overpass"):
        read_text(tmp_path, '{"type": "FeatureCollection", "features": []}', "roads.json")
    with pytest.raises(DataError, match="no JSON"):
        read_text(tmp_path, "<osm/>", "roads.json")


def test_overpass_xml_with_geometry_packed(tmp_path):
    text = diamond().xml()
    drawn = "".join(line for line in text.splitlines() if "<node" not in line)
    for node, (lon, lat) in NODES.items():
        drawn = drawn.replace(f'<nd ref="{node}"/>', f'<nd ref="{node}" lat="{lat}" lon="{lon}"/>')
    path = tmp_path / "roads.osm.gz"
    path.write_bytes(gzip.compress(drawn.encode()))
    assert names(read_osm(path, crs=CRS)) == ["A", "B", "C", "D"]


def test_a_node_beyond_the_earth_counts_as_missing(tmp_path):
    text = diamond().xml().replace('lat="18.02"', 'lat="198"')
    roads = read_text(tmp_path, text)
    assert names(roads) == ["A", "B", "C"]
    assert "1 node lies beyond the Earth" in roads.notes[0]


def test_swapped_coordinates_are_refused_with_the_reason(tmp_path):
    text = diamond().xml()
    for lon, lat in set(NODES.values()):
        text = text.replace(f'lat="{lat}" lon="{lon}"', f'lat="{lon}" lon="{lat}"')
    with pytest.raises(DataError, match="latitude and longitude swapped"):
        read_text(tmp_path, text)


def test_a_node_at_null_island_moves_nothing(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text(diamond().xml().replace('lat="18.02" lon="98.02"', 'lat="0" lon="0"'))
    raw = scan_osm(path)
    assert raw.middle[0] == pytest.approx(98.02, abs=0.02)
    assert raw.counts["stray"] == 1
    assert raw.bounds == pytest.approx((98.0, LAT, 98.04, LAT))


def test_a_surface_that_nobody_knows_is_unpaved_and_said(tmp_path):
    surfaces = {"A": "moon dust", "B": "laterite", "C": "asphalt;moon dust"}
    tags = {name: {"surface": one} for name, one in surfaces.items()}
    roads = read_text(tmp_path, Drawing(way_tags=tags).xml())
    assert roads.counts["odd_surfaces"] == 2
    (note,) = (one for one in roads.notes if "surface" in one)
    assert note == "2 roads have a surface whose name is not known; they count as unpaved."


def test_ferries_by_relation_and_trains_that_carry_vehicles(tmp_path):
    drawing = Drawing(
        way_tags={
            "B": {"highway": "", "note": "a line without a tag"},
            "D": {"highway": "", "railway": "rail", "motor_vehicle": "yes"},
        },
        relations=(((("", "way", "B"),), {"type": "route", "route": "ferry", "duration": "0:20"}),),
    )
    roads = read_text(tmp_path, drawing.xml().replace('<tag k="highway" v=""/>', ""))
    kind = dict(zip(roads.segments["name"], roads.segments["highway"], strict=True))
    assert kind == {"A": "primary", "B": "ferry", "C": "primary", "D": "ferry"}
    row = (roads.segments["name"] == "B").to_numpy()
    # 2.1 km in 20 minutes.
    assert float(roads.segments["maxspeed_kph"][row].iloc[0]) == pytest.approx(6.35, abs=0.02)
