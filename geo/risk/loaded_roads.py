"""Demand put on the roads of an area, which are split where it starts and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.driving.permits import Obeyed
from geo.driving.usual import GOODS, PEOPLE
from geo.risk.demand import Demand, others, people
from geo.risk.doorsteps import doorsteps, without_doorsteps
from geo.risk.ends import firm_ends, joined, snapped
from geo.risk.harvests import tonnes
from geo.risk.link_losses import Losses, losses
from geo.routing.chainage import chainage
from geo.routing.contracting import recontract
from geo.routing.engine import customise
from geo.routing.graph import Metric, RoadGraph
from geo.routing.snap import Snapped
from geo.routing.split import Split, split_at
from geo.routing.stops import WALK_M
from geo.routing.trip import STEPS, Trip
from geo.study import Study
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError, UnknownNameError
from layers.roads.network import RoadNetwork

Progress = Callable[[str], None]
"""Is told what is done next."""

DEMANDS: Final = ("people", "tonnes", "both")


NAMED: Final = 12
"""So many of those who live far from every road are named."""


@dataclass(frozen=True, eq=False)
class Flow:
    """A demand on the roads.

    Attributes
    ----------
    demand
        Those of it that live, and go, near a road.
    trip
        Who goes, on the roads as they are.
    metric
        Seconds on the split roads, of the season.
    origins, goals
        Positions on them.
    doorsteps
        Links whose loss cuts nobody off from a kind of goal, shape (links, kinds).
    firm, firm_of
        Where those get on an all-season road whose nearest road is none, and their positions
        among `origins`: in the rains they walk to it, as `geo.access.nearest` has it.
    """

    demand: Demand
    trip: Trip
    metric: Metric
    origins: Snapped
    goals: Snapped
    doorsteps: Bools
    firm: Snapped
    firm_of: Ints

    @cached_property
    def lost(self) -> tuple[Losses, ...]:
        """What the loss of each link does, one of the demand's kinds after the other."""
        each = losses(self.metric, self.origins, self.goals, group=self.demand.group)
        return tuple(
            without_doorsteps(found, self.doorsteps[:, kind]) for kind, found in enumerate(each)
        )


@dataclass(frozen=True, eq=False)
class Roads:
    """The roads, split at places, and what goes over them.

    Attributes
    ----------
    study
        The area.
    split
        Its roads in pieces, called links.
    graph
        Of the links.
    kilometres
        Of `geo.routing.chainage.chainage`; `chain` is its first row of every link.
    flows
        What goes over them.
    season
        `dry` or `wet`.
    """

    study: Study
    split: Split
    graph: RoadGraph
    kilometres: pd.DataFrame
    flows: tuple[Flow, ...]
    season: str

    @property
    def people(self) -> Flow | None:
        """What people do, None if they were not asked for."""
        return next((flow for flow in self.flows if flow.demand.unit == "people"), None)

    @property
    def whole(self) -> bool:
        """Whether all people's trips of the one table of trips are there."""
        return any(not flow.demand.needs for flow in self.flows)

    @property
    def names(self) -> dict[str, tuple[str, str]]:
        """English and Thai name of places and settlements by id; one stands for both."""
        tables = [self.study.gazetteer, *(flow.demand.origins for flow in self.flows)]
        every = pd.concat([table[["id", "name_en", "name_th"]] for table in tables]).astype(str)
        return {
            one: (english or thai, thai or english)
            for one, english, thai in every.itertuples(index=False)
        }

    @property
    def chain(self) -> pd.DataFrame:
        """Kilometres of every link along the road of its first number."""
        return self.kilometres.iloc[: len(self.network.segments)]

    @property
    def network(self) -> RoadNetwork:
        """The links."""
        return self.split.network


