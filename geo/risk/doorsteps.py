"""The last metres to where people and goods go: walked, or carried, where their road is shut."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo.risk.link_losses import Losses
from geo.routing.snap import Snapped
from layers.arrays import Bools, Ints
from layers.roads.network import RoadNetwork

DOORSTEP_M: Final = 300.0
"""Nobody is cut off from a place by a link all of which lies within so many metres of it: a town
is not lost because the one-way street on which its point happens to stand is shut."""

TOWN_M: Final = 3000.0
"""The same where no streets are known: a town is a point on one of its roads, and the others
are not there to go round by."""


def doorsteps(network: RoadNetwork, goals: Snapped, group: Ints) -> Bools:
    """Say which links are the doorstep of a goal, shape (links, groups).

    Parameters
    ----------
    network
        The links.
    goals
        Positions on them.
    group
        The group of every goal, 0…n-1, shape (goals,).
    """
    reach_m = DOORSTEP_M if network.source.streets else TOWN_M
    found = np.zeros((len(network.segments), int(group.max(initial=-1)) + 1), bool)
    at = shapely.line_interpolate_point(
        network.lines[goals.segment], goals.fraction, normalized=True
    )
    ends = np.asarray(shapely.points(network.nodes[["x", "y"]].to_numpy(np.float64)), object)
    tree = shapely.STRtree(ends)
    goal, node = tree.query(at, predicate="dwithin", distance=reach_m)
    for one in np.unique(goal).tolist():
        mine = np.zeros(len(network.nodes), bool)
        mine[node[goal == one]] = True
        found[mine[network.ends].all(axis=1), group[one]] = True
    return found & (network.length_m <= 2 * reach_m)[:, None]


def without_doorsteps(found: Losses, doorstep: Bools) -> Losses:
    """Let nobody be cut off by the loss of a doorstep.

    Parameters
    ----------
    found
        What the loss of each link does on the way to one group.
    doorstep
        Of that group, shape (links,).
    """
    spared = np.isinf(found.after) & doorstep[found.segment]
    return found._replace(after=np.where(spared, found.before[found.origin], found.after))
