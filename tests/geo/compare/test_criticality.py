"""Losses of corridors before and after: links found again, and values by hand."""

import numpy as np
import pandas as pd
import pytest

from geo.compare.criticality import links_before, links_of, losses_compared
from geo.routing.snap import Snapped
from geo.routing.split import split_at
from geo.study import open_study


@pytest.fixture(scope="module")
def base():
    return open_study("mae_hong_son", roads="strategic")


def split(study, every=3):
    """Cut every third segment of a study's roads at 40 % of it."""
    segment = np.arange(0, len(study.network.segments), every)
    places = Snapped(segment, np.full(len(segment), 0.4), segment * 0.0)
    return links_of(split_at(study.network, places))


def test_every_link_of_the_same_roads_is_itself(base):
    roads = split(base)
    found = links_before(roads, roads, base.world.marks)
    assert found.tolist() == list(range(len(roads.segment)))


@pytest.mark.parametrize("name", ["landslide_108_huai_pong", "samoeng_highway"])
def test_links_of_cut_roads_are_found_and_new_ones_have_none(base, name):
    study = base.with_scenarios(name)
    before, after = split(base), split(study, 5)
    found = links_before(before, after, study.world.marks)
    parent = study.world.marks["parent"].to_numpy()[after.segment]
    assert ((found < 0) == (parent < 0)).all()
    assert (before.segment[found[found >= 0]] == parent[found >= 0]).all()
    # Their middles lie within the old link.
    kept = found >= 0
    length = base.network.length_m[parent[kept]]
    own = study.network.length_m[after.segment[kept]]
    start = study.world.marks["start_m"].to_numpy()[after.segment[kept]]
    middle = (start + own * (after.start + after.stop)[kept] / 2) / length
    assert (before.start[found[kept]] <= middle + 1e-9).all()
    assert (middle <= before.stop[found[kept]] + 1e-9).all()


def corridor(ref, hours, cut, segments):
    return {"ref": ref, "extra_h": hours, "people_cut_off": cut, "segments": segments}


def test_the_worst_corridors_stand_beside_what_they_will_cost():
    old = pd.DataFrame(
        [
            corridor("1", 90.0, 0.0, (0, 1)),
            corridor("2", 50.0, 5.0, (2,)),
            corridor("3", 0.0, 8.0, (3,)),
            corridor("4", 1.0, 0.0, (4,)),
        ]
    )
    # Link 1 is cut in two, link 2 closed, one road is new.
    before = np.array([0, 1, 1, 2, 3, 4, -1])
    hours, cut = np.array([[70.0, 10, 20, 0, 0, 1, 6], [0.0, 0, 0, 0, 2, 0, 0]])
    table = pd.DataFrame({"extra_h": hours, "people_cut_off": cut})
    added = pd.DataFrame([corridor("1", 70.0, 0.0, (0, 1, 2)), corridor("new", 6.0, 0.0, (6,))])
    found = losses_compared(old, table, before, before == 2, added, most=2)
    assert found["ref"].tolist() == ["1", "2", "3", "new"]
    assert found["state"].tolist() == ["kept", "closed", "kept", "new"]
    assert found["extra_h"].tolist()[::3] == [70, 6]
    assert found["extra_h_change"].iloc[0] == -20
    assert found["people_cut_off_change"].iloc[2] == -6
    assert np.isnan(found["extra_h"].iloc[1])
    assert np.isnan(found["extra_h_base"].iloc[3])


def test_where_nothing_is_lost_there_is_no_row():
    none = pd.DataFrame([corridor("1", 0.0, 0.0, (0,))])
    table = none[["extra_h", "people_cut_off"]]
    found = losses_compared(none, table, np.zeros(1, int), np.zeros(1, bool), none, most=5)
    assert found.empty
