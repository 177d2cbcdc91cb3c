"""Rural Access Index: the share of rural people near a road that can be driven all year.

Rural people within 2 km of an all-season road / rural people (Roberts, Shyam and Rastogi
2006, Rural Access Index, World Bank Transport Paper 10; SDG indicator 9.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Proj, Transformer
from shapely.geometry.base import BaseGeometry

from geo.driving.season import all_season
from geo.routing.ashore import Water, keep_ashore
from geo.routing.snap import snap
from geo.routing.trip import Trip
from layers.arrays import Bools, Floats
from layers.crs import LON_LAT
from layers.errors import CrsError, DataError
from layers.roads.network import RoadNetwork

WITHIN_M: Final = 2000.0
"""A walk of 20 to 25 minutes, as the index defines nearness."""

SCALE_ERROR: Final = 0.01
"""How much a metre of the coordinate system may differ from one on the ground."""

ROUND: Final = 32
"""Corners of a quarter circle: a buffer falls short of its radius by 0.03 % at most."""


@dataclass(frozen=True)
class RuralAccess:
    """The index and what it is made of.

    Attributes
    ----------
    rural_people
        All rural people.
    near_people
        Those near an all-season road.
    within_m
        What near means.
    """

    rural_people: float
    near_people: float
    within_m: float = WITHIN_M

    @property
    def index(self) -> float:
        """Share of rural people with access, NaN where there are no rural people."""
        return self.near_people / self.rural_people if self.rural_people > 0 else float("nan")

    @property
    def without(self) -> float:
        """Rural people without access."""
        return self.rural_people - self.near_people


def all_season_roads(trip: Trip) -> Bools:
    """Say which segments are roads that the trip's vehicle can drive all year.

    Ferries are none, nor is what is closed to the vehicle.

    Returns
    -------
    roads
        Shape (segments,).
    """
    ferry = trip.network.segments["highway"].astype(str).to_numpy() == "ferry"
    open_ = trip.costs.open.any(axis=1)
    return np.asarray(all_season(trip.network, trip.vehicle) & open_ & ~ferry)


def near_road(
    network: RoadNetwork,
    roads: Bools,
    lon: Floats,
    lat: Floats,
    within_m: float = WITHIN_M,
    water: Water | None = None,
) -> Bools:
    """Say which points lie near a road, measured on the ground.

    The index means a walk: a road on the other bank of a river is near nobody.

    Parameters
    ----------
    network
        The roads, in the area's metric coordinate system.
    roads
        Those that count, shape (segments,).
    lon, lat
        Points in degrees, shape (points,).
    within_m
        What near means.
    water
        What nobody walks across, as `geo.surface.water.water_and_fords` tells it; by default
        nothing stops anybody.

    Returns
    -------
    near
        Shape (points,).

    Raises
    ------
    CrsError
        A metre of the network's coordinate system is none on the ground (EPSG:3857).
    """
    _check_metres(network)
    to_metric = Transformer.from_crs(LON_LAT, network.segments.crs, always_xy=True)
    points = shapely.points(*to_metric.transform(lon, lat))
    near = np.zeros(len(points), bool)
    lines = network.segments.geometry.to_numpy()[roads]
    if not len(lines):
        return near
    # One line per point: of all within reach a million points would have too many.
    tree = shapely.STRtree(lines)
    hits = tree.query_nearest(points, max_distance=within_m, all_matches=False)
    near[hits[0]] = True
    at = np.flatnonzero(near)
    if water is not None and len(at):
        place = lon[at], lat[at]
        nearest = snap(network, *place, usable=roads)
        near[at] = keep_ashore(network, roads, place, nearest, water, within_m)[1]
    return near


def rural_access(
    network: RoadNetwork,
    roads: Bools,
    people: pd.DataFrame,
    *,
    rural: Bools | None = None,
    within_m: float = WITHIN_M,
    water: Water | None = None,
) -> RuralAccess:
    """Compute the index from points with people.

    Parameters
    ----------
    network, roads, within_m, water
        As for `near_road`.
    people
        Columns `lon, lat, population`: `layers.store.facilities.settlements`, or the cells of a
        raster (`layers.rasters.population.people_cells`).
    rural
        Which of the points are rural, shape (points,); all by default.

    Returns
    -------
    access
        The index and what it is made of.

    Raises
    ------
    CrsError
        As for `near_road`.
    DataError
        A population is unknown or negative.
    """
    population = people["population"].to_numpy(np.float64)
    if not (population >= 0).all():
        count = int((~(population >= 0)).sum())
        raise DataError(f"population of {count} points is unknown or negative")
    counted = population if rural is None else np.where(rural, population, 0.0)
    place = people["lon"].to_numpy(np.float64), people["lat"].to_numpy(np.float64)
    near = near_road(network, roads, *place, within_m, water)
    return RuralAccess(float(counted.sum()), float(counted[near].sum()), within_m)


def rural_zones(
    network: RoadNetwork, roads: Bools, rural: BaseGeometry, within_m: float = WITHIN_M
) -> gpd.GeoDataFrame:
    """Return the rural area, and the part of it near a road, to count people in a raster.

    Parameters
    ----------
    network, roads, within_m
        As for `near_road`.
    rural
        Polygons in lon, lat: the area's boundary, less its towns if they are known.

    Returns
    -------
    zones
        Rows `rural` and `near`, in the network's coordinate system; for
        `layers.rasters.population.people_in` and then `rural_access_of`.

    Raises
    ------
    CrsError
        As for `near_road`.
    """
    _check_metres(network)
    lines = network.segments.geometry[roads].to_numpy()
    buffers = shapely.buffer(lines, within_m, quad_segs=ROUND)
    here = gpd.GeoSeries([rural], crs=LON_LAT).segmentize(0.01).to_crs(network.segments.crs)
    whole = cast("BaseGeometry", here.iloc[0])
    near = shapely.intersection(whole, shapely.union_all(buffers))
    return gpd.GeoDataFrame(
        geometry=gpd.GeoSeries([whole, near], index=["rural", "near"], crs=network.segments.crs)
    )


def rural_access_of(people: pd.Series, within_m: float = WITHIN_M) -> RuralAccess:
    """Compute the index from the people of `rural_zones`, rows `rural` and `near`."""
    return RuralAccess(float(people["rural"]), float(people["near"]), within_m)


def _check_metres(network: RoadNetwork) -> None:
    """Refuse a coordinate system whose metres are none on the ground."""
    crs = network.segments.crs
    if not crs.is_projected:
        raise CrsError(f"{crs.name}: is not in metres; distances need the area's metric system")
    at = network.nodes
    scale = Proj(crs).get_factors(float(at["lon"].mean()), float(at["lat"].mean()))
    metres = (scale.meridional_scale, scale.parallel_scale)
    if max(abs(metre - 1) for metre in metres) > SCALE_ERROR:
        raise CrsError(
            f"{crs.name}: a metre on the ground is {metres[1]:.3f} m here; "
            "choose the UTM zone of the area"
        )
