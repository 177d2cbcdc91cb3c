"""Land cover: classes of the ground, and how fast each is crossed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from layers.errors import DataError
from layers.io.toml_file import read_toml
from layers.rasters.warped import read_warped

MODES: Final = ("walking", "cycling", "motorised")
"""How a class is crossed; the first two slow on slopes."""


@dataclass(frozen=True)
class ClassSpeed:
    """Speed on the flat of one class, 0 where it cannot be crossed."""

    kph: float = field(metadata={"min": 0, "max": 200, "unit": "km/h"})
    mode: str = field(default="walking", metadata={"choices": MODES})


@dataclass(frozen=True)
class _Speeds:
    """A table of speeds by class number."""

    classes: Mapping[str, ClassSpeed]


def read_speeds(path: Path) -> dict[int, tuple[float, int]]:
    """Read a table of speeds by land-cover class.

    The file has a table `[classes.N]` with `kph` and `mode` for each class number N.

    Returns
    -------
    speeds
        By class: km/h on the flat, and 1 walking, 2 cycling, 3 motorised.

    Raises
    ------
    DataError
        A class is no number, or the file has other problems.
    """
    table = read_toml(path, _Speeds, what="a table of speeds").classes
    wrong = [name for name in table if not name.lstrip("-").isdigit()]
    if wrong:
        raise DataError(f"{path}: key 'classes.{wrong[0]}': classes are whole numbers")
    return {int(name): (one.kph, MODES.index(one.mode) + 1) for name, one in table.items()}


def read_landcover(
    path: Path, transform: Affine, shape: tuple[int, int], crs: str
) -> NDArray[np.int64]:
    """Read the classes of a raster onto a grid, each cell from the nearest of its own.

    Parameters
    ----------
    path
        Any raster of whole numbers, in any coordinate system.
    transform, shape, crs
        The grid.

    Returns
    -------
    landcover
        Class of every cell, -1 where the raster has none.

    Raises
    ------
    CrsError
        It has no coordinate system.
    DataError
        It is no raster, or does not reach into the grid.
    """
    read = read_warped(path, transform, shape, crs, what="land cover")
    if not read.known.any():
        raise DataError(f"{path}: land cover lies elsewhere than the area")
    return np.where(read.known, read.cells.astype(np.int64), -1)
