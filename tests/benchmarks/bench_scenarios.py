"""Time scenarios: closing roads must not cost what contracting and costing do."""

from __future__ import annotations

import pandas as pd

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.scenario.apply import Scenario, apply
from geo.scenario.changes import CloseRoads
from geo.scenario.scenario_file import read_scenarios
from geo.scenario.selection import Select
from geo.scenario.world import base_world, world_costs
from layers.area import load_area
from layers.store.store import load_network, load_terrain
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards


def test_costs_of_a_closure(benchmark, large):
    """What closing costs before the engine: resolved, applied, derived from the base's costs."""
    empty = pd.DataFrame({"id": []})
    named = large.segments["ref"].astype(str)
    ref = named[named != ""].iloc[0]
    world, truck = base_world(large, empty, empty), load_vehicle("truck_10w")
    base = edge_costs(large, truck)
    scenario = Scenario("one", "One", "หนึ่ง", (CloseRoads(Select(ref=ref)),))

    def run() -> None:
        changed, _ = apply(world, [scenario])
        assert not changed.recost
        world_costs(changed, truck, base=base)

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)


def test_a_new_road_in_the_embedded_area(benchmark):
    """Snap, split, drape and contract again."""
    area = load_area("mae_hong_son")
    network = load_network(area, "strategic")
    crossings, hazards = read_crossings(area), read_hazards(area)
    world = base_world(network, crossings, hazards, terrain=load_terrain(area))
    wanted = read_scenarios(area, ["samoeng_highway"])
    changed, _ = benchmark.pedantic(apply, (world, wanted), rounds=5, warmup_rounds=1)
    assert len(changed.network.nodes) > len(network.nodes)
