"""What several commands do first: open an area, its roads, a vehicle and the engine."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pandas as pd

from geo.cost import edge_costs
from geo.engine import Topology, contract, topology_key
from geo.route import Trip
from geo.vehicle import load_vehicle
from layers.area import Area, load_area
from layers.cache import read_array, write_array
from layers.errors import DataError, EngineError
from layers.hazards import read_hazards
from layers.network import RoadNetwork
from layers.places import gazetteer
from layers.store import load_network


@dataclass(frozen=True, eq=False)
class Session:
    """An area ready for questions."""

    area: Area
    network: RoadNetwork
    topology: Topology
    gazetteer: pd.DataFrame

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
        hazards = read_hazards(self.area)
        costs = edge_costs(self.network, chosen, season=season, load=load, hazards=hazards)
        return Trip(self.network, self.topology, costs, chosen, season, (), optimise)


def open_area(name: str, source: str | None) -> Session:
    """Open an area, with its node order from the cache if it was computed before."""
    area = load_area(name)
    network = load_network(area, source or "")
    return Session(area, network, _contracted(network), gazetteer(area))


def _contracted(network: RoadNetwork) -> Topology:
    """Contract a network by the kept node order; one that is damaged is made anew."""
    key = topology_key(network)
    kept = read_array(key)
    if kept is not None:
        with contextlib.suppress(EngineError):
            return contract(network, kept)
    topology = contract(network)
    write_array(key, topology.order)
    return topology
