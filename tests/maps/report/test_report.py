"""Maps and the report: what a reader gets, looked at as a browser would."""

import dataclasses
import itertools
import json
import re
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.routing.route import Leg, Route, RouteProfile
from layers.area import Area, DataSource, Layers
from layers.errors import DataError, UnknownNameError
from layers.roads.network import RoadNetwork, Source, empty_restrictions
from layers.roads.profile import Profile
from layers.roads.schema import NODE_COLUMNS, SEGMENT_COLUMNS
from layers.tables.crossings import CROSSING_COLUMNS
from layers.tables.places import PLACE_COLUMNS, Place
from maps.base import leaflet, lines
from maps.base.credits import credits_of
from maps.base.subject import Subject, highways
from maps.route.corridor_map import corridor_map
from maps.route.route_map import route_map

CRS = "EPSG:32647"
EVIL = "<script>alert(1)</script> '\"& {{ 191 * 7000003 }} {% raw %} {# x #} \\u003c`${1}"
VEHICLE = ("10-wheel truck", "รถบรรทุก 10 ล้อ")
STRATEGIC = "โครงข่ายเชิงยุทธศาสตร์ มิใช่ผลการสำรวจ"

# Pai ──1095── Malai          A home at the left, two capitals, a crossing:
#  |             |
# Home ─108──── Hot           the loop of two highways round the mountains.
AT = {
    "home": (98.0, 19.0),
    "pai": (98.4, 19.4),
    "malai": (98.9, 19.2),
    "hot": (98.9, 18.6),
}
ROADS = (
    ("1095", "secondary", "home", "pai"),
    ("1095", "secondary", "pai", "malai"),
    ("107", "trunk", "malai", "hot"),
    ("108", "primary", "home", "hot"),
    ("", "residential", "pai", "hot"),
)


def wavy(start, end, points=200):
    t = np.linspace(0, 1, points)
    (x0, y0), (x1, y1) = AT[start], AT[end]
    sway = 0.02 * np.sin(t * 30) * np.sin(t * np.pi)
    return shapely.LineString(np.column_stack([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sway]))


def network(kind="strategic", title="Numbered highways"):
    geometry = gpd.GeoSeries([wavy(a, b) for _, _, a, b in ROADS], crs=4326).to_crs(CRS)
    ids = {name: at for at, name in enumerate(AT)}
    columns = {
        "u": [ids[road[2]] for road in ROADS],
        "v": [ids[road[3]] for road in ROADS],
        "ref": [road[0] for road in ROADS],
        "highway": [road[1] for road in ROADS],
        "length_m": geometry.length,
    }
    blank = {"category": "", "bool": False}
    for name, dtype in SEGMENT_COLUMNS.items():
        columns.setdefault(name, [blank.get(dtype, 0)] * len(ROADS))
    nodes = {name: np.zeros(len(AT), dtype) for name, dtype in NODE_COLUMNS.items()}
    count = len(ROADS)
    return RoadNetwork(
        pd.DataFrame(nodes),
        gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS),
        Profile(
            np.arange(count + 1) * 2,
            np.tile([0.0, 1000.0], count),
            np.zeros(2 * count),
            np.full(2 * count, np.inf),
        ),
        empty_restrictions(),
        Source(kind, title, "2026-11-01", "ODbL 1.0", "© OpenStreetMap", ("Bends are modelled.",)),
    )


def route(to, hours, *stretches, name_th="ที่หมาย", kind="province_capital"):
    length = hours * 50_000
    distance = np.linspace(0, length, 500)
    legs = tuple(
        Leg(ref, "", f"ทางหลวง {ref}", f"Highway {ref}", "primary", part, part / 14, 900, 800, 9.7)
        for ref, part in stretches
    )
    way = itertools.pairwise(("home", "pai", "malai", "hot"))
    return Route(
        Place("home", "Home", "บ้านเกิด", "province_capital", *AT["home"]),
        Place(f"id_{hours}", to, name_th, kind, *AT["hot"]),
        (),
        "truck_10w",
        "dry",
        (),
        network().source,
        length,
        hours * 3600.0,
        123.4,
        330.0,
        12_345.6,
        2_345.6,
        2_300.0,
        11.96,
        0.934,
        legs,
        shapely.LineString(np.vstack([shapely.get_coordinates(wavy(a, b)) for a, b in way])),
        RouteProfile(
            distance, 500 + 300 * np.sin(distance / 9000), distance * 0 + 50, np.zeros(500, np.int8)
        ),
    )


def table(columns, *rows):
    blank = {c.name: float("nan") if c.kind == "number" else "" for c in columns}
    return pd.DataFrame([blank | row for row in rows], columns=list(blank))


