"""Smooth what is known of points of roads along the roads, through junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array

from layers.arrays import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse.linalg import SuperLU

KNOT_M: Final = 100.0
"""Knots are at most this far apart: a tenth of the shortest reach that is of any use."""

LEAST: Final = 1e-9
"""Weight with which a part of a network that nothing is known of keeps to the mean."""

HELD: Final = 1e6
"""How much firmer a held value stands than all that pulls at it."""


@dataclass(frozen=True, eq=False)
class Knots:
    """Roads as pieces between knots: the nodes, and points between them.

    Attributes
    ----------
    ends
        Knots at both ends of every piece, shape (pieces, 2); the first knots are the nodes.
    length_m
        Of every piece, shape (pieces,).
    piece, share
        The piece that every sample lies on, and where in it, 0 to 1; shape (samples,).
    weight_m
        Metres of road that every sample stands for, shape (samples,).
    sample
        Where every knot lies among the samples: 3.5 is half way from sample 3 to 4.
    """

    ends: Ints
    length_m: Floats
    piece: Ints
    share: Floats
    weight_m: Floats
    sample: Floats

    @property
    def count(self) -> int:
        """Number of knots."""
        return len(self.sample)

    def of_samples(self, values: Floats) -> Floats:
        """Interpolate values of samples at all knots, shape (knots,)."""
        before = self.sample.astype(np.int64)
        after = np.minimum(before + 1, len(values) - 1)
        share = self.sample - before
        found: Floats = values[before] * (1 - share) + values[after] * share
        return found

    def at_samples(self, values: Floats) -> Floats:
        """Interpolate values of knots at all samples, shape (samples,)."""
        first, last = self.ends[self.piece].T
        found: Floats = values[first] * (1 - self.share) + values[last] * self.share
        return found

    def at_knots(self, per_sample: Floats) -> Floats:
        """Share an amount of every sample among its two knots, shape (knots,)."""
        first, last = self.ends[self.piece].T
        total: Floats = np.bincount(first, per_sample * (1 - self.share), self.count)
        total += np.bincount(last, per_sample * self.share, self.count)
        return total


def lay_knots(ends: Ints, length_m: Floats, offsets: Ints, node_count: int) -> Knots:
    """Cut segments into pieces of at most `KNOT_M`.

    Parameters
    ----------
    ends
        Nodes of every segment, shape (segments, 2).
    length_m
        Shape (segments,).
    offsets
        Samples of segment i, evenly spaced, are `offsets[i]:offsets[i + 1]`.
    node_count
        How many nodes there are.

    Returns
    -------
    knots
        Of all segments.
    """
    pieces = np.maximum(1, np.ceil(length_m / KNOT_M - 1e-9)).astype(np.int64)
    start = np.cumsum(pieces) - pieces
    segment = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(int(pieces.sum())) - start[segment]
    inner = node_count + start - np.arange(len(pieces))
    first = np.where(number == 0, ends[segment, 0], inner[segment] + number - 1)
    last = np.where(number == pieces[segment] - 1, ends[segment, 1], inner[segment] + number)
    counts = np.diff(offsets)
    own = np.repeat(np.arange(len(pieces)), counts)
    place = np.arange(int(offsets[-1])) - offsets[own]
    along = place / (counts[own] - 1) * pieces[own]
    piece = np.minimum(along.astype(np.int64), pieces[own] - 1)
    weight = (length_m / (counts - 1))[own]
    weight[offsets[:-1]] /= 2
    weight[offsets[1:] - 1] /= 2
    inside = number > 0
    sample = np.zeros(node_count + int(inside.sum()))
    sample[ends[:, 0]], sample[ends[:, 1]] = offsets[:-1], offsets[1:] - 1
    share = (number / pieces[segment]) * (counts - 1)[segment] + offsets[segment]
    sample[first[inside]] = share[inside]
    return Knots(
        np.column_stack([first, last]),
        (length_m / pieces)[segment],
        start[own] + piece,
        along - piece,
        weight,
        sample,
    )


@dataclass(frozen=True, eq=False)
class Smoother:
    """Smooths values along roads; `smoother` makes one.

    Attributes
    ----------
    knots
        The roads.
    weight_m
        Metres that every sample counts for, shape (samples,).
    firm
        Weight of the knots `held`, shape (held,).
    held
        Knots whose value is given.
    solver
        Factors of the matrix.
    """

    knots: Knots
    weight_m: Floats
    held: Ints
    firm: Floats
    solver: SuperLU

    def smooth(self, values: Floats, held_at: Floats | float = 0.0) -> Floats:
        """Smooth one value, or several columns, of every sample.

        Parameters
        ----------
        values
            Shape (samples,) or (samples, columns); NaN where the weight is 0.
        held_at
            What the held knots have, shape (held,).

        Returns
        -------
        smooth
            At knots, shape (knots,) or (knots, columns).
        """
        columns = np.nan_to_num(values.reshape(len(values), -1))
        mean = (columns * self.weight_m[:, None]).sum(axis=0)
        mean /= max(float(self.weight_m.sum()), LEAST)
        right = [self.knots.at_knots(self.weight_m * column) for column in columns.T]
        right = np.column_stack(right) + LEAST * mean
        right[self.held] += (self.firm * held_at)[:, None]
        smooth: Floats = self.solver.solve(right)
        return smooth.reshape(self.knots.count, *values.shape[1:])


def smoother(knots: Knots, reach_m: float, weight: Floats, held: Ints) -> Smoother:
    """Make ready to smooth values of samples along the roads.

    The h that makes ∫(h - z)² ds + reach² ∫(dh/ds)² ds least over the whole network: on a
    long road an average whose weights fall as exp(-|s| / reach), at a junction one over all
    its roads. It does not depend on where segments are cut.

    Parameters
    ----------
    knots
        The roads.
    reach_m
        How far values count.
    weight
        How much each sample counts for its length, shape (samples,).
    held
        Knots whose value will be given.

    Returns
    -------
    smoother
        For any number of values.
    """
    from scipy.sparse.linalg import splu

    counted = knots.weight_m * weight
    first, last = knots.ends.T
    pull = reach_m**2 / np.maximum(knots.length_m, 1.0)
    mass = knots.at_knots(counted) + LEAST
    mass += np.bincount(first, pull, knots.count) + np.bincount(last, pull, knots.count)
    firm = HELD * mass[held]
    mass[held] += firm
    at = np.arange(knots.count)
    matrix = coo_array(
        (
            np.concatenate([mass, -pull, -pull]),
            (np.concatenate([at, first, last]), np.concatenate([at, last, first])),
        ),
        shape=(knots.count, knots.count),
    ).tocsc()
    solver = splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return Smoother(knots, counted, held, firm, solver)
