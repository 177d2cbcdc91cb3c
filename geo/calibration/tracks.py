"""Tracks of drives as observations: the way on the roads, and moving time apart from stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.calibration.matching import match, thinned
from geo.calibration.observed import Observation, observation_of
from geo.routing.engine import customise
from geo.study import Study
from layers.arrays import Bools, Floats
from layers.crs import from_lon_lat
from layers.io.gpx import Track

STAY_M: Final = 60.0
"""Whoever stays within so far of one place stands there: what receivers wander."""

STAY_S: Final = 150.0
"""Shorter halts belong to driving: signals, giving way, gates of railways."""


@dataclass(frozen=True, eq=False)
class Driven:
    """A track on the roads.

    Attributes
    ----------
    observation
        Its moving time and its way.
    moving_s, standing_s
        Seconds of the whole track.
    halts
        How often it stood.
    """

    observation: Observation
    moving_s: float
    standing_s: float
    halts: int

    def told(self) -> str:
        """Say in one line what was found."""
        return (
            f"{self.observation.id}: {self.observation.km:,.1f} km on these roads, "
            f"{self.moving_s / 3600:.2f} h moving, {self.standing_s / 60:.0f} min standing "
            f"in {self.halts} halt(s)"
        )


def standing(x: Floats, y: Floats, time_s: Floats) -> Bools:
    """Say in which steps from point to point a track stands, shape (points - 1,).

    It stands from a point on if it stays within `STAY_M` of it for `STAY_S` or longer.
    """
    stands = np.zeros(len(x) - 1, bool)
    at = 0
    while at < len(x) - 1:
        end = at + 1
        while end < len(x) and np.hypot(x[end] - x[at], y[end] - y[at]) <= STAY_M:
            end += 1
        if time_s[end - 1] - time_s[at] >= STAY_S:
            stands[at : end - 1] = True
            at = end - 1
        else:
            at += 1
    return stands


def observe_track(study: Study, track: Track, *, vehicle: str, season: str) -> Driven:
    """Match a track to the roads and tell moving time from stops.

    Parameters
    ----------
    study
        The area.
    track
        The drive.
    vehicle, season
        What it was driven with, and when.

    Raises
    ------
    NoRoadError
        The track runs beside all roads, or jumps where none leads.
    """
    network = study.network
    x, y = from_lon_lat(str(network.segments.crs)).transform(track.lon, track.lat)
    stands = standing(x, y, track.time_s)
    step_s = np.diff(track.time_s)
    halts = int((np.diff(np.concatenate([[0], stands.astype(int)])) == 1).sum())
    trip = study.trip(vehicle, season)
    metric = customise(trip.graph, trip.costs.distance_m, step=1e-2)
    # Where one stands the receiver wanders: its points tell nothing of the way.
    moves = np.concatenate([[True], ~stands])
    kept = np.flatnonzero(moves)
    chosen = kept[thinned(x[kept], y[kept])]
    path = match(network, metric, trip.costs.usable, x[chosen], y[chosen])
    moving_s = float(step_s[~stands].sum())
    told = observation_of(
        study,
        path,
        name=track.name,
        route=(track.name, track.name),
        vehicle=vehicle,
        season=season,
        hours=(moving_s / 3600, moving_s / 3600),
        told_h=moving_s / 3600,
        halting=False,
        source=track.name,
        quality="A",
    )
    return Driven(told, moving_s, float(step_s[stands].sum()), halts)
