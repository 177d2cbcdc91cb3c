"""What a road is like around a driver: bends ahead, houses, traffic, roughness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from geo.driving.limits import DUAL_LANES, by_category
from geo.driving.roughness import RoughnessCosts
from layers.arrays import Bools, Floats
from layers.io.toml_file import read_toml
from layers.roads.network import RoadNetwork

_FILE: Final = Path(__file__).parent / "roads.toml"

NEAR_M: Final = 500.0
"""So far along the road drivers' wishes are shaped by what they have just driven."""

BESIDE_ROUNDS: Final = 2
"""How often bends are smoothed along the road: over so many junctions they are felt."""

PAVED: Final = ("asphalt", "concrete", "paved", "paving_stones", "sett", "")

NO_PASSING: Final = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 2.3, 3.8, 4.2, 5.6],
        [0.0, 2.7, 4.3, 5.7, 6.3, 7.3],
        [0.0, 2.5, 3.8, 4.9, 5.5, 6.2],
        [0.0, 2.2, 3.1, 3.9, 4.3, 4.9],
        [0.0, 1.8, 2.5, 3.2, 3.6, 4.2],
        [0.0, 1.3, 2.0, 2.6, 3.0, 3.4],
        [0.0, 0.9, 1.4, 1.9, 2.3, 2.7],
    ]
)
"""km/h that a two-lane highway loses where overtaking is barred on 0, 20 … 100 % of it, at 0,
200 … 1,400 cars an hour (HCM 2000, Exhibit 20-11)."""


def _number(low: float, high: float, unit: str) -> dict[str, object]:
    return {"min": low, "max": high, "unit": unit}


@dataclass(frozen=True)
class Traffic:
    """What runs where nobody counted."""

    trunk: float = field(metadata=_number(0, 200_000, "vehicles/day"))
    primary: float = field(metadata=_number(0, 200_000, "vehicles/day"))
    secondary: float = field(metadata=_number(0, 200_000, "vehicles/day"))
    tertiary: float = field(metadata=_number(0, 200_000, "vehicles/day"))
    hour_share: float = field(metadata=_number(0, 1, ""))
    by_hour: tuple[float, ...] = field(metadata=_number(0, 1, ""))
    heavy_share: float = field(metadata=_number(0, 1, ""))
    heavy_cars: float = field(metadata=_number(1, 20, ""))
    no_passing_deg_per_km: float = field(metadata=_number(1, 5000, "degrees/km"))
    truck_w_per_kg: float = field(metadata=_number(1, 100, "W/kg"))
    truck_kph: float = field(metadata=_number(10, 120, "km/h"))
    truck_rolling: float = field(metadata=_number(0, 0.1, ""))
    truck_climb: float = field(metadata=_number(0, 0.3, ""))
    passing_every_km: float = field(metadata=_number(0, 50, "km"))


@dataclass(frozen=True)
class Junctions:
    """Seconds lost where roads meet, by rank of road."""

    give_way_s: tuple[float, ...] = field(metadata=_number(0, 300, "s"))
    equals_s: tuple[float, ...] = field(metadata=_number(0, 300, "s"))
    signal_s: float = field(metadata=_number(0, 300, "s"))
    stop_s: float = field(metadata=_number(0, 300, "s"))
    roundabout_s: float = field(metadata=_number(0, 300, "s"))
    level_crossing_s: float = field(metadata=_number(0, 300, "s"))
    toll_booth_s: float = field(metadata=_number(0, 600, "s"))
    gate_s: float = field(metadata=_number(0, 600, "s"))
    one_junction_m: float = field(metadata=_number(0, 500, "m"))


@dataclass(frozen=True)
class Spread:
    """How much times differ between drivers and days."""

    trunk: float = field(metadata=_number(0, 2, ""))
    primary: float = field(metadata=_number(0, 2, ""))
    secondary: float = field(metadata=_number(0, 2, ""))
    tertiary: float = field(metadata=_number(0, 2, ""))
    other: float = field(metadata=_number(0, 2, ""))
    unpaved: float = field(metadata=_number(0, 2, ""))
    whole_way: float = field(metadata=_number(0, 1, ""))
    forgotten_km: float = field(metadata=_number(0.1, 10_000, "km"))


@dataclass(frozen=True)
class RoadRules:
    """What roads are like where nobody measured it; see `roads.toml`."""

    iri_paved: Mapping[str, float] = field(metadata=_number(0.5, 30, "m/km"))
    iri_surface: Mapping[str, float] = field(metadata=_number(0.5, 30, "m/km"))
    roughness_costs: RoughnessCosts
    traffic: Traffic
    junctions: Junctions
    spread: Spread


@cache
def read_road_rules() -> RoadRules:
    """Read what ships with the package."""
    return read_toml(_FILE, RoadRules, what="the roads")


def roughness(network: RoadNetwork, rules: RoadRules) -> Floats:
    """Return the roughness of every segment, IRI in m/km, shape (segments,)."""
    usual = by_category(network, "highway", rules.iri_paved)
    usual = np.where(np.isnan(usual), rules.iri_paved["other"], usual)
    surface = np.nan_to_num(by_category(network, "surface", rules.iri_surface), nan=0.0)
    return np.maximum(usual, surface)


