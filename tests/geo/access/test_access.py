"""Access as a function of a study: worlds, seasons, and the same minutes as routes have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.access.access import access
from geo.access.losers import losers_since
from geo.access.people import facility_names
from geo.access.view import season_view
from geo.routes import routes
from geo.routing.stops import WALK_M, snap_places, stops_at
from geo.routing.travel_times import WALK_KPH
from geo.study import open_study
from geo.surface.to_facilities import travel_time_surface
from layers.errors import DataError
from layers.tables.places import places_of

VEHICLE = "pickup"


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def today(study):
    return access(study, to="hospital", vehicle=VEHICLE)


@pytest.mark.parametrize("settlement", ["tambon_pang_mu", "tambon_ban_kat", "tambon_huai_pong"])
def test_minutes_are_those_of_the_route_and_the_walks(study, today, settlement):
    row = today.places.set_index("id").loc[settlement]
    ends = [study.place(settlement), study.place(row["nearest_dry"])]
    (route,) = routes(study, *ends, vehicle=VEHICLE)
    trip = study.trip(VEHICLE)
    walked_m = snap_places(trip, ends).offset_m.sum()
    walk_min = walked_m / 1000 / WALK_KPH * 60
    # The engine counts milliseconds.
    assert row["minutes_dry"] == pytest.approx(route.time_s / 60 + walk_min, abs=1e-3)


@pytest.mark.parametrize("season", ["dry", "wet"])
def test_a_place_meets_the_road_at_the_same_spot_for_tables_and_routes(study, season):
    trip = study.trip(VEHICLE, season)
    people = study.tables.settlements
    table = stops_at(trip.network, trip.costs, people, reach_m=WALK_M)
    route = snap_places(trip, places_of(people))
    assert table.snapped.segment.tolist() == route.segment.tolist()
    assert table.snapped.fraction.tolist() == route.fraction.tolist()
    assert table.near.tolist() == (route.offset_m <= WALK_M).tolist()


def test_a_world_that_sets_the_season_has_no_column_of_the_other(study, today):
    rains = access(study.with_scenarios("monsoon"), to="hospital", vehicle=VEHICLE)
    assert rains.seasons == ("wet",)
    for name, table in rains.tables.items():
        told = [*table.columns, *table.get("season", []), *table.get("measure", [])]
        if name != "losers":
            assert not [one for one in told if "dry" in str(one)], name
    assert rains.losers.empty
    assert any("sets the season: every figure is of the wet one" in one for one in rains.notes)
    both = [one.places.set_index("id")["minutes_wet"] for one in (today, rains)]
    pd.testing.assert_series_equal(both[0].sort_index(), both[1].sort_index())


def test_who_loses_access_against_today_is_listed(study, today, tmp_path):
    file = tmp_path / "cut.toml"
    file.write_text(
        'title_en = "Cut"\ntitle_th = "ตัด"\nsource = "test"\nquality = "E"\n'
        '[[changes]]\nkind = "close-roads"\nwhere = { ref = "108" }\n'
    )
    cut = access(study.with_scenarios(str(file)), to="hospital", vehicle=VEHICLE)
    assert cut.scenario == ("cut",)
    lost = cut.losers_since[cut.losers_since["season"] == "dry"].set_index("id")
    assert len(lost)
    before, after = (one.places.set_index("id")["minutes_dry"] for one in (today, cut))
    assert lost["minutes_today"].to_dict() == before[lost.index].to_dict()
    gone = before[before.notna() & after.reindex(before.index).isna()].index
    assert set(lost.index[lost["loses_any"]]) == set(gone)
    assert today.losers_since.empty
    assert "losers_since" in cut.tables
    assert "losers_since" not in today.tables


def test_losers_since_say_which_limit_is_lost():
    who = {
        "id": ["a", "b"],
        "name_en": ["A", "B"],
        "name_th": "",
        "district": "",
        "population": 1.0,
    }
    before = pd.DataFrame(who | {"minutes_dry": [20.0, 20.0], "minutes_wet": [20.0, 20.0]})
    after = pd.DataFrame(who | {"minutes_wet": [40.0, 25.0]})
    (row,) = losers_since(before, after, (30, 60)).to_dict("records")
    assert (row["id"], row["season"], row["minutes_today"], row["minutes"]) == ("a", "wet", 20, 40)
    assert (row["loses_30"], row["loses_60"], row["loses_any"]) == (True, False, False)


def test_a_view_has_the_minutes_of_its_season(study, today):
    surface = travel_time_surface(study, vehicle=VEHICLE, season="wet", resolution_m=2000)
    view = season_view(study, today, surface, "wet")
    assert view.season == "wet"
    assert view.places["minutes"].equals(today.places["minutes_wet"].rename("minutes"))
    assert view.isochrones["minutes"].tolist() == [30, 60, 120]
    assert set(view.districts["code"]) == set(today.districts["code"])
    dry = travel_time_surface(study, vehicle=VEHICLE, resolution_m=2000)
    assert (dry.time_s <= surface.time_s + 1e-3).all()
    assert np.isfinite(dry.time_s).sum() > np.isfinite(surface.time_s).sum()


def test_a_facility_without_a_name_is_called_by_its_place():
    goals = pd.DataFrame(
        {"id": [1, 2], "name_en": ["", "H"], "lon": [1.0, 1.0], "lat": [42.0, 42.0]}
    )
    towns = pd.DataFrame({"name_en": ["Far", "Near"], "lon": [2.0, 1.1], "lat": [42.0, 42.0]})
    assert facility_names(goals, towns, "fuel") == {"1": "fuel at Near", "2": "H"}


def test_names_stand_beside_codes_and_ids(today):
    table = today.tables["places"].set_index("id")
    rows = table[table["district"] == "5803"]
    assert len(rows)
    assert set(rows["district_en"]) == {"Pai"}
    assert set(rows["district_th"]) == {"ปาย"}
    columns = table.columns.to_list()
    for code in ("district", "tambon", "nearest_dry"):
        at = columns.index(code)
        assert columns[at + 1 : at + 3] == [f"{code}_en", f"{code}_th"]
    goals = today.facilities.set_index("id")
    near = table[table["nearest_dry"] != ""]
    for lang in ("en", "th"):
        named = goals[f"name_{lang}"].loc[near["nearest_dry"]]
        assert near[f"nearest_dry_{lang}"].to_list() == named.to_list()
    nowhere = table[table["nearest_wet"] == ""]
    assert len(nowhere)
    assert set(nowhere["nearest_wet_en"]) == {""}
    assert {"district_en", "district_th"} <= set(today.tables["losers"].columns)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"minutes": (60, 30)}, "minutes must rise"),
        ({"minutes": ()}, "minutes must rise"),
        ({"nearest": 0}, "nearest must be at least 1"),
        ({"measures": ("3sfca",)}, "'3sfca' is none of cumulative"),
        ({"to": "hospitl"}, "did you mean 'hospital'"),
    ],
)
def test_what_cannot_be_asked_is_said(study, asked, message):
    with pytest.raises(DataError, match=message):
        access(study, **asked)


def test_nobody_is_nearer_in_the_rains(study):
    """Who walks past a bad track to a firm road in the rains may do so in the dry season, too."""
    for kind in ("hospital", "market"):
        places = access(study, kind).places
        dry, wet = places["minutes_dry"].to_numpy(), places["minutes_wet"].to_numpy()
        both = np.isfinite(wet)
        assert both.any()
        assert (dry[both] <= wet[both] + 1e-9).all()
