"""How fast drivers wish to go on each segment, before bends and grades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.limits import free_kph, surface_kph, width_kph
from geo.driving.momentum import SURFACE, TOWN, WIDTH
from geo.driving.setting import (
    bendiness,
    built_up,
    read_road_rules,
    roughness,
    traffic_loss_kph,
)
from geo.driving.vehicle import Vehicle
from layers.arrays import Floats
from layers.roads.network import RoadNetwork

RATTLE: Final = 1.15
"""Rectified velocity in mm/s per m/s of speed and m/km of roughness (HDM-4, ARV = 1.15·IRI·V)."""


@dataclass(frozen=True, eq=False)
class Wishes:
    """What holds drivers on a whole segment; arrays of shape (segments,).

    Attributes
    ----------
    inverse
        Σ (1/Vᵢ)^(1/β), V in km/h.
    top
        The largest share of it, 0 to 1.
    reason
        Whose that is: position in `geo.driving.momentum.LIMITS`.
    loss_kph
        What other traffic takes off.
    """

    inverse: Floats
    top: Floats
    reason: NDArray[np.int8]
    loss_kph: Floats


def wishes(network: RoadNetwork, vehicle: Vehicle, season: str) -> Wishes:
    """Combine desired speed, surface and width of every segment.

    The desired speed is that of class, sign and law; less where the road bends on and on,
    whatever the bend one is in; and that of towns where houses line the road.

    Parameters
    ----------
    network, vehicle
        The roads and who drives.
    season
        `dry` or `wet`.
    """
    rules, driving = read_road_rules(), vehicle.driving
    free, why = free_kph(network, vehicle)
    bends = bendiness(network)
    free = free / (1.0 + driving.bend_unease * bends / 1000.0)
    share = built_up(network)
    town = np.minimum(free, driving.town_kph)
    # Part of the way in town, part outside: paces add up.
    desired = 1.0 / ((1.0 - share) / free + share / town)
    in_town = share / town > (1.0 - share) / free
    rough = driving.rattle_mm_s * 3.6 / (RATTLE * roughness(network, rules))
    ground = np.minimum(surface_kph(network, vehicle, season), rough)
    limits = np.stack([desired, ground, width_kph(network, vehicle)])
    parts = np.power(limits, -1.0 / driving.speed_beta)
    inverse = parts.sum(axis=0)
    reasons = np.stack(
        [
            np.where(in_town & (town < free), TOWN, why),
            np.full(len(why), SURFACE),
            np.full(len(why), WIDTH),
        ]
    )
    most = parts.argmax(axis=0)
    at = np.arange(len(most))
    loss = traffic_loss_kph(network, bends, rules) * (1.0 - share)
    return Wishes(inverse, parts[most, at] / inverse, reasons[most, at].astype(np.int8), loss)
