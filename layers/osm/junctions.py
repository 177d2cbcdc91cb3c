"""From drawn lines to the stretches between junctions, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

_NONE = -1


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines as rows of nodes.

    Attributes
    ----------
    node
        Nodes of all lines, one line after the other, shape (vertices,).
    offsets
        Nodes of line i are `node[offsets[i]:offsets[i + 1]]`, shape (lines + 1,).
    """

    node: Ints
    offsets: Ints

    def __post_init__(self) -> None:
        """Refuse offsets that do not fit the nodes.

        Raises
        ------
        DataError
            The offsets do not begin at 0, end at the number of nodes, or they fall.
        """
        fits = len(self.offsets) > 0 and (self.offsets[0], self.offsets[-1]) == (0, len(self.node))
        if not fits or np.any(np.diff(self.offsets) < 0):
            raise DataError("lines: offsets do not fit the nodes")

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.offsets) - 1

    @property
    def line(self) -> Ints:
        """Line of every vertex, shape (vertices,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def ends(self) -> Ints:
        """First and last node of every line, shape (lines, 2); no line may be empty."""
        return np.column_stack([self.node[self.offsets[:-1]], self.node[self.offsets[1:] - 1]])

    def take(self, rows: Ints) -> Lines:
        """Return some of the lines, in the order asked for."""
        return self.take_along(rows, np.ones(len(rows), bool))

    def take_along(self, rows: Ints, along: Bools) -> Lines:
        """Return some of the lines, reversed where `along` is false."""
        size = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(size)])
        step = np.arange(offsets[-1]) - np.repeat(offsets[:-1], size)
        start = np.where(along, self.offsets[rows], self.offsets[rows + 1] - 1)
        at = np.repeat(start, size) + step * np.repeat(np.where(along, 1, -1), size)
        return Lines(self.node[at], offsets)


@dataclass(frozen=True, eq=False)
class Joined:
    """What `join` made of pieces.

    Attributes
    ----------
    lines
        The joined lines.
    first
        Piece that each line begins with, shape (lines,).
    along
        Whether that piece runs as it was drawn, shape (lines,).
    line_of
        Line that each piece became part of, shape (pieces,).
    """

    lines: Lines
    first: Ints
    along: Bools
    line_of: Ints


def weld(lines: Lines, lon: Floats, lat: Floats) -> Ints:
    """Find nodes that follow each other at the same place; they are one node.

    Parameters
    ----------
    lines
        Drawn ways, by node position.
    lon, lat
        Of every node, shape (nodes,).

    Returns
    -------
    node
        The node that each one is now, shape (nodes,).

    Examples
    --------
    >>> line = Lines(np.arange(3), np.array([0, 3]))
    >>> weld(line, np.array([98.0, 98.1, 98.1]), np.array([19.0, 19.0, 19.0])).tolist()
    [0, 1, 1]
    """
    same = np.arange(len(lon))
    line, a, b = lines.line, lines.node[:-1], lines.node[1:]
    close = (line[1:] == line[:-1]) & (a != b) & (lon[a] == lon[b]) & (lat[a] == lat[b])
    if not close.any():
        return same
    graph = coo_array(
        (np.ones(int(close.sum()), np.int8), (a[close], b[close])), shape=(len(lon), len(lon))
    )
    part = connected_components(graph, directed=False)[1]
    lowest = np.unique(part, return_index=True)[1]
    node: Ints = lowest[part].astype(np.int64)
    return node


def split(lines: Lines, keep: Bools) -> tuple[Lines, Ints]:
    """Cut lines at junctions: ends of lines, and nodes that occur more than once.

    A node that follows itself is dropped; what has no length then is dropped too.

    Parameters
    ----------
    lines
        Drawn ways, by node position.
    keep
        Nodes at which to cut in any case, shape (nodes,).

    Returns
    -------
    pieces, line
        The pieces, and the line that each is of, shape (pieces,).

    Examples
    --------
    A T: 0-1-2 and 1-3.

    >>> ways = Lines(np.array([0, 1, 2, 1, 3]), np.array([0, 3, 5]))
    >>> pieces, line = split(ways, np.zeros(4, bool))
    >>> pieces.node.tolist(), pieces.offsets.tolist(), line.tolist()
    ([0, 1, 1, 2, 1, 3], [0, 2, 4, 6], [0, 0, 1])
    """
    line = lines.line
    moves = np.ones(len(line), bool)
    moves[1:] = (lines.node[1:] != lines.node[:-1]) | (line[1:] != line[:-1])
    node, line = lines.node[moves], line[moves]
    change = line[1:] != line[:-1]
    cut = (np.bincount(node, minlength=len(keep)) > 1)[node] | keep[node]
    cut[:1] = cut[-1:] = True
    cut[1:] |= change
    cut[:-1] |= change
    at = np.flatnonzero(cut)
    within = line[at[1:]] == line[at[:-1]]
    start, stop = at[:-1][within], at[1:][within] + 1
    offsets = np.concatenate([[0], np.cumsum(stop - start)])
    vertex = np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], stop - start)
    return Lines(node[vertex], offsets), line[start]


def join(pieces: Lines, kind: Ints, oneway: Ints, keep: Bools) -> Joined:
    """Join pieces through nodes where two meet and nothing changes.

    A line runs as the first of its pieces, in the order given, was drawn. A closed ring of
    such nodes is broken at the start of its first piece.

    Parameters
    ----------
    pieces
        As from `split`.
    kind
        Pieces are joined only if this is equal, shape (pieces,).
    oneway
        1 if traffic may only go as drawn, -1 if only against it, else 0, shape (pieces,);
        joined only if equal along the line.
    keep
        Nodes that stay in any case, shape (nodes,).

    Returns
    -------
    joined
        Lines in the order of their first pieces.
    """
    count = len(pieces)
    partner = _open_rings(_partners(pieces.ends, kind, oneway, keep))
    head, rank = _heads(partner)
    # Every line is found twice, once from each end: the one to keep is the one in which its
    # lowest piece runs as drawn. A state is even where its piece runs so.
    other = head[np.arange(2 * count) ^ 1]
    chain = np.minimum(head, other)
    lowest = np.full(2 * count, count)
    np.minimum.at(lowest, chain[::2], np.arange(count))
    wanted = head == head[2 * lowest[chain]]
    states = np.flatnonzero(wanted)
    states = states[np.lexsort([rank[states], lowest[chain[states]]])]
    first = rank[states] == 0
    line = np.cumsum(first) - 1
    piece, along = states // 2, states % 2 == 0
    line_of = np.empty(count, np.int64)
    line_of[piece] = line
    vertices = pieces.take_along(piece, along)
    # The first node of a piece is the last of the one before it.
    twice = np.zeros(len(vertices.node), bool)
    twice[vertices.offsets[:-1][~first]] = True
    size = np.diff(vertices.offsets) - ~first
    offsets = np.concatenate([[0], np.cumsum(size)])[np.append(np.flatnonzero(first), count)]
    return Joined(Lines(vertices.node[~twice], offsets), piece[first], along[first], line_of)


def _partners(ends: Ints, kind: Ints, oneway: Ints, keep: Bools) -> Ints:
    """Return the end that each end may be joined with, -1 if none, shape (2 · pieces,).

    End 2i is where piece i begins, 2i + 1 where it stops.
    """
    node = ends.ravel()
    order = np.argsort(node, kind="stable")
    degree = np.bincount(node, minlength=len(keep))
    pair = order[((degree == 2) & ~keep)[node[order]]].reshape(-1, 2)  # noqa: PLR2004
    piece = pair // 2
    # Traffic away from the node: as drawn at a start, against it at a stop.
    away = oneway[piece] * np.where(pair % 2 == 0, 1, -1)
    alike = (kind[piece[:, 0]] == kind[piece[:, 1]]) & (away[:, 0] == -away[:, 1])
    pair = pair[alike & (piece[:, 0] != piece[:, 1])]
    partner = np.full(len(node), _NONE, np.int64)
    partner[pair[:, 0]] = pair[:, 1]
    partner[pair[:, 1]] = pair[:, 0]
    return partner


def _open_rings(partner: Ints) -> Ints:
    """Break every closed ring at the start of its lowest piece."""
    count = len(partner) // 2
    if count == 0:
        return partner
    end = np.flatnonzero(partner != _NONE)
    links = (np.ones(len(end), np.int8), (end // 2, partner[end] // 2))
    graph = coo_array(links, shape=(count, count))
    parts, part = connected_components(graph, directed=False)
    is_open = np.zeros(parts, bool)
    is_open[part[np.flatnonzero(partner == _NONE) // 2]] = True
    lowest = np.full(parts, count)
    np.minimum.at(lowest, part, np.arange(count))
    start = 2 * lowest[~is_open]
    broken = partner.copy()
    broken[partner[start]] = _NONE
    broken[start] = _NONE
    return broken


def _heads(partner: Ints) -> tuple[Ints, Ints]:
    """Follow every state back to the first of its line, by pointer doubling.

    State 2i runs piece i as drawn, entering at end 2i; state 2i + 1 runs it against.

    Returns
    -------
    head, rank
        The first state of the line, and how many lie before, shape (states,).
    """
    state = np.arange(len(partner))
    before = np.where(partner == _NONE, state, partner ^ 1)
    rank = (before != state).astype(np.int64)
    while True:
        further = before[before]
        if np.array_equal(further, before):
            return before, rank
        rank = rank + rank[before]
        before = further
