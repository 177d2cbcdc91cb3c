"""Terms of freight on drawn networks: places are the letters of the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.border.crossing import Crossing
from geo.driving.vehicle import Vehicle, load_vehicle
from geo.freight.fleet import fleet_at, hauler
from geo.freight.haul import Terms
from geo.routing.engine import contract
from geo.routing.trip import Trip
from geo.rules.border import Dwell, read_border_rules
from geo.rules.freight import read_freight_rules
from geo.scenario.world import base_world, world_costs
from layers.roads.network import RoadNetwork
from layers.tables.opening_hours import ALWAYS, Hours, parse_hours

HUBS = ["id", "transload_min", "transload_thb_per_t"]
RULES = read_freight_rules()
BORDER = read_border_rules()


def vehicle(name: str) -> Vehicle:
    found = load_vehicle(name)
    assert isinstance(found, Vehicle)
    return found


def gate(
    letter: str,
    hours: str = "24/7",
    *,
    status: str = "open",
    goods: bool | None = True,
    classes: tuple[str, ...] = (),
    max_gross_t: float = np.nan,
    transload: bool = False,
    dwell: tuple[float, float] = (60.0, 120.0),
    beyond: str = "",
) -> Crossing:
    """Make a crossing at a letter; transloading takes 30 minutes and 50 baht/t."""
    known: Hours = ALWAYS if hours == "24/7" else parse_hours(hours)
    return Crossing(
        id=letter,
        name_en=letter,
        name_th=letter,
        lon=0.0,
        lat=0.0,
        kind="permanent",
        status=status,
        status_date="2025-08-18",
        source="drawn",
        note="",
        neighbour="Laos",
        beyond=beyond,
        hours=known,
        hours_known=True,
        goods=goods,
        persons=True,
        vehicles=True,
        classes=classes,
        max_gross_t=max_gross_t,
        transload=transload,
        transload_min=30.0 * transload,
        transload_thb_per_t=50.0 * transload,
        fee_thb=0.0,
        dwell={kind: Dwell(*dwell) for kind in ("walk", "motorcycle", "car", "bus", "truck")},
    )


def terms(
    network: RoadNetwork,
    vehicles: Sequence[str] = ("truck_6w", "semi_trailer"),
    *,
    hubs: Mapping[str, float] | None = None,
    crossings: Sequence[Crossing] = (),
    empty_share: float = 0.5,
    season: str = "dry",
) -> Terms:
    """Put vehicles on a drawn network; `hubs` are letters with their baht per tonne."""
    world = base_world(network, pd.DataFrame({"id": []}), pd.DataFrame())
    graph = contract(network)
    made = tuple(
        hauler(
            *(
                Trip(
                    network,
                    graph,
                    world_costs(world, vehicle(name), season=season, load=load),
                    vehicle(name),
                    season,
                    optimise="cost",
                )
                for load in (1.0, 0.0)
            )
        )
        for name in vehicles
    )
    letters = _letters(network)
    nodes = network.nodes
    places = pd.DataFrame({"id": letters, "lon": nodes["lon"], "lat": nodes["lat"]})
    table = pd.DataFrame([(name, 60.0, cost) for name, cost in (hubs or {}).items()], columns=HUBS)
    rules = replace(RULES, trips=replace(RULES.trips, empty_share=empty_share))
    return Terms(fleet_at(made, places), table, {one.id: one for one in crossings}, rules, BORDER)


def _letters(network: RoadNetwork) -> list[str]:
    """Return the letter of every node: `draw` sorts them, and names roads by both."""
    found = {}
    for (u, v), name in zip(network.ends, network.segments["name"].astype(str), strict=True):
        found |= {int(u): name[0], int(v): name[1]}
    return [found[at] for at in range(len(network.nodes))]
