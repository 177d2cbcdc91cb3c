"""Barriers on roads: the metre of road on which one stands is a road of its own, with its signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from layers.arrays import Bools, Floats, Ints, distinct
from layers.osm.columns import KEYS, SIGNS
from layers.osm.junctions import Lines
from layers.osm.raw_ways import RawWays
from layers.roads.signs import (
    LOCKED,
    MODES,
    PERMISSIVE,
    SHUT,
    SIZES,
    TALL_ONLY,
    read_signs,
    signs_of,
)

REACH_M: Final = 1.0
"""So far to each side of a barrier its signs hold."""

_DEGREE_M: Final = 111_320.0
_SHARE: Final = 0.4
"""At most this part of the way to the next node."""


def with_barriers(raw: RawWays) -> RawWays:
    """Cut out the stretch of every way on which a barrier stands that bars somebody.

    Parameters
    ----------
    raw
        Ways as drawn.

    Returns
    -------
    raw
        The same where no barrier bars anybody; else with two nodes more for each of its places,
        which have negative ids, and one way more, whose signs are those of the barrier.
    """
    barring = {node: tags for node, tags in raw.node_tags.barriers.items() if _bars(tags)}
    if not barring:
        return raw
    at = np.flatnonzero(np.isin(raw.lines.node, np.fromiter(barring, np.int64)))
    line, size = raw.lines.line, np.diff(raw.lines.offsets)
    at = at[size[line[at]] > 1]
    if not len(at):
        return raw
    first = np.isin(at, raw.lines.offsets[:-1])
    last = np.isin(at, raw.lines.offsets[1:] - 1)
    before, after = at[~first], at[~last]
    # A new vertex stands half a step before, or after, the one that it belongs to.
    place = np.concatenate([np.arange(len(raw.lon)), before - 0.25, after + 0.25])
    lon = np.concatenate(
        [raw.lon, _towards(raw, raw.lon, before, -1), _towards(raw, raw.lon, after, 1)]
    )
    lat = np.concatenate(
        [raw.lat, _towards(raw, raw.lat, before, -1), _towards(raw, raw.lat, after, 1)]
    )
    lowest = min(int(raw.lines.node.min()), 0) - 1
    node = np.concatenate([raw.lines.node, lowest - np.arange(len(before) + len(after))])
    order = np.argsort(place, kind="stable")
    of = np.concatenate([line, line[before], line[after]])[order]
    barrier = _mask(at, len(raw.lon))
    barrier = np.concatenate([barrier, np.zeros(len(node) - len(barrier), bool)])[order]
    return _put_together(raw, node[order], (lon[order], lat[order]), of, barrier, barring)


def _bars(tags: Mapping[str, str]) -> bool:
    """Tell whether a barrier bars anybody, be it in the rains."""
    kind = tags.get("barrier", "")
    modes = [value for key, value in tags.items() if key.split(":")[0] in MODES]
    sized = any(key.split(":")[0] in SIZES for key in tags)
    shut = kind in SHUT | TALL_ONLY | LOCKED
    return (
        shut or sized or "ford" in tags or any(value.lower() not in PERMISSIVE for value in modes)
    )


def _towards(raw: RawWays, values: Floats, at: Ints, side: int) -> Floats:
    """Return a coordinate `REACH_M` from some vertices towards their neighbours."""
    east = (raw.lon[at + side] - raw.lon[at]) * np.cos(np.radians(raw.lat[at]))
    north = raw.lat[at + side] - raw.lat[at]
    step = np.hypot(east, north) * _DEGREE_M
    with np.errstate(divide="ignore"):
        share = np.minimum(REACH_M / step, _SHARE)
    moved: Floats = values[at] + share * (values[at + side] - values[at])
    return moved


def _put_together(
    raw: RawWays,
    node: Ints,
    lon_lat: tuple[Floats, Floats],
    of: Ints,
    barrier: Bools,
    barring: Mapping[int, Mapping[str, str]],
) -> RawWays:
    """Make lines of vertices in a row: around each barrier one, and what lies between."""
    begins = np.ones(len(node), bool)
    begins[1:] = of[1:] != of[:-1]
    ends = np.append(begins[1:], True)
    at = np.flatnonzero(barrier)
    # The vertices at which a line stops and the next begins stand in both.
    cut = np.concatenate([at[~begins[at]] - 1, at[~ends[at]] + 1])
    cut = distinct(cut[~(begins[cut] | ends[cut])])
    twice = np.repeat(np.arange(len(node)), 1 + np.isin(np.arange(len(node)), cut))
    starts = begins[twice]
    starts[1:] |= twice[1:] == twice[:-1]
    offsets = np.append(np.flatnonzero(starts), len(twice))
    line = np.cumsum(starts) - 1
    holds = np.flatnonzero(barrier[twice])
    line_way = raw.line_way[of[twice[offsets[:-1]]]].copy()
    stub = line[holds]
    parents, names = line_way[stub], node[twice[holds]]
    made = [
        _tags(raw.tags.iloc[way], barring[int(one)])
        for way, one in zip(parents, names, strict=True)
    ]
    line_way[stub] = len(raw.way_id) + np.arange(len(stub))
    tags = pd.concat([raw.tags.astype(str), pd.DataFrame(made)], ignore_index=True)
    return replace(
        raw,
        way_id=np.concatenate([raw.way_id, raw.way_id[parents]]),
        tags=tags[[*KEYS, SIGNS]].astype("category"),
        whole=np.concatenate([raw.whole, np.ones(len(stub), bool)]),
        lines=Lines(node[twice], offsets),
        line_way=line_way,
        lon=lon_lat[0][twice],
        lat=lon_lat[1][twice],
        counts={**raw.counts, "barriers": len(np.unique(names))},
    )


def _tags(way: pd.Series, barrier: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of the stretch at a barrier: those of the way, and who may pass."""
    tags = {str(key): str(value) for key, value in way.items()}
    if barrier.keys() == {"ford"}:  # It says nothing of who may pass: the way does.
        return {**tags, SIGNS: signs_of({**read_signs(tags[SIGNS]), **barrier})}
    kept = {
        key: value
        for key, value in read_signs(tags[SIGNS]).items()
        if key.split(":")[0] not in MODES
    }
    plain = {key: value for key, value in barrier.items() if key in tags}
    tags |= dict.fromkeys(("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods"), "")
    return {**tags, **plain, SIGNS: signs_of({**kept, **barrier})}


def _mask(rows: Ints, size: int) -> Bools:
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask
