"""Nodes of an OpenStreetMap file near an area: what the rest is read by.

Of a country's file only these are kept, so that memory follows the area and not the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray

from layers.arrays import Bools, Ints, distinct
from layers.crs import Bounds
from layers.osm.file import OsmFile, osm_source, reading
from layers.osm.pbf_nodes import NodeBlock, OddPbfError, node_blocks

EARTH: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)

AROUND_DEG: Final = 0.25
"""Nodes so far around the bounds are kept, so that what crosses them without a node within is
found, unless it runs straight for twice as long (about 50 km)."""

UNKNOWN: Final = 2**31 - 1
"""Position of a node that is not in the file, in units of `DEGREE`."""

DEGREE: Final = 1e-7
PER_DEGREE: Final = 10_000_000
_EAST, _NORTH = 1_800_000_000, 900_000_000
_STEPS: Final = 20
_BATCH: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class NearNodes:
    """Nodes of a file within and around some bounds.

    Attributes
    ----------
    node
        Ids, sorted, shape (nodes,).
    x, y
        Positions in units of 1e-7 degrees, shape (nodes,).
    bounds
        Extent of all nodes of the file, degrees.
    count
        How many nodes the file has.
    beyond
        How many of its nodes lie beyond the Earth, and one of them (lat, lon in degrees).
    """

    node: Ints
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    bounds: Bounds
    count: int
    beyond: tuple[int, float, float] = (0, 0.0, 0.0)

    def holds(self, node: Ints) -> Bools:
        """Say which ids are among the nodes."""
        return self._at(node)[1]

    def positions(self, node: Ints) -> tuple[Ints, Ints]:
        """Return x and y of ids, `UNKNOWN` where they are not among the nodes."""
        at, there = self._at(node)
        x, y = (np.full(len(node), UNKNOWN, np.int64) for _ in range(2))
        x[there], y[there] = self.x[at[there]], self.y[at[there]]
        return x, y

    def _at(self, node: Ints) -> tuple[Ints, Bools]:
        at = np.searchsorted(self.node, node)
        there = at < len(self.node)
        there[there] = self.node[at[there]] == node[there]
        return at, there


def near_nodes(path: Path, bounds: Bounds, *, progress: Callable[[str], None]) -> NearNodes:
    """Read the nodes of a file within bounds and `AROUND_DEG` around them.

    Parameters
    ----------
    path
        A file with one of `layers.osm.file.ENDINGS`.
    bounds
        Degrees.
    progress
        Called with how much of the file is read.

    Returns
    -------
    nodes
        Of a node that stands twice in the file the last position.

    Raises
    ------
    MissingFileError, DataError
        As for `layers.osm.file.osm_source`, or the file is damaged.
    """
    source = osm_source(path)
    if path.name.lower().endswith(".pbf") and not path.name.lower().endswith(".osh.pbf"):
        try:
            return _near(node_blocks(path), bounds, _teller(path, progress))
        except OddPbfError:
            progress(f"{path.name}: reading nodes one by one")
    else:
        progress(f"{path.name}: reading nodes")
    with reading(path):
        return _near(_by_osmium(source), bounds, lambda _: None)


def further(source: OsmFile, near: NearNodes, wanted: Ints) -> NearNodes:
    """Add nodes to those near, by their ids; those that the file lacks are left out."""
    lacking = distinct(wanted[~near.holds(wanted)])
    if not len(lacking):
        return near
    only = osmium.filter.IdFilter(lacking.tolist())
    nodes = osmium.FileProcessor(source, osmium.osm.NODE).with_filter(only)
    block = _columns(_rows(nodes))
    sound = (np.abs(block.x) <= _EAST) & (np.abs(block.y) <= _NORTH)
    block = NodeBlock(block.node[sound], block.x[sound], block.y[sound], 0)
    parts = [NodeBlock(near.node, near.x.astype(np.int64), near.y.astype(np.int64), 0), block]
    node, x, y = _sorted(parts)
    return NearNodes(node, x, y, near.bounds, near.count, near.beyond)


def _near(blocks: Iterable[NodeBlock], bounds: Bounds, tell: Callable[[int], None]) -> NearNodes:
    """Keep the nodes of blocks that lie near bounds."""
    west, south, east, north = (
        round((edge + side * AROUND_DEG) / DEGREE)
        for edge, side in zip(bounds, (-1, -1, 1, 1), strict=True)
    )
    kept: list[NodeBlock] = []
    beyond = (0, 0.0, 0.0)
    count, extent = 0, np.array([UNKNOWN, UNKNOWN, -UNKNOWN, -UNKNOWN])
    for block in blocks:
        tell(block.at)
        sound = (np.abs(block.x) <= _EAST) & (np.abs(block.y) <= _NORTH)
        if not sound.all():
            at = int(np.flatnonzero(~sound)[0])
            wrong = (float(block.y[at]) * DEGREE, float(block.x[at]) * DEGREE)
            beyond = (beyond[0] + int((~sound).sum()), *wrong)
        node, x, y = (column[sound] for column in block[:3])
        if not len(node):
            continue
        count += len(node)
        extent[:2] = np.minimum(extent[:2], (x.min(), y.min()))
        extent[2:] = np.maximum(extent[2:], (x.max(), y.max()))
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        if inside.any():
            kept.append(NodeBlock(node[inside], x[inside], y[inside], 0))
    near_node, near_x, near_y = _sorted(kept)
    w, s, e, n = (extent * DEGREE).tolist()
    return NearNodes(near_node, near_x, near_y, (w, s, e, n), count, beyond)


def _sorted(blocks: list[NodeBlock]) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
    """Join blocks in the order of ids; of a node that stands twice the last one counts."""
    if not blocks:
        return np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32)
    node = np.concatenate([block.node for block in blocks])
    x, y = (np.concatenate([block[at] for block in blocks]).astype(np.int32) for at in (1, 2))
    if (node[1:] > node[:-1]).all():
        return node, x, y
    order = np.argsort(node, kind="stable")
    last = np.append(node[order][1:] != node[order][:-1], True)[: len(order)]
    order = order[last]
    return node[order], x[order], y[order]


def _by_osmium(source: OsmFile) -> Iterable[NodeBlock]:
    """Read nodes of any format one by one."""
    rows = _rows(osmium.FileProcessor(source, osmium.osm.NODE))
    while len((block := _columns(rows, _BATCH)).node):
        yield block


def _rows(nodes: Iterable[object]) -> Iterator[tuple[int, int, int]]:
    """Yield id and position of every node that has one."""
    for one in nodes:
        if isinstance(one, osmium.osm.Node) and one.location.x != UNKNOWN:
            yield one.id, one.location.x, one.location.y


def _columns(rows: Iterable[tuple[int, int, int]], most: int | None = None) -> NodeBlock:
    """Return the next rows as columns."""
    flat = array("q")
    for at, row in enumerate(rows, start=1):
        flat.extend(row)
        if at == most:
            break
    node, x, y = np.frombuffer(flat, np.int64).reshape(-1, 3).T if flat else np.zeros((3, 0), int)
    return NodeBlock(node, x, y, 0)


def _teller(path: Path, progress: Callable[[str], None]) -> Callable[[int], None]:
    """Return what tells the bytes read, `_STEPS` times in all."""
    whole = path.stat().st_size
    told = -1

    def tell(at: int) -> None:
        nonlocal told
        if (step := at * _STEPS // max(whole, 1)) > told:
            told = step
            done = f"{at / 1e6:,.0f} of {whole / 1e6:,.0f} MB" if whole >= _BATCH else ""
            progress(f"{path.name}: reading nodes" + (f" · {done}" if done else ""))

    return tell
