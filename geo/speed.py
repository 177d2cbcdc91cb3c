"""Speed on mountain roads: class, law, surface, bends, grade and momentum.

Every limit is its own function; `speeds` combines them per interval between samples and
per direction, and lets a vehicle carry its momentum along each segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.momentum import CLASS, CURVE, LEGAL, SURFACE, WIDTH, crawl_all, drive
from geo.vehicle import Vehicle
from layers.network import RoadNetwork

Floats = NDArray[np.float64]

GRAVITY: Final = 9.81
"""m/s²."""

CLOSED_ACCESS: Final = ("no", "private", "agricultural", "forestry", "military", "emergency")
"""Values of `access` that close a road to through traffic."""


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speed on every interval between samples, in both directions.

    Attributes
    ----------
    start_kph, stop_kph
        Speed at the two ends of an interval as it is driven, shape (intervals, 2).
    limit
        What holds it: position in `geo.momentum.LIMITS`,
        shape (intervals, 2).
    open
        Whether a segment may be driven, shape (segments, 2).
    """

    start_kph: Floats
    stop_kph: Floats
    limit: NDArray[np.int8]
    open: NDArray[np.bool_]

    @property
    def mean_kph(self) -> Floats:
        """Mean speed over time of every interval (constant acceleration), shape (intervals, 2)."""
        return (self.start_kph + self.stop_kph) / 2


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


def crawl_kph(grade: Floats, vehicle: Vehicle, load: float, *, cap_kph: float = 200.0) -> Floats:
    """Compute the speed that a vehicle holds on a long constant grade.

    Solves η·P = v·[m·g·(Crr·cosθ + sinθ) + ½·rho·CdA·v²] (Rakha and others 2001,
    J. Transp. Eng. 127; Gillespie 1985, UMTRI-85-39).

    Parameters
    ----------
    grade
        Rise over run, any shape.
    vehicle
        The vehicle.
    load
        0 empty, 1 full.
    cap_kph
        Never more than this.

    Returns
    -------
    speed_kph
        Same shape.
    """
    force, drag, power = _physics(vehicle, load)
    flat = np.ascontiguousarray(grade, dtype=np.float64).ravel()
    speed = crawl_all(flat, force, vehicle.body.rolling, drag, power, cap_kph / 3.6)
    return speed.reshape(np.shape(grade)) * 3.6


def class_kph(network: RoadNetwork, vehicle: Vehicle) -> Floats:
    """Return the usual free speed of every segment's class, NaN where closed; shape (segments,)."""
    return _by_category(network, "highway", vehicle.free_kph)


def legal_kph(network: RoadNetwork, vehicle: Vehicle) -> Floats:
    """Return the legal limit of every segment where no sign says otherwise, shape (segments,)."""
    segments = network.segments
    highway = segments["highway"].astype(str).to_numpy(str)
    lanes = segments["lanes"].to_numpy()
    one_way = (segments["oneway"].astype(str) != "both").to_numpy()
    dual = (lanes >= 4) | (one_way & (lanes >= 2) & (highway == "trunk"))  # noqa: PLR2004
    law = vehicle.legal
    limit = np.where(dual, law.dual_kph, law.rural_kph)
    limit = np.where(np.char.startswith(highway, "motorway"), law.motorway_kph, limit)
    town = np.isin(highway, ("residential", "living_street"))
    return np.where(town, law.urban_kph, limit)


def surface_kph(network: RoadNetwork, vehicle: Vehicle, season: str) -> Floats:
    """Return the limit of surface, tracktype and smoothness, inf if none; shape (segments,)."""
    table = vehicle.surface_wet_kph if season == "wet" else vehicle.surface_dry_kph
    limits = [
        np.nan_to_num(_by_category(network, column, table), nan=np.inf)
        for column in ("surface", "tracktype", "smoothness")
    ]
    lowest: Floats = np.minimum.reduce(limits)
    return lowest


def width_kph(network: RoadNetwork, vehicle: Vehicle) -> Floats:
    """Return the limit of one lane for both ways, inf if there is more; shape (segments,)."""
    segments = network.segments
    both = (segments["oneway"].astype(str) == "both").to_numpy()
    width, lanes = segments["width_m"].to_numpy(), segments["lanes"].to_numpy()
    narrow = both & ((lanes == 1) | (np.isnan(lanes) & (width < 4.0)))  # noqa: PLR2004
    return np.where(narrow, vehicle.driving.single_lane_kph, np.inf)


