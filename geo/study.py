"""A study: an area opened once, in one world, ready for every question.

Everything that several questions need is made once and kept here: tables, rules, the
contracted graph, and what driving costs each vehicle. Only this module, the vehicles, the
rules and the files of scenarios open files; everything else of `geo` takes values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from geo.border.crossing import Crossing, crossings_by_id
from geo.driving.conditional import has_hours
from geo.driving.cost import EdgeCosts
from geo.driving.usual import GOODS
from geo.driving.vehicle import Traveller, load_vehicle
from geo.routing.contracting import kept_contraction, recontract
from geo.routing.graph import RoadGraph
from geo.routing.stops import TRIP_M
from geo.routing.trip import Trip
from geo.rules.reading import Rules, read_rules
from geo.scenario.costing import Costing
from geo.scenario.model_version import model_version
from geo.scenario.world import World, base_world
from layers.area import Area, load_area
from layers.io.files import fingerprint
from layers.roads.inference import LIKELY
from layers.roads.network import RoadNetwork
from layers.store.area_tables import AreaTables
from layers.store.inputs import inputs_fingerprint
from layers.store.store import keyed_network
from layers.tables.crossings import near_roads
from layers.tables.places import Place, find_place, place_by_id

if TYPE_CHECKING:
    from geo.scenario.apply import Scenario, Touched


@dataclass(frozen=True, eq=False)
class Study:
    """An area in one world, ready for questions; `open_study` makes one.

    Attributes
    ----------
    area, tables
        The area and its tables, each read once.
    network, graph
        Its roads in this world, and their contracted graph.
    world
        Everything that scenarios may change.
    rules
        What a planner may change besides the world.
    scenario, touched
        Names of the scenarios that are applied, in order, and what each change touched.
    today
        The same study with nothing changed; None if this is it.
    roads_key
        Hash of what the roads were made from; empty where a scenario changed them.
    changes_key
        Hash of what scenarios change; empty where nobody knows, and where nothing is changed.
    applied
        What `scenario` names.
    """

    area: Area
    network: RoadNetwork
    graph: RoadGraph
    world: World
    tables: AreaTables
    rules: Rules
    scenario: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()
    today: Study | None = None
    roads_key: str = ""
    changes_key: str = ""
    applied: tuple[Scenario, ...] = ()

    @cached_property
    def key(self) -> str:
        """Hash of all that answers depend on besides what is asked; empty where nobody knows."""
        base = self.today or self
        if not base.roads_key or bool(self.today) != bool(self.changes_key):
            return ""
        tables, world = self.tables, base.world
        known = [one.to_csv(index=False) for one in (world.crossings, world.hazards)]
        of_today = base.roads_key, known, world.season, sorted(world.prices.items())
        asked = self.changes_key, self.rules, tables.start, tables.by_village
        return fingerprint(*of_today, *asked, model_version(), inputs_fingerprint(self.area))

    def key_of(self, *asked: object) -> str:
        """Hash what is asked together with all that its answer depends on; empty as `key` is."""
        return fingerprint(self.key, *asked) if self.key else ""

    @property
    def gazetteer(self) -> pd.DataFrame:
        """Every place that can be named."""
        return self.tables.gazetteer

    @property
    def home(self) -> Place:
        """The place where the area's corridors start.

        Raises
        ------
        DataError
            The area names none and nothing was imported.
        """
        return place_by_id(self.tables.home, self.gazetteer)

    @cached_property
    def crossings(self) -> dict[str, Crossing]:
        """Border crossings of this world that roads come near, by id, each with its rules.

        Raises
        ------
        DataError
            Rows of its own lie too far from every road; one message names them all.
        """
        table = near_roads(self.area, self.world.crossings, self.network, TRIP_M)
        return dict(crossings_by_id(table, self.tables.dwell, self.rules.border))

    def place(self, text: str) -> Place:
        """Find what a person typed: an id, a name in Thai or English, or `lon,lat`.

        Raises
        ------
        DataError, UnknownNameError
            As `layers.tables.places.find_place`.
        """
        return find_place(text, self.gazetteer)

    def season(self, asked: str = "dry") -> str:
        """Return the season that holds, decided here alone: that of the world before the asked."""
        return self.world.season or asked

    def costs(
        self,
        vehicle: str | Traveller,
        season: str = "dry",
        load: float = 1.0,
        at: datetime | None = None,
    ) -> EdgeCosts:
        """Return what every segment takes a vehicle, or one of an id, computed once per study.

        Parameters
        ----------
        season
            `dry` or `wet`; a season that the world sets counts before it.
        load
            0 empty, 1 full.
        at
            Local time, for what holds at some hours only; a working day's daytime by default.

        Raises
        ------
        UnknownNameError
            There is no such vehicle.
        """
        chosen = load_vehicle(vehicle) if isinstance(vehicle, str) else vehicle
        when = at if has_hours(self.network) else None
        return self.costing.of(chosen, self.season(season), load, when)

    def costs_on(self, network: RoadNetwork, vehicle: Traveller, season: str) -> EdgeCosts:
        """Cost the study's segments as another network has them, in the study's world.

        `network` has the same segments in the same order, with other limits, say.
        """
        return self.costing.on(network, vehicle, self.season(season))

    @cached_property
    def costing(self) -> Costing:
        """What driving costs in this world."""
        today = self.today.costing if self.today else None
        return Costing(self.world, self.rules.seasons, self.roads_key, today)

    def trip(
        self,
        vehicle: str = GOODS,
        season: str = "dry",
        load: float = 1.0,
        optimise: str = "time",
        at: datetime | None = None,
    ) -> Trip:
        """Return who travels, when and how laden, over the roads of this world.

        Parameters
        ----------
        vehicle
            Its id.
        season, load
            As for `costs`.
        optimise
            `time`, `cost` or `distance`: what the best way is best in.
        at
            As for `costs`.

        Raises
        ------
        UnknownNameError
            There is no such vehicle.
        """
        return Trip(
            self.network,
            self.graph,
            self.costs(vehicle, season, load, at),
            load_vehicle(vehicle),
            self.season(season),
            self.scenario,
            optimise,
        )

    def with_scenarios(self, *names: str, opened: Sequence[str] = ()) -> Study:
        """Return a study of the same area with scenarios applied to the world as it is today.

        Parameters
        ----------
        names
            Ids of scenarios, or paths of their TOML files.
        opened
            Ids of crossings that are to count as open to goods.

        Raises
        ------
        UnknownNameError
            There is no such scenario.
        DataError
            They cannot be applied, or there is no such crossing; one message names all
            reasons.
        """
        # Most questions are about the world as it is; what changes it is a fifth of the start.
        from geo.scenario.scenario_file import opened_crossing, read_scenarios

        wanted = [*read_scenarios(self.area, names), *map(opened_crossing, opened)]
        called = [*(Path(one).stem for one in names), *(f"open_{one}" for one in opened)]
        return self._in_world(wanted, called)

    def with_also(self, *scenarios: Scenario) -> Study:
        """Return this study with further changes, made in code; errors as `with_scenarios`."""
        called = [*self.scenario, *(one.id for one in scenarios)]
        return self._in_world([*self.applied, *scenarios], called)

    def _in_world(self, wanted: Sequence[Scenario], called: Sequence[str]) -> Study:
        """Apply scenarios to the world as it is today."""
        from geo.scenario.apply import apply
        from geo.scenario.scenario_file import changes_key

        base = self.today or self
        if not wanted:
            return base
        if base.world.terrain is None and base.tables.terrain is not None:
            base = replace(base, world=replace(base.world, terrain=base.tables.terrain))
        world, touched = apply(base.world, wanted)
        return Study(
            base.area,
            world.network,
            recontract(base.graph, world.network),
            world,
            base.tables,
            base.rules,
            tuple(dict.fromkeys(called)),
            touched,
            self.today or self,
            changes_key=changes_key(wanted),
            applied=tuple(wanted),
        )


def open_study(
    area: str,
    *,
    roads: str | None = None,
    surfaces: str = LIKELY,
    scenarios: Sequence[str] = (),
    rules: Rules | None = None,
    opened: Sequence[str] = (),
    home: str | None = None,
) -> Study:
    """Open an area for questions.

    Parameters
    ----------
    area
        Slug or folder of the area.
    roads
        `osm`, `strategic`, or None for what is best.
    surfaces
        `cautious`, `likely` or `hopeful`: what minor roads are taken for that nobody tagged.
    scenarios
        Ids or files of scenarios, applied to what is there.
    rules
        What to reckon with; by default `geo.rules.reading.read_rules` of the area.
    opened
        Ids of crossings that are to count as open to goods.
    home
        The place, as for `Study.place`, that counts as the area's home; its own by default.

    Raises
    ------
    UnknownNameError
        There is no such area, scenario or place.
    DataError
        Scenarios cannot be applied, there is no such crossing or case, or `home` has no name.

    Examples
    --------
    >>> study = open_study("mae_hong_son", roads="strategic", scenarios=["monsoon"])
    >>> study.season("dry"), study.home.name_en
    ('wet', 'Mae Hong Son')
    """
    known = load_area(area)
    network, roads_key = keyed_network(known, roads or "", surfaces)
    tables = AreaTables(known).on_roads(network.source.kind)
    tables = tables.with_home(home) if home else tables
    world = base_world(network, tables.crossings, tables.hazards)
    graph = kept_contraction(network)
    study = Study(
        known, network, graph, world, tables, rules or read_rules(known), roads_key=roads_key
    )
    if not scenarios and not opened:
        return study
    return study.with_scenarios(*scenarios, opened=opened)
