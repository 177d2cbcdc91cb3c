"""World: everything that a scenario may change, and what driving costs in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.driving.cost import EdgeCosts, close, edge_costs
from geo.driving.vehicle import Traveller, Vehicle
from geo.rules.seasons import Rain
from layers.arrays import Bools
from layers.roads.network import RoadNetwork

if TYPE_CHECKING:
    from layers.terrain.terrain import Terrain


@dataclass(frozen=True)
class Price:
    """A changed price: so many baht, or so many percent more than the vehicle's own."""

    thb: float | None = None
    percent: float = 0.0

    def of(self, usual_thb: float) -> float:
        """Return the price in baht where it is usually `usual_thb`."""
        return usual_thb * (1 + self.percent / 100) if self.thb is None else self.thb


@dataclass(frozen=True, eq=False)
class World:
    """What a scenario may change; `base_world` makes one as it is today.

    Attributes
    ----------
    network
        The roads; what a scenario closes has `access` `no`.
    crossings, hazards
        Tables of the area.
    marks
        One row per segment: `parent`, the segment of the base network that it is a part
        of, -1 for a new road; `start_m`, where in it; `closed`, by a scenario; `banned`,
        kinds and ids of vehicles, with spaces between.
    terrain
        Where heights of new roads are read.
    season
        `dry` or `wet` whatever is asked for, empty if it is not set.
    prices
        By name of `geo.scenario.changes.PRICES`.
    recost
        Whether more than closings and bans differs from the base, so that costs must be
        computed anew.
    """

    network: RoadNetwork
    crossings: pd.DataFrame
    hazards: pd.DataFrame
    marks: pd.DataFrame
    terrain: Terrain | None = None
    season: str = ""
    prices: Mapping[str, Price] = field(default_factory=lambda: MappingProxyType({}))
    recost: bool = False


def base_world(
    network: RoadNetwork,
    crossings: pd.DataFrame,
    hazards: pd.DataFrame,
    *,
    terrain: Terrain | None = None,
) -> World:
    """Return the world as it is, with nothing changed.

    Parameters
    ----------
    network
        The roads.
    crossings, hazards
        Tables of the area, empty if it has none.
    terrain
        Where heights of new roads are to be read.
    """
    count = len(network.segments)
    marks = pd.DataFrame(
        {
            "parent": np.arange(count),
            "start_m": np.zeros(count),
            "closed": np.zeros(count, bool),
            "banned": pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([""])),
        }
    )
    return World(network, crossings, hazards, marks, terrain)


def world_costs(
    world: World,
    traveller: Traveller,
    *,
    season: str = "dry",
    load: float = 1.0,
    base: EdgeCosts | None = None,
    rain: Rain | None = None,
    at: datetime | None = None,
) -> EdgeCosts:
    """Compute what every segment takes a vehicle in a world.

    Closed and banned roads are taken out after speeds are settled at junctions, so that
    closing a road never makes another one faster.

    Parameters
    ----------
    world
        The world.
    traveller
        The vehicle, or someone on foot.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    load
        0 empty, 1 full.
    base
        Costs in the base world for the same traveller, season and load, if they are
        there: where only closings and bans differ, they are used as they are.
    rain
        Parameters of the rains; those shipped by default.
    at
        Local time, as for `geo.driving.cost.edge_costs`.

    Returns
    -------
    costs
        Shape (segments, 2) each.
    """
    shut = barred(world, traveller)
    if base is not None and not world.recost:
        return close(base, shut)
    costs = edge_costs(
        reopened(world),
        priced(traveller, world.prices),
        season=world.season or season,
        load=load,
        hazards=world.hazards,
        rain=rain,
        at=at,
    )
    return close(costs, shut)


def barred(world: World, traveller: Traveller) -> Bools:
    """Say which segments a scenario keeps a traveller off, shape (segments,)."""
    banned = world.marks["banned"]
    hits = [
        bool({traveller.id, traveller.kind} & set(words.split())) for words in banned.cat.categories
    ]
    mine = np.asarray(hits, bool)[banned.cat.codes.to_numpy()]
    shut: Bools = mine | world.marks["closed"].to_numpy(bool)
    return shut


def priced(traveller: Traveller, prices: Mapping[str, Price]) -> Traveller:
    """Return a vehicle with changed prices; who walks pays for their time alone."""
    engine, running = {}, {}
    for item, price in prices.items():
        if item == "fuel_thb_per_l":
            if isinstance(traveller, Vehicle):
                engine[item] = price.of(traveller.engine.fuel_thb_per_l)
        elif hasattr(traveller.running, item):
            running[item] = price.of(getattr(traveller.running, item))
    if isinstance(traveller, Vehicle):
        return replace(
            traveller,
            engine=replace(traveller.engine, **engine),
            running=replace(traveller.running, **running),
        )
    return replace(traveller, running=replace(traveller.running, **running))


def reopened(world: World) -> RoadNetwork:
    """Return the roads of a world without the closings of scenarios."""
    closed = world.marks["closed"].to_numpy(bool)
    if not closed.any():
        return world.network
    segments = world.network.segments
    access = np.where(closed, "", segments["access"].astype(str))
    opened = segments.assign(access=pd.Series(access, dtype="str").astype("category"))
    return replace(world.network, segments=opened)
