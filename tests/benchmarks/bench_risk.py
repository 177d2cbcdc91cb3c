"""Time what asks every link: criticality, bridges, seasons, hazards. Nothing fails by its time."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import ORIGIN, build
from rasterio.transform import Affine

from geo.risk.criticality import criticality
from geo.risk.exposure import on_cells
from geo.risk.redundancy import bridges, second_ways
from geo.risk.reliability import Draws, wet_season
from geo.routing.chainage import chainage
from geo.routing.engine import contract, customise
from geo.routing.graph import Metric
from geo.routing.snap import Snapped
from geo.routing.split import split_at
from layers.rasters.hazard import HazardRaster
from layers.roads.network import RoadNetwork

SIDE, KEPT = 193, 0.9


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    """Lay out a grid with holes, of 60,000 segments."""
    there = np.random.default_rng(0).random((SIDE, SIDE)) < KEPT
    number = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)
    pairs = [(number[:-1], number[1:]), (number[:, :-1], number[:, 1:])]
    ends = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in pairs])
    ends = ends[(ends >= 0).all(axis=1)][:60_000]
    refs = np.random.default_rng(1).integers(0, 300, len(ends)).astype(str).tolist()
    return build(np.argwhere(there) * 200.0 + ORIGIN, ends, ref=refs)


@pytest.fixture(scope="module")
def metric(network: RoadNetwork) -> Metric:
    weight = np.random.default_rng(2).uniform(10, 100, (len(network.segments), 2))
    return customise(contract(network), weight)


def positions(network: RoadNetwork, count: int, seed: int) -> Snapped:
    rng = np.random.default_rng(seed)
    return Snapped(
        rng.integers(0, len(network.segments), count), rng.random(count), np.zeros(count)
    )


def test_criticality_60_by_20(benchmark, network, metric):
    """Promise: every link of 60,000 segments, 60 by 20, in under 60 s on 2 cores."""
    origins, to = positions(network, 60, 3), positions(network, 20, 4)
    demand = np.random.default_rng(5).uniform(1, 100, (60, 20))
    table = benchmark.pedantic(
        criticality, (metric, origins, to, demand), rounds=3, warmup_rounds=1
    )
    benchmark.extra_info["segments"] = len(table)
    benchmark.extra_info["on best ways"] = int((table["demand_on_link"] > 0).sum())


def test_second_ways_60_to_the_nearest_of_20(benchmark, network, metric):
    at = (metric, positions(network, 60, 3), positions(network, 20, 4))
    group = {"group": np.zeros(20, np.int64)}
    benchmark.pedantic(second_ways, at, group, rounds=3, warmup_rounds=1)


def test_bridges(benchmark, network):
    benchmark.pedantic(bridges, (len(network.nodes), network.ends), rounds=5, warmup_rounds=1)


def test_twenty_days_of_rain(benchmark, network, metric):
    chance = np.random.default_rng(6).uniform(0.99, 1, len(network.segments))
    at = (metric, chance, positions(network, 60, 3), positions(network, 20, 4))
    draws = {"draws": Draws(days=20)}
    benchmark.pedantic(wet_season, at, draws, rounds=3, warmup_rounds=1)


def test_roads_on_cells_of_30_m(benchmark, network):
    west, north = ORIGIN[0], ORIGIN[1] + SIDE * 200
    cells = np.random.default_rng(7).random((1300, 1300))
    raster = HazardRaster(cells, Affine(30.0, 0, west, 0, -30.0, north), str(network.segments.crs))
    benchmark.pedantic(on_cells, (network, raster), rounds=3, warmup_rounds=1)


def test_split_at_2000_places(benchmark, network):
    benchmark.pedantic(split_at, (network, positions(network, 2000, 8)), rounds=3)


def test_chainage(benchmark, network):
    benchmark.pedantic(chainage, (network,), rounds=3)
