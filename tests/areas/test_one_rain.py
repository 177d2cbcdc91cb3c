"""One rain: whoever `access` reaches in the wet season, `risk` reaches on days of it."""

from dataclasses import replace

import pytest

from geo.access.access import access
from geo.access.groups import mean_minutes
from geo.compare.compare import compare
from geo.driving.usual import PEOPLE
from geo.risk.loaded_roads import load_roads
from geo.risk.rains import places
from geo.risk.rainy_days import with_rainy_days
from geo.study import open_study
from layers.errors import DataError

DAYS = 20


@pytest.fixture(scope="module", params=["strategic", pytest.param("osm", marks=pytest.mark.slow)])
def both(request):
    study = open_study("mae_hong_son", roads=request.param)
    roads, _ = load_roads(study, "people", to=("hospital",))
    rainy = places(roads, roads.people, days=DAYS, seed=1).set_index("id")
    minutes = access(study, "hospital").places.set_index("id")["minutes_wet"]
    return rainy.join(minutes)


def test_a_village_with_an_all_season_road_within_a_walk_is_reached(both):
    """It gets on there, though a track may pass its door."""
    reached = both[both["minutes_wet"].notna()]
    assert len(reached) > 0.5 * len(both)
    # All-season roads are passable on most days; a journey over several on some.
    assert (reached["reached_hospital"] > 0).all()
    assert reached["reached_hospital"].mean() > 0.9


def test_who_is_not_reached_on_any_day_is_not_reached_by_access(both):
    never = both[both["reached_hospital"] == 0]
    assert never["minutes_wet"].isna().all()


def test_means_of_the_seasons_are_those_of_compare_and_no_better_in_the_rains():
    study = open_study("mae_hong_son", roads="strategic")
    found = access(study, "hospital")
    (rains,) = compare(
        study,
        ["monsoon"],
        to=["hospital"],
        vehicles=[PEOPLE],
        skip=("freight", "economics", "criticality"),
    )
    figures = rains.figures.set_index("figure")
    for season, column in (("dry", "base"), ("wet", "value")):
        told = figures.loc["mean_minutes", column]
        assert mean_minutes(found.places, season) == pytest.approx(told, abs=1e-6)
    for table in (found.districts, found.subdistricts):
        reached = table[table["mean_minutes_wet"].notna()]
        assert len(reached) > 5
        assert (reached["mean_minutes_wet"] >= reached["mean_minutes_dry"] - 1e-9).all()
    means = found.measures.set_index("measure")["value"]
    for fifth in ("nearest", "farthest"):
        dry, wet = (
            means[f"{fifth} fifth of people reached in both seasons, {one}"]
            for one in ("dry", "wet")
        )
        assert wet >= dry


@pytest.mark.slow
def test_access_tells_the_days_that_risk_draws():
    study = open_study("mae_hong_son", roads="strategic")
    found = with_rainy_days(study, access(study, "hospital"), days=DAYS)
    roads, _ = load_roads(study, "people", to=("hospital",))
    rainy = places(roads, roads.people, days=DAYS, seed=1).set_index("id")["reached_hospital"]
    told = found.places.set_index("id")["reached_days_wet"].dropna()
    assert told.to_dict() == rainy[told.index].to_dict()
    lacking = found.places[found.places["minutes_wet"].isna()]
    assert f"Of {lacking['population'].sum():,.0f} people" in found.notes[-1]
    often = lacking[lacking["reached_days_wet"] >= 0.5]["population"].sum()
    assert f"{often:,.0f} get there on half" in found.notes[-1]
    # Most whom no all-season road serves get through on most days.
    assert often > 0.5 * lacking["population"].sum()


def test_where_no_day_can_be_drawn_the_answer_says_why():
    study = open_study("nan", roads="strategic")
    found = access(study, "hospital")
    nowhere = replace(found, kind="clinic")
    with pytest.raises(DataError) as error:
        with_rainy_days(study, nowhere, days=DAYS)
    told = with_rainy_days(study, nowhere, days=DAYS, needed=False)
    assert told.notes[-1].endswith(f"cannot be drawn: {error.value}")
    assert told.places.equals(found.places)
