"""Routes: the best way between two points, and others that really differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely import LineString

from geo.driving.spread import TENTH
from geo.driving.stops import STANDS_NOWHERE, Halts
from geo.routing.alternatives import find_alternatives
from geo.routing.engine import shortest_path
from geo.routing.graph import Metric
from geo.routing.legs import Leg, RouteProfile, along, legs_of, steepest_grade
from geo.routing.lines import geometry_of
from geo.routing.path import Path, join_paths
from geo.routing.schedule import Schedule
from geo.routing.snap import Snapped
from geo.routing.stops import snap_places
from geo.routing.trip import Trip, log_spread, pieces, stood_s, sums
from layers.arrays import Floats
from layers.errors import DataError, NoRouteError
from layers.roads.network import RoadNetwork, Source
from layers.roads.profile import MAX_GRADE
from layers.tables.places import Place


@dataclass(frozen=True, eq=False)
class Route:
    """One way from one place to another.

    Attributes
    ----------
    from_place, to_place, via
        Where it goes.
    vehicle, season, scenario, source
        For whom, when, in which world, and on whose roads.
    distance_m, time_s, fuel_l, co2_kg, cost_thb, climb_m, descent_m, max_grade_pct
        Sums, and the steepest grade over 100 m as a positive number; the time counts halts.
    passable
        Probability of getting through in the season.
    legs
        One per road, in order.
    geometry
        LineString in lon, lat.
    profile
        Samples along the way.
    gates
        Ids of the crossings that it leads across, and the seconds from the start to each.
    schedule
        When it is driven, if a departure was asked for.
    path
        The pieces of roads that it is made of.
    spread_s
        The times that 10, 50 and 90 of a hundred drives stay within, without gates.
    halts
        How much of the time the vehicle stands for passengers, rest and nights.
    """

    from_place: Place
    to_place: Place
    via: tuple[Place, ...]
    vehicle: str
    season: str
    scenario: tuple[str, ...]
    source: Source
    distance_m: float
    time_s: float
    fuel_l: float
    co2_kg: float
    cost_thb: float
    climb_m: float
    descent_m: float
    max_grade_pct: float
    passable: float
    legs: tuple[Leg, ...]
    geometry: LineString
    profile: RouteProfile
    gates: tuple[tuple[str, float], ...] = ()
    schedule: Schedule | None = None
    path: Path | None = None
    spread_s: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    halts: Halts = STANDS_NOWHERE

    @property
    def driving_s(self) -> float:
        """The time at the wheel, which the legs add up to."""
        return self.time_s - self.halts.total_s


def find_routes(trip: Trip, stops: Sequence[Place], *, alternatives: int = 0) -> tuple[Route, ...]:
    """Find the best way through a row of places, and others that really differ.

    Parameters
    ----------
    trip
        For whom, when and where.
    stops
        Start, places on the way, goal.
    alternatives
        How many further ways are wanted, only between two stops; fewer are found where
        there are not so many.

    Returns
    -------
    routes
        The best first.

    Raises
    ------
    DataError
        Two stops in a row are the same place.
    NoRoadError
        A stop is too far from any road.
    NoRouteError
        Nothing leads from one stop to the next.
    """
    for one, other in pairwise(stops):
        if (one.lon, one.lat) == (other.lon, other.lat):
            raise DataError(f"two stops in a row are the same place: {one.name_en}")
    snapped = snap_places(trip, stops)
    metric, best = _best(trip, snapped, stops)
    ways = [best]
    if alternatives and len(stops) == 2:  # noqa: PLR2004
        ways += find_alternatives(trip.network, metric, snapped, ways[0], alternatives)
    return tuple(route_of(trip, way, stops) for way in ways)


def _best(trip: Trip, snapped: Snapped, stops: Sequence[Place]) -> tuple[Metric, Path]:
    """Find the best way, within the country if there is one, and the weights it is best in.

    A way that leaves the country and comes back would pass two borders, which no weight
    counts yet.
    """
    metric = trip.metric()
    best = _through(trip, metric, snapped, stops)
    if trip.network.inland[best.segment].all():
        return metric, best
    inland = trip.inland_metric()
    try:
        return inland, _through(trip, inland, snapped, stops)
    except NoRouteError:
        return metric, best


def _through(trip: Trip, metric: Metric, snapped: Snapped, stops: Sequence[Place]) -> Path:
    """Find the way from stop to stop as one path."""
    parts = []
    for at in range(len(stops) - 1):
        part = shortest_path(metric, snapped.take([at]), snapped.take([at + 1]))
        if part is None:
            raise NoRouteError(_why_not(trip, snapped, stops, at))
        parts.append(part)
    return join_paths(parts)


def _why_not(trip: Trip, snapped: Snapped, stops: Sequence[Place], at: int) -> str:
    """Say why nothing leads from one stop to the next."""
    component = trip.network.segments["component"].to_numpy()[snapped.segment]
    names = f"{stops[at].name_en} to {stops[at + 1].name_en}"
    if component[at] != component[at + 1]:
        return f"no road leads from {names}: they lie on roads that are not connected"
    changed = f"; in the world of {', '.join(trip.scenario)}" if trip.scenario else ""
    return (
        f"no road leads from {names} for {trip.vehicle.id}: every way is closed to it "
        f"(one-way streets, access, weight, height or width){changed}"
    )


def route_of(trip: Trip, path: Path, stops: Sequence[Place]) -> Route:
    """Gather what a path through a row of places is like."""
    network, costs = trip.network, trip.costs
    taken = pieces(costs, path)
    total = sums(trip, path, taken)
    profile, piece = along(network, costs, path)
    steepest_rise = MAX_GRADE * np.diff(profile.distance_m)
    rise = np.clip(np.diff(profile.elevation_m), -steepest_rise, steepest_rise)
    step = piece[:-1]
    climb = np.bincount(step, np.maximum(rise, 0), len(path.segment)).astype(float)
    descent = np.bincount(step, np.maximum(-rise, 0), len(path.segment)).astype(float)
    steepest = steepest_grade(profile, piece, len(path.segment))
    legs = legs_of(network, path, {**taken, "climb_m": climb, "descent_m": descent}, steepest)
    stood = stood_s(trip, path, taken)
    halts = Halts(*(float(part[-1]) for part in stood))
    factor = float(np.exp(TENTH * log_spread(trip, path, taken)))
    return Route(
        from_place=stops[0],
        to_place=stops[-1],
        via=tuple(stops[1:-1]),
        vehicle=trip.vehicle.id,
        season=trip.season,
        scenario=trip.scenario,
        source=network.source,
        distance_m=total.distance_m,
        time_s=total.time_s + halts.total_s,
        fuel_l=total.fuel_l,
        co2_kg=total.co2_kg,
        cost_thb=total.cost_thb,
        climb_m=float(climb.sum()),
        descent_m=float(descent.sum()),
        max_grade_pct=float(steepest.max(initial=0.0)),
        passable=total.passable,
        legs=legs,
        geometry=geometry_of(network, path),
        profile=profile,
        gates=_gates(network, path, taken["time_s"], stood[0] + stood[1] + stood[2]),
        path=path,
        spread_s=(
            total.time_s / factor + halts.total_s,
            total.time_s + halts.total_s,
            total.time_s * factor + halts.total_s,
        ),
        halts=halts,
    )


def _gates(
    network: RoadNetwork, path: Path, time_s: Floats, stood_s: Floats
) -> tuple[tuple[str, float], ...]:
    """Find the crossings on a path: each lies where the road across it begins."""
    names = network.crosses[path.segment]
    after = np.cumsum(time_s) + stood_s
    before = np.concatenate([[0.0], after[:-1]])
    first = np.flatnonzero((names != "") & np.concatenate([[True], names[1:] != names[:-1]]))
    return tuple((str(names[at]), float(before[at])) for at in first)
