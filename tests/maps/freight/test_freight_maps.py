"""The freight maps: what carrying costs, how much goes where, and where to collect it."""

import dataclasses
import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from drawing import draw
from hauling import terms

from geo.border.crossing import Crossing, Refusal
from geo.driving.limits import SIZE_LIMITS
from geo.freight.chains import Stage
from geo.freight.collection_points import CollectionPoints, Sites
from geo.freight.corridors import Freight
from geo.freight.departures import HourlyWaits
from geo.freight.flows import Flows, loaded_links
from geo.freight.haul import Drive, Haul
from geo.freight.haul_profile import Delivery, HaulProfile
from geo.freight.product_flows import ProductFlows
from geo.freight.road_limits import RoadLimit
from geo.freight.value_chain import Product, Sale
from geo.routing.path import Path
from geo.routing.trip import Sums
from geo.rules.border import Dwell
from layers.errors import UnknownNameError
from layers.tables.opening_hours import parse_hours
from layers.tables.places import Place
from maps.base import line_scale as shades
from maps.base.subject import Subject
from maps.freight.corridor_costs_map import freight_map
from maps.freight.crossing_cards import wait_chart
from maps.freight.departures import departure_data
from maps.freight.flow_layers import width_px
from maps.freight.flow_map import flow_map
from maps.freight.refusals import BARS, SINCE, WHY, barred_text, refusal_text
from maps.freight.sites_map import sites_map
from maps.qgis.freight import LAYERS, freight_styles
from tests.maps.report.test_report import AT, EVIL, STRATEGIC, Tags, inputs, route

TITLES = {"pickup": ("Pickup (2.5 t)", "รถกระบะ"), "semi_trailer": ("Semi-trailer", "รถกึ่งพ่วง")}
SUMS = Sums(100_000.0, 7200.0, 40.0, 110.0, 5000.0, 0.9)
PATHS = {"pai": [0], "malai": [0, 1], "hot": [3], "gate": [0, 1, 2]}


def place(name, kind="district", en=None, th="ที่"):
    lon, lat = AT.get(name, AT["hot"])
    return Place(name, en or name.title(), th, kind, lon, lat)


def drive(vehicle, start, stop, segments):
    count = len(segments)
    path = Path(np.array(segments), np.zeros(count, bool), np.zeros(count), np.ones(count), 1.0)
    return Drive(Stage(vehicle, start, stop), 10.0, SUMS, SUMS, path)


def haul(to, cost, *, by=("semi_trailer",), crossing="", spread=False, refusals=()):
    if refusals:
        return Haul("home", to, crossing, refusals=refusals)
    stops = ["home", *["pai"] * (len(by) - 1), to]
    drives = tuple(
        drive(vehicle, stops[at], stops[at + 1], PATHS.get(to, [3]))
        for at, vehicle in enumerate(by)
    )
    beyond = crossing and to != crossing
    time_s = (3600.0 * 4, 3600.0 * 5, 3600.0 * 9) if spread else (3600.0 * 4,) * 3
    return Haul(
        "home",
        to,
        crossing,
        drives[:-1] if beyond and len(drives) > 1 else drives,
        drives[-1:] if beyond and len(drives) > 1 else (),
        time_s,
        5400.0,
        10.0,
        cost,
        5.0,
        13.5,
        100_000.0,
        0.9,
    )


def delivery(one, at_place):
    if not one.reached:
        return Delivery(one, at_place, None)
    ways = tuple(route(at_place.name_en, 4, ("108", 90_000)) for _ in one.drives)
    return Delivery(one, at_place, HaulProfile(ways, 900.0, 800.0, 9.7, "108", 600.0, 0.51))


