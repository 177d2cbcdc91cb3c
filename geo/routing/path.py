"""Ways through a network as pieces of segments, and how positions join the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.routing.arcs import Joints
from geo.routing.snap import Snapped
from layers.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Path:
    """A way through the network, part of its first and last segment.

    Attributes
    ----------
    segment
        Segments in order, shape (n,).
    against
        Whether each is driven against its geometry, shape (n,).
    start, stop
        From which to which fraction of its length, in the direction of its geometry,
        each is driven; shape (n,).
    weight
        Sum of weights.
    """

    segment: Ints
    against: NDArray[np.bool_]
    start: Floats
    stop: Floats
    weight: float


def joining(
    joints: Joints, weight: Floats, snapped: Snapped, *, leaving: bool
) -> tuple[Ints, Floats]:
    """Return the nodes where a position joins the graph and the weight to get there.

    Leaving along the geometry reaches `v`, against it `u`; arriving along it comes from
    `u`, against it from `v`. Shapes (points, 2).
    """
    whole = weight[snapped.segment]
    along, against = snapped.fraction, 1 - snapped.fraction
    share = np.column_stack([against, along] if leaving else [along, against])
    nodes = (joints.leave if leaving else joints.arrive)[snapped.segment]
    # inf · 0 is no number: at the very end of a closed direction it is still closed.
    part = np.where(np.isfinite(whole), share * np.where(np.isfinite(whole), whole, 0), np.inf)
    at_end = share <= 0
    part = np.where(at_end, 0.0, part)
    return nodes, part


def along_one_segment(weight: Floats, sources: Snapped, targets: Snapped) -> Floats:
    """Return the weight of going straight along where both ends lie on one segment."""
    same = sources.segment[:, None] == targets.segment[None, :]
    share = targets.fraction[None, :] - sources.fraction[:, None]
    # inf · 0 is no number: staying where one is costs nothing, also on a closed road.
    whole = np.where(share >= 0, weight[sources.segment, :1], weight[sources.segment, 1:])
    straight = np.where(share != 0, whole, 0.0) * np.abs(share)
    return np.where(same, straight, np.inf)


def direct_path(weight: Floats, source: Snapped, target: Snapped) -> Path:
    """Make the path between two positions on one segment; `weight` has shape (segments, 2)."""
    start, stop = float(source.fraction[0]), float(target.fraction[0])
    # A piece of no length is driven the way that is open, so that it costs 0 and not inf · 0.
    closed = not np.isfinite(weight[source.segment[0], 0])
    return Path(
        source.segment[:1].copy(),
        np.array([stop < start or (stop == start and closed)]),
        np.array([min(start, stop)]),
        np.array([max(start, stop)]),
        float(along_one_segment(weight, source, target)[0, 0]),
    )


def whole_path(
    joints: Joints,
    weight: Floats,
    source: Snapped,
    target: Snapped,
    *,
    arcs: Ints,
    via: tuple[int, int],
) -> Path:
    """Make a path from its arcs, with the parts of segments at both ends.

    Parameters
    ----------
    joints, weight
        Of the graph, shape (segments, 2).
    source, target
        One position each.
    arcs
        Arcs between; arc 2·i runs along segment i, arc 2·i + 1 against it.
    via
        First and last node of the arcs.

    Returns
    -------
    path
        Without pieces of no length, unless both positions are one node.
    """
    leaving, at_start = int(source.segment[0]), float(source.fraction[0])
    arriving, at_stop = int(target.segment[0]), float(target.fraction[0])
    out_against = _cheaper_end(joints, weight, source, via[0], leaving=True)
    in_against = _cheaper_end(joints, weight, target, via[1], leaving=False)
    segment = np.concatenate([[leaving], arcs // 2, [arriving]])
    against = np.concatenate([[out_against], arcs % 2 == 1, [in_against]]).astype(bool)
    start = np.zeros(len(segment))
    stop = np.ones(len(segment))
    start[0], stop[0] = (0.0, at_start) if out_against else (at_start, 1.0)
    start[-1], stop[-1] = (at_stop, 1.0) if in_against else (0.0, at_stop)
    driven = stop > start
    if not driven.any():
        return direct_path(weight, source, source)
    segment, against, start, stop = segment[driven], against[driven], start[driven], stop[driven]
    total = weight[segment, against.astype(int)] * (stop - start)
    return Path(segment, against, start, stop, float(total.sum()))


def join_paths(parts: Sequence[Path]) -> Path:
    """Join paths that follow one another into one."""
    return Path(
        np.concatenate([part.segment for part in parts]),
        np.concatenate([part.against for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.stop for part in parts]),
        sum(part.weight for part in parts),
    )


def weigh(path: Path, weight: Floats) -> float:
    """Sum the weight of a path; `weight` has shape (segments, 2)."""
    each = weight[path.segment, path.against.astype(int)]
    return float((each * (path.stop - path.start)).sum())


def _cheaper_end(
    joints: Joints, weight: Floats, snapped: Snapped, node: int, *, leaving: bool
) -> bool:
    """Say whether the end at `node` is reached against the geometry."""
    nodes, part = joining(joints, weight, snapped, leaving=leaving)
    cost = np.where(nodes[0] == node, part[0], np.inf)
    return bool(cost[1] < cost[0])
