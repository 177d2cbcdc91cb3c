"""Roads by number or name as lines between their forks, whatever their segments are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from layers.arrays import Bools, Floats, Ints
from layers.roads.network import RoadNetwork

OTHER_NAMES = ("name_en", "name_th")

THROUGH = 2
"""Ends of segments at a node where a road only goes on."""


def roads_of(network: RoadNetwork) -> pd.DataFrame:
    """List which road every segment is of.

    A segment with several numbers, as `107;1095`, is of each of them; one without a number
    is of the road of its name, and one without a name of that of its OpenStreetMap way.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    rows
        First one row per segment, in order, of its first number; then those of further
        numbers. Columns `segment, ref, name, name_en, name_th` (these empty where there is a
        number, which is the name of all that has it) and `road`, its key: the number, the name,
        `way 123`, or empty where nothing is known.
    """
    segments = network.segments
    numbers = segments["ref"].astype(str).str.split(";")
    first = numbers.str[0].str.strip()
    name = segments["name"].astype(str).where(first == "", "")
    way = segments["osm_id"].astype(np.int64)
    called = ("way " + way.astype(str)).where(way > 0, "")
    own = first.where(first != "", name.where(name != "", called))
    count = np.arange(len(segments))
    other = {one: segments[one].astype(str).where(first == "", "") for one in OTHER_NAMES}
    rows = pd.DataFrame({"segment": count, "ref": first, "name": name, **other, "road": own})
    several = numbers[numbers.str.len() > 1].str[1:].explode().str.strip()
    several = several[(several != "") & (several != first[several.index])]
    more = pd.DataFrame({"segment": several.index, "ref": several, "road": several})
    more = more.assign(**dict.fromkeys(("name", *OTHER_NAMES), ""))[list(rows.columns)]
    more = more.drop_duplicates(["segment", "ref"])
    return pd.concat([rows, more], ignore_index=True)


@dataclass(frozen=True, eq=False)
class RoadLines:
    """Roads as lines between their ends and forks.

    Cutting a segment anywhere changes none of this, since a node where a road only goes on
    is no end of a line.

    Attributes
    ----------
    code
        Road of every row, shape (rows,).
    line
        Line that every row is part of, shape (rows,).
    along
        km of both ends of every row from the start of its line, shape (rows, 2).
    ends
        First and last corner of every line, shape (lines, 2).
    length
        km of every line.
    first_row
        The row of every line that stands first.
    road, node
        Road and node of every corner: a node is another one on every road that meets there.
    free
        Whether a corner is an end of its road and no fork.
    """

    code: Ints
    line: Ints
    along: Floats
    ends: Ints
    length: Floats
    first_row: Ints
    road: Ints
    node: Ints
    free: Bools


def road_lines(code: Ints, ends: Ints, km: Floats, extra: Ints) -> RoadLines:
    """Follow every road from fork to fork.

    Parameters
    ----------
    code
        Road of every row, shape (rows,).
    ends, km
        Nodes and length of every row, shape (rows, 2) and (rows,).
    extra
        Nodes that end lines though roads only go on there.
    """
    nodes = int(ends.max(initial=-1)) + 1
    own, at = np.unique(code[:, None] * nodes + ends, return_inverse=True)
    at = at.reshape(-1, 2)
    met = np.bincount(at.ravel(), minlength=len(own))
    corner = (met != THROUGH) | np.isin(own % max(nodes, 1), extra)
    # A ring has neither end nor fork: it begins where its first row does.
    line = _joined(at, corner)
    whole = np.ones(line.max(initial=-1) + 1, bool)
    whole[line[corner[at].any(axis=1)]] = False
    _, first = np.unique(line, return_index=True)
    corner[at[first[whole], 0]] = True
    line = _joined(at, corner)
    along, start, stop, length = _measured(at, corner, line, km)
    named = np.cumsum(corner) - 1
    _, first = np.unique(line, return_index=True)
    return RoadLines(
        code,
        line,
        along,
        named[np.column_stack([start, stop])],
        length,
        first,
        own[corner] // max(nodes, 1),
        own[corner] % max(nodes, 1),
        met[corner] == 1,
    )


def _joined(at: Ints, corner: Bools) -> Ints:
    """Return the line that every row is part of: rows that go on into each other are one."""
    row, side = np.nonzero(~corner[at])
    order = np.argsort(at[row, side], kind="stable")
    pairs = row[order].reshape(-1, 2)
    ones = np.ones(len(pairs))
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(at), len(at)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _measured(at: Ints, corner: Bools, line: Ints, km: Floats) -> tuple[Floats, Ints, Ints, Floats]:
    """Measure rows along their lines; return also both corners and the length of each line."""
    lines = int(line.max(initial=-1)) + 1
    # A corner is another point for each row that ends there, so that lines do not touch.
    points = np.where(corner[at], len(corner) + np.arange(at.size).reshape(-1, 2), at)
    row, side = np.nonzero(corner[at])
    order = np.lexsort((side, row, line[row]))
    pairs, sides = row[order].reshape(-1, 2), side[order].reshape(-1, 2)
    count = len(corner) + at.size
    graph = coo_array((km, (points[:, 0], points[:, 1])), shape=(count, count)).tocsr()
    starts = points[pairs[:, 0], sides[:, 0]]
    far = dijkstra(graph, directed=False, indices=starts, min_only=True) if lines else km
    along: Floats = np.asarray(far, np.float64)[points]
    start, stop = (at[pairs[:, k], sides[:, k]] for k in range(2))
    return along, start, stop, np.asarray(along[pairs[:, 1], sides[:, 1]], np.float64)
