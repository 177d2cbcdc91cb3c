"""Selecting roads: each way alone, all together, and what it says when there are none."""

import json
from dataclasses import replace

import pytest
from drawing import TO_LON_LAT, draw

from geo.scenario.selection import Select, find_pieces
from layers.errors import DataError
from layers.roads.network import Source

# A to D is highway 9, 9 km long; its middle runs against the others.
TRUNK = draw(
    "A--B--C--D\n   |\n   |\n   E",
    cell=1000,
    ref={"AB": "9", "BC": "9", "CD": "9", "BE": "17; AH2"},
    highway={"BE": "tertiary"},
    name_th={"BE": "ถนนห้วย"},
    osm_id={"BE": 5, "CD": 6},
)
STRATEGIC = replace(TRUNK, source=Source("strategic", "drawn"))


def lon_lat(x: float, y: float) -> list[float]:
    """Return a point in km to the right of A and above it as lon, lat."""
    lon, lat = TO_LON_LAT.transform(400_000 + 1000 * x, 2_130_000 + 1000 * y)
    return [lon, lat]


def found(network, folder=None, **where):
    pieces = find_pieces(network, Select(**where), folder)
    names = network.segments["name"].astype(str).to_numpy()[pieces.segment]
    return {
        str(name): (round(float(a)), round(float(b)))
        for name, a, b in zip(names, pieces.from_m, pieces.to_m, strict=True)
    }


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"ref": "9"}, ["AB", "BC", "CD"]),
        ({"ref": "AH2"}, ["BE"]),
        ({"name": "ถนนห้วย"}, ["BE"]),
        ({"osm_id": (5, 6)}, ["BE", "CD"]),
        ({"highway": ("tertiary",)}, ["BE"]),
        ({"ref": "9", "osm_id": (5, 6)}, ["CD"]),
    ],
)
def test_by_columns(where, names):
    assert sorted(found(TRUNK, **where)) == sorted(names)


def test_by_km_of_a_strategic_highway():
    assert found(STRATEGIC, ref="9", km=(2, 7)) == {
        "AB": (2000, 3000),
        "BC": (0, 3000),
        "CD": (0, 1000),
    }


def test_by_km_from_a_start_that_is_given():
    where = {"ref": "9", "km": (0, 4), "km_start": tuple(lon_lat(9, 0))}
    assert found(TRUNK, **where) == {"CD": (0, 3000), "BC": (2000, 3000)}


def test_by_km_without_a_start_and_by_name():
    assert found(TRUNK, ref="9", km=(2, 7)) == found(STRATEGIC, ref="9", km=(2, 7))
    assert found(TRUNK, name="ถนนห้วย", ref="AH2", km=(1, 2)) == {"BE": (1000, 2000)}
    assert found(TRUNK, stretch="9 km 2-7") == found(TRUNK, ref="9", km=(2, 7))


@pytest.mark.parametrize(
    ("network", "where", "words"),
    [
        (TRUNK, {"ref": "9", "km": (1, 2), "stretch": "9:1-2"}, "either stretch or km"),
        (TRUNK, {"stretch": "9 to 12"}, "not REF:KM-KM"),
        (TRUNK, {"stretch": "99:1-2"}, "number or name '99'; there are: 9"),
        (STRATEGIC, {"ref": "9", "km": (8, 12)}, "runs from km 0 to 9.0"),
        (STRATEGIC, {"ref": "9", "km": (3, 2)}, "from and to"),
        (STRATEGIC, {"km": (1, 2)}, "needs ref or name"),
        (TRUNK, {}, "names no roads"),
        (TRUNK, {"ref": "99"}, "no road has ref '99'; near: 9"),
        (TRUNK, {"name": "ถนนหวย"}, "near: ถนนห้วย"),
        (TRUNK, {"ref": "9", "highway": ("tertiary",)}, "ref and highway"),
        (TRUNK, {"line": ((98.0, 19.0),)}, "2 or more pairs"),
        (TRUNK, {"polygon": ((98, 19), (98.1, 19), (98, 99))}, "3 or more pairs"),
        (TRUNK, {"file": "../secret.geojson"}, "beside the scenario"),
        (TRUNK, {"polygon": ((97, 18), (97.1, 18), (97.1, 18.1))}, "nothing is left of polygon"),
    ],
)
def test_what_selects_nothing_says_why(network, where, words, tmp_path):
    with pytest.raises(DataError, match=words):
        find_pieces(network, Select(**where), tmp_path)


def test_a_polygon_cuts_what_leaves_it():
    corners = tuple(tuple(lon_lat(x, y)) for x, y in ((2, -1), (4, -1), (4, 1), (2, 1)))
    assert found(TRUNK, polygon=corners) == {"AB": (2000, 3000), "BC": (0, 1000), "BE": (0, 1000)}


def test_a_line_takes_what_runs_along_it_and_not_what_crosses():
    line = tuple(tuple(lon_lat(x, 0.02)) for x in (1, 5))
    assert found(TRUNK, line=line, within_m=50) == {"AB": (954, 3000), "BC": (0, 2046)}


def test_a_file_beside_the_scenario(tmp_path):
    shape = {"type": "LineString", "coordinates": [lon_lat(3, 0), lon_lat(3, -3)]}
    (tmp_path / "line.geojson").write_text(json.dumps(shape), encoding="utf-8")
    assert found(TRUNK, tmp_path, file="line.geojson") == {"BE": (0, 3000)}
