"""Targets that ship begin at what the area's own report says today, not at what it once said."""

import pytest

from geo.access.access import access
from geo.access.groups import rural_of
from geo.driving.usual import PEOPLE
from geo.goals.key_figures import key_figures
from geo.risk.risk import criticality
from geo.study import open_study
from layers.goals.targets import targets_of

KINDS = ("hospital", "market", "collection_point")


@pytest.mark.slow
def test_baselines_are_the_figures_of_today():
    study = open_study("mae_hong_son")
    places = {kind: access(study, kind).places for kind in KINDS}
    figures = key_figures(
        access=places,
        rural=rural_of(study, places["hospital"], PEOPLE),
        risk=criticality(study, vehicle=PEOPLE, days=0).corridors,
    )
    found = figures.set_index("id")["value"].dropna()
    targets = targets_of(study.area)
    assert targets is not None
    tried = [one for goal in targets.goals for one in goal.indicators if one.indicator in found]
    assert len(tried) >= 5
    for one in tried:
        assert one.baseline == pytest.approx(found[one.indicator], rel=0.02), one.indicator
