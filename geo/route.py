"""Routes: the best way between two points, and others that really differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree
from shapely import LineString

from geo.cost import EdgeCosts
from geo.engine import (
    Metric,
    Path,
    Topology,
    at_node,
    customise,
    shortest_path,
    through_nodes,
)
from geo.snap import Snapped, snap
from geo.vehicle import Vehicle
from layers.crs import LON_LAT
from layers.errors import DataError, NoRouteError
from layers.network import RoadNetwork, Source
from layers.places import Place
from layers.profile import MAX_GRADE, SPACING_M

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = {"time": 1e-3, "cost": 1e-3, "distance": 1e-2}
"""What one integer of the engine is worth: milliseconds, milli-baht, centimetres."""

ASIDE = 0.04
"""An alternative leads through a node at least this part of the best way's length off it."""

MAX_TRIES = 400
"""So many nodes are tried as the middle of an alternative."""

MAX_SHARED = 0.6
"""An alternative shares at most this part of its length with each better way."""

GRADE_OVER_M = 100.0
"""The steepest grade of a route is that of its steepest stretch of this length."""

MAX_STRETCH = 1.6
"""An alternative weighs at most this many times the best way."""


@dataclass(frozen=True)
class Leg:
    """One stretch of a route on one road.

    Attributes
    ----------
    ref, name, name_th, name_en, highway
        The road, as the network names it.
    distance_m, time_s, climb_m, descent_m
        Sums over the stretch.
    max_grade_pct
        Steepest climb or descent over 100 m in it, as a positive number.
    """

    ref: str
    name: str
    name_th: str
    name_en: str
    highway: str
    distance_m: float
    time_s: float
    climb_m: float
    descent_m: float
    max_grade_pct: float


@dataclass(frozen=True, eq=False)
class RouteProfile:
    """What a route is like along its way; arrays of one length.

    Attributes
    ----------
    distance_m
        Distance from the start at every sample.
    elevation_m
        Elevation there.
    speed_kph
        Speed from there to the next sample (the last repeats).
    limit
        What holds the speed there: position in `geo.speed.LIMITS`.
    """

    distance_m: Floats
    elevation_m: Floats
    speed_kph: Floats
    limit: NDArray[np.int8]


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
        Sums, and the steepest grade over 100 m as a positive number.
    legs
        One per road, in order.
    geometry
        LineString in lon, lat.
    profile
        Samples along the way.
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
    legs: tuple[Leg, ...]
    geometry: LineString
    profile: RouteProfile


@dataclass(frozen=True, eq=False)
class Trip:
    """For whom, when and in which world routes are sought.

    Attributes
    ----------
    network, topology, costs
        Roads, their contracted graph, and what they take `vehicle`.
    vehicle, season, scenario
        As `edge_costs` was given them.
    optimise
        `time`, `cost` or `distance`.
    """

    network: RoadNetwork
    topology: Topology
    costs: EdgeCosts
    vehicle: Vehicle
    season: str = "dry"
    scenario: tuple[str, ...] = ()
    optimise: str = "time"

    def metric(self) -> Metric:
        """Return the weights to minimise, customised."""
        step = STEPS[self.optimise]
        return customise(self.topology, self.costs.weight(self.optimise), step=step)


def snap_places(trip: Trip, places: Sequence[Place]) -> Snapped:
    """Snap places to roads that the trip's vehicle may use; errors as `geo.snap.snap`."""
    return snap(
        trip.network,
        np.array([place.lon for place in places]),
        np.array([place.lat for place in places]),
        usable=np.asarray(trip.costs.speeds.open.any(axis=1)),
        labels=tuple(place.name_en for place in places),
    )


def find_routes(
    trip: Trip, stops: Sequence[Place], *, alternatives: int = 0, metric: Metric | None = None
) -> tuple[Route, ...]:
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
    metric
        The trip's own, if the caller has it already.

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
            raise DataError(f"FROM and TO are the same place: {one.name_en}")
    snapped = snap_places(trip, stops)
    metric, best = _best(trip, metric or trip.metric(), snapped, stops)
    ways = [best]
    if alternatives and len(stops) == 2:  # noqa: PLR2004
        ways += _alternatives(trip.network, metric, snapped, ways[0], alternatives)
    return tuple(_route(trip, way, stops) for way in ways)


