"""Heights along roads where the terrain is told too coarsely to read grades from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from layers.arrays import Bools, Floats, Ints
from layers.io.toml_file import read_toml
from layers.terrain.along import Knots, lay_knots, smoother

SlopeAt = Callable[[Floats, Floats, float], Floats]

FINE_M: Final = 100.0
"""Where the terrain is finer than about this (SRTM 3″ is 93 m), grades are read from it."""

DIRECTIONS: Final = 12
"""Plane waves that are added up, each way once."""

GOLDEN: Final = 0.618033988749895
"""Steps of it never repeat: phases and lengths of waves look like chance and are the same."""

REFERENCE_M: Final = 926.0
"""Grain that `ground_slope` is given for."""


@dataclass(frozen=True)
class Rules:
    """How a road rises and falls between heights that are told; see `coarse.toml`."""

    reach: float = field(metadata={"min": 0.1, "max": 5})
    wave: float = field(metadata={"min": 0.2, "max": 5})
    ground_slope: tuple[float, ...] = field(metadata={"min": 0, "max": 2})
    rise_fall_m_per_km: tuple[float, ...] = field(metadata={"min": 0, "max": 300})
    slope_power: float = field(metadata={"min": 0, "max": 1})
    wander_m: float = field(metadata={"min": 100, "max": 20_000, "unit": "m"})


@dataclass(frozen=True, eq=False)
class Samples:
    """Segments as samples of terrain.

    Attributes
    ----------
    ends
        Nodes of every segment, shape (segments, 2).
    length_m
        Shape (segments,).
    offsets
        Samples of segment i are `offsets[i]:offsets[i + 1]`.
    distance_m
        Of every sample from the start of its segment, shape (samples,).
    x, y
        Samples in metres, shape (samples,).
    height_m, grain_m
        What the terrain says and how fine it is, NaN where it has no data, shape (samples,).
    structure
        Which segments are bridges or tunnels, shape (segments,).
    """

    ends: Ints
    length_m: Floats
    offsets: Ints
    distance_m: Floats
    x: Floats
    y: Floats
    height_m: Floats
    grain_m: Floats
    structure: Bools

    def part(self, wanted: Bools) -> tuple[Bools, Samples]:
        """Return which samples belong to some segments, and those segments alone."""
        if wanted.all():
            return np.ones(len(self.x), bool), self
        counts = np.diff(self.offsets)
        at = np.repeat(wanted, counts)
        samples = (self.distance_m, self.x, self.y, self.height_m, self.grain_m)
        return at, Samples(
            self.ends[wanted],
            self.length_m[wanted],
            np.concatenate([[0], np.cumsum(counts[wanted])]),
            *(one[at] for one in samples),
            self.structure[wanted],
        )


@dataclass(frozen=True, eq=False)
class Held:
    """Nodes whose height is known, by number, and it in metres; both of shape (held,)."""

    node: Ints
    height_m: Floats


@cache
def coarse_rules() -> Rules:
    """Read the rules that ship with the package."""
    return read_toml(Path(__file__).parent / "coarse.toml", Rules, what="rules of coarse terrain")


def coarse_heights(
    roads: Samples, known: Held, node_count: int, slope_at: SlopeAt, rules: Rules
) -> tuple[Floats, Floats]:
    """Lay roads over terrain of a coarse grain, the same every time.

    The base line is the terrain averaged along the roads over a part of its grain. On it
    ride waves that depend on the place alone, so that roads that meet have one height and a
    cut changes nothing; they are as high as it takes for rise and fall to be what roads have
    on ground of that slope, where the base line does not have it by itself.

    Parameters
    ----------
    roads
        The segments.
    known
        Nodes that roads over fine terrain meet.
    node_count
        Of the whole network.
    slope_at
        Tells the slope of the ground at x, y between heights so many metres apart.
    rules
        How roads rise and fall.

    Returns
    -------
    sample_m, node_m
        Heights, shape (samples,) and (nodes,); NaN at nodes that no segment here meets.
    """
    numbers, ends = np.unique(roads.ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    held = np.searchsorted(numbers, known.node)
    knots = lay_knots(ends, roads.length_m, roads.offsets, len(numbers))
    ground = np.repeat(~roads.structure, np.diff(roads.offsets)) & ~np.isnan(roads.height_m)
    grain = float(np.median(roads.grain_m[~np.isnan(roads.grain_m)]))
    reach = max(FINE_M, rules.reach * grain)
    along = smoother(knots, reach, ground.astype(np.float64), held)
    base = along.smooth(roads.height_m, known.height_m)
    wave = _waves(knots, roads, grain * rules.wave)
    slope = slope_at(knots.of_samples(roads.x), knots.of_samples(roads.y), grain)
    slope *= (grain / REFERENCE_M) ** rules.slope_power
    lacking = _lacking(knots, slope, base, wave, rules)
    height = base + wave * along.smooth(knots.at_samples(lacking))
    node = np.full(node_count, np.nan)
    node[numbers] = height[: len(numbers)]
    return knots.at_samples(height), node


def _lacking(knots: Knots, slope: Floats, base: Floats, wave: Floats, rules: Rules) -> Floats:
    """Return how high waves have to be at every knot; rises of both add up as squares."""
    wanted = np.interp(np.nan_to_num(slope), rules.ground_slope, rules.rise_fall_m_per_km) / 1000
    rise = np.abs(np.diff(np.column_stack([base, wave])[knots.ends], axis=1))[:, 0]
    rise /= np.maximum(knots.length_m, 1.0)[:, None]
    fields = np.column_stack([knots.at_samples(wanted), rise[knots.piece]])
    every = smoother(knots, rules.wander_m, np.ones(len(fields)), np.zeros(0, np.int64))
    target, own, unit = np.maximum(every.smooth(fields), 0.0).T
    lacking: Floats = np.sqrt(np.maximum(target**2 - own**2, 0.0))
    return lacking / np.maximum(unit, 0.2 * float(np.median(unit)) + 1e-9)


def _waves(knots: Knots, roads: Samples, length_m: float) -> Floats:
    """Return waves of height about 1 at all knots, by place alone: plane waves of all ways."""
    x, y = knots.of_samples(roads.x), knots.of_samples(roads.y)
    height = np.zeros(knots.count)
    for number in range(DIRECTIONS):
        way = np.pi * (number + 0.5) / DIRECTIONS
        pitch = 2 * np.pi / (length_m * (0.75 + 0.5 * ((number * GOLDEN) % 1)))
        phase = 2 * np.pi * ((number * number * GOLDEN) % 1)
        height += np.cos(pitch * (x * np.cos(way) + y * np.sin(way)) + phase)
    return height * np.sqrt(2 / DIRECTIONS)