def gate(name, status="open", **changes):
    values = {
        "id": name,
        "name_en": name.title(),
        "name_th": "ด่าน",
        "lon": 98.9,
        "lat": 18.6,
        "kind": "trade_point",
        "status": status,
        "status_date": "2025-08",
        "source": "A newspaper",
        "note": "A note.",
        "neighbour": "Myanmar",
        "beyond": "",
        "hours": parse_hours("Mo-Fr 08:00-17:00"),
        "hours_known": False,
        "goods": True,
        "persons": None,
        "vehicles": False,
        "classes": ("truck",),
        "max_gross_t": 25.0,
        "transload": True,
        "transload_min": 120.0,
        "transload_thb_per_t": 80.0,
        "fee_thb": 50.0,
        "dwell": {"truck": Dwell(90.0, 240.0)},
    }
    return Crossing(**values | changes)


def given(tmp_path, name="Hot", note="A note.", lang="th"):
    some = inputs(tmp_path, name=name, note=note, lang=lang)
    blank = some["crossings"].iloc[:1]
    ids = ("gate", "shut", "supposed")
    statuses = ("open", "closed", "closed")
    table = pd.concat(
        [blank.assign(id=one, status=s, source=note) for one, s in zip(ids, statuses, strict=True)],
        ignore_index=True,
    )
    places = {
        one.id: one
        for one in (
            place("home", en=name),
            place("pai"),
            place("malai", "province_capital", en=name, th=name),
            place("gate", "crossing", en=name),
            place("shut", "crossing", en=name),
            place("city", "foreign_city", en=name),
        )
    }
    best = delivery(haul("malai", 650.0, by=("pickup", "semi_trailer")), places["malai"])
    other = dataclasses.replace(best.haul, cost_thb_per_t=780.0, distance_m=123_000.0)
    gates = {
        "gate": gate("gate", beyond="city"),
        "shut": gate("shut", "closed", source=note),
        "supposed": gate("supposed"),
    }
    limits = RoadLimit(name, "maxlength_m", 12.0, 16.0), RoadLimit("1", "hgv", 0, 0)
    through = haul("city", 2400.0, by=("semi_trailer",) * 2, crossing="gate", spread=True)
    refused = haul("shut", 0.0, crossing="shut", refusals=(Refusal("closed", "2025-08"),))
    found = Freight(
        corridors=pd.DataFrame(),
        deliveries=(
            best,
            delivery(haul("gate", 1200.0, crossing="gate", spread=True), places["gate"]),
            delivery(through, places["city"]),
            delivery(refused, places["shut"]),
        ),
        alternatives={"malai": (delivery(other, places["malai"]),)},
        barred={"semi_trailer": limits},
        terms=named(dataclasses.replace(hauled(), crossings=gates), name),
        origin=places["home"],
        places=places,
        crossings=table,
        prices={},
    )
    return found, (Subject(some["area"], some["network"], lang=lang), some["places"])


@cache
def hauled(season="wet"):
    """Return terms of a pickup and a semi-trailer that change loads at Pai."""
    made = terms(draw("A---B"), ["pickup", "semi_trailer"], empty_share=0.6, season=season)
    hubs = pd.DataFrame({"id": ["pai"], "transload_min": [90], "transload_thb_per_t": [60]})
    return dataclasses.replace(made, hubs=hubs)


def named(some, name):
    """Give the pickup of some terms a name."""
    first, *others = some.fleet.haulers
    pickup = dataclasses.replace(first.vehicle, title_en=name, title_th=name)
    haulers = (dataclasses.replace(first, vehicle=pickup), *others)
    return dataclasses.replace(some, fleet=dataclasses.replace(some.fleet, haulers=haulers))


def flow_given(tmp_path, name="Hot", tonnes=31_000.0, lang="th"):
    base, around = given(tmp_path, name=name, lang=lang)
    sold = (
        Sale("crop", haul("malai", 400.0), 9.0, 0.08, 2.61, 0.02),
        Sale("crop", haul("gate", 900.0, crossing="gate", spread=True), np.nan, 0.18, np.nan, 0.1),
        Sale("crop", base.deliveries[3].haul, 5.0, np.nan, np.nan, 1.0),
    )
    known = np.isfinite(tonnes)
    carried = np.array([tonnes, tonnes, 0, 0, 0]) if known else np.zeros(5)
    columns = ["product", "from_id", "to_id", "tonnes_per_year"]
    unknown = [("crop", "pai")] if known else [("crop", "pai"), ("crop", "home")]
    sent = Flows(
        carried,
        pd.DataFrame([("crop", "home", "malai", tonnes)] if known else [], columns=columns),
        pd.DataFrame(unknown, columns=["product", "place_id"]),
    )
    found = ProductFlows(
        chains=pd.DataFrame(),
        links=loaded_links(around[0].network, carried),
        sales=sold,
        flows=sent,
        products={"crop": Product("crop", name, name, (1,), 96.0, 5.0, "pickup")},
        harvests=pd.DataFrame(
            {"product": "crop", "place_id": ["home", "pai"], "tonnes_per_year": [tonnes, np.nan]}
        ),
        split="all",
        terms=base.terms,
        places=base.places,
    )
    return found, around


