"""Turn restrictions over roads: what may not follow what, held against a search over histories."""

from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import datetime
from itertools import pairwise, product

import numpy as np
import pytest
from diamond import LAT, Drawing, network_of, trip_on, way_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.routing.engine import matrix
from geo.routing.snap import snap
from layers.osm.drawn_ways import draw_ways
from layers.osm.roads import read_osm
from layers.osm.write import osm_lines
from layers.roads.schema import THEN, whole_turns
from layers.roads.splitting import in_order, split_segments

# Two carriageways, V between them: E comes in from the west, X goes back to the west.
#
# 4--X--5--Y--6
#       |     |
#       V     Z
#       |     |
# 1--E--2--F--3
STEP = 0.01
NODES = {1: (98.0, LAT), 2: (98.01, LAT), 3: (98.02, LAT)}
NODES |= {4: (98.0, LAT + STEP), 5: (98.01, LAT + STEP), 6: (98.02, LAT + STEP)}
BACK = {"E": (1, 2), "F": (2, 3), "V": (2, 5), "X": (5, 4), "Y": (6, 5), "Z": (3, 6)}
CARRIAGEWAYS = Drawing(NODES, BACK, {"V": {"highway": "primary_link"}})
WEST, NORTH_WEST, EAST = (98.002, LAT), (98.002, LAT + STEP), (98.012, LAT)


GRID = {
    3 * row + column: (98.0 + STEP * column, LAT + STEP * row)
    for row in range(3)
    for column in range(3)
}
STREETS = {
    f"{one}{other}": (one, other)
    for one in GRID
    for other in GRID
    if (other == one + 1 and one % 3 < 2) or other == one + 3
}


def over(kind, *ways, key="restriction", **tags):
    first, *between, last = ways
    (shared,) = {*STREETS.get(first, ())} & {*STREETS.get(last, ())} or {0}
    members = [("from", "way", first), *(("via", "way", one) for one in between)]
    members += [] if between else [("via", "node", shared)]
    return (*members, ("to", "way", last)), {"type": "restriction", key: kind, **tags}


def drawn(*relations):
    return replace(CARRIAGEWAYS, relations=relations)


@pytest.mark.parametrize(
    ("vehicle", "relation", "way"),
    [
        ("car", None, "EVX"),
        ("car", over("no_u_turn", "E", "V", "X"), "EFZYX"),
        ("car", over("no_u_turn", "E", "V", "X", **{"except": "motorcar"}), "EVX"),
        ("truck_10w", over("no_u_turn", "E", "V", "X", key="restriction:hgv"), "EFZYX"),
        ("car", over("no_u_turn", "E", "V", "X", key="restriction:hgv"), "EVX"),
        ("car", over("only_straight_on", "E", "V", "Y"), "EFZYX"),
        ("car", over("no_left_turn", "E", "F", "Z", "Y"), "EVX"),
        ("car", over("no_u_turn", "X", "V", "F"), "EVX"),
    ],
)
def test_what_a_restriction_over_roads_forbids(tmp_path, vehicle, relation, way):
    network = network_of(drawn(*([relation] if relation else [])), tmp_path)
    assert whole_turns(network.restrictions) == (relation is not None)
    assert way_of(trip_on(network, vehicle), WEST, NORTH_WEST) == way


def test_only_who_came_by_the_first_road_is_held(tmp_path):
    trip = trip_on(network_of(drawn(over("no_u_turn", "E", "V", "X")), tmp_path), "car")
    assert way_of(trip, EAST, NORTH_WEST) == "FVX"
    assert way_of(trip, (98.01, LAT + STEP / 2), NORTH_WEST) == "VX"
    assert way_of(trip, WEST, (98.011, LAT + STEP)) == "EVY"
    assert way_of(trip, WEST, (98.01, LAT + STEP / 2)) == "EV"


def test_hours_of_several_clauses(tmp_path):
    told = "no_u_turn @ (Mo-Fr 07:00-09:00,12:00-13:00; PH off); no_u_turn @ (16:00-18:00)"
    drawing = drawn(over(told, "E", "V", "X", key="restriction:conditional"))
    network = network_of(drawing, tmp_path)
    hours = {"08:00": "EFZYX", "12:30": "EFZYX", "17:00": "EFZYX", "10:00": "EVX"}
    for hour, way in hours.items():
        at = datetime.fromisoformat(f"2026-11-23T{hour}")
        assert way_of(trip_on(network, "car", at=at), WEST, NORTH_WEST) == way, hour


def test_a_way_that_is_not_there_is_counted(tmp_path):
    relations = over("no_u_turn", "E", "Z", "X"), over("no_u_turn", "E", "F", "Z")
    network = network_of(drawn(*relations), tmp_path)
    assert whole_turns(network.restrictions) == 1


