"""Seconds lost where roads meet: giving way, signals, crossings of equals."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.driving.setting import Junctions
from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork
from layers.roads.schema import CONTROL, CONTROLS

RANK: Final = {
    "motorway": 6,
    "trunk": 5,
    "primary": 4,
    "secondary": 3,
    "tertiary": 2,
    "unclassified": 1,
    "residential": 1,
    "living_street": 1,
    "road": 1,
}
"""Whose road goes on without giving way; all others give way to these."""

RANKS: Final = 7

SIGNALS: Final = CONTROLS.index("traffic_signals")


def junction_delay_s(network: RoadNetwork, open_: Bools, rules: Junctions) -> Floats:
    """Return what is lost at the end of every segment, each way, shape (segments, 2).

    Who comes from a minor road gives way to a major one; where roads of one rank cross, all
    lose time; who follows the major road loses nothing. A slip road ranks below its own road.
    Carriageways that part or join are no crossing: a one-way arm counts as half of one.
    Signals, signs, small roundabouts, level crossings and gates are where the map has them;
    those of carriageways near one another are one junction's. Side roads that one turns into
    from a major road cost nothing here.

    Parameters
    ----------
    network
        The roads; nodes may carry `layers.roads.schema.CONTROL`.
    open_
        Whether a segment may be driven, shape (segments, 2).
    rules
        Seconds, by rank.
    """
    segments, ends, nodes = network.segments, network.ends, len(network.nodes)
    names = segments["highway"].cat.categories
    rank = np.array([*(_rank(name) for name in names), 0])
    rank = rank[segments["highway"].cat.codes.to_numpy()]
    drives = open_.any(axis=1)
    at = (ends[drives] * RANKS + rank[drives, None]).ravel()
    both = np.repeat(open_[drives].sum(axis=1) / 2.0, 2)
    arms = np.bincount(at, minlength=nodes * RANKS).reshape(nodes, RANKS)
    ways = np.bincount(at, both, nodes * RANKS).reshape(nodes, RANKS)
    degree = arms.sum(axis=1)
    top = RANKS - 1 - (arms[:, ::-1] > 0).argmax(axis=1)
    leading = ways[np.arange(nodes), top]
    give_way, equals = np.array(rules.give_way_s), np.array(rules.equals_s)
    alike = arms[np.arange(nodes), top] == degree
    control = _controlled(network)
    delay = np.zeros((len(segments), 2))
    for way in (0, 1):
        node = ends[:, 1 - way]
        meets = degree[node] > 2  # noqa: PLR2004 - two arms are one road
        minor = meets & (rank < top[node])
        # Three roads of one rank are a fork, where half of all cross somebody's way.
        crossed = np.clip((leading[node] - 2) / 2, 0.0, 1.0)
        lost = np.where(minor, give_way[top[node]], crossed * equals[rank])
        lost = np.where(meets, lost, 0.0)
        # A sign is that of the minor road; where all are equal nobody knows whose, so everybody's.
        signed = meets & (rank <= top[node]) & (minor | alike[node])
        for name, yields, seconds in (
            ("stop", signed, rules.stop_s),
            ("give_way", signed, give_way[top[node]]),
            ("gate", True, rules.gate_s),
            ("toll_booth", True, rules.toll_booth_s),
            ("level_crossing", True, rules.level_crossing_s),
        ):
            holds = (control[node] == CONTROLS.index(name)) & yields
            lost = np.maximum(lost, np.where(holds, seconds, 0.0))
        lost = np.where(
            control[node] == CONTROLS.index("mini_roundabout"), rules.roundabout_s, lost
        )
        signals = control[node] == SIGNALS
        within = signals & (control[ends[:, way]] == SIGNALS)
        within &= network.length_m <= rules.one_junction_m
        lost = np.where(signals, np.maximum(lost, rules.signal_s), lost)
        delay[:, way] = np.where(within, 0.0, lost)
    return delay


def _rank(highway: str) -> int:
    """Rank a class of road; a slip road stands one below its own."""
    own = RANK.get(highway.removesuffix("_link"), 0)
    return max(own - 1, 0) if highway.endswith("_link") else own


def _controlled(network: RoadNetwork) -> NDArray[np.int8]:
    """Return what holds drivers at every node: position in `CONTROLS`, shape (nodes,)."""
    if CONTROL not in network.nodes:
        return np.zeros(len(network.nodes), np.int8)
    # A node that was added by a cut or a new road says nothing.
    code = pd.Categorical(network.nodes[CONTROL], categories=list(CONTROLS)).codes
    known: NDArray[np.int8] = np.maximum(code, 0).astype(np.int8)
    return known
