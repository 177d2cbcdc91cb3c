"""Travel times from many places to many, door to door, as a table.

Columns `from_id, to_id, travel_time_s`, one row per pair; inf where nothing leads.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.routing.ashore import Water
from geo.routing.engine import customise, matrix
from geo.routing.snap import Snapped
from geo.routing.stops import TRIP_M, stops_at
from geo.routing.trip import STEPS, Trip
from layers.arrays import Bools, Floats, Ints, distinct
from layers.crs import from_lon_lat
from layers.errors import DataError, NoRoadError

WALK_KPH: Final = 5.0
"""Speed between a place and its road: that of `vehicles/walk.toml` on the flat."""

TIMES: Final = ("from_id", "to_id", "travel_time_s")


def od_times(
    trip: Trip,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    usable: Bools | None = None,
    walk_kph: float | None = WALK_KPH,
    max_walk_m: float = TRIP_M,
    water: Water | None = None,
) -> pd.DataFrame:
    """Compute the travel time from every origin to every destination, door to door.

    Walk straight to the nearest road, drive, walk straight from the road. Two places that
    are nearer to each other than both are to their roads are walked between directly. As for
    routes, a way across a border counts only where no other leads. The time is what driving
    takes whatever the trip optimises; that a road may be impassable in the rains is not in
    it: close such roads with `usable`.

    Parameters
    ----------
    trip
        For whom, when and on which roads.
    origins, destinations
        Columns `id, lon, lat` (degrees); further ones do not matter.
    usable
        Segments that may be used, shape (segments,), e.g. `geo.driving.season.all_season`; all that
        are open to the vehicle by default.
    walk_kph
        Speed of walking to and from the road, km/h; None leaves the walk out.
    max_walk_m
        A place farther from every road than this is not reached at all.
    water
        What nobody walks across: rivers without a bridge or ford; nothing by default.

    Returns
    -------
    times
        Columns `from_id, to_id, travel_time_s`, origin by origin; ids are text, the time is
        inf where nothing leads.

    Raises
    ------
    DataError
        A column is missing, an id stands twice, or a position is none.
    NoRoadError
        No road may be used at all.
    """
    if walk_kph is not None and not walk_kph > 0:
        raise DataError(f"walking speed is {walk_kph!r} km/h; it must be above 0, or None")
    open_ = trip.costs.usable if usable is None else trip.costs.usable & usable
    if not open_.any():
        raise NoRoadError("no road may be used by this vehicle")
    ends = [
        _checked_places(*side) for side in ((origins, "origins"), (destinations, "destinations"))
    ]
    stops = [
        stops_at(trip.network, trip.costs, side, reach_m=max_walk_m, usable=open_, water=water)
        for side in (origins, destinations)
    ]
    near, snapped = [np.flatnonzero(at.near) for at in stops], [at.snapped for at in stops]
    seconds = np.full((len(snapped[0]), len(snapped[1])), np.inf)
    seconds[np.ix_(*near)] = _driving(
        trip, snapped[0].take(near[0]), snapped[1].take(near[1]), open_
    )
    if walk_kph is not None:
        walk = snapped[0].offset_m[:, None] + snapped[1].offset_m
        places = [_metres(trip, lon, lat) for _, lon, lat in ends]
        apart = np.abs(places[0][:, None] - places[1])
        apart = np.where((apart <= walk) & (apart <= max_walk_m), apart, np.inf)
        if water is not None:
            _stay_ashore(apart, places, water)
        seconds = np.minimum(seconds + walk / walk_kph * 3.6, apart / walk_kph * 3.6)
    return pd.DataFrame(
        {
            "from_id": np.repeat(ends[0][0], len(ends[1][0])),
            "to_id": np.tile(ends[1][0], len(ends[0][0])),
            "travel_time_s": seconds.ravel(),
        }
    )


def _stay_ashore(apart: Floats, places: list[NDArray[np.complex128]], water: Water) -> None:
    """Take out direct walks across water."""
    one, other = np.nonzero(np.isfinite(apart))
    ends = [np.column_stack([at.real, at.imag]) for at in (places[0][one], places[1][other])]
    wet = water.between(*ends)
    apart[one[wet], other[wet]] = np.inf


class TimeTable(NamedTuple):
    """Travel times by position: `origin` and `target` index `origins` and `targets`."""

    origin: Ints
    origins: NDArray[np.object_]
    target: Ints
    targets: NDArray[np.object_]
    minutes: Floats


def time_table(times: pd.DataFrame) -> TimeTable:
    """Turn a table of travel times into arrays; NaN becomes inf."""
    missing = [name for name in TIMES if name not in times.columns]
    if missing:
        raise DataError(f"travel times: columns {', '.join(missing)} are missing")
    seconds = times["travel_time_s"].to_numpy(np.float64)
    if (seconds < 0).any():
        raise DataError(f"travel times: {np.nanmin(seconds):g} s is negative")
    origin, origins = pd.factorize(times["from_id"].to_numpy(object))
    target, targets = pd.factorize(times["to_id"].to_numpy(object))
    if len(distinct(origin * len(targets) + target)) < len(times):
        raise DataError("travel times: a pair of from_id and to_id stands twice")
    return TimeTable(
        origin, origins, target, targets, np.where(np.isnan(seconds), np.inf, seconds) / 60
    )


def _checked_places(places: pd.DataFrame, what: str) -> tuple[NDArray[np.object_], Floats, Floats]:
    """Return ids, longitudes and latitudes of places."""
    missing = [name for name in ("id", "lon", "lat") if name not in places.columns]
    if missing:
        raise DataError(f"{what}: columns {', '.join(missing)} are missing")
    ids = places["id"].astype(str)
    if ids.duplicated().any():
        raise DataError(f"{what}: id {ids[ids.duplicated()].iloc[0]!r} stands twice")
    lon, lat = (places[name].to_numpy(np.float64) for name in ("lon", "lat"))
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))  # noqa: PLR2004
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{what}: {ids.iloc[at]!r} lies nowhere on Earth: lon {lon[at]:g}, lat {lat[at]:g}"
        )
    return ids.to_numpy(object), lon, lat


def _driving(trip: Trip, sources: Snapped, targets: Snapped, usable: Bools) -> Floats:
    """Compute seconds on the road, across a border only where no other way leads."""
    weight = np.where(usable[:, None], trip.costs.time_s, np.inf)
    abroad = ~trip.network.inland
    inland = np.where(abroad[:, None], np.inf, weight)
    seconds = matrix(customise(trip.graph, inland, step=STEPS["time"]), sources, targets)
    if not abroad.any():
        return seconds
    through = matrix(customise(trip.graph, weight, step=STEPS["time"]), sources, targets)
    return np.where(np.isfinite(seconds), seconds, through)


def _metres(trip: Trip, lon: Floats, lat: Floats) -> NDArray[np.complex128]:
    """Project positions into the roads' metric system, as complex numbers."""
    to_metric = from_lon_lat(trip.network.crs)
    x, y = to_metric.transform(lon, lat)
    return np.asarray(x) + 1j * np.asarray(y)