def sites_given(tmp_path, name="Hot", lang="th", unit="people"):
    _, around = given(tmp_path, name=name, lang=lang)
    columns = ["name_en", "name_th", "lon", "lat"]
    rows = [(name, name, 98.1, 19.0), ("Near", "", 98.2, 19.1), ("Lost", "หลง", 98.3, 19.2)]
    found = CollectionPoints(
        sites=pd.DataFrame(),
        assigned=pd.DataFrame(),
        settlements=pd.DataFrame(rows, columns=columns),
        candidates=(
            Place("one", name, "", "town", 98.0, 19.0),
            Place("no", "No", "", "town", 98.4, 19.4),
        ),
        solution=Sites(
            np.array([0]), np.array([0, 0, -1]), np.array([100.0, 300.0, np.inf]), 500.0
        ),
        weight=np.array([1000.0, 3000.0, 10.0]),
        unit=unit,
        terms=named(hauled("dry"), name),
    )
    return found, around


def drawn(draw_map, made):
    """Return the page of a result and what is around it."""
    found, (subject, places) = made
    return draw_map(subject, found, places).html


def pages(tmp_path, **changes):
    return {
        "freight": drawn(freight_map, given(tmp_path, **changes)),
        "flow": drawn(flow_map, flow_given(tmp_path, **changes)),
        "sites": drawn(sites_map, sites_given(tmp_path, **changes)),
    }


def cards(html):
    """Return what opens on the map, as HTML."""
    found = re.findall(r'bindPopup\(\s*("(?:[^"\\]|\\.)*")', html)
    return "\n".join(json.loads(one) for one in found)


@pytest.fixture
def freight(tmp_path):
    return drawn(freight_map, given(tmp_path))


def test_what_comes_from_outside_is_text(tmp_path):
    plain = pages(tmp_path)
    for name, html in pages(tmp_path, name=EVIL).items():
        tags = Tags(html)
        assert tags.count("script") == Tags(plain[name]).count("script"), name
        assert "<script>alert" not in html.replace(" ", "")
        assert "1337000573" not in html
        assert not [attrs for _, attrs in tags.found if any(key.startswith("on") for key in attrs)]
        assert EVIL in tags.text, name
        opened = Tags(cards(html))
        assert opened.count("script") == opened.count("img") == 0
        assert name == "flow" or EVIL in opened.text
    noted = Tags(cards(drawn(freight_map, given(tmp_path, note=EVIL))))
    assert noted.count("script") == 0
    assert EVIL in noted.text


@pytest.mark.slow
def test_pages_are_whole_light_and_always_the_same(tmp_path):
    made = pages(tmp_path)
    assert pages(tmp_path) == made
    for html in made.values():
        assert len(html.encode()) < 700_000
        assert STRATEGIC in html
        assert "Content-Security-Policy" in html
        for tag, attrs in Tags(html).found:
            for key in ("src", "href"):
                if key in attrs and tag != "a":
                    assert attrs[key].startswith("data:")


def test_an_unknown_language_is_refused(tmp_path):
    for kind, made in ((freight_map, given), (flow_map, flow_given), (sites_map, sites_given)):
        with pytest.raises(UnknownNameError, match="'de'"):
            drawn(kind, made(tmp_path, lang="de"))


