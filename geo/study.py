"""What several commands do first: open an area, its roads, a vehicle and the engine."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.driving.vehicle import load_vehicle
from geo.routing.closures import recontract
from geo.routing.engine import contract
from geo.routing.graph import RoadGraph, graph_key
from geo.routing.route import Trip
from geo.scenario.apply import Scenario, Touched, apply
from geo.scenario.changes import ChangeCrossing
from geo.scenario.scenario_file import read_scenarios
from geo.scenario.world import World, base_world, world_costs
from layers.area import Area, load_area
from layers.errors import DataError, EngineError
from layers.roads.network import RoadNetwork
from layers.store.cache import read_array, write_array
from layers.store.store import has_terrain, load_network, load_terrain
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards
from layers.tables.places import gazetteer


@dataclass(frozen=True, eq=False)
class Study:
    """An area ready for questions."""

    area: Area
    network: RoadNetwork
    graph: RoadGraph
    gazetteer: pd.DataFrame
    world: World
    scenario: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()

    def home(self) -> str:
        """Return the id of the place where the area's corridors start.

        Raises
        ------
        DataError
            The area names none.
        """
        if not self.area.home:
            raise DataError(
                f"{self.area.folder / 'area.toml'}: key 'home' is missing: "
                "the id of the place where corridors start"
            )
        return self.area.home

    def trip(self, vehicle: str, season: str, load: float, optimise: str) -> Trip:
        """Return the trip of a vehicle over the roads."""
        chosen = load_vehicle(vehicle)
        costs = world_costs(self.world, chosen, season=season, load=load)
        season = self.world.season or season
        return Trip(self.network, self.graph, costs, chosen, season, self.scenario, optimise)


def open_study(
    name: str, source: str | None, *, opened: Sequence[str] = (), scenarios: Sequence[str] = ()
) -> Study:
    """Open an area, with its node order from the cache if it was computed before.

    Parameters
    ----------
    name
        Slug or folder of the area.
    source
        `osm`, `strategic`, or None for what is best.
    opened
        Ids of crossings that are to count as open to goods.
    scenarios
        Ids or files of scenarios, applied to what is there.

    Raises
    ------
    UnknownNameError
        There is no such area or scenario.
    DataError
        Scenarios cannot be applied, or there is no such crossing; one message names all
        reasons.
    """
    area = load_area(name)
    wanted = [*read_scenarios(area, scenarios), *map(_opened, opened)]
    network = load_network(area, source or "")
    terrain = load_terrain(area) if wanted and has_terrain(area) else None
    world = base_world(network, read_crossings(area), read_hazards(area), terrain=terrain)
    graph = _contracted(network)
    base = Study(area, network, graph, gazetteer(area), world)
    names = dict.fromkeys([*(Path(one).stem for one in scenarios), *(f"open_{o}" for o in opened)])
    return _applied(base, wanted, tuple(names)) if wanted else base


def changed(study: Study, names: Sequence[str]) -> Study:
    """Apply scenarios to the world of a study; its node order is kept.

    Parameters
    ----------
    study
        In its base world.
    names
        Ids or files of scenarios.

    Raises
    ------
    UnknownNameError, DataError
        As for `open_study`.
    """
    wanted = read_scenarios(study.area, names)
    if study.world.terrain is None and has_terrain(study.area):
        terrain = load_terrain(study.area)
        study = replace(study, world=replace(study.world, terrain=terrain))
    return _applied(study, wanted, tuple(dict.fromkeys(Path(one).stem for one in names)))


def _applied(base: Study, wanted: Sequence[Scenario], names: tuple[str, ...]) -> Study:
    world, touched = apply(base.world, wanted)
    return replace(
        base,
        network=world.network,
        graph=recontract(base.graph, world.network),
        world=world,
        scenario=names,
        touched=touched,
    )


def _opened(crossing: str) -> Scenario:
    """Return the scenario in which a crossing is open to goods."""
    change = ChangeCrossing(crossing, {"status": "open", "goods": "yes"})
    return Scenario(f"open_{crossing}", f"{crossing} open", f"เปิด {crossing}", (change,))


def _contracted(network: RoadNetwork) -> RoadGraph:
    """Contract a network by the kept node order; one that is damaged is made anew."""
    key = graph_key(network)
    kept = read_array(key)
    if kept is not None:
        with contextlib.suppress(EngineError):
            return contract(network, kept)
    graph = contract(network)
    write_array(key, graph.order)
    return graph