def may_drive(network: RoadNetwork, vehicle: Vehicle) -> NDArray[np.bool_]:
    """Say where a vehicle may drive.

    Returns
    -------
    open
        Shape (segments, 2): class of highway, access, `hgv` (for trucks), gross weight,
        height, width and one-way.
    """
    segments = network.segments
    usable = np.isfinite(class_kph(network, vehicle))
    if vehicle.kind != "walk":
        usable &= ~segments["access"].astype(str).isin(CLOSED_ACCESS).to_numpy()
        usable &= ~(segments["maxweight_t"].to_numpy() < vehicle.body.gross_t)
        usable &= ~(segments["maxheight_m"].to_numpy() < vehicle.body.height_m)
        usable &= ~(segments["width_m"].to_numpy() < vehicle.body.width_m)
    if vehicle.kind == "truck":
        usable &= ~segments["hgv"].astype(str).isin(("no", "private")).to_numpy()
    oneway = segments["oneway"].astype(str).to_numpy()
    if vehicle.kind == "walk":
        oneway = np.full(len(oneway), "both")
    return np.column_stack([usable & (oneway != "backward"), usable & (oneway != "forward")])


def speeds(network: RoadNetwork, vehicle: Vehicle, *, season: str, load: float) -> Speeds:
    """Compute how fast a vehicle goes on every interval, both ways.

    Parameters
    ----------
    network
        The roads.
    vehicle
        The vehicle.
    season
        `dry` or `wet`.
    load
        0 empty, 1 full.

    Returns
    -------
    speeds
        With the reason of each.
    """
    profile = network.profile
    starts = profile.starts
    segment = profile.segment[starts]
    by_segment, why = _segment_limits(network, vehicle, season)
    driving = vehicle.driving
    friction = driving.curve_friction_wet if season == "wet" else driving.curve_friction_dry
    bend = curve_kph(profile.radius(), driving.curve_superelevation, friction)
    cap = np.minimum(by_segment[segment], bend)
    reason = np.where(bend < by_segment[segment], CURVE, why[segment]).astype(np.int8)
    grade, run = profile.grade(), profile.run()
    force, drag, power = _physics(vehicle, load)
    result = [
        drive(
            way * grade,
            run,
            cap / 3.6,
            reason,
            profile.offsets - np.arange(len(profile.offsets)),
            way,
            np.array([force, vehicle.body.rolling, drag, power, vehicle.mass_t(load) * 1000]),
            np.array([driving.braking_m_s2, driving.acceleration_m_s2, driving.brake_grade]),
        )
        for way in (1, -1)
    ]
    start, stop, limit = (np.stack(part, axis=1) for part in zip(*result, strict=True))
    return Speeds(start * 3.6, stop * 3.6, limit, may_drive(network, vehicle))


def _segment_limits(
    network: RoadNetwork, vehicle: Vehicle, season: str
) -> tuple[Floats, NDArray[np.int8]]:
    """Combine the limits that hold for a whole segment, and say which holds."""
    signed = network.segments["maxspeed_kph"].to_numpy()
    law = legal_kph(network, vehicle)
    usual = np.nan_to_num(class_kph(network, vehicle), nan=1.0)
    # A sign replaces the general limit and the guess by class, never a lower vehicle limit.
    tagged = np.isfinite(signed)
    is_car = vehicle.kind in {"car", "motorcycle"}
    by_law = np.where(tagged, signed if is_car else np.minimum(signed, law), law)
    usual = np.where(tagged, np.inf, usual)
    limits = np.stack(
        [usual, by_law, surface_kph(network, vehicle, season), width_kph(network, vehicle)]
    )
    which = np.array([CLASS, LEGAL, SURFACE, WIDTH], np.int8)[limits.argmin(axis=0)]
    return np.maximum(limits.min(axis=0), 1.0), which


def _by_category(network: RoadNetwork, column: str, table: object) -> Floats:
    """Look up a number for every segment by a text column, NaN where the table has none."""
    values = network.segments[column]
    numbers = [table.get(name, np.nan) for name in values.cat.categories]  # type: ignore[attr-defined]
    lookup = np.array([*numbers, np.nan], np.float64)
    found: Floats = lookup[values.cat.codes.to_numpy()]
    return found


def _physics(vehicle: Vehicle, load: float) -> tuple[float, float, float]:
    """Return weight in N, ½·rho·CdA in kg/m, and power at the wheels in W."""
    body = vehicle.body
    force = vehicle.mass_t(load) * 1000 * GRAVITY
    drag = 0.5 * body.air_density_kg_m3 * body.drag_area_m2
    return force, drag, vehicle.engine.power_kw * 1000 * vehicle.engine.drive_efficiency
