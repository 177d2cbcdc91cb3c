"""Turn restrictions by OSM ids, and those over ways: the pieces from the first turn to the last."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from layers.arrays import Ints
from layers.roads.schema import RESTRICTION_COLUMNS, THEN

MOST_PIECES: Final = 30
"""No restriction leads over more pieces of road; one that does is left out."""


class Restriction(NamedTuple):
    """A turn restriction by OSM ids; `via_node` is 0 where it is not one node."""

    osm_id: int
    kind: str
    except_vehicles: str
    from_way: int
    via_node: int
    to_way: int
    via_ways: tuple[int, ...] = ()


class _Step(NamedTuple):
    """A piece of road, driven from one node to another."""

    piece: int
    tail: int
    head: int


def matched_chains(
    restrictions: Sequence[Restriction], *, way: Ints, ends: Ints, oneway: Ints
) -> tuple[pd.DataFrame, int]:
    """Find the turns, one after the other, that make up each restriction over ways.

    Parameters
    ----------
    restrictions
        Each with `via_ways`.
    way, ends, oneway
        Of the pieces, as for `layers.osm.turns.match_restrictions`.

    Returns
    -------
    matched, dropped
        Columns `RESTRICTION_COLUMNS`; and how many name a road that is there, but no way from the
        first road over those between to the last.
    """
    wanted = {one for turn in restrictions for one in (turn.from_way, turn.to_way, *turn.via_ways)}
    steps: dict[int, list[_Step]] = {}
    for piece in np.flatnonzero(np.isin(way, list(wanted))).tolist():
        u, v = ends[piece].tolist()
        sign = int(oneway[piece])
        both = [_Step(piece, u, v)] * (sign >= 0) + [_Step(piece, v, u)] * (sign <= 0)
        steps.setdefault(int(way[piece]), []).extend(both)
    rows: list[tuple[int, int, int, str, str, int]] = []
    dropped = 0
    for turn in dict.fromkeys(restrictions):
        path = _path(turn, steps)
        if path:
            kinds = [THEN] * (len(path) - 2) + [turn.kind]
            rows += [
                (one.piece, one.head, other.piece, kind, turn.except_vehicles, turn.osm_id)
                for one, other, kind in zip(path, path[1:], kinds, strict=False)
            ]
        else:
            dropped += turn.from_way in steps or turn.to_way in steps
    return pd.DataFrame(rows, columns=list(RESTRICTION_COLUMNS)), dropped


def _path(turn: Restriction, steps: dict[int, list[_Step]]) -> list[_Step]:
    """Return the pieces driven, fewest first; none if there is no way or the ends are unclear."""
    between = [step for one in turn.via_ways for step in steps.get(one, ())]
    starts, stops = steps.get(turn.from_way, ()), steps.get(turn.to_way, ())
    entered = {step.tail for step in between}
    begun = [step for step in starts if step.head in entered]
    queue = deque([one] for one in begun)
    found: list[list[_Step]] = []
    while queue:
        path = queue.popleft()
        here = path[-1].head
        if len(path) > MOST_PIECES or (found and len(path) >= len(found[0])):
            break
        if len(path) > 1:
            found += [[*path, one] for one in stops if one.tail == here]
        driven = {step.piece for step in path}
        queue.extend(
            [*path, one] for one in between if one.tail == here and one.piece not in driven
        )
    return found[0] if len(found) == 1 else []
