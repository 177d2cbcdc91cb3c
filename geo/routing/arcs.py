"""Arcs of the engine: of segments, and of what some of them need besides.

A turn that is restricted splits its node: whoever arrives by the road it begins on, and whoever
leaves by the road it ends on, does so at a node of their own, and links of no weight lead from
arrivals to departures; the banned link is closed to whom the restriction holds for. One that
leads over roads between bans the turn into the first of them, beside a copy of these roads that
is entered by that turn alone and at whose end the last turn is banned. Roads that
some vehicles may only begin or end a journey on have two copies more: one that leads out to the
network and never back, one that leads in and never out. Only such nodes are more than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.driving.conditional import ENDS
from geo.driving.permits import Obeyed
from geo.routing.banned import Ban, banned_turns
from layers.arrays import Bools, Floats, Ints, distinct
from layers.roads.network import RoadNetwork
from layers.roads.signs import LOCKED

WHOLE, OUT, IN = 0, 1, 2
"""Layers of arcs: the network, ways out of where one may only be an end, ways into it."""

NO_ROAD: Final = -1


class Joints(NamedTuple):
    """Nodes at which positions on segments join, shape (segments, 2) each.

    Attributes
    ----------
    leave
        Reached along the geometry, and against it.
    arrive
        Come from along the geometry, and against it.
    """

    leave: Ints
    arrive: Ints


@dataclass(frozen=True, eq=False)
class Arcs:
    """All arcs of the engine; the first 2·n are those of segments, 2·i along segment i.

    Attributes
    ----------
    tail, head
        Nodes of the engine, shape (arcs,).
    base
        Arc of a segment that it is or copies, `NO_ROAD` for a link; shape (arcs,).
    layer
        `WHOLE`, `OUT` or `IN`, shape (arcs,).
    turns
        Pairs of a link and the row of `restrictions` that bans it, shape (bans, 2).
    node
        Node of the network that each node of the engine is, shape (nodes of the engine,).
    goals
        Pairs of an arc of a segment that has copies and the node where those arrive who end their
        journey on it, by whichever way they came; shape (goals, 2).
    """

    tail: Ints
    head: Ints
    base: Ints
    layer: NDArray[np.int8]
    turns: Ints
    node: Ints
    goals: Ints

    @property
    def plain(self) -> bool:
        """Whether the arcs are those of the segments alone."""
        return bool((self.base >= 0).all() and not self.layer.any())

    def same(self, other: Arcs) -> bool:
        """Say whether other arcs are the same."""
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("tail", "head", "base", "layer", "turns", "node", "goals")
        )


@dataclass
class _Made:
    """Nodes and links on the way to `Arcs`."""

    node: list[int]
    links: list[tuple[int, int]] = field(default_factory=list)
    turns: list[tuple[int, int]] = field(default_factory=list)

    def add(self, node: int) -> int:
        """Add one more node of the engine at a node of the network."""
        self.node.append(node)
        return len(self.node) - 1


def arcs_of(network: RoadNetwork) -> Arcs:
    """Lay out the arcs of a network.

    Parameters
    ----------
    network
        Roads with their turn restrictions.
    """
    ends = network.ends
    tail, head = ends.ravel().copy(), ends[:, ::-1].ravel().copy()
    made = _Made([])
    count = len(network.nodes)
    banned = banned_turns(network)
    copied = np.array(banned.copied, np.int64)
    base = [np.arange(len(tail)), copied]
    # No node of the network is left by a copy: only the arc by which it is entered leads there.
    tail = np.concatenate([tail, np.full(len(copied), -1)])
    head = np.concatenate([head, head[copied]])
    arrivals: dict[int, list[int]] = {}
    for node, rows in banned.at.items():
        arrivals[node] = _split(node, rows, tail, head, made, count)
    for number, arc in enumerate(copied.tolist(), 2 * len(ends)):
        tail[number] = count + made.add(int(ends.ravel()[arc]))
    for entry in banned.entered:
        made.turns += [(len(made.links), row) for row in entry.rows]
        made.links.append((int(head[entry.arrives]), int(tail[entry.copy])))
    goals = {arc: count + made.add(int(ends.ravel()[arc])) for arc in dict.fromkeys(banned.copied)}
    made.links += [(int(tail[arc]), goal) for arc, goal in goals.items()]
    for number, arc in enumerate(banned.copied, 2 * len(ends)):
        made.links.append((int(tail[number]), goals[arc]))
    zone = np.flatnonzero(_zones(network))
    layer = [np.zeros(len(tail), np.int8)]
    tails, heads = [tail], [head]
    if len(zone):
        touched = distinct(ends[zone])
        where = {
            side: {int(node): count + made.add(int(node)) for node in touched} for side in (OUT, IN)
        }
        for node in touched.tolist():
            made.links += [(where[OUT][node], node), (node, where[IN][node])]
            made.links += [(one, where[IN][node]) for one in arrivals.get(node, ())]
        arc = (2 * zone[:, None] + (0, 1)).ravel()
        u, v = ends[zone].ravel(), ends[zone, ::-1].ravel()
        for side in (OUT, IN):
            tails.append(np.array([where[side][node] for node in u.tolist()], np.int64))
            heads.append(np.array([where[side][node] for node in v.tolist()], np.int64))
            base.append(arc)
            layer.append(np.full(len(arc), side, np.int8))
    first = sum(map(len, tails))
    links = np.array(made.links, np.int64).reshape(-1, 2)
    turns = np.array(made.turns, np.int64).reshape(-1, 2)
    turns[:, 0] += first
    return Arcs(
        np.concatenate([*tails, links[:, 0]]),
        np.concatenate([*heads, links[:, 1]]),
        np.concatenate([*base, np.full(len(links), NO_ROAD)]),
        np.concatenate([*layer, np.zeros(len(links), np.int8)]),
        turns,
        np.concatenate([np.arange(count), np.array(made.node, np.int64)]),
        np.array([*goals.items()], np.int64).reshape(-1, 2),
    )


def joints_of(arcs: Arcs, segments: int, ends_only: Bools | None) -> Joints:
    """Return the nodes at which positions join the engine's graph.

    Who begins on a road that is only for ends begins in its way out, who goes there arrives by
    its way in.
    """
    leave, arrive = (side[: 2 * segments].copy() for side in (arcs.head, arcs.tail))
    arrive[arcs.goals[:, 0]] = arcs.goals[:, 1]
    if ends_only is not None and ends_only.any():
        only = ends_only.ravel()
        for layer, side, of in ((OUT, leave, arcs.head), (IN, arrive, arcs.tail)):
            copies = np.flatnonzero(arcs.layer == layer)
            mine = copies[only[arcs.base[copies]]]
            side[arcs.base[mine]] = of[mine]
    return Joints(leave.reshape(-1, 2), arrive.reshape(-1, 2))


def arc_weights(arcs: Arcs, weight: Floats, obeyed: Obeyed | None) -> Floats:
    """Return the weight of every arc, inf where it is closed.

    Parameters
    ----------
    arcs
        Of the network.
    weight
        Of segments, shape (segments, 2).
    obeyed
        What the vehicle obeys; by default every turn restriction.
    """
    if arcs.plain and not (obeyed is not None and obeyed.ends_only.any()):
        return weight.ravel()
    road = arcs.base >= 0
    each = np.zeros(len(arcs.base))
    each[road] = weight.ravel()[arcs.base[road]]
    only = np.zeros(weight.size, bool) if obeyed is None else obeyed.ends_only.ravel()
    ending = np.zeros(len(road), bool)
    ending[road] = only[arcs.base[road]]
    each[road & (ending != (arcs.layer > 0))] = np.inf
    if len(arcs.turns):
        held = np.ones(len(arcs.turns), bool)
        if obeyed is not None:
            held = obeyed.banned[arcs.turns[:, 1]]
        each[arcs.turns[held, 0]] = np.inf
    return each


def may_follow(arcs: Arcs, weight: Floats, path: Ints) -> bool:
    """Say whether arcs of segments can be driven one after the other.

    Parameters
    ----------
    arcs, weight
        Of the network, and of every arc, as from `arc_weights`.
    path
        Arcs of segments in a row.
    """
    if arcs.plain:
        return True
    links = np.flatnonzero((arcs.base < 0) & np.isfinite(weight))
    onward: dict[int, list[int]] = {}
    for one, other in zip(arcs.tail[links].tolist(), arcs.head[links].tolist(), strict=True):
        onward.setdefault(one, []).append(other)
    copies: dict[int, list[int]] = {}
    for arc in np.flatnonzero((arcs.base >= 0) & np.isfinite(weight)).tolist():
        copies.setdefault(int(arcs.base[arc]), []).append(arc)
    here = {int(arcs.head[arc]) for arc in copies.get(int(path[0]), ())}
    for arc in path[1:].tolist():
        reached = set(here)
        for _ in range(3):  # Out of a zone, through the node, and into another one.
            reached |= {other for one in reached for other in onward.get(one, ())}
        here = {
            int(arcs.head[one]) for one in copies.get(arc, ()) if int(arcs.tail[one]) in reached
        }
    return bool(here)


def _zones(network: RoadNetwork) -> Bools:
    """Say which segments somebody may only use as an end of a journey."""
    segments = network.segments
    found = np.zeros(len(segments), bool)
    for column in ("signs", "access", "hgv"):
        values = segments[column].cat
        hits = [_ends_somebody(str(text)) for text in values.categories]
        found |= np.array([*hits, False], bool)[values.codes.to_numpy()]
    return found


def _ends_somebody(text: str) -> bool:
    words = set(text.lower().replace("=", " ").replace(";", " ").replace("@", " ").split())
    words |= {word.strip("()") for word in words}
    return bool(words & (ENDS | LOCKED))


def _split(
    node: int,
    bans: list[Ban],
    tail: Ints,
    head: Ints,
    made: _Made,
    count: int,
) -> list[int]:
    """Give a node of their own to the arcs of banned turns; return those of arrivals."""
    begins = sorted({one for one, _, _ in bans})
    stops = sorted({other for _, other, _ in bans})
    rows: dict[tuple[int, int], list[int]] = {}
    for one, other, row in bans:
        rows.setdefault((one, other), []).append(row)
    onward = count + made.add(node)
    # Whoever leaves by another road leaves from `onward`; the node itself is where others arrive.
    tail[tail == node] = onward
    arrives = {arc: count + made.add(node) for arc in begins}
    departs = {arc: count + made.add(node) for arc in stops}
    for arc, own in arrives.items():
        head[arc] = own
    for arc, own in departs.items():
        tail[arc] = own
    made.links.append((node, onward))
    made.links += [(own, onward) for own in arrives.values()]
    made.links += [(node, own) for own in departs.values()]
    for one, here in arrives.items():
        for other, there in departs.items():
            made.turns += [(len(made.links), row) for row in rows.get((one, other), ())]
            made.links.append((here, there))
    return [*arrives.values()]