def _best(
    trip: Trip, metric: Metric, snapped: Snapped, stops: Sequence[Place]
) -> tuple[Metric, Path]:
    """Find the best way, within the country if there is one, and the weights it is best in.

    A way that leaves the country and comes back would pass two borders, which no weight
    counts yet.
    """
    abroad = trip.network.segments["crossing"].astype(str).to_numpy() != ""
    best = _through(trip, metric, snapped, stops)
    if not abroad[best.segment].any():
        return metric, best
    weight = metric.weight.copy()
    weight[abroad] = np.inf
    inland = customise(trip.topology, weight, step=metric.step)
    try:
        return inland, _through(trip, inland, snapped, stops)
    except NoRouteError:
        return metric, best


def _alternatives(
    network: RoadNetwork, metric: Metric, snapped: Snapped, best: Path, wanted: int
) -> list[Path]:
    """Find ways that really differ from the best and from each other.

    A candidate is the best way through some node (Abraham and others 2013, Alternative
    routes in road networks, ACM JEA 18). Nodes aside of the best way are tried from the
    least detour on; a way that turns back on itself, shares more than `MAX_SHARED` of its
    length with a better one or weighs more than `MAX_STRETCH` times the best is none.
    """
    source, target = snapped.take([0]), snapped.take([1])
    total = through_nodes(metric, source, target)
    limit = MAX_STRETCH * _weight(metric, best)
    xy = network.nodes[["x", "y"]].to_numpy()
    on_best = np.unique(network.ends[best.segment])
    aside, _ = cKDTree(xy[on_best]).query(xy)
    reach = ASIDE * float((network.length_m[best.segment] * (best.stop - best.start)).sum())
    tried = (total > limit) | (aside < reach)
    found: list[Path] = []
    candidates = np.flatnonzero(~tried)
    tries = 0
    for node in candidates[np.argsort(total[candidates], kind="stable")]:
        if len(found) == wanted or tries == MAX_TRIES:
            break
        if tried[node]:
            continue
        tries += 1
        middle = at_node(metric, int(node))
        parts = [shortest_path(metric, source, middle), shortest_path(metric, middle, target)]
        if parts[0] is None or parts[1] is None:
            continue
        way = _joined([parts[0], parts[1]])
        tried[network.ends[way.segment].ravel()] = True
        turns_back = len(np.unique(way.segment)) < len(way.segment)
        if not turns_back and _differs(network, way, [best, *found]):
            found.append(way)
    return found


def _joined(parts: Sequence[Path]) -> Path:
    """Join paths into one."""
    return Path(
        np.concatenate([part.segment for part in parts]),
        np.concatenate([part.against for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.stop for part in parts]),
        sum(part.weight for part in parts),
    )


def _through(trip: Trip, metric: Metric, snapped: Snapped, stops: Sequence[Place]) -> Path:
    """Find the way from stop to stop as one path."""
    parts = []
    for at in range(len(stops) - 1):
        part = shortest_path(metric, snapped.take([at]), snapped.take([at + 1]))
        if part is None:
            raise NoRouteError(_why_not(trip, snapped, stops, at))
        parts.append(part)
    return _joined(parts)


def _why_not(trip: Trip, snapped: Snapped, stops: Sequence[Place], at: int) -> str:
    """Say why nothing leads from one stop to the next."""
    component = trip.network.segments["component"].to_numpy()[snapped.segment]
    names = f"{stops[at].name_en} to {stops[at + 1].name_en}"
    if component[at] != component[at + 1]:
        return f"no road leads from {names}: they lie on roads that are not connected"
    return (
        f"no road leads from {names} for {trip.vehicle.id}: every way is closed to it "
        "(one-way streets, access, weight, height or width)"
    )


def _weight(metric: Metric, path: Path) -> float:
    """Sum the metric's weights along a path."""
    weight = metric.weight[path.segment, path.against.astype(int)]
    return float((weight * (path.stop - path.start)).sum())


