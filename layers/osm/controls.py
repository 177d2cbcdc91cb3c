"""What holds drivers at nodes of roads: signals, signs, small roundabouts, level crossings, gates.

Signals and signs are often drawn where one waits, some metres before the junction: they are the
junction's. What stands elsewhere on a road, and costs time there, is a node of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.osm.junctions import Lines
from layers.roads.schema import CONTROL, CONTROLS

AT_JUNCTIONS: Final = ("crossing", "give_way", "stop")
"""What says something of a junction only: along a road it is left out."""

WHERE_DRAWN: Final = ("gate", "toll_booth", "level_crossing")
"""What stands on the road itself, however near a junction is."""

BEFORE_M: Final = 60.0
"""A signal or sign stands so far before its junction at most (unsourced)."""

_DEGREE_M: Final = 111_320.0


def controls(
    facts: Mapping[int, str], osm_id: Ints, lines: Lines, lon: Floats, lat: Floats
) -> tuple[NDArray[np.int8], Bools]:
    """Say what holds drivers at every node.

    Parameters
    ----------
    facts
        What stands on nodes, by OSM id; see `layers.osm.node_tags`.
    osm_id
        Of every node, ascending, shape (nodes,).
    lines
        Roads as drawn, by node position.
    lon, lat
        Of every node, degrees.

    Returns
    -------
    control
        Position in `CONTROLS`, shape (nodes,).
    stay
        Nodes between junctions at which a road is to be cut, shape (nodes,).
    """
    control, stay = np.zeros(len(osm_id), np.int8), np.zeros(len(osm_id), bool)
    known = {node: CONTROLS.index(fact) for node, fact in facts.items() if fact in CONTROLS}
    wanted = np.fromiter(known, np.int64, len(known))
    there = np.flatnonzero(np.isin(osm_id, wanted))
    if not len(there):
        return control, stay
    kind = np.zeros(len(osm_id), np.int8)
    kind[there] = [known[int(one)] for one in osm_id[there]]
    times = np.bincount(lines.node, minlength=len(osm_id))
    ends = np.zeros(len(osm_id), bool)
    ends[lines.ends.ravel()] = True
    junction = times > 1
    at = np.flatnonzero((kind > 0)[lines.node])
    node = lines.node[at]
    own = junction[node] | ends[node]
    np.maximum.at(control, node[own], kind[node[own]])
    at = at[~own]
    moved = np.zeros(len(at), bool)
    if len(at):
        goal, metres = _nearest_junction(lines, at, junction, lon, lat)
        here = np.isin(kind[lines.node[at]], [CONTROLS.index(one) for one in WHERE_DRAWN])
        moved = (metres <= BEFORE_M) & ~here
        np.maximum.at(control, goal[moved], kind[lines.node[at]][moved])
    alone = lines.node[at[~moved]]
    alone = alone[~np.isin(kind[alone], [CONTROLS.index(one) for one in AT_JUNCTIONS])]
    control[alone], stay[alone] = kind[alone], True
    return control, stay


def with_controls(nodes: pd.DataFrame, control: NDArray[np.int8]) -> pd.DataFrame:
    """Give nodes the column `CONTROL` where anything holds drivers anywhere."""
    if not control.any():
        return nodes
    return nodes.assign(**{CONTROL: np.array(CONTROLS, object)[control]})


def _nearest_junction(
    lines: Lines, at: Ints, junction: Bools, lon: Floats, lat: Floats
) -> tuple[Ints, Floats]:
    """Walk both ways along the lines, up to `BEFORE_M`: the nearest junction and its distance."""
    line = lines.line
    goal, best = lines.node[at].copy(), np.full(len(at), np.inf)
    for step in (-1, 1):
        here, metres = at.copy(), np.zeros(len(at))
        going = np.arange(len(at))
        while len(going):
            there = here[going] + step
            inside = (there >= 0) & (there < len(line))
            inside[inside] = line[there[inside]] == line[at[going[inside]]]
            going, there = going[inside], there[inside]
            a, b = lines.node[here[going]], lines.node[there]
            east = (lon[b] - lon[a]) * np.cos(np.radians(lat[a]))
            metres[going] += np.hypot(east, lat[b] - lat[a]) * _DEGREE_M
            here[going] = there
            going = going[metres[going] <= BEFORE_M]
            found = going[junction[lines.node[here[going]]]]
            better = found[metres[found] < best[found]]
            goal[better], best[better] = lines.node[here[better]], metres[better]
            going = going[~junction[lines.node[here[going]]]]
    return goal, best
