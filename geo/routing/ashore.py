"""Walks between doors and roads that no water crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.routing.snap import Snapped, road_index
from layers.arrays import Bools, Floats, Ints
from layers.crs import from_lon_lat
from layers.roads.network import RoadNetwork

FORD_M = 50.0
"""So near to a ford or a bridge a walk crosses the water."""


@dataclass(frozen=True, eq=False)
class Water:
    """What stops who walks, in the metric system of the roads.

    Attributes
    ----------
    barriers
        Rivers, canals and lakes; whoever stands in one, on a raft or a slip of the hand, is not
        stopped by that one.
    tree
        Of them.
    fords
        Where one wades, or walks over a bridge.
    """

    barriers: Sequence[BaseGeometry]
    tree: shapely.STRtree
    fords: BaseGeometry | None

    @classmethod
    def of(cls, barriers: Sequence[BaseGeometry], fords: Sequence[BaseGeometry]) -> Water | None:
        """Make it ready; None where nothing stops anybody."""
        shapes = [shape for shape in barriers if not shape.is_empty]
        if not shapes:
            return None
        reach = shapely.union_all(shapely.buffer(list(fords), FORD_M)) if fords else None
        return cls(shapes, shapely.STRtree(shapes), reach)

    def between(self, doors: Floats, roads: Floats) -> Bools:
        """Say whether water lies on straight walks, shape (walks,).

        Parameters
        ----------
        doors, roads
            Where they begin and end, metres, shape (walks, 2).
        """
        wet = np.zeros(len(doors), bool)
        walks = np.asarray(shapely.linestrings(np.stack([doors, roads], axis=1)), object)
        walk, shape = self.tree.query(walks, predicate="intersects")
        met = np.asarray(self.barriers, object)[shape]
        met = shapely.intersection(met, walks[walk])
        if self.fords is not None:
            met = shapely.difference(met, self.fords)
        stands = shapely.intersects(met, np.asarray(shapely.points(doors), object)[walk])
        wet[walk[~shapely.is_empty(met) & ~stands]] = True
        return wet


def keep_ashore(
    network: RoadNetwork,
    usable: Bools,
    lon_lat: tuple[Floats, Floats],
    nearest: Snapped,
    water: Water,
    reach_m: float,
) -> tuple[Snapped, Bools]:
    """Move places to the nearest road on their own side of the water.

    Parameters
    ----------
    network, usable
        Roads, and those that may be used, shape (segments,).
    lon_lat
        Places in degrees, shape (places,) each.
    nearest
        Their nearest positions.
    water
        What lies between.
    reach_m
        How far they may walk.

    Returns
    -------
    snapped, reached
        Positions, and whether there is one on the place's own side; shape (places,).
    """
    doors = np.column_stack(from_lon_lat(network.crs).transform(*lon_lat))
    at = shapely.get_coordinates(
        shapely.line_interpolate_point(
            network.lines[nearest.segment], nearest.fraction, normalized=True
        )
    )
    reached = nearest.offset_m <= reach_m
    reached[reached] &= ~water.between(doors[reached], at[reached])
    moved = np.flatnonzero((nearest.offset_m <= reach_m) & ~reached)
    if not len(moved):
        return nearest, reached
    allowed, tree = road_index(network, usable)
    points = np.asarray(shapely.points(doors[moved]), object)
    row, line = tree.query(points, predicate="dwithin", distance=reach_m)
    walks = shapely.shortest_line(points[row], network.lines[allowed[line]])
    ends = shapely.get_coordinates(walks).reshape(-1, 2, 2)
    metres = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    dry = np.flatnonzero(~water.between(ends[:, 0], ends[:, 1]))
    dry = dry[np.lexsort([metres[dry], row[dry]])]
    who, first = np.unique(row[dry], return_index=True)
    chosen = dry[first]
    return _put(
        nearest, moved[who], allowed[line[chosen]], ends[chosen, 1], metres[chosen], network
    ), (reached | np.isin(np.arange(len(reached)), moved[who]))


def _put(
    nearest: Snapped, at: Ints, segment: Ints, place: Floats, metres: Floats, network: RoadNetwork
) -> Snapped:
    """Return positions with some of them elsewhere."""
    fraction = shapely.line_locate_point(
        network.lines[segment], shapely.points(place), normalized=True
    )
    columns = nearest.segment.copy(), nearest.fraction.copy(), nearest.offset_m.copy()
    for column, values in zip(columns, (segment, np.round(fraction, 9), metres), strict=True):
        column[at] = values
    return Snapped(*columns)
