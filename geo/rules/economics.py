"""Assumptions of the economics: every one with its unit, its range and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.rules.prices import Conversion, Wear
from geo.rules.purposes import UNIT, Purpose, faults
from layers.errors import DataError, in_file
from layers.io.toml_file import from_table, read_toml_table

SHIPPED: Final = Path(__file__).parent / "economics.toml"

INPUTS: Final = (
    "discount_rate",
    "traffic_factor",
    "growth",
    "elasticity",
    "time_factor",
    "vehicle_cost_factor",
    "co2_thb_per_t",
    "goods_thb_per_t_h",
    "salvage",
    "blocked_h",
    "accident_thb_per_km",
)
"""Inputs that every file must give, besides those a project brings."""

WORKS: Final = (
    "new_primary",
    "new_secondary",
    "new_minor",
    "pave",
    "widen",
    "rehabilitate",
    "tunnel",
    "bridge",
)
"""Kinds of work that have a price."""

UPKEEP: Final = ("road", "better", "structure")
"""Kinds of road that have a price of maintenance."""


@dataclass(frozen=True)
class Range:
    """A number that is not known well.

    Attributes
    ----------
    low, mid, high
        Growing; `mid` is the likeliest.
    unit, source
        For readers.
    chance
        Whether it is drawn in the Monte Carlo.
    ratio
        Whether half as much is as likely as twice as much: drawn by its logarithm, so that
        a wide range does not mean more on average.
    """

    low: float
    mid: float
    high: float
    unit: str = ""
    source: str = ""
    chance: bool = True
    ratio: bool = False

    def __add__(self, other: Range) -> Range:
        """Add both, low to low and high to high: what raises one price raises all."""
        return Range(self.low + other.low, self.mid + other.mid, self.high + other.high, self.unit)

    def times(self, amount: float) -> Range:
        """Return so many of it; `amount` at least 0."""
        return Range(self.low * amount, self.mid * amount, self.high * amount)


@dataclass(frozen=True)
class Demand:
    """How trips between places are estimated; see `economics.toml`."""

    exponent: float = field(metadata={"min": 0, "max": 10})
    least_minutes: float = field(metadata={"min": 1, "max": 600, "unit": "min"})
    reach_km: float = field(metadata={"min": 0, "max": 5000, "unit": "km"})
    most_places: int = field(metadata={"min": 2, "max": 2000})
    heavy_percent: float = field(metadata={"min": 0, "max": 100, "unit": "%"})
    source: str
    most_towns: int = field(default=60, metadata={"min": 1, "max": 500})
    most_factor: float = field(default=10.0, metadata={"min": 1, "max": 1000})


@dataclass(frozen=True)
class TrafficClass:
    """One class of traffic, by the vehicle that stands for it.

    Attributes
    ----------
    group
        `light` or `heavy` as counted, or `more`: not counted, its share is of all.
    share
        Of the group.
    people
        On board whose wage is not in the vehicle's cost.
    time_thb_per_person_h
        Worth of an hour of one of them.
    goods_t
        Tonnes on board, for the worth of their time.
    load
        For the vehicle's cost, 0 empty, 1 full.
    source
        Where it is from.
    """

    group: str = field(metadata={"choices": ("light", "heavy", "more")})
    share: float = field(metadata={"min": 0, "max": 20})
    people: float = field(metadata={"min": 0, "max": 100})
    time_thb_per_person_h: float = field(metadata={"min": 0, "max": 1e5, "unit": "baht/h"})
    goods_t: float = field(metadata={"min": 0, "max": 100, "unit": "t"})
    load: float = field(metadata={"min": 0, "max": 1})
    source: str

    @property
    def time_thb_per_h(self) -> float:
        """Worth of an hour of all on board."""
        return self.people * self.time_thb_per_person_h


@dataclass(frozen=True)
class Assumptions:
    """All of `economics.toml`; `classes` by id of vehicle.

    `changed` has, by the name that `rows` gives it, what was shipped in place of each
    assumption that a file of its own changes.
    """

    build_years: int = field(metadata={"min": 1, "max": 20, "unit": "years"})
    years: int = field(metadata={"min": 1, "max": 100, "unit": "years"})
    days_per_year: float = field(metadata={"min": 1, "max": 366})
    draws: int = field(metadata={"min": 100, "max": 1_000_000})
    seed: int = field(metadata={"min": 0, "max": 2**32 - 1})
    inputs: Mapping[str, Range]
    construction: Mapping[str, Range]
    maintenance: Mapping[str, Range]
    conversion: Conversion
    wear: Wear
    demand: Demand
    classes: Mapping[str, TrafficClass]
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """Return every assumption; columns `assumption, value, unit, source`."""
        return pd.DataFrame(self.rows(), columns=["assumption", "value", "unit", "source"])

    def rows(self) -> tuple[tuple[str, str, str, str], ...]:
        """Return every assumption as name, value, unit and source.

        The source of one that was changed says what was shipped.
        """
        plain = [
            ("build_years", f"{self.build_years}", "years", ""),
            ("years", f"{self.years}", "years of use", ""),
            ("days_per_year", f"{self.days_per_year:g}", "days", ""),
            ("draws, seed", f"{self.draws}, {self.seed}", "", "Monte Carlo"),
        ]
        groups = (
            ("", self.inputs),
            ("construction.", self.construction),
            ("maintenance.", self.maintenance),
        )
        plain += [
            (
                f"{start}{name}",
                " / ".join(_short(end) for end in (one.low, one.mid, one.high)),
                one.unit,
                one.source,
            )
            for start, group in groups
            for name, one in group.items()
        ]
        price, worn = self.conversion, self.wear
        plain += [("conversion", f"{price}", "of market prices", price.source)]
        plain += [("wear", f"{worn}", "", worn.source)]
        gravity = self.demand
        plain.append(
            (
                "demand",
                (
                    f"exponent {gravity.exponent:g}, at least {gravity.least_minutes:g} min, "
                    f"{gravity.most_places} places and {gravity.most_towns} towns within "
                    f"{gravity.reach_km:g} km, "
                    f"{gravity.heavy_percent:g} % heavy, trips by a count at most "
                    f"{gravity.most_factor:g} times more or fewer"
                ),
                "",
                gravity.source,
            )
        )
        plain += [
            (
                f"classes.{name}",
                (
                    f"{one.share:.0%} of {one.group}, {one.people:g} people, "
                    f"{one.time_thb_per_person_h:g} baht per person and hour, "
                    f"{one.goods_t:g} t of goods, load {one.load:g}"
                ),
                "",
                one.source,
            )
            for name, one in self.classes.items()
        ]
        plain += [(f"purposes.{name}", f"{p}", UNIT, p.source) for name, p in self.purposes.items()]
        was = self.changed
        return tuple(
            (name, value, unit, f"{source}; " * bool(source) + f"changed, shipped: {was[name]}")
            if name in was
            else (name, value, unit, source)
            for name, value, unit, source in plain
        )


def _short(value: float) -> str:
    """Write large numbers whole, small ones with the digits they have."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"  # noqa: PLR2004