def inputs(tmp_path, name="Hot", note="Goods only.", **changes):
    boundary = tmp_path / "boundary.geojson"
    shape = shapely.Point(98.3, 19.0).buffer(0.5)
    boundary.write_text(json.dumps(shapely.geometry.mapping(shape)))
    area = Area(
        "sample",
        tmp_path,
        name,
        name,
        CRS,
        Layers(boundary),
        sources=(DataSource(name, "CC BY 4.0", "Someone", "https://example.org/x", "2025"),),
    )
    row = {"name_en": name, "name_th": "", "lon": 98.9, "lat": 18.6, "source": note, "quality": "B"}
    gate = row | {
        "neighbour": "Myanmar",
        "type": "trade_point",
        "note": note,
        "hours": "Mo-Su 08:00-18:00",
    }
    return {
        "area": area,
        "network": network(),
        "routes": (
            route(name, 7, ("108", 200_000), ("", 300), ("11", 90_000)),
            route("Near", 2, ("1095", 90_000), ("107", 20_000), name_th="ใกล้"),
            route(name, 10, ("108", 300_000), name_th="", kind="crossing"),
        ),
        "crossings": table(
            CROSSING_COLUMNS,
            gate | {"id": "id_10", "status": "open", "status_date": "2021-04-01"},
            gate | {"id": "shut", "status": "closed", "status_date": "2025-08", "lat": 18.9},
            gate | {"id": "what", "status": "unknown", "type": "permanent", "lat": 19.1},
        ),
        "places": table(
            PLACE_COLUMNS,
            row | {"id": "id_7", "kind": "province_capital"},
            row | {"id": "pai", "kind": "district", "lat": 19.4},
        ),
        "lang": "th",
        "vehicle_title": VEHICLE,
    } | changes


def subject(given):
    return Subject(given["area"], given["network"], (given["vehicle_title"],), lang=given["lang"])


def corridors(**given):
    """Draw the corridors of `inputs`."""
    tables = {name: given[name] for name in ("crossings", "places")}
    return corridor_map(subject(given), given["routes"], **tables)


def routed(**given):
    """Draw the routes of `inputs`."""
    return route_map(subject(given), given["routes"])


def all_pages(tmp_path, **changes):
    given = inputs(tmp_path, **changes)
    return {
        "corridors": corridors(**given).html,
        "route": routed(**given).html,
    }


