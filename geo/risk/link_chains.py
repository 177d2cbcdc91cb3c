"""Links in a row without a choice between: the loss of one is the loss of each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.traffic.chains import first_rows, neighbours, walked
from layers.arrays import Bools, Ints, distinct


class LinkChains(NamedTuple):
    """Open arcs put together where roads go on without a choice.

    Attributes
    ----------
    tail, head, weight
        Of every chain of arcs; shape (chains,).
    group
        Which group of segments it leads over, -1 for none; shape (chains,). Losing any
        segment of a group closes all chains of that group, and no other.
    begin, segment
        Segments of group i are `segment[begin[i]:begin[i + 1]]`.
    """

    tail: Ints
    head: Ints
    weight: Ints
    group: Ints
    begin: Ints
    segment: Ints


def link_chains(arcs: tuple[Ints, Ints, Ints, Ints], ends: Bools, *, segments: int) -> LinkChains:
    """Leave out dead ends, and put arcs together.

    Parameters
    ----------
    arcs
        Tail, head, weight and segment (-1 for none) of every open arc.
    ends
        Nodes that ways begin or end at, shape (nodes,).
    segments
        How many segments there are.
    """
    degree = neighbours(arcs[0], arcs[1], ends)
    on = (degree > 0)[arcs[0]] & (degree > 0)[arcs[1]]
    tail, head, weight, segment = (part[on] for part in arcs)
    count = len(ends)
    order = np.argsort(tail, kind="stable")
    first = first_rows(tail, count)
    # Between arcs side by side there is a choice.
    key = np.sort(tail * count + head)
    twice = key[1:][key[1:] == key[:-1]]
    kept = ends.copy()
    kept[twice // count] = kept[twice % count] = True
    while True:
        starts, sizes, rows = walked(first, order, head, degree, kept)
        chain = np.repeat(np.arange(len(sizes)), sizes)
        pair = distinct(chain * (segments + 1) + segment[rows] + 1)
        of, own = pair // (segments + 1), pair % (segments + 1) - 1
        of, own = of[own >= 0], own[own >= 0]
        # Chains are one group if they have the same segments; the sum of what these are
        # scattered to tells.
        told = np.zeros(len(sizes), np.uint64)
        np.add.at(told, of, _scattered(own))
        low, high = np.full(segments, np.iinfo(np.uint64).max), np.zeros(segments, np.uint64)
        np.minimum.at(low, own, told[of])
        np.maximum.at(high, own, told[of])
        wrong = np.zeros(len(sizes), bool)
        wrong[of[low[own] != high[own]]] = True
        inner = head[rows[wrong[chain]]]
        if kept[inner].all():
            break
        # Ways there and back that share but some segments stay arc by arc.
        kept[inner] = True
    begin = np.concatenate([[0], np.cumsum(sizes)])
    ahead = head[rows[begin[1:] - 1]] if len(sizes) else np.zeros(0, np.int64)
    sums = np.add.reduceat(weight[rows], begin[:-1]) if len(sizes) else np.zeros(0, np.int64)
    has = np.zeros(len(sizes), bool)
    has[of] = True
    _, lead, number = np.unique(told, return_index=True, return_inverse=True)
    group = np.where(has, number, -1)
    # Of each group the segments of its first chain.
    mine = np.isin(of, lead[has[lead]])
    size = np.bincount(group[of[mine]], minlength=len(lead))
    within = np.argsort(group[of[mine]], kind="stable")
    forth = starts != ahead
    return LinkChains(
        starts[forth],
        ahead[forth],
        sums[forth],
        group[forth],
        np.concatenate([[0], np.cumsum(size)]),
        own[mine][within],
    )


def _scattered(number: Ints) -> NDArray[np.uint64]:
    """Scatter numbers over all of 64 bits (Steele, Lea and Flood 2014, splitmix64)."""
    mixed = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
