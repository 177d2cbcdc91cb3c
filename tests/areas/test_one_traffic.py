"""One demand: a cut costs the same hours and baht whoever is asked, and counts say how many go."""

import numpy as np
import pytest

from geo.compare.compare import compare
from geo.risk.failure import link_failure
from geo.risk.lost_traffic import closed_study
from geo.routing.chainage import chainage
from geo.routing.stretch import Stretch, read_stretch
from geo.study import open_study
from geo.traffic.changes import changes
from geo.traffic.estimate import estimate_traffic
from geo.traffic.fit import fitted_trips

pytestmark = pytest.mark.slow

SKIP = ("freight", "criticality")
HEAD = 'title_en = "Cut"\ntitle_th = "ขาด"\nsource = "drawn"\nquality = "E"\n'
CHANGE = """
[[changes]]
kind = "close-roads"
where = {{ stretch = "{stretch}" }}
days = {days}
"""


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def traffic(study):
    return estimate_traffic(study)


def figure(found, name):
    return found.figures.set_index("figure")["value"][name]


def same(one, other, days):
    """The figures of a comparison are the totals of a failure."""
    total = other.totals.set_index("unit")
    for name, unit, column in (
        ("lost_time_h", "vehicles", "extra_h"),
        ("lost_person_h", "people", "extra_h"),
        ("lost_cost_thb", "vehicles", "extra_thb"),
        ("lost_cut_off", "vehicles", "cut_off"),
    ):
        assert figure(one, name) == pytest.approx(total.loc[unit, column], rel=1e-9), name
    assert other.days == days
    people = other.detours[other.detours["unit"] == "people"]
    assert people["extra_h"].sum() == pytest.approx(total.loc["people", "extra_h"], rel=0.01)


def closed_stretches(study, scenario):
    """Return what a scenario closes, as `risk --link` takes it."""
    changed = study.with_scenarios(scenario)
    shut = changed.world.marks["closed"].to_numpy(bool)
    rows = chainage(changed.network).iloc[: len(shut)]
    return [
        Stretch(str(ref), float(low), float(high))
        for ref, low, high in rows.loc[shut, ["ref", "km_from", "km_to"]].itertuples(index=False)
    ]


@pytest.mark.parametrize(("name", "days"), [("landslide_108_huai_pong", 7.0), ("close_1095", 1.0)])
def test_every_shipped_closure_costs_the_same_in_both_verbs(study, name, days):
    (one,) = compare(study, [name], to=["provinces"], skip=SKIP)
    other = link_failure(study, closed_stretches(study, name), days=days, demand="people")
    if name == "landslide_108_huai_pong":
        same(one, other, days)
    else:
        total = other.totals.set_index("unit")
        assert -figure(one, "saved_time_h") == pytest.approx(total.loc["vehicles", "extra_h"])
        assert -figure(one, "saved_cost_thb") == pytest.approx(total.loc["vehicles", "extra_thb"])


def test_ten_stretches_at_random_cost_the_same_in_both_verbs(study, traffic, tmp_path):
    """Each closes the same roads, and all together cost the same: ten studies take a minute."""
    rng = np.random.default_rng(108)
    rows = chainage(study.network).iloc[: len(study.network.segments)]
    main = rows[rows["ref"].isin(["108", "1095", "1263", "105", "1096", "1194"])]
    stretches, cuts = [], ""
    for row in main.sample(10, random_state=108).to_dict("records"):
        low = row["km_from"] + rng.random() * (row["km_to"] - row["km_from"]) * 0.5
        one = Stretch(row["ref"], round(low, 2), round(low + 0.3, 2))
        stretches.append(one)
        cuts += CHANGE.format(stretch=one, days=3)
        file = tmp_path / "cut.toml"
        file.write_text(HEAD + CHANGE.format(stretch=one, days=3), encoding="utf-8")
        worlds = study.with_scenarios(str(file)), closed_study(study, [one], 3)
        shut = [world.world.marks["closed"].to_numpy(bool) for world in worlds]
        assert np.array_equal(*shut)
        assert shut[0].any()
        assert np.array_equal(*(world.network.length_m for world in worlds))
    file = tmp_path / "cuts.toml"
    file.write_text(HEAD + cuts, encoding="utf-8")
    found = changes(traffic, study.with_scenarios(str(file)))
    told = [read_stretch(str(one)) for one in stretches]
    own = link_failure(study, told, days=3, demand="people").totals.set_index("unit")
    assert own.loc["vehicles", "extra_h"] > 0
    assert 3 * found.more_vehicle_h.sum() == pytest.approx(own.loc["vehicles", "extra_h"])
    assert 3 * found.more_person_h.sum() == pytest.approx(own.loc["people", "extra_h"])
    assert 3 * found.more_cost_thb.sum() == pytest.approx(own.loc["vehicles", "extra_thb"])


