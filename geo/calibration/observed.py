"""Published times and tracks on the roads of a study, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.driving.vehicle import Vehicle, load_vehicle
from geo.routing.path import Path
from geo.routing.route import find_routes
from geo.study import Study
from layers.arrays import Ints
from layers.errors import DataError, NoRoadError, NoRouteError, UnknownNameError
from layers.roads.network import RoadNetwork
from layers.roads.part import part_of, with_neighbours

HALTS: Final = {"yes": 1.10, "unknown": 1.05, "no": 1.0}
"""What published hours are longer by than driving: an estimate (unsourced), by whether halts
are in them."""

LENGTHS: Final = 0.15
"""A row whose way is longer or shorter than published by this part speaks of another way."""

MOUNTAIN_M_PER_KM: Final = 12.0
"""Climb and descent together from which a way counts as mountainous."""


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
    driving_h
        The middle of them without halts.
    terrain
        `mountain` or `lowland`, by its climb.
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
    driving_h: float
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
        if not isinstance(load_vehicle(str(row["vehicle"])), Vehicle):
            left.append(LeftOut(str(row["id"]), "nobody fits how people walk"))
            continue
        try:
            stops = [study.place(str(row[end])) for end in ("from_id", "to_id")]
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
        uneven = (route.climb_m + route.descent_m) / km
        by_class: dict[str, float] = {}
        for leg in route.legs:
            by_class[leg.highway] = by_class.get(leg.highway, 0.0) + leg.distance_m
        found.append(
            Observation(
                id=str(row["id"]),
                vehicle=str(row["vehicle"]),
                season=season,
                source=str(row["source"]),
                quality=str(row["quality"]),
                route=(min(row["from_id"], row["to_id"]), max(row["from_id"], row["to_id"])),
                hours_min=low,
                hours_max=high,
                driving_h=(low + high) / 2 / HALTS[str(row["stops"])],
                terrain="mountain" if uneven > MOUNTAIN_M_PER_KM else "lowland",
                highway=max(by_class, key=lambda name: by_class[name]),
                km=km,
                path=route.path,
            )
        )
    return tuple(found), tuple(left)


def roads_of(network: RoadNetwork, observations: Sequence[Observation]) -> tuple[RoadNetwork, Ints]:
    """Return the roads of all ways and those that meet them, and where each segment is there."""
    driven = np.unique(np.concatenate([one.path.segment for one in observations]))
    kept = with_neighbours(network, driven)
    place = np.full(len(network.segments), -1)
    place[kept] = np.arange(len(kept))
    return part_of(network, kept), place
