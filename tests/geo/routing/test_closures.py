"""Many closures at once are what each alone is."""

import numpy as np
import pytest
from drawing import build
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.routing.closures import closed_matrices, recontract
from geo.routing.engine import contract, customise, matrix, reweigh
from geo.routing.snap import Snapped
from layers.errors import EngineError


def grid(side: int):
    """Make a square grid of roads 1 km long."""
    at = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [np.column_stack([a.ravel(), b.ravel()])
         for a, b in ((at[:, :-1], at[:, 1:]), (at[:-1], at[1:]))]
    )  # fmt: skip
    xy = np.column_stack(np.divmod(np.arange(side * side), side)) * 1000.0 + (400_000, 2_100_000)
    return build(xy, ends)


ROADS = grid(6)


def weights(seed: int):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 20, (len(ROADS.segments), 2)).astype(float)
    weight[rng.random(weight.shape) < 0.1] = np.inf
    return weight


def somewhere(rng, count: int) -> Snapped:
    return Snapped(rng.integers(0, len(ROADS.segments), count), rng.random(count), np.zeros(count))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_each_is_as_if_it_were_alone(seed, sizes):
    rng = np.random.default_rng(seed)
    weight, graph = weights(seed), contract(ROADS)
    metric = customise(graph, weight)
    sources, targets = somewhere(rng, 4), somewhere(rng, 5)
    closures = [rng.choice(len(ROADS.segments), size, replace=False) for size in sizes]
    found = closed_matrices(metric, closures, sources, targets)
    for closed, result in zip(closures, found, strict=True):
        alone = weight.copy()
        alone[closed] = np.inf
        expected = matrix(customise(graph, alone), sources, targets)
        assert result == pytest.approx(expected, abs=2 * metric.step)
    assert np.array_equal(metric.weight, weight)
    assert matrix(metric, sources, targets) == pytest.approx(
        matrix(customise(graph, weight), sources, targets)
    )


def test_no_closure_and_a_large_one():
    metric = customise(contract(ROADS), weights(1))
    at = somewhere(np.random.default_rng(1), 3)
    assert closed_matrices(metric, [], at, at).shape == (0, 3, 3)
    everything = np.arange(len(ROADS.segments))
    found = closed_matrices(metric, [everything], at, at)[0]
    assert np.isinf(found[~np.eye(3, dtype=bool)]).all()


def test_weights_changed_in_place_are_those_of_a_new_metric():
    graph, old, new = contract(ROADS), weights(1), weights(1)
    new[[3, 7]] = [[1.0, np.inf], [50.0, 2.0]]
    changed = reweigh(customise(graph, old), new, np.array([3, 7]))
    at = somewhere(np.random.default_rng(2), 6)
    assert matrix(changed, at, at) == pytest.approx(matrix(customise(graph, new), at, at))


def test_a_network_that_lost_nodes_did_not_grow_out_of_the_other():
    with pytest.raises(EngineError, match="at least its nodes"):
        recontract(contract(ROADS), grid(4))
