"""The values of OSM tags, as people write them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.osm.columns import KEYS, SIGNS, apply_once, attributes
from layers.osm.points import number
from layers.osm.tags import (
    direction,
    duration_s,
    is_set,
    is_tunnel,
    lane_count,
    most_specific,
    road_class,
    size_m,
    speed_kph,
    weight_t,
)
from layers.roads.schema import ATTRIBUTE_COLUMNS
from layers.roads.signs import sign_text


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {key: [row.get(key, "") for row in rows] for key in KEYS}
        | {SIGNS: [sign_text(row) for row in rows]},
        dtype="str",
    ).astype("category")


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("60", 60),
        (" 60 ", 60),
        ("60 km/h", 60),
        ("60kmh", 60),
        ("๖๐", 60),  # Thai digits
        ("5 mph", 8.0467),
        ("60|100", 80),
        ("60|100 mph", 128.7472),
        ("60 mph|100 mph", 128.7472),
        ("10 knots", 18.52),
        ("FR:urban", 50),
        ("TH:urban", 80),
        ("TH:rural", 90),
        ("DE:zone30", 30),
        ("DE:zone:20", 20),
    ],
)
def test_speed(text, kph):
    assert speed_kph(text) == pytest.approx(kph, rel=1e-9)


@pytest.mark.parametrize(
    "text",
    ["", "none", "signals", "variable", "100;70", "60|x", "0", "XX:odd", "-5", "60 mp"],
)
def test_no_speed(text):
    assert math.isnan(speed_kph(text))


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5),
        ("3.5 t", 3.5),
        ("3.5t", 3.5),
        ("2,5", 2.5),
        ("7500 kg", 7.5),
        ("7500KG", 7.5),
        ("10 st", 9.0718474),
        ("8000 lbs", 3.62873896),
    ],
)
def test_weight(text, tonnes):
    assert weight_t(text) == pytest.approx(tonnes, rel=1e-9)


@pytest.mark.parametrize("text", ["", "none", "default", "unsigned", "0", "3 m", "3.5 t @ (wet)"])
def test_no_weight(text):
    assert math.isnan(weight_t(text))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3", 3),
        ("3 m", 3),
        ("2,5", 2.5),
        ("350 cm", 3.5),
        ("12'6\"", 3.81),
        ("12' 6''", 3.81),
        ("12 ft 6 in", 3.81),
        ("10'", 3.048),
        ("10 ft", 3.048),
        ('90"', 2.286),
    ],
)
def test_size(text, metres):
    assert size_m(text) == pytest.approx(metres, rel=1e-9)


@pytest.mark.parametrize("text", ["", "none", "default", "below_default", "narrow", "3 t", "2;3"])
def test_no_size(text):
    assert math.isnan(size_m(text))


@pytest.mark.parametrize(("text", "lanes"), [("2", 2), ("1.5", 1.5), ("3;2", 2), ("2|1", 1)])
def test_lanes(text, lanes):
    assert lane_count(text) == lanes


@pytest.mark.parametrize("text", ["", "many", "2;", "0"])
def test_no_lanes(text):
    assert math.isnan(lane_count(text))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 1200),
        ("0:20", 1200),
        ("01:30", 5400),
        ("00:05:30", 330),
        ("PT20M", 1200),
        ("PT1H30M", 5400),
        ("P1D", 86400),
    ],
)
def test_duration(text, seconds):
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "00:00", "P", "PT", "20 minutes", "1h"])
def test_no_duration(text):
    assert math.isnan(duration_s(text))


@pytest.mark.parametrize(
    ("oneway", "junction", "highway", "expected"),
    [
        *[(text, "", "primary", "forward") for text in ("yes", "true", "1", " Yes ")],
        *[(text, "", "primary", "backward") for text in ("-1", "reverse")],
        *[(text, "", "primary", "both") for text in ("no", "false", "0", "", "odd")],
        *[(text, "", "motorway", "both") for text in ("no", "reversible", "alternating")],
        ("", "roundabout", "tertiary", "forward"),
        ("", "circular", "tertiary", "forward"),
        ("no", "roundabout", "tertiary", "both"),
        ("-1", "roundabout", "tertiary", "backward"),
        ("", "jughandle", "tertiary", "both"),
        ("", "", "motorway", "forward"),
        ("", "", "motorway_link", "both"),
    ],
)
def test_direction(oneway, junction, highway, expected):
    assert direction(oneway, junction, highway) == expected


def test_bridge_and_tunnel():
    assert [is_set(text) for text in ("yes", "viaduct", "no", "")] == [True, True, False, False]
    roads = ("yes", "building_passage", "avalanche_protector")
    assert all(is_tunnel(text) for text in roads)
    assert not any(is_tunnel(text) for text in ("no", "", "culvert", "flooded"))


def test_most_specific_access_wins():
    assert most_specific("no", "", "private", "yes") == "yes"
    assert most_specific("no", "destination", "", "") == "destination"
    assert most_specific("Private", "", "", "") == "private"
    assert most_specific("", "", "", "") == ""


def test_road_class():
    assert road_class("trunk", "") == "trunk"
    assert road_class("", "ferry") == "ferry"
    assert road_class("service", "ferry") == "service"
    assert road_class("", "shuttle_train") == "ferry"
    assert road_class("", "", "rail", "yes") == "ferry"
    assert road_class("", "", "rail", "") == ""
    assert road_class("", "bus") == ""


@pytest.mark.parametrize("digits", [20, 400, 5000])
@pytest.mark.parametrize("read", [speed_kph, weight_t, size_m, lane_count, duration_s, number])
@pytest.mark.parametrize(
    "form", ["{}", "RU:{}", "{} kg", "{}'6\"", '{}"', "{}:00", "PT{}M", "1;{}"]
)
def test_a_number_beyond_all_bounds_is_none(digits, read, form):
    value = read(form.format("9" * digits))
    assert math.isnan(value) or value <= 60


@given(st.text(max_size=12))
def test_any_text_is_read_without_failing(text):
    for function in (speed_kph, weight_t, size_m, lane_count, duration_s):
        value = function(text)
        assert math.isnan(value) or value > 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1))
def test_apply_once_is_apply_to_each(pairs):
    calls = []

    def together(a: str, b: str) -> str:
        calls.append((a, b))
        return a + b

    tags = pd.DataFrame(pairs, columns=["a", "b"], dtype="str").astype("category")
    results, row = apply_once(together, tags, "a", "b")
    assert [results[i] for i in row] == [a + b for a, b in pairs]
    assert sorted(calls) == sorted(set(pairs))


def test_attributes():
    roads = attributes(
        table(
            {
                "highway": "primary",
                "ref": "108",
                "name": "ถนนขุนลุมประพาส",
                "name:th": "ถนนขุนลุมประพาส",
                "name:en": "Khunlumprapas Road",
                "surface": "Asphalt",
                "maxspeed": "TH:rural",
                "bridge": "yes",
                "toll": "no",
                "goods": "no",
                "hgv": "destination",
                "maxweight": "21 t",
                "access": "no",
                "motorcar": "permissive",
            },
            {"route": "ferry", "motor_vehicle": "no", "duration": "0:10"},
            {"highway": "track", "tracktype": "grade4", "tunnel": "culvert", "goods": "no"},
        )
    )
    assert set(roads) == {*ATTRIBUTE_COLUMNS, "duration_s"}
    first = roads.iloc[0]
    assert first["name_th"] == "ถนนขุนลุมประพาส"
    assert first["name_en"] == "Khunlumprapas Road"
    assert (first["surface"], first["hgv"], first["access"]) == (
        "asphalt",
        "destination",
        "permissive",
    )
    assert (first["maxspeed_kph"], first["maxweight_t"]) == (90, 21)
    assert roads["bridge"].tolist() == [True, False, False]
    assert roads["tunnel"].tolist() == [False, False, False]
    assert roads["toll"].dtype == bool
    assert roads["highway"].tolist() == ["primary", "ferry", "track"]
    assert roads["access"].tolist() == ["permissive", "no", ""]
    assert roads["hgv"].tolist() == ["destination", "", "no"]
    assert roads["duration_s"].iloc[1] == 600
    assert not roads.select_dtypes("category").isna().any().any()


def test_attributes_of_nothing():
    roads = attributes(table())
    assert len(roads) == 0
    assert roads["lanes"].dtype == np.float64
