"""Published times and tracks on the roads of a study, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.driving.setting import bendiness
from geo.driving.vehicle import Vehicle, load_vehicle
from geo.routing.path import Path
from geo.routing.route import find_routes
from geo.study import Study
from layers.arrays import Ints, distinct
from layers.errors import DataError, NoRoadError, NoRouteError, UnknownNameError
from layers.roads.network import RoadNetwork
from layers.roads.part import part_of, with_neighbours

HALTS: Final = {"yes": 1.10, "unknown": 1.0, "no": 1.0}
"""What published hours of vehicles without halts of their own are longer by than driving, by
whether halts are in them: an estimate (unsourced)."""

LENGTHS: Final = 0.15
"""A row whose way is longer or shorter than published by this part speaks of another way."""

MOUNTAIN_M_PER_KM: Final = 20.0
"""Climb and descent together from which a way counts as mountainous."""

MOUNTAIN_DEG_PER_KM: Final = 150.0
"""Bends from which it does so, too: outside the terrain nobody knows the climb."""


@dataclass(frozen=True, eq=False)
class Observation:
    """One time that somebody published or drove, on the roads of a study.

    Attributes
    ----------
    id, vehicle, season, source, quality
        Of the row.
    route
        Its two ends in one order: rows of one route are left out together.
    hours_min, hours_max
        As published.
    told_h
        The middle of them, without the halts of vehicles that have none of their own.
    halting
        Whether the halts of the vehicle belong to it.
    terrain
        `mountain` or `lowland`, by its climb and bends.
    highway
        The class of road of the most kilometres.
    km
        On these roads.
    path
        The way.
    """

    id: str
    vehicle: str
    season: str
    source: str
    quality: str
    route: tuple[str, str]
    hours_min: float
    hours_max: float
    told_h: float
    halting: bool
    terrain: str
    highway: str
    km: float
    path: Path


@dataclass(frozen=True)
class LeftOut:
    """A row that cannot be compared, and why."""

    id: str
    why: str


def observe(
    study: Study, table: pd.DataFrame
) -> tuple[tuple[Observation, ...], tuple[LeftOut, ...]]:
    """Find the way of every published time.

    Parameters
    ----------
    study
        The area.
    table
        Columns of `layers.tables.travel_times.TRAVEL_TIME_COLUMNS`.

    Returns
    -------
    observations, left_out
        Rows whose ways are known and as long as published, and the others.

    Raises
    ------
    UnknownNameError
        A row names a vehicle that there is not.
    """
    found: list[Observation] = []
    left: list[LeftOut] = []
    for row in table.to_dict("records"):
        season = "dry" if row["season"] == "any" else str(row["season"])
        if row["left_out"]:
            left.append(LeftOut(str(row["id"]), str(row["left_out"])))
            continue
        vehicle = load_vehicle(str(row["vehicle"]))
        if not isinstance(vehicle, Vehicle):
            left.append(LeftOut(str(row["id"]), "nobody fits how people walk"))
            continue
        try:
            named = str(row["from_id"]), *str(row["through"]).split(), str(row["to_id"])
            stops = [study.place(one) for one in named]
            route = find_routes(study.trip(str(row["vehicle"]), season), stops)[0]
        except (DataError, UnknownNameError, NoRoadError, NoRouteError) as error:
            left.append(LeftOut(str(row["id"]), str(error)))
            continue
        km, told = route.distance_m / 1000, float(row["km"])
        if route.path is None or abs(np.log(km / told)) > LENGTHS:
            left.append(LeftOut(str(row["id"]), f"{told:,.0f} km published, {km:,.0f} km here"))
            continue
        if route.gates:
            left.append(LeftOut(str(row["id"]), "crosses a border"))
            continue
        low, high = float(row["hours_min"]), float(row["hours_max"])
        aside = 1.0 if vehicle.stops.any else HALTS[str(row["stops"])]
        found.append(
            observation_of(
                study,
                route.path,
                name=str(row["id"]),
                route=(min(row["from_id"], row["to_id"]), max(row["from_id"], row["to_id"])),
                vehicle=vehicle.id,
                season=season,
                hours=(low, high),
                told_h=(low + high) / 2 / aside,
                halting=row["stops"] != "no",
                source=str(row["source"]),
                quality=str(row["quality"]),
            )
        )
    return tuple(found), tuple(left)


def observation_of(  # noqa: PLR0913
    study: Study,
    path: Path,
    *,
    name: str,
    route: tuple[str, str],
    vehicle: str,
    season: str,
    hours: tuple[float, float],
    told_h: float,
    halting: bool,
    source: str,
    quality: str,
) -> Observation:
    """Describe the time of a way, with its terrain and the class of most of its kilometres."""
    network, segment = study.network, path.segment
    metres = network.length_m[segment] * (path.stop - path.start)
    km = float(metres.sum()) / 1000
    profile = network.profile
    rise = profile.sum_by_segment(np.abs(profile.grade()) * profile.run()) / network.length_m
    uneven = float(rise[segment] @ metres) / km > MOUNTAIN_M_PER_KM
    winding = float(bendiness(network)[segment] @ metres) / 1000 / km > MOUNTAIN_DEG_PER_KM
    classes = network.segments["highway"].astype(str).to_numpy()[segment]
    by_class = {one: metres[classes == one].sum() for one in np.unique(classes)}
    return Observation(
        id=name,
        vehicle=vehicle,
        season=season,
        source=source,
        quality=quality,
        route=route,
        hours_min=hours[0],
        hours_max=hours[1],
        told_h=told_h,
        halting=halting,
        terrain="mountain" if uneven or winding else "lowland",
        highway=max(by_class, key=lambda one: by_class[one]) or "unnamed",
        km=km,
        path=path,
    )


def roads_of(network: RoadNetwork, observations: Sequence[Observation]) -> tuple[RoadNetwork, Ints]:
    """Return the roads of all ways and those that meet them, and where each segment is there."""
    driven = distinct(np.concatenate([one.path.segment for one in observations]))
    kept = with_neighbours(network, driven)
    place = np.full(len(network.segments), -1)
    place[kept] = np.arange(len(kept))
    return part_of(network, kept), place
