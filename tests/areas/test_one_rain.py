"""One rain: whoever `access` reaches in the wet season, `risk` reaches on days of it."""

import pytest

from geo.access.access import access
from geo.risk.loaded_roads import load_roads
from geo.risk.rains import places
from geo.study import open_study

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
