"""The nearest of a group, found in one sweep, is the least of the whole table."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import build

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract, customise, matrix, to_nearest
from geo.routing.snap import Snapped


@pytest.fixture(scope="module")
def metric():
    luck = np.random.default_rng(11)
    xy = np.column_stack(
        [500_000 + luck.integers(0, 20_000, 80), 2_100_000 + luck.integers(0, 20_000, 80)]
    )
    ends = luck.integers(0, 80, (150, 2))
    network = build(xy.tolist(), ends[ends[:, 0] != ends[:, 1]].tolist())
    costs = edge_costs(network, load_vehicle("car"))
    seconds = costs.time_s.copy()
    seconds[luck.random(seconds.shape) < 0.2] = np.inf
    return customise(contract(network), seconds)


def places(metric, count, seed):
    luck = np.random.default_rng(seed)
    segment = luck.integers(0, len(metric.weight), count)
    # Some at the very ends, where two positions join the graph at one node.
    return Snapped(segment, luck.integers(0, 5, count) / 4, np.zeros(count))


@pytest.mark.parametrize("groups", [1, 3, 7])
@pytest.mark.parametrize("seed", range(6))
def test_one_sweep_finds_the_least_of_the_table(metric, groups, seed):
    sources, targets = places(metric, 40, seed), places(metric, 25, seed + 100)
    group = np.random.default_rng(seed).integers(0, groups, 25)
    group[-1] = groups - 1
    whole = matrix(metric, sources, targets)
    least = np.full((40, groups), np.inf)
    for one in range(groups):
        least[:, one] = whole[:, group == one].min(axis=1, initial=np.inf)
    assert np.isfinite(least).any()
    np.testing.assert_array_equal(to_nearest(metric, sources, targets, group), least)


def test_few_sources_many_groups_and_none_of_either(metric):
    targets = places(metric, 9, 1)
    own = np.arange(9)
    for count in (1, 3, 20):
        sources = places(metric, count, 2)
        found = to_nearest(metric, sources, targets, own)
        np.testing.assert_array_equal(found, matrix(metric, sources, targets))
    none = Snapped(own[:0], np.zeros(0), np.zeros(0))
    assert to_nearest(metric, none, targets, own).shape == (0, 9)
    assert to_nearest(metric, targets, none, own[:0]).shape == (9, 0)
