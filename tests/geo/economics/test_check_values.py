"""Published worked examples of appraisal, redone with what the program computes with."""

import dataclasses

import numpy as np
import pytest

from geo.economics.appraisal import appraise
from geo.economics.cash_flows import Project, Savings, cash_flows, npv, ranges
from geo.economics.sanity import doubts
from geo.rules.economics import Range, read_economics
from geo.traffic.assignment import QUANTITIES, Ways
from geo.traffic.savings import savings

RULES = read_economics()
NONE = np.zeros(0)


def fixed(rules=RULES, **values):
    """Return rules whose inputs are these, the others as they are; all without a range."""
    inputs = {name: one.mid for name, one in rules.inputs.items()} | values
    return dataclasses.replace(rules, inputs={n: Range(v, v, v) for n, v in inputs.items()})


def ways(time_s, cost_thb=0.0, km=0.0, doubt=0.0):
    sums = {name: np.array([[0.0]]) for name in QUANTITIES}
    sums |= {"time_s": np.array([[time_s]]), "cost_thb": np.array([[cost_thb]])}
    sums |= {"distance_m": np.array([[km * 1000]]), "doubt": np.array([[doubt]])}
    return Ways(sums, NONE)


def test_a_longer_and_faster_road_saves_time():
    """8 km at 70 km/h replaced by 10 km at 100 km/h: 51.42857 s (tiicba)."""
    car = RULES.classes["car"]
    found = savings(np.array([[1.0]]), ways(8 / 70 * 3600), ways(10 / 100 * 3600), car)
    assert found.time_h * 3600 == pytest.approx(51.42857, abs=5e-6)


def test_traffic_of_a_year_and_after_growth():
    """8,000 a day, 5 % heavy: 2,774,000 light and 146,000 heavy a year; after three years at
    1.4 % and 2.37 % 2,892,147 and 156,628.6 (tiicba)."""
    for share, growth, first, third in (
        (0.95, 0.014, 2_774_000, 2_892_147),
        (0.05, 0.0237, 146_000, 156_628.6),
    ):
        # Every vehicle saves one hour worth one baht.
        saved = {"car": Savings(trips=8000 * share, time_h=8000 * share)}
        one_baht = dataclasses.replace(
            RULES.classes["car"], people=1.0, time_thb_per_person_h=1.0, goods_t=0.0
        )
        rules = dataclasses.replace(
            fixed(growth=growth, elasticity=0.0), classes={"car": one_baht}, days_per_year=365.0
        )
        project = Project(saved)
        values = {name: np.array([one.mid]) for name, one in ranges(project, rules).items()}
        flows = cash_flows(project, rules, values)
        per_year = flows.benefits["time"][0] / (1 + growth) ** np.arange(flows.net.shape[1])
        assert per_year[-1] == pytest.approx(first)
        assert flows.benefits["time"][0, 3] == pytest.approx(third, rel=1e-6)


def test_prices_of_society_item_by_item():
    """367.25 million: 0.40·0.930 + 0.20·1.01 + 0.15·1 + 0.15·0.70 + 0.10·0 = 0.829 → 304.45
    (TARA): an arithmetic test of adding up ranges of works by their parts."""
    parts = ((0.40, 1 / 1.075), (0.20, 1.01), (0.15, 1.0), (0.15, 0.70), (0.10, 0.0))
    cost = Range(367.25e6, 367.25e6, 367.25e6)
    total = Range(0, 0, 0)
    for share, factor in parts:
        total = total + cost.times(share * factor)
    assert total.mid / cost.mid == pytest.approx(0.829, abs=5e-4)
    assert total.mid == pytest.approx(304.45e6, rel=1e-3)


