"""How fast drivers wish to go on each segment, before bends and grades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.limit_names import SURFACE, TOWN, WIDTH
from geo.driving.limits import free_kph, surface_kph, width_kph
from geo.driving.setting import (
    bendiness,
    built_up,
    dual,
    read_road_rules,
    roughness,
    traffic_loss_kph,
    trucks_ahead,
)
from geo.driving.vehicle import Vehicle
from layers.arrays import Floats
from layers.roads.network import RoadNetwork

RATTLE: Final = 1.15
"""Rectified velocity in mm/s per m/s of speed and m/km of roughness (HDM-4, ARV = 1.15·IRI·V)."""


@dataclass(frozen=True, eq=False)
class Wishes:
    """What holds drivers on a whole segment; arrays of shape (segments, 2), by direction.

    Attributes
    ----------
    inverse
        Σ (1/Vᵢ)^(1/β), V in km/h.
    top
        The largest share of it, 0 to 1.
    reason
        Whose that is: position in `geo.driving.limit_names.LIMITS`.
    loss_kph
        What other traffic takes off, shape (segments,).
    ahead
        `geo.driving.setting.trucks_ahead`, fewer where there are houses.
    same
        Whether both directions are alike everywhere.
    """

    inverse: Floats
    top: Floats
    reason: NDArray[np.int8]
    loss_kph: Floats
    ahead: Floats
    same: bool


def wishes(
    network: RoadNetwork,
    vehicle: Vehicle,
    season: str,
    at: datetime | None = None,
) -> Wishes:
    """Combine desired speed, surface and width of every segment.

    The desired speed is that of class, sign and law; less where the road bends on and on,
    whatever the bend one is in; and that of towns where houses line the road.

    Parameters
    ----------
    network, vehicle
        The roads and who drives.
    season
        `dry` or `wet`.
    at
        Local time, for signs that hold at some hours only.
    """
    rules, driving = read_road_rules(), vehicle.driving
    free, why = free_kph(network, vehicle, season, at)
    same = bool((free[:, 0] == free[:, 1]).all())
    if same:
        free, why = free[:, :1], why[:, :1]
    bends = bendiness(network)
    free = free / (1.0 + driving.bend_unease * bends[:, None] / 1000.0)
    share = built_up(network)[:, None]
    between = np.where(dual(network), driving.town_dual_kph, driving.town_kph)
    town = np.minimum(free, between[:, None])
    # Part of the way in town, part outside: paces add up.
    desired = 1.0 / ((1.0 - share) / free + share / town)
    in_town = (share / town > (1.0 - share) / free) & (town < free)
    rough = driving.rattle_mm_s * 3.6 / (RATTLE * roughness(network, rules))
    ground = np.minimum(surface_kph(network, vehicle, season), rough)[:, None]
    narrow = width_kph(network, vehicle)[:, None]
    power = -1.0 / driving.speed_beta
    parts = [np.power(one, power) for one in (desired, ground, narrow)]
    inverse = parts[0] + parts[1] + parts[2]
    # The largest part is the reason that readers are told.
    top, reason = parts[0], np.where(in_town, TOWN, why).astype(np.int8)
    for part, name in ((parts[1], SURFACE), (parts[2], WIDTH)):
        reason = np.where(part > top, np.int8(name), reason)
        top = np.maximum(top, part)
    loss = traffic_loss_kph(network, bends, rules) * (1.0 - share[:, 0])
    ahead = trucks_ahead(network, bends, rules)
    ahead[:, 0] *= 1.0 - share[:, 0]
    size = len(share), 2
    both = (np.array(np.broadcast_to(one, size)) for one in (inverse, top / inverse, reason))
    whole, most, named = both
    return Wishes(whole, most, named, loss, ahead, same)