def test_maps_say_the_season_in_which_goods_were_hauled(tmp_path):
    wet, dry = "wet season", "dry season"
    for kind, made in ((freight_map, given), (flow_map, flow_given), (sites_map, sites_given)):
        found, around = made(tmp_path)
        rains, dusty = (
            Tags(drawn(kind, (dataclasses.replace(found, terms=hauled_by(found, season)), around)))
            for season in ("wet", "dry")
        )
        assert (wet in rains.text, dry in rains.text) == (True, False)
        assert (wet in dusty.text, dry in dusty.text) == (False, True)


def hauled_by(found, season):
    return dataclasses.replace(hauled(season), crossings=found.terms.crossings)


def test_destinations_stand_in_three_groups(freight):
    summaries = re.findall(r"<summary>(.*?)</summary>", freight)
    counts = [re.search(r"\((\d)\)", one)[1] for one in summaries if re.search(r"\(\d\)", one)]
    assert counts == ["1", "1", "1", "1"]
    text = Tags(freight).text
    for english in ("Provinces and towns", "Through border crossings", "Cities beyond the border"):
        assert english in text


def test_a_row_says_baht_hours_and_the_chain_of_vehicles(freight):
    row = re.search(
        r'<li><button type="button" class="row" data-route="0".*?</li>', freight, re.DOTALL
    )
    text = Tags(row[0]).text
    assert "\n650\n" in text
    assert "\n4:00\n" in text
    assert "Hot → Semi-trailer" in text
    assert "6,500 baht for 10 t" in text
    assert "Pai: Hot to Semi-trailer" in text
    through = re.search(r'data-route="1".*?</button>', freight, re.DOTALL)[0]
    assert "4:00\u20139:00" in through


def test_lines_are_coloured_by_cost(freight):
    colours = dict(re.findall(r'"className": "route route-(\d)", "color": "(#\w+)"', freight))
    assert len(set(colours.values())) == 3
    assert "Baht per tonne" in Tags(freight).text


def test_other_ways_are_drawn_and_named_only_if_they_are_wanted(tmp_path, freight):
    assert '"className": "other other-0"' in freight
    assert "123 km · 4:00 h · 780 baht/t (20 % dearer)" in Tags(freight).text
    found, around = given(tmp_path)
    none = drawn(freight_map, (dataclasses.replace(found, alternatives={}), around))
    assert "other other-0" not in none
    assert "dearer" not in none


def test_a_card_has_all_facts_of_a_crossing_in_both_languages(freight):
    text = Tags(cards(freight)).text
    for fact in (
        "Mon-Fri 08:00-17:00 (assumed, usual for its type)",
        "จ.-ศ. 08:00-17:00 (สมมติตามประเภทด่าน)",
        "not said, counted as may pass",
        "25 t",
        "120 min, 80 baht/t",
        "50 baht",
        "half within 90 min, nine in ten within 240 min",
        "Shortest on leaving at 15:00: 7:51 h",
    ):
        assert fact in text, fact


def test_closed_crossings_say_why(freight):
    text = Tags(freight).text
    assert "closed since August 2025" in text
    assert "ปิดตั้งแต่ สิงหาคม พ.ศ. 2568 (ค.ศ. 2025)" in text
    assert "No way for goods: closed since August 2025" in Tags(cards(freight)).text


def test_a_crossing_that_is_only_supposed_to_be_open_says_so(freight):
    assert "counted as open here; the table says: closed" in Tags(cards(freight)).text


def test_roads_that_do_not_bear_a_vehicle_are_named(freight):
    text = Tags(freight).text
    assert "Hot lets 12 m of length pass; the vehicle is 16 m long" in text
    assert "1 ห้ามรถบรรทุก" in text


def test_a_hub_says_which_vehicles_change_there(freight):
    text = Tags(cards(freight)).text
    assert "90 min, 60 baht/t" in text
    assert "1 hauls" in text


@pytest.mark.parametrize("kind", [*SINCE, *WHY])
def test_every_refusal_is_said_in_both_languages(kind):
    english, thai = refusal_text(Refusal(kind, "semi_trailer"), TITLES)
    assert english != thai
    assert re.search("[\u0e00-\u0e7f]", thai)
    assert "{" not in english + thai
    assert str(Refusal(kind, "x"))


