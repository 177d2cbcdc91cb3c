"""Halts on the way: passengers who get on and off, breaks, the rest that the law asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.driving.vehicle import Stops, Traveller, Vehicle
from layers.arrays import Floats

SLACK_S = 1.0
"""Whoever is there within a second of a break needs none."""


@dataclass(frozen=True)
class Halts:
    """Seconds that a vehicle stands on a way.

    Attributes
    ----------
    passengers_s
        While people get on and off.
    rests_s
        Breaks and the driver's rest.
    nights_s
        Nights of a long haul.
    """

    passengers_s: float = 0.0
    rests_s: float = 0.0
    nights_s: float = 0.0

    @property
    def total_s(self) -> float:
        """All of them."""
        return self.passengers_s + self.rests_s + self.nights_s


STANDS_NOWHERE: Final = Halts()


def stops_of(traveller: Traveller) -> Stops:
    """Return the halts of a vehicle; nobody on foot has any."""
    return traveller.stops if isinstance(traveller, Vehicle) else Stops()


def halts(stops: Stops, drive_s: float, built_up_m: float) -> Halts:
    """Tell how long a vehicle stands on a way.

    Parameters
    ----------
    stops
        Its habits.
    drive_s
        Seconds of driving.
    built_up_m
        Metres of the way that houses line.

    Examples
    --------
    A driver who rests half an hour after four hours, on a way of nine hours:

    >>> halts(Stops(rest_after_h=4.0, rest_min=30.0), 9 * 3600.0, 0.0).rests_s / 60
    60.0
    """
    passengers, rests, nights = halts_along(stops, np.array([drive_s]), np.array([built_up_m]))
    return Halts(float(passengers[-1]), float(rests[-1]), float(nights[-1]))


def halts_along(stops: Stops, drive_s: Floats, built_up_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Tell how long a vehicle has stood at each place of a way; at its end nobody rests.

    Parameters
    ----------
    stops
        Its habits.
    drive_s, built_up_m
        Seconds of driving and metres between houses from the start, shape (places,).

    Returns
    -------
    passengers_s, rests_s, nights_s
        Shape (places,) each.
    """
    # The longer a line, the fewer stop it on its way: halts are those of its first kilometres.
    lined = -np.expm1(-built_up_m / 1000.0 / stops.local_km) * stops.local_km
    passengers = lined * stops.passengers_s_per_km
    nights = _times(drive_s, stops.day_h)
    # A night is a rest, too.
    rests = np.maximum(_times(drive_s, stops.rest_after_h) - nights, 0.0)
    return passengers, rests * stops.rest_min * 60.0, nights * stops.night_h * 3600.0


def _times(drive_s: Floats, every_h: float) -> Floats:
    """Count how often so many hours of driving are full before the way goes on."""
    if every_h <= 0.0:
        return np.zeros_like(drive_s)
    full: Floats = np.maximum(np.ceil((drive_s - SLACK_S) / (every_h * 3600.0)) - 1.0, 0.0)
    return full
