"""Turns that are banned for somebody, at each junction, and copies of roads they need."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from layers.arrays import Ints
from layers.roads.network import RoadNetwork
from layers.roads.schema import THEN


class Ban(NamedTuple):
    """Arc that arrives, arc that leaves, and the row of `restrictions` that forbids it."""

    arrives: int
    leaves: int
    row: int


class Entry(NamedTuple):
    """Arc from which a copy of a road is entered, the copy, and rows that forbid it."""

    arrives: int
    copy: int
    rows: tuple[int, ...]


@dataclass
class Banned:
    """Bans at nodes; arcs from 2 times the segments on are copies.

    Attributes
    ----------
    at
        Bans of each node of the network.
    copied
        Arc of a segment that each copy is of.
    entered
        How copies are entered; nobody else drives on them.
    """

    at: dict[int, list[Ban]] = field(default_factory=dict)
    copied: list[int] = field(default_factory=list)
    entered: list[Entry] = field(default_factory=list)


class _Rule(NamedTuple):
    """A restriction: nodes of its turns, arcs between them, where it begins and may not go."""

    row: int
    starts: tuple[int, ...]
    nodes: tuple[int, ...]
    between: tuple[int, ...]
    stops: tuple[int, ...]


def banned_turns(network: RoadNetwork) -> Banned:
    """Return the turns that are banned for somebody.

    Who is on a road is in a state: the restrictions begun, and how far. A state that the road
    alone does not tell has a copy of the road.

    Parameters
    ----------
    network
        Roads; arc 2·i of segment i goes along its geometry, arc 2·i + 1 against it.
    """
    rules, banned = _rules(network), Banned()
    arcs = 2 * len(network.segments)
    begun: dict[int, frozenset[tuple[_Rule, int]]] = {}
    for rule in rules:
        for arc in rule.starts:
            begun[arc] = begun.get(arc, frozenset()) | {(rule, 0)}
    copies: dict[tuple[int, frozenset[tuple[_Rule, int]]], int] = {}
    waiting = deque(begun.items())
    while waiting:
        arrives, state = waiting.popleft()
        node = next(rule.nodes[at] for rule, at in state)
        bans = banned.at.setdefault(node, [])
        forbidden: dict[int, list[int]] = {}
        onward: dict[int, list[tuple[_Rule, int]]] = {}
        for rule, at in sorted(state):
            if at:
                # Nobody turns on the road to be rid of what holds at its end.
                forbidden.setdefault(rule.between[at - 1] ^ 1, []).append(rule.row)
            if at < len(rule.between):
                onward.setdefault(rule.between[at], []).append((rule, at + 1))
            else:
                for arc in rule.stops:
                    forbidden.setdefault(arc, []).append(rule.row)
        bans += [Ban(arrives, arc, row) for arc, rows in forbidden.items() for row in rows]
        for arc, further in onward.items():
            bans += [Ban(arrives, arc, rule.row) for rule, _ in further]
            key = arc, frozenset(further) | begun.get(arc, frozenset())
            if key not in copies:
                copies[key] = arcs + len(banned.copied)
                banned.copied.append(arc)
                waiting.append((copies[key], key[1]))
            banned.entered.append(Entry(arrives, copies[key], tuple(forbidden.get(arc, ()))))
    banned.at = {node: bans for node, bans in banned.at.items() if bans}
    return banned


def _rules(network: RoadNetwork) -> list[_Rule]:
    """Read the table of restrictions; one over roads is one rule."""
    turns, ends = network.restrictions, network.ends
    leaving = _leaving(ends, turns["via_node"].to_numpy(np.int64))
    columns = (turns[name].tolist() for name in ("from_segment", "via_node", "to_segment", "kind"))
    rules: list[_Rule] = []
    chain: list[tuple[int, int, int]] = []
    for row, (begins, node, ends_at, kind) in enumerate(zip(*columns, strict=True)):
        chain.append((begins, node, ends_at))
        if kind == THEN:
            continue
        nodes = tuple(one for _, one, _ in chain)
        starts = tuple(arc ^ 1 for arc in leaving[nodes[0]] if arc // 2 == chain[0][0])
        roads = zip(chain, nodes, nodes[1:], strict=False)
        between = [
            arc
            for (_, _, road), here, beyond in roads
            for arc in leaving[here]
            if arc // 2 == road and int(ends[road, 1 - arc % 2]) == beyond
        ]
        stops = [arc for arc in leaving[node] if arc // 2 == ends_at]
        if str(kind).startswith("only_"):
            stops = [arc for arc in leaving[node] if arc not in stops]
        if len(between) == len(chain) - 1:
            rules.append(_Rule(row, starts, nodes, tuple(between), tuple(stops)))
        chain = []
    return rules


def _leaving(ends: Ints, nodes: Ints) -> dict[int, list[int]]:
    """Return the arcs that leave each of some nodes."""
    leaving: dict[int, list[int]] = {int(node): [] for node in nodes}
    touching = np.isin(ends, nodes)
    for segment, side in zip(*np.nonzero(touching), strict=True):
        leaving[int(ends[segment, side])].append(2 * int(segment) + int(side))
    return leaving
