"""Whether a project pays, against cash flows by hand and against numpy-financial."""

import dataclasses

import numpy as np
import numpy_financial as npf
import pytest

from geo.economics.appraisal import appraise, monte_carlo, tornado
from geo.economics.cash_flows import Project, Savings, cash_flows, npv, ranges
from geo.economics.returns import irr, mirr, rates_of_return
from geo.rules.economics import SHIPPED, Range, read_economics
from layers.errors import DataError

RULES = read_economics()
TWO_AT_90 = dataclasses.replace(RULES.classes["car"], people=2.0, time_thb_per_person_h=90.0)
FLAT = dataclasses.replace(
    RULES,
    classes={**RULES.classes, "car": TWO_AT_90},
    build_years=1,
    years=2,
    days_per_year=100.0,
    inputs={
        name: Range(mid, mid, mid)
        for name, mid in {
            "discount_rate": 0.1,
            "traffic_factor": 1.0,
            "growth": 0.0,
            "elasticity": 0.0,
            "time_factor": 1.0,
            "vehicle_cost_factor": 1.0,
            "co2_thb_per_t": 1000.0,
            "goods_thb_per_t_h": 0.0,
            "salvage": 0.0,
            "blocked_h": 0.0,
            "accident_thb_per_km": 0.0,
        }.items()
    },
)
CAR = {"car": Savings(trips=10, time_h=1.0, cost_thb=20.0, co2_kg=50.0)}


def with_input(rules, **inputs):
    changed = {name: Range(value, value, value) for name, value in inputs.items()}
    return dataclasses.replace(rules, inputs={**rules.inputs, **changed})


def test_npv_bcr_irr_and_fyrr_by_hand():
    # A day saves 1 h of two people at 90 baht, 20 baht and 50 kg at 1 baht: 250;
    # a year of 100 days 25,000.
    # 40,000 to build, 1,000 a year to maintain, two years of use, 10 %.
    project = Project(CAR, Range(40e3, 40e3, 40e3), Range(1e3, 1e3, 1e3))
    found = appraise(project, FLAT)
    assert found.first_year_thb == pytest.approx(25_000)
    assert found.npv_thb == pytest.approx(-40_000 + 24_000 / 1.1 + 24_000 / 1.21)
    benefits = 25_000 / 1.1 + 25_000 / 1.21
    assert found.bcr == pytest.approx(benefits / (40_000 + 1000 / 1.1 + 1000 / 1.21))
    # 40 x² = 24 x + 24, x = 1 + rate
    assert found.irr == pytest.approx((24 + np.sqrt(24**2 + 4 * 40 * 24)) / 80 - 1)
    assert found.fyrr == pytest.approx(25_000 / 44_000)
    assert found.pays == float(found.npv_thb > 0)


def test_growth_salvage_and_two_years_of_building_by_hand():
    rules = dataclasses.replace(with_input(FLAT, growth=0.1, salvage=0.5), build_years=2)
    flows = cash_flows(
        Project(CAR, Range(40e3, 40e3, 40e3)),
        rules,
        {
            name: np.array([one.mid])
            for name, one in ranges(Project(CAR, Range(40e3, 40e3, 40e3)), rules).items()
        },
    )
    year = 25_000 * np.array([1.1**2, 1.1**3])
    assert flows.net[0] == pytest.approx([-20e3, -20e3, year[0], year[1] + 20e3])


def test_the_rule_of_half_by_hand():
    # 100 trips cost 50 baht each, then 40: with elasticity 0.5 there are 10 more, and each
    # gains half of 10 baht.
    saved = Savings(trips=100, cost_thb=1000, cc=100 * 10**2 / 50)
    rules = with_input(FLAT, elasticity=0.5)
    found = appraise(Project({"car": saved}), rules)
    assert found.flows.benefits["generated"][0, 1] == pytest.approx(0.5 * 10 * 10 * 100)
    assert np.isnan(found.npv_thb)


def test_goods_and_the_exhaust_of_generated_trips():
    saved = {"truck_10w": Savings(trips=1, time_h=2, cost_thb=0, co2_kg=10, t_co2=1.0)}
    rules = with_input(FLAT, goods_thb_per_t_h=3.0, elasticity=0.5)
    benefits = appraise(Project(saved), rules).flows.benefits
    own = RULES.classes["truck_10w"].goods_t * 3.0
    assert benefits["goods"][0, 1] == pytest.approx(own * 2 * 100)
    assert benefits["co2"][0, 1] == pytest.approx((10 - 0.5 * own * 1.0) * 100)


