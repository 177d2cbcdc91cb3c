"""Heights along roads where the terrain is told too coarsely to read grades from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from layers.arrays import Floats, Ints
from layers.io.toml_file import read_toml
from layers.terrain.along import Smoother, smoother
from layers.terrain.samples import FINE_M, Samples

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


@cache
def coarse_rules() -> Rules:
    """Read the rules that ship with the package."""
    return read_toml(Path(__file__).parent / "coarse.toml", Rules, what="rules of coarse terrain")


def wanted_slopes(offsets: Ints, every: int = 5) -> Ints:
    """Return the samples at which the slope of the ground is looked at: one of a few, and ends.

    Examples
    --------
    >>> wanted_slopes(np.array([0, 3, 10]), 4).tolist()
    [0, 2, 3, 7, 9]
    """
    counts = np.diff(offsets)
    place = np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], counts)
    chosen = place % every == 0
    chosen[offsets[1:] - 1] = True
    return np.flatnonzero(chosen)


def waves(
    samples: Samples, base: Floats, slope: Floats, along: Smoother, node_count: int, rules: Rules
) -> tuple[Floats, Floats]:
    """Return what roads over coarse terrain rise and fall above a base line.

    Waves depend on the place alone, so that roads that meet have one height and a cut
    changes nothing. They are as high as it takes for rise and fall to be what roads have on
    ground of that slope, where the base line does not have it by itself: rises of both add
    up as squares.

    Parameters
    ----------
    samples
        Of all roads, over fine terrain too: there are no waves there.
    base
        Height of every sample on the base line.
    slope
        Of the ground between heights a grain apart, of every sample.
    along
        What the base line was smoothed with.
    node_count
        How many nodes there are.
    rules
        How roads rise and fall.

    Returns
    -------
    sample_m, node_m
        Heights above the base line, shape (samples,) and (nodes,).
    """
    grain = np.nan_to_num(samples.grain_m, nan=0.0)
    coarse = grain > FINE_M
    usual = float(np.median(grain[coarse]))
    unit = _unit_waves(samples.x, samples.y, usual * rules.wave)
    counts = np.diff(samples.offsets)
    step = np.repeat(np.maximum(samples.length_m / (counts - 1), 0.01), counts)
    steep = np.nan_to_num(slope) * (np.maximum(grain, 1) / REFERENCE_M) ** rules.slope_power
    target = np.interp(steep, rules.ground_slope, rules.rise_fall_m_per_km) / 1000
    wide = smoother(
        samples.offsets,
        samples.ends,
        samples.length_m,
        node_count,
        reach_m=np.full(len(counts), rules.wander_m),
        weight=np.ones(len(base)),
    )
    target, own, rise = (
        np.maximum(wide.smooth(one)[0], 0.0)
        for one in (
            target,
            _rises(base, samples.offsets) / step,
            _rises(unit, samples.offsets) / step,
        )
    )
    lacking = np.sqrt(np.maximum(target**2 - own**2, 0.0))
    lacking /= np.maximum(rise, 0.2 * float(np.median(rise)) + 1e-9)
    high, node = along.smooth(np.where(coarse, lacking, 0.0))
    node_unit = np.zeros(node_count)
    for side, at in ((0, samples.offsets[:-1]), (1, samples.offsets[1:] - 1)):
        node_unit[samples.ends[:, side]] = unit[at]
    return unit * high, node_unit * node


def _rises(height: Floats, offsets: Ints) -> Floats:
    """Return how much each sample differs from the next, the last from the one before."""
    rise = np.abs(np.diff(height, append=height[-1:]))
    last = offsets[1:] - 1
    rise[last] = rise[last - 1]
    return rise


def _unit_waves(x: Floats, y: Floats, length_m: float) -> Floats:
    """Return waves of height about 1 by place alone: plane waves of all ways, added up."""
    height = np.zeros(len(x))
    for number in range(DIRECTIONS):
        way = np.pi * (number + 0.5) / DIRECTIONS
        pitch = 2 * np.pi / (length_m * (0.75 + 0.5 * ((number * GOLDEN) % 1)))
        phase = 2 * np.pi * ((number * number * GOLDEN) % 1)
        height += np.cos(pitch * (x * np.cos(way) + y * np.sin(way)) + phase)
    unit: Floats = height * np.sqrt(2 / DIRECTIONS)
    return unit