def bendiness(network: RoadNetwork) -> Floats:
    """Return how much a road turns around each segment, degrees per km, shape (segments,).

    The segment's own bends and those of the same road beside it, so that cutting a road
    changes little. Kept with the network: every vehicle asks for it.
    """
    kept = network.surroundings
    if "bendiness" not in kept:
        kept["bendiness"] = _bendiness(network)
    return kept["bendiness"]


def _bendiness(network: RoadNetwork) -> Floats:
    profile = network.profile
    turn = np.degrees(profile.sum_by_segment(profile.run() / profile.radius()))
    length, ends = network.length_m, network.ends
    road, nodes = network.roads, len(network.nodes)
    keys, at = np.unique((road[:, None] * nodes + ends).ravel(), return_inverse=True)
    for _ in range(BESIDE_ROUNDS):
        weight = np.minimum(length, NEAR_M)
        per_m = turn / length
        total = np.bincount(at, np.repeat(weight, 2), len(keys))
        mean = np.bincount(at, np.repeat(weight * per_m, 2), len(keys)) / total
        beside = mean[at].reshape(-1, 2).sum(axis=1)
        near = np.maximum(NEAR_M - length / 2, 0.0)
        smooth = (turn + near * beside) / (length + 2 * near)
        turn = smooth * length
    per_km: Floats = turn / length * 1000.0
    return per_km


def dual(network: RoadNetwork) -> Bools:
    """Say which segments have two lanes or more each way, or one way only, shape (segments,)."""
    segments = network.segments
    lanes, one_way = segments["lanes"].to_numpy(), (segments["oneway"] != "both").to_numpy()
    wide: Bools = (lanes >= DUAL_LANES) | one_way
    return wide


def traffic_loss_kph(network: RoadNetwork, bends: Floats, rules: RoadRules) -> Floats:
    """Return what other traffic takes off the speed on every segment by day, shape (segments,).

    Two-lane highways: 0.0125·flow and the adjustment for no-passing zones, with flow in cars
    an hour both ways (HCM 2000, equation 20-5). Wider roads lose nothing at such flows.
    """
    usual = rules.traffic
    per_day = vehicles_per_day(network, rules)
    cars = per_day * usual.hour_share * (1 + usual.heavy_share * (usual.heavy_cars - 1))
    cars = np.where(dual(network), 0.0, np.minimum(cars, 1400.0))
    barred = np.minimum(bends / usual.no_passing_deg_per_km, 1.0) * 5
    row, col = np.divmod(cars, 200.0)[0].astype(int), barred.astype(int)
    row, col = np.minimum(row, len(NO_PASSING) - 2), np.minimum(col, 4)
    down, right = cars / 200.0 - row, barred - col
    table = NO_PASSING
    lost = (
        table[row, col] * (1 - down) * (1 - right)
        + table[row + 1, col] * down * (1 - right)
        + table[row, col + 1] * (1 - down) * right
        + table[row + 1, col + 1] * down * right
    )
    loss: Floats = 0.0125 * cars + lost
    return loss


def trucks_ahead(network: RoadNetwork, bends: Floats, rules: RoadRules) -> Floats:
    """Return what decides how long a truck ahead holds drivers on climbs, shape (segments, 2).

    Trucks an hour each way, none on wider roads, and kilometres from one place to pass to the
    next; see `geo.driving.limiting.behind_trucks`.
    """
    usual = rules.traffic
    barred = np.minimum(bends / usual.no_passing_deg_per_km, 1.0)
    heavy = vehicles_per_day(network, rules) * usual.hour_share * usual.heavy_share / 2.0
    heavy = np.where(dual(network), 0.0, heavy)
    return np.column_stack([heavy, usual.passing_every_km * barred])


def vehicles_per_day(network: RoadNetwork, rules: RoadRules) -> Floats:
    """Return the traffic of both ways, counted or else usual of the class, shape (segments,)."""
    by_class = {
        name: getattr(rules.traffic, name) for name in ("trunk", "primary", "secondary", "tertiary")
    }
    usual = np.nan_to_num(by_category(network, "highway", by_class), nan=0.0)
    counted = _known(network, "vehicles_per_day")
    return np.where(np.isnan(counted), usual, counted)


def built_up(network: RoadNetwork) -> Floats:
    """Return the share of every segment that is lined by houses, 0 to 1, shape (segments,)."""
    if "built_up" not in network.surroundings:
        network.surroundings["built_up"] = np.nan_to_num(_known(network, "built_up"))
    return network.surroundings["built_up"]


def _known(network: RoadNetwork, column: str) -> Floats:
    """Return one of `layers.roads.schema.SURROUNDINGS`, NaN where nobody knows."""
    segments = network.segments
    if column not in segments:
        return np.full(len(segments), np.nan)
    values: Floats = segments[column].to_numpy(np.float64)
    return values
