"""The directed graph of a network as the engine has it, and weights on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo.driving.permits import Obeyed
from geo.routing.arcs import Arcs, Joints, arc_weights, arcs_of, joints_of
from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints
from layers.errors import EngineError
from layers.io.files import fingerprint
from layers.roads.network import RoadNetwork

if TYPE_CHECKING:
    from geo.routing.elimination import Tree, Weights

CLOSED = 2**31 - 1
"""Weight of an arc that may not be driven."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """The directed graph of a network, contracted.

    Attributes
    ----------
    ends
        Nodes `u, v` of every segment, shape (segments, 2).
    arcs
        Of the engine; arc 2·i runs along segment i, arc 2·i + 1 against it.
    order
        Node order, shape (nodes of the engine,).
    hierarchy
        The binding's own structure.
    obeyed
        What a vehicle obeys besides weights; by default every turn restriction.
    """

    ends: Ints
    arcs: Arcs
    order: NDArray[np.uint32]
    hierarchy: Any
    obeyed: Obeyed | None = None
    _trees: list[Tree] = field(default_factory=list, repr=False)

    def obeying(self, obeyed: Obeyed) -> RoadGraph:
        """Return the same graph for a vehicle; nothing is contracted again."""
        if self.arcs.plain:
            return self
        return replace(self, obeyed=obeyed)

    @cached_property
    def joints(self) -> Joints:
        """Nodes at which positions on segments join."""
        only = self.obeyed.ends_only if self.obeyed else None
        return joints_of(self.arcs, len(self.ends), only)

    @property
    def tree(self) -> Tree:
        """The elimination tree, found when it is first asked for, the same for all vehicles."""
        from geo.routing.elimination import tree_of

        if not self._trees:
            self._trees.append(tree_of(self.order, self.arcs.tail, self.arcs.head))
        return self._trees[0]

    def arc_weights(self, weight: Floats) -> Floats:
        """Return the weight of every arc, inf where closed, for those of segments."""
        return arc_weights(self.arcs, weight, self.obeyed)


@dataclass(frozen=True, eq=False)
class Metric:
    """One weight for every arc, customised.

    Attributes
    ----------
    graph
        What it is on.
    weight
        Weight of every segment and direction, inf where closed, shape (segments, 2).
    step
        What one integer of the engine is worth, in units of the weight.
    customised
        Gives the binding's own structure; tables of many by many do without.
    """

    graph: RoadGraph
    weight: Floats
    step: float
    customised: Callable[[], Any]

    @property
    def arc_integers(self) -> NDArray[np.uint32]:
        """Weight of every arc in steps, `CLOSED` where closed."""
        return integers(self.graph.arc_weights(self.weight), self.step)

    @cached_property
    def climbing(self) -> tuple[Weights, Weights]:
        """Least weights of the arcs of the graph's tree, up and down, when first asked for."""
        from geo.routing.elimination import weights_on

        return weights_on(self.graph.tree, self.arc_integers)


def integers(weight: Floats, step: float) -> NDArray[np.uint32]:
    """Return weights in whole steps, `CLOSED` where they are inf.

    Raises
    ------
    EngineError
        One is too large to be told from none.
    """
    scaled = np.rint(weight / step)
    closed = scaled >= CLOSED
    if np.isfinite(scaled[closed]).any():
        raise EngineError("weights are too large for the engine; use a larger step")
    scaled[closed] = CLOSED
    return scaled.astype(np.uint32)


def graph_key(network: RoadNetwork) -> str:
    """Hash what the order of a network depends on."""
    arcs = arcs_of(network)
    parts = (np.ascontiguousarray(side).tobytes() for side in (arcs.tail, arcs.head))
    return fingerprint("order", len(arcs.node), *parts)


def first_open(metric: Metric) -> Ints:
    """Return the first open segment that ends at each node, the number of segments if none does."""
    ends = metric.graph.ends
    first = np.full(int(ends.max(initial=-1)) + 1, len(ends))
    open_ = np.flatnonzero(np.isfinite(metric.weight).any(axis=1))
    np.minimum.at(first, ends[open_].ravel(), np.repeat(open_, 2))
    return first


def at_node(metric: Metric, node: int, first: Ints | None = None) -> Snapped:
    """Return a node as a position: an end of one of its open segments.

    `first` is that of `first_open`, for whoever asks often.
    """
    ends = metric.graph.ends
    first = first_open(metric) if first is None else first
    here = first[node : node + 1]
    here = here[here < len(ends)]
    side = ends[here, 0] != node
    return Snapped(here, side.astype(np.float64), np.zeros(len(here)))


@contextmanager
def translated() -> Iterator[None]:
    """Turn panics of the engine's library, which are no `Exception`, into our error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise EngineError(f"the routing library refused its input: {error}") from error
        raise
