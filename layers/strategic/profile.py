"""Heights and bends of strategic sections, from known heights and classes of terrain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.arrays import Floats, Ints
from layers.io.toml_file import read_toml
from layers.roads.profile import Profile, Repairs, sample_fractions, sample_offsets

_FILE = Path(__file__).parent / "terrain_classes.toml"


@dataclass(frozen=True)
class TerrainClass:
    """How a road in one kind of terrain rises, falls and bends; see `terrain_classes.toml`."""

    rise_fall_m_per_km: float = field(metadata={"min": 0, "max": 200, "unit": "m/km"})
    wave_m: float = field(metadata={"min": 40, "max": 20000, "unit": "m"})
    grade_spread: tuple[float, ...] = field(metadata={"min": 0, "max": 5})
    bend_every_m: float = field(metadata={"min": 20, "max": 20000, "unit": "m"})
    bend_share: float = field(metadata={"min": 0, "max": 1})
    bend_radius_m: tuple[float, ...] = field(metadata={"min": 8, "max": 10000, "unit": "m"})
    built_up_share: float = field(metadata={"min": 0, "max": 1})

    def bendiness_deg_per_km(self) -> float:
        """Return degrees turned per kilometre: 180000/(π·R) over the share in bends."""
        turns = [180_000 / (np.pi * radius) for radius in self.bend_radius_m]
        return float(self.bend_share * np.mean(turns))


NEAR_PLACES_M: float = 30_000.0
"""So much of a section lies by its two ends, where the houses of places reach along it."""

FAR_SHARE: float = 0.2
"""Beyond, houses line this part of what they line by the ends (unsourced)."""


def lined_by_houses(share: Floats, length_m: Floats) -> Floats:
    """Return the share of sections that houses line: as of their terrain near places, less beyond.

    Examples
    --------
    >>> lined_by_houses(np.array([0.45, 0.45]), np.array([20_000.0, 120_000.0])).round(2).tolist()
    [0.45, 0.18]
    """
    near = np.minimum(length_m, NEAR_PLACES_M) / length_m
    lined: Floats = share * (near + FAR_SHARE * (1.0 - near))
    return lined


@dataclass(frozen=True)
class _Classes:
    flat: TerrainClass
    rolling: TerrainClass
    hilly: TerrainClass
    mountainous: TerrainClass
    very_winding: TerrainClass


@dataclass(frozen=True, eq=False)
class Controls:
    """Known heights of strategic segments.

    Attributes
    ----------
    section
        Section that every segment is a part of, ascending, shape (segments,).
    start_m
        Distance of a segment's start from that of its section, shape (segments,).
    ends
        Nodes of every segment, shape (segments, 2).
    node_elevation_m
        Height of every node, NaN where unknown, shape (nodes,).
    summits
        Rows of section, distance in it, height; shape (summits, 3).
    """

    section: Ints
    start_m: Floats
    ends: Ints
    node_elevation_m: Floats
    summits: Floats


@cache
def read_terrain_classes() -> Mapping[str, TerrainClass]:
    """Read the classes of terrain that ship with the package."""
    classes = read_toml(_FILE, _Classes, what="the classes of terrain")
    return {name: getattr(classes, name) for name in _Classes.__dataclass_fields__}


def class_by_rise(rise_fall_m_per_km: Floats) -> NDArray[np.str_]:
    """Return the classes of terrain whose rise and fall are nearest to those measured.

    Examples
    --------
    >>> class_by_rise(np.array([0.0, 13.0, 90.0])).tolist()
    ['flat', 'rolling', 'very_winding']
    """
    classes = sorted(read_terrain_classes().items(), key=lambda one: one[1].rise_fall_m_per_km)
    steps = np.array([kind.rise_fall_m_per_km for _, kind in classes])
    names = np.array([name for name, _ in classes])
    found: NDArray[np.str_] = names[
        np.searchsorted((steps[1:] + steps[:-1]) / 2, rise_fall_m_per_km)
    ]
    return found


def strategic_profile(
    controls: Controls,
    length_m: Floats,
    terrain: NDArray[np.str_],
    classes: Mapping[str, TerrainClass],
) -> tuple[Profile, Floats]:
    """Build heights and radii of strategic segments, the same every time.

    The base line runs straight between known heights (ends, towns on the way, summits).
    On it ride waves that are zero at both ends of a segment; where the base line is
    less steep than the waves, rise and fall add up to the class's figure, elsewhere to
    the base line's own. Bends take the class's radii in turn.

    Parameters
    ----------
    controls
        Known heights.
    length_m
        Length of every segment, shape (segments,).
    terrain
        Class of terrain of every segment, shape (segments,).
    classes
        By name.

    Returns
    -------
    profile
        Samples at most 20 m apart.
    node_elevation_m
        Height of every node, those unknown interpolated along a section, shape (nodes,).
    """
    node_height = _fill_nodes(controls, length_m)
    offsets = sample_offsets(length_m)
    counts = np.diff(offsets)
    distance = sample_fractions(offsets) * np.repeat(length_m, counts)
    segment = np.repeat(np.arange(len(length_m)), counts)
    axis, heights, reach = _known(controls, length_m, node_height)
    place = distance + np.repeat(controls.start_m + controls.section * reach, counts)
    height = np.interp(place, axis, heights)
    radius = np.full(len(distance), np.inf)
    for name, kind in classes.items():
        mine = np.flatnonzero((terrain == name)[segment])
        whole = length_m[segment[mine]]
        height[mine] += waves(kind, distance[mine], whole, segment[mine])
        radius[mine] = _bends(kind, distance[mine], whole, segment[mine])
    repairs = Repairs(samples=len(distance), segments=len(length_m))
    return Profile(offsets, distance, height, radius, repairs), node_height


def _known(
    controls: Controls, length_m: Floats, node_height: Floats
) -> tuple[Floats, Floats, float]:
    """Lay all known heights of all sections on one axis, sections far apart."""
    end_m = controls.start_m + length_m
    reach = float(end_m.max()) + 1.0
    at = [controls.start_m, end_m, controls.summits[:, 1]]
    section = [controls.section, controls.section, controls.summits[:, 0]]
    height = [
        node_height[controls.ends[:, 0]],
        node_height[controls.ends[:, 1]],
        controls.summits[:, 2],
    ]
    axis = np.concatenate(at) + np.concatenate(section) * reach
    heights = np.concatenate(height)
    known = ~np.isnan(heights)
    order = np.argsort(axis[known], kind="stable")
    return axis[known][order], heights[known][order], reach


def _fill_nodes(controls: Controls, length_m: Floats) -> Floats:
    """Interpolate the height of nodes on a section between known ones.

    A node whose sections know no height at all takes the mean of all known ones.
    """
    height = controls.node_elevation_m
    unknown = np.isnan(height)
    if not unknown.any():
        return height
    axis, heights, reach = _known(controls, length_m, height)
    filled = height.copy()
    default = float(heights.mean()) if len(heights) else 0.0
    filled[unknown] = default
    if not len(heights):
        return filled
    known_section = np.floor_divide(axis, reach)
    for side in (0, 1):
        node = controls.ends[:, side]
        at = controls.start_m + controls.section * reach + side * length_m
        following = np.clip(np.searchsorted(axis, at), 0, len(axis) - 1)
        previous = np.maximum(following - 1, 0)
        here = controls.section
        after, before = known_section[following] == here, known_section[previous] == here
        value = np.interp(at, axis, heights)
        value = np.where(after & ~before, heights[following], value)
        value = np.where(before & ~after, heights[previous], value)
        wanted = unknown[node] & (after | before)
        filled[node[wanted]] = value[wanted]
    return filled


def waves(kind: TerrainClass, distance: Floats, whole: Floats, segment: Ints) -> Floats:
    """Return the height of the waves above the base line at samples of one class.

    They are zero at both ends of a segment.

    Parameters
    ----------
    kind
        The class of terrain.
    distance, whole
        How far along its segment a sample is, and how long that is, metres; shape (samples,).
    segment
        Number of the segment: it says with which of its waves a class begins.
    """
    count = np.maximum(1, np.rint(whole / kind.wave_m))
    wave = whole / count
    number = np.minimum(np.floor(distance / wave), count - 1)
    within = distance - number * wave
    spread = np.asarray(kind.grade_spread)
    grade = (
        kind.rise_fall_m_per_km / 1000 * spread[(number.astype(np.int64) + segment) % len(spread)]
    )
    sign = np.where((number + segment) % 2 == 0, 1.0, -1.0)
    wave_height: Floats = sign * grade * np.minimum(within, wave - within)
    return wave_height


def _bends(kind: TerrainClass, distance: Floats, whole: Floats, segment: Ints) -> Floats:
    """Return the radius at samples of one class."""
    count = np.maximum(1, np.rint(whole / kind.bend_every_m))
    every = whole / count
    number = np.minimum(np.floor(distance / every), count - 1)
    within = distance / every - number
    radius = np.asarray(kind.bend_radius_m)
    turn = radius[(number.astype(np.int64) + segment) % len(radius)]
    half = (1 - kind.bend_share) / 2
    return np.where((within >= half) & (within <= 1 - half), turn, np.inf)
