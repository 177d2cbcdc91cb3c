"""Ways of an OpenStreetMap file as columns, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from layers.arrays import Bools, Ints, distinct
from layers.osm.columns import KEYS, SIGNS
from layers.osm.near import DEGREE, UNKNOWN, NearNodes
from layers.roads.signs import sign_text

STRAY_DEG: Final = 30.0
"""Farther than this from the middle of most roads, a node is taken for a slip."""


class Way(NamedTuple):
    """One road; `nodes` are `(id, x, y)`, in units of 1e-7 degrees."""

    osm_id: int
    tags: dict[str, str]
    nodes: list[tuple[int, int, int]]
    date: str
    version: int


class Batch(NamedTuple):
    """Roads of a part of the file: `found` and `date` are of all, the rest of those kept.

    `changed` are id and version of ways that were changed and are no roads, shape (others, 2): a
    file may have such a way once more, as the road it was.
    """

    way_id: Ints
    version: Ints
    size: Ints
    nodes: Ints
    tags: pd.DataFrame
    changed: Ints
    found: int
    date: str


def add_batch(batches: list[Batch], fresh: Batch) -> None:
    """Add a batch; of one that keeps no road only what it counts, to the last."""
    if not batches or len(fresh.way_id):
        batches.append(fresh)
        return
    last = batches.pop()
    batches.append(
        last._replace(
            changed=np.concatenate([last.changed, fresh.changed]),
            found=last.found + fresh.found,
            date=max(last.date, fresh.date),
        )
    )


def pack(ways: list[Way], near: NearNodes, changed: Sequence[int] = ()) -> Batch:
    """Turn ways into columns; leave out those of which no node is near.

    `changed` has ids and versions in turn.
    """
    nodes = np.array([node for way in ways for node in way.nodes], np.int64).reshape(-1, 3)
    size = np.array([len(way.nodes) for way in ways], np.int64)
    row = np.repeat(np.arange(len(ways)), size)
    kept = np.bincount(row[near.holds(nodes[:, 0])], minlength=len(ways)) > 0
    chosen = [way for way, keep in zip(ways, kept.tolist(), strict=True) if keep]
    return Batch(
        way_id=np.array([way.osm_id for way in chosen], np.int64),
        version=np.array([way.version for way in chosen], np.int64),
        size=size[kept],
        nodes=nodes[kept[row]],
        tags=pd.DataFrame(
            {key: [way.tags.get(key, "") for way in chosen] for key in KEYS}
            | {SIGNS: [sign_text(way.tags) for way in chosen]},
            dtype="str",
        ).astype("category"),
        changed=np.array(changed, np.int64).reshape(-1, 2),
        found=len(ways),
        date=max((way.date for way in ways), default=""),
    )


def one_batch(batches: list[Batch]) -> Batch:
    """Put batches into one."""
    return Batch(
        way_id=np.concatenate([batch.way_id for batch in batches]),
        version=np.concatenate([batch.version for batch in batches]),
        size=np.concatenate([batch.size for batch in batches]),
        nodes=np.concatenate([batch.nodes for batch in batches]),
        tags=pd.DataFrame(
            {
                key: union_categoricals([batch.tags[key] for batch in batches])
                for key in (*KEYS, SIGNS)
            }
        ),
        changed=np.concatenate([batch.changed for batch in batches]),
        found=sum(batch.found for batch in batches),
        date=max(batch.date for batch in batches),
    )


def once(ways: Batch) -> tuple[Batch, int]:
    """Keep each way once, the newest version and of equal ones the last, and count the others.

    Of a way whose newest version is no road nothing is kept.
    """
    order = np.lexsort([np.arange(len(ways.way_id)), ways.version, ways.way_id])
    last = np.append(ways.way_id[order][1:] != ways.way_id[order][:-1], True)[: len(order)]
    kept = np.zeros(len(order), bool)
    kept[order[last]] = True
    changed = pd.Series(ways.changed[:, 1]).groupby(ways.changed[:, 0]).max()
    kept &= pd.Series(ways.way_id).map(changed).fillna(-1).to_numpy() <= ways.version
    return take(ways, kept), int((~kept).sum())


def take(ways: Batch, kept: Bools) -> Batch:
    """Return some of the ways."""
    if kept.all():
        return ways
    return ways._replace(
        way_id=ways.way_id[kept],
        version=ways.version[kept],
        size=ways.size[kept],
        nodes=ways.nodes[np.repeat(kept, ways.size)],
        tags=ways.tags[kept].reset_index(drop=True),
    )


def without_stray(ways: Batch) -> tuple[Batch, int]:
    """Let nodes far from most of the roads count as missing, and count them."""
    known = ways.nodes[:, 1] != UNKNOWN
    middle = np.median(ways.nodes[known, 1:], axis=0)
    far = known & (np.abs(ways.nodes[:, 1:] - middle) > STRAY_DEG / DEGREE).any(axis=1)
    nodes = ways.nodes.copy()
    nodes[far, 1:] = UNKNOWN
    return ways._replace(nodes=nodes), len(distinct(nodes[far, 0]))