def load_roads(  # noqa: PLR0913 - what may be asked
    study: Study,
    demand: str = "both",
    *,
    to: Sequence[str] = (),
    vehicle: str = PEOPLE,
    truck: str = GOODS,
    season: str = "dry",
    trips: float | None = None,
    population: Path | None = None,
    progress: Progress = lambda _: None,
) -> tuple[Roads, tuple[str, ...]]:
    """Put people, tonnes or both on the roads of a study.

    Parameters
    ----------
    study
        The area.
    demand
        `people`, `tonnes` or `both`.
    to
        Where people go, as for `geo.risk.demand.people`.
    vehicle, truck
        Ids of what people go with and of what carries the tonnes.
    season
        `dry` or `wet`; a season that a scenario sets counts before it.
    trips
        Of each person per day to each of them; by default those of the one table of trips.
    population
        Raster of people, counted where they live.
    progress
        Is told what takes a while.

    Returns
    -------
    roads, notes
        And what the reader must know.

    Raises
    ------
    DataError
        There is nobody, nothing or nowhere to go, or nobody lives near a road.
    UnknownNameError
        There is no such demand, kind, place or vehicle.
    """
    if demand not in DEMANDS:
        raise UnknownNameError(f"demand {demand!r} is none; there are: {', '.join(DEMANDS)}")
    made: list[Demand] = []
    notes: list[str] = []
    if demand != "tonnes":
        progress("who goes where")
        when = study.season(season)
        who, said = people(study, to, vehicle, trips, season=when, population=population)
        made.append(who)
        notes += said
        rest = None if to or trips else others(study, vehicle, when, who.kinds)
        made += [rest] if rest else []
    if demand != "people":
        progress("where the harvests go")
        goods, said = tonnes(study, truck, season)
        made += [goods] if goods else []
        notes += said
    if not made:
        raise DataError(notes[-1])
    roads, said = put_on_roads(study, made, season)
    return roads, (*notes, *said)


def put_on_roads(
    study: Study, demands: Sequence[Demand], season: str
) -> tuple[Roads, tuple[str, ...]]:
    """Find where demand joins the roads, and split them there.

    No way leads across a border: goods end at a crossing.

    Parameters
    ----------
    study
        The area.
    demands
        Who goes where.
    season
        `dry` or `wet`; a season that a scenario sets counts before it.

    Returns
    -------
    roads, notes
        And who lives too far from every road.

    Raises
    ------
    DataError
        Nobody lives near a road, or nothing they go to is.
    """
    season = study.season(season)
    trips = [study.trip(one.vehicle, season, 1.0, "time") for one in demands]
    placed, firm_of, notes = [], [], []
    for demand, trip in zip(demands, trips, strict=True):
        kept, origins, goals, far = snapped(study, demand, trip)
        firm, of = firm_ends(study, kept, trip, origins)
        placed.append((kept, origins, goals, firm))
        firm_of.append(of)
        more = len(far) - NAMED
        if far:
            notes.append(
                f"Farther than {WALK_M / 1000:g} km from every road, or with water before those "
                "that are nearer, in no figure: "
                f"{', '.join(far[:NAMED])}{f' and {more} more' if more > 0 else ''}."
            )
    every = [side for _, *sides in placed for side in sides]
    split = split_at(study.network, joined(every))
    graph = recontract(study.graph, split.network)
    flows = tuple(
        Flow(
            kept,
            trip,
            on_links(split, graph, trip, trip.costs.time_s),
            split.move(origins),
            split.move(goals),
            doorsteps(split.network, split.move(goals), kept.group),
            split.move(firm),
            of,
        )
        for (kept, origins, goals, firm), of, trip in zip(placed, firm_of, trips, strict=True)
    )
    roads = Roads(study, split, graph, chainage(split.network), flows, season)
    return roads, tuple(notes)


def on_links(
    split: Split, graph: RoadGraph, trip: Trip, weight: Floats, *, step: str = "time"
) -> Metric:
    """Customise weights of whole segments for their pieces, none of them across a border.

    Parameters
    ----------
    split, graph
        The links.
    trip
        Whose roads count.
    weight
        Of the whole segments, shape (segments, 2).
    step
        `time` or `cost`.
    """
    abroad = ~trip.network.inland
    inland = np.where((abroad | (trip.costs.passable <= 0))[:, None], np.inf, weight)
    share = split.stop - split.start
    obeyed = Obeyed(trip.costs.ends_only[split.segment], trip.costs.banned)
    return customise(
        graph.obeying(obeyed), inland[split.segment] * share[:, None], step=STEPS[step]
    )
