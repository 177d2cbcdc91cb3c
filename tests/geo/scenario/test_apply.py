"""Scenarios on drawn networks: each change with an answer that the eye can check."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from drawing import TO_LON_LAT, draw, nodes, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.contracting import recontract
from geo.routing.engine import contract, customise, matrix
from geo.routing.graph import at_node
from geo.scenario.apply import Scenario, apply
from geo.scenario.changes import (
    AddBridge,
    AddRoad,
    AddTunnel,
    BanVehicles,
    ChangeCrossing,
    ChangePrice,
    ChangeRoads,
    CloseCrossing,
    CloseRoads,
    Landslide,
    OpenCrossing,
    SetSeason,
)
from geo.scenario.selection import Select
from geo.scenario.world import World, base_world, world_costs
from layers.errors import DataError
from layers.tables.hazards import HAZARD_COLUMNS

# From A to C straight 8 km over B, or round by D 12 km; X is a border crossing beyond C.
PICTURE = "A---B---C---X\n|       |\nD-------+"
REFS = {"AB": "1", "BC": "1", "CX": "1", "AD": "2", "DC": "2"}
TRUCK, CAR = load_vehicle("truck_10w"), load_vehicle("car")


def point(x: float, y: float) -> tuple[float, float]:
    """Return a point x cells to the right of A and y below it, a cell being 1 km."""
    lon, lat = TO_LON_LAT.transform(400_000 + 1000 * x, 2_130_000 - 1000 * y)
    return lon, lat


def world(**columns) -> World:
    """Draw the world of the tests; the crossing is open."""
    values = {
        "ref": REFS,
        "crossing": {"CX": "gate"},
        "surface": dict.fromkeys(REFS, "asphalt") | {"AD": "dirt"},
        "tracktype": {"AD": "grade4"},
        "maxspeed_kph": {"AB": 80.0, "BC": 80.0},
        "lanes": dict.fromkeys(REFS, 2.0),
    }
    network = draw(PICTURE, cell=1000, **{**values, **columns})
    crossings = pd.DataFrame(
        {
            "id": ["gate"],
            "lon": [98.1],
            "lat": [19.2],
            "type": ["trade_point"],
            "status": ["open"],
            "hours": [""],
            "vehicles": ["no"],
            "dwell_min": [np.nan],
        }
    )
    hazards = pd.DataFrame(
        {
            c.name: pd.Series(dtype="float64" if c.kind == "number" else "str")
            for c in HAZARD_COLUMNS
        }
    )
    return base_world(network, crossings, hazards)


def scenario(*changes, name="test", **more) -> Scenario:
    return Scenario(name, "Test", "ทดสอบ", changes, **more)


def after(*changes, base=None) -> World:
    return apply(base or world(), [scenario(*changes)])[0]


def hours(of: World, way: str, vehicle=CAR, season="dry") -> float:
    """Return the hours from one letter to another; inf where nothing leads."""
    costs = world_costs(of, vehicle, season=season)
    graph = contract(of.network)
    snapped = at_letters(of, way)
    return float(matrix(customise(graph, costs.time_s), *map(snapped.take, ([0], [1])))[0, 0])


def at_letters(of: World, way: str):
    """Return letters of the drawn world as positions, whatever was cut since."""
    letters = "ABCDX"
    metric = customise(contract(of.network), np.ones((len(of.network.segments), 2)))
    found = [at_node(metric, letters.index(letter)) for letter in way]
    return type(found[0])(
        *(
            np.concatenate([getattr(f, n) for f in found])
            for n in ("segment", "fraction", "offset_m")
        )
    )


def digest(of: World) -> str:
    """Hash everything that a world holds."""
    frames = (
        of.network.nodes,
        of.network.segments.drop(columns="geometry"),
        of.crossings,
        of.hazards,
        of.marks,
        of.network.restrictions,
    )
    text = "".join(frame.astype(str).to_csv() for frame in frames)
    lines = b"".join(shapely.to_wkb(of.network.segments.geometry.to_numpy()))
    arrays = b"".join(
        getattr(of.network.profile, n).tobytes()
        for n in ("offsets", "distance_m", "elevation_m", "radius_m")
    )
    return hashlib.sha256(text.encode() + lines + arrays).hexdigest()


ALL = (
    CloseRoads(Select(ref="1", km=(1, 2), km_start=point(0, 0))),
    ChangeRoads(Select(ref="2"), surface="gravel", min_radius_m=60),
    AddRoad("New", "ใหม่", "primary", "asphalt", 2, line=(point(2, 0), point(2, 2))),
    BanVehicles(Select(name="BC"), vehicles=("truck",), above_length_m=12),
    ChangeCrossing("gate", {"hours": "Mo-Su 08:00-16:00", "dwell_min": 30}),
    CloseCrossing("gate"),
    SetSeason("wet"),
    Landslide(3, at=point(5, 0)),
    ChangePrice("fuel_thb_per_l", thb=45),
)


def test_the_base_world_is_left_as_it_is():
    base = world()
    before = digest(base)
    changed, touched = apply(base, [scenario(*ALL)])
    assert digest(base) == before
    assert digest(changed) != before
    assert len(touched) == len(ALL)


def test_closing_a_road_sends_traffic_round():
    base, closed = world(), after(CloseRoads(Select(name="BC")))
    assert hours(base, "AC") < hours(closed, "AC") < np.inf
    assert hours(closed, "AB") == hours(base, "AB")
    assert (closed.network.segments["access"] == "no").sum() == 1
    assert not closed.recost


def test_closing_a_km_range_leaves_the_rest_open():
    where = Select(ref="1", km=(5, 6), km_start=point(0, 0))
    changed, (touched,) = apply(world(), [scenario(CloseRoads(where))])
    assert (touched.segments, touched.km) == (1, pytest.approx(1.0))
    assert len(changed.network.segments) == len(world().network.segments) + 2
    assert changed.marks["parent"].tolist()[-2:] == [segment(world().network, "BC")] * 2
    assert changed.marks["start_m"].tolist()[-2:] == pytest.approx([1000, 2000])
    assert hours(changed, "AC") > hours(world(), "AC")


def test_a_landslide_cuts_the_road_where_it_lies():
    changed, (touched,) = apply(world(), [scenario(Landslide(7, at=point(6, 0)))])
    assert touched.km == pytest.approx(0.2)
    assert changed.hazards["id"].tolist() == ["test_1"]
    assert hours(changed, "BC") > hours(world(), "BC")


def test_paving_forgets_what_the_old_surface_was():
    changed = after(ChangeRoads(Select(name="AD"), surface="asphalt", lanes=2))
    row = changed.network.segments.iloc[segment(changed.network, "AD")]
    assert (row["surface"], row["tracktype"], row["lanes"]) == ("asphalt", "", 2)
    assert hours(changed, "AD", season="wet") < hours(world(), "AD", season="wet")


def test_values_by_percent_and_class():
    changes = (
        ChangeRoads(Select(ref="1", name="BC"), maxspeed_percent=-25, width_m=9),
        ChangeRoads(Select(name="AB"), highway="track"),
    )
    rows = after(*changes).network.segments.set_index("name")
    assert rows.loc["BC", ["maxspeed_kph", "width_m"]].tolist() == [60, 9]
    assert rows.loc["AB", "highway"] == "track"


def test_what_a_scenario_sets_is_not_inferred():
    base = world(inferred={"AB": "surface lanes", "BC": "surface"})
    changed = after(ChangeRoads(Select(name="AB"), surface="gravel"), base=base)
    assert changed.network.segments["inferred"].tolist()[:3] == ["lanes", "", "surface"]


def test_bends_are_eased():
    base = world()
    tight = replace(base.network.profile, radius_m=np.full_like(base.network.profile.radius_m, 30))
    base = replace(base, network=replace(base.network, profile=tight))
    changed = after(ChangeRoads(Select(name="AB"), min_radius_m=100), base=base)
    assert hours(changed, "AB") < hours(base, "AB")
    assert hours(changed, "BC") == pytest.approx(hours(base, "BC"), rel=0.05)


def test_a_ban_holds_for_those_it_names():
    kinds = after(BanVehicles(Select(name="BC"), vehicles=("truck",)))
    weight = after(BanVehicles(Select(name="BC"), above_weight_t=20))
    for changed in (kinds, weight):
        assert hours(changed, "AC", TRUCK) > hours(world(), "AC", TRUCK)
        assert hours(changed, "AC") == hours(world(), "AC")
    one = after(BanVehicles(Select(name="BC"), vehicles=("car",)))
    assert hours(one, "AC", TRUCK) == hours(world(), "AC", TRUCK)
    assert hours(one, "AC") > hours(world(), "AC")


def test_closing_and_opening_a_crossing():
    closed = after(CloseCrossing("gate"))
    assert hours(closed, "CX") == np.inf
    assert closed.crossings["status"].tolist() == ["closed"]
    opened = after(OpenCrossing("gate"), base=closed)
    assert hours(opened, "CX") == hours(world(), "CX")
    shut = world(access={"CX": "no"})
    shut = replace(shut, crossings=shut.crossings.assign(status="closed"))
    assert hours(shut, "CX") == np.inf
    assert hours(after(OpenCrossing("gate"), base=shut), "CX") < np.inf


def test_changing_a_crossing():
    change = ChangeCrossing("gate", {"type": "permanent", "vehicles": True, "dwell_min": 20})
    row = after(change).crossings.iloc[0]
    assert (row["type"], row["vehicles"], row["dwell_min"]) == ("permanent", "yes", 20)


def test_the_season_is_set_whatever_is_asked_for():
    wet = after(SetSeason("wet"))
    assert hours(wet, "AD") == hours(world(), "AD", season="wet") > hours(world(), "AD")


def test_prices_change_what_driving_costs_and_not_how_fast():
    base = world_costs(world(), TRUCK)
    dear = world_costs(after(ChangePrice("fuel_thb_per_l", percent=50)), TRUCK)
    fuel = base.fuel_l * TRUCK.engine.fuel_thb_per_l
    assert dear.cost_thb == pytest.approx(base.cost_thb + fuel / 2)
    assert np.array_equal(dear.time_s, base.time_s)
    crew = world_costs(after(ChangePrice("crew_thb_per_h", thb=0)), TRUCK)
    assert (crew.cost_thb < base.cost_thb).all()


def test_a_new_road_joins_what_it_meets():
    line = (point(-0.1, 1), point(9, 1))
    changed, (touched,) = apply(
        world(), [scenario(AddRoad("N", "น", "primary", "asphalt", 2, line=line, dead_end=True))]
    )
    # From AD over DC's leg down from C, and 1 km on to where it ends in the open.
    added = changed.network.segments[changed.marks["parent"] == -1]
    assert added["length_m"].tolist() == pytest.approx([8000, 1000], rel=1e-3)
    assert touched.needs.road_m == pytest.approx(9000, rel=1e-3)
    assert touched.needs.highway == "primary"
    assert len(changed.network.nodes) == 5 + 3
    assert changed.network.nodes["component"].eq(0).all()


def test_a_new_road_is_a_short_cut():
    line = (point(0, 2), point(4, 0))
    added = after(AddRoad("Short", "ลัด", "primary", "asphalt", 2, line=line))
    assert hours(added, "DB") < hours(world(), "DB")
    extended = recontract(contract(world().network), added.network)
    costs = world_costs(added, CAR).time_s
    at = at_letters(added, "ABCDX")
    by_order = matrix(customise(extended, costs), at, at)
    assert by_order == pytest.approx(matrix(customise(contract(added.network), costs), at, at))


def test_two_new_roads_join_one_another():
    first = AddRoad("P", "ป", "primary", "asphalt", 2, line=(point(2, 0), point(2, 2)))
    second = AddRoad("Q", "ค", "primary", "asphalt", 2, line=(point(2, 1), point(0, 1)))
    changed, touched = apply(world(), [scenario(first, second)])
    assert [round(t.km) for t in touched] == [2, 2]
    assert changed.network.nodes["component"].eq(0).all()
    ends = changed.network.ends
    degree = np.bincount(ends.ravel())
    assert sorted(degree[5:].tolist()) == [3, 3, 3, 3]


def test_tunnels_and_bridges_are_on_the_new_road_and_meet_nothing_else():
    road = AddRoad(
        "T",
        "อ",
        "primary",
        "asphalt",
        2,
        line=(point(4, -3), point(4, 2)),
        tunnels_km=((2, 4),),
        dead_end=True,
    )
    changed, (touched,) = apply(world(), [scenario(road)])
    added = changed.network.segments[changed.marks["parent"] == -1]
    assert added["length_m"].tolist() == pytest.approx([2000, 2000, 1000])
    assert added["tunnel"].tolist() == [False, True, False]
    assert (touched.needs.tunnel_m, touched.needs.road_m) == pytest.approx((2000, 3000))
    assert hours(changed, "BD") == pytest.approx(hours(world(), "BD"), rel=0.01)


@pytest.mark.parametrize("kind", [AddTunnel, AddBridge])
def test_a_structure_is_level_from_road_to_road(kind):
    change = kind("S", "ส", "primary", 2, line=(point(0, 2), point(4, 0)))
    changed, (touched,) = apply(world(), [scenario(change)])
    row = changed.network.segments.iloc[-1]
    assert row["tunnel"] == (kind is AddTunnel)
    assert row["bridge"] == (kind is AddBridge)
    assert touched.needs.road_m == 0
    assert touched.needs.tunnel_m + touched.needs.bridge_m == pytest.approx(row["length_m"])


NORTH = AddRoad("N", "น", "primary", "asphalt", 2, line=(point(2, 0), point(2, 7)))
FAULTS = [
    (CloseRoads(Select(ref="77")), "no road has ref '77'"),
    (NORTH, "ends at .* 5.0 km from the nearest road; snap_m allows 200 m"),
    (replace(NORTH, line=(), file=""), "needs either line"),
    (replace(NORTH, file="x.geojson", line=()), "file 'x.geojson'"),
    (replace(NORTH, line=(point(0, 0), point(4, 0)), tunnels_km=((1, 9),)), "not within the road"),
    (replace(NORTH, line=(point(0, 2), point(4, 0)), tunnels_km=((0, 2), (1, 3))), "overlap"),
    (ChangeRoads(Select(ref="1")), "sets nothing"),
    (ChangeRoads(Select(ref="2"), maxspeed_percent=-10), "not known for 12.0 km"),
    (ChangeRoads(Select(ref="1"), width_m=9, width_percent=5), "both as a value and by percent"),
    (BanVehicles(Select(ref="1")), "bans nobody"),
    (BanVehicles(Select(ref="1"), vehicles=("lorry",)), "'lorry' is not known"),
    (OpenCrossing("gate"), "would change nothing: status 'open' already"),
    (CloseCrossing("gat"), "crossing 'gat' is not known; near: gate"),
    (ChangeCrossing("gate", {"hour": "x"}), "set.hour: unknown; valid columns: type"),
    (ChangeCrossing("gate", {"type": "big"}), "none of permanent, temporary, trade_point"),
    (ChangeCrossing("gate", {"dwell_min": "long"}), "is no number"),
    (Landslide(3), "needs either hazard"),
    (Landslide(3, hazard="h1"), "hazard 'h1' is not known"),
    (Landslide(3, at=point(50, 50)), "not within 2000 m of any road"),
    (Landslide(3, at=point(6, -1), ref="2"), "not within 2000 m of highway 2"),
    (ChangePrice("fuel_thb_per_l"), "needs either thb"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS, ids=lambda v: str(v)[:30])
def test_what_cannot_be_is_told_by_entry(change, words):
    with pytest.raises(DataError, match=f"^test: key 'changes.2' .{change.kind}.: .*{words}"):
        apply(world(), [scenario(SetSeason("wet"), change)])


def test_a_strategic_network_asks_for_the_terrain():
    base = world()
    source = replace(base.network.source, kind="strategic")
    base = replace(base, network=replace(base.network, source=source))
    road = replace(NORTH, line=(point(0, 2), point(4, 0)))
    with pytest.raises(DataError, match="needs terrain"):
        after(road, base=base)
    winding = after(replace(road, terrain="very_winding", length_km=8), base=base)
    profile = winding.network.profile
    assert winding.network.length_m[-1] == pytest.approx(8000)
    assert np.isfinite(profile.radius_m[profile.offsets[-2] :]).any()


def test_every_error_comes_at_once():
    faulty = [change for change, _ in FAULTS]
    with pytest.raises(DataError) as caught:
        apply(world(), [scenario(*faulty[:11]), scenario(*faulty[11:], name="other")])
    text = str(caught.value)
    assert "test: key 'changes.1'" in text
    assert "other: key 'changes.1'" in text
    assert text.count("key 'changes.") == len(FAULTS)


@pytest.mark.parametrize(
    ("one", "other", "thing"),
    [
        (
            ChangeRoads(Select(ref="1"), surface="gravel"),
            ChangeRoads(Select(name="AB"), surface="dirt"),
            "sets surface of 4.0 km",
        ),
        (CloseRoads(Select(name="AB")), Landslide(1, at=point(2, 0)), "sets access of 0.2 km"),
        (
            BanVehicles(Select(name="AB"), vehicles=("bus",)),
            BanVehicles(Select(ref="1"), vehicles=("bus",)),
            "sets ban of bus",
        ),
        (SetSeason("wet"), SetSeason("dry"), "sets the season"),
        (
            ChangePrice("crew_thb_per_h", thb=5),
            ChangePrice("crew_thb_per_h", percent=5),
            "the price crew_thb_per_h",
        ),
        (
            CloseCrossing("gate"),
            ChangeCrossing("gate", {"status": "unknown"}),
            "status of crossing 'gate'",
        ),
    ],
)
def test_two_that_set_the_same_are_an_error_that_names_both(one, other, thing):
    first = scenario(one, name="first", path=Path("first.toml"))
    second = scenario(
        SetSeason("dry") if thing != "sets the season" else CloseRoads(Select(ref="1")),
        other,
        name="second",
    )
    with pytest.raises(DataError, match=thing) as caught:
        apply(world(), [first, second])
    assert "second: key 'changes.2'" in str(caught.value)
    assert f"as first.toml, key 'changes.1' ({one.kind}) does" in str(caught.value)


def test_different_attributes_of_one_road_go_together():
    changed, touched = apply(
        world(),
        [
            scenario(ChangeRoads(Select(name="AB"), surface="gravel")),
            scenario(ChangeRoads(Select(name="AB"), lanes=1), name="other"),
        ],
    )
    assert [t.scenario for t in touched] == ["test", "other"]
    row = changed.network.segments.iloc[0]
    assert (row["surface"], row["lanes"]) == ("gravel", 1)


INDEPENDENT = (
    CloseRoads(Select(name="BC")),
    ChangeRoads(Select(name="AD"), surface="asphalt"),
    BanVehicles(Select(name="DC"), vehicles=("motorcycle", "truck")),
    SetSeason("wet"),
    Landslide(2, at=point(2, 0)),
    ChangePrice("fuel_thb_per_l", percent=10),
    CloseCrossing("gate"),
)


@settings(max_examples=12, deadline=None)
@given(st.permutations(INDEPENDENT), st.integers(1, len(INDEPENDENT)))
def test_the_order_of_independent_changes_does_not_matter(changes, count):
    chosen = changes[:count]
    in_order = [c for c in INDEPENDENT if c in chosen]
    one, other = (world_costs(after(*some), TRUCK) for some in (chosen, in_order))
    for name in ("time_s", "cost_thb", "passable"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_a_scenario_given_twice_is_that_scenario():
    twice = scenario(*ALL)
    once, same = (apply(world(), given)[0] for given in ([twice], [twice, twice]))
    assert digest(once) == digest(same)


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(["AB", "BC", "AD", "DC", "CX"]), min_size=1))
def test_closing_never_shortens(names):
    base = world()
    closed = after(*(CloseRoads(Select(name=name)) for name in sorted(names)))
    before, now = world_costs(base, TRUCK), world_costs(closed, TRUCK)
    assert (now.time_s >= before.time_s).all()
    corners = nodes(base.network, "ABCDX")
    graph = contract(base.network)
    assert recontract(graph, closed.network) is graph
    times = [matrix(customise(graph, c.time_s), corners, corners) for c in (before, now)]
    assert (times[1] >= times[0]).all()
    derived = world_costs(closed, TRUCK, base=before)
    assert np.array_equal(derived.time_s, now.time_s)


def test_costs_with_a_road_closed_differ_from_those_without_it_at_its_junctions_only():
    closed = after(CloseRoads(Select(name="BC")))
    now, anew = world_costs(closed, TRUCK).time_s, edge_costs(closed.network, TRUCK).time_s
    assert np.array_equal(np.isfinite(now), np.isfinite(anew))
    both = np.isfinite(now)
    assert np.abs(now[both] - anew[both]).max() < 30