@pytest.mark.parametrize(
    ("without", "with_", "expected"),
    [
        ((0.18, 0.49, 0.93, 1.6), (0.126, 0.343, 0.65, 1.12), 300_169),
        ((0.04, 0.11, 0.21, 0.353), (0.028, 0.078, 0.148, 0.247), 66_354),
        ((0.013, 0.035, 0.07, 0.114), (0.009, 0.025, 0.05, 0.08), 21_475),
    ],
)
def test_savings_of_a_kilometre_by_class(without, with_, expected):
    """Four classes of 3,788, 447, 633 and 781 a day: vehicles, time and accidents per km and
    year (inputs of TARA, a prototype: an arithmetic test only)."""
    total = 0.0
    for trips, before, after in zip((3788, 447, 633, 781), without, with_, strict=True):
        found = savings(
            np.array([[float(trips)]]), ways(60, before), ways(60, after), RULES.classes["car"]
        )
        total += 365 * found.cost_thb
    assert total == pytest.approx(expected, abs=1)


def test_the_rule_of_half():
    """1,000 trips, cost 10 to 8, elasticity 0.6: 1,120 trips; 2,120 = 2,000 + 120."""
    own = dataclasses.replace(
        RULES.classes["car"], people=0.0, time_thb_per_person_h=0.0, goods_t=0.0
    )
    saved = savings(np.array([[1000.0]]), ways(60, 10), ways(60, 8), own)
    rules = dataclasses.replace(
        fixed(elasticity=0.6, growth=0.0, vehicle_cost_factor=1.0), classes={"car": own}
    )
    rules = dataclasses.replace(rules, days_per_year=1.0)
    project = Project({"car": saved})
    values = {name: np.array([one.mid]) for name, one in ranges(project, rules).items()}
    flows = cash_flows(project, rules, values)
    assert flows.benefits["vehicles"][0, -1] == pytest.approx(2000)
    assert flows.benefits["generated"][0, -1] == pytest.approx(120)


def test_present_values_of_a_public_work():
    """Costs 229,880,326 and benefits 760,066,741 baht at 12 %: 530,186,415 and 3.3064 (HCU
    2270; an identity only: as one payment now each)."""
    one = dataclasses.replace(fixed(salvage=0.0), build_years=1, years=1)
    cost, benefit = 229_880_326.0, 760_066_741.0
    net = npv(np.array([benefit - cost]), 0.12)
    assert float(net) == pytest.approx(530_186_415)
    assert benefit / cost == pytest.approx(3.3064, abs=5e-5)
    assert one.inputs["discount_rate"].mid == 0.12


def test_a_year_of_dry_and_wet_days_by_hand():
    """As World Bank RED has it: seasons apart, days impassable priced as waiting.

    100 cars of two people a day at 80 baht an hour. Dry: 60 to 45 minutes and 200 to 150 baht.
    Wet, 100 of 300 days: 90 minutes, 260 baht and impassable on half of the days before; after
    as in the dry season and always open. Waiting is 8 hours.
    """
    own = dataclasses.replace(
        RULES.classes["car"], people=2.0, time_thb_per_person_h=80.0, goods_t=0.0
    )
    rules = fixed(
        elasticity=0.0, growth=0.0, blocked_h=8.0, time_factor=1.0, vehicle_cost_factor=1.0
    )
    rules = dataclasses.replace(rules, classes={"car": own}, days_per_year=300.0)
    trips, after = np.array([[100.0]]), ways(45 * 60, 150)
    dry = savings(trips, ways(3600, 200), after, own)
    wet = savings(trips, ways(5400, 260, doubt=np.log(2)), after, own)
    assert (dry.time_h, dry.cost_thb, dry.unblocked) == pytest.approx((25, 5000, 0))
    # On the 50 of 100 trips that can be driven both before and after.
    assert (wet.time_h, wet.cost_thb, wet.unblocked) == pytest.approx((37.5, 5500, 50))
    saved = {"car": dry.times(200 / 300) + wet.times(100 / 300)}
    found = appraise(Project(saved, Range(1e6, 1e6, 1e6)), rules)
    time = (200 * 25 + 100 * 37.5) * 160
    money = 200 * 5000 + 100 * 5500
    waiting = 100 * 50 * 8 * 160
    assert found.first_year_thb == pytest.approx(time + money + waiting)
    opens = found.flows.opens
    assert found.flows.benefits["waiting"][0, opens] == pytest.approx(waiting)


