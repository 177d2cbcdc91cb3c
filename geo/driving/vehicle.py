"""Vehicles: one TOML file each, every number with unit and source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from layers.area import data_folder
from layers.errors import UnknownNameError
from layers.io.toml_file import read_toml, read_utf8
from layers.roads.schema import VEHICLE_CLASSES

SHIPPED = Path(__file__).parent / "vehicles"

GENERAL_KEYS = ("access", "vehicle", "motor_vehicle")
"""Keys of access that hold for all motor vehicles, the most general first."""

OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "motorcycle": ("motorcycle",),
    "car": ("motorcar",),
    "bus": ("psv", "bus"),
    "truck": ("hgv",),
}
"""Keys of access of a kind of vehicle, where its file names none."""


def _number(low: float, high: float, unit: str) -> dict[str, object]:
    return {"min": low, "max": high, "unit": unit}


@dataclass(frozen=True)
class Body:
    """Mass, size and resistance of a vehicle."""

    empty_t: float = field(metadata=_number(0.05, 100, "t"))
    gross_t: float = field(metadata=_number(0.05, 100, "t"))
    axle_load_t: float = field(metadata=_number(0.02, 20, "t"))
    length_m: float = field(metadata=_number(0.5, 40, "m"))
    height_m: float = field(metadata=_number(0.5, 6, "m"))
    width_m: float = field(metadata=_number(0.3, 4, "m"))
    drag_area_m2: float = field(metadata=_number(0, 15, "m2"))
    rolling: float = field(metadata=_number(0, 0.1, ""))
    air_density_kg_m3: float = field(metadata=_number(0.5, 1.5, "kg/m3"))
    four_wheel_drive: bool = False  # Or gets where such do, as a motorcycle does.


@dataclass(frozen=True)
class Engine:
    """Power of a vehicle and what becomes of its fuel."""

    power_kw: float = field(metadata=_number(1, 1000, "kW"))
    drive_efficiency: float = field(metadata=_number(0.1, 1, ""))
    engine_efficiency: float = field(metadata=_number(0.05, 0.7, ""))
    idle_l_per_h: float = field(metadata=_number(0, 10, "L/h"))
    fuel_mj_per_l: float = field(metadata=_number(5, 60, "MJ/L"))
    fuel_co2_kg_per_l: float = field(metadata=_number(0, 5, "kg/L"))
    fuel_thb_per_l: float = field(metadata=_number(0, 500, "baht/L"))


@dataclass(frozen=True)
class Driving:
    """How a vehicle is driven."""

    curve_superelevation: float = field(metadata=_number(0, 0.2, ""))
    curve_friction_dry: float = field(metadata=_number(0.01, 1, ""))
    curve_friction_wet: float = field(metadata=_number(0.01, 1, ""))
    braking_m_s2: float = field(metadata=_number(0.1, 9, "m/s2"))
    acceleration_m_s2: float = field(metadata=_number(0.1, 9, "m/s2"))
    brake_grade: float = field(metadata=_number(-1, 0, ""))
    brake_power_share: float = field(metadata=_number(0, 3, ""))
    single_lane_kph: float = field(metadata=_number(1, 200, "km/h"))
    speed_beta: float = field(default=0.3, metadata=_number(0.05, 0.6, ""))
    free_share: float = field(default=1.0, metadata=_number(0.3, 2, ""))
    town_kph: float = field(default=45.0, metadata=_number(5, 200, "km/h"))
    town_dual_kph: float = field(default=61.0, metadata=_number(5, 200, "km/h"))
    bend_unease: float = field(default=0.2, metadata=_number(0, 2, "per 1,000 degrees/km"))
    friction_fall_per_kph: float = field(default=0.001, metadata=_number(0, 0.01, "per km/h"))
    rattle_mm_s: float = field(default=203.0, metadata=_number(20, 1000, "mm/s"))


@dataclass(frozen=True)
class Legal:
    """Legal speed limits in km/h where no sign says otherwise."""

    motorway_kph: float = field(metadata=_number(1, 200, "km/h"))
    dual_kph: float = field(metadata=_number(1, 200, "km/h"))
    rural_kph: float = field(metadata=_number(1, 200, "km/h"))
    urban_kph: float = field(metadata=_number(1, 200, "km/h"))


@dataclass(frozen=True)
class Stops:
    """Halts of a vehicle on its way; 0 hours mean never."""

    passengers_s_per_km: float = field(default=0.0, metadata=_number(0, 600, "s per built-up km"))
    local_km: float = field(default=30.0, metadata=_number(0.1, 10_000, "built-up km"))
    rest_after_h: float = field(default=0.0, metadata=_number(0, 24, "h of driving"))
    rest_min: float = field(default=0.0, metadata=_number(0, 600, "min"))
    day_h: float = field(default=0.0, metadata=_number(0, 24, "h of driving"))
    night_h: float = field(default=0.0, metadata=_number(0, 48, "h"))

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return self.passengers_s_per_km > 0 or self.rest_after_h > 0 or self.day_h > 0


@dataclass(frozen=True)
class Running:
    """What a vehicle costs besides fuel, in baht."""

    tyres_thb_per_km: float = field(metadata=_number(0, 100, "baht/km"))
    maintenance_thb_per_km: float = field(metadata=_number(0, 100, "baht/km"))
    crew_thb_per_h: float = field(metadata=_number(0, 5000, "baht/h"))
    capital_thb_per_h: float = field(metadata=_number(0, 5000, "baht/h"))


@dataclass(frozen=True)
class Vehicle:
    """One kind of vehicle.

    Attributes
    ----------
    id
        The file's name without ending.
    title_en, title_th
        What readers see.
    kind
        Decides which access tags of a road apply.
    body, engine, driving, legal, running, stops
        Parameters.
    free_kph
        Usual free speed by class of highway; a class that is not named is closed.
    surface_dry_kph, surface_wet_kph
        Highest speed by surface, tracktype (`grade1` … `grade5`) and smoothness;
        a value that is not named does not limit.
    passable_wet
        Probability that 10 km of such a surface, tracktype or smoothness can be driven on
        a day of the rainy season; a value that is not named is always passable.
    sources
        Where the numbers come from, by table.
    access_keys
        Keys of OpenStreetMap that say where it may go, from general to specific; where none
        are given, those of its kind.
    """

    id: str
    title_en: str
    title_th: str
    kind: str = field(metadata={"choices": VEHICLE_CLASSES})
    body: Body
    engine: Engine
    driving: Driving
    legal: Legal
    running: Running
    free_kph: Mapping[str, float] = field(metadata=_number(1, 200, "km/h"))
    surface_dry_kph: Mapping[str, float] = field(metadata=_number(1, 200, "km/h"))
    surface_wet_kph: Mapping[str, float] = field(metadata=_number(1, 200, "km/h"))
    passable_wet: Mapping[str, float] = field(metadata=_number(0, 1, ""))
    sources: Mapping[str, str]
    access_keys: tuple[str, ...] = ()
    stops: Stops = Stops()

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of access that hold for it, from the most general to its own."""
        return self.access_keys or (*GENERAL_KEYS, *OWN_KEYS[self.kind])

    def mass_t(self, load: float) -> float:
        """Return the mass in tonnes, empty at load 0, full at load 1."""
        return self.body.empty_t + load * (self.body.gross_t - self.body.empty_t)

    @property
    def payload_t(self) -> float:
        """Tonnes carried when full."""
        return self.body.gross_t - self.body.empty_t

    def title(self, lang: str) -> str:
        """Return the title in `th` or `en`."""
        return self.title_th if lang == "th" else self.title_en


