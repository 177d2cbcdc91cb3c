"""Signals, signs, level crossings and gates of an OpenStreetMap file, through import to time."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np
import pytest

from geo.driving.cost import edge_costs
from geo.driving.setting import read_road_rules
from geo.driving.vehicle import load_vehicle
from layers.osm.roads import read_osm
from layers.roads.bare import BareRoads, bare_of, packed_roads, read_roads
from layers.roads.network import RoadNetwork, Source
from layers.roads.schema import CONTROL
from layers.terrain.drape import drape

STEP = 0.0002
"""Degrees of longitude between points, 21 m."""


def drawn(folder, facts, side="unclassified"):
    """Write a straight highway of 61 points, 1.3 km, met by a side road at the 31st.

    `facts` are tags of points by their number on the highway; -1, -2 … are those of the side
    road from the junction on.
    """
    lines = ['<osm version="0.6" generator="test">']
    for at in range(-8, 61):
        lon, lat = (98 + STEP * at, 19.0) if at >= 0 else (98 + STEP * 30, 19.0 + STEP * at)
        tags = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in facts.get(at, ()))
        lines.append(f'<node id="{at + 100}" lon="{lon}" lat="{lat}" version="1">{tags}</node>')
    for number, points, kind in (
        (1, range(61), "primary"),
        (2, [30, *range(-1, -9, -1)], side),
    ):
        refs = "".join(f'<nd ref="{at + 100}"/>' for at in points)
        lines.append(f'<way id="{number}" version="1">{refs}<tag k="highway" v="{kind}"/></way>')
    path = folder / "drawn.osm"
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def held(folder, *, side="unclassified", **facts):
    """Read it through the file of roads, and return the network and seconds of a car each way."""
    tags = {int(at.strip("n").replace("_", "-")): one for at, one in facts.items()}
    roads = read_osm(drawn(folder, tags, side), crs="EPSG:32647")
    kept = folder / "kept.roads"
    source = Source("osm file", "drawn")
    kept.write_bytes(
        packed_roads(BareRoads(roads.nodes, roads.segments, roads.restrictions, source))
    )
    again = read_roads(kept)
    nodes, profile = drape(again.nodes, again.segments, None)
    network = RoadNetwork(nodes, again.segments, profile, again.restrictions, source)
    time_s = edge_costs(network, load_vehicle("car")).time_s
    through = (network.segments["highway"].astype(str) == "primary").to_numpy()
    return network, time_s[through].sum(axis=0), time_s[~through].sum(axis=0)


def controls_of(network):
    return sorted(filter(None, network.nodes[CONTROL])) if CONTROL in network.nodes else []


@pytest.fixture
def plain(tmp_path):
    return held(tmp_path)


SIGNALS = [("highway", "traffic_signals")]
RULES = read_road_rules().junctions


def test_a_signal_before_a_junction_is_the_junctions(tmp_path, plain):
    """Drawn on both approaches, 42 m before: one junction, and one wait for whoever passes."""
    network, through, _ = held(tmp_path, n28=SIGNALS, n32=SIGNALS)
    assert controls_of(network) == ["traffic_signals"]
    assert len(network.segments) == len(plain[0].segments)
    np.testing.assert_allclose(through - plain[1], RULES.signal_s, rtol=0.02)


def test_a_signal_far_from_junctions_stands_where_it_is(tmp_path, plain):
    network, through, _ = held(tmp_path, n10=SIGNALS)
    assert controls_of(network) == ["traffic_signals"]
    assert len(network.segments) == len(plain[0].segments) + 1
    np.testing.assert_allclose(through - plain[1], RULES.signal_s, rtol=0.1)


def test_a_level_crossing_and_a_gate_hold_where_they_are(tmp_path, plain):
    railway = held(tmp_path, n29=[("railway", "level_crossing")])
    np.testing.assert_allclose(railway[1] - plain[1], RULES.level_crossing_s, rtol=0.1)
    gate = held(tmp_path, n_4=[("barrier", "lift_gate")])
    assert controls_of(gate[0]) == ["gate"]
    np.testing.assert_allclose(gate[2] - plain[2], RULES.gate_s, rtol=0.1)
    np.testing.assert_allclose(gate[1], plain[1])


def test_a_stop_sign_is_the_minor_roads(tmp_path, plain):
    network, through, side = held(tmp_path, n_1=[("highway", "stop")])
    assert controls_of(network) == ["stop"]
    np.testing.assert_allclose(through, plain[1])
    # Out of the side road one way only, where giving way costs as much or more already.
    more = max(RULES.stop_s - RULES.give_way_s[4], 0.0)
    np.testing.assert_allclose((side - plain[2]).max(), more, atol=0.1)


def test_where_all_roads_are_equal_everybody_stops(tmp_path):
    before = held(tmp_path, side="primary")[0]
    after = held(tmp_path, side="primary", n30=[("highway", "stop")])[0]
    seconds = [edge_costs(one, load_vehicle("car")).time_s.sum() for one in (before, after)]
    fork = RULES.equals_s[4] / 2
    assert seconds[1] - seconds[0] == pytest.approx(3 * max(RULES.stop_s - fork, 0), abs=0.2)


def test_what_says_nothing_of_a_junction_is_left_out(tmp_path, plain):
    network, through, _ = held(
        tmp_path, n5=[("highway", "crossing")], n50=[("highway", "give_way")]
    )
    assert controls_of(network) == []
    np.testing.assert_allclose(through, plain[1])


def test_roads_without_controls_are_written_as_before(plain):
    kept = packed_roads(bare_of(plain[0], {}))
    assert b"node.control" not in kept
