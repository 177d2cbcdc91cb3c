"""Comparisons as values of a study: what is asked once, seasons, imported places."""

import numpy as np
import pytest
from copied import copy_area

from geo.compare.compare import compare
from geo.freight.across import hauls_across
from geo.study import open_study
from layers.errors import DataError
from layers.store.importing import import_area

SMALL = ("freight", "economics", "criticality")
SHUT = """
title_en = "Shut"
title_th = "ปิด"
source = "drawn"
quality = "E"
[[changes]]
kind = "close-roads"
where = { ref = "CG-3" }
"""


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def monsoon(study):
    return compare(
        study, ["monsoon"], seasons=["dry", "wet"], to=["provinces"], vehicles=["car"], skip=SMALL
    )


def test_a_scenario_that_sets_the_season_says_so_beside_that_of_the_base(monsoon):
    (one,) = monsoon
    for name in ("pairs", "places", "people", "districts", "rural", "corridors", "figures"):
        seasons = getattr(one, name)[["season_base", "season"]].drop_duplicates()
        assert seasons.to_numpy().tolist() == [["dry", "wet"], ["wet", "wet"]], name
    assert "monsoon sets the season" in " ".join(monsoon.notes)


def test_columns_of_a_season_hold_the_costs_of_that_season(study, monsoon):
    (one,) = monsoon
    found = one.corridors.groupby("season_base")["time_s_base"].sum()
    assert found["wet"] > found["dry"]
    # In the rains nothing is left that the rains would change.
    wet = one.places[one.places["season_base"] == "wet"]
    assert wet["minutes"].equals(wet["minutes_base"])
    plain = compare(study, ["close_1095"], to=["provinces"], vehicles=["car"], skip=SMALL)
    assert plain.scenarios[0].corridors["time_s_base"].sum() == pytest.approx(found["dry"])


def test_what_closes_roads_makes_nobody_faster(study):
    (one,) = compare(study, ["close_1095"], to=["hospital"], skip=SMALL)
    change = one.places["minutes_change"].dropna().to_numpy()
    assert change.min() >= -1e-9
    assert change.max() > 1
    assert {"kept", "lost"} >= set(one.places["state"])
    assert (one.links.loc[one.links["state"] == "closed", "ref"] == "1095").all()


def test_scenarios_from_a_changed_study_are_compared_with_today(study):
    (one,) = compare(study.with_scenarios("monsoon"), ["close_1095"], to=["provinces"], skip=SMALL)
    assert set(one.places["season_base"]) == set(one.places["season"]) == {"dry"}


def test_each_world_is_told_of(study):
    told = []
    compare(study, ["close_1095", "monsoon"], to=["provinces"], skip=SMALL, progress=told.append)
    assert told == ["today", "close_1095", "monsoon"]


def test_nothing_to_compare_is_an_error(study):
    with pytest.raises(DataError, match="no scenario"):
        compare(study, [])


@pytest.mark.slow
def test_an_imported_area_is_compared_with_a_scenario_of_ones_own(sample_data, home, tmp_path):
    import_area("andorra", sample_data / "andorra" / "andorra.osm.pbf")
    path = tmp_path / "shut.toml"
    path.write_text(SHUT, encoding="utf-8")
    study = open_study("andorra")
    found = compare(study, [str(path)])
    (one,) = found
    assert home.is_dir()
    assert "There are no provinces in this area." in found.notes
    assert set(one.places["to_kind"]) == {"hospital"}
    named = study.gazetteer.set_index("id")["name_en"]
    ends = one.criticality[["place_from", "place_to"]].to_numpy().ravel()
    assert len(ends)
    assert (named[np.unique(ends)] != "").all()
    assert study.place("Ordino").name_en == "Ordino"


def test_what_changes_at_a_crossing_is_what_freight_hauls_through_it(study):
    found = compare(
        study,
        ["open_huai_ton_nun", "mae_sot_2_reopens", "close_1095"],
        to=["provinces"],
        skip=("economics", "criticality"),
    )
    opened, again, closed = (
        one.figures[one.figures["figure"].isin(("crossing_cost_thb", "crossing_time_s"))]
        for one in found
    )
    # Roads are no crossings: what they change for hauls is told by the corridors.
    assert closed.empty
    for table, gate, scenario in (
        (opened, "huai_ton_nun", "open_huai_ton_nun"),
        (again, "mae_sot_2", "mae_sot_2_reopens"),
    ):
        assert table["to_kind"].unique().tolist() == [gate]
        for world, column in ((study, "base"), (study.with_scenarios(scenario), "value")):
            _, hauls = hauls_across(world)
            # On to the city beyond, where there is one.
            own = [haul for haul in hauls if haul.crossing == gate and haul.to_id != gate]
            cost, time_s = table[column]
            if not own:
                assert np.isnan([cost, time_s]).all()
                continue
            cheapest = min(own, key=lambda haul: haul.cost_thb_per_t)
            assert [cost, time_s] == [cheapest.cost_thb_per_t, cheapest.time_s[1]]
    # Who need not change vehicles is sooner there, and cheaper.
    assert (opened["change"] < 0).all()


def test_an_area_without_a_home_says_why_nothing_crosses(home):
    folder = home / "areas" / "own"
    copy_area(folder)
    told = (folder / "area.toml").read_text(encoding="utf-8")
    (folder / "area.toml").write_text(
        told.replace('home = "mae_hong_son"\n', ""), encoding="utf-8", newline="\n"
    )
    own = open_study("own", roads="strategic")
    found = compare(own, ["open_huai_ton_nun"], to=["hospital"], skip=("economics", "criticality"))
    (one,) = found
    assert "crossing_cost_thb" not in set(one.figures["figure"])
    assert any("No goods through crossings in open_huai_ton_nun: " in note for note in found.notes)
