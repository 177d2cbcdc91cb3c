"""Areas that ship as data alone: every one is whole, reached, and as long as published."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.routing.engine import customise, matrix
from geo.routing.route import find_routes
from geo.routing.snap import snap
from geo.scenario.apply import apply
from geo.scenario.scenario_file import find_scenarios, read_scenarios
from geo.study import Study, open_study
from layers.area import SHIPPED, load_area, read_boundary
from layers.store.facilities import settlements
from layers.tables.places import place_by_id, read_places

PUBLISHED = Path(__file__).parents[1] / "data" / "published_lengths.csv"
PROVINCES = {
    # People at 31 December 2021 (DOPA); km² of the outline of chingchai/OpenGISData-Thailand.
    "tak": (("Tak",), 676_583, 17_319),
    "chiang_rai": (("Chiang Rai",), 1_298_425, 11_583),
    "nan": (("Nan",), 475_875, 12_165),
    "northern_border": (
        ("Tak", "Mae Hong Son", "Chiang Mai", "Chiang Rai", "Phayao", "Nan", "Uttaradit"),
        676_583 + 285_916 + 1_789_385 + 1_298_425 + 464_505 + 475_875 + 446_148,
        17_319 + 12_784 + 22_057 + 11_583 + 6_190 + 12_165 + 7_868,
    ),
}
ABROAD = {"Myanmar", "Laos", "Cambodia", "Malaysia", "Vietnam", "China"}


@cache
def opened(name: str) -> Study:
    """Open an area; those of one network share its node order, kept in the tests' home."""
    return open_study(name, roads="strategic")


@pytest.fixture(scope="module", params=sorted(PROVINCES))
def study(request) -> Study:
    return opened(request.param)


@pytest.fixture(scope="module")
def inside(study):
    """Return the places and crossings within the area, and those just on its border."""
    shape, table = read_boundary(study.area).buffer(0.02), study.gazetteer
    here = shapely.contains_xy(shape, table["lon"].to_numpy(), table["lat"].to_numpy())
    return table[here].reset_index(drop=True)


def test_the_areas_are_all_there_are():
    """Whoever adds one adds its people and its square kilometres above."""
    areas = {path.parent.name for path in SHIPPED.glob("*/area.toml")}
    assert areas == {*PROVINCES, "mae_hong_son"}


def test_its_network_is_one_piece(study):
    assert study.network.nodes["component"].eq(0).all()


def test_its_people_are_those_of_its_provinces(study):
    _, people, _ = PROVINCES[study.area.slug]
    assert settlements(study.area)["population"].sum() == people


def test_districts_count_where_no_tambon_is_known():
    """Mae Hong Son by its 45 tambon, the others by district: nobody counts twice."""
    found = settlements(load_area("northern_border"))
    assert (found["kind"] == "tambon").sum() == 45
    assert not set(found["id"]) & {"mae_hong_son", "pai", "khun_yuam", "mae_sariang", "sop_moei"}
    others = found[found["kind"] != "tambon"]
    assert others["district"].is_unique
    assert others["district"].str.fullmatch(r"\d{4}").all()
    assert not set(others["district"]) & set(found["district"][found["kind"] == "tambon"])


def test_its_outline_holds_its_own_places_and_no_others(study):
    names, _, square_km = PROVINCES[study.area.slug]
    places = read_places(study.area).set_index("id")
    seats = places[places["kind"].isin(["province_capital", "district", "tambon", "hospital"])]
    own = set(seats.index[seats["province"].isin(names)])
    shape = read_boundary(study.area)
    here = shapely.contains_xy(shape, seats["lon"].to_numpy(), seats["lat"].to_numpy())
    assert own == set(seats.index[here])
    abroad = places[places["province"].isin(ABROAD)]
    assert not shapely.contains_xy(shape, abroad["lon"].to_numpy(), abroad["lat"].to_numpy()).any()
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(shape)
    assert abs(area_m2) / 1e6 == pytest.approx(square_km, rel=0.1)


