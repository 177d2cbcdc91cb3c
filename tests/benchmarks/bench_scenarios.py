"""Time many scenarios: closing roads must not cost what contracting and costing do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import build

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.closures import closed_matrices
from geo.routing.engine import contract, customise
from geo.routing.snap import Snapped
from geo.scenario.apply import Scenario, apply
from geo.scenario.changes import CloseRoads
from geo.scenario.scenario_file import read_scenarios
from geo.scenario.selection import Select
from geo.scenario.world import base_world, world_costs
from layers.area import load_area
from layers.store.store import load_network, load_terrain
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards

SCENARIOS, ORIGINS, TARGETS = 50, 45, 60
CLOSED = 10
"""Segments in a row that a scenario closes: a road."""


def positions(count: int, segments: int, seed: int) -> Snapped:
    """Draw random positions on segments."""
    rng = np.random.default_rng(seed)
    return Snapped(rng.integers(0, segments, count), rng.random(count), np.zeros(count))


def roads(ends, rng):
    """Close a stretch of segments that follow one another, for every scenario."""
    starts = rng.integers(0, len(ends) - CLOSED, SCENARIOS)
    return [np.arange(start, start + CLOSED) for start in starts]


@pytest.fixture(scope="module")
def grid():
    """Make a square grid of 300,304 nodes with weights drawn at random."""
    side = 548
    at = np.arange(side * side).reshape(side, side)
    pairs = ((at[:, :-1], at[:, 1:]), (at[:-1], at[1:]))
    ends = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in pairs])
    xy = np.column_stack(np.divmod(at.ravel(), side)) * 100.0 + (400_000, 2_000_000)
    network = build(xy, ends)
    weight = np.random.default_rng(1).uniform(10, 100, (len(ends), 2))
    return customise(contract(network), weight)


@pytest.fixture(scope="module")
def roadlike(large):
    """Take 600,000 directions of copies of a real network."""
    weight = np.random.default_rng(1).uniform(10, 100, (len(large.segments), 2))
    return customise(contract(large), weight)


@pytest.mark.parametrize("made", ["grid", "roadlike"])
def test_50_closures(benchmark, request, made):
    """Promise: all their 45 by 60 matrices in under 10 s."""
    metric = request.getfixturevalue(made)
    rng, count = np.random.default_rng(2), len(metric.weight)
    closures = roads(metric.topology.ends, rng)
    sources, targets = positions(ORIGINS, count, 3), positions(TARGETS, count, 4)
    found = benchmark.pedantic(
        closed_matrices, (metric, closures, sources, targets), rounds=3, warmup_rounds=0
    )
    assert found.shape == (SCENARIOS, ORIGINS, TARGETS)
    benchmark.extra_info["nodes"] = len(metric.topology.order)
    base = np.median(found, axis=0)
    benchmark.extra_info["closures felt"] = int((found > base + 1e-6).any(axis=(1, 2)).sum())


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
