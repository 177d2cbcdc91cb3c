"""What roughness costs: fuel, tyres and upkeep over those of the road a vehicle's file is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from geo.driving.vehicle import Traveller, Vehicle
from layers.arrays import Floats


@dataclass(frozen=True)
class RoughnessCosts:
    """How costs follow roughness; `[roughness_costs]` of `roads.toml`."""

    reference_iri: float = field(metadata={"min": 1, "max": 10, "unit": "m/km"})
    most_iri: float = field(metadata={"min": 5, "max": 40, "unit": "m/km"})
    bump_mm: float = field(metadata={"min": 1, "max": 5000, "unit": "mm/km"})
    bump_power: float = field(metadata={"min": 0.5, "max": 2})
    parts_per_bump: float = field(metadata={"min": 0, "max": 0.01})
    tyre_life_km: float = field(metadata={"min": 1000, "max": 200_000, "unit": "km"})
    tyre_km_per_bump: float = field(metadata={"min": 0, "max": 10})
    fuel_tonnes: tuple[float, ...] = field(metadata={"min": 0, "max": 100, "unit": "t"})
    fuel_ml_per_bump: tuple[float, ...] = field(metadata={"min": 0, "max": 1})
    rolling_more: Mapping[str, float] = field(metadata={"min": 0, "max": 0.5})


GRAVITY: Final = 9.81


class Rougher(NamedTuple):
    """What a rough segment takes of the same on the road of reference.

    Attributes
    ----------
    upkeep, tyres
        Times as much, shape (segments,).
    fuel_l_per_km
        Litres more, shape (segments,).
    """

    upkeep: Floats
    tyres: Floats
    fuel_l_per_km: Floats


def rougher(iri: Floats, vehicle: Traveller, rules: RoughnessCosts) -> Rougher:
    """Return what roughness adds to what a vehicle takes.

    Parts and labour grow by exp(b·(R - R₀)), R the bump integrator's roughness, 630·IRI^1.12
    mm/km; the life of a tyre falls and fuel rises by a straight line in R (IRC SP 30:2009, the
    Indian road user cost study). Speed is apart: what a driver loses by it is in the hours.

    Parameters
    ----------
    iri
        m/km, shape (segments,).
    vehicle
        Its gross weight says how much more fuel; who walks pays nothing.
    rules
        Coefficients.

    Examples
    --------
    >>> from geo.driving.setting import read_road_rules
    >>> from geo.driving.vehicle import load_vehicle
    >>> rules = read_road_rules().roughness_costs
    >>> found = rougher(np.array([3.0, 8.0, 13.0]), load_vehicle("pickup"), rules)
    >>> [part.round(3).tolist() for part in found]
    [[1.0, 1.837, 3.55], [1.0, 1.163, 1.414], [0.0, 0.003, 0.007]]
    """
    held = np.minimum(iri, rules.most_iri)
    more = _bumps(held, rules) - _bumps(np.array(rules.reference_iri), rules)
    if not isinstance(vehicle, Vehicle):
        one = np.ones_like(iri)
        return Rougher(one, one, np.zeros_like(iri))
    life = rules.tyre_life_km / np.maximum(
        rules.tyre_life_km - rules.tyre_km_per_bump * more, 0.1 * rules.tyre_life_km
    )
    litres = np.interp(vehicle.body.gross_t, rules.fuel_tonnes, rules.fuel_ml_per_bump) / 1000
    return Rougher(np.exp(rules.parts_per_bump * more), life, litres * more)


def rough_thb_per_km(iri: Floats, vehicle: Traveller, rules: RoughnessCosts) -> Floats:
    """Return baht per km of what hangs on roughness, at the same speed; shape of `iri`.

    Parameters
    ----------
    iri, vehicle, rules
        As for `rougher`. Fuel is what roughness adds, tyres and upkeep are all there are.
    """
    if not isinstance(vehicle, Vehicle):
        return np.zeros_like(iri)
    found, running = rougher(iri, vehicle, rules), vehicle.running
    own: Floats = (
        found.fuel_l_per_km * vehicle.engine.fuel_thb_per_l
        + found.tyres * running.tyres_thb_per_km
        + found.upkeep * running.maintenance_thb_per_km
    )
    return own


def soft_fuel_l_per_km(rolling_more: Floats, vehicle: Traveller, load: float) -> Floats:
    """Return litres per km that soft ground takes: its resistance over what a litre moves.

    Parameters
    ----------
    rolling_more
        Coefficient of rolling resistance over that of asphalt, shape (segments,).
    vehicle, load
        Who drives, 0 empty, 1 full.
    """
    if not isinstance(vehicle, Vehicle):
        return np.zeros_like(rolling_more)
    body, engine = vehicle.body, vehicle.engine
    tonnes = body.empty_t + load * (body.gross_t - body.empty_t)
    joule_per_l = engine.drive_efficiency * engine.engine_efficiency * engine.fuel_mj_per_l * 1e6
    litres: Floats = rolling_more * tonnes * GRAVITY * 1e6 / joule_per_l
    return litres


def _bumps(iri: Floats, rules: RoughnessCosts) -> Floats:
    """Return the bump integrator's roughness in mm/km."""
    return np.asarray(rules.bump_mm * iri**rules.bump_power, np.float64)
