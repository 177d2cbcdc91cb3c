"""Costs of a changed world from those of the one before: only what changed is driven anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.driving.around import Around, around
from geo.driving.cost import SUMS, EdgeCosts
from layers.arrays import Bools
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile

NO_MATTER: Final = frozenset({"component", "inferred", "geometry", "osm_id", "source"})
"""Columns of segments that nobody's speed depends on."""


def around_changes(before: RoadNetwork, after: RoadNetwork) -> Around:
    """Cut out of a changed network all whose costs may be others than before.

    Parameters
    ----------
    before, after
        Every segment of `before` keeps its place in `after`; further ones stand behind.
    """
    return around(after, np.flatnonzero(touched(before, after)))


def touched(before: RoadNetwork, after: RoadNetwork) -> Bools:
    """Say which segments of a network are not what they were, shape (segments of `after`,)."""
    count, total = len(before.segments), len(after.segments)
    new = np.zeros(total, bool)
    new[count:] = True
    old = after.segments if total == count else after.segments.iloc[:count]
    for name in before.segments.columns.difference(list(NO_MATTER)):
        new[:count] |= _differ(before.segments[name], old[name])
    if after.profile is not before.profile:
        new[:count] |= _other_samples(before.profile, after.profile, count)
    return new


def _differ(one: pd.Series, other: pd.Series) -> Bools:
    """Compare two columns row by row; numbers that nobody knows are alike."""
    if isinstance(one.dtype, pd.CategoricalDtype):
        codes = other.cat.codes.to_numpy()
        if not one.cat.categories.equals(other.cat.categories):
            # A word that was not there has -1, as no row had.
            same = one.cat.categories.get_indexer(other.cat.categories)
            codes = np.append(same, -1)[codes]
        apart: Bools = one.cat.codes.to_numpy() != codes
        return apart
    old, new = one.to_numpy(), other.to_numpy()
    unknown = np.isnan(old) & np.isnan(new) if old.dtype.kind == "f" else np.zeros(len(old), bool)
    return np.asarray((old != new) & ~unknown, bool)


def _other_samples(before: Profile, after: Profile, count: int) -> Bools:
    """Say which of the first segments have other samples, shape (count,)."""
    first, then = before.offsets, after.offsets[: count + 1]
    changed = np.asarray(np.diff(first) != np.diff(then), bool)
    # Between segments with more or fewer samples than before, all stand in the same order.
    resized = np.flatnonzero(changed)
    for start, stop in zip(np.append(0, resized + 1), np.append(resized, count), strict=True):
        old, new = slice(first[start], first[stop]), slice(then[start], then[stop])
        for name in ("distance_m", "elevation_m", "radius_m"):
            apart = np.flatnonzero(getattr(before, name)[old] != getattr(after, name)[new])
            changed[np.searchsorted(first, apart + first[start], "right") - 1] = True
    return changed


def changed_costs(base: EdgeCosts, part: EdgeCosts, place: Around, count: int) -> EdgeCosts:
    """Put costs of changed roads into those of the roads before.

    Parameters
    ----------
    base
        Before the change.
    part
        Of `place.part`.
    place
        Of `around_changes`.
    count
        How many segments there are now.

    Returns
    -------
    costs
        But for `passable` and `drive`, which are still those of `base`.
    """

    def patched(old: Any, new: Any) -> Any:  # noqa: ANN401
        values = np.empty((count, 2), old.dtype)
        values[: len(old)] = old
        values[place.rows] = new[place.inner]
        return values

    return replace(
        base,
        **{
            name: patched(getattr(base, name), getattr(part, name))
            for name in (*SUMS, "open", "ends_only")
        },
    )