@dataclass(frozen=True)
class Slope:
    """How walking depends on slope: base·e^(-decay·(|s - best| - |best|))."""

    base_kph: float = field(metadata=_number(0.5, 10, "km/h"))
    best: float = field(metadata=_number(-0.5, 0.5, ""))
    decay: float = field(metadata=_number(0, 20, ""))


@dataclass(frozen=True)
class Worth:
    """What an hour of walking costs, in baht."""

    crew_thb_per_h: float = field(metadata=_number(0, 5000, "baht/h"))


@dataclass(frozen=True)
class Walker:
    """Someone on foot; the same words as for a `Vehicle` where they mean the same."""

    id: str
    title_en: str
    title_th: str
    kind: str = field(metadata={"choices": ("walk",)})
    slope: Slope
    running: Worth
    free_kph: Mapping[str, float] = field(metadata=_number(0.5, 20, "km/h"))
    surface_dry_kph: Mapping[str, float] = field(metadata=_number(0.5, 20, "km/h"))
    surface_wet_kph: Mapping[str, float] = field(metadata=_number(0.5, 20, "km/h"))
    passable_wet: Mapping[str, float] = field(metadata=_number(0, 1, ""))
    sources: Mapping[str, str]

    def title(self, lang: str) -> str:
        """Return the title in `th` or `en`."""
        return self.title_th if lang == "th" else self.title_en


Traveller = Vehicle | Walker


def find_vehicles() -> Mapping[str, Path]:
    """List the vehicles there are, by id: the shipped ones, then the user's.

    A user's vehicle of the same id takes the place of a shipped one.
    """
    found: dict[str, Path] = {}
    for folder in (SHIPPED, data_folder() / "vehicles"):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return found


def load_vehicle(vehicle_id: str) -> Traveller:
    """Load a vehicle, or someone on foot.

    Raises
    ------
    UnknownNameError
        There is no such vehicle; the message lists those there are.
    DataError
        Its file has problems; the message names them all.
    """
    vehicles = find_vehicles()
    if vehicle_id not in vehicles:
        near = difflib.get_close_matches(vehicle_id, vehicles, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UnknownNameError(
            f"vehicle {vehicle_id!r} is not known; {hint}vehicles: {', '.join(vehicles)}"
        )
    path = vehicles[vehicle_id]
    return _read(path, vehicle_id, read_utf8(path))


@cache
def _read(path: Path, vehicle_id: str, text: str) -> Traveller:
    """Read a file once for as long as it stays as it is: a report asks hundreds of times."""
    if re.search(r'^kind\s*=\s*"walk"', text, re.MULTILINE):
        return read_toml(path, Walker, what="a vehicle", id=vehicle_id)
    return read_toml(path, Vehicle, what="a vehicle", id=vehicle_id)
