"""Smooth what is known of points of roads along the roads, through junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
from scipy.sparse import coo_array

from layers.arrays import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse.linalg import SuperLU

LEAST: Final = 1e-9
"""Weight with which a part of a network that nothing is known of keeps to the mean."""

HELD: Final = 1e6
"""How much firmer a held value stands than all that pulls at it."""


@dataclass(frozen=True, eq=False)
class Smoother:
    """Smooths values along roads; `smoother` makes one.

    Attributes
    ----------
    offsets
        Samples of segment i, evenly spaced, are `offsets[i]:offsets[i + 1]`.
    ends
        Nodes of every segment, shape (segments, 2).
    mass
        What every sample counts, shape (samples,).
    pull
        What holds neighbours together, by segment, shape (segments,).
    from_u, from_v
        What inner samples take of a segment's ends, shape (samples,).
    held, firm
        Nodes whose value is given, and how firm, shape (held,).
    solver
        Factors of the matrix of the nodes.
    """

    offsets: Ints
    ends: Ints
    mass: Floats
    pull: Floats
    from_u: Floats
    from_v: Floats
    held: Ints
    firm: Floats
    solver: SuperLU

    def smooth(self, values: Floats, held_at: Floats | float = 0.0) -> tuple[Floats, Floats]:
        """Smooth one value of every sample.

        Parameters
        ----------
        values
            Shape (samples,); NaN where the weight is 0.
        held_at
            What the held nodes have, shape (held,).

        Returns
        -------
        sample, node
            Shape (samples,) and (nodes,).
        """
        told = np.nan_to_num(values)
        mean = float((self.mass * told).sum()) / max(float(self.mass.sum()), LEAST)
        own = _between(self.offsets, self.mass, self.pull, told)
        first, last = self.offsets[:-1], self.offsets[1:] - 1
        count = self.solver.shape[0]
        right = np.full(count, LEAST * mean)
        for node, at, inner in ((0, first, first + 1), (1, last, last - 1)):
            told_here = self.mass[at] * told[at] + self.pull * own[inner]
            right += np.bincount(self.ends[:, node], told_here, count)
        right[self.held] += self.firm * held_at
        node_value = self.solver.solve(right)
        u, v = np.repeat(node_value[self.ends], np.diff(self.offsets), axis=0).T
        return own + self.from_u * u + self.from_v * v, node_value


def smoother(
    offsets: Ints,
    ends: Ints,
    length_m: Floats,
    node_count: int,
    *,
    reach_m: Floats,
    weight: Floats,
    held: Ints | None = None,
) -> Smoother:
    """Make ready to smooth values of samples along the roads.

    The h that makes ∫(h - z)² ds + reach² ∫(dh/ds)² ds least over the whole network: on a
    long road an average whose weights fall as exp(-|s| / reach), at a junction one over all
    its roads. It does not depend on where segments are cut. Inside a segment the equations
    are three in a row and solved one after the other; what is left are those of the nodes.

    Parameters
    ----------
    offsets, ends, length_m
        Segments, their samples, which are evenly spaced, and their nodes.
    node_count
        How many nodes there are.
    reach_m
        How far values count, by segment, shape (segments,).
    weight
        How much each sample counts for its length, shape (samples,).
    held
        Nodes whose value will be given.

    Returns
    -------
    smoother
        For any number of values.
    """
    from scipy.sparse.linalg import splu

    counts = np.diff(offsets)
    spacing = np.maximum(length_m / (counts - 1), 0.01)
    mass = np.repeat(spacing, counts) * weight
    mass[offsets[:-1]] /= 2
    mass[offsets[1:] - 1] /= 2
    pull = reach_m**2 / spacing
    from_u, from_v = _ends_felt(offsets, mass, pull)
    first, last = offsets[:-1], offsets[1:] - 1
    u, v = ends.T
    diagonal = np.full(node_count, LEAST)
    diagonal += np.bincount(u, mass[first] + pull * (1 - from_u[first + 1]), node_count)
    diagonal += np.bincount(v, mass[last] + pull * (1 - from_v[last - 1]), node_count)
    # Of a segment without inner samples the other end is the neighbour.
    across = pull * from_v[first + 1]
    firm_at = np.zeros(0, np.int64) if held is None else held
    firm = HELD * (diagonal[firm_at] + 1e-3)
    diagonal[firm_at] += firm
    at = np.arange(node_count)
    matrix = coo_array(
        (
            np.concatenate([diagonal, -across, -across]),
            (np.concatenate([at, u, v]), np.concatenate([at, v, u])),
        ),
        shape=(node_count, node_count),
    ).tocsc()
    solver = splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return Smoother(offsets, ends, mass, pull, from_u, from_v, firm_at, firm, solver)


@numba.njit(cache=True)
def _ends_felt(offsets: Ints, mass: Floats, pull: Floats) -> tuple[Floats, Floats]:
    """Return what samples take of the ends of their segment: 1 and 0 at them."""
    from_u, from_v = np.zeros(len(mass)), np.zeros(len(mass))
    carried = np.zeros(len(mass))
    for at in range(len(offsets) - 1):
        first, last, k = offsets[at], offsets[at + 1] - 1, pull[at]
        from_u[first], from_v[last] = 1.0, 1.0
        for i in range(first + 1, last):
            divisor = mass[i] + 2 * k - k * carried[i - 1]
            carried[i] = k / divisor
            from_u[i] = k * from_u[i - 1] / divisor
        for i in range(last - 1, first, -1):
            from_u[i] += carried[i] * from_u[i + 1]
            from_v[i] = carried[i] * from_v[i + 1]
    return from_u, from_v


@numba.njit(cache=True)
def _between(offsets: Ints, mass: Floats, pull: Floats, told: Floats) -> Floats:
    """Return inner samples as they are when the ends of their segment are at 0."""
    own = np.zeros(len(mass))
    carried = np.zeros(len(mass))
    for at in range(len(offsets) - 1):
        first, last, k = offsets[at], offsets[at + 1] - 1, pull[at]
        for i in range(first + 1, last):
            divisor = mass[i] + 2 * k - k * carried[i - 1]
            carried[i] = k / divisor
            own[i] = (mass[i] * told[i] + k * own[i - 1]) / divisor
        for i in range(last - 1, first, -1):
            own[i] += carried[i] * own[i + 1]
    return own
