"""Chains of vehicles, on networks drawn below."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from drawing import draw
from hauling import terms
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geo.driving.limits import SIZE_LIMITS, may_drive
from geo.freight.chains import Stage
from geo.freight.fleet import thb_per_t
from geo.freight.road_limits import diverting_limits, limits_arrays, limits_of

# Each example drives three vehicles over a network: shrinking one takes minutes.
NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)

# Five kilometres a character: 20 km from the village A to the hub H, 200 km on to B.
VALLEY = "A---H" + "-" * 39 + "B"
BEARS_20_T = {"maxweight_t": {"AH": 20.0}}


def stages(found, at=(0, 0)) -> list[tuple[str, str, str]]:
    return [(one.vehicle, one.from_id, one.to_id) for one in found.stages(*at)]


def alone(made, vehicle: str, a: str, b: str) -> float:
    """Return what one vehicle takes for a tonne all the way."""
    fleet = made.fleet
    share = made.rules.trips.empty_share
    ends = fleet.at(vehicle, [a]), fleet.at(vehicle, [b])
    return float(thb_per_t(fleet[vehicle], *ends, empty_share=share)[0, 0])


def test_a_weight_limit_forces_a_chain():
    made = terms(draw(VALLEY, cell=5000, **BEARS_20_T), hubs={"H": 50.0})
    found = made.chains(["A"], ["B"])
    assert stages(found) == [("truck_6w", "A", "H"), ("semi_trailer", "H", "B")]
    by_hand = alone(made, "truck_6w", "A", "H") + 50 + alone(made, "semi_trailer", "H", "B")
    assert found.best()[0][0, 0] == pytest.approx(by_hand)
    assert found.changes[0, 0, 1] == 1
    assert np.isinf(alone(made, "semi_trailer", "A", "B"))


def test_without_a_hub_or_at_too_high_a_price_the_small_truck_goes_all_the_way():
    roads = draw(VALLEY, cell=5000, **BEARS_20_T)
    dear = alone(terms(roads), "truck_6w", "A", "B")
    for hubs in ({}, {"H": 2 * dear}):
        assert stages(terms(roads, hubs=hubs).chains(["A"], ["B"])) == [("truck_6w", "A", "B")]


def test_without_a_limit_nothing_changes_vehicles():
    made = terms(draw(VALLEY, cell=5000), hubs={"H": 50.0})
    assert stages(made.chains(["A"], ["B"])) == [("semi_trailer", "A", "B")]


AROUND = """
+-----------------------------+
|                             |
|                             |
|                             |
|                             |
|                             |
|                             |
|                             |
|                             |
A---H-------------------------B
"""


def test_transloading_is_cheaper_than_a_detour_until_it_is_not():
    # The straight road bears 20 t as far as the hub; around is 240 km, straight 150.
    roads = draw(AROUND, cell=5000, **BEARS_20_T)
    cheap = terms(roads, hubs={"H": 20.0})
    assert stages(cheap.chains(["A"], ["B"]))[-1] == ("semi_trailer", "H", "B")
    straight = alone(cheap, "truck_6w", "A", "H") + alone(cheap, "semi_trailer", "H", "B")
    around = alone(cheap, "semi_trailer", "A", "B")
    assert straight + 20 < around
    price = around - straight
    for more, wanted in ((-1.0, 2), (1.0, 1)):
        found = terms(roads, hubs={"H": price + more}).chains(["A"], ["B"])
        assert len(stages(found)) == wanted


def test_what_loads_at_the_field_may_be_said():
    made = terms(draw(VALLEY, cell=5000), hubs={"A": 30.0, "H": 50.0})
    found = made.chains(["A"], ["B"])
    assert stages(found) == [("semi_trailer", "A", "B")]
    field = replace(made, first=("truck_6w",)).chains(["A"], ["B"])
    # Reloaded where it grows: that is a hub too, and the cheaper one.
    assert stages(field) == [("truck_6w", "A", "A"), ("semi_trailer", "A", "B")]
    assert field.best()[0][0, 0] == pytest.approx(found.best()[0][0, 0] + 30)


def test_an_island_is_reached_by_no_chain():
    made = terms(draw("A---H   C---D", cell=5000), hubs={"H": 1.0})
    found = made.chains(["A"], ["D"])
    assert found.stages(0, 0) == ()
    assert np.isinf(found.best()[0]).all()


def test_the_road_that_keeps_a_vehicle_off_is_named():
    roads = draw(
        VALLEY, cell=5000, ref={"AH": "1095"}, maxlength_m={"AH": 12.0}, maxweight_t={"AH": 40.0}
    )
    made = terms(roads)
    said = [str(one) for one in diverting_limits(made.fleet, "semi_trailer", "A", ["B"])]
    assert said == [
        "1095 bears 12 m; the vehicle is 16 m long",
        "1095 bears 40 t; the vehicle is 50.5 t heavy",
    ]
    assert diverting_limits(made.fleet, "truck_6w", "A", ["B"]) == ()
    found = diverting_limits(made.fleet, "semi_trailer", "A", ["B"])
    assert limits_of(limits_arrays(found)) == found
    assert limits_of(limits_arrays(())) == ()
    assert diverting_limits(made.fleet, "semi_trailer", "H", ["B"]) == ()


@pytest.mark.parametrize("limit", SIZE_LIMITS, ids=lambda limit: limit.column)
def test_every_limit_that_bars_a_vehicle_is_explained(limit):
    semi = terms(draw(VALLEY, cell=5000)).fleet.haulers[1].vehicle
    own = getattr(semi.body, limit.own)
    for bears, barred in ((own, False), (0.9 * own, True)):
        roads = draw(VALLEY, cell=5000, **{limit.column: {"AH": bears}})
        assert may_drive(roads, semi).all() != barred
        fleet = terms(roads).fleet
        said = [str(one) for one in diverting_limits(fleet, "semi_trailer", "A", ["B"])]
        assert len(said) == barred
        assert all(text.endswith(limit.what) for text in said)


def test_a_road_closed_to_trucks_is_named_also_where_another_way_leads():
    roads = draw(AROUND, cell=5000, ref={"AH": "9"}, hgv={"AH": "no"})
    (one,) = diverting_limits(terms(roads).fleet, "truck_6w", "A", ["B"])
    assert str(one) == "9 is closed to trucks"


def test_the_empty_way_back_counts_by_its_share():
    roads = draw(VALLEY, cell=5000)
    none, half, all_ = (
        alone(terms(roads, empty_share=share), "truck_6w", "A", "B") for share in (0.0, 0.5, 1.0)
    )
    assert half == pytest.approx((none + all_) / 2)
    assert none < half
    # Empty is cheaper than full, so that both ways cost less than twice one.
    assert all_ < 2 * none


def test_a_way_that_cannot_be_driven_back_is_none_unless_all_come_back_full():
    roads = draw("A-->---B", cell=5000)
    assert np.isinf(alone(terms(roads, empty_share=0.5), "truck_6w", "A", "B"))
    assert np.isfinite(alone(terms(roads, empty_share=0.0), "truck_6w", "A", "B"))


GRID = """
A---B---C
|   |   |
D---E---F
|   |   |
G---H---I
"""
FLEET = ("pickup", "truck_6w", "semi_trailer")


def brute_force(made, hubs, a, b, most):
    """Try every row of hubs and vehicles."""
    fleet, share = made.fleet, made.rules.trips.empty_share
    ids = [a, *hubs, b]
    cost = {
        v: thb_per_t(fleet[v], fleet.at(v, ids), fleet.at(v, ids), empty_share=share) for v in FLEET
    }
    place = {"from": 0, "to": len(ids) - 1, **{name: 1 + at for at, name in enumerate(hubs)}}
    best = np.inf
    for changes in range(most + 1):
        for way in permutations(hubs, changes):
            for by in product(FLEET, repeat=changes + 1):
                if any(one == other for one, other in pairwise(by)):
                    continue
                row = ["from", *way, "to"]
                legs = sum(
                    cost[v][place[x], place[y]] for v, x, y in zip(by, row, row[1:], strict=False)
                )
                best = min(best, legs + sum(hubs[name] for name in way))
    return best


@settings(max_examples=12, deadline=None, phases=NO_SHRINK)
@given(
    limits=st.dictionaries(
        st.sampled_from(["AB", "BC", "DE", "EF", "GH", "AD", "BE", "CF", "EH", "FI"]),
        st.sampled_from([3.0, 20.0]),
        max_size=6,
    ),
    prices=st.lists(st.floats(0, 60), min_size=3, max_size=3),
)
def test_chains_equal_brute_force(limits, prices):
    roads = draw(GRID, cell=8000, maxweight_t=limits)
    hubs = dict(zip("BEF", prices, strict=True))
    made = terms(roads, FLEET, hubs=hubs)
    found = made.chains(["A", "D"], ["I", "C"])
    cost, _ = found.best()
    for i, a in enumerate("AD"):
        for j, b in enumerate("IC"):
            assert cost[i, j] == pytest.approx(brute_force(made, hubs, a, b, 2), rel=1e-6)
            way = found.stages(i, j)
            # The stages tell the same story as the cost.
            assert (way[0].from_id, way[-1].to_id) == (a, b)
            total = sum(alone(made, one.vehicle, one.from_id, one.to_id) for one in way)
            assert total + sum(hubs[one.to_id] for one in way[:-1]) == pytest.approx(
                cost[i, j], rel=1e-6
            )
            assert all(isinstance(one, Stage) for one in way)


@settings(max_examples=10, deadline=None, phases=NO_SHRINK)
@given(limit=st.sampled_from([3.0, 20.0, 60.0]), price=st.floats(0, 100))
def test_a_hub_more_never_raises_the_cost(limit, price):
    roads = draw(GRID, cell=8000, maxweight_t={"AB": limit, "AD": limit})
    some = terms(roads, FLEET, hubs={"E": 30.0}).chains(["A"], ["I"]).best()[0]
    more = terms(roads, FLEET, hubs={"E": 30.0, "B": price}).chains(["A"], ["I"]).best()[0]
    assert more <= some + 1e-9


def test_a_chain_stays_within_the_country():
    roads = draw("A---G---X---K---B", cell=5000, crossing={"GX": "G", "XK": "K"})
    assert terms(roads).chains(["A"], ["B"]).stages(0, 0) == ()
