"""Turn restrictions and roads that are only ends: obeyed by routes, matrices, losses and loads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from diamond import LAT, Drawing, diamond, network_of, trip_on, way_of
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import close
from geo.risk.link_losses import losses
from geo.routing.engine import matrix, shortest_path
from geo.routing.snap import snap
from geo.routing.tables import MANY
from geo.routing.trip import Trip
from layers.errors import NoRouteError

# A, then S to the north or B straight on; L leads round to where S ends.
#
#     4 ---L--- 5
#     |         |
#     S         |
#     |         |
# 1-A-2----B----3
NODES = {1: (98.0, LAT), 2: (98.01, LAT), 3: (98.02, LAT), 4: (98.01, LAT + 0.02)}
NODES |= {5: (98.02, LAT + 0.02)}
CROSS = Drawing(NODES, {"A": (1, 2), "B": (2, 3), "S": (2, 4), "L": (3, 5, 4)})
START, GOAL = (98.0, LAT), (98.01, LAT + 0.02)


def restricted(kind, *members, key="restriction", **tags):
    told = {"type": "restriction", key: kind, **tags}
    return replace(CROSS, relations=((members, told),))


def no_left(**tags):
    members = (("from", "way", "A"), ("via", "node", 2), ("to", "way", "S"))
    return restricted("no_left_turn", *members, **tags)


@pytest.mark.parametrize(
    ("vehicle", "tags", "way"),
    [
        ("truck_10w", {}, "ABL"),
        ("truck_10w", {"except": "hgv"}, "AS"),
        ("car", {"except": "hgv"}, "ABL"),
        ("bus", {"except": "psv;bicycle"}, "AS"),
        ("ambulance", {"except": "emergency"}, "AS"),
        ("truck_10w", {"key": "restriction:hgv"}, "ABL"),
        ("car", {"key": "restriction:hgv"}, "AS"),
        ("bus", {"key": "restriction:bus"}, "ABL"),
        ("truck_10w", {"key": "restriction:bus"}, "AS"),
        ("walk", {}, "AS"),
    ],
)
def test_a_banned_turn_is_not_driven(tmp_path, vehicle, tags, way):
    trip = trip_on(network_of(no_left(**tags), tmp_path), vehicle)
    assert way_of(trip, START, GOAL) == way


def test_other_turns_at_the_same_junction_are_free(tmp_path):
    trip = trip_on(network_of(no_left(), tmp_path), "car")
    assert way_of(trip, GOAL, START) == "SA"
    assert way_of(trip, GOAL, (98.014, LAT)) == "SB"
    assert way_of(trip, (98.014, LAT), GOAL) == "BS"
    assert way_of(trip, START, (98.014, LAT)) == "AB"


def test_only_one_way_on(tmp_path):
    members = (("from", "way", "A"), ("via", "node", 2), ("to", "way", "B"))
    trip = trip_on(network_of(restricted("only_straight_on", *members), tmp_path), "car")
    assert way_of(trip, START, GOAL) == "ABL"
    assert way_of(trip, (98.014, LAT), GOAL) == "BS"


def test_a_turn_that_is_banned_at_some_hours(tmp_path):
    drawing = no_left(key="restriction:conditional")
    drawing = replace(
        drawing,
        relations=tuple(
            (members, {**tags, "restriction:conditional": "no_left_turn @ (07:00-09:00)"})
            for members, tags in drawing.relations
        ),
    )
    network = network_of(drawing, tmp_path)
    at = datetime.fromisoformat
    assert way_of(trip_on(network, "car", at=at("2026-11-23T08:00")), START, GOAL) == "ABL"
    assert way_of(trip_on(network, "car", at=at("2026-11-23T10:00")), START, GOAL) == "AS"


def snapped(trip, *points):
    lon, lat = (np.array(side, float) for side in zip(*points, strict=True))
    return snap(trip.network, lon, lat)


def test_matrices_losses_and_paths_agree(tmp_path):
    trip = trip_on(network_of(no_left(), tmp_path), "car")
    ends = snapped(trip, START, GOAL, (98.02, LAT), (98.005, LAT))
    times = matrix(trip.metric(), ends, ends)
    for one in range(len(ends)):
        for other in range(len(ends)):
            path = shortest_path(trip.metric(), ends.take([one]), ends.take([other]))
            assert path is not None
            assert times[one, other] == pytest.approx(path.weight, abs=0.01)
    # A table of many is found another way; it obeys the same restrictions.
    many = np.arange(MANY) % len(ends)
    assert np.array_equal(
        matrix(trip.metric(), ends.take(many), ends.take(many)), times[np.ix_(many, many)]
    )
    (lost,) = losses(trip.metric(), ends.take([0]), ends.take([1]))
    assert lost.before[0] == pytest.approx(times[0, 1], abs=0.01)
    for segment, after in zip(lost.segment.tolist(), lost.after.tolist(), strict=True):
        closed = np.zeros(len(trip.network.segments), bool)
        closed[segment] = True
        without = replace(trip, costs=close(trip.costs, closed))
        direct = matrix(without.metric(), ends.take([0]), ends.take([1]))[0, 0]
        assert after == pytest.approx(direct, abs=0.01)


@settings(max_examples=15)
@given(
    st.sets(
        st.tuples(
            st.sampled_from(["A", "B", "S", "L"]),
            st.sampled_from([2, 3, 4]),
            st.sampled_from(["A", "B", "S", "L"]),
        ),
        max_size=4,
    )
)
def test_more_restrictions_never_shorten_a_way_and_fewer_never_lengthen_it(tmp_path_factory, turns):
    folder = tmp_path_factory.mktemp("turns")
    times = []
    for some in (sorted(turns)[:-1], sorted(turns)):
        relations = tuple(
            (
                (("from", "way", one), ("via", "node", node), ("to", "way", other)),
                {"type": "restriction", "restriction": "no_left_turn"},
            )
            for one, node, other in some
        )
        trip = trip_on(network_of(replace(CROSS, relations=relations), folder), "car")
        ends = snapped(trip, *NODES.values())
        times.append(matrix(trip.metric(), ends, ends))
    fewer, more = times
    assert (more >= fewer - 0.01).all()


# Only for those who have business there.


@pytest.mark.parametrize("tags", [{"access": "destination"}, {"motor_vehicle": "private"}])
def test_a_road_for_destination_is_an_end_and_no_way_through(tmp_path, tags):
    trip = trip_on(network_of(diamond(tags), tmp_path), "car")
    assert way_of(trip) == "ADC"
    assert way_of(trip, (98.0, LAT), (98.015, LAT)) == "AB"
    assert way_of(trip, (98.025, LAT), (98.0, LAT)) == "BA"
    # Within it, and all along it: who begins there may leave on either side.
    assert way_of(trip, (98.013, LAT), (98.026, LAT)) == "B"
    assert way_of(trip, (98.013, LAT), (98.04, LAT)) == "BC"


def test_where_no_other_way_leads_there_is_none(tmp_path):
    alone = replace(
        diamond({"access": "destination"}), ways={"A": (1, 2), "B": (2, 3, 4), "C": (4, 5)}
    )
    trip = trip_on(network_of(alone, tmp_path), "car")
    with pytest.raises(NoRouteError):
        way_of(trip)
    assert way_of(trip, (98.0, LAT), (98.02, LAT)) == "AB"


def test_the_same_road_is_free_to_others(tmp_path):
    network = network_of(diamond({"hgv": "destination"}), tmp_path)
    assert way_of(trip_on(network, "car")) == "ABC"
    truck = trip_on(network, "truck_10w")
    assert way_of(truck) == "ADC"
    assert way_of(truck, (98.0, LAT), (98.02, LAT)) == "AB"
    assert isinstance(truck, Trip)


def test_without_any_rule_the_graph_is_that_of_the_roads(tmp_path):
    trip = trip_on(network_of(diamond(), tmp_path), "car")
    assert trip.graph.arcs.plain
    assert len(trip.graph.order) == len(trip.network.nodes)
