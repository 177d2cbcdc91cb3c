"""Travel times between places, as transport models take them (skims)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.nearest import door_to_door, water_of
from geo.routing.trip import Trip
from geo.study import Study
from layers.arrays import Floats


def place_times(study: Study, trip: Trip, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute the times from every place to every other, door to door.

    Parameters
    ----------
    study
        The area in its world.
    trip
        For whom, when and on which roads, from `study.trip`.
    places
        Columns `id, lon, lat`; the settlements of the area by default.

    Returns
    -------
    times
        As `geo.routing.travel_times.od_times`: the times that `access` and `compare` take too,
        with the walk to and from the road, over roads that hold in the season. 0 from a place
        to itself.

    Raises
    ------
    DataError
        A position is none, an id stands twice, or nobody is known to live in the area.
    NoRoadError
        The vehicle may use no road.
    """
    ends = study.tables.settlements if places is None else places
    rain, water = study.rules.seasons, water_of(study, trip.season)
    times = door_to_door(trip, ends, ends, rain, water)
    here = times["from_id"] == times["to_id"]
    return times.assign(travel_time_s=times["travel_time_s"].mask(here, 0.0))


def as_matrix(times: pd.DataFrame) -> tuple[list[str], Floats]:
    """Return the ids of zones in their order, and seconds, shape (zones, zones)."""
    zones = times["from_id"].drop_duplicates().tolist()
    seconds = times["travel_time_s"].to_numpy(np.float64).reshape(len(zones), len(zones))
    return [str(zone) for zone in zones], seconds
