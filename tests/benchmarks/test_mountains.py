"""The generated country is the same every time, hangs together, and is as large as asked."""

from __future__ import annotations

import numpy as np
import pytest

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract, customise, matrix
from geo.routing.snap import Snapped
from tests.benchmarks.mountains import RELIEF_M, mountains, network_of


def test_the_same_size_and_seed_give_the_same_country():
    one, other = mountains(5_000, seed=3), mountains(5_000, seed=3)
    for name in one._fields:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert not np.array_equal(one.xy, mountains(5_000, seed=4).xy)


@pytest.mark.parametrize("size", [10_000, 40_000])
def test_it_is_as_large_as_asked_and_has_every_kind_of_road(size):
    made = mountains(size)
    assert len(made.ends) == pytest.approx(size, rel=0.05)
    assert set(made.kind) == {0, 1, 2, 3}
    assert made.ends.max() == len(made.xy) - 1
    dead_ends = np.bincount(made.ends.ravel()) == 1
    assert 0.05 < dead_ends.mean() < 0.2


def test_all_of_it_hangs_together_and_passes_are_high():
    made = mountains(3_000)
    network = network_of(made)
    assert set(network.segments["component"]) == {0}
    passes, valleys = made.ends[made.kind == 1], made.ends[made.kind == 0]
    assert made.height[passes].max() > made.height[valleys].max() + RELIEF_M / 2
    costs = edge_costs(network, load_vehicle("pickup"))
    ends = Snapped(np.array([0, len(made.ends) - 1]), np.array([0.0, 1.0]), np.zeros(2))
    assert np.isfinite(matrix(customise(contract(network), costs.time_s), ends, ends)).all()
