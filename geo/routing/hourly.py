"""A way at the hours at which one drives it: other traffic by the hour of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from geo.driving.cost import edge_costs
from geo.driving.setting import read_road_rules, vehicles_per_day
from geo.driving.vehicle import Vehicle
from geo.routing.path import Path
from geo.routing.trip import Trip, pieces, stood_s
from layers.arrays import Floats, Ints, distinct
from layers.roads.network import RoadNetwork
from layers.roads.part import part_of, with_neighbours


def at_the_hours(trip: Trip, path: Path, departure: datetime) -> Trip:
    """Return a trip that takes a path at the hours at which one is there, and not by daytime.

    Only the times of the path's own segments are others, both ways.

    Parameters
    ----------
    trip
        Which found the path.
    path
        The way.
    departure
        Local time at its start.
    """
    if not isinstance(trip.vehicle, Vehicle) or not len(path.segment):
        return trip
    taken = pieces(trip.costs, path)
    seconds = taken["time_s"]
    stood = stood_s(trip, path, taken)
    after = np.cumsum(seconds) + stood[0] + stood[1] + stood[2]
    before = np.concatenate([[0.0], after[:-1]])
    hours = np.array([(departure + timedelta(seconds=float(one))).hour for one in before])
    kept = with_neighbours(trip.network, distinct(path.segment))
    part = part_of(trip.network, kept)
    place = np.searchsorted(kept, path.segment)
    time_s = trip.costs.time_s.copy()
    daytime = _time_s(trip, part)
    for hour in np.unique(hours).tolist():
        here = hours == hour
        then = _time_s(trip, part, hour)
        ratio = np.divide(then, daytime, out=np.ones_like(then), where=np.isfinite(daytime))
        ratio = ratio[place[here]]
        time_s[path.segment[here]] = _slower(trip.costs.time_s, path.segment[here], ratio)
    return replace(trip, costs=replace(trip.costs, time_s=time_s))


def _slower(time_s: Floats, segment: Ints, ratio: Floats) -> Floats:
    """Return the seconds of segments times a ratio; what is closed stays so."""
    own = time_s[segment]
    slower: Floats = np.multiply(own, ratio, out=own.copy(), where=np.isfinite(own))
    return slower


def _time_s(trip: Trip, part: RoadNetwork, hour: int | None = None) -> Floats:
    """Cost a part of the roads, with the traffic of an hour of the day."""
    if hour is not None:
        rules = read_road_rules()
        share = rules.traffic.by_hour[hour] / rules.traffic.hour_share
        busy = vehicles_per_day(part, rules) * share
        part = replace(part, segments=part.segments.assign(vehicles_per_day=busy))
    return edge_costs(part, trip.vehicle, season=trip.season).time_s
