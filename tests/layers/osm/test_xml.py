"""Any OpenStreetMap XML, half-valid too: a network that keeps its word, or one clear error."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from layers.errors import ChaidaenError
from layers.osm.points import scan_points
from layers.osm.roads import read_osm
from layers.osm.water import scan_water
from layers.roads.network import RoadNetwork, Source
from layers.terrain.drape import drape

IDS = st.integers(-2, 6)
FAR_IDS = st.sampled_from([2**31, 2**33 + 7, 2**63 - 1, -(2**40), 10**30])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
VALUES = (
    st.sampled_from(
        [
            "yes",
            "no",
            "-1",
            "reverse",
            "primary",
            "60",
            "1e9",
            "-4",
            "0",
            "NaN",
            "inf",
            "2;3",
            "5 mph",
            "1.000.000",
            "9" * 400,
            "ถนน",
            "\N{RIGHT-TO-LEFT OVERRIDE}x",
            "PT9999999H",
            "12:99",
            "½",
        ]
    )
    | WORDS
)
KEYS = (
    st.sampled_from(
        [
            "highway",
            "route",
            "area",
            "oneway",
            "junction",
            "lanes",
            "width",
            "maxspeed",
            "duration",
            "surface",
            "bridge",
            "tunnel",
            "maxweight",
            "maxheight",
            "name",
            "name:th",
            "ref",
            "access",
            "hgv",
            "waterway",
            "natural",
            "water",
            "ford",
            "amenity",
            "place",
            "population",
            "ele",
            "type",
            "restriction",
            "except",
            "beds",
        ]
    )
    | WORDS
)
ROADS = st.sampled_from(["primary", "residential", "motorway", "track", "ferry", "construction"])
ROLES = st.sampled_from(["from", "via", "to", "inner", ""])
TAGS = st.dictionaries(KEYS, VALUES, max_size=5)
DEGREES = st.sampled_from(["98.0", "98.001", "98.0010000001", "98.1", "98.002"])
ODD = st.sampled_from(["181", "-200", "nan", "", "1e3", "abc", "98,0", "2147483647"])


@st.composite
def files(draw):
    """Draw nodes, ways and restrictions, in any order, some of them broken."""
    objects = []
    odd = draw(st.integers(0, 3)) == 0
    for number in draw(st.lists(IDS, max_size=12)):
        lon, lat = draw(DEGREES), draw(DEGREES).replace("98", "19")
        if odd and draw(st.integers(0, 9)) == 0:
            lon, number = draw(ODD), draw(IDS | FAR_IDS)  # noqa: PLW2901
        objects.append(f'<node id="{number}" lon="{lon}" lat="{lat}">{_tags(draw(TAGS))}</node>')
    for _ in range(draw(st.integers(0, 6))):
        refs = "".join(f'<nd ref="{draw(IDS)}"/>' for _ in range(draw(st.integers(2, 7))))
        tags = draw(TAGS)
        if draw(st.integers(0, 3)):
            tags["highway"] = draw(ROADS)
        objects.append(f'<way id="{draw(IDS)}">{refs}{_tags(tags)}</way>')
    for _ in range(draw(st.integers(0, 2))):
        members = "".join(
            f'<member type="{draw(st.sampled_from(["node", "way", "relation"]))}" '
            f'ref="{draw(IDS)}" role="{draw(ROLES)}"/>'
            for _ in range(draw(st.integers(0, 4)))
        )
        tags = {"type": "restriction", "restriction": "no_left_turn"} | draw(TAGS)
        objects.append(f'<relation id="{draw(IDS)}">{members}{_tags(tags)}</relation>')
    if draw(st.booleans()):
        objects = draw(st.permutations(objects))
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n' + "\n".join(objects)
    text += "\n</osm>"
    cut = draw(st.integers(0, 20))
    return text[: draw(st.integers(0, len(text)))] if cut == 0 else text


def fault_of(read, path, **options):
    """Return what a reader says is wrong, empty if nothing; any other error passes through."""
    try:
        read(path, **options)
    except ChaidaenError as error:
        return str(error)
    return ""


def _tags(tags):
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=files())
def test_any_file_is_a_sound_network_or_one_clear_error(text, tmp_path):
    path = tmp_path / "a.osm"
    path.write_text(text, encoding="utf-8")
    told = [fault_of(scan_points, path), fault_of(scan_water, path)]
    told.append(fault_of(read_osm, path, crs="EPSG:32647"))
    assert all("\n" not in fault for fault in told)
    event(told[-1].split(":")[-1][:40] or "a network")
    if told[-1]:
        assert str(path) in told[-1]
        return
    roads = read_osm(path, crs="EPSG:32647")
    nodes, profile = drape(roads.nodes, roads.segments, None)
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, Source("x", "x"))
    assert len(network.segments) > 0
    assert np.isfinite(network.length_m).all()
    assert (network.length_m > 0).all()
    assert np.isfinite(nodes[["x", "y", "lon", "lat"]].to_numpy()).all()
    ends = network.segments.geometry
    np.testing.assert_allclose(
        ends.map(lambda line: line.coords[0][0]), nodes["x"].to_numpy()[network.ends[:, 0]]
    )
    np.testing.assert_allclose(
        ends.map(lambda line: line.coords[-1][0]), nodes["x"].to_numpy()[network.ends[:, 1]]
    )
    assert set(network.ends.ravel().tolist()) == set(range(len(nodes)))
    for column in ("lanes", "width_m", "maxspeed_kph", "maxweight_t"):
        values = network.segments[column].to_numpy()
        assert (np.isnan(values) | ((values > 0) & np.isfinite(values))).all(), column
    if len(roads.restrictions):
        turns = roads.restrictions
        for column in ("from_segment", "to_segment"):
            assert turns[column].between(0, len(network.segments) - 1).all()
            touching = (
                network.ends[turns[column].to_numpy()] == turns["via_node"].to_numpy()[:, None]
            )
            assert touching.any(axis=1).all()
