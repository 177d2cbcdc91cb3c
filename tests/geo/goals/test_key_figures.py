"""Key figures from drawn tables, every value by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from drawing import CRS, TO_LON_LAT, draw
from valley import write_valley

from geo.access.nearest import places_table, travel_times
from geo.access.people import named
from geo.access.rural_access import RuralAccess
from geo.freight.corridors import freight as geo_freight
from geo.goals.key_figures import key_figures
from geo.risk import demand as risk_demand
from geo.risk.loaded_roads import put_on_roads
from geo.risk.ranking import links
from geo.study import open_study
from layers.area import read_boundary
from layers.goals.indicators import indicators
from layers.store.facilities import facilities, settlements
from layers.tables.crossings import read_crossings
from tests.scripts.risk.test_risk import RING, WITH_HOSPITAL

NAN = np.nan


def places(dry, wet, people=(600.0, 300.0, 100.0, NAN)):
    return pd.DataFrame(
        {"id": list("abcd"), "population": people, "minutes_dry": dry, "minutes_wet": wet}
    )


def value(name, **given):
    return key_figures(**given).set_index("id")["value"][name]


HOSPITAL = places((20.0, 60.0, 200.0, 5.0), (30.0, 61.0, NAN, NAN))
MARKET = places((10.0, 10.0, 10.0, 10.0), (10.0, NAN, NAN, 10.0))


def test_without_anything_nothing_is_known():
    found = key_figures()
    assert found["value"].isna().all()
    assert set(found["id"]) == {name for name, one in indicators().items() if not one.kind}
    assert found["unit"].tolist() == [indicators()[name].unit for name in found["id"]]


def test_people_near_a_hospital():
    given = {"access": {"hospital": HOSPITAL, "market": MARKET}}
    assert value("people_within_60_min_hospital_dry", **given) == pytest.approx(90)
    assert value("people_within_60_min_hospital_wet", **given) == pytest.approx(60)
    # (600 · 20 + 300 · 60 + 100 · 200) / 1000
    assert value("mean_minutes_hospital", **given) == pytest.approx(50)
    assert value("people_within_60_min_market_wet", **given) == pytest.approx(60)


def test_who_loses_two_kinds_is_cut_off_once():
    assert value("people_cut_off_wet", access={"hospital": HOSPITAL}) == 100
    assert value("people_cut_off_wet", access={"hospital": HOSPITAL, "market": MARKET}) == 400
    nobody = places((1.0,) * 4, (NAN,) * 4, (NAN,) * 4)
    assert np.isnan(value("people_cut_off_wet", access={"hospital": nobody}))
    assert np.isnan(value("mean_minutes_hospital", access={"hospital": nobody}))


def test_the_rural_access_index_in_per_cent():
    assert value("rural_access_index_pct", rural=RuralAccess(200.0, 150.0)) == 75


FREIGHT = pd.DataFrame(
    [
        ("near", "province_capital", "", 300.0, 7200.0, 1.0),
        ("far", "province_capital", "", 500.0, 9000.0, 0.5),
        ("never", "province_capital", "", None, None, None),
        ("town", "town", "", 10.0, 60.0, 1.0),
        ("gate", "crossing", "gate", 250.0, 3600.0, 1.0),
        ("city", "foreign_city", "gate", 100.0, 1.0, 1.0),
        ("shut", "crossing", "shut", None, None, None),
    ],
    columns=["to_id", "kind", "crossing", "cost_thb_per_t", "time_p50_s", "passable_wet"],
)


def test_freight_counts_who_is_not_reached_as_the_dearest():
    assert value("freight_thb_per_t_provinces", freight=FREIGHT) == 500
    assert value("freight_thb_per_t_crossing", freight=FREIGHT) == 250
    assert value("hours_to_next_city", freight=FREIGHT) == 2
    assert value("passable_wet_probability_pct", freight=FREIGHT) == 50
    most_lost = FREIGHT.iloc[[0, 2, 2]]
    assert np.isnan(value("freight_thb_per_t_provinces", freight=most_lost))
    assert np.isnan(value("freight_thb_per_t_crossing", freight=most_lost))


def test_the_worst_link():
    risk = pd.DataFrame({"people_extra_h": [5.0, 70.0, 0.0]})
    assert value("person_hours_lost_worst_link", risk=risk) == 70
    assert np.isnan(value("person_hours_lost_worst_link", risk=risk[:0]))


def test_crossings_count_on_the_boundary_only():
    table = pd.DataFrame(
        {
            "lon": [98.0, 98.001, 99.5, 98.0, 98.0],
            "lat": 19.0,
            "status": ["open", "open", "open", "closed", "open"],
            "goods": ["yes", "", "yes", "yes", "no"],
        }
    )
    assert value("open_crossings", crossings=table) == 3
    boundary = shapely.box(98.0, 18.9, 98.5, 19.1)
    assert value("open_crossings", crossings=table, boundary=boundary) == 2


def test_paved_kilometres_of_what_vehicles_drive_inside_the_boundary():
    network = draw(
        "A---B---C\n|\nD",
        cell=1000.0,
        highway={"AB": "primary", "BC": "track", "AD": "footway"},
        surface={"AB": "asphalt", "BC": "dirt", "AD": "dirt"},
    )
    assert network.segments.crs == CRS
    assert value("share_of_km_paved_pct", network=network) == pytest.approx(50)
    xy = network.nodes[["x", "y"]].to_numpy()
    west, east = xy[:, 0].min(), xy[:, 0].max()
    # The boundary leaves out the eastern half of the track: 4 km of 6 are paved.
    ring = shapely.box(west - 100, xy[:, 1].min() - 100, (east + xy[1, 0]) / 2, xy[:, 1].max() + 99)
    inside = shapely.transform(ring, lambda at: np.column_stack(TO_LON_LAT.transform(*at.T)))
    found = value("share_of_km_paved_pct", network=network, boundary=inside)
    assert found == pytest.approx(100 * 4 / 6, abs=0.1)


def test_the_tables_of_the_commands_fit(home):
    """What `access`, `freight` and `risk` compute is what the figures are made of."""
    write_valley(home, places=WITH_HOSPITAL, highways=RING)
    study = open_study("valley")
    people = named(settlements(study.area))
    goals = named(facilities(study.area, "hospital"))
    times = travel_times(study, people, goals, "car")
    freight = geo_freight(study).corridors
    who, _ = risk_demand.people(study, ("hospital",), "car", 1.0)
    roads, _ = put_on_roads(study, [who], "dry")
    found = key_figures(
        access={"hospital": places_table(people, times, 1)},
        freight=freight,
        risk=links(roads, np.zeros(len(roads.chain))),
        crossings=read_crossings(study.area),
        network=study.network,
        boundary=read_boundary(study.area),
    ).set_index("id")["value"]
    # Village and its 4,000 hang on an unpaved road, Upland's 1,000 on asphalt: nobody lives
    # within an hour of the hospital 180 km away, and the rains cut Village off.
    assert found["people_within_60_min_hospital_dry"] == 0
    assert found["people_cut_off_wet"] == 4000
    assert found["mean_minutes_hospital"] > 120
    assert found["open_crossings"] == 1
    city, gate = (freight[freight["to_id"] == to].iloc[0] for to in ("city", "north"))
    assert found["freight_thb_per_t_provinces"] == city["cost_thb_per_t"]
    assert found["hours_to_next_city"] == pytest.approx(city["time_p50_s"] / 3600)
    assert found["freight_thb_per_t_crossing"] == gate["cost_thb_per_t"]
    assert found["person_hours_lost_worst_link"] > 0
    assert 90 < found["share_of_km_paved_pct"] < 100
    assert found.drop("rural_access_index_pct").notna().all()
