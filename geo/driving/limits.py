"""What holds a vehicle's speed down on a segment or a bend, each limit on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.conditional import USUAL, Who
from geo.driving.limit_names import CLASS, LEGAL
from geo.driving.permits import (
    CLOSED,
    END,
    Obeyed,
    banned_turns,
    one_way,
    signed_kph,
    size_limits,
    verdicts,
)
from geo.driving.vehicle import Traveller, Vehicle
from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork
from layers.roads.surfaces import surface_class


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


def free_kph(
    network: RoadNetwork, vehicle: Vehicle, season: str, at: datetime | None = None
) -> tuple[Floats, NDArray[np.int8]]:
    """Return how fast drivers wish to go on a road by its class, sign and the law, each way.

    Parameters
    ----------
    network, vehicle
        The roads and who drives.
    season
        `dry` or `wet`.
    at
        Local time; the season's `USUAL` by default.

    Returns
    -------
    speed_kph
        At least 1, shape (segments, 2).
    limit
        Which holds: `CLASS` or `LEGAL` of `geo.driving.limit_names`.
    """
    signed = signed_kph(network, who_drives(vehicle, season, at))
    law = legal_kph(network, vehicle)[:, None]
    usual = np.nan_to_num(class_kph(network, vehicle), nan=1.0)[:, None]
    # A sign replaces the general limit and the guess by class, never a lower vehicle limit.
    tagged = np.isfinite(signed)
    is_car = vehicle.kind in {"car", "motorcycle"}
    by_law = np.where(tagged, signed if is_car else np.minimum(signed, law), law)
    usual = np.where(tagged, np.inf, usual)
    usual = usual * vehicle.driving.free_share
    which = np.where(usual <= by_law, CLASS, LEGAL).astype(np.int8)
    return np.maximum(np.minimum(usual, by_law), 1.0), which


def who_drives(vehicle: Vehicle, season: str, at: datetime | None = None) -> Who:
    """Return for whom and when tags are read; without a time at the season's `USUAL`."""
    return Who(vehicle.keys, vehicle.body, at or USUAL[season], season == "wet")


def may_drive(
    network: RoadNetwork, traveller: Traveller, season: str = "dry", at: datetime | None = None
) -> Bools:
    """Say where a vehicle may drive, or a person walk.

    Returns
    -------
    open
        Shape (segments, 2): class of highway, access of the vehicle's own keys, weight, axle
        load, height, width, length and one-way. Walkers are bound by class only. Roads that
        are only for those who have business there are open: see `obeyed_by`.
    """
    usable = np.isfinite(class_kph(network, traveller))
    if not isinstance(traveller, Vehicle):
        return np.column_stack([usable, usable])
    who = who_drives(traveller, season, at)
    usable &= ~np.logical_or.reduce(list(_too_small(network, who).values()))
    open_: Bools = usable[:, None] & (verdicts(network, who) != CLOSED) & one_way(network, who)
    return open_


def obeyed_by(
    network: RoadNetwork, traveller: Traveller, season: str = "dry", at: datetime | None = None
) -> Obeyed:
    """Return which segments are only ends of a journey, and which turns are banned.

    Nobody on foot is bound by either.
    """
    if not isinstance(traveller, Vehicle):
        nowhere = np.zeros((len(network.segments), 2), bool)
        return Obeyed(nowhere, np.zeros(len(network.restrictions), bool))
    who = who_drives(traveller, season, at)
    return Obeyed(verdicts(network, who) == END, banned_turns(network, who))


def barred_by(
    network: RoadNetwork, vehicle: Vehicle, season: str = "dry", at: datetime | None = None
) -> dict[str, Bools]:
    """Say for each limit which segments it bars to a vehicle.

    Returns
    -------
    barred
        By column, those of `SIZE_LIMITS` and `hgv`, each of shape (segments,).
    """
    who = who_drives(vehicle, season, at)
    barred = _too_small(network, who)
    shut = (verdicts(network, who) == CLOSED).all(axis=1)
    if "hgv" not in who.keys:
        return barred | {"hgv": np.zeros(len(shut), bool)}
    # What is closed to trucks alone: not for what holds for every motor vehicle.
    others = replace(who, keys=tuple(key for key in who.keys if "hgv" not in key))
    everybody = (verdicts(network, others) == CLOSED).all(axis=1)
    return barred | {"hgv": shut & ~everybody}


def _too_small(network: RoadNetwork, who: Who) -> dict[str, Bools]:
    """Say for each of `SIZE_LIMITS` which segments it bars."""
    return {
        limit.column: size_limits(network, who, limit.column) < getattr(who.body, limit.own)
        for limit in SIZE_LIMITS
    }


def by_category(network: RoadNetwork, column: str, table: Mapping[str, float]) -> Floats:
    """Look up a number for every segment by a text column, NaN where the table has none.

    A surface that the table does not name counts as what it is most like.
    """
    values = network.segments[column]
    names = [str(name) for name in values.cat.categories]
    if column == "surface":
        names = [name if name in table else surface_class(name) for name in names]
    numbers = [table.get(name, np.nan) for name in names]
    lookup = np.array([*numbers, np.nan], np.float64)
    found: Floats = lookup[values.cat.codes.to_numpy()]
    return found
