"""Travel-time surfaces of a batch: of any size, since ground is held a tile at a time."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.batch.plan import Asked, Plan
from geo.driving.season import roads_of_season
from geo.study import Study
from geo.surface.egress import Destinations
from geo.surface.grid import heights
from geo.surface.large import large_surface
from geo.surface.to_facilities import area_grid, off_road
from layers.errors import DataError
from layers.tables.facility_kinds import serves_district

MAX_MINUTES: Final = 480.0
"""Ground farther away counts as not reached, as in `geo.surface.to_facilities`."""


def surface_rows(study: Study, asked: Asked, plan: Plan) -> pd.DataFrame:
    """Spread minutes to the nearest facility over the ground of a study's area.

    Returns
    -------
    rows
        Columns `row, x_m, y_m, cell_m, minutes`: see `geo.batch.answers.surface`.

    Raises
    ------
    DataError
        There is none of the kind, or each serves its own district.
    """
    facilities = study.tables.facilities(asked.to)
    if serves_district(facilities):
        raise DataError(f"a surface to {asked.to} is not made: each serves its own district")
    trip = study.trip(asked.vehicle, asked.season)
    costs, season = trip.costs, study.season(asked.season)
    usable = roads_of_season(study.network, trip.vehicle, season, study.rules.seasons)
    if usable is not None:
        costs = replace(costs, time_s=np.where(usable[:, None], costs.time_s, np.inf))
    grid, terrain = area_grid(study, plan.resolution_m), study.tables.terrain
    with tempfile.TemporaryDirectory(prefix="chaidaen-surface-") as folder:
        seconds = np.memmap(Path(folder) / "seconds", np.float64, "w+", shape=grid.shape)
        nearest = np.memmap(Path(folder) / "nearest", np.int32, "w+", shape=grid.shape)
        seconds[:], nearest[:] = np.inf, -1
        large_surface(
            grid,
            lambda part: np.zeros(part.shape) if terrain is None else heights(part, terrain),
            study.network,
            costs,
            Destinations(facilities["lon"].to_numpy(), facilities["lat"].to_numpy()),
            (seconds, nearest),
            tile_cells=plan.tile_cells,
            off_road=off_road(study, asked.season),
            graph=study.graph,
            max_s=MAX_MINUTES * 60,
        )
        minutes = [
            np.where(np.isfinite(row), row / 60, np.nan).astype(np.float32) for row in seconds
        ]
        del seconds, nearest
    x, y = grid.centres()
    return pd.DataFrame(
        {
            "row": np.arange(grid.shape[0]),
            "x_m": np.full(grid.shape[0], x[0]),
            "y_m": y,
            "cell_m": np.full(grid.shape[0], grid.cell_m[0]),
            "minutes": minutes,
        }
    )


def surface_notes(study: Study, asked: Asked, plan: Plan) -> tuple[str, ...]:
    """Say what the reader of a surface must know."""
    told = [f"Surface to {asked.to} in cells of {plan.resolution_m:g} m, of {study.area.crs}."]
    if study.tables.terrain is None:
        told.append("No terrain is known: ground is walked as if it were flat.")
    return tuple(told)