@pytest.mark.parametrize("seed", range(5))
def test_against_numpy_financial(seed):
    chance = np.random.default_rng(seed)
    flows = np.concatenate([-chance.uniform(50, 100, 3), chance.uniform(5, 40, 20)])
    assert npv(flows, 0.12) == pytest.approx(npf.npv(0.12, flows))
    assert irr(flows) == pytest.approx(npf.irr(flows), abs=1e-9)


def test_an_irr_that_is_not_there_is_not_told():
    assert np.isnan(irr([1.0, 1.0]))
    assert np.isnan(irr([-1.0, -1.0]))
    assert irr([-100.0, 110.0]) == pytest.approx(0.1)


def test_a_late_year_at_a_loss_has_a_rate_all_the_same():
    """A tunnel made new in the last year: at low rates that year counts most."""
    flows = [-100.0, 60.0, 60.0, 60.0, -30.0]
    assert irr(flows) == pytest.approx(npf.irr(flows))
    assert len(rates_of_return(flows)) == 2


def test_several_rates_are_all_told_and_the_modified_one_decides():
    """By hand: -100 + 230 / x - 132 / x² is 0 at x = 1.1 and 1.2, and above 0 between."""
    flows = [-100.0, 230.0, -132.0]
    assert rates_of_return(flows) == pytest.approx([0.1, 0.2])
    assert irr(flows) == pytest.approx(0.2)
    for rate in (0.05, 0.15, 0.3):
        assert mirr(flows, rate) == pytest.approx(npf.mirr(flows, rate, rate))
        # It pays by the modified rate just where it pays by its present value.
        assert (mirr(flows, rate) > rate) == (npv(flows, rate) > 0)


def test_the_published_project_with_its_switching_values():
    """100 now, 20 a year for ten years, 12 %: by hand with a table of annuities."""
    rules = dataclasses.replace(with_input(FLAT, discount_rate=0.12), years=10)
    saved = {"car": Savings(trips=1.0, cost_thb=0.2)}  # on 100 days a year
    found = appraise(Project(saved, Range(100.0, 100.0, 100.0)), rules)
    assert found.npv_thb == pytest.approx(13.0045, abs=1e-4)
    assert found.bcr == pytest.approx(1.13004, abs=1e-5)
    assert found.irr == pytest.approx(0.150984, abs=1e-6)
    assert found.npv_per_baht == pytest.approx(0.130045, abs=1e-6)
    switches = found.tornado.set_index("input")
    assert switches.loc["traffic_factor", "switching_share"] == pytest.approx(-0.1151, abs=1e-4)
    assert switches.loc["construction_thb", "switching_share"] == pytest.approx(0.1300, abs=1e-4)
    assert switches.loc["construction_thb", "switching"] == pytest.approx(113.0045, abs=1e-4)
    assert switches.loc["discount_rate", "switching"] == pytest.approx(0.150984, abs=1e-5)
    assert np.isnan(switches.loc["co2_thb_per_t", "switching"])
    assert found.npv_at[0.12] == pytest.approx(found.npv_thb)
    assert found.npv_at[0.06] == pytest.approx(npf.npv(0.06, [-100] + [20] * 10))


def test_waiting_gains_where_traffic_is_still_small():
    """By hand: a year later all is discounted once more, and benefits have grown once more."""
    growing = dataclasses.replace(with_input(FLAT, growth=0.3), years=5)
    project = Project(CAR, Range(300e3, 300e3, 300e3))
    found = appraise(project, growing)
    benefits = [25_000 * 1.3**year / 1.1**year for year in range(1, 6)]
    now = sum(benefits) - 300e3
    later = (sum(benefits) * 1.3 - 300e3) / 1.1
    assert found.npv_thb == pytest.approx(now)
    assert found.waiting_thb == pytest.approx(later - now)
    still = appraise(project, dataclasses.replace(FLAT, years=5))
    # Without growth who waits saves the interest, or loses a year of a project that pays.
    assert still.waiting_thb == pytest.approx(-still.npv_thb * (1 - 1 / 1.1))


