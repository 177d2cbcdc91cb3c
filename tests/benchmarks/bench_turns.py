"""What turn restrictions cost the engine: with those of a real file and without, in one run.

Promise: at most 1.15 times as long. Nothing passes or fails by its time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawing import positions

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract, customise, matrix
from layers.roads.network import empty_restrictions


@pytest.fixture(scope="module", params=["with", "without"])
def metric(request, andorra):
    network = andorra
    if request.param == "without":
        network = replace(andorra, restrictions=empty_restrictions())
    costs = edge_costs(network, load_vehicle("car"))
    graph = contract(network).obeying(costs.obeyed)
    return customise(graph, costs.time_s), network, costs


def test_order(benchmark, metric):
    benchmark.extra_info["restrictions"] = len(metric[1].restrictions)
    benchmark.pedantic(contract, (metric[1],), rounds=5, warmup_rounds=1)


def test_customise(benchmark, metric):
    made, _, costs = metric
    benchmark.pedantic(
        lambda: customise(made.graph, costs.time_s).customised(), rounds=10, warmup_rounds=1
    )


def test_matrix_300_by_300(benchmark, metric):
    many = positions(300, len(metric[1].segments), 2)
    found = benchmark.pedantic(matrix, (metric[0], many, many), rounds=10, warmup_rounds=1)
    assert np.isfinite(found).any()