def _differs(network: RoadNetwork, way: Path, others: Sequence[Path]) -> bool:
    """Say whether a way shares little enough with each of the others."""
    length = network.length_m[way.segment] * (way.stop - way.start)
    shared = [length[np.isin(way.segment, other.segment)].sum() for other in others]
    return bool(max(shared) <= MAX_SHARED * length.sum())


def _route(trip: Trip, path: Path, stops: Sequence[Place]) -> Route:
    """Gather what a path is like."""
    network, costs = trip.network, trip.costs
    share = path.stop - path.start
    column = path.against.astype(int)
    sums = {
        name: getattr(costs, name)[path.segment, column] * share
        for name in ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb")
    }
    profile, piece = _along(network, costs, path)
    rise = np.diff(profile.elevation_m)
    step = piece[:-1]
    climb = np.bincount(step, np.maximum(rise, 0), len(path.segment)).astype(float)
    descent = np.bincount(step, np.maximum(-rise, 0), len(path.segment)).astype(float)
    steepest = _steepest(profile, piece, len(path.segment))
    legs = _legs(network, path, {**sums, "climb_m": climb, "descent_m": descent}, steepest)
    return Route(
        from_place=stops[0],
        to_place=stops[-1],
        via=tuple(stops[1:-1]),
        vehicle=trip.vehicle.id,
        season=trip.season,
        scenario=trip.scenario,
        source=network.source,
        distance_m=float(sums["distance_m"].sum()),
        time_s=float(sums["time_s"].sum()),
        fuel_l=float(sums["fuel_l"].sum()),
        co2_kg=float(sums["co2_kg"].sum()),
        cost_thb=float(sums["cost_thb"].sum()),
        climb_m=float(climb.sum()),
        descent_m=float(descent.sum()),
        max_grade_pct=float(steepest.max(initial=0.0)),
        legs=legs,
        geometry=_geometry(network, path),
        profile=profile,
    )


def _steepest(profile: RouteProfile, piece: Ints, count: int) -> Floats:
    """Return the steepest grade in percent of each piece, measured over `GRADE_OVER_M`."""
    whole = float(profile.distance_m[-1])
    over = min(GRADE_OVER_M, whole)
    start = np.append(np.arange(0.0, whole - over, SPACING_M), whole - over)
    low, high = (np.interp(start + d, profile.distance_m, profile.elevation_m) for d in (0, over))
    grade = np.minimum(np.abs(high - low) / max(over, 1.0), MAX_GRADE) * 100
    middle = np.searchsorted(profile.distance_m, start + over / 2)
    steepest = np.zeros(count)
    np.maximum.at(steepest, piece[np.minimum(middle, len(piece) - 1)], grade)
    return steepest


def _along(network: RoadNetwork, costs: EdgeCosts, path: Path) -> tuple[RouteProfile, Ints]:
    """Join the samples of a path, and tell which piece each belongs to."""
    profile, speed = network.profile, costs.speeds
    low, high = profile.offsets[path.segment], profile.offsets[path.segment + 1]
    at, piece = _ragged(low, high, path.against)
    length = network.length_m[path.segment]
    lower, upper = (path.start * length)[piece], (path.stop * length)[piece]
    back = path.against[piece]
    raw = profile.distance_m[at]
    early = np.where(back, raw > upper, raw < lower)
    late = np.where(back, raw < lower, raw > upper)
    # Of the samples beyond the driven part, the nearest on each side moves to its end.
    new_piece = np.concatenate([[True], piece[1:] != piece[:-1]])
    last_early = early & ~np.concatenate([early[1:] & ~new_piece[1:], [False]])
    first_late = late & ~np.concatenate([[False], late[:-1] & ~new_piece[1:]])
    keep = ~(early | late) | last_early | first_late
    at, piece, back = at[keep], piece[keep], back[keep]
    place = np.clip(profile.distance_m[at], lower[keep], upper[keep])
    elevation = profile.elevation_m[at]
    for part in np.flatnonzero((path.start > 0) | (path.stop < 1)):
        mine, whole = piece == part, slice(low[part], high[part])
        elevation[mine] = np.interp(
            place[mine], profile.distance_m[whole], profile.elevation_m[whole]
        )
    driven = length * (path.stop - path.start)
    before = (np.cumsum(driven) - driven)[piece]
    distance = before + np.where(back, upper[keep] - place, place - lower[keep])
    last = np.concatenate([piece[1:] != piece[:-1], [True]])
    interval = at - path.segment[piece] - np.where(back, 1, 0)
    interval = np.where(last, np.concatenate([interval[:1], interval[:-1]]), interval)
    way = back.astype(int)
    kph, limit = speed.mean_kph[interval, way], speed.limit[interval, way]
    return RouteProfile(distance, elevation, kph, limit), piece


