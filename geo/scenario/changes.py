"""What a scenario may change: one frozen value per kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final

from geo.rules.seasons import SEASONS
from geo.scenario.selection import Select
from layers.io.vector import Points
from layers.roads.schema import HIGHWAYS, SURFACES
from layers.strategic.sections import TERRAIN_CLASSES

PRICES: Final = (
    "fuel_thb_per_l",
    "tyres_thb_per_km",
    "maintenance_thb_per_km",
    "crew_thb_per_h",
    "capital_thb_per_h",
)
"""Prices of a vehicle that can be changed, as in its file."""


def _number(low: float, high: float, unit: str) -> Any:  # noqa: ANN401
    return field(default=None, metadata={"min": low, "max": high, "unit": unit})


def _percent() -> Any:  # noqa: ANN401
    return _number(-100, 1000, "%")


@dataclass(frozen=True)
class CloseRoads:
    """Close roads to everybody, for some days where they are known; 0 says nothing."""

    kind: ClassVar = "close-roads"
    where: Select
    days: float = field(default=0.0, metadata={"min": 0, "max": 366, "unit": "days"})


@dataclass(frozen=True)
class ChangeRoads:
    """Change what roads are like; percent are added to what is there, -20 takes a fifth.

    A new surface clears tracktype and smoothness, which told of the old one.
    `min_radius_m` eases tighter bends; grades stay as they are.
    """

    kind: ClassVar = "change-roads"
    where: Select
    surface: str | None = field(default=None, metadata={"choices": SURFACES})
    tracktype: str | None = None
    smoothness: str | None = None
    highway: str | None = field(default=None, metadata={"choices": HIGHWAYS})
    lanes: float | None = _number(1, 16, "")
    width_m: float | None = _number(1, 80, "m")
    maxspeed_kph: float | None = _number(5, 130, "km/h")
    maxweight_t: float | None = _number(0.5, 200, "t")
    maxheight_m: float | None = _number(1, 10, "m")
    maxlength_m: float | None = _number(1, 60, "m")
    min_radius_m: float | None = _number(10, 5000, "m")
    width_percent: float | None = _percent()
    maxspeed_percent: float | None = _percent()
    maxweight_percent: float | None = _percent()

    def values(self) -> Mapping[str, str | float]:
        """Return what is to be set, by field."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "where"}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class AddRoad:
    """Build a road along a line, given by its corners as lon, lat or by a file.

    Both ends are moved to the nearest road, at most `snap_m` away; with `dead_end` one
    may lie free. It joins every road it meets, except from `tunnels_km` and `bridges_km`,
    which are levelled. With `terrain` it gets grades and bends by class of terrain, else
    the line is draped; a strategic network needs it.
    """

    kind: ClassVar = "add-road"
    name_en: str
    name_th: str
    highway: str = field(metadata={"choices": HIGHWAYS})
    surface: str = field(metadata={"choices": SURFACES})
    lanes: float = field(metadata={"min": 1, "max": 16})
    line: Points = field(default=(), metadata={"min": -180, "max": 180})
    file: str = ""
    ref: str = ""
    width_m: float | None = _number(1, 80, "m")
    maxspeed_kph: float | None = _number(5, 130, "km/h")
    length_km: float | None = _number(0.01, 5000, "km")
    terrain: str = field(default="", metadata={"choices": ("", *TERRAIN_CLASSES)})
    tunnels_km: Points = field(default=(), metadata={"min": 0, "max": 5000, "unit": "km"})
    bridges_km: Points = field(default=(), metadata={"min": 0, "max": 5000, "unit": "km"})
    snap_m: float = field(default=200.0, metadata={"min": 1, "max": 5000, "unit": "m"})
    dead_end: bool = False


@dataclass(frozen=True)
class AddStructure:
    """A line from road to road, level between its ends: what a tunnel and a bridge share."""

    kind: ClassVar[str]
    name_en: str
    name_th: str
    highway: str = field(metadata={"choices": HIGHWAYS})
    lanes: float = field(metadata={"min": 1, "max": 16})
    line: Points = field(default=(), metadata={"min": -180, "max": 180})
    file: str = ""
    ref: str = ""
    maxspeed_kph: float | None = _number(5, 130, "km/h")
    snap_m: float = field(default=200.0, metadata={"min": 1, "max": 5000, "unit": "m"})


@dataclass(frozen=True)
class AddTunnel(AddStructure):
    """Build a tunnel along a line."""

    kind: ClassVar = "add-tunnel"


@dataclass(frozen=True)
class AddBridge(AddStructure):
    """Build a bridge along a line."""

    kind: ClassVar = "add-bridge"


@dataclass(frozen=True)
class BanVehicles:
    """Keep vehicles off roads: by kind or id, or above a gross weight or a length."""

    kind: ClassVar = "ban-vehicles"
    where: Select
    vehicles: tuple[str, ...] = ()
    above_weight_t: float | None = _number(0.5, 200, "t")
    above_length_m: float | None = _number(1, 60, "m")


@dataclass(frozen=True)
class OpenCrossing:
    """Open a border crossing, and the road that leads across."""

    kind: ClassVar = "open-crossing"
    crossing: str


@dataclass(frozen=True)
class CloseCrossing:
    """Close a border crossing, and the road that leads across."""

    kind: ClassVar = "close-crossing"
    crossing: str


@dataclass(frozen=True)
class ChangeCrossing:
    """Change what a crossing is like: columns of the table of crossings, by name."""

    kind: ClassVar = "change-crossing"
    crossing: str
    set: Mapping[str, object]


@dataclass(frozen=True)
class SetSeason:
    """Let it be one season, whatever was asked for."""

    kind: ClassVar = "set-season"
    season: str = field(metadata={"choices": SEASONS})


@dataclass(frozen=True)
class Landslide:
    """Cut the road at a place for some days: a recorded hazard by its id, or lon, lat."""

    kind: ClassVar = "landslide"
    days: float = field(metadata={"min": 0.1, "max": 366, "unit": "days"})
    hazard: str = ""
    at: tuple[float, ...] = field(default=(), metadata={"min": -180, "max": 180})
    ref: str = ""
    length_m: float = field(default=200.0, metadata={"min": 10, "max": 5000, "unit": "m"})
    reach_m: float = field(default=2000.0, metadata={"min": 1, "max": 20_000, "unit": "m"})


@dataclass(frozen=True)
class ChangePrice:
    """Change a price of running vehicles, to so many baht or by so many percent."""

    kind: ClassVar = "change-price"
    item: str = field(metadata={"choices": PRICES})
    thb: float | None = _number(0, 5000, "baht")
    percent: float | None = _percent()


Change = (
    CloseRoads
    | ChangeRoads
    | AddRoad
    | AddTunnel
    | AddBridge
    | BanVehicles
    | OpenCrossing
    | CloseCrossing
    | ChangeCrossing
    | SetSeason
    | Landslide
    | ChangePrice
)

KINDS: Final[Mapping[str, type[Change]]] = {
    cls.kind: cls
    for cls in (
        CloseRoads,
        ChangeRoads,
        AddRoad,
        AddTunnel,
        AddBridge,
        BanVehicles,
        OpenCrossing,
        CloseCrossing,
        ChangeCrossing,
        SetSeason,
        Landslide,
        ChangePrice,
    )
}
"""By the word that stands for it in a file; a new change is one class and one line here."""