def test_vehicles_and_people_are_those_of_the_classes_on_board(study, traffic):
    rules, shares = study.rules.economics, traffic.shares
    each = sum(share * rules.classes[name].people for name, share in shares.items())
    assert traffic.trips.people_per_vehicle == pytest.approx(each)
    found = changes(traffic, study.with_scenarios("landslide_108_huai_pong"))
    by_class = {name: -one.time_h for name, one in found.savings.items()}
    assert found.more_vehicle_h.sum() == pytest.approx(sum(by_class.values()))
    people = sum(hours * rules.classes[name].people for name, hours in by_class.items())
    assert found.more_person_h.sum() == pytest.approx(people)


def test_counts_tell_how_many_go(study):
    """Modelled vehicles are those counted, where trips are fitted and counts do not contradict."""
    scale = fitted_trips(study).scale
    table = scale.counts[scale.counts["scales"] == "yes"].set_index("id")
    off = np.abs(np.log(table["modelled_per_day"] / table["vehicles_per_day"]))
    assert (off < 0.01).sum() >= 6
    misfits = scale.misfits()
    assert misfits["modelled"][0] < 1.01
    assert misfits["held_out"][0] < 2.0


def test_a_year_of_both_seasons_has_the_trips_that_are_stated(study):
    rules, days = study.rules.economics, study.rules.seasons.season_days
    visitors = rules.purposes["visitors"]
    wet, dry = (visitors.season_factor(one, days) for one in ("wet", "dry"))
    assert wet == 0.6
    assert days * wet + (365 - days) * dry == pytest.approx(365)
    # 1.2 million come and leave again.
    stated = fitted_trips(study).stated["visitors"]
    assert stated.sum() * 365 == pytest.approx(2 * visitors.per_year)


def test_fewer_go_than_were_told_before_counts_were_looked_at(study):
    """At Huai Pong `risk` had 16,902 trips of people a day; 3,321 vehicles are counted near Hot."""
    found = estimate_traffic(study)
    rows = chainage(study.network).iloc[: len(study.network.segments)]
    here = (rows["ref"] == "108") & (rows["km_from"] <= 310.5) & (rows["km_to"] >= 310.5)
    (vehicles,) = found.use[np.flatnonzero(here)]
    assert 1_000 < vehicles < 5_000


@pytest.mark.slow
def test_the_same_cut_costs_the_same_on_real_roads(tmp_path):
    study = open_study("mae_hong_son")
    file = tmp_path / "cut.toml"
    stretch = read_stretch("108:310.6-310.9")
    file.write_text(HEAD + CHANGE.format(stretch=stretch, days=7), encoding="utf-8")
    found = changes(estimate_traffic(study), study.with_scenarios(str(file)))
    own = link_failure(study, [stretch], days=7, demand="people").totals.set_index("unit")
    assert own.loc["vehicles", "extra_h"] > 0
    assert 7 * found.more_vehicle_h.sum() == pytest.approx(own.loc["vehicles", "extra_h"])
    assert 7 * found.more_person_h.sum() == pytest.approx(own.loc["people", "extra_h"])
    assert 7 * found.more_cost_thb.sum() == pytest.approx(own.loc["vehicles", "extra_thb"])
