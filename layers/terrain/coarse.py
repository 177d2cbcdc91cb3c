"""Heights along roads where the terrain is told too coarsely to read grades from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from layers.arrays import Bools, Floats, Ints
from layers.io.toml_file import read_toml
from layers.terrain.along import Knots, lay_knots, smoothed

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
class Coarse:
    """Segments over coarse terrain, as samples.

    Attributes
    ----------
    ends
        Nodes of every segment, shape (segments, 2).
    length_m
        Shape (segments,).
    offsets
        Samples of segment i are `offsets[i]:offsets[i + 1]`.
    x, y
        Samples in metres, shape (samples,).
    height_m
        What the terrain says, NaN where it has no data, shape (samples,).
    slope
        Of the ground, between heights a grain apart, shape (samples,).
    grain_m
        How fine the terrain is, shape (samples,).
    structure
        Which segments are bridges or tunnels, shape (segments,).
    held, held_m
        Nodes whose height is known because roads over fine terrain meet them, and it.
    """

    ends: Ints
    length_m: Floats
    offsets: Ints
    x: Floats
    y: Floats
    height_m: Floats
    slope: Floats
    grain_m: Floats
    structure: Bools
    held: Ints
    held_m: Floats


@cache
def coarse_rules() -> Rules:
    """Read the rules that ship with the package."""
    return read_toml(Path(__file__).parent / "coarse.toml", Rules, what="rules of coarse terrain")


def coarse_heights(roads: Coarse, node_count: int, rules: Rules) -> tuple[Floats, Floats]:
    """Lay roads over terrain of a coarse grain, the same every time.

    The base line is the terrain averaged along the roads over a part of its grain. On it
    ride waves that depend on the place alone, so that roads that meet have one height and a
    cut changes nothing; they are as high as it takes for rise and fall to be what roads have
    on ground of that slope, where the base line does not have it by itself.

    Parameters
    ----------
    roads
        The segments.
    node_count
        Of the whole network.
    rules
        How roads rise and fall.

    Returns
    -------
    sample_m, node_m
        Heights, shape (samples,) and (nodes,); nodes that no segment here meets are 0.
    """
    numbers, ends = np.unique(roads.ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    held = np.searchsorted(numbers, roads.held)
    knots = lay_knots(ends, roads.length_m, roads.offsets, len(numbers))
    ground = np.repeat(~roads.structure, np.diff(roads.offsets)) & ~np.isnan(roads.height_m)
    weight = ground.astype(np.float64)
    grain = float(np.median(roads.grain_m[~np.isnan(roads.grain_m)]))
    reach = max(FINE_M, rules.reach * grain)
    base = smoothed(knots, roads.height_m, reach, weight=weight, held=held, held_at=roads.held_m)
    wave = _waves(knots, roads, grain * rules.wave)
    height = base + wave * _amplitude(knots, roads, base, wave, held, rules)
    node = np.zeros(node_count)
    node[numbers] = height[: len(numbers)]
    return knots.at_samples(height), node


def _amplitude(
    knots: Knots, roads: Coarse, base: Floats, wave: Floats, held: Ints, rules: Rules
) -> Floats:
    """Return how high waves are at every knot: none where a known height holds.

    Rises of the base line and of independent waves add up as squares.
    """
    scale = (np.nan_to_num(roads.grain_m, nan=REFERENCE_M) / REFERENCE_M) ** rules.slope_power
    wanted = np.interp(roads.slope * scale, rules.ground_slope, rules.rise_fall_m_per_km) / 1000
    per_piece = np.abs(np.diff(np.column_stack([base, wave])[knots.ends], axis=1))[:, 0]
    per_metre = per_piece / np.maximum(knots.length_m, 1.0)[:, None]
    fields = np.column_stack([wanted, per_metre[knots.piece]])
    target, own, unit = np.maximum(smoothed(knots, fields, rules.wander_m), 0.0).T
    lacking = np.sqrt(np.maximum(target**2 - own**2, 0.0)) / np.maximum(unit, 0.2 * np.median(unit))
    sample = knots.at_samples(lacking)
    reach = rules.wander_m / 3
    return smoothed(knots, sample, reach, held=held, held_at=np.zeros(len(held)))


def _waves(knots: Knots, roads: Coarse, length_m: float) -> Floats:
    """Return waves of height about 1 at all knots, by place alone: plane waves of all ways."""
    x, y = knots.of_samples(roads.x), knots.of_samples(roads.y)
    height = np.zeros(knots.count)
    for number in range(DIRECTIONS):
        way = np.pi * (number + 0.5) / DIRECTIONS
        pitch = 2 * np.pi / (length_m * (0.75 + 0.5 * ((number * GOLDEN) % 1)))
        phase = 2 * np.pi * ((number * number * GOLDEN) % 1)
        height += np.cos(pitch * (x * np.cos(way) + y * np.sin(way)) + phase)
    return height * np.sqrt(2 / DIRECTIONS)