def read_economics(path: Path | None = None, area: Path | None = None) -> Assumptions:
    """Read the assumptions of the economics.

    Parameters
    ----------
    path
        A file of one's own: what it leaves out is as shipped. Shares of classes depend on
        one another, so `classes` are all its own or all as shipped. The source of a range
        whose numbers it changes is its own, or none. The shipped file by default.
    area
        A file of the area, which stands over the shipped one in the same way, and below `path`.

    Raises
    ------
    DataError
        Keys are unknown or missing, a range does not grow, or shares of a group do not
        add up to 1; one message names all.

    Examples
    --------
    >>> rules = read_economics()
    >>> rules.inputs["discount_rate"].mid, len(rules.changed)
    (0.12, 0)
    """
    what = "assumptions of the economics"
    shipped = read_toml_table(SHIPPED)
    if area is not None:
        shipped = _merged(shipped, read_toml_table(area, what=what))
    usual = _assumptions(area or SHIPPED, shipped)
    if path is None:
        return usual
    own = read_toml_table(path, what=what)
    made = _assumptions(path, _merged(shipped, own))
    before = {row[0]: row[1:] for row in usual.rows()}
    changed = {
        name: before[name][0] if name in before else "nothing"
        for name, value, *_ in made.rows()
        if name not in before or before[name][0] != value
    }
    return replace(made, changed=changed)


def _merged(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Put one's own values over the shipped ones, table by table; `classes` as a whole."""
    made = dict(shipped)
    for key, value in own.items():
        old = shipped.get(key)
        if key != "classes" and isinstance(value, dict) and isinstance(old, dict):
            made[key] = _merged(old, value)
        else:
            made[key] = value
    # A source is that of the numbers it stands beside.
    if "source" not in own and "source" in made and made != shipped:
        made["source"] = ""
    return made


def _assumptions(path: Path, table: Mapping[str, Any]) -> Assumptions:
    """Make assumptions of a table, or tell everything that is wrong in it."""
    problems: list[str] = []
    made = from_table(Assumptions, table, path=path, problems=problems, changed={})
    if made is None:
        raise in_file(path, problems)
    for group, names in (("inputs", INPUTS), ("construction", WORKS), ("maintenance", UPKEEP)):
        given: Mapping[str, Range] = getattr(made, group)
        if set(given) != set(names):
            problems.append(f"key {group!r}: must hold {', '.join(names)}")
        problems += [
            f"key '{group}.{name}': low, mid and high must grow"
            for name, one in given.items()
            if not one.low <= one.mid <= one.high
        ]
        problems += [
            f"key '{group}.{name}': a ratio must be above 0"
            for name, one in given.items()
            if one.ratio and not one.low > 0
        ]
    for group in ("light", "heavy"):
        total = sum(one.share for one in made.classes.values() if one.group == group)
        if abs(total - 1) > 1e-6:  # noqa: PLR2004
            problems.append(f"key 'classes': shares of {group} add up to {total:g}, not 1")
    problems += [
        f"key 'purposes.{name}': {said}"
        for name, one in made.purposes.items()
        for said in faults(one)
    ]
    if problems:
        raise DataError(f"{path}: {'; '.join(problems)}")
    return made