def test_a_shorter_way_has_fewer_accidents():
    saved = savings(np.array([[10.0]]), ways(60, km=7.0), ways(60, km=5.0), RULES.classes["car"])
    assert saved.km == pytest.approx(20)
    project = Project({"car": saved})
    rules = fixed(growth=0.0, accident_thb_per_km=0.26)
    values = {name: np.array([one.mid]) for name, one in ranges(project, rules).items()}
    year = cash_flows(project, rules, values).benefits["accidents"][0, -1]
    assert year == pytest.approx(365 * 20 * 0.26)


def test_what_grows_rough_takes_more_until_it_is_resurfaced():
    """100 baht a day saved; 0, 10 and 20 less in the years since the last surface."""
    saved = {"car": Savings(trips=1.0, cost_thb=100.0)}
    rules = dataclasses.replace(
        fixed(growth=0.0, elasticity=0.0, vehicle_cost_factor=1.0), days_per_year=1.0
    )
    values = {name: np.array([one.mid]) for name, one in ranges(Project(saved), rules).items()}
    even = cash_flows(Project(saved), rules, values).benefits["vehicles"][0]
    worn = cash_flows(Project(saved, worn_thb=(0.0, 10.0, 20.0)), rules, values)
    opens = rules.build_years
    assert (even - worn.benefits["vehicles"][0])[: opens + 5].tolist() == pytest.approx(
        [0.0] * opens + [0, 10, 20, 0, 10]
    )


def test_economic_prices_stand_beside_those_that_are_paid():
    """Construction 100 at 0.9, maintenance 0, 20 a year for vehicles at 0.8, 10 for time at 1."""
    own = dataclasses.replace(
        RULES.classes["car"], people=1.0, time_thb_per_person_h=10.0, goods_t=0.0
    )
    saved = {"car": Savings(trips=1.0, time_h=1.0, cost_thb=20.0)}
    rules = fixed(
        growth=0.0,
        elasticity=0.0,
        vehicle_cost_factor=1.0,
        time_factor=1.0,
        salvage=0.0,
        discount_rate=0.0,
    )
    prices = dataclasses.replace(rules.conversion, construction=0.9, vehicles=0.8)
    rules = dataclasses.replace(
        rules, classes={"car": own}, days_per_year=1.0, years=10, build_years=1, conversion=prices
    )
    found = appraise(Project(saved, Range(100, 100, 100)), rules)
    assert found.npv_thb == pytest.approx(10 * 30 - 100)
    value, ratio, _ = found.economic_returns()
    assert value == pytest.approx(10 * (16 + 10) - 90)
    assert ratio == pytest.approx(260 / 90)
    table = found.prices().set_index("item")
    assert table.loc["construction"].tolist() == pytest.approx([-100, -90, 0.9])
    assert table.loc["vehicles"].tolist() == pytest.approx([200, 160, 0.8])
    assert table.loc["time", "conversion"] == pytest.approx(1)
    assert table.loc["net", "market_thb"] == pytest.approx(found.npv_thb)
    # Nothing built, nothing to price.
    assert appraise(Project(saved), rules).prices().empty


def test_what_a_reviewer_would_doubt_is_said():
    import pandas as pd

    cheap = pd.DataFrame({"work": ["pave"], "km": [10.0], "construction_thb": [30e6]})
    rich = appraise(Project({"car": Savings(1000, 5000, 0)}, Range(1e6, 1e6, 1e6)), RULES)
    said = " ".join(doubts(rich, cheap, 1e6, 1000.0))
    assert "internal rate of return" in said
    assert "3.0 million baht a km to pave" in said
    assert "more than 1,000 people" in said
    poor = appraise(Project({"car": Savings()}, Range(1e6, 1e6, 1e6)), RULES)
    assert "Nobody gains" in " ".join(doubts(poor, cheap, 10.0, 1000.0))
    usual = pd.DataFrame({"work": ["pave"], "km": [10.0], "construction_thb": [100e6]})
    fair = appraise(Project({"car": Savings(1000, 100, 0)}, Range(1e8, 1e8, 1e8)), RULES)
    assert not doubts(fair, usual, 100.0, 1000.0)