def test_the_tornado_moves_one_input_at_a_time():
    project = Project(CAR, Range(30e3, 40e3, 60e3))
    rules = dataclasses.replace(
        FLAT, inputs={**FLAT.inputs, "traffic_factor": Range(0.5, 1.0, 1.5)}
    )
    table = tornado(project, rules).set_index("input")
    year = 25_000 / 1.1 + 25_000 / 1.21
    assert table.loc["construction_thb", "npv_low_thb"] == pytest.approx(year - 30e3)
    assert table.loc["construction_thb", "npv_high_thb"] == pytest.approx(year - 60e3)
    assert table.loc["traffic_factor", "npv_high_thb"] == pytest.approx(1.5 * year - 40e3)
    assert table.loc["growth", "swing_thb"] == 0
    assert table.index[0] == "traffic_factor"


def test_the_monte_carlo_is_seeded_and_lies_within_its_ranges():
    project = Project(CAR, Range(30e3, 40e3, 60e3))
    rules = dataclasses.replace(FLAT, draws=2000)
    first, again = monte_carlo(project, rules), monte_carlo(project, rules)
    assert np.array_equal(first, again)
    year = 25_000 / 1.1 + 25_000 / 1.21
    assert first.min() >= year - 60e3
    assert first.max() <= year - 30e3
    assert first.mean() == pytest.approx(year - (30e3 + 40e3 + 60e3) / 3, abs=500)
    fixed = with_input(rules, discount_rate=0.1)
    assert np.array_equal(monte_carlo(project, fixed), first)


def test_every_assumption_has_a_source_and_a_unit():
    for name, value, unit, source in RULES.rows():
        assert value, name
        assert source or name in {"build_years", "years", "days_per_year"}, name
        assert unit or name.startswith(("classes", "demand", "draws", "wear")), name


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("low = 0.08", "low = 0.2", "'inputs.discount_rate': low, mid and high must grow"),
        ("[inputs.growth]", "[inputs.grwth]", "'inputs': must hold discount_rate"),
        ("share = 0.55", "share = 0.5", "shares of light add up to 0.95, not 1"),
        ("draws = 10000", "drawz = 10000", "key 'drawz': unknown; did you mean 'draws'"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, old, new, message):
    text = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "economics.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=r"economics\.toml") as error:
        read_economics(path)
    assert message in str(error.value)


def test_a_ratio_is_drawn_as_often_below_as_above():
    ratio = Range(0.2, 1.0, 5.0, ratio=True)
    rules = dataclasses.replace(FLAT, inputs={**FLAT.inputs, "traffic_factor": ratio})
    drawn = monte_carlo(Project(CAR), rules)
    (once,) = np.unique(monte_carlo(Project(CAR), FLAT))
    assert np.median(drawn) == pytest.approx(once, rel=0.05)
    assert once * 0.2 <= drawn.min() < once * 0.25
    assert once * 4 < drawn.max() <= once * 5


def test_a_file_of_ones_own_needs_hold_only_what_differs(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "years = 30\n[inputs.discount_rate]\nmid = 0.1\n"
        '[construction.pave]\nmid = 5.0e6\nsource = "a contract"\n',
        encoding="utf-8",
    )
    rules = read_economics(path)
    assert (rules.years, rules.build_years) == (30, RULES.build_years)
    assert rules.inputs["discount_rate"].high == RULES.inputs["discount_rate"].high
    assert rules.inputs["growth"] == RULES.inputs["growth"]
    assert rules.classes == RULES.classes
    source = rules.table().set_index("assumption")["source"]
    assert source["discount_rate"] == "changed, shipped: 0.08 / 0.12 / 0.15"
    assert source["construction.pave"].startswith("a contract; changed, shipped: 3,000,000 / ")
    assert source["years"] == "changed, shipped: 25"
    assert source.str.contains("changed").sum() == 3


def test_classes_are_ones_own_altogether(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[classes.car]\nshare = 0.5\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.toml.*'classes\.car\.group'.*missing"):
        read_economics(path)
    path.write_text("changed = {}\n", encoding="utf-8")
    with pytest.raises(DataError, match="'changed': unknown"):
        read_economics(path)