def test_every_limit_of_a_road_is_said_in_both_languages():
    assert set(BARS) == {*(limit.column for limit in SIZE_LIMITS), "hgv"}
    for column in BARS:
        english, thai = barred_text(RoadLimit("108", column, 12.0, 16.0))
        assert "108" in english
        assert re.search("[\u0e00-\u0e7f]", thai)


def test_a_flow_is_as_wide_as_its_tonnes(tmp_path):
    html = drawn(flow_map, flow_given(tmp_path))
    widths = re.findall(r'"className": "flow".*?"weight": ([\d.]+)', html)
    assert set(widths) == {"14.0"}
    assert width_px(500.0, 1000.0) * 2 == width_px(1000.0, 1000.0)
    text = Tags(html).text
    assert "31,000 t a year" in text
    assert "8 % of farm price · 2 % spoilt" in text
    assert "closed since August 2025" in text


def test_tonnes_that_nobody_knows_are_listed_and_in_no_line(tmp_path):
    text = Tags(drawn(flow_map, flow_given(tmp_path))).text
    assert re.search(r"Tonnes not known\n.*in no line and no sum:.*Pai", text, re.DOTALL)
    html = drawn(flow_map, flow_given(tmp_path, tonnes=np.nan))
    assert '"className": "flow"' not in html
    assert "31,000" not in html
    assert "quiet" not in re.findall(r'"className": "route[^"]*"', html)[0]


def test_settlements_go_to_their_site_and_who_reaches_none_is_said(tmp_path):
    text = Tags(drawn(sites_map, sites_given(tmp_path))).text
    assert "No tonnes are known by settlement" in text
    assert "\n250\n" in text
    assert "Reaches no candidate" in text
    assert "\u0e2b\u0e25\u0e07" in text
    tonnes = Tags(drawn(sites_map, sites_given(tmp_path, unit="t"))).text
    assert "4,000 t" in tonnes
    assert "No tonnes are known by settlement" not in tonnes


def test_costs_alike_have_one_colour_and_no_scale():
    assert shades.fair_breaks([500.0, 500.0]) == ()
    assert shades.shades([], below="cost_below", between="cost_between", above="cost_above") == []


def test_the_slider_knows_every_hour_of_every_gate(tmp_path):
    html = drawn(freight_map, given(tmp_path, name="</script><img>"))
    data = json.loads(re.search(r'id="departures">(.*?)</script>', html)[1])
    ((gate, before, waits, shares),) = data["gates"]
    assert (gate, before) == ("gate", 90)
    # Open Monday to Friday from 8 to 17: who leaves at 8 is there at 9:30, and waits 46.5 h on
    # a Saturday, 22.5 h on a Sunday; who leaves at 23 waits 7.5 h on five days of the week.
    assert waits[8] == round((46.5 + 22.5) / 7 * 60)
    assert waits[23] == round((5 * 7.5 + 55.5 + 31.5) / 7 * 60)
    assert (shares[8], shares[23]) == (round(100 * 5 / 7), 0)
    assert html.count('data-gate=\\"gate\\"') == 1
    assert all("{at}" in words for words in data["said"]["leave_wait"])


def test_a_gate_that_lets_nobody_through_is_not_on_the_slider():
    never = HourlyWaits(0.0, np.full(24, np.inf), np.zeros(24))
    assert departure_data((), {"gate": never})["gates"] == []


def test_nobody_waits_at_a_gate_that_never_shuts():
    assert wait_chart(np.zeros(24)) == ""
    assert wait_chart(np.full(24, np.inf)) == ""


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_a_style_for_qgis(layer):
    for values in ([], [650.0, 900.0, 2400.0]):
        qml = freight_styles(layer, values)
        assert qml.startswith("<!DOCTYPE qgis")
        assert "<symbol " in qml
    with pytest.raises(UnknownNameError, match="'lakes'"):
        freight_styles("lakes", [])