def _ragged(low: Ints, high: Ints, backward: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """List `low[i]:high[i]` for every i in a row, some backward, with i of each."""
    counts = high - low
    piece = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.where(backward[piece], high[piece] - 1 - within, low[piece] + within), piece


def _legs(
    network: RoadNetwork, path: Path, sums: dict[str, Floats], steepest: Floats
) -> tuple[Leg, ...]:
    """Join pieces of one road in a row into legs."""
    columns = ["ref", "name", "name_th", "name_en", "highway"]
    names = network.segments[columns].iloc[path.segment].astype(str).reset_index(drop=True)
    # A numbered highway is one leg under all its names.
    road = names["ref"].where(names["ref"] != "", names["name"] + "|" + names["highway"])
    leg = (road != road.shift()).cumsum().to_numpy() - 1
    count = int(leg[-1]) + 1
    wanted = ("distance_m", "time_s", "climb_m", "descent_m")
    totals = {name: np.bincount(leg, sums[name], count) for name in wanted}
    worst = np.zeros(count)
    np.maximum.at(worst, leg, steepest)
    grouped = names.groupby(leg)
    # Sections of one numbered highway have names of their own: none holds for the whole leg.
    first = grouped.first().where(grouped.nunique() == 1, "")
    return tuple(
        Leg(
            ref=str(first.at[at, "ref"]),
            name=str(first.at[at, "name"]),
            name_th=str(first.at[at, "name_th"]),
            name_en=str(first.at[at, "name_en"]),
            highway=str(first.at[at, "highway"]),
            distance_m=float(totals["distance_m"][at]),
            time_s=float(totals["time_s"][at]),
            climb_m=float(totals["climb_m"][at]),
            descent_m=float(totals["descent_m"][at]),
            max_grade_pct=float(worst[at]),
        )
        for at in range(count)
    )


def _geometry(network: RoadNetwork, path: Path) -> LineString:
    """Join the lines of a path in lon, lat, cut at both ends."""
    lines = network.segments.geometry.to_numpy()[path.segment]
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(line, minlength=len(lines))
    stop = np.cumsum(counts)
    at, piece = _ragged(stop - counts, stop, path.against)
    lower = shapely.line_interpolate_point(lines, path.start, normalized=True)
    upper = shapely.line_interpolate_point(lines, path.stop, normalized=True)
    lower_xy, upper_xy = shapely.get_coordinates(lower), shapely.get_coordinates(upper)
    inside = np.ones(len(at), bool)
    cut = np.flatnonzero((path.start[piece] > 0) | (path.stop[piece] < 1))
    located = shapely.line_locate_point(
        lines[piece[cut]], shapely.points(coordinates[at[cut]]), normalized=True
    )
    inside[cut] = (located > path.start[piece[cut]]) & (located < path.stop[piece[cut]])
    entry = np.where(path.against[:, None], upper_xy, lower_xy)
    leave = np.where(path.against[:, None], lower_xy, upper_xy)
    order = np.concatenate([piece[inside], np.arange(len(lines)), np.arange(len(lines))])
    rank = np.concatenate(
        [np.arange(inside.sum()), np.full(len(lines), -1), np.full(len(lines), inside.sum())]
    )
    rows = np.concatenate([coordinates[at][inside], entry, leave])[np.lexsort((rank, order))]
    fresh = np.concatenate([[True], (np.abs(np.diff(rows, axis=0)) > 1e-6).any(axis=1)])  # noqa: PLR2004
    to_lon_lat = Transformer.from_crs(network.segments.crs, LON_LAT, always_xy=True)
    rows = rows[fresh] if fresh.sum() > 1 else rows[:2]
    return LineString(np.column_stack(to_lon_lat.transform(*rows.T)))
