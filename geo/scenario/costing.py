"""What driving costs in one world: everybody's costs once, and only what changed anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from geo.driving.cost import EdgeCosts, close, edge_costs, repriced
from geo.driving.drive import Drive
from geo.driving.kept_costs import kept_costs
from geo.driving.season import passable
from geo.driving.vehicle import Traveller
from geo.rules.seasons import Rain
from geo.scenario.world import World, barred, priced, reopened, world_costs
from layers.io.files import fingerprint
from layers.roads.columnar import network_fingerprint
from layers.roads.network import RoadNetwork

if TYPE_CHECKING:
    from geo.driving.around import Around

Asked = tuple[str, str, float, datetime | None]
"""All of a vehicle, season, load, and when."""


@dataclass(frozen=True, eq=False)
class Costing:
    """Costs of one world, by who drives and when.

    Attributes
    ----------
    world
        Which.
    rain
        Parameters of the rains.
    roads_key
        Hash of what the roads were made from; empty where nobody knows.
    today
        Costs of the world that this one was changed from; None if it was not.
    """

    world: World
    rain: Rain
    roads_key: str = ""
    today: Costing | None = None
    _made: dict[Asked, EdgeCosts] = field(default_factory=dict, repr=False)

    def of(
        self, vehicle: Traveller, season: str, load: float, at: datetime | None = None
    ) -> EdgeCosts:
        """Return what every segment takes a vehicle, made once; `season` is the one that holds."""
        asked = (repr(vehicle), season, load, at)
        if asked not in self._made:
            make = self._changed if self.today else self._whole
            self._made[asked] = make(vehicle, season, load, at)
        return self._made[asked]

    def on(self, network: RoadNetwork, vehicle: Traveller, season: str) -> EdgeCosts:
        """Cost the same segments as another network has them, with other limits.

        What the rains do to them stays.
        """
        other = Costing(replace(self.world, network=network, recost=True), self.rain, today=self)
        costs = other.of(vehicle, season, 1.0)
        return replace(costs, passable=self.of(vehicle, season, 1.0).passable)

    def forget(self) -> None:
        """Let go of all costs: whoever asks again has them made or read again."""
        self._made.clear()

    def _whole(
        self, vehicle: Traveller, season: str, load: float, at: datetime | None
    ) -> EdgeCosts:
        """Cost all roads, or read what an earlier run made of the same."""
        world, rain = self.world, self.rain

        def make() -> EdgeCosts:
            return world_costs(world, vehicle, season=season, load=load, rain=rain, at=at)

        drive = Drive(reopened(world), priced(vehicle, world.prices), season, load, at)
        return self._kept((self._key, vehicle), drive, make)

    def _changed(
        self, vehicle: Traveller, season: str, load: float, at: datetime | None
    ) -> EdgeCosts:
        """Take the costs of today, but for what changed and the roads around it."""
        from geo.scenario.changed_costs import changed_costs

        assert self.today  # noqa: S101
        world, today = self.world, self.today.world
        own = priced(vehicle, world.prices)
        costs = self.today.of(vehicle, season, load, at)
        if world.prices != today.prices:
            costs = repriced(costs, own)
        if world.recost:
            roads, place = self.open_roads, self.around
            key = fingerprint(costs.drive.key, self._part_key) if costs.drive.key else ""
            drive = Drive(roads, own, season, load, at, key)
            if len(place.segments):
                nearby = replace(drive, network=place.part)

                def make() -> EdgeCosts:
                    return edge_costs(
                        place.part, own, season=season, load=load, rain=self.rain, at=at
                    )

                part = self._kept((self._part_key, own), nearby, make)
                costs = changed_costs(costs, part, place, len(roads.segments))
            through = costs.passable
            if len(place.segments) or world.hazards is not today.hazards:
                through = passable(roads, own, season, hazards=world.hazards, rain=self.rain)
            costs = replace(costs, passable=through, drive=drive)
        return close(costs, barred(world, vehicle))

    def _kept(
        self, parts: tuple[str, Traveller], drive: Drive, make: Callable[[], EdgeCosts]
    ) -> EdgeCosts:
        """Make costs, or read what an earlier run made of the same."""
        if drive.at is not None:  # Every hour has an answer of its own: they would fill the disk.
            return make()
        return kept_costs(fingerprint(parts, drive.season, drive.load, self.rain), drive, make)

    @cached_property
    def open_roads(self) -> RoadNetwork:
        """The roads without the closings of scenarios."""
        return reopened(self.world)

    @cached_property
    def around(self) -> Around:
        """What of the roads may cost something else than today."""
        from geo.scenario.changed_costs import around_changes

        assert self.today  # noqa: S101
        return around_changes(self.today.open_roads, self.open_roads)

    @cached_property
    def _part_key(self) -> str:
        """Hash what the costs of changed roads depend on besides who drives and when."""
        part = self.around.part
        return fingerprint("changed", network_fingerprint(part) if len(part.segments) else "")

    @cached_property
    def _key(self) -> str:
        """Hash what costs depend on besides who drives and when."""
        world = self.world
        closed = world.marks["closed"].to_numpy(bool)
        roads = self.roads_key or network_fingerprint(world.network)
        return fingerprint(roads, closed.tobytes(), world.hazards.to_csv(index=False))
