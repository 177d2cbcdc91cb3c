"""Points near pieces of road from which one cannot get on."""

from dataclasses import replace

import pandas as pd
from diamond import LAT, NODES, WAYS, Drawing, diamond, network_of, trip_on, way_of

from geo.routing.stops import passed_over, stops_at
from layers.tables.places import Place

AISLE = Drawing(
    nodes={**NODES, 7: (98.001, LAT + 0.0007), 8: (98.0012, LAT + 0.0007)},
    ways={**WAYS, "aisle": (7, 8)},
    way_tags={"aisle": {"highway": "service"}},
)
NEAR = (98.0011, LAT + 0.0006)


def test_a_point_near_a_detached_aisle_is_on_the_network(tmp_path):
    trip = trip_on(network_of(AISLE, tmp_path), "car")
    assert way_of(trip, NEAR) == "ABC"
    (said,) = passed_over(
        trip,
        [Place("", "Yard", "", "point", *NEAR), Place("", "Goal", "", "point", 98.04, LAT)],
    )
    assert said.startswith("Yard: the nearest road, 11 m away, is a detached piece")


def test_a_street_that_only_leads_in_is_no_place_to_start(tmp_path):
    sink = replace(
        AISLE,
        ways={**WAYS, "aisle": (2, 7, 8)},
        way_tags={"aisle": {"highway": "service", "oneway": "yes"}},
    )
    assert way_of(trip_on(network_of(sink, tmp_path), "car"), NEAR) == "ABC"


def test_both_ends_on_a_small_network_stay_there(tmp_path):
    network = network_of(diamond(), tmp_path)
    assert way_of(trip_on(network, "car"), (98.0, LAT), (98.002, LAT)) == "A"


def test_a_large_piece_of_its_own_is_not_left(tmp_path):
    far = Drawing(
        nodes={**NODES, 7: (98.0, LAT + 0.001), 8: (98.05, LAT + 0.001)},
        ways={**WAYS, "other": (7, 8)},
    )
    trip = trip_on(network_of(far, tmp_path), "car")
    assert way_of(trip, (98.01, LAT + 0.0011), (98.03, LAT + 0.0011)) == "other"


def test_a_table_of_one_place_leaves_the_aisle_too(tmp_path):
    """Facilities and settlements are tables of their own: one hospital may be all there is."""
    trip = trip_on(network_of(AISLE, tmp_path), "car")
    place = pd.DataFrame({"id": ["x"], "lon": [NEAR[0]], "lat": [NEAR[1]]})
    stops = stops_at(trip.network, trip.costs, place)
    names = trip.network.segments["name"].to_numpy(str)
    assert names[stops.snapped.segment].tolist() == ["A"]
