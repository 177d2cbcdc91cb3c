"""What the page must know of a route to answer a pointer: few, whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.driving.limit_names import LIMITS
from geo.routing.legs import GRADE_OVER_M, RouteProfile
from geo.routing.reasons import metres_along
from layers.arrays import Floats
from layers.roads.profile import MAX_GRADE
from maps.base.i18n import text
from maps.base.lines import simplified
from maps.base.style import PALETTE
from maps.route.slow_stretches import PHRASES, Run

VALUES: Final = {name: f"{{{name}}}" for name in ("km", "up", "grade", "kph", "limit")}
"""What stands in a phrase until the page's code puts the values in."""

POINTS: Final = 1_500
"""Samples that a page gets of the best way."""

POINTS_OTHER: Final = 750
"""Samples that it gets of each alternative."""


def page_data(
    profiles: Sequence[RouteProfile],
    geometries: Sequence[shapely.LineString],
    levels: Sequence[Sequence[Sequence[Run]]],
    *,
    tolerance_deg: float,
) -> Mapping[str, object]:
    """Return what the page's code reads, ready for JSON.

    Parameters
    ----------
    profiles, geometries
        Of each way, the best first.
    levels
        Of each way its runs for a map seen from near, and for one seen from afar.
    tolerance_deg
        As the lines on the map are simplified.

    Returns
    -------
    data
        Names and colours of the limits; of each way differences of metres (`at`) and of
        height (`up`), per mille of grade, km/h, a digit of limit per sample; differences of
        metres at the vertices of its line as drawn (`along`); of each level the metres of
        each run and a digit of its limit.
    """
    measured = simplified(
        [measure(line, p.distance_m) for line, p in zip(geometries, profiles, strict=True)],
        tolerance_deg,
    )
    return {
        "here": text("here", **VALUES),
        "note": text("here_short", **VALUES),
        "limits": [[*text(PHRASES[name]), PALETTE[f"limit-{name}"]] for name in LIMITS],
        "ways": [
            _way(profile, line, runs, POINTS if at == 0 else POINTS_OTHER)
            for at, (profile, line, runs) in enumerate(zip(profiles, measured, levels, strict=True))
        ],
    }


def measure(line: shapely.LineString, distance_m: ArrayLike) -> shapely.LineString:
    """Give each vertex of a line in lon, lat its metres along the way, as its height.

    The line's own length is as good as the network's only in its proportions: vertices
    are placed by their share of it.

    Parameters
    ----------
    line
        In lon, lat.
    distance_m
        Of the samples of the same way; the first and the last count.

    Returns
    -------
    line
        With z.

    Examples
    --------
    >>> line = shapely.LineString([(98, 0), (98, 1), (98, 4)])
    >>> shapely.get_coordinates(measure(line, [0, 400]), include_z=True)[:, 2].tolist()
    [0.0, 100.0, 400.0]
    """
    lon_lat = shapely.get_coordinates(line)
    step = np.diff(lon_lat, axis=0)
    step[:, 0] *= np.cos(np.radians((lon_lat[1:, 1] + lon_lat[:-1, 1]) / 2))
    along = np.append(0.0, np.cumsum(np.hypot(*step.T)))
    distance = np.asarray(distance_m, np.float64)
    share = along / max(along[-1], 1e-12)
    return shapely.LineString(np.column_stack([lon_lat, share * (distance[-1] - distance[0])]))


def decimate(profile: RouteProfile, most: int) -> NDArray[np.int64]:
    """Choose samples that tell the whole: ends, and highs and lows of height and of speed.

    Parameters
    ----------
    profile
        The samples.
    most
        How many may be chosen.

    Returns
    -------
    samples
        Positions, growing; all of them where there are no more than `most`.
    """
    along = metres_along(profile)
    if len(along) <= most:
        return np.arange(len(along))
    buckets = (most - 2) // 4
    bucket = np.minimum(along / max(along[-1], 1e-9) * buckets, buckets - 1).astype(int)
    first = np.flatnonzero(np.append(True, bucket[1:] != bucket[:-1]))
    chosen = [np.array([0, len(along) - 1])]
    for values in (profile.elevation_m, profile.speed_kph):
        order = np.lexsort((values, bucket))
        chosen += [order[first], order[np.append(first[1:], len(along)) - 1]]
    return np.unique(np.concatenate(chosen))


def grade_pct(profile: RouteProfile) -> Floats:
    """Return the grade round every sample in percent, over the length that routes report."""
    along = metres_along(profile)
    low, high = (
        np.clip(along + half, 0.0, along[-1]) for half in (-GRADE_OVER_M / 2, GRADE_OVER_M / 2)
    )
    rise = np.interp(high, along, profile.elevation_m) - np.interp(low, along, profile.elevation_m)
    grade: Floats = np.clip(rise / np.maximum(high - low, 1.0), -MAX_GRADE, MAX_GRADE) * 100
    return grade


def _way(
    profile: RouteProfile, line: shapely.LineString, levels: Sequence[Sequence[Run]], most: int
) -> dict[str, object]:
    chosen = decimate(profile, most)
    vertices = shapely.get_coordinates(line, include_z=True)[:, 2]
    return {
        "at": _steps(metres_along(profile)[chosen]),
        "up": _steps(profile.elevation_m[chosen]),
        "grade": _whole(grade_pct(profile)[chosen] * 10),
        "kph": _whole(profile.speed_kph[chosen]),
        "limit": "".join(map(str, profile.limit[chosen].tolist())),
        "along": _steps(vertices),
        "runs": [_steps(np.array([run.end_m for run in runs])) for runs in levels],
        "holds": ["".join(str(LIMITS.index(run.limit)) for run in runs) for runs in levels],
    }


def _whole(values: Floats) -> list[int]:
    rounded: list[int] = np.rint(values).astype(int).tolist()
    return rounded


def _steps(values: Floats) -> list[int]:
    """Return rounded values as the first and the differences from one to the next."""
    steps: list[int] = np.diff(_whole(values), prepend=0).tolist()
    return steps