def test_every_place_and_open_crossing_is_reached(study, inside):
    open_ = study.world.crossings["id"][study.world.crossings["status"] == "open"]
    wanted = inside[(inside["kind"] != "crossing") | inside["id"].isin(open_)]
    trip = study.trip("motorcycle", "dry", 1.0, "time")
    usable = trip.costs.speeds.open.any(axis=1)
    home = study.home
    start = snap(study.network, np.array([home.lon]), np.array([home.lat]), usable=usable)
    goals = snap(
        study.network,
        wanted["lon"].to_numpy(),
        wanted["lat"].to_numpy(),
        usable=usable,
        max_distance_m=np.inf,
    )
    minutes = matrix(trip.metric(), start, goals)[0] / 60
    # A sight may lie a walk from the road; Nam Phiang Din is reached by boat.
    far = (goals.offset_m > 5000) & ~wanted["kind"].isin(["sight", "fuel"]).to_numpy()
    lost = set(wanted["id"][far | ~np.isfinite(minutes)])
    assert lost <= {"nam_phiang_din"}


def test_published_lengths_hold(study, inside):
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    length = np.repeat(study.network.length_m[:, None], 2, axis=1)
    metric = customise(study.graph, length, step=1e-2)
    here, tried = set(inside["id"]), 0
    for row in rows:
        ids = [row["from_id"], *filter(None, row["via_ids"].split(";")), row["to_id"]]
        if not set(ids) <= here:
            continue
        tried += 1
        places = [place_by_id(one, study.gazetteer) for one in ids]
        lon, lat = (np.array([getattr(p, side) for p in places]) for side in ("lon", "lat"))
        at = snap(study.network, lon, lat)
        hops = matrix(metric, at, at)
        km = sum(hops[i, i + 1] for i in range(len(ids) - 1)) / 1000
        wanted, most = float(row["km"]), float(row["tolerance_pct"]) / 100
        assert km == pytest.approx(wanted, rel=most), (ids, row["source"])
    assert tried >= 2


def test_its_scenarios_run(study):
    names = find_scenarios(study.area)
    assert names
    for name in names:
        world, touched = apply(study.world, read_scenarios(study.area, [name]))
        assert all(one.segments or one.crossings or world.season for one in touched), name
        (one,) = read_scenarios(study.area, [name])
        assert one.source
        assert one.note_en
        assert one.note_th != one.note_en


@pytest.mark.parametrize(
    ("name", "start", "goal", "km", "hours"),
    [
        # 86 km, 1.5 h: Mae Sot municipality.
        ("tak", "mae_sot", "tak", (85, 87), (1.2, 2.0)),
        # 62-63 km (thaigoodview.com, stationremodel.com); 90 min by bus.
        ("chiang_rai", "chiang_rai", "mae_sai", (61, 64), (0.6, 1.5)),
        # 145 km by Thoeng, 110-115 km by the newer ways.
        ("chiang_rai", "chiang_rai", "chiang_khong", (105, 146), (1.3, 2.5)),
        # 138-140 km; 3 h by van.
        ("nan", "nan", "huai_kon", (136, 142), (1.9, 3.2)),
        # Bangkok-Chiang Rai road, Tak to Lampang by 1.
        ("northern_border", "mae_sot", "mae_sai_2", (500, 600), (6.5, 9.5)),
    ],
)
def test_ways_are_as_people_know_them(name, start, goal, km, hours):
    study = opened(name)
    stops = [place_by_id(one, study.gazetteer) for one in (start, goal)]
    (route,) = find_routes(study.trip("car", "dry", 1.0, "time"), stops)
    assert km[0] <= route.distance_m / 1000 <= km[1]
    assert hours[0] <= route.time_s / 3600 <= hours[1]


def test_no_terrain_is_said(study):
    assert any("No terrain raster" in note for note in study.network.source.notes)
    bare = opened("mae_hong_son").network.source.notes
    assert not any("No terrain" in note for note in bare)


@pytest.mark.parametrize("slug", sorted(PROVINCES))
def test_no_row_is_copied_from_the_shared_tables(slug):
    """An area is light: its own rows are new, or say otherwise than the shared ones."""
    for path in sorted((SHIPPED / slug).glob("*.csv")):
        shared = SHIPPED.parent / "shared" / path.name
        if shared.is_file():
            both = [one.read_text(encoding="utf-8").splitlines()[1:] for one in (path, shared)]
            assert not set(both[0]) & set(both[1]), path
    assert len(load_area(slug).layers.highways) >= 1
