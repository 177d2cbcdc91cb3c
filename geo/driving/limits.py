"""What holds a vehicle's speed down on a segment or a bend, each limit on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.momentum import CLASS, LEGAL, SURFACE, WIDTH
from geo.driving.vehicle import Traveller, Vehicle
from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork


@dataclass(frozen=True)
class SizeLimit:
    """What a road bears.

    Attributes
    ----------
    column
        Of segments, with its unit.
    own
        Field of `geo.driving.vehicle.Body` that may not be more.
    what
        What a vehicle is too much of, as in "18 t heavy".
    """

    column: str
    own: str
    what: str


SIZE_LIMITS: Final = (
    SizeLimit("maxweight_t", "gross_t", "heavy"),
    SizeLimit("maxaxleload_t", "axle_load_t", "heavy"),
    SizeLimit("maxheight_m", "height_m", "high"),
    SizeLimit("maxlength_m", "length_m", "long"),
    SizeLimit("width_m", "width_m", "wide"),
)
"""All that bars a vehicle for its weight or size; a width that is not tagged bars nobody."""

NO_TRUCKS: Final = ("no", "private")
"""Values of `hgv` that close a road to trucks."""

CLOSED_ACCESS: Final = ("no", "private", "agricultural", "forestry", "military", "emergency")
"""Values of `access` that close a road to through traffic."""

SURFACE_COLUMNS: Final = ("surface", "tracktype", "smoothness")
"""Columns that tell what a road's surface is like."""

DUAL_LANES: Final = 4
"""From so many lanes on, a road is taken for a dual carriageway."""

NARROW_M: Final = 4.0
"""Narrower than this, two-way traffic must meet at passing places."""


def curve_kph(radius_m: Floats, superelevation: float, friction: float) -> Floats:
    """Compute the speed that a bend allows.

    V = √(127 · R · (e + f)), the side-friction form of AASHTO, A Policy on Geometric
    Design of Highways and Streets.

    Parameters
    ----------
    radius_m
        Any shape; inf where straight.
    superelevation, friction
        e and f.

    Returns
    -------
    speed_kph
        Same shape.

    Examples
    --------
    >>> curve_kph(np.array([15.0, 100.0, 200.0]), 0.06, 0.17).round(1).tolist()
    [20.9, 54.0, 76.4]
    """
    speed: Floats = np.sqrt(127.0 * radius_m * (superelevation + friction))
    return speed


def class_kph(network: RoadNetwork, traveller: Traveller) -> Floats:
    """Return the usual free speed of every segment's class, NaN where closed; shape (segments,)."""
    return by_category(network, "highway", traveller.free_kph)


def legal_kph(network: RoadNetwork, vehicle: Vehicle) -> Floats:
    """Return the legal limit of every segment where no sign says otherwise, shape (segments,)."""
    segments = network.segments
    lanes = segments["lanes"].to_numpy()
    one_way = (segments["oneway"] != "both").to_numpy()
    trunk = (segments["highway"] == "trunk").to_numpy()
    dual = (lanes >= DUAL_LANES) | (one_way & (lanes >= DUAL_LANES / 2) & trunk)
    law = vehicle.legal
    special = {
        **dict.fromkeys(("motorway", "motorway_link"), law.motorway_kph),
        **dict.fromkeys(("residential", "living_street"), law.urban_kph),
    }
    by_class = by_category(network, "highway", special)
    return np.where(np.isnan(by_class), np.where(dual, law.dual_kph, law.rural_kph), by_class)


def surface_kph(network: RoadNetwork, traveller: Traveller, season: str) -> Floats:
    """Return the limit of surface, tracktype and smoothness, inf if none; shape (segments,)."""
    table = traveller.surface_wet_kph if season == "wet" else traveller.surface_dry_kph
    limits = [
        np.nan_to_num(by_category(network, column, table), nan=np.inf) for column in SURFACE_COLUMNS
    ]
    lowest: Floats = np.minimum.reduce(limits)
    return lowest


def width_kph(network: RoadNetwork, vehicle: Vehicle) -> Floats:
    """Return the limit of one lane for both ways, inf if there is more; shape (segments,)."""
    segments = network.segments
    both = (segments["oneway"] == "both").to_numpy()
    width, lanes = segments["width_m"].to_numpy(), segments["lanes"].to_numpy()
    narrow = both & ((lanes == 1) | (np.isnan(lanes) & (width < NARROW_M)))
    return np.where(narrow, vehicle.driving.single_lane_kph, np.inf)


def free_kph(network: RoadNetwork, vehicle: Vehicle) -> tuple[Floats, NDArray[np.int8]]:
    """Return how fast drivers wish to go on a road by its class, sign and the law.

    Returns
    -------
    speed_kph
        At least 1, shape (segments,).
    limit
        Which holds: `CLASS` or `LEGAL` of `geo.driving.momentum`.
    """
    signed = network.segments["maxspeed_kph"].to_numpy()
    law = legal_kph(network, vehicle)
    usual = np.nan_to_num(class_kph(network, vehicle), nan=1.0)
    # A sign replaces the general limit and the guess by class, never a lower vehicle limit.
    tagged = np.isfinite(signed)
    is_car = vehicle.kind in {"car", "motorcycle"}
    by_law = np.where(tagged, signed if is_car else np.minimum(signed, law), law)
    usual = np.where(tagged, np.inf, usual)
    usual = usual * vehicle.driving.free_share
    which = np.where(usual <= by_law, CLASS, LEGAL).astype(np.int8)
    return np.maximum(np.minimum(usual, by_law), 1.0), which


def may_drive(network: RoadNetwork, traveller: Traveller) -> Bools:
    """Say where a vehicle may drive, or a person walk.

    Returns
    -------
    open
        Shape (segments, 2): class of highway, access, `hgv` (for trucks), gross weight,
        axle load, height, width, length and one-way. Walkers are bound by class only.
    """
    segments = network.segments
    usable = np.isfinite(class_kph(network, traveller))
    if not isinstance(traveller, Vehicle):
        return np.column_stack([usable, usable])
    usable &= ~segments["access"].isin(CLOSED_ACCESS).to_numpy()
    usable &= ~np.logical_or.reduce(list(barred_by(network, traveller).values()))
    forward, backward = (
        (segments["oneway"] != barred).to_numpy() for barred in ("backward", "forward")
    )
    return np.column_stack([usable & forward, usable & backward])


def barred_by(network: RoadNetwork, vehicle: Vehicle) -> dict[str, Bools]:
    """Say for each limit which segments it bars to a vehicle.

    Returns
    -------
    barred
        By column, those of `SIZE_LIMITS` and `hgv`, each of shape (segments,).
    """
    segments = network.segments
    barred: dict[str, Bools] = {
        limit.column: segments[limit.column].to_numpy() < getattr(vehicle.body, limit.own)
        for limit in SIZE_LIMITS
    }
    is_truck = vehicle.kind == "truck"
    return barred | {"hgv": segments["hgv"].isin(NO_TRUCKS).to_numpy() & is_truck}


def by_category(network: RoadNetwork, column: str, table: Mapping[str, float]) -> Floats:
    """Look up a number for every segment by a text column, NaN where the table has none."""
    values = network.segments[column]
    numbers = [table.get(name, np.nan) for name in values.cat.categories]
    lookup = np.array([*numbers, np.nan], np.float64)
    found: Floats = lookup[values.cat.codes.to_numpy()]
    return found
