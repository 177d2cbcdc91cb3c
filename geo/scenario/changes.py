"""What a scenario may change: one frozen value per kind, which says itself in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final

from geo.rules.seasons import SEASONS
from geo.scenario.change_words import PRICES, WORDS
from geo.scenario.selection import Select
from layers.io.vector import Points
from layers.roads.schema import HIGHWAYS, SURFACES
from layers.strategic.sections import TERRAIN_CLASSES


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

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        where = self.where.describe(lang)
        if lang == "th":
            return f"ปิด{where}" + (f" {self.days:g} วัน" if self.days else "")
        return f"Close {where}" + (f" for {self.days:g} days" if self.days else "")


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

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        th = lang == "th"
        sets = [
            f"{WORDS[name][th]} {value:+g}" if name.endswith("percent")
            else f"{WORDS[name][th]} {value}" if isinstance(value, str)
            else f"{WORDS[name][th]} {value:g}"
            for name, value in self.values().items()
        ]  # fmt: skip
        verb = "ปรับปรุง" if th else "Change "
        return f"{verb}{self.where.describe(lang)}: {', '.join(sets)}"


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

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        th = lang == "th"
        name = " ".join(p for p in (self.ref, self.name_th if th else self.name_en) if p)
        parts = [f"{'สร้างถนน ' if th else 'Build '}{name}", f"{WORDS['lanes'][th]} {self.lanes:g}"]
        for ranges, words in ((self.tunnels_km, ("tunnel", "อุโมงค์")),
                              (self.bridges_km, ("bridge", "สะพาน"))):  # fmt: skip
            if ranges:
                km = sum(stop - start for start, stop in ranges)
                parts.append(f"{words[th]} {km:g} {'กม.' if th else 'km'}")
        return ", ".join(parts)


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

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        return f"เจาะอุโมงค์ {self.name_th}" if lang == "th" else f"Build the tunnel {self.name_en}"


@dataclass(frozen=True)
class AddBridge(AddStructure):
    """Build a bridge along a line."""

    kind: ClassVar = "add-bridge"

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        return f"สร้างสะพาน {self.name_th}" if lang == "th" else f"Build the bridge {self.name_en}"


@dataclass(frozen=True)
class BanVehicles:
    """Keep vehicles off roads: by kind or id, or above a gross weight or a length."""

    kind: ClassVar = "ban-vehicles"
    where: Select
    vehicles: tuple[str, ...] = ()
    above_weight_t: float | None = _number(0.5, 200, "t")
    above_length_m: float | None = _number(1, 60, "m")

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        th = lang == "th"
        who = list(self.vehicles)
        if self.above_weight_t is not None:
            who.append(
                f"{'หนักเกิน' if th else 'above'} {self.above_weight_t:g} {'ตัน' if th else 't'}"
            )
        if self.above_length_m is not None:
            unit = "ม." if th else "m"
            who.append(f"{'ยาวเกิน' if th else 'longer than'} {self.above_length_m:g} {unit}")
        roads, banned = self.where.describe(lang), ", ".join(who)
        return f"ห้าม {banned} บน{roads}" if th else f"Ban {banned} from {roads}"


@dataclass(frozen=True)
class OpenCrossing:
    """Open a border crossing, and the road that leads across."""

    kind: ClassVar = "open-crossing"
    crossing: str

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        return f"{'เปิดด่าน ' if lang == 'th' else 'Open the crossing '}{self.crossing}"


@dataclass(frozen=True)
class CloseCrossing:
    """Close a border crossing, and the road that leads across."""

    kind: ClassVar = "close-crossing"
    crossing: str

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        return f"{'ปิดด่าน ' if lang == 'th' else 'Close the crossing '}{self.crossing}"


@dataclass(frozen=True)
class ChangeCrossing:
    """Change what a crossing is like: columns of the table of crossings, by name."""

    kind: ClassVar = "change-crossing"
    crossing: str
    set: Mapping[str, object]

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        sets = ", ".join(f"{name} = {value}" for name, value in self.set.items())
        verb = "เปลี่ยนด่าน " if lang == "th" else "Change the crossing "
        return f"{verb}{self.crossing}: {sets}"


@dataclass(frozen=True)
class SetSeason:
    """Let it be one season, whatever was asked for."""

    kind: ClassVar = "set-season"
    season: str = field(metadata={"choices": SEASONS})

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        wet = self.season == "wet"
        if lang == "th":
            return f"เป็น{'ฤดูฝน' if wet else 'ฤดูแล้ง'}"
        return f"It is the {'rainy' if wet else 'dry'} season"


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

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        where = self.hazard or ", ".join(f"{value:g}" for value in self.at)
        road = f" {self.ref}" if self.ref else ""
        if lang == "th":
            return f"ดินถล่มตัดถนน{road}ที่ {where} {self.days:g} วัน"
        return f"A landslide cuts the road{road} at {where} for {self.days:g} days"


@dataclass(frozen=True)
class ChangePrice:
    """Change a price of running vehicles, to so many baht or by so many percent."""

    kind: ClassVar = "change-price"
    item: str = field(metadata={"choices": PRICES})
    thb: float | None = _number(0, 5000, "baht")
    percent: float | None = _percent()

    def describe(self, lang: str) -> str:
        """Say it in `th` or `en`."""
        th = lang == "th"
        value = f"{self.thb:g}" if self.thb is not None else f"{self.percent or 0:+g} %"
        return f"{'ราคา' if th else 'Price of '}{WORDS[self.item][th]}: {value}"


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