class Tags(HTMLParser):
    """All tags with their attributes, and all text outside scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.found, self.text, self.inside = [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, _):
        self.inside = ""

    def handle_data(self, data):
        if self.inside not in {"script", "style"}:
            # As one reads it: a space that holds a line together is a space.
            self.text += data.replace("\u00a0", " ") + "\n"

    def count(self, tag):
        return sum(found == tag for found, _ in self.found)


@pytest.fixture
def pages(tmp_path):
    return all_pages(tmp_path)


def test_what_comes_from_outside_is_text(tmp_path, pages):
    evil = all_pages(tmp_path, name=EVIL, note=EVIL)
    for name, html in evil.items():
        tags = Tags(html)
        assert tags.count("script") == Tags(pages[name]).count("script"), name
        assert "<script>alert" not in html.replace(" ", "")
        assert "1337000573" not in html
        assert not [attrs for _, attrs in tags.found if any(key.startswith("on") for key in attrs)]
        assert EVIL in tags.text, name


def test_nothing_is_loaded_from_elsewhere(pages):
    for html in pages.values():
        for tag, attrs in Tags(html).found:
            for key in ("src", "href", "data", "action", "poster", "srcset"):
                if key in attrs and tag != "a":
                    assert attrs[key].startswith("data:"), (tag, attrs[key][:80])
        assert "@import" not in html
        assert not re.search(r"url\(['\"]?(https?:)?//", html)
        assert not re.search(r"jquery|bootstrap|fontawesome|cdn\.", html, re.IGNORECASE)


def test_the_same_inputs_give_the_same_bytes(tmp_path, pages):
    assert all_pages(tmp_path) == pages


def test_pages_are_light(tmp_path):
    points = np.cumsum(np.random.default_rng(1).normal(0, 0.0004, (5_000, 2)), axis=0)
    long = shapely.LineString(points + AT["home"])
    given = inputs(tmp_path)
    given["routes"] = [dataclasses.replace(given["routes"][0], geometry=long) for _ in range(30)]
    html = corridors(**given).html
    assert len(html.encode()) < 3_000_000


def test_both_languages_are_in_the_page(pages):
    for html in pages.values():
        text = Tags(html).text
        assert "10-wheel truck" in text
        assert "รถบรรทุก 10 ล้อ" in text
        assert '<html lang="th">' in html


def test_the_page_opens_in_the_language_asked_for(tmp_path):
    html = corridors(**inputs(tmp_path, lang="en")).html
    assert '<html lang="en">' in html
    assert ">Freight corridors from Home</title>" in html


def test_an_unknown_language_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="'de'"):
        corridors(**inputs(tmp_path, lang="de"))


def test_a_strategic_network_says_so_on_every_map(pages):
    for html in pages.values():
        text = Tags(html).text
        assert STRATEGIC in text
        assert "Strategic network, not a survey" in text
        assert "Bends are modelled." in text
        assert "© OpenStreetMap" in text


def test_another_network_does_not(tmp_path):
    html = corridors(**inputs(tmp_path, network=network("osm file", "OpenStreetMap (x.pbf)"))).html
    assert STRATEGIC not in html
    assert "OpenStreetMap (x.pbf)" in html


def test_every_source_is_named_once(tmp_path):
    given = inputs(tmp_path)
    assert credits_of(given["area"], given["network"]) == (
        "© OpenStreetMap (ODbL 1.0)",
        "Someone (CC BY 4.0)",
    )
    repeats = dataclasses.replace(given["network"].source, attribution="Someone")
    same = dataclasses.replace(given["network"], source=repeats)
    assert credits_of(given["area"], same) == ("Someone (CC BY 4.0)",)


def test_a_map_first_shows_what_is_near_and_knows_the_rest(tmp_path):
    given = inputs(tmp_path)
    far = shapely.LineString([AT["home"], (98.0, 9.0)])
    near = given["routes"][1]
    beyond = dataclasses.replace(near, time_s=9e5, geometry=far)
    html = corridors(**(given | {"routes": [near] * 20 + [beyond]})).html
    corners = r"\[\s*\[\s*([\d.]+)"
    first, whole = (float(re.search(f'"{n}": {corners}', html)[1]) for n in ("first", "whole"))
    assert first > 18
    assert whole == 9


def test_destinations_are_listed_nearest_first(pages):
    rows = re.findall(r'class="row" data-route="(\d)"', pages["corridors"])
    assert rows == ["1", "0", "2"]


def test_short_stretches_are_not_named_among_the_highways():
    named = highways(route("x", 3, ("108", 9e4), ("", 300), ("108", 8e4), ("1", 400), ("11", 5e4)))
    assert named.replace("\u00a0", " ") == "108 · 11"


def test_a_status_has_a_shape_of_its_own(pages):
    shapes = set(re.findall(r'<svg class="symbol (\w+)"[^>]*>\s*<(\w+)', pages["corridors"]))
    assert {status for status, _ in shapes} == {"open", "closed", "unknown"}
    assert len({shape for _, shape in shapes}) == 3


def test_a_route_map_needs_a_route(tmp_path):
    given = inputs(tmp_path, routes=())
    with pytest.raises(DataError, match="no route"):
        routed(**given)


def test_a_route_map_shows_every_way_and_leg(pages):
    tags = Tags(pages["route"])
    assert sum(attrs.get("class") == "chart" for _, attrs in tags.found) == 3
    assert "ทางหลวง 11" in tags.text
    assert tags.count("desc") == 3


def test_minor_roads_give_way_to_a_light_page():
    assert list(lines.road_lines(network())) == ["trunk", "primary", "secondary", "lane"]
    light = lines.road_lines(network(), points=200)
    assert list(light) == ["trunk", "primary", "secondary", "lane"]
    assert sum(map(shapely.get_num_coordinates, pd.concat(light.values()))) <= 200
    assert list(lines.road_lines(network(), points=10)) == ["trunk"]


def test_lines_are_simplified_but_stay_where_they_are():
    drawn = lines.road_lines(network())["primary"].to_crs(CRS)
    whole = network().segments.geometry.iloc[3]
    assert shapely.get_num_coordinates(drawn.iloc[0]) < shapely.get_num_coordinates(whole)
    assert drawn.iloc[0].hausdorff_distance(whole) < 30


def test_highway_numbers_lie_on_their_road():
    numbers = {number.ref: number for number in lines.highway_numbers(network())}
    assert set(numbers) == {"1095", "107", "108"}
    at = shapely.Point(numbers["107"].lon, numbers["107"].lat)
    assert wavy("malai", "hot").distance(at) < 1e-3


def test_a_brace_is_no_template_for_folium():
    assert "{" not in leaflet.html_for_folium("{{ 7 }} {% x %}")
