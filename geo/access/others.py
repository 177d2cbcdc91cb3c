"""Times of other people's grids beside ours: a friction surface, or a raster of times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.access.access import Access
from geo.study import Study
from geo.surface.grid import Grid
from geo.surface.ground import MOTORISED, Ground
from geo.surface.spread import spread
from geo.surface.to_facilities import area_grid
from layers.arrays import Floats
from layers.crs import from_lon_lat
from layers.rasters.minutes import read_minutes

COLUMNS: Final = ("id", "name_en", "name_th", "population")

NEAR: Final = 0.2
"""Times within this share of ours are said to agree."""


def with_others(
    study: Study,
    found: Access,
    *,
    friction: Path | None = None,
    time: Path | None = None,
    resolution_m: float = 1000.0,
) -> Access:
    """Set the minutes of other people's grids beside those of an answer.

    A friction surface is crossed from cell to cell in eight directions, as its authors do
    (gdistance, Google Earth Engine), to the nearest facility. Where a settlement's cell says
    nothing it is not reached.

    Parameters
    ----------
    study, found
        The area, and the answer of `geo.access.access.access`.
    friction
        Raster of minutes per metre.
    time
        Raster of minutes to the nearest facility of the kind, from another tool.
    resolution_m
        Side of the cells on which both are read.

    Returns
    -------
    access
        The same answer with the table `others`: `id, name_en, name_th, population`, ours
        (`minutes_dry` and `minutes_wet`), and `minutes_friction` and `minutes_time`, inf where
        not reached; and with notes on how far they agree with ours in the dry season.

    Raises
    ------
    MissingFileError, CrsError, DataError
        As `layers.rasters.minutes.read_minutes`.
    """
    ours = [f"minutes_{season}" for season in found.seasons]
    table = found.places[[*COLUMNS, *ours]]
    grid = area_grid(study, resolution_m)
    notes = []
    for name, path in (("friction", friction), ("time", time)):
        if path is None:
            continue
        cells = read_minutes(
            path, grid.transform, grid.shape, grid.crs, per_metre=name == "friction"
        )
        if name == "friction":
            cells = _spread(grid, cells, found.facilities)
        column = _at(grid, np.where(np.isnan(cells), np.inf, cells), found.places)
        table = table.assign(**{f"minutes_{name}": column})
        notes.append(_agreement(path.name, column, table, ours[0], max(found.minutes)))
    return replace(found, others=table, notes=(*found.notes, *notes))


def _spread(grid: Grid, per_metre: Floats, facilities: pd.DataFrame) -> Floats:
    """Return minutes to the nearest facility over a friction surface."""
    known = ~np.isnan(per_metre)
    kph = np.divide(60 / 1000, per_metre, out=np.zeros(grid.shape), where=known)
    # Slopes are in the friction already: the ground is flat, and crossed as with an engine.
    mode = np.full(grid.shape, MOTORISED, np.int8)
    ground = Ground(np.zeros(grid.shape), kph, mode, grid.cell_m)
    cells, _ = grid.cells(*_metres(grid, facilities))
    seconds, _ = spread(ground, cells, np.zeros(len(cells)), neighbours=8)
    return seconds / 60


def _at(grid: Grid, cells: Floats, places: pd.DataFrame) -> Floats:
    """Return the values of the cells in which places lie; inf outside."""
    at, inside = grid.cells(*_metres(grid, places))
    values = np.full(len(places), np.inf)
    values[inside] = cells[at[:, 0], at[:, 1]]
    return values


def _metres(grid: Grid, points: pd.DataFrame) -> tuple[Floats, Floats]:
    """Project points into the grid's system."""
    x, y = from_lon_lat(grid.crs).transform(points["lon"].to_numpy(), points["lat"].to_numpy())
    return np.asarray(x), np.asarray(y)


def _agreement(name: str, theirs: Floats, table: pd.DataFrame, ours: str, limit: int) -> str:
    """Say in one sentence how far times agree with ours."""
    mine = table[ours].to_numpy(np.float64)
    people = np.nan_to_num(table["population"].to_numpy(np.float64))
    both = np.isfinite(mine) & np.isfinite(theirs) & (mine > 0)
    told = f"{name}: {both.sum():,} of {len(table):,} settlements are reached in both."
    if both.any():
        ratio = theirs[both] / mine[both]
        near = np.abs(ratio - 1) <= NEAR
        told += (
            f" Half of its times are above {np.median(ratio):.2f} times ours; {near.mean():.0%} "
            f"are within {NEAR:.0%} of ours."
        )
    if people.sum() > 0:
        shares = (people @ (minutes <= limit) / people.sum() for minutes in (theirs, mine))
        told += " Within {} minutes it has {:.1%} of people, ours {:.1%}.".format(limit, *shares)
    return told
