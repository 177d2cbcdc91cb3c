"""Time the parts that must stay fast: `make timings`. Nothing passes or fails by its time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawing import positions

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract, customise, matrix, shortest_path
from layers.area import load_area
from layers.roads.profile import Profile
from layers.store.importing import import_area
from layers.store.store import load_network


@pytest.mark.parametrize("vehicle", ["car", "truck_10w"])
def test_costs_of_600_000_directions(benchmark, large, vehicle):
    """Promise: under 1.5 s per vehicle on 2 cores."""
    chosen = load_vehicle(vehicle)
    part = np.arange(300_000)
    offsets = large.profile.offsets[: len(part) + 1]
    arrays = (
        getattr(large.profile, name)[: offsets[-1]]
        for name in ("distance_m", "elevation_m", "radius_m")
    )
    network = replace(large, segments=large.segments.iloc[part], profile=Profile(offsets, *arrays))
    costs = benchmark.pedantic(edge_costs, (network, chosen), rounds=5, warmup_rounds=1)
    assert costs.time_s.shape == (300_000, 2)
    benchmark.extra_info["samples"] = len(network.profile.distance_m)


def test_order(benchmark, large):
    """Once per topology; kept afterwards."""
    topology = benchmark.pedantic(contract, (large,), rounds=1)
    benchmark.extra_info["arcs"] = 2 * len(topology.ends)


@pytest.fixture(scope="module")
def metric(large):
    weight = np.random.default_rng(1).uniform(10, 100, (len(large.segments), 2))
    return customise(contract(large), weight)


def test_customise(benchmark, metric):
    benchmark(lambda: customise(metric.graph, metric.weight).customised())


def test_weights_for_tables(benchmark, metric):
    benchmark(lambda: customise(metric.graph, metric.weight).climbing)


def test_matrix_300_by_300(benchmark, metric):
    many = positions(300, len(metric.weight), 2)
    benchmark.pedantic(matrix, (metric, many, many), rounds=5, warmup_rounds=1)


def test_one_query_with_its_path(benchmark, metric):
    one, other = positions(1, len(metric.weight), 3), positions(1, len(metric.weight), 4)
    benchmark(shortest_path, metric, one, other)


def test_strategic_network(benchmark):
    area = load_area("mae_hong_son")
    benchmark.pedantic(load_network, (area, "strategic"), rounds=3, warmup_rounds=1)


def test_import(benchmark, sample_data, tmp_path, monkeypatch):
    monkeypatch.setenv("CHAIDAEN_HOME", str(tmp_path))
    folder = sample_data / "andorra"
    files = {"dem": (folder / "andorra_srtm3.tif",), "overwrite": True}

    def run() -> None:
        import_area("andorra", folder / "andorra.osm.pbf", **files)

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)
