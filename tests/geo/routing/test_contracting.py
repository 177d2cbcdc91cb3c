"""Networks that grew out of a contracted one."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import build

from geo.routing.contracting import recontract
from geo.routing.engine import contract
from layers.errors import EngineError


def grid(side: int):
    """Make a square grid of roads 1 km long."""
    at = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [
            np.column_stack([a.ravel(), b.ravel()])
            for a, b in ((at[:, :-1], at[:, 1:]), (at[:-1], at[1:]))
        ]
    )
    xy = np.column_stack(np.divmod(np.arange(side * side), side)) * 1000.0 + (400_000, 2_100_000)
    return build(xy, ends)


def test_a_network_that_did_not_change_keeps_its_graph():
    roads = grid(3)
    graph = contract(roads)
    assert recontract(graph, replace(roads, source=replace(roads.source, title="x"))) is graph


def test_a_network_that_lost_nodes_did_not_grow_out_of_the_other():
    with pytest.raises(EngineError, match="at least its nodes"):
        recontract(contract(grid(6)), grid(4))