def test_cut_roads_keep_the_restriction(tmp_path):
    network = network_of(drawn(over("no_left_turn", "E", "F", "Z", "Y")), tmp_path)
    assert way_of(trip_on(network, "car"), WEST, (98.018, LAT + STEP)) == "EVY"
    names = network.segments["name"].tolist()
    cut = np.repeat([names.index("F"), names.index("Z")], 2)
    split = split_segments(network, cut, np.array([900.0, 1000.0, 400.0, 500.0]))
    for parts in (split.network, in_order(split).network):
        turns = parts.restrictions
        assert turns["kind"].tolist() == [THEN] * 6 + ["no_left_turn"]
        assert (turns["to_segment"][:-1].to_numpy() == turns["from_segment"][1:].to_numpy()).all()
        for segment, node in zip(turns["to_segment"], turns["via_node"], strict=True):
            assert node in parts.ends[segment]
        assert way_of(trip_on(parts, "car"), WEST, (98.018, LAT + STEP)) == "EVY"


def test_what_is_written_is_read_again(tmp_path):
    network = network_of(drawn(over("no_left_turn", "E", "F", "Z", "Y")), tmp_path)
    text = "".join(osm_lines(network, draw_ways(network)))
    (tmp_path / "again.osm").write_text(text, encoding="utf-8")
    again = read_osm(tmp_path / "again.osm", crs="EPSG:32647").restrictions
    wanted = network.restrictions
    assert again["kind"].tolist() == wanted["kind"].tolist()
    assert again["via_node"].tolist() == wanted["via_node"].tolist()


# Any restrictions on a grid of nine junctions, held against a search that remembers its way.


def street(one, other):
    return f"{min(one, other)}{max(one, other)}"


@st.composite
def chains(draw):
    here = draw(st.sampled_from(sorted(GRID)))
    nodes = [here]
    for _ in range(draw(st.integers(2, 4))):
        near = [one for one in GRID if street(here, one) in STREETS and one not in nodes[-2:]]
        here = draw(st.sampled_from(near))
        nodes.append(here)
    ways = [street(*pair) for pair in pairwise(nodes)]
    assume(len(set(ways)) == len(ways))
    return draw(st.sampled_from(["no_u_turn", "only_straight_on"])), tuple(nodes)


def by_history(network, time_s, rules, start, stop):
    """Search over the last arcs driven: seconds from the middle of a road to that of another."""
    ends = network.nodes["osm_id"].to_numpy()[network.ends]
    arcs = {
        2 * s + way: (int(ends[s, way]), int(ends[s, 1 - way]))
        for s in range(len(ends))
        for way in (0, 1)
    }

    def allowed(history):
        driven = [arcs[arc] for arc in history]
        for kind, nodes in rules:
            *before, last = pairwise(nodes)
            if driven[-len(nodes) + 1 : -1] == before and (driven[-1] == last) == (
                kind == "no_u_turn"
            ):
                return False
            # Nor may one turn back on a road between.
            begun = any(
                driven[-count - 1 : -1] == before[:count] for count in range(2, len(before) + 1)
            )
            if begun and history[-1] == history[-2] ^ 1:
                return False
        return True

    queue = [(time_s[start, way] / 2, (2 * start + way,)) for way in (0, 1)]
    heapq.heapify(queue)
    seen = set()
    while queue:
        seconds, history = heapq.heappop(queue)
        if history[-1] // 2 == stop:
            return seconds
        if history in seen:
            continue
        seen.add(history)
        for arc, (tail, _) in arcs.items():
            longer = (*history, arc)
            if tail == arcs[history[-1]][1] and allowed(longer):
                cost = time_s[arc // 2, arc % 2] / (2 if arc // 2 == stop else 1)
                heapq.heappush(queue, (seconds + cost, longer[-4:]))
    return np.inf


@settings(max_examples=15)
@given(st.lists(chains(), min_size=1, max_size=4))
def test_the_engine_finds_what_a_search_over_histories_finds(tmp_path_factory, rules):
    relations = [over(kind, *(street(*pair) for pair in pairwise(nodes))) for kind, nodes in rules]
    drawing = Drawing(GRID, STREETS, relations=tuple(relations))
    network = network_of(drawing, tmp_path_factory.mktemp("grid"))
    trip = trip_on(network, "car")
    middle = network.segments.geometry.interpolate(0.5, normalized=True).to_crs(4326)
    ends = snap(network, middle.x.to_numpy(), middle.y.to_numpy())
    times = matrix(trip.metric(), ends, ends)
    for start, stop in product(range(0, len(ends), 2), range(len(ends))):
        if start != stop:
            wanted = by_history(network, trip.costs.time_s, rules, start, stop)
            assert times[start, stop] == pytest.approx(wanted, rel=1e-3), (start, stop)
