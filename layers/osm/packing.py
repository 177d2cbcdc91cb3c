"""Roads among the ways of a block, as a batch: each distinct set of tags is looked at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Ints
from layers.osm.batches import Batch
from layers.osm.columns import KEYS, SIGNS
from layers.osm.near import UNKNOWN, NearNodes
from layers.osm.pbf_ways import WayBlock
from layers.osm.tags import road_class
from layers.roads.schema import HIGHWAYS
from layers.roads.signs import is_sign, sign_text

Texts = NDArray[np.object_]

ROADS: Final = frozenset(HIGHWAYS)
"""Kinds of ways that are read."""

DECIDE: Final = ("highway", "route", "railway", "motor_vehicle")
"""Tags that say of what kind a way is."""


def pack_block(block: WayBlock, near: NearNodes, *, dated: bool) -> Batch:
    """Turn the roads among ways into columns; leave out those of which no node is near.

    Nodes have no position yet.

    Parameters
    ----------
    block
        From `layers.osm.pbf_ways.way_blocks`.
    near
        Nodes that are near.
    dated
        Whether the newest date of the roads is wanted.
    """
    place = {key: at for at, key in enumerate(KEYS)}
    column = np.array([place.get(text, -1) for text in block.strings], np.int64)
    # One more text, for tags that are not there.
    texts = np.array([*block.strings, ""], object)
    told = column[block.key] >= 0
    values = np.full((len(block.way), len(KEYS)), len(block.strings), np.int64)
    values[block.tag_way[told], column[block.key[told]]] = block.value[told]
    road = _roads(values[:, [place[key] for key in DECIDE]], texts)
    row = np.repeat(np.arange(len(block.way)), block.size)
    kept = road & (np.bincount(row[near.holds(block.node)], minlength=len(block.way)) > 0)
    node = block.node[kept[row]]
    tags = {key: _categories(texts, values[kept, at]) for key, at in place.items()}
    return Batch(
        way_id=block.way[kept],
        version=block.version[kept],
        size=block.size[kept],
        nodes=np.column_stack([node, np.full((len(node), 2), UNKNOWN)]),
        tags=pd.DataFrame(tags | {SIGNS: _column(_signs(block)[kept])}),
        changed=np.column_stack([block.way, block.version])[~road & (block.version > 1)],
        found=int(road.sum()),
        date=_newest(block.date_s[road]) if dated else "",
    )


def _roads(values: Ints, texts: Texts) -> Bools:
    """Say which ways are roads."""
    distinct, which = np.unique(values, axis=0, return_inverse=True)
    is_road = [road_class(*texts[one].tolist()) in ROADS for one in distinct]
    return np.array(is_road, bool)[which]


def _categories(texts: Texts, values: Ints) -> pd.Categorical:
    """Return texts by their positions as a column of sorted categories."""
    used, which = np.unique(values, return_inverse=True)
    return _column(texts[used])[which]


def _column(texts: Texts) -> pd.Categorical:
    """Return texts as a column of sorted categories."""
    words, code = np.unique(texts.astype(str), return_inverse=True)
    return pd.Categorical.from_codes(code, pd.Index(words, dtype="str"))


def _signs(block: WayBlock) -> Texts:
    """Return the signs of every way."""
    is_one = np.array([is_sign(text) for text in block.strings], bool)
    at = np.flatnonzero(is_one[block.key])
    mine: dict[int, dict[str, str]] = {}
    for tag in at.tolist():
        key, value = block.strings[block.key[tag]], block.strings[block.value[tag]]
        mine.setdefault(int(block.tag_way[tag]), {})[key] = value
    signs = np.full(len(block.way), "", object)
    signs[list(mine)] = [sign_text(tags) for tags in mine.values()]
    return signs


def _newest(date_s: Ints) -> str:
    """Return the newest date, ISO."""
    if not len(date_s):
        return ""
    return datetime.fromtimestamp(int(date_s.max()), UTC).date().isoformat()
