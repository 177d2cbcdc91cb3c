"""Who may pass, which way, how fast, how heavy and when: each rule of OpenStreetMap, drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from diamond import LAT, diamond, network_of, trip_on, way_of
from hypothesis import given
from hypothesis import strategies as st

from geo.driving.conditional import Who, clauses, conditional_value, unread
from geo.driving.limits import barred_by, segment_limits, who_drives
from geo.driving.permits import CLOSED, END, OPEN, verdict
from geo.driving.vehicle import load_vehicle
from layers.errors import NoRouteError
from layers.roads.signs import read_signs, sign_text, turned

AGAINST = ((98.04, LAT), (98.0, LAT))
TRUCK = load_vehicle("truck_10w")
CAR = load_vehicle("car")


@pytest.mark.parametrize(
    ("vehicle", "tags", "way"),
    [
        # The most specific key that a vehicle has decides; those of other modes say nothing.
        ("truck_10w", {"access": "no", "hgv": "yes"}, "ABC"),
        ("truck_10w", {"motor_vehicle": "no", "hgv": "designated"}, "ABC"),
        ("truck_10w", {"vehicle": "no", "motor_vehicle": "yes"}, "ABC"),
        ("truck_10w", {"motorcar": "no"}, "ABC"),
        ("truck_10w", {"access": "no", "motorcar": "yes"}, "ADC"),
        ("truck_10w", {"goods": "no"}, "ABC"),
        ("car", {"motor_vehicle": "no", "hgv": "yes"}, "ADC"),
        ("car", {"motor_vehicle": "agricultural;forestry"}, "ADC"),
        ("car", {"access": "official"}, "ABC"),
        ("car", {"access": "unknown"}, "ABC"),
        ("car", {"foot": "no", "bicycle": "no"}, "ABC"),
        ("motorcycle", {"motorcar": "no"}, "ABC"),
        ("motorcycle", {"motorcycle": "no"}, "ADC"),
        ("bus", {"access": "no", "bus": "yes"}, "ABC"),
        ("bus", {"motor_vehicle": "no", "psv": "designated"}, "ABC"),
        ("bus", {"psv": "yes", "bus": "no"}, "ADC"),
        ("bus", {"motor_vehicle": "psv"}, "ABC"),
        ("bus", {"tourist_bus": "no"}, "ABC"),
        ("ambulance", {"access": "no", "emergency": "yes"}, "ABC"),
        ("ambulance", {"motor_vehicle": "no", "emergency": "fire_hydrant"}, "ADC"),
        ("car", {"access": "no", "emergency": "yes"}, "ADC"),
        ("car", {"access": "military"}, "ADC"),
        # Who has no business there goes round.
        ("truck_10w", {"hgv": "destination"}, "ADC"),
        ("truck_10w", {"hgv": "delivery"}, "ADC"),
        ("car", {"hgv": "destination"}, "ABC"),
        ("car", {"access": "customers"}, "ADC"),
        ("car", {"motor_vehicle": "private"}, "ADC"),
        # Weights and sizes, in every spelling.
        ("truck_10w", {"maxweightrating": "7.5"}, "ADC"),
        ("truck_10w", {"maxweight:hgv": "5"}, "ADC"),
        ("truck_10w", {"maxweightrating:hgv": "7500 kg"}, "ADC"),
        ("truck_10w", {"maxgcweight": "7,5 t"}, "ADC"),
        ("truck_10w", {"maxbogieweight": "16"}, "ADC"),
        ("truck_10w", {"maxweight": "7.5", "maxweight:hgv": "none"}, "ABC"),
        ("truck_10w", {"maxweight:bus": "5"}, "ABC"),
        ("truck_10w", {"maxwidth": "2.2"}, "ADC"),
        ("truck_10w", {"maxwidth": "6'6\""}, "ADC"),
        ("truck_10w", {"maxwidth:physical": "220 cm"}, "ADC"),
        ("car", {"maxwidth": "2.2"}, "ABC"),
        ("truck_10w", {"maxheight:physical": "3.5"}, "ADC"),
        ("truck_10w", {"maxheight": "below_default"}, "ABC"),
        ("truck_10w", {"maxlength:hgv": "9"}, "ADC"),
        # One way for some.
        ("car", {"oneway": "yes"}, "ABC"),
    ],
)  # fmt: skip
def test_whether_a_vehicle_takes_the_straight_road(tmp_path, vehicle, tags, way):
    assert way_of(trip_on(network_of(diamond(tags), tmp_path), vehicle)) == way


@pytest.mark.parametrize(
    ("vehicle", "tags", "way"),
    [
        ("truck_10w", {"oneway:hgv": "yes"}, "CDA"),
        ("car", {"oneway:hgv": "yes"}, "CBA"),
        ("truck_10w", {"oneway": "yes", "oneway:hgv": "no"}, "CBA"),
        ("bus", {"oneway": "yes", "oneway:psv": "no"}, "CBA"),
        ("car", {"oneway:motor_vehicle": "yes"}, "CDA"),
        ("motorcycle", {"oneway": "yes", "oneway:motorcycle": "no"}, "CBA"),
        ("car", {"vehicle:backward": "no"}, "CDA"),
        ("car", {"vehicle:forward": "no"}, "CBA"),
        ("car", {"access": "no", "motorcar:backward": "yes"}, "CBA"),
        ("truck_10w", {"maxweight:backward": "10"}, "CDA"),
    ],
)
def test_whether_it_is_taken_against_the_way_as_drawn(tmp_path, vehicle, tags, way):
    trip = trip_on(network_of(diamond(tags), tmp_path), vehicle)
    assert way_of(trip, *AGAINST) == way


@pytest.mark.parametrize(
    ("vehicle", "when", "tags", "way"),
    [
        ("truck_10w", "2026-11-23T08:00", {"hgv:conditional": "no @ (06:00-20:00)"}, "ADC"),
        ("truck_10w", "2026-11-23T22:00", {"hgv:conditional": "no @ (06:00-20:00)"}, "ABC"),
        ("truck_10w", "2026-11-23T23:30", {"hgv:conditional": "no @ 22:00-05:00"}, "ADC"),
        ("car", "2026-07-01T08:00", {"access:conditional": "no @ (May-Oct)"}, "ADC"),
        ("car", "2026-12-01T08:00", {"access:conditional": "no @ (May-Oct)"}, "ABC"),
        ("truck_10w", "2026-11-23T08:00", {"maxweight:conditional": "3.5 @ (06:00-20:00)"}, "ADC"),
        ("car", "2026-11-28T08:00", {"access:conditional": "no @ (Mo-Fr); yes @ (Sa,Su)"}, "ABC"),
        ("car", "2026-11-23T08:00", {"access:conditional": "no @ (Mo-Fr); yes @ (Sa,Su)"}, "ADC"),
        # The last clause that is met counts.
        ("car", "2026-11-23T08:00", {"access:conditional": "no @ (Mo-Su); yes @ (Mo)"}, "ABC"),
        ("truck_10w", "2026-11-23T08:00", {"hgv:conditional": "no @ (weight>7.5)"}, "ADC"),
        ("truck_6w", "2026-11-23T08:00", {"hgv:conditional": "no @ (weight > 18 t)"}, "ABC"),
        ("truck_10w", "2026-11-23T08:00",
         {"hgv:conditional": "no @ (weight>7.5 AND 20:00-22:00)"}, "ABC"),
        ("truck_10w", "2026-11-23T08:00", {"hgv:conditional": "no @ (axles>=3)"}, "ADC"),
        ("truck_10w", "2026-11-23T08:00", {"hgv:conditional": "destination @ (weight>7.5)"}, "ADC"),
        ("car", "2026-11-23T08:00", {"access": "no", "access:conditional": "yes @ (08:00-09:00)"},
         "ABC"),
        ("car", "2026-11-23T08:00", {"access:conditional": "no @ (strange words here)"}, "ABC"),
        ("car", "2026-11-23T08:00", {"motor_vehicle:conditional": "no @ (Mo-Fr)",
                                     "motorcar": "yes"}, "ABC"),
    ],
)  # fmt: skip
def test_what_holds_at_some_hours_only(tmp_path, vehicle, when, tags, way):
    trip = trip_on(network_of(diamond(tags), tmp_path), vehicle, at=datetime.fromisoformat(when))
    assert way_of(trip) == way


@pytest.mark.parametrize(
    ("vehicle", "node", "way"),
    [
        ("truck_10w", {"barrier": "bollard"}, "ADC"),
        ("truck_10w", {"barrier": "block"}, "ADC"),
        ("truck_10w", {"barrier": "debris"}, "ADC"),
        ("car", {"barrier": "jersey_barrier"}, "ADC"),
        ("truck_10w", {"barrier": "bollard", "access": "yes"}, "ABC"),
        ("truck_10w", {"barrier": "bollard", "foot": "yes", "bicycle": "yes"}, "ADC"),
        ("truck_10w", {"barrier": "gate"}, "ABC"),
        ("truck_10w", {"barrier": "lift_gate", "hgv": "no"}, "ADC"),
        ("car", {"barrier": "gate", "access": "private"}, "ADC"),
        ("car", {"barrier": "gate", "locked": "yes"}, "ADC"),
        ("truck_10w", {"barrier": "height_restrictor", "maxheight": "2.1"}, "ADC"),
        ("car", {"barrier": "height_restrictor", "maxheight": "2.1"}, "ABC"),
        ("car", {"barrier": "bollard", "maxwidth": "2"}, "ABC"),
        ("truck_10w", {"barrier": "bollard", "maxwidth": "2"}, "ADC"),
        ("bus", {"barrier": "bus_trap"}, "ABC"),
        ("car", {"barrier": "bus_trap"}, "ADC"),
        ("truck_10w", {"barrier": "toll_booth"}, "ABC"),
        ("truck_10w", {"barrier": "border_control"}, "ABC"),
        ("car", {"barrier": "cattle_grid"}, "ABC"),
        ("car", {"highway": "crossing"}, "ABC"),
        ("car", {"amenity": "parking", "access": "private"}, "ABC"),
    ],
)
def test_a_barrier_on_a_node(tmp_path, vehicle, node, way):
    network = network_of(diamond(node=node), tmp_path)
    assert way_of(trip_on(network, vehicle)) == way
    # The barrier takes nothing of the road's length.
    straight = network.length_m[(network.segments["name"] == "B").to_numpy()].sum()
    assert straight == pytest.approx(2117.9, abs=0.5)


def test_a_barrier_where_roads_meet_stops_who_would_pass_it(tmp_path):
    drawing = replace(diamond(), node_tags={2: {"barrier": "bollard"}})
    network = network_of(drawing, tmp_path)
    with pytest.raises(NoRouteError):
        way_of(trip_on(network, "car"))
    # What begins behind it is reached.
    assert way_of(trip_on(network, "car"), (98.012, LAT), (98.04, LAT)) == "BC"


def test_without_an_hour_it_is_the_daytime_of_a_working_day_in_the_season(tmp_path):
    by_day = network_of(diamond({"hgv:conditional": "no @ (Mo-Fr 06:00-20:00)"}), tmp_path)
    assert way_of(trip_on(by_day, "truck_10w")) == "ADC"
    rains = network_of(diamond({"access:conditional": "no @ (May-Oct)"}), tmp_path)
    assert way_of(trip_on(rains, "car", "dry")) == "ABC"
    assert way_of(trip_on(rains, "car", "wet")) == "ADC"
    wet = network_of(diamond({"access:conditional": "no @ wet"}), tmp_path)
    assert [way_of(trip_on(wet, "car", season)) for season in ("dry", "wet")] == ["ABC", "ADC"]


@pytest.mark.parametrize(
    ("vehicle", "tags", "expected"),
    [
        (CAR, {"maxspeed:forward": "30", "maxspeed:backward": "90"}, (30, 90)),
        (CAR, {"maxspeed": "90", "maxspeed:forward": "30"}, (30, 90)),
        (TRUCK, {"maxspeed": "90", "maxspeed:hgv": "40"}, (40, 40)),
        (TRUCK, {"maxspeed:hgv": "40"}, (40, 40)),
        (CAR, {"maxspeed": "90", "maxspeed:hgv": "40"}, (90, 90)),
        (TRUCK, {"maxspeed:hgv:forward": "25 mph"}, (40.2335, 70)),
        (TRUCK, {"maxspeed": "60", "maxspeed:conditional": "30 @ (weight>20)"}, (30, 30)),
        (CAR, {"maxspeed:type": "TH:rural"}, (90, 90)),
        (CAR, {"zone:maxspeed": "30"}, (30, 30)),
        (CAR, {"maxspeed": "RU:urban"}, (60, 60)),
        (CAR, {"maxspeed": "walk"}, (7, 7)),
    ],
)
def test_the_speed_of_a_sign(tmp_path, vehicle, tags, expected):
    network = network_of(diamond(tags), tmp_path)
    kph, _ = segment_limits(network, vehicle, "dry")
    here = kph[(network.segments["name"] == "B").to_numpy()]
    np.testing.assert_allclose(here, [expected], rtol=1e-3)


def test_the_limit_that_bars_is_named(tmp_path):
    network = network_of(diamond({"maxweight:hgv": "5", "maxwidth": "2"}), tmp_path)
    straight = (network.segments["name"] == "B").to_numpy()
    barred = {name for name, rows in barred_by(network, TRUCK).items() if rows[straight].any()}
    assert barred == {"maxweight_t", "width_m"}


def test_who_tags_are_read_for_by_their_clauses():
    text = "no @ (Mo-Fr 06:00-09:00; PH off); 60 @ (wet AND weight>3.5)"
    assert [value for value, _ in clauses(text)] == ["no", "60"]
    assert unread("no @ (gibberish 99)") == ("gibberish 99",)
    assert unread("no @ (Mo-Fr)") == ()


def test_signs_of_a_road_that_is_drawn_the_other_way_round():
    text = sign_text({"oneway:hgv": "yes", "maxspeed:forward": "30", "hgv": "no", "name": "x"})
    assert read_signs(turned(text)) == {"oneway:hgv": "-1", "maxspeed:backward": "30", "hgv": "no"}
    assert turned(turned(text)) == text


MODES = ("access", "vehicle", "motor_vehicle", "hgv", "motorcar")
VALUES = ("yes", "no", "destination", "designated", "private", "agricultural", "?")


@given(st.dictionaries(st.sampled_from(MODES), st.sampled_from(VALUES)))
def test_only_the_most_specific_key_counts(tags):
    who = who_drives(TRUCK, "dry")
    mine = [tags[mode] for mode in who.keys if mode in tags]
    ranks = {"no": CLOSED, "agricultural": CLOSED, "destination": END, "private": END}
    expected = ranks.get(mine[-1], OPEN) if mine else OPEN
    assert verdict(read_signs(sign_text(tags)), "forward", who) == expected


@given(st.text(max_size=30))
def test_any_text_after_conditional_is_read_without_failing(text):
    who = who_drives(TRUCK, "dry")
    assert isinstance(who, Who)
    conditional_value(text, who)
    conditional_value(f"no @ ({text})", who)
