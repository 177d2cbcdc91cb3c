"""The ground that is crossed off the roads, and how slopes slow whoever crosses it.

Three modes, as in AccessMod 5 (Ray and Ebener 2008, Int. J. Health Geogr. 7:63). Going on
foot is slowed as in `geo.driving.speed.walking_kph`; riding a bicycle by the power that the rider
needs on the flat, never faster than twice the speed there; an engine is not slowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.driving.power import crawl
from geo.driving.vehicle import Slope
from geo.surface.grid import Grid, walls
from layers.arrays import Floats, Ints
from layers.errors import DataError

Modes = NDArray[np.int8]
SpeedTable = Mapping[int, tuple[float, int]]

WALKING, CYCLING, MOTORISED = 1, 2, 3
"""How a cell is crossed, numbered as in AccessMod."""

TOBLER: Final = Slope(base_kph=5.0, best=-0.05, decay=3.5)
"""Tobler (1993) as AccessMod 5 takes it, 5 km/h on the flat."""

RIDER_N: Final = 9.8 * (80 + 15)
RIDER_ROLLING: Final = 0.012
RIDER_DRAG: Final = 0.5 * 0.445 * (1.293 - 0.00426 * 20) * np.exp(-500 / 7000)
RIDER_FASTEST: Final = 2.0
"""AccessMod's cyclist: weight of 80 and 15 kg, Crr, ½·rho·CdA in kg/m at 20 °C and 500 m,
and how many times faster than on the flat one rides down."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What there is to cross; arrays of shape (rows, columns).

    Attributes
    ----------
    elevation_m
        NaN where unknown.
    speed_kph
        Speed on the flat; 0 or NaN is impassable.
    mode
        `WALKING`, `CYCLING` or `MOTORISED`.
    cell_m
        Width and height of a cell.
    """

    elevation_m: Floats
    speed_kph: Floats
    mode: Modes
    cell_m: tuple[float, float]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together.

        Raises
        ------
        DataError
            Shapes differ, a speed is negative, a mode unknown, or a cell has no size.
        """
        if not self.elevation_m.shape == self.speed_kph.shape == self.mode.shape:
            raise DataError("ground: elevation, speed and mode differ in shape")
        if (self.speed_kph < 0).any() or np.isinf(self.speed_kph).any():
            raise DataError("ground: speeds must be numbers of at least 0")
        if not np.isin(self.mode, (WALKING, CYCLING, MOTORISED)).all():
            raise DataError("ground: modes are 1 walking, 2 cycling, 3 motorised")
        if not min(self.cell_m) > 0:
            raise DataError("ground: cells must be larger than 0 m")

    @property
    def passable(self) -> NDArray[np.bool_]:
        """Where one may be, shape (rows, columns)."""
        known: NDArray[np.bool_] = ~np.isnan(self.elevation_m) | (self.mode == MOTORISED)
        return known & (self.speed_kph > 0)


@dataclass(frozen=True, eq=False)
class OffRoad:
    """How one crosses the ground off the roads; on foot at 5 km/h by default.

    Attributes
    ----------
    landcover
        Class of every cell, shape (rows, columns); none is all alike.
    speeds
        By class: speed on the flat in km/h, 0 where impassable, and mode (1 walking,
        2 cycling, 3 motorised).
    barriers
        Lines or areas in the grid's system that cannot be crossed, such as rivers.
    crossings
        Lines, points or areas that open them. Bridges of the roads open them anyway.
    slope
        How slopes slow walking. Its base speed holds where there is no land cover.
    neighbours
        8 or 16 moves from every cell.
    """

    landcover: Ints | None = None
    speeds: SpeedTable = field(default_factory=dict)
    barriers: Sequence[BaseGeometry] = ()
    crossings: Sequence[BaseGeometry] = ()
    slope: Slope = TOBLER
    neighbours: int = 16


def ground_of(grid: Grid, dem: Floats, off_road: OffRoad) -> Ground:
    """Put together what there is to cross.

    Parameters
    ----------
    grid
        Where.
    dem
        Heights in m, NaN where unknown, shape (rows, columns).
    off_road
        Land cover and barriers.

    Returns
    -------
    ground
        For `geo.surface.spread`.

    Raises
    ------
    DataError
        An array has another shape than the grid, or a class of land cover has no speed.
    """
    if dem.shape != grid.shape:
        raise DataError(f"heights have shape {dem.shape}, the grid {grid.shape}")
    if off_road.landcover is None:
        speed = np.full(grid.shape, off_road.slope.base_kph)
        mode = np.full(grid.shape, WALKING, np.int8)
    else:
        speed, mode = _by_class(grid, off_road.landcover, off_road.speeds)
    speed[walls(grid, off_road.barriers, off_road.crossings)] = 0.0
    return Ground(np.asarray(dem, np.float64), speed, mode, grid.cell_m)


def _by_class(grid: Grid, landcover: Ints, speeds: SpeedTable) -> tuple[Floats, NDArray[np.int8]]:
    """Look up speed and mode of every cell."""
    if landcover.shape != grid.shape:
        raise DataError(f"land cover has shape {landcover.shape}, the grid {grid.shape}")
    classes, at = np.unique(landcover, return_inverse=True)
    unknown = [int(name) for name in classes if int(name) not in speeds]
    if unknown:
        known = ", ".join(str(name) for name in sorted(speeds) if name >= 0)
        raise DataError(f"land cover {unknown[0]} has no speed; classes with one: {known}")
    table = [speeds[int(name)] for name in classes]
    at = at.reshape(grid.shape)
    kph = np.array([kph for kph, _ in table], np.float64)[at]
    return kph, np.array([mode for _, mode in table], np.int8)[at]


@njit(cache=True)
def walking_slowness(grade: float, best: float, decay: float) -> float:
    """Return how many times longer than on the flat walking takes; see `walking_kph`."""
    slower: float = np.exp(decay * (abs(grade - best) - abs(best)))
    return slower


@njit(cache=True)
def cycling_slowness(grade: float, pace: float) -> float:
    """Return how many times longer than on the flat cycling takes.

    AccessMod 5 (bicycleSpeed.h, after bikecalculator.com): the power that holds the speed
    on the flat is kept on the slope, P = v·(W·(Crr + s) + ½·rho·CdA·v²).

    Parameters
    ----------
    grade
        Rise over run in the direction ridden.
    pace
        Seconds per metre on the flat.
    """
    speed = 1.0 / pace
    power = speed * (RIDER_N * RIDER_ROLLING + RIDER_DRAG * speed * speed)
    cap = RIDER_FASTEST * speed
    return speed / crawl(grade, RIDER_N, RIDER_ROLLING, RIDER_DRAG, power, cap)
