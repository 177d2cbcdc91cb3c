"""Travel-time surfaces of a study: from everywhere in its area to the nearest facility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from rasterio.features import rasterize

from geo.driving.season import roads_of_season
from geo.driving.usual import PEOPLE
from geo.study import Study
from geo.surface.grid import Grid, grid_for, heights
from geo.surface.ground import OffRoad
from geo.surface.surface import Destinations, Surface, surface_with_roads
from geo.surface.water import water_and_fords
from layers.arrays import Floats
from layers.store.kept import kept_or_made
from layers.tables.facility_kinds import serves_district
from layers.tables.zones import zones_of


def area_grid(study: Study, resolution_m: float = 100.0) -> Grid:
    """Return the cells that a surface of a study's area has, in its metric system."""
    return grid_for(study.tables.boundary.bounds, study.area.crs, resolution_m)


def off_road(study: Study, season: str = "dry") -> OffRoad:
    """Say how the ground of an area is crossed: on foot, where no water stops one.

    Parameters
    ----------
    study
        The area in its world.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    """
    stopping, crossings = water_and_fords(study, season)
    return OffRoad(barriers=stopping, crossings=crossings)


def travel_time_surface(
    study: Study,
    to: str = "hospital",
    *,
    vehicle: str = PEOPLE,
    season: str = "dry",
    resolution_m: float = 100.0,
    max_minutes: float = 480.0,
    ways: OffRoad | None = None,
) -> Surface:
    """Spread the time to the nearest facility of a kind over the ground of an area.

    In the rains only all-season roads count. Where a kind serves districts, such as the
    offices of the state, ground is sent to that of its own district. Where no terrain is
    known the ground is walked as if it were flat. `geo.surface.isochrones.isochrones`
    draws outlines of it.

    Parameters
    ----------
    study
        The area in its world.
    to
        Kind of facility.
    vehicle
        Id of what people go with.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    resolution_m
        Side of a cell.
    max_minutes
        Ground farther away counts as not reached.
    ways
        How the ground is crossed, on the cells of `area_grid`; as `off_road` by default.

    Returns
    -------
    surface
        Seconds to the nearest facility, and which one it is.

    Raises
    ------
    DataError
        There is no such kind, or none of it.
    UnknownNameError
        There is no such vehicle.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> surface = travel_time_surface(study, "airport", resolution_m=2000)
    >>> bool((surface.time_s.min() >= 0) & (surface.time_s.min() < 3600))
    True
    """
    trip = study.trip(vehicle, season, 1.0, "time")
    costs = trip.costs
    usable = roads_of_season(study.network, trip.vehicle, trip.season, study.rules.seasons)
    if usable is not None:
        costs = replace(costs, time_s=np.where(usable[:, None], costs.time_s, np.inf))
    grid = area_grid(study, resolution_m)
    ground = ground_heights(study, grid)
    facilities = study.tables.facilities(to)

    def spread(some: pd.DataFrame) -> Surface:
        return surface_with_roads(
            grid,
            ground,
            study.network,
            costs,
            Destinations(some["lon"].to_numpy(), some["lat"].to_numpy()),
            off_road=off_road(study, season) if ways is None else ways,
            graph=study.graph,
            max_s=max_minutes * 60.0,
        )

    districts = zones_of(study.tables.zones, "district").to_crs(study.area.crs)
    if not serves_district(facilities) or districts.empty:
        return spread(facilities)
    return by_district(grid, districts, facilities, spread)


def ground_heights(study: Study, grid: Grid) -> Floats:
    """Return the heights of an area's ground, all 0 where no terrain is known.

    Every kind of facility, season and scenario has the same, so they are kept between runs.

    Parameters
    ----------
    study
        The area.
    grid
        Where.

    Returns
    -------
    elevation_m
        As of `geo.surface.grid.heights`, not to be written to.
    """
    terrain = study.tables.terrain
    if terrain is None:
        return np.zeros(grid.shape)
    asked = grid.crs, grid.shape, tuple(grid.transform)
    key = (study.today or study).key_of("heights", *asked)
    return kept_or_made(key, lambda: {"elevation_m": heights(grid, terrain)})["elevation_m"]


def by_district(
    grid: Grid,
    districts: gpd.GeoDataFrame,
    facilities: pd.DataFrame,
    spread: Callable[[pd.DataFrame], Surface],
) -> Surface:
    """Send the ground of each district to the facilities that serve it.

    Parameters
    ----------
    grid
        Cells of the surfaces.
    districts
        Column `code`, in the grid's system. Ground in none belongs to the nearest one.
    facilities
        Column `district`; a district that none serves goes to the nearest of all.
    spread
        Makes the surface to some facilities.

    Returns
    -------
    surface
        Of each district its own; `allocation` counts in `facilities`.
    """
    shapes = ((shape, at + 1) for at, shape in enumerate(districts.geometry))
    drawn = rasterize(shapes, grid.shape, transform=grid.transform, dtype="int32")
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(drawn == 0, return_distances=False, return_indices=True)
    owner = drawn[tuple(nearest)] - 1
    seconds = np.full(grid.shape, np.inf, np.float32)
    allocation = np.full(grid.shape, -1, np.int32)
    for at, code in enumerate(districts["code"]):
        own = np.flatnonzero(facilities["district"] == code)
        rows = own if len(own) else np.arange(len(facilities))
        found, here = spread(facilities.iloc[rows]), owner == at
        seconds[here] = found.time_s[here]
        allocation[here] = np.append(rows, -1)[found.allocation[here]]
    return Surface(grid, seconds, allocation)
