"""Kinds of facilities there can be, and columns of the tables of facilities and settlements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from layers.errors import DataError
from layers.io.toml_file import read_toml
from layers.tables.spelling import plain_name

FACILITY_COLUMNS: Final[dict[str, str]] = {
    "id": "str",
    "name": "str",
    "name_en": "str",
    "name_th": "str",
    "kind": "str",
    "lon": "float64",
    "lat": "float64",
    "capacity": "float64",
    "district": "str",
    "source": "str",
}
"""`capacity` is beds or places, NaN where nobody said; `district` is the code of the district
that it serves, empty if unknown; ids of OpenStreetMap are `n`, `w` or `r` and the number of
the node, way or relation."""

SETTLEMENT_COLUMNS: Final[dict[str, str]] = {
    "id": "str",
    "name": "str",
    "name_en": "str",
    "name_th": "str",
    "kind": "str",
    "lon": "float64",
    "lat": "float64",
    "elevation_m": "float64",
    "population": "float64",
    "district": "str",
    "tambon": "str",
    "quality": "str",
    "source": "str",
}
"""`district` and `tambon` are codes of its district and subdistrict, empty if unknown;
`population` is NaN if unknown, `quality` empty where nobody said how good the row is."""

SETTLEMENTS: Final = ("city", "town", "village", "hamlet")
"""Values of OpenStreetMap's `place` that are settlements."""


ZONE_LEVELS: Final = ("district", "subdistrict")
"""Levels of the zones that a kind may serve, or be expected in."""


@dataclass(frozen=True)
class FacilityKind:
    """One kind of facility; see `facilities.toml`."""

    places: tuple[str, ...] = ()
    osm: tuple[str, ...] = ()
    crossings: bool = False
    hubs: bool = False
    serves: str = ""
    each: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a level of zones that there is not."""
        for name, value in (("serves", self.serves), ("each", self.each)):
            if value not in {"", *ZONE_LEVELS}:
                raise DataError(f"{name} {value!r} is none of {', '.join(ZONE_LEVELS)}")

    def tags(self) -> tuple[tuple[str, str], ...]:
        """Return its OSM tags as pairs of key and value."""
        return tuple((tag.partition("=")[0], tag.partition("=")[2]) for tag in self.osm)


@dataclass(frozen=True)
class _Kinds:
    """The tables of `facilities.toml`."""

    kinds: Mapping[str, FacilityKind] = field(default_factory=dict)


@cache
def facility_kinds() -> Mapping[str, FacilityKind]:
    """Return the kinds of facilities there can be, by name."""
    path = Path(__file__).parent / "facilities.toml"
    return read_toml(path, _Kinds, what="the kinds of facilities").kinds


def kind_named(text: str) -> str:
    """Return the kind that somebody calls by its id or another of its names.

    Capitals, spaces and hyphens do not matter, nor a plural's s; what is called nothing of
    these is returned as it is.

    Examples
    --------
    >>> kind_named("Hospitals"), kind_named("district office"), kind_named("โรงพยาบาล")
    ('hospital', 'district_office', 'hospital')
    >>> kind_named("castle")
    'castle'
    """
    asked = plain_name(text)
    for called in (asked, asked.removesuffix("s")):
        if called in _called():
            return _called()[called]
    return text


@cache
def _called() -> Mapping[str, str]:
    """Return kinds by all of their names; an id goes before another's name."""
    kinds = facility_kinds()
    others = {plain_name(name): kind for kind, one in kinds.items() for name in one.also}
    return others | {plain_name(kind): kind for kind in kinds}


def serves_district(facilities: pd.DataFrame) -> bool:
    """Say whether facilities each serve a district, as an office of the state does.

    Parameters
    ----------
    facilities
        Columns `kind, district`; without them they serve everybody.
    """
    if not {"kind", "district"} <= set(facilities) or facilities.empty:
        return False
    kinds = facility_kinds()
    return all(name in kinds and bool(kinds[name].serves) for name in set(facilities["kind"]))
