"""Give main roads the numbers that their file lost: a road that goes straight on is the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.roads.bare import BareRoads
from layers.roads.network import components

CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
"""Roads that have numbers; their ramps are none of them."""

BEND_DEG: Final = 60.0
"""A road that turns by more at a junction is another one."""

AHEAD_M: Final = 40.0
"""Over so much of a road its direction at a junction is measured."""

BESIDE_M: Final = 60.0
"""The two carriageways of a road lie at most so far apart."""

ALONGSIDE: Final = 0.8
"""A carriageway has the other one beside it over at least this share of its length."""

Texts = NDArray[np.object_]

ROUNDS: Final = 10
"""What was numbered in one round tells more in the next."""


def fill_numbers(roads: BareRoads) -> BareRoads:
    """Return roads whose gaps between numbers are filled.

    A run is a main road without number as far as it goes straight on in its class. It has the
    number

    - that its straight continuations at both ends have in common;
    - of the continuation at one end, where at the other end no road goes straight on;
    - of the other carriageway, where it runs beside one in the opposite direction.

    Everything else stays without: between two roads of different numbers nobody can tell where
    the one becomes the other.

    Parameters
    ----------
    roads
        `ref` is empty where there is no number; several are parted by `;`.

    Returns
    -------
    roads
        What has a number keeps it.
    """
    ref = roads.segments["ref"].astype(str).to_numpy(object)
    halves = _halves(roads)
    for _ in range(ROUNDS):
        before = int((ref == "").sum())
        ref = _straight_on(ref, halves)
        ref = _other_carriageway(ref, roads)
        if int((ref == "").sum()) == before:
            break
    return replace(roads, segments=roads.segments.assign(ref=pd.Categorical(ref)))


@dataclass(frozen=True, eq=False)
class _Halves:
    """Ends of main roads, two in a row for each.

    `partner` is what goes straight on, else -1; `same` says that it does so both ways, or that
    one of them is a carriageway, of which two go on as one.
    """

    segment: Ints
    partner: Ints
    same: Bools


def _halves(roads: BareRoads) -> _Halves:
    """List the ends of main roads and what goes straight on at each."""
    kind = roads.segments["highway"].astype(str).to_numpy(object)
    rows = np.flatnonzero(np.isin(kind, CLASSES))
    segment = np.repeat(rows, 2)
    table = pd.DataFrame(
        {
            "half": np.arange(len(segment)),
            "node": roads.ends[rows].ravel(),
            "kind": kind[segment],
            "away": _directions(roads, rows).ravel(),
        }
    )
    pairs = table.merge(table, on=["node", "kind"], suffixes=("", "_other"))
    pairs = pairs[pairs["half"] != pairs["half_other"]]
    # Straight on is half a turn between the two directions that lead away.
    turn = np.abs((pairs["away_other"] - pairs["away"]) % 360.0 - 180.0)
    pairs = pairs.assign(turn=turn)[turn <= BEND_DEG].sort_values("turn", kind="stable")
    best = pairs.drop_duplicates("half")
    partner = np.full(len(segment), -1)
    partner[best["half"]] = best["half_other"]
    single = (roads.segments["oneway"].astype(str) != "both").to_numpy()[segment]
    same = partner[partner] == np.arange(len(partner))
    return _Halves(segment, partner, (partner >= 0) & (same | single | single[partner]))


def _directions(roads: BareRoads, rows: Ints) -> Floats:
    """Return the compass directions in which segments leave their ends, shape (segments, 2)."""
    lines = roads.segments.geometry.to_numpy()[rows]
    ahead = np.minimum(AHEAD_M, shapely.length(lines) / 2)
    found = []
    for start, inner in ((0.0 * ahead, ahead), (shapely.length(lines), -ahead)):
        points = (shapely.line_interpolate_point(lines, at) for at in (start, start + inner))
        a, b = (np.column_stack([shapely.get_x(at), shapely.get_y(at)]) for at in points)
        found.append(np.degrees(np.arctan2(*(b - a).T)))
    return np.column_stack(found)


def _straight_on(ref: Texts, halves: _Halves) -> Texts:
    """Give runs the number of what goes on at their ends."""
    partner = halves.partner
    bare = ref[halves.segment] == ""
    there = partner >= 0
    inner: Bools = bare & halves.same & bare[partner]
    count = len(partner) // 2
    links = np.column_stack([np.arange(len(partner))[inner] // 2, partner[inner] // 2])
    run = components(count, links)
    # Every end of a run: those of its segments at which it does not go on within itself.
    end = np.flatnonzero(bare & ~inner)
    told = [
        "" if not there[half] else str(ref[halves.segment[partner[half]]]) for half in end.tolist()
    ]
    table = pd.DataFrame(
        {"run": run[end // 2], "ref": told, "goes_on": there[end] & (np.array(told, object) == "")}
    )
    number: dict[int, str] = {}
    for _, ends in table.groupby("run"):
        # At another road without number anything may follow.
        if ends["goes_on"].any() or not ends["ref"].any():
            continue
        sets = [text.split(";") for text in ends["ref"] if text]
        shared = [name for name in sets[0] if all(name in other for other in sets[1:])]
        number[int(ends["run"].iloc[0])] = ";".join(shared)
    filled = ref.copy()
    mine = halves.segment[::2]
    chosen = ref[mine] == ""
    filled[mine[chosen]] = [number.get(one, "") for one in run[chosen].tolist()]
    return filled


def _other_carriageway(ref: Texts, roads: BareRoads) -> Texts:
    """Give carriageways the number of the one beside them."""
    kind = roads.segments["highway"].astype(str).to_numpy(object)
    single = np.isin(kind, CLASSES) & (roads.segments["oneway"].astype(str) != "both").to_numpy()
    known, bare = np.flatnonzero(single & (ref != "")), np.flatnonzero(single & (ref == ""))
    if not len(known) or not len(bare):
        return ref
    lines = roads.segments.geometry.to_numpy()
    shares = (np.arange(10) + 0.5) / 10
    points = shapely.line_interpolate_point(
        np.repeat(lines[bare], len(shares)), np.tile(shares, len(bare)), normalized=True
    )
    of = np.repeat(bare, len(shares))
    at, near = shapely.STRtree(lines[known]).query(points, "dwithin", BESIDE_M)
    table = pd.DataFrame(
        {"point": at, "segment": of[at], "ref": ref[known[near]], "kind": kind[known[near]]}
    )
    table = table[table["kind"].to_numpy() == kind[table["segment"]]].drop_duplicates(
        ["point", "ref"]
    )
    beside = table.groupby(["segment", "ref"]).size() / len(shares)
    sure = beside[beside >= ALONGSIDE].reset_index()
    sure = sure.drop_duplicates("segment", keep=False)
    filled = ref.copy()
    filled[sure["segment"]] = sure["ref"]
    return filled
